"""Run several programs as one: name their output, restart what crashes, stop all in order.

One thread, one loop. A program is started in a session of its own, so a Ctrl-C reaches only the
supervisor, which stops the programs in the reverse of their order and leaves none behind.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from script.stack.processes import Steps, start

TICK = 0.2
LONGEST_PAUSE = 30.0
# A program that ran this long was well; its next crash counts as the first.
STEADY_SECONDS = 60.0
# Crashes of one program before everything has answered once: then it never will.
CRASHES_AT_START = 4
COLOURS = (36, 33, 35, 32, 34)


@dataclass(frozen=True)
class Program:
    """What to run, and how to ask it to stop."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    stop_steps: Steps = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))
    keep_open: Sequence[int] = ()


@dataclass
class Child:
    """A program's present process."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    due: float = 0.0
    code: int = 0
    partial: bytes = b""

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Signals:
    """Counts the requests to stop, so that the loop can act on them between two steps."""

    def __init__(self) -> None:
        self.count = 0

    def _add(self, *_: object) -> None:
        self.count += 1

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count instead of being interrupted."""
        watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._add) for number in watched}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Printer:
    """Writes lines, each with the name of the program it came from."""

    def __init__(self, names: Sequence[str]) -> None:
        self.width = max(map(len, names))
        coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.colours = dict(zip(names, COLOURS, strict=False)) if coloured else {}
        self.is_broken = False

    def line(self, name: str, text: str) -> None:
        colour = self.colours.get(name)
        label = f"{name:<{self.width}} | "
        self.write((f"\033[{colour}m{label}\033[0m" if colour else label) + text)

    def write(self, text: str) -> None:
        """Print one line; a reader that went away is noted, not fatal."""
        if self.is_broken:
            return
        try:
            print(text, flush=True)
        except OSError:
            self.is_broken = True
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass
class Supervisor:
    """Runs programs until asked to stop.

    `tick` is called about once a second. `is_ready` is asked until it says yes, then `announce`
    is called once.
    """

    programs: Sequence[Program]
    signals: Signals
    printer: Printer
    folder: Path
    is_ready: Callable[[], bool] = lambda: True
    announce: Callable[[], None] = lambda: None
    tick: Callable[[], None] = lambda: None
    on_change: Callable[[Sequence[tuple[int, str]]], None] = lambda _children: None
    children: list[Child] = field(init=False)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    has_answered: bool = False
    _last_tick: float = 0.0

    def __post_init__(self) -> None:
        self.children = [Child(program) for program in self.programs]

    def run(self) -> int:
        """Keep everything running; 0 after a request to stop, 1 when a program cannot start."""
        result = 0
        with self.signals.counted():
            try:
                while not self.signals.count and not self.printer.is_broken:
                    self._start_due()
                    self._pump(TICK)
                    if not self._settle():
                        result = 1
                        break
                    self._each_second()
            finally:
                self._stop_all()
        return result

    def run_to_end(self) -> int:
        """Run one program once, showing its output: its exit code, or 130 when interrupted."""
        (child,) = self.children
        with self.signals.counted():
            self._start(child)
            while child.is_running and not self.signals.count:
                self._pump(TICK)
            self._stop_all()
        return 130 if self.signals.count else child.code

    def _start_due(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.due:
                self._start(child)

    def _start(self, child: Child) -> None:
        program = child.program
        child.process = start(
            program.command,
            environment=program.environment,
            folder=self.folder,
            output=subprocess.PIPE,
            keep_open=program.keep_open,
        )
        child.started = time.monotonic()
        output = child.process.stdout
        assert output is not None
        os.set_blocking(output.fileno(), False)
        self.selector.register(output, selectors.EVENT_READ, child)
        self._tell_change()

    def _tell_change(self) -> None:
        running = [child for child in self.children if child.process is not None]
        self.on_change(
            [(child.process.pid, child.program.name) for child in running if child.process]
        )

    def _pump(self, seconds: float) -> None:
        """Pass on what the programs wrote, waiting for it at most so long."""
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _events in self.selector.select(seconds):
            child: Child = key.data
            with suppress(BlockingIOError):
                part = os.read(key.fd, 65536)
                if not part:
                    self.selector.unregister(key.fileobj)
                self._print(child, part)

    def _print(self, child: Child, part: bytes) -> None:
        *lines, child.partial = (child.partial + part).split(b"\n")
        if not part and child.partial:
            lines, child.partial = [child.partial], b""
        for line in lines:
            self.printer.line(child.program.name, line.decode(errors="replace").rstrip("\r"))

    def _settle(self) -> bool:
        """Note what has crashed and when to start it again; False when it is hopeless."""
        for child in self.children:
            if child.process is None or child.is_running:
                continue
            steady = time.monotonic() - child.started > STEADY_SECONDS
            child.crashes = 1 if steady else child.crashes + 1
            self._bury(child)
            if not self.has_answered and child.crashes >= CRASHES_AT_START:
                self.printer.write(f"{child.program.name} does not start; the lines above say why.")
                return False
            pause = min(2.0 ** (child.crashes - 1), LONGEST_PAUSE)
            child.due = time.monotonic() + pause
            how = describe(child.code)
            self.printer.write(
                f"{child.program.name} ended ({how}); starting it again in {pause:.0f} s."
            )
        return True

    def _bury(self, child: Child) -> None:
        """Show a dead process's last lines, end what it left in its group, and forget it."""
        process = child.process
        assert process is not None
        assert process.stdout is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(BlockingIOError):
            while part := os.read(process.stdout.fileno(), 65536):
                self._print(child, part)
        self._print(child, b"")
        with suppress(KeyError):
            self.selector.unregister(process.stdout)
        process.stdout.close()
        child.code = process.wait()
        child.process = None
        self._tell_change()

    def _each_second(self) -> None:
        if time.monotonic() - self._last_tick < 1:
            return
        self._last_tick = time.monotonic()
        self.tick()
        all_up = all(child.is_running for child in self.children)
        if not self.has_answered and all_up and self.is_ready():
            self.has_answered = True
            self.announce()

    def _stop_all(self) -> None:
        """Stop in reverse order, each with its own patience; a second request means at once."""
        for child in reversed(self.children):
            if child.process is None:
                continue
            for number, patience in child.program.stop_steps:
                if child.is_running and not self._is_hurried:
                    child.process.send_signal(number)
                    self._wait(child, patience)
            if child.is_running:
                child.process.kill()
                child.process.wait()
            self._bury(child)

    @property
    def _is_hurried(self) -> bool:
        return self.signals.count > 1

    def _wait(self, child: Child, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while child.is_running and time.monotonic() < deadline and not self._is_hurried:
            self._pump(TICK)


def describe(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
