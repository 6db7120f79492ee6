"""`script/manage`: a management command inside the environment, with the services it needs.

It takes a lease on the embedded services and then becomes the command, so that the terminal, the
signals and the exit code are the command's own; the lease ends with it.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from script.stack.environment import is_named, needed_leases, portal_variables, read_env_file
from script.stack.paths import ROOT, data_dir, make_folder
from script.stack.services import ServiceError, is_locked

DEFAULT_SITE = "http://localhost:8000"


def main(arguments: list[str]) -> None:
    read_env_file()
    data = make_folder(data_dir())
    leases = needed_leases(data)
    try:
        for lease in leases:
            lease.acquire()
            lease.inherit()
    except (ServiceError, PermissionError) as error:
        sys.exit(f"script/manage: {error}")
    variables = portal_variables(
        data,
        leases,
        site_url=running_site(data) or DEFAULT_SITE,
        # A named database may be a real one: only its owner can call it a demonstration.
        demonstration=not is_named("DATABASE_URL"),
    )
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    os.execve(sys.executable, command, variables)  # noqa: S606 - becoming it is the point


def running_site(data: Path) -> str:
    """The address of a running script/server on the same data, or nothing."""
    folder = data / "server"
    with suppress(FileNotFoundError, ValueError):
        if is_locked(folder / "lock"):
            return str(json.loads((folder / "running.json").read_text())["site_url"])
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
