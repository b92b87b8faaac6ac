"""What a lock is, remembers and announces."""

from .addresses import AddressStore
from .announcement import announce, entity_id_of
from .command_ledger import CoreTransitions, LockCommandLedger, async_source_of
from .door_state import HOLD, DoorState
from .entry_counter import count_entries
from .events import ConnectionNotice, NoticeType, Operation
from .info import LockInfo, identity_of
from .node_cache import NodeCache, is_more_than_the_bolt
from .radio import LockRadio
from .retained import RetainedLock, RetainedLocks
from .store import LockStore
from .stored_lock import StoredLock
from .users import LockUsers

__all__ = [
    "HOLD",
    "AddressStore",
    "ConnectionNotice",
    "CoreTransitions",
    "DoorState",
    "LockCommandLedger",
    "LockInfo",
    "LockRadio",
    "LockStore",
    "LockUsers",
    "NodeCache",
    "NoticeType",
    "Operation",
    "RetainedLock",
    "RetainedLocks",
    "StoredLock",
    "announce",
    "async_source_of",
    "count_entries",
    "entity_id_of",
    "identity_of",
    "is_more_than_the_bolt",
]
