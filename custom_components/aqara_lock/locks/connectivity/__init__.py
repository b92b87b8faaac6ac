"""Whether a lock is reachable: pings, suspicion, and what is told of an outage."""

from .cache import memory_of
from .check import CheckEndedError, CheckLimitError, ConnectionChecker
from .monitor import ConnectionMonitor
from .notifier import ConnectionNotifier
from .ping import LockPing
from .verdict import ConnectionVerdict

__all__ = [
    "CheckEndedError",
    "CheckLimitError",
    "ConnectionChecker",
    "ConnectionMonitor",
    "ConnectionNotifier",
    "ConnectionVerdict",
    "LockPing",
    "memory_of",
]
