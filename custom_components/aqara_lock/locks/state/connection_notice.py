"""What is told when a lock stops answering and when it answers again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


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
            "since": self.since,
        }
        if self.last_known_state is not None:
            found["last_known_state"] = self.last_known_state
        if self.type is NoticeType.RECOVERED:
            found["happened_meanwhile"] = list(self.happened_meanwhile)
        return found
