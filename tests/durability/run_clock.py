"""A clock that stands while a process waits for a processor.

What a process promises within 30 seconds it promises for seconds in which it can run. On a busy
machine it is ready, and somebody else's turn: the kernel counts that for each thread (schedstat).
"""

from contextlib import suppress
from pathlib import Path
import time

NANOSECONDS = 1e9


def run_clock(pid: int) -> float:
    """Return the seconds of the monotonic clock less those that a process had to wait.

    Two threads that wait at once count twice, as their work may depend on each other: of a
    stretch of time no more than what it says was free.
    """
    return time.monotonic() - _waited(pid)


def _waited(pid: int) -> float:
    """Return for how many seconds the threads of a process were ready, and did not run."""
    waited = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            waited += int(path.read_text().split()[1])
    return waited / NANOSECONDS
