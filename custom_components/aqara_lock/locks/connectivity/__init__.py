"""Whether a lock is reachable: pings, suspicion, and what is told of an outage."""

from .cache import memory_of
from .check import CheckEndedError, CheckLimitError, ConnectionChecker
from .lasting import LastingSilence
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
    "LastingSilence",
    "LockPing",
    "memory_of",
]
