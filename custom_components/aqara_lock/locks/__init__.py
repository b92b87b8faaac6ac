"""One lock at runtime: its events become attributed journal entries, its door a state, its path a verdict."""

from .activity import ASSIGNED
from .connectivity import CheckEndedError, CheckLimitError
from .lock import WatchedLock
from .state import (
    ConnectionNotice,
    LockMemory,
    LockStore,
    NoticeType,
    Operation,
    async_source_of,
    count_lines,
)

__all__ = [
    "ASSIGNED",
    "CheckEndedError",
    "CheckLimitError",
    "ConnectionNotice",
    "LockMemory",
    "LockStore",
    "NoticeType",
    "Operation",
    "WatchedLock",
    "async_source_of",
    "count_lines",
]
