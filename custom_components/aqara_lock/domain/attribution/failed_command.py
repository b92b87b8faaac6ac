"""A command that failed: what became of it, and what is known of the cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from .. import codec
from ..access import Ecosystem, Person
from ..doorlock import LockOperationType
from .commands import Command
from .model import Attribution, Confidence, Evidence, Method


class Outcome(StrEnum):
    """Why a command failed; the id of its texts."""

    NOT_SENT = "not_sent"
    """The lock cannot be reached, for a cause that was certain before."""
    MAY_ARRIVE = "may_arrive"
    """The cause became certain while the command was out."""
    WAITING = "waiting"
    """The Matter server has not answered the command before it; nothing was sent."""
    NOT_TAKEN = "not_taken"
    """The connection to the Matter server did not take it."""
    UNLOADED = "unloaded"
    """The integration was unloaded before anything was sent."""
    NOT_FOLLOWED = "not_followed"
    """The integration was unloaded while the command was out."""
    MATTER_UNAVAILABLE = "matter_unavailable"
    SERVER_TOO_OLD = "server_too_old"
    LOCK_MISSING = "lock_missing"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    SERVER_FAULT = "server_fault"


OPERATIONS: Final = {
    LockOperationType.LOCK: "lock",
    LockOperationType.UNLOCK: "unlock",
    LockOperationType.UNLATCH: "unlatch",
}
"""What Home Assistant can ask of a lock, as an attribute says it."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """Home Assistant was to operate a lock and could not; `cause` is a diagnosis state."""

    operation: LockOperationType
    outcome: Outcome
    cause: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return codec.present(
            operation=int(self.operation),
            outcome=self.outcome.value,
            cause=self.cause,
        )

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError."""
        data = codec.mapping(value, "attempt")
        return cls(
            codec.choice(LockOperationType, data, "operation"),
            codec.choice(Outcome, data, "outcome"),
            codec.optional_text(data, "cause"),
        )


def who_tried(command: Command, people: Mapping[str, Person]) -> Attribution:
    """Return who in Home Assistant asked for a command: its context says it for sure."""
    person = people.get(command.person_id) if command.person_id else None
    is_known = command.user_id is not None or command.origin_name is not None
    return Attribution(
        method=Method.REMOTE,
        ecosystem=Ecosystem.HOME_ASSISTANT.value,
        confidence=Confidence.MATCHED if is_known else Confidence.ECOSYSTEM,
        person_id=person.id if person else None,
        person=person.name if person else command.user_name,
        origin=command.origin.value,
        origin_name=command.origin_name,
        ha_user_id=command.user_id,
        context_id=command.context_id,
        command_id=command.id,
        evidence=(Evidence.OWN_COMMAND,),
    )
