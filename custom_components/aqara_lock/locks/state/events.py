"""What a lock announces: to its entities, triggers, repairs and the feed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from homeassistant.core import Context

from ...domain.attribution import Attribution, Duress
from ...domain.doorlock import LockOperation, LockOperationError
from ...domain.journal import JournalEntry
from ...signals import Signal

type Operation = LockOperation | LockOperationError
"""Somebody operated the lock, or was refused."""


class NoticeType(StrEnum):
    """Which way the connection changed."""

    UNRESPONSIVE = "unresponsive"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionNotice:
    """A change of the connection, with a sentence that can be shown as it is."""

    type: NoticeType
    cause: str
    message: str
    summary: str
    """The same in one line, for a phone."""
    headline: str
    """The same in short, without the name of the lock: for a line of the logbook."""
    causes: frozenset[str]
    """Everything that was told as the cause of this silence."""
    since: datetime
    """When the lock was heard last, or when the cause was noticed."""
    noticed_at: datetime
    """When the lock was found not to answer."""
    last_known_state: str | None
    happened_meanwhile: tuple[str, ...] = ()

    def attributes(self) -> dict[str, Any]:
        """Give the event's attributes; what is not known is left out."""
        found: dict[str, Any] = {
            "cause": self.cause,
            "message": self.message,
            "summary": self.summary,
            "since": self.since,
        }
        if self.last_known_state is not None:
            found["last_known_state"] = self.last_known_state
        if self.type is NoticeType.RECOVERED:
            found["happened_meanwhile"] = list(self.happened_meanwhile)
        return found


class LockSignals:
    """Signals of one lock.

    `operated` carries every operation that is news, `operated_late` one of the past with
    its time, `activity` every new entry of the
    journal that is news, `assigned` an entry that somebody assigned by hand.
    `entries_changed` says that the journal has other entries, or says other things of them.
    """

    def __init__(self) -> None:
        """Initialize without a listener."""
        self.updated: Signal[()] = Signal()
        """Sent when the device, the network or the reachability of the lock changed."""
        self.state_changed: Signal[()] = Signal()
        self.entries_changed: Signal[()] = Signal()
        self.operated: Signal[Operation, Attribution] = Signal()
        self.operated_late: Signal[LockOperation, datetime] = Signal()
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
