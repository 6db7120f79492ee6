"""What machines ask: is the process alive, can it serve, and how is it doing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.models import User
from notifications.models import Delivery

if TYPE_CHECKING:
    from django.http import HttpRequest

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("alive\n", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests should be sent here: 503 without the database. Without Redis the portal
    serves, and its mail waits: that is said, and no reason to stop."""
    has_database, has_redis = _database_answers(), _redis_answers()
    lines = [
        f"database: {'ok' if has_database else 'away'}",
        f"redis: {'ok' if has_redis else 'away, mail waits'}",
    ]
    status = 200 if has_database else 503
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN, status=status)


def _database_answers() -> bool:
    """Ask over a connection of its own: the pool would wait for a lost server much longer."""
    params = {**connection.get_connection_params(), "connect_timeout": 2}
    try:
        with psycopg.connect(**params) as asked:
            asked.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _redis_answers() -> bool:
    """Whether a value written is read again; the cache itself hides its absence."""
    stamp = timezone.now().isoformat()
    cache.set("readyz", stamp, 10)
    return bool(cache.get("readyz") == stamp)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: counts of rows, and the age in seconds of the oldest message that
    is due. Strangers learn nothing."""
    if not _may_read_metrics(request):
        return HttpResponse("not for you\n", content_type=PLAIN, status=403)
    try:
        body = "".join(f"{line}\n" for line in _metrics())
    except DatabaseError:
        return HttpResponse("cop_up 0\n", content_type=PROMETHEUS, status=503)
    return HttpResponse(body, content_type=PROMETHEUS)


def _may_read_metrics(request: HttpRequest) -> bool:
    """With METRICS_TOKEN set, whoever bears it. Without, this machine alone, and then only
    directly: behind a proxy every request seems to come from nearby."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    is_direct = not settings.SECURE_PROXY_SSL_HEADER and not any(
        header in request.headers for header in FORWARDED
    )
    return is_direct and request.META.get("REMOTE_ADDR") in LOOPBACK


def _metrics() -> Iterable[str]:
    yield from ("# TYPE cop_up gauge", "cop_up 1")
    deliveries = dict(Delivery.objects.order_by().values_list("state").annotate(n=Count("pk")))
    yield "# TYPE cop_deliveries gauge"
    for state in Delivery.State.values:
        yield f'cop_deliveries{{state="{state}"}} {deliveries.get(state, 0)}'
    now = timezone.now()
    oldest = Delivery.objects.due(now).order_by().aggregate(oldest=Min("due_at"))["oldest"]
    yield "# TYPE cop_delivery_queue_age_seconds gauge"
    yield f"cop_delivery_queue_age_seconds {(now - oldest).total_seconds() if oldest else 0:.0f}"
    people = dict(
        User.objects.filter(is_active=True)
        .order_by()
        .values_list("membership")
        .annotate(n=Count("pk"))
    )
    yield "# TYPE cop_people gauge"
    for membership in User.Membership.values:
        yield f'cop_people{{membership="{membership}"}} {people.get(membership, 0)}'
