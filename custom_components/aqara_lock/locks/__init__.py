"""One lock at runtime: its events become attributed journal entries, its door a state, its path a verdict."""

from .connectivity import CheckEndedError, CheckLimitError
from .lock import Lock
from .state import (
    ConnectionNotice,
    LockStore,
    NoticeType,
    Operation,
    RetainedLock,
    RetainedLocks,
    StoredLock,
    async_source_of,
    count_entries,
    entity_id_of,
)

__all__ = [
    "CheckEndedError",
    "CheckLimitError",
    "ConnectionNotice",
    "Lock",
    "LockStore",
    "NoticeType",
    "Operation",
    "RetainedLock",
    "RetainedLocks",
    "StoredLock",
    "async_source_of",
    "count_entries",
    "entity_id_of",
]
