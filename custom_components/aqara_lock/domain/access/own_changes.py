"""What a lock still has to report of what we wrote: the echo of our own steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..doorlock import CredentialType, DataOperationType, LockDataType, LockUserChange
from .people import CredentialSlot
from .steps import (
    ClearSchedule,
    ClearUser,
    Operation,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Write,
    kind_of,
)

_OPERATIONS: Final[Mapping[Operation, DataOperationType]] = {
    Operation.ADD: DataOperationType.ADD,
    Operation.MODIFY: DataOperationType.MODIFY,
}
_SCHEDULES: Final[Mapping[ScheduleKind, LockDataType]] = {
    ScheduleKind.WEEK_DAY: LockDataType.WEEK_DAY_SCHEDULE,
    ScheduleKind.YEAR_DAY: LockDataType.YEAR_DAY_SCHEDULE,
}


DUE_FOR: Final = 60.0
"""Seconds in which a lock reports a change; some locks do not tell of each kind."""


@dataclass(frozen=True, slots=True)
class _Due:
    user_index: int
    data_type: LockDataType
    operation: DataOperationType | None
    since: float = field(default=0.0, compare=False)
    """Seconds of a monotonic clock."""


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """Changes that are due, the oldest first.

    Without it every step of ours would look like the hand of another app on our fabric,
    and cost the lock one read more.
    """

    due: tuple[_Due, ...] = ()

    def expected(self, step: Write, now: float) -> OwnChanges:
        """Return with the change that a lock reports of a step (Matter 1.6 §5.2.11.5)."""
        found = _change_of(step)
        if found is None:
            return self
        kept = [item for item in self.due if now - item.since < DUE_FOR]
        return OwnChanges((*kept, replace(found, since=now)))

    def refused(self, step: Write) -> OwnChanges:
        """Return without the change of a step that a lock did not take."""
        return self._without(_change_of(step))

    def reported(
        self, change: LockUserChange, own: int | None, now: float
    ) -> OwnChanges | None:
        """Return without a change that is ours; None for one that somebody else made.

        `own` is the index of our fabric.
        """
        actor = change.actor
        if own is None or actor.fabric_index != own or change.data_type is None:
            return None
        for item in self.due:
            if now - item.since < DUE_FOR and _is_echo(item, change):
                return self._without(item)
        return None

    def _without(self, item: _Due | None) -> OwnChanges:
        left = list(self.due)
        if item in left:
            left.remove(item)
        return OwnChanges(tuple(left))


NO_OWN_CHANGES: Final = OwnChanges()


def changed_code(change: LockUserChange) -> CredentialSlot | None:
    """Return which code a change is about; None where it is about none."""
    index = change.data_index
    if change.data_type is not LockDataType.PIN or index is None:
        return None
    return CredentialSlot(CredentialType.PIN, index)


def _is_echo(item: _Due, change: LockUserChange) -> bool:
    index = change.actor.user_index
    if index is None and change.data_type is LockDataType.USER_INDEX:
        index = change.data_index
    is_same = (item.user_index, item.data_type) == (index, change.data_type)
    return is_same and item.operation in {None, change.operation}


def _change_of(step: Write) -> _Due | None:
    match step:
        case SetTimeAfterUse():
            return None
        case SetUser():
            operation = _OPERATIONS[step.operation]
            return _Due(step.user_index, LockDataType.USER_INDEX, operation)
        case ClearUser():
            clear = DataOperationType.CLEAR
            return _Due(step.user_index, LockDataType.USER_INDEX, clear)
        case SetCode():
            operation = _OPERATIONS[step.operation]
            return _Due(step.user_index, LockDataType.PIN, operation)
        case SetSchedule():
            # Whether the place was empty, only the lock knows.
            kind = _SCHEDULES[kind_of(step.schedule)]
            return _Due(step.user_index, kind, None)
        case ClearSchedule():
            kind = _SCHEDULES[step.kind]
            return _Due(step.user_index, kind, DataOperationType.CLEAR)
