"""`script/server`: the whole portal on this machine, web, worker and beat, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from script.stack.environment import (
    EMBEDDED,
    needed_leases,
    portal_variables,
    read_env_file,
)
from script.stack.listening import (
    LOCAL,
    ListenError,
    answers,
    extra_hosts,
    listen,
    shown_host,
)
from script.stack.paths import ROOT, data_dir, make_folder, write_private
from script.stack.processes import command_of, stop
from script.stack.services import Lease, ServiceError, lock_file
from script.stack.supervisor import Printer, Program, Signals, Supervisor

FIRST_PORT = 8000
WARM: tuple[tuple[signal.Signals, float], ...] = (
    (signal.SIGTERM, 20),
    (signal.SIGQUIT, 5),
    (signal.SIGKILL, 5),
)
ACCOUNTS = (
    "coordinator@cop.example",
    "focal.jo@cop.example",
    "focal.ma@cop.example",
    "member.jo@cop.example",
    "member.ma@cop.example",
    "expert@cop.example",
    "sponsor@cop.example",
    "applicant.jo@cop.example",
    "admin@cop.example",
)
PASSWORD = "community-of-practice"  # noqa: S105 - public: the demonstration's, never a real one


class ServerError(Exception):
    """Said to the person as it stands."""


@dataclass(frozen=True)
class Options:
    port: int
    host: str
    empty: bool


def parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument(
        "--port", type=port_number, default=FIRST_PORT, help="or the next free one: %(default)s"
    )
    parser.add_argument("--host", default=LOCAL[0], help="the address to listen on: %(default)s")
    parser.add_argument(
        "--empty", action="store_true", help="no demonstration content, and data of its own"
    )
    found = parser.parse_args(arguments)
    return Options(port=found.port, host=found.host, empty=found.empty)


def port_number(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{number} is no port: 1 to 65535.")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    read_env_file()
    if options.empty:
        os.environ.setdefault("COP_DATA_DIR", str(ROOT / "var" / "empty"))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    leases = needed_leases(data_dir())
    try:
        with only_server(data_dir()) as record:
            try:
                return serve(options, leases, record)
            finally:
                release(leases)
    except KeyboardInterrupt:
        return 130
    except (ServiceError, ListenError, ServerError, OSError) as error:
        print(f"script/server: {error}", file=sys.stderr)
        return 1


def serve(options: Options, leases: list[Lease], record: "Record") -> int:
    """Prepare everything, run it until asked to stop, and leave the services to the caller."""
    record.stop_leftovers()
    sockets, port = listen(options.host, options.port)
    site_url = f"http://{shown_host(options.host)}:{port}"
    start_services(leases)
    variables = portal_variables(
        data_dir(), leases, site_url=site_url, demonstration=True, hosts=extra_hosts(options.host)
    )
    with_content = not options.empty and variables["DEMONSTRATION"].lower() in {"true", "1", "yes"}
    signals = Signals()
    make_folder(data_dir() / "beat")
    record.site_url = variables["SITE_URL"]
    programs = portal_programs(variables, [item.fileno() for item in sockets])
    printer = Printer([program.name for program in programs])
    code = prepare(variables, with_content=with_content, signals=signals, printer=printer)
    if code:
        return 0 if signals.count else code
    supervisor = Supervisor(
        programs,
        signals,
        printer,
        ROOT,
        is_ready=lambda: answers(sockets[0]),
        announce=lambda: printer.write(announcement(variables, with_content=with_content)),
        tick=lambda: revive(leases),
        on_change=record.write,
    )
    result = supervisor.run()
    for item in sockets:
        item.close()
    return result


def start_services(leases: list[Lease]) -> None:
    """Bring the embedded services up, and say which ones were named instead."""
    embedded = {lease.service.variable for lease in leases}
    for kind in EMBEDDED:
        if kind.variable not in embedded:
            print(f"{kind.label}: the one that {kind.variable} names.", flush=True)
    for lease in leases:
        print(f"{lease.service.label}: embedded, data in {shown(lease.service.folder)}", flush=True)
        lease.acquire()


def prepare(
    variables: dict[str, str], *, with_content: bool, signals: Signals, printer: Printer
) -> int:
    """Migrate and load, as a program whose output is shown."""
    command = [sys.executable, "-m", "script.stack.prepare"]
    command += ["--demonstration"] if with_content else []
    program = Program("setup", command, variables)
    return Supervisor([program], signals, printer, ROOT).run_to_end()


def portal_programs(variables: dict[str, str], descriptors: list[int]) -> list[Program]:
    """Web, worker and beat; they are stopped in the reverse of this order."""
    here = Path(sys.executable).parent
    celery = [str(here / "celery"), "--quiet", "--app", "cop_portal"]
    web = [str(here / "gunicorn"), "cop_portal.wsgi:application", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    for descriptor in descriptors:
        web += ["--bind", f"fd://{descriptor}"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]
    worker += ["--without-mingle", "--without-gossip"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]
    # In a container one is root; on this machine alone that is no news.
    calm = {**variables, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return [
        Program("web", web, variables, keep_open=descriptors),
        Program("worker", worker, calm, WARM),
        Program("beat", beat, variables, ((signal.SIGTERM, 5), (signal.SIGKILL, 5))),
    ]


def announcement(variables: dict[str, str], *, with_content: bool) -> str:
    site_url = variables["SITE_URL"]
    lines = ["", f"The portal is ready: {site_url}/"]
    if not variables.get("EMAIL_URL"):
        lines += [f"All mail is shown at {site_url}/inbox/ and none leaves this machine."]
    if with_content:
        lines += ["", f"Sign in with one of these, password {PASSWORD}:"]
        lines += [f"  {account}" for account in ACCOUNTS]
    else:
        where = shown(Path(variables["COP_DATA_DIR"]))
        lines += ["", "No demonstration content was loaded. Make the first administrator with"]
        lines += [f"  COP_DATA_DIR={where} script/manage createsuperuser"]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def revive(leases: list[Lease]) -> None:
    for lease in leases:
        lease.revive()


def release(leases: list[Lease]) -> None:
    """Give the services up and see them stop, unless another command still uses them."""
    held = [lease for lease in leases if lease.descriptor >= 0]
    for lease in held:
        stopped = lease.release(wait=True)
        print(f"{lease.service.label} {'stopped' if stopped else 'stays up for others'}.")


class Record:
    """What runs at present, kept in a file so that a later start can name it or end it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.site_url = ""

    def read(self) -> dict[str, Any]:
        with suppress(FileNotFoundError, ValueError):
            found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
            return found
        return {}

    def write(self, children: Sequence[tuple[int, str]]) -> None:
        programs = [{"pid": pid, "command": command_of(pid)} for pid, _name in children]
        record = {"pid": os.getpid(), "site_url": self.site_url, "programs": programs}
        write_private(self.path, json.dumps(record))

    def stop_leftovers(self) -> None:
        """End programs that a killed supervisor left behind: they hold its port and its queue."""
        for program in self.read().get("programs", []):
            pid, command = int(program["pid"]), str(program["command"])
            if command and command_of(pid) == command:
                print(f"Ending what an earlier start left behind (process {pid}).", flush=True)
                stop(pid, WARM, partial(has_ended, pid, command))


def has_ended(pid: int, command: str) -> bool:
    """Whether a process is gone, or its number is another's by now."""
    return command_of(pid) != command


@contextmanager
def only_server(data: Path) -> Iterator[Record]:
    """Hold the place of the one server on this data, or say who has it."""
    make_folder(data)
    folder = make_folder(data / "server", 0o700)
    record = Record(folder / "running.json")
    place = lock_file(folder / "lock", fcntl.LOCK_EX)
    if place is None:
        other = record.read()
        raise ServerError(
            f"the portal already runs at {other.get('site_url') or 'an address not yet known'} "
            f"(process {other.get('pid', 'unknown')}). Stop it with Ctrl-C there, or give this "
            "one data of its own with COP_DATA_DIR."
        )
    try:
        yield record
        record.write([])
    finally:
        os.close(place)


if __name__ == "__main__":
    sys.exit(main())
