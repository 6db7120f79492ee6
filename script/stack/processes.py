"""Start and stop other processes so that none is left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child of a fork may do little more than call it.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    owner: int | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    output: int | IO[bytes] | None = None,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, so that a Ctrl-C reaches it only through us.

    On Linux the kernel sends it `death_signal` when we die, however we die. That is tied to the
    thread that calls: call from the main thread only. `owner` is the user to become (from root).
    """
    parent = os.getpid()

    def ask_for_death_signal() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        start_new_session=True,
        preexec_fn=ask_for_death_signal,  # noqa: PLW1509 - single-threaded, see above
        user=owner,
        group=owner,
        extra_groups=None if owner is None else [],
        pass_fds=tuple(keep_open),
    )


def command_of(pid: int) -> str:
    """The command line of a process, or nothing when it has ended."""
    if Path("/proc/self/cmdline").exists():
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return line.replace(b"\0", b" ").decode(errors="replace").strip()
    told = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


Steps = Sequence[tuple[signal.Signals, float]]


def stop(pid: int, steps: Steps, ended: Callable[[], bool]) -> bool:
    """Send each signal in turn and wait its seconds; whether the process ended."""
    for number, patience in steps:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(ended, patience):
            return True
    return ended()


def wait_until(question: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask until the answer is yes or the seconds are over."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
