"""Clocks that stand while a process waits for a processor.

What a process promises within 30 seconds it promises for seconds in which it can run. On a busy
machine it is ready, and somebody else's turn: the kernel counts that for each thread (schedstat).
How far the waits of its threads overlap nobody counts, so that there are two bounds.
"""

from contextlib import suppress
from pathlib import Path
import time
from typing import Final

NANOSECONDS: Final = 1e9


def run_clock(pid: int) -> float:
    """Return the seconds of the monotonic clock less all waits: no more than it could run."""
    return time.monotonic() - sum(_waits(pid))


def life_clock(pid: int) -> float:
    """Return the seconds of the monotonic clock less the longest wait of a thread.

    No less than the process could run, and it never stands still.
    """
    return time.monotonic() - max(_waits(pid), default=0.0)


def _waits(pid: int) -> list[float]:
    """Return for how many seconds each thread of a process was ready, and did not run."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found.append(int(path.read_text().split()[1]) / NANOSECONDS)
    return found
