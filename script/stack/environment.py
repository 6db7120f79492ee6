"""The variables the portal runs with, where none are named: safe, local, and for trying out."""

import os
import secrets
from pathlib import Path

import environ

from script.stack.paths import ROOT, make_folder, read_secret, write_private
from script.stack.postgres import Postgres
from script.stack.services import Lease, Service
from script.stack.valkey import Valkey

EMBEDDED: tuple[type[Service], ...] = (Postgres, Valkey)


def read_env_file() -> None:
    """Take the variables of `.env` that the environment does not have, as the settings do."""
    if (ROOT / ".env").exists():
        environ.Env.read_env(ROOT / ".env")


def is_named(variable: str) -> bool:
    """Whether a variable has a value, directly or through a file (`NAME_FILE`)."""
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def needed_leases(data: Path, *, volatile: bool = False) -> list[Lease]:
    """A lease for each service that no variable names."""
    return [Lease(kind(data, volatile)) for kind in EMBEDDED if not is_named(kind.variable)]


def addresses(leases: list[Lease]) -> dict[str, str]:
    """The variables that lead to the leased services; libpq's own tools find theirs as well."""
    found = {lease.service.variable: lease.url for lease in leases}
    for lease in leases:
        if isinstance(lease.service, Postgres):
            found["PGHOST"] = str(lease.service.sockets)
            found["PATH"] = f"{os.environ.get('PATH', os.defpath)}:{lease.service.bin}"
    return found


def secret_key(data: Path) -> str:
    """A key made once and kept, so that people stay signed in over a restart."""
    kept = make_folder(data) / "secret_key"
    found = read_secret(kept)
    if found is None:
        found = secrets.token_urlsafe(48)
        write_private(kept, found)
    return found


def portal_variables(
    data: Path, leases: list[Lease], *, site_url: str, demonstration: bool, hosts: str = ""
) -> dict[str, str]:
    """The whole environment for a process of the portal; what is named already stays as it is."""
    wanted = {
        "ALLOWED_HOSTS": ",".join(filter(None, ["localhost", "127.0.0.1", "[::1]", hosts])),
        "COP_DATA_DIR": str(data),
        "DEBUG": "false",
        "DEMONSTRATION": "true" if demonstration else "false",
        "DJANGO_SETTINGS_MODULE": "cop_portal.settings",
        "SITE_URL": site_url,
    }
    if not is_named("SECRET_KEY"):
        wanted["SECRET_KEY"] = secret_key(data)
    named = {key: value for key, value in os.environ.items() if value}
    return {**wanted, **named, **addresses(leases), "PYTHONUNBUFFERED": "1"}
