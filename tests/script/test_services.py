"""The embedded PostgreSQL and Redis with real processes: shared, killed, found again."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from script.stack import postgres
from script.stack.identity import AS_NOBODY, TO_NOBODY, candidates
from script.stack.keeper import SERVICES
from script.stack.paths import ROOT, SOCKET_PATH_LIMIT
from script.stack.postgres import Postgres
from script.stack.processes import start
from script.stack.services import Lease, Service, ServiceError
from script.stack.valkey import Valkey
from tests.script.conftest import eventually, processes_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]


def count_rows(url: str) -> int:
    with psycopg.connect(url) as session:
        row = session.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return int(row[0])


def keep_row(url: str) -> None:
    with psycopg.connect(url) as session:
        session.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        session.execute("INSERT INTO kept VALUES (1)")


def server_pid(service: Service) -> int:
    pid = service.running_pid()
    assert pid is not None
    return pid


def test_data_survives_a_stop_and_no_process_is_left(place: Path) -> None:
    leases = [Lease(Postgres(place)), Lease(Valkey(place))]
    database, cache = [lease.acquire() for lease in leases]
    keep_row(database)
    redis.Redis.from_url(cache).set("kept", "yes")

    stopped = [lease.release(wait=True) for lease in leases]

    assert stopped == [True, True]
    assert processes_of(place) == {}
    again = [Lease(Postgres(place)), Lease(Valkey(place))]
    database, cache = [lease.acquire() for lease in again]
    assert count_rows(database) == 1
    assert redis.Redis.from_url(cache, decode_responses=True).get("kept") == "yes"
    assert [lease.release(wait=True) for lease in again] == [True, True]


def test_a_second_lease_finds_the_server_and_keeps_it_up(place: Path) -> None:
    first, second = Lease(Valkey(place)), Lease(Valkey(place))
    url = first.acquire()

    assert second.acquire() == url
    assert first.release(wait=True) is False
    assert redis.Redis.from_url(url).ping()
    assert second.release(wait=True) is True


def test_a_killed_server_is_started_again_with_every_row(place: Path) -> None:
    lease = Lease(Postgres(place))
    url = lease.acquire()
    keep_row(url)
    killed = server_pid(lease.service)

    os.kill(killed, signal.SIGKILL)

    def is_back() -> bool:
        pid = lease.service.running_pid()
        return pid is not None and pid != killed and lease.service.is_ready(pid)

    assert eventually(is_back)
    assert count_rows(url) == 1
    lease.release(wait=True)


def test_a_number_that_meanwhile_belongs_to_another_program_does_not_hinder(place: Path) -> None:
    lease = Lease(Postgres(place))
    keep_row(lease.acquire())
    lease.release(wait=True)
    stale = Postgres(place).cluster / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n1\n5432\n\n\n1 1\nready\n")

    again = Lease(Postgres(place))

    assert count_rows(again.acquire()) == 1
    assert again.release(wait=True)


@pytest.mark.parametrize("name", SERVICES)
def test_a_server_left_by_a_killed_keeper_is_replaced_not_doubled(name: str, place: Path) -> None:
    service = SERVICES[name](place)
    first = Lease(service)
    first.acquire()
    first.release(wait=True)
    # Without a keeper and without the kernel's help: what a kill leaves where there is none.
    orphan = start(service.command(), owner=service.owner(), output=subprocess.DEVNULL)
    assert eventually(lambda: service.is_ready(orphan.pid))

    second = Lease(service)
    second.acquire()

    assert orphan.wait(5) is not None
    assert server_pid(service) != orphan.pid
    assert second.release(wait=True)


def test_a_killed_keeper_is_replaced(place: Path) -> None:
    lease = Lease(Postgres(place))
    url = lease.acquire()
    keep_row(url)
    killed = int((lease.service.folder / "keeper").read_text())

    os.kill(killed, signal.SIGKILL)
    os.waitpid(killed, 0)
    lease.revive()

    assert eventually(lambda: lease.service.read_state().get("keeper") not in {None, killed})
    assert count_rows(url) == 1
    lease.release(wait=True)


def test_the_server_stops_when_its_only_user_is_killed(place: Path) -> None:
    code = (
        "import pathlib, sys, time; from script.stack.valkey import Valkey; "
        "from script.stack.services import Lease; data = pathlib.Path(sys.argv[1]); "
        "lease = Lease(Valkey(data)); print(lease.acquire(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline().startswith("redis://")
        user.kill()

    assert eventually(lambda: not processes_of(place))


def test_data_under_a_long_path_in_a_folder_that_is_ours_alone(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    lease = Lease(Postgres(data, volatile=True))
    keep_row(lease.acquire())

    sockets = Postgres(data).sockets

    assert len(str(sockets)) < SOCKET_PATH_LIMIT
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert lease.release(wait=True)
    sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
@pytest.mark.parametrize("way", [AS_NOBODY, TO_NOBODY], ids=lambda way: way[0])
def test_root_starts_it_where_nobody_else_may_pass(way: tuple[str, ...], tmp_path: Path) -> None:
    identity = next(found for found in candidates() if found.wrapper == way)
    if not identity.can("true"):
        pytest.skip(f"{way[0]} is forbidden on this machine")
    tmp_path.chmod(0o700)
    service = Postgres(tmp_path / "var", volatile=True)
    service.identity = identity

    service.prepare()
    process = start(service.command(), owner=service.owner(), output=subprocess.DEVNULL)

    assert eventually(lambda: service.is_ready(process.pid))
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    shutil.rmtree(service.sockets, ignore_errors=True)


def test_secrets_are_for_us_alone(place: Path) -> None:
    lease = Lease(Valkey(place))
    lease.acquire()

    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in lease.service.folder.iterdir()
        if path.name in {"password", "redis.conf", "state.json"}
    }

    lease.release(wait=True)
    assert modes == {"password": 0o600, "redis.conf": 0o600, "state.json": 0o600}


def test_a_wrong_password_is_refused(place: Path) -> None:
    lease = Lease(Postgres(place, volatile=True))
    url = lease.acquire()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guess")
    lease.release(wait=True)


def test_without_any_server_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "folders_with_binaries", lambda: iter(()))

    with pytest.raises(ServiceError, match="DATABASE_URL"):
        postgres.binaries()


def test_a_keeper_that_fails_passes_its_reason_on(place: Path) -> None:
    (place / "redis").mkdir()
    (place / "redis" / "data").write_text("in the way")

    with pytest.raises(ServiceError, match="File exists"):
        Lease(Valkey(place)).acquire()
