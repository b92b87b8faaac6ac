"""What a lock is, remembers and announces."""

from .addresses import AddressStore
from .command_ledger import LockCommandLedger
from .connection_notice import ConnectionNotice, NoticeType
from .core_transitions import CoreTransitions
from .door_state import DoorState
from .entry_counter import count_entries
from .events import LockSignals, Operation
from .info import LockInfo, identity_of
from .log_listener import LogListener, Told
from .node_cache import NodeCache, is_more_than_the_bolt
from .origin import async_source_of
from .radio import LockRadio
from .store import LockStore
from .stored_lock import StoredLock
from .telemetry import LockTelemetry
from .users import LockUsers

__all__ = [
    "AddressStore",
    "ConnectionNotice",
    "CoreTransitions",
    "DoorState",
    "LockCommandLedger",
    "LockInfo",
    "LockRadio",
    "LockSignals",
    "LockStore",
    "LockTelemetry",
    "LockUsers",
    "LogListener",
    "NodeCache",
    "NoticeType",
    "Operation",
    "StoredLock",
    "Told",
    "async_source_of",
    "count_entries",
    "identity_of",
    "is_more_than_the_bolt",
]
