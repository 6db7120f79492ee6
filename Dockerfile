# One image for the web server, the worker, the schedule and the management commands.

FROM python:3.11-slim-bookworm AS base
# An empty PYTHONTZPATH makes the pinned tzdata package the only source of time zones.
ENV PYTHONUNBUFFERED=1 \
    PYTHONTZPATH="" \
    PATH="/opt/venv/bin:$PATH" \
    COP_DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles \
    DJANGO_SETTINGS_MODULE=cop_portal.settings
WORKDIR /app


FROM base AS build
COPY requirements-production.lock ./
RUN python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps --only-binary=:all: -r requirements-production.lock
COPY . .
# The key serves this one command and is kept nowhere.
RUN python -m script.stack.catalogues \
    && SECRET_KEY=for-collecting-static-files-only python manage.py collectstatic --noinput \
    && rm -r script requirements-production.lock \
    && python -m compileall -q .


FROM base
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /data /data/media /data/private
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# Numbers, so that an orchestrator can see that this is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "cop_portal.wsgi:application", "--bind", "0.0.0.0:8000", \
    "--worker-class", "gthread", "--threads", "4", "--keep-alive", "75", \
    "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
