"""What others may listen to at one lock."""

from homeassistant.core import Context

from ...domain.attribution import Attribution, Duress
from ...domain.doorlock import LockOperation, LockOperationError
from ...domain.journal import JournalEntry
from ...signals import Signal
from .connection_notice import ConnectionNotice

type Operation = LockOperation | LockOperationError
"""Somebody operated the lock, or was refused."""


class LockSignals:
    """Everything that entities, triggers and the feed hear of a lock."""

    def __init__(self) -> None:
        """Begin with nobody who listens."""
        self.updated: Signal[()] = Signal()
        """Sent when the device, the network or the reachability of the lock changed."""
        self.state_changed: Signal[()] = Signal()
        self.door_written: Signal[()] = Signal()
        self.operated: Signal[Operation, Attribution] = Signal()
        self.activity: Signal[JournalEntry, Context | None] = Signal()
        self.assigned: Signal[JournalEntry] = Signal()
        self.activity_forgotten: Signal[()] = Signal()
        self.names_visibility_changed: Signal[()] = Signal()
        self.duress: Signal[Duress] = Signal()
        self.connection_changed: Signal[()] = Signal()
        self.connection_noticed: Signal[ConnectionNotice] = Signal()
        self.device_moved: Signal[()] = Signal()
        self.path_changed: Signal[()] = Signal()
        self.binding_changed: Signal[()] = Signal()
