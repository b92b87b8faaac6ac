"""What the log of a lock tells, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from homeassistant.core import Context

from ...domain.attribution import Attribution, Duress
from ...domain.doorlock import DoorLockEvent
from ...domain.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A live event with its line, who did it, and Home Assistant's own context of it."""

    event: DoorLockEvent
    line: JournalEntry | None
    attribution: Attribution | None
    context: Context | None
    is_new_line: bool


class LogListener(Protocol):
    """Who is told what was logged."""

    def event_arrived(self, event: DoorLockEvent, at: datetime) -> None:
        """Handle a live event before it is attributed."""

    def event_came_late(self, event: DoorLockEvent, at: datetime) -> None:
        """Handle an event that is in the journal, and no news."""

    def came_late(self) -> None:
        """Take that an operation of the past is attributed."""

    def returned(self) -> None:
        """Take that the lock is there again, and may deliver what it kept."""

    def told(self, told: Told) -> None:
        """Take a live event once it is attributed."""

    def attempt_failed(self, line: JournalEntry) -> None:
        """Take the entry of a command that failed."""

    def duress_noticed(self, notice: Duress) -> None:
        """Take a private notice."""

    def backfilled(self) -> None:
        """Take that the journal holds what was missed."""
