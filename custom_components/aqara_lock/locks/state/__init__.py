"""What a lock is, remembers and announces."""

from .addresses import AddressMemory
from .command_ledger import OwnCommands
from .connection_notice import ConnectionNotice, NoticeType
from .core_transitions import CoreTransitions
from .door_state import DoorState
from .entry_counter import count_lines
from .events import LockSignals, Operation
from .info import LockFacts, identity_of
from .log_listener import LogListener, Told
from .node_cache import NodeMemory, is_more_than_the_bolt
from .origin import async_source_of
from .radio import LockRadio
from .store import LockMemory, LockStore
from .telemetry import LockHistory
from .users import LockDirectory

__all__ = [
    "AddressMemory",
    "ConnectionNotice",
    "CoreTransitions",
    "DoorState",
    "LockDirectory",
    "LockFacts",
    "LockHistory",
    "LockMemory",
    "LockRadio",
    "LockSignals",
    "LockStore",
    "LogListener",
    "NodeMemory",
    "NoticeType",
    "Operation",
    "OwnCommands",
    "Told",
    "async_source_of",
    "count_lines",
    "identity_of",
    "is_more_than_the_bolt",
]
