"""Somebody was forced to open: told in private, never in a public line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..doorlock import (
    AlarmCode,
    DoorLockAlarm,
    DoorLockEvent,
    EventTime,
    LockOperation,
    TimeSource,
    UserType,
)
from .model import Attribution

TELL_WITHIN: Final = timedelta(hours=24)
"""Who was in danger longer ago is not helped by an automation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duress:
    """Somebody was forced to open: for the private trigger alone.

    `late` could not be told when it happened; then `occurred_at` is the lock's own
    time, or None where it gave none.
    """

    occurred_at: datetime | None
    attribution: Attribution | None = None
    late: bool = False


def is_duress(event: DoorLockEvent, user_type: UserType | None = None) -> bool:
    """Tell duress: a forced user's operation (type 3 or by its user type) or alarm 8."""
    match event:
        case DoorLockAlarm(code=AlarmCode.FORCED_USER):
            return True
        case LockOperation(forced=forced):
            return forced or user_type is UserType.FORCED
        case _:
            return False


def duress(
    when: EventTime, now: datetime, *, attribution: Attribution | None, late: bool
) -> Duress | None:
    """Give the notice of a duress; None for one of long ago."""
    if not late:
        return Duress(occurred_at=now, attribution=attribution)
    if now - when.at > TELL_WITHIN:
        return None
    own_time = when.at if when.source is TimeSource.DEVICE else None
    return Duress(occurred_at=own_time, attribution=attribution, late=True)
