"""The servers of a measurement: PostgreSQL and Redis of its own, the portal and the bare page."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from script.stack.environment import portal_variables
from script.stack.listening import listen
from script.stack.paths import ROOT, data_dir, make_folder
from script.stack.postgres import Postgres
from script.stack.processes import start
from script.stack.services import Lease
from script.stack.valkey import Valkey

FIRST_PORT = 8108
# As script/server runs the portal, but with one worker process.
GUNICORN = ("--worker-class", "gthread", "--workers", "1", "--threads", "4")
# Rows made around a day this old still have events ahead and behind.
KEPT_FOR = timedelta(days=7)
LOADER = ("words", "people", "gatherings", "seats", "copying", "filling")


@dataclass
class Stage:
    """Holds both services up while it is in use, under a data folder of its own."""

    data: Path
    postgres: Lease
    valkey: Lease

    @classmethod
    @contextmanager
    def up(cls) -> Iterator[Stage]:
        data = make_folder(data_dir()) / "benchmark"
        stage = cls(make_folder(data), Lease(Postgres(data)), Lease(Valkey(data)))
        held = [stage.postgres, stage.valkey]
        try:
            for lease in held:
                lease.acquire()
            yield stage
        finally:
            for lease in held:
                lease.release(wait=True)

    # Databases -----------------------------------------------------------------------------

    def address(self, database: str) -> str:
        return urlunsplit(urlsplit(self.postgres.url)._replace(path=f"/{database}"))

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.postgres.url, autocommit=True)

    def variables(self, database: str, port: int = FIRST_PORT) -> dict[str, str]:
        """The portal's environment: as in production, but over plain HTTP on this machine."""
        site_url = f"http://127.0.0.1:{port}"
        leases = [self.postgres, self.valkey]
        named = portal_variables(self.data, leases, site_url=site_url, demonstration=False)
        wanted = {
            "ALLOWED_HOSTS": "127.0.0.1",
            "BARE_DATABASE_URL": self.address("bench_bare"),
            "COP_DATA_DIR": str(self.data),
            "DATABASE_URL": self.address(database),
            "DEBUG": "false",
            "DEMONSTRATION": "false",
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
            "SITE_URL": site_url,
        }
        return named | wanted

    def run(self, variables: dict[str, str], *arguments: str, quiet: bool = False) -> str:
        """Run a Python program of ours to its end; its output is returned when `quiet`."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables,
            check=True,
            text=True,
            stdout=subprocess.PIPE if quiet else None,
        )
        return done.stdout or ""

    def filled(self, people: int, seed: int) -> tuple[str, date]:
        """The database of a community of this size, made now unless an earlier one will do."""
        name = f"bench_{people}_{seed}"
        wanted = fingerprint()
        with self.connect() as connection:
            found = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [name],
            ).fetchone()
        if found:
            digest, _, day = (found[0] or "").partition(" ")
            if digest == wanted and date.fromisoformat(day) + KEPT_FOR > today():
                return name, date.fromisoformat(day)
        self._make(name, people, seed, f"{wanted} {today().isoformat()}")
        return name, today()

    def _make(self, name: str, people: int, seed: int, comment: str) -> None:
        print(f"Making a community of {people:,} ...", flush=True)
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        variables = self.variables(name)
        self.run(variables, "manage.py", "migrate", "--verbosity", "0")
        loader = ("-m", "benchmarks.load", "--people", str(people), "--seed", str(seed))
        self.run(variables, *loader, "--day", today().isoformat())
        with self.connect() as connection:
            connection.execute("CHECKPOINT")
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(name), sql.Literal(comment)
                )
            )

    def bare(self) -> str:
        """Make the bare page's database where there is none; return its reader's cookie."""
        with suppress(psycopg.errors.DuplicateDatabase), self.connect() as connection:
            connection.execute("CREATE DATABASE bench_bare")
        told = self.run(self.variables("bench_bare"), "-m", "benchmarks.bare.prepare", quiet=True)
        return str(json.loads(told)["cookie"])

    def collect_static(self, database: str) -> None:
        self.run(self.variables(database), "manage.py", "collectstatic", "--noinput", quiet=True)

    def inside(self, database: str) -> dict[str, Any]:
        told = self.run(self.variables(database), "-m", "benchmarks.inside", quiet=True)
        found: dict[str, Any] = json.loads(told)
        return found

    def forget_cache(self) -> None:
        redis.from_url(self.valkey.url).flushdb()

    @property
    def postmaster(self) -> int:
        pid = self.postgres.service.running_pid()
        if pid is None:
            raise RuntimeError("PostgreSQL is not running.")
        return pid


@dataclass
class Web:
    """One gunicorn."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def serve(stage: Stage, application: str, database: str, first_port: int) -> Iterator[Web]:
    """Run an application under gunicorn until the block ends."""
    sockets, port = listen("127.0.0.1", first_port)
    command = [str(Path(sys.executable).parent / "gunicorn"), application, *GUNICORN]
    command += ["--bind", f"fd://{sockets[0].fileno()}", "--no-control-socket"]
    process = start(
        [*command, "--log-level", "warning"],
        environment=stage.variables(database, port),
        folder=ROOT,
        keep_open=[sockets[0].fileno()],
    )
    try:
        wait_until_it_answers(port, process)
        yield Web(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        sockets[0].close()


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
            connection.getresponse().read()
            return
        time.sleep(0.2)
    raise RuntimeError("The server does not answer.")


def fingerprint() -> str:
    """Changes with what the loaded rows depend on: loader, migrations and data files."""
    files = [ROOT / "benchmarks" / f"{name}.py" for name in LOADER]
    files += sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("cop_portal/data/**/*.json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def today() -> date:
    return datetime.now(UTC).date()
