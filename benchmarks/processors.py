"""The processor time that a server and everything it started have used, to the nanosecond.

Linux only: the clocks of other processes and /proc are read.
"""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def used(root: int) -> float:
    """Seconds of processor time, user and system, of a process and all that descend from it.

    Includes children that have ended, to the clock tick (10 ms).
    """
    return sum(clock(pid) + _ended(pid) for pid in tree(root))


def clock(pid: int) -> float:
    """Seconds one process has used, all its threads together; 0 when it has ended."""
    number = ctypes.c_int()
    if _libc.clock_getcpuclockid(pid, ctypes.byref(number)):
        return 0.0
    with suppress(OSError):
        return time.clock_gettime(number.value)
    return 0.0


def tree(root: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def memory(root: int) -> int:
    """Bytes of memory of a process and its descendants, what they share counted once."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces: state, parent, ..."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            yield int(entry.name), int(fields[1])


def _ended(pid: int) -> float:
    """Seconds of the children that this process has seen end."""
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) * _TICK if fields else 0.0
