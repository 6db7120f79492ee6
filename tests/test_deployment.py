"""The files that put the portal on a server agree with the code, with each other and the locks."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from celery.bin.celery import celery as celery_command
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = ["web", "worker", "beat"]
# Variables that something else reads than the settings and the scripts.
READ_BY_OTHERS = {
    "COMPOSE_PROFILES": "Docker Compose",
    "HTTP_PORT": "docker-compose.yml",
    "HTTPS_PORT": "docker-compose.yml",
    "POSTGRES_PASSWORD": "docker-compose.yml",
    "WEB_CONCURRENCY": "gunicorn",
}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(text_of("docker-compose.yml"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def project():
    return tomllib.loads(text_of("pyproject.toml"))


def variables_of_settings():
    """The first argument of every call on `env` in the settings."""
    calls = [
        node
        for node in ast.walk(ast.parse(text_of("cop_portal/settings.py")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr != "read_env"
    ]
    return {ast.literal_eval(call.args[0]) for call in calls}


def variables_of_scripts():
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "script/stack").glob("*.py"))
    return set(re.findall(r'environ\.get\("(COP_[A-Z_]+)"', sources))


def documented_variables():
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text_of(".env.example"), re.MULTILINE))


def image_command():
    """The CMD of the Dockerfile, as a list."""
    commands = re.findall(r"^CMD (\[.*?\])", text_of("Dockerfile"), re.MULTILINE | re.DOTALL)
    return ast.literal_eval(commands[-1].replace("\\\n", ""))


def test_every_variable_is_documented_and_every_documented_one_is_read():
    read = variables_of_settings() | variables_of_scripts() | READ_BY_OTHERS.keys()

    assert documented_variables() == read


def test_every_documented_variable_says_its_default():
    blocks = text_of(".env.example").split("\n\n")
    silent = [
        found[1]
        for block in blocks
        for found in [re.search(r"^(?:# )?([A-Z][A-Z_]+)=", block, re.MULTILINE)]
        if found and "efault" not in block and found[1] != "COMPOSE_PROFILES"
    ]

    assert silent == []


def test_only_the_secret_key_has_to_be_filled_in():
    active = re.findall(r"^([A-Z_]+)=(.*)$", text_of(".env.example"), re.MULTILINE)

    assert active == [("SECRET_KEY", ""), ("COMPOSE_PROFILES", "trial")]


def test_compose_uses_documented_variables_only():
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text_of("docker-compose.yml")))

    assert used <= documented_variables()
    assert set(READ_BY_OTHERS) - used == {"COMPOSE_PROFILES"}


def test_compose_has_every_part_of_the_portal(services):
    assert set(services) == {
        "postgres", "redis", "migrate", "web", "worker", "beat", "proxy", "inbox",
    }  # fmt: skip


def test_the_processes_are_one_image_with_the_same_variables(services):
    web = services["web"]
    own = {"command", "depends_on", "healthcheck", "restart", "stop_grace_period"}
    shared = {key: value for key, value in web.items() if key not in own}

    for name in [*PROCESSES, "migrate"]:
        service = services[name]
        assert {key: value for key, value in service.items() if key not in own} == shared
    assert web["env_file"] == ".env"
    assert set(web["environment"]) <= variables_of_settings() | READ_BY_OTHERS.keys()
    assert web["environment"]["BEHIND_PROXY"] == "true"


def test_the_image_is_named_after_the_version(services, project):
    assert services["web"]["image"] == f"cop-portal:{project['project']['version']}"


def test_the_portal_runs_without_rights_it_does_not_need(services):
    web = services["web"]

    assert web["user"] == "10001:10001"
    assert "USER 10001:10001" in text_of("Dockerfile")
    assert (web["read_only"], web["cap_drop"]) == (True, ["ALL"])
    assert web["security_opt"] == ["no-new-privileges:true"]


def test_everything_waits_for_the_migrations(services):
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in PROCESSES:
        waits_for = services[name]["depends_on"]["migrate"]
        assert waits_for == {"condition": "service_completed_successfully"}
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_every_service_is_watched_and_comes_back(services):
    for name, service in services.items():
        if name == "migrate":
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped"
        # The image says how the web server is asked; beat cannot be asked.
        assert name in {"web", "beat"} or service["healthcheck"]["test"]
    assert "HEALTHCHECK" in text_of("Dockerfile")


def test_only_the_proxy_and_the_trial_inbox_can_be_reached(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}

    assert set(published) == {"proxy", "inbox"}
    assert all(port.startswith("127.0.0.1:") for port in published["inbox"])
    assert services["inbox"]["profiles"] == ["trial"]
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]


def test_the_networks_and_volumes_are_declared(compose):
    services = compose["services"].values()
    named = {
        volume.split(":")[0]
        for service in services
        for volume in service.get("volumes", [])
        if not volume.startswith((".", "/"))
    }

    assert named == set(compose["volumes"])
    assert {net for service in services for net in service["networks"]} == set(compose["networks"])
    assert compose["networks"]["inside"] == {"internal": True}


def test_mounted_files_exist(services):
    sources = [
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_gunicorn_is_given_a_real_application_and_options_it_knows():
    program, application, *options = image_command()
    module, name = application.split(":")

    assert program == "gunicorn"
    assert callable(getattr(import_module(module), name))
    assert f"{module}.{name}" == settings.WSGI_APPLICATION
    assert Config().parser().parse_args(options).bind == ["0.0.0.0:8000"]


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_is_given_the_real_application_and_options_it_knows(services, name):
    program, option, application, command, *options = services[name]["command"]

    assert (program, option, command) == ("celery", "--app", name)
    assert import_module(application + ".celery").app.main == "cop_portal"
    # A wrong option raises; beat and worker read the rest from the settings.
    parser = celery_command.commands[name].make_parser(celery_command.make_context("celery", []))
    assert parser.parse_args(list(options))[1] == []


def test_the_migrate_service_calls_real_commands(services):
    shell, flag, line = services["migrate"]["command"]
    commands = re.findall(r"python manage\.py (\w+)", line)

    assert (shell, flag) == ("sh", "-c")
    assert commands == ["migrate", "load_reference_data"]
    assert set(commands) <= set(get_commands())


def test_the_database_knows_arabic_letters_as_the_embedded_one_does(services):
    wanted = "--locale-provider=builtin --builtin-locale=C.UTF-8"

    assert wanted in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    embedded = text_of("script/stack/postgres.py")
    assert all(f'"{option}"' in embedded for option in wanted.split())


def test_redis_never_drops_a_task_for_lack_of_memory(services):
    command = " ".join(services["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_image_holds_every_package_and_no_secret(project):
    wanted = {
        line.removeprefix("!")
        for line in text_of(".dockerignore").splitlines()
        if line.startswith("!")
    }
    packages = set(project["tool"]["importlinter"]["root_packages"])

    assert text_of(".dockerignore").splitlines()[1] == "*"
    assert packages | {"templates", "locale", "vendor_locale", "manage.py"} <= wanted
    assert not {".env", ".git", "var", "tests"} & wanted
    assert "requirements-production.lock" in wanted


def test_the_image_runs_a_python_the_project_supports(project):
    (version,) = re.findall(
        r"^FROM python:(\d+\.\d+)-slim-bookworm", text_of("Dockerfile"), re.MULTILINE
    )

    assert project["project"]["requires-python"] == f">={version}"


def test_the_lock_of_the_image_leaves_the_embedded_servers_out(project):
    groups = project["dependency-groups"]
    lock = text_of("requirements-production.lock")

    assert all(line in lock for line in ["django==", "gunicorn==", "psycopg-binary=="])
    for line in [*groups["embedded"], *groups["dev"]]:
        name = re.split(r"[\[=]", line)[0]
        assert not re.search(rf"^{name}==", lock, re.MULTILINE), name


def test_the_proxy_lets_the_portal_explain_what_is_too_large():
    caddyfile = text_of("deploy/proxy/Caddyfile")
    (limit,) = set(re.findall(r"(?:max_size|request_buffers) (\d+)MB", caddyfile))

    assert int(limit) * 1_000_000 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert f"{limit} MB" in text_of("deploy/proxy/pages/too-large.html")
    assert not re.search(r"^\s*encode", caddyfile, re.MULTILINE)


@pytest.mark.parametrize("name", ["away.html", "too-large.html"])
def test_the_pages_of_the_proxy_speak_both_languages(name):
    page = text_of(f"deploy/proxy/pages/{name}")

    assert '<html lang="ar" dir="rtl">' in page
    assert '<section lang="en" dir="ltr">' in page
    assert not re.search(r"<style|<script|style=|https?://", page)
    assert name in text_of("deploy/proxy/Caddyfile")
