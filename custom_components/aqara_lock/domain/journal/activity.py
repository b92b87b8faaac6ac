"""Public lines of the journal: what happened at the lock, as everybody may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from .. import codec
from ..attribution import OPERATIONS, Attribution, FailedAttempt
from ..doorlock import (
    AlarmCode,
    DoorLockAlarm,
    DoorLockEvent,
    DoorState,
    DoorStateChange,
    LockOperation,
    LockOperationError,
    LockOperationType,
    LockState,
    LockUserChange,
    OperationError,
    TimeSource,
    leads_to,
    position,
)


class ActivityType(StrEnum):
    """Event types of the activity entity."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNLATCHED = "unlatched"
    DENIED = "denied"
    JAMMED = "jammed"
    FORCED_OPEN = "forced_open"
    DOOR_AJAR = "door_ajar"
    DOOR_OPENED = "door_opened"
    DOOR_CLOSED = "door_closed"
    WRONG_CODE_LIMIT = "wrong_code_limit"
    TAMPERED = "tampered"
    FACTORY_RESET = "factory_reset"
    USER_CHANGED = "user_changed"


class Reason(StrEnum):
    """Why an operation was denied."""

    INVALID_CREDENTIAL = "invalid_credential"
    DISABLED_USER = "disabled_user"
    RESTRICTED = "restricted"
    LOW_BATTERY = "low_battery"
    UNKNOWN = "unknown"


class GapReason(StrEnum):
    """Why nothing could be recorded for a while."""

    HOME_ASSISTANT_AWAY = "home_assistant_away"
    MATTER_SERVER_AWAY = "matter_server_away"
    LOCK_UNREACHABLE = "lock_unreachable"
    LOCK_PAUSED = "lock_paused"
    LOCK_REMOVED = "lock_removed"
    FILE_DAMAGED = "file_damaged"
    NOT_IN_HOME = "not_in_home"
    UNKNOWN = "unknown"


ASSIGNED: Final = "assigned"
"""Type of the public event that an entry of the journal was assigned by hand."""


class EntryKind(StrEnum):
    """Where a line comes from."""

    EVENT = "event"
    UNEXPLAINED = "unexplained"
    GAP = "gap"
    ATTEMPT = "attempt"
    """A command of Home Assistant that failed: nothing was done at the door."""


_OPERATIONS: Final[Mapping[LockOperationType, ActivityType]] = {
    LockOperationType.LOCK: ActivityType.LOCKED,
    LockOperationType.UNLOCK: ActivityType.UNLOCKED,
    LockOperationType.NON_ACCESS_USER_EVENT: ActivityType.DENIED,
    LockOperationType.FORCED_USER_EVENT: ActivityType.UNLOCKED,
    LockOperationType.UNLATCH: ActivityType.UNLATCHED,
}

_ALARMS: Final[Mapping[AlarmCode, ActivityType]] = {
    AlarmCode.LOCK_JAMMED: ActivityType.JAMMED,
    AlarmCode.LOCK_FACTORY_RESET: ActivityType.FACTORY_RESET,
    AlarmCode.WRONG_CODE_ENTRY_LIMIT: ActivityType.WRONG_CODE_LIMIT,
    AlarmCode.FRONT_ESCUTCHEON_REMOVED: ActivityType.TAMPERED,
    AlarmCode.DOOR_FORCED_OPEN: ActivityType.FORCED_OPEN,
    AlarmCode.DOOR_AJAR: ActivityType.DOOR_AJAR,
}

_DOOR: Final[Mapping[DoorState, ActivityType]] = {
    DoorState.OPEN: ActivityType.DOOR_OPENED,
    DoorState.CLOSED: ActivityType.DOOR_CLOSED,
    DoorState.JAMMED: ActivityType.JAMMED,
    DoorState.FORCED_OPEN: ActivityType.FORCED_OPEN,
    DoorState.AJAR: ActivityType.DOOR_AJAR,
}

_REASONS: Final[Mapping[OperationError, Reason]] = {
    OperationError.INVALID_CREDENTIAL: Reason.INVALID_CREDENTIAL,
    OperationError.DISABLED_USER_DENIED: Reason.DISABLED_USER,
    OperationError.RESTRICTED: Reason.RESTRICTED,
    OperationError.INSUFFICIENT_BATTERY: Reason.LOW_BATTERY,
}

OPENINGS: Final = frozenset({ActivityType.UNLOCKED, ActivityType.UNLATCHED})
MOVES: Final = OPENINGS | {ActivityType.LOCKED}


def activity_type(event: DoorLockEvent) -> ActivityType | None:
    """Give the public type; None for what has no line.

    A forced user is an ordinary unlock, and its alarm has no line: duress is private.
    """
    match event:
        case LockOperation(type=kind):
            return _OPERATIONS.get(kind) if kind is not None else None
        case LockOperationError():
            return ActivityType.DENIED
        case DoorLockAlarm(code=code):
            return _ALARMS.get(code) if code is not None else None
        case DoorStateChange(state=state):
            return _DOOR.get(state) if state is not None else None
        case LockUserChange():
            return ActivityType.USER_CHANGED
        case _:
            return None


def state_activity_type(state: LockState | None) -> ActivityType | None:
    """Give the type of a state change without an operation."""
    operation = position(state).stands_for
    return None if operation is None else _OPERATIONS[operation]


def states_after(activity: ActivityType | None) -> frozenset[LockState]:
    """Return the states that an activity leads to; empty where no bolt moves."""
    found = (leads_to(kind) for kind, told in _OPERATIONS.items() if told is activity)
    return frozenset().union(*found)


def denied_reason(event: DoorLockEvent) -> Reason | None:
    """Say why an operation was denied; None for what was not."""
    match event:
        case LockOperationError(error=error):
            return _REASONS.get(error, Reason.UNKNOWN) if error else Reason.UNKNOWN
        case LockOperation(type=LockOperationType.NON_ACCESS_USER_EVENT):
            return Reason.RESTRICTED
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line of the journal; `type` is None for a gap and for a failed command.

    A gap reaches from `occurred_at` to `until`. `keys` are all events in the line.
    """

    key: str
    occurred_at: datetime
    time_source: TimeSource = TimeSource.RECEIVED
    kind: EntryKind = EntryKind.EVENT
    type: ActivityType | None = None
    attribution: Attribution | None = None
    reason: Reason | None = None
    event_number: int | None = None
    live: bool = False
    until: datetime | None = None
    gap_reason: GapReason | None = None
    failed: FailedAttempt | None = None
    keys: tuple[str, ...] = ()

    def attributes(self, *, names: bool = True) -> dict[str, Any]:
        """Give the public attributes; `names` False leaves out who it was."""
        who = self.attribution
        facts = {
            "reason": self.reason.value if self.reason else None,
            "occurred_at": self.occurred_at.isoformat(),
            "event_number": self.event_number,
            **(_what_failed(self.failed) if self.failed else {}),
            **(_how(who) if who else {}),
            **(_who(who) if who and names else {}),
        }
        return codec.present(**facts)

    def as_row(self) -> dict[str, Any]:
        """Give a flat row for an export."""
        facts = codec.present(
            key=self.key,
            kind=self.kind.value,
            type=self.type.value if self.type else None,
            time_source=self.time_source.value,
            until=self.until.isoformat() if self.until else None,
            gap_reason=self.gap_reason.value if self.gap_reason else None,
        )
        return facts | self.attributes()


def _what_failed(failed: FailedAttempt) -> dict[str, Any]:
    return {
        "operation": OPERATIONS[failed.operation],
        "outcome": failed.outcome.value,
        "cause": failed.cause,
    }


def _how(who: Attribution) -> dict[str, Any]:
    kind = who.credential_type
    return {
        "method": who.method.value,
        "source": who.source.name.lower() if who.source is not None else None,
        "ecosystem": who.ecosystem,
        "confidence": who.confidence.value,
        "assigned_at": who.assigned_at,
        "credential_type": kind.name.lower() if kind is not None else None,
    }


def _who(who: Attribution) -> dict[str, Any]:
    return {
        "person": who.person,
        "person_id": who.person_id,
        "user_name": who.user_name,
        "user_index": who.user_index,
        "controller": who.controller or who.origin_name,
        "credential_index": who.credential_index,
        "assigned_by": who.assigned_by,
    }


NAMING: Final = frozenset(_who(Attribution()))
"""Public attributes that say who it was."""
BY_HAND: Final = ("assigned_by", "assigned_at")
"""Public attributes that say by whom and when an entry was assigned."""
