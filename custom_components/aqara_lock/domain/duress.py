"""Somebody was forced to open: told in private, never in a public line."""

from dataclasses import dataclass
from datetime import datetime

from .attribution import Attribution
from .door_lock import AlarmCode, LockOperationType, UserType
from .operations import DoorLockAlarm, DoorLockEvent, LockOperation


@dataclass(frozen=True, slots=True, kw_only=True)
class Duress:
    """Somebody was forced to open: for the private trigger alone."""

    occurred_at: datetime
    attribution: Attribution | None = None


def duress(
    event: DoorLockEvent,
    *,
    at: datetime,
    attribution: Attribution | None = None,
    user_type: UserType | None = None,
) -> Duress | None:
    """Tell duress: a forced user's operation (type 3 or by its user type) or alarm 8."""
    match event:
        case DoorLockAlarm(code=AlarmCode.FORCED_USER):
            return Duress(occurred_at=at)
        case LockOperation(type=LockOperationType.FORCED_USER_EVENT):
            return Duress(occurred_at=at, attribution=attribution)
        case LockOperation() if user_type is UserType.FORCED:
            return Duress(occurred_at=at, attribution=attribution)
        case _:
            return None
