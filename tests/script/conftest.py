"""A stub project beside the real commands, and a way to see every process it has."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from script.stack.paths import ROOT

STUB = Path(__file__).with_name("stub_project")
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def eventually(question: Callable[[], object], seconds: float = 45) -> bool:
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def processes_of(folder: Path) -> dict[int, str]:
    """Every living process that was started from a folder or works in it."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            here = (place / "cwd").readlink()
            if command and (str(folder) in command or here.is_relative_to(folder)):
                found[int(place.name)] = command
    return found


@dataclass
class Running:
    """A started command whose lines are read while waiting for one of them."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def wait_for(self, pattern: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found[1] if found.groups() else found[0]
        raise AssertionError(f"{pattern} never came:\n{''.join(self.lines)}")

    def end(self) -> int:
        """Ctrl-C, then the exit code."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=90)
        self.lines.append(rest)
        return self.process.returncode

    def kill(self) -> None:
        """What nothing can prepare for."""
        self.process.kill()
        rest, _ = self.process.communicate(timeout=90)
        self.lines.append(rest)

    @property
    def text(self) -> str:
        return "".join(self.lines)


@dataclass
class Stub:
    """The commands of this repository around a stub of the portal."""

    folder: Path

    def start(self, command: str, *arguments: str, **variables: str) -> Running:
        process = subprocess.Popen(
            [self.folder / ".venv/bin/python", "-m", f"script.stack.{command}", *arguments],
            cwd=self.folder,
            env={**PLAIN, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Running(process)

    def run(self, command: str, *arguments: str, **variables: str) -> tuple[int, str]:
        running = self.start(command, *arguments, **variables)
        text, _ = running.process.communicate(timeout=90)
        return running.process.returncode, text

    def processes(self) -> dict[int, str]:
        return processes_of(self.folder)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def place() -> Iterator[Path]:
    yield from open_folder()


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    yield from open_folder()


def open_folder() -> Iterator[Path]:
    """A short folder that another user may pass through, without processes at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cop-test-"))
    folder.chmod(0o711)
    yield folder
    for pid in processes_of(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stub(place: Path) -> Stub:
    shutil.copytree(STUB, place, dirs_exist_ok=True)
    shutil.copytree(ROOT / "script", place / "script", ignore=shutil.ignore_patterns("__pycache__"))
    (place / ".venv").symlink_to(sys.prefix)
    return Stub(place)
