"""`script/server` and `script/manage` around a stub project, with everything that may go wrong."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from script.stack.postgres import Postgres
from script.stack.services import Lease
from script.stack.valkey import Valkey
from tests.script.conftest import Stub, eventually, fetch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]
READY = r"The portal is ready: (http://\S+)/"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        for candidate in range(21000 + os.getpid() % 5000, 32000):
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise AssertionError("no port is free")


def notes(address: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(fetch(f"{address}/count"))
    return found


def test_a_day_in_the_life(stub: Stub, port: int) -> None:
    """One story, because every start costs seconds: each step stands on the one before."""
    with socket.create_server(("127.0.0.1", port)):
        first = stub.start("server", "--port", str(port))
        said = first.wait_for(r"Port \d+ is taken; using (\d+)")
    address = first.wait_for(READY)
    assert address == f"http://localhost:{said}"
    assert {"reference": 1, "demonstration": 1}.items() <= notes(address).items()
    assert eventually(lambda: notes(address).get("tick", 0) >= 2), "worker and beat do not work"

    # A second server says where the first one is; a management command uses its services.
    code, text = stub.run("server")
    assert code == 1
    assert f"already runs at {address}" in text
    code, text = stub.run("manage", "load_reference_data")
    assert (code, notes(address)["reference"]) == (0, 2), text

    # A crashed program comes back, and so does a killed service.
    web = next(pid for pid, command in stub.processes().items() if "gunicorn" in command)
    os.kill(web, signal.SIGKILL)
    first.wait_for(r"web ended \(killed by SIGKILL\); starting it again in 1 s")
    assert eventually(lambda: fetch(f"{address}/healthz") == "ok")

    # A supervisor killed with -9 leaves nothing behind and loses nothing.
    first.kill()
    second = stub.start("server", "--port", said)
    assert second.wait_for(READY) == address
    assert notes(address)["reference"] == 3
    assert len([line for line in stub.processes().values() if " -D " in line]) == 1

    assert second.end() == 0, second.text
    assert stub.processes() == {}
    assert "PostgreSQL stopped." in second.text


def test_nothing_is_left_when_the_supervisor_is_killed(stub: Stub, port: int) -> None:
    running = stub.start("server", "--port", str(port), "--empty")
    address = running.wait_for(READY)
    assert "demonstration" not in notes(address)
    assert (stub.folder / "var" / "empty" / "postgres").is_dir()

    running.kill()

    assert eventually(lambda: not stub.processes()), stub.processes()


def test_named_servers_are_used_and_none_is_started(stub: Stub, port: int, elsewhere: Path) -> None:
    leases = [Lease(kind(elsewhere, volatile=True)) for kind in (Postgres, Valkey)]
    database, cache = [lease.acquire() for lease in leases]

    running = stub.start("server", "--port", str(port), DATABASE_URL=database, REDIS_URL=cache)
    address = running.wait_for(READY)

    assert notes(address)["demonstration"] == 1
    assert "PostgreSQL: the one that DATABASE_URL names." in running.text
    assert "Redis: the one that REDIS_URL names." in running.text
    assert running.end() == 0
    assert not (stub.folder / "var" / "postgres").exists()
    assert not (stub.folder / "var" / "redis").exists()
    for lease in leases:
        assert lease.release(wait=True)


def test_a_failing_migration_stops_everything_with_its_code(stub: Stub, port: int) -> None:
    (stub.folder / "cop_portal" / "settings.py").write_text("raise SystemExit(3)\n")

    code, text = stub.run("server", "--port", str(port))

    assert code == 3, text
    assert stub.processes() == {}


def test_a_command_without_a_server_starts_and_stops_the_services(stub: Stub) -> None:
    code, text = stub.run("manage", "load_reference_data")

    assert (code, text) == (0, "")
    assert eventually(lambda: not stub.processes())
