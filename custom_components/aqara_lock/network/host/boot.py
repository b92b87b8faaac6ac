"""When this host was started."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ...domain.diagnosis import Fact, Gap
from .procfs import failed, read

UPTIME: Final = Path("/proc/uptime")
"""Seconds since the start, then those of idle processors (proc_uptime(5))."""


def read_booted_at(now: datetime) -> Fact[datetime]:
    """Return when the kernel was started, by the clock of now; blocks for a moment."""
    text = read(UPTIME)
    if isinstance(text, Gap):
        return text
    try:
        return now - timedelta(seconds=float(text.split()[0]))
    except (IndexError, OverflowError, ValueError) as err:
        return failed(UPTIME, err)
