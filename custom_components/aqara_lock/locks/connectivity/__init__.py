"""Whether a lock is reachable: pings, suspicion, and what is told of an outage."""

from .cache import memory_of
from .check import CheckEndedError, CheckLimitError, ConnectionChecker
from .monitor import ConnectionWatch
from .notifier import ConnectionTeller, Doctor
from .ping import LockPing

__all__ = [
    "CheckEndedError",
    "CheckLimitError",
    "ConnectionChecker",
    "ConnectionTeller",
    "ConnectionWatch",
    "Doctor",
    "LockPing",
    "memory_of",
]
