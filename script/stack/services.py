"""Servers that can be embedded, and how the commands share them.

Each embedded server belongs to one folder under the data folder and is held up by one keeper
process (`keeper`). A command that needs the server takes a lease: a shared lock on the file
`users`. The first lease starts the keeper, later ones find it; when the last lease is gone the
keeper stops the server and ends. The kernel drops a lock when its holder dies, so a command killed
with -9 leaves nothing running, and no count can go wrong.

Files in a server's folder: `users` (leases), `keeper` (locked by the keeper, holds its process
number), `state.json` (the address, or what went wrong), `log`.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import ClassVar, TypedDict

from script.stack.paths import ROOT, make_folder, write_private
from script.stack.processes import Steps, wait_until

START_SECONDS = 60.0
STOP_SECONDS = 60.0


class ServiceError(Exception):
    """Said to the person as it stands."""


class State(TypedDict, total=False):
    """What a keeper says of its server: its address once ready, or the reason it is not."""

    keeper: int
    url: str
    error: str


@dataclass
class Service(ABC):
    """One embedded server. A `volatile` one may lose its data in a crash and is faster (tests)."""

    data: Path
    volatile: bool = False

    name: ClassVar[str]
    label: ClassVar[str]
    variable: ClassVar[str]
    death_signal: ClassVar[Signals] = SIGTERM
    stop_steps: ClassVar[Steps] = ((SIGTERM, 20), (SIGKILL, 5))

    @property
    def folder(self) -> Path:
        return self.data / self.name

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    @abstractmethod
    def prepare(self) -> None:
        """Make what the server needs before it can start; safe to repeat."""

    @abstractmethod
    def command(self) -> list[str]:
        """What to run."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Whether the server that is this process answers; quick and never raising."""

    @abstractmethod
    def running_pid(self) -> int | None:
        """The process of a server on this folder's data, also one a dead keeper left behind."""

    @abstractmethod
    def url(self) -> str:
        """The address with its password, once prepared."""

    def owner(self) -> int | None:
        """The user the server must run as; None for ours."""
        return None

    def finish(self) -> None:
        """What is to do once it answers for the first time."""

    def clear_stale(self) -> None:
        """Remove what a dead server left behind and only would hinder the next."""

    def read_state(self) -> State:
        with suppress(FileNotFoundError, ValueError):
            state: State = json.loads(self.state_file.read_text(encoding="utf-8"))
            return state
        return {}

    def write_state(self, state: State) -> None:
        write_private(self.state_file, json.dumps(state))

    def log_tail(self, lines: int = 12) -> str:
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


def lock_file(path: Path, operation: int) -> int | None:
    """Open and lock a file without waiting: the descriptor, or None when somebody holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_locked(path: Path) -> bool:
    """Whether somebody holds the file alone."""
    descriptor = lock_file(path, fcntl.LOCK_SH)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


@dataclass
class Lease:
    """The right to use an embedded server; the server stays up as long as any lease is held."""

    service: Service
    descriptor: int = -1
    url: str = ""
    _keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def acquire(self) -> str:
        """Start the server, or find it running, and return its address.

        Raises ServiceError with the keeper's reason or, after START_SECONDS, without one.
        """
        make_folder(self.service.folder)
        deadline = time.monotonic() + START_SECONDS
        while (descriptor := lock_file(self.service.folder / "users", fcntl.LOCK_SH)) is None:
            # The keeper holds this file alone only while it stops the server.
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{self.service.label} is still being stopped by another command."
                )
            time.sleep(0.05)
        self.descriptor = descriptor
        try:
            self.url = self._wait_for_url(deadline)
        except BaseException:
            self.release()
            raise
        return self.url

    def _wait_for_url(self, deadline: float) -> str:
        while time.monotonic() < deadline:
            state = self.service.read_state()
            if self._is_kept():
                if "url" in state and state.get("keeper") == self._keeper_pid():
                    return state["url"]
            elif self._keeper is None:
                self._keeper = start_keeper(self.service)
            elif self._keeper.poll() is not None:
                if state.get("keeper") == self._keeper.pid and "error" in state:
                    raise ServiceError(state["error"])
                self._keeper = None
            time.sleep(0.05)
        raise ServiceError(
            f"{self.service.label} did not start in time.\n{self.service.log_tail()}"
        )

    def revive(self) -> None:
        """Start a new keeper if ours was killed; call now and then, it does not wait."""
        if self._keeper is not None:
            self._keeper.poll()
        if not self._is_kept():
            self._keeper = start_keeper(self.service)
            wait_until(self._is_kept, 2)

    def inherit(self) -> None:
        """Let the lease pass to the program that this process becomes by exec."""
        os.set_inheritable(self.descriptor, True)

    def release(self, *, wait: bool = False) -> bool:
        """Give the lease up; with `wait`, until the server has stopped or others still use it.

        Returns whether the server is known to be stopped.
        """
        if self.descriptor < 0:
            return False
        os.close(self.descriptor)
        self.descriptor = -1
        if not wait:
            return False
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not self._is_kept():
                return True
            if self._is_shared():
                return False
            time.sleep(0.05)
        return False

    def _is_shared(self) -> bool:
        """Whether others hold leases: the file can be shared but not held alone."""
        users = self.service.folder / "users"
        if is_locked(users):
            return False
        alone = lock_file(users, fcntl.LOCK_EX)
        if alone is not None:
            os.close(alone)
        return alone is None and not is_locked(users)

    def _is_kept(self) -> bool:
        return is_locked(self.service.folder / "keeper")

    def _keeper_pid(self) -> int:
        with suppress(FileNotFoundError, ValueError):
            return int((self.service.folder / "keeper").read_text())
        return -1


# Remembered because a keeper may outlive its lease: an object forgotten before its process has
# ended is reported as a fault.
_keepers: list[subprocess.Popen[bytes]] = []


def start_keeper(service: Service) -> subprocess.Popen[bytes]:
    """Start the process that holds the server up; it outlives us only until it sees no lease."""
    for ended in [keeper for keeper in _keepers if keeper.poll() is not None]:
        _keepers.remove(ended)
    command = [sys.executable, "-m", "script.stack.keeper", service.name]
    command += ["--data", str(service.data)]
    command += ["--volatile"] if service.volatile else []
    with service.log.open("ab") as log:
        keeper = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _keepers.append(keeper)
    return keeper
