"""The echo of our own steps is told from the hand of another app on our fabric."""

import pytest

from custom_components.aqara_lock.domain.access.grants import GrantKey
from custom_components.aqara_lock.domain.access.own_changes import (
    DUE_FOR,
    NO_OWN_CHANGES,
    changed_code,
)
from custom_components.aqara_lock.domain.access.schedules import (
    WeekDaySchedule,
    YearDaySchedule,
)
from custom_components.aqara_lock.domain.access.steps import (
    ClearSchedule,
    ClearUser,
    Operation,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Turn,
    Write,
)
from custom_components.aqara_lock.domain.doorlock import (
    Actor,
    DataOperationType,
    LockDataType,
    LockUserChange,
    OperationSource,
)

OWN = 2
KEY = GrantKey("ann", "front")
ADD = SetUser(grant=KEY, turn=Turn.PREPARES, operation=Operation.ADD, user_index=1)
CODE = SetCode(grant=KEY, operation=Operation.MODIFY, user_index=1, credential_index=4)
HOURS = SetSchedule(
    grant=KEY,
    turn=Turn.PREPARES,
    user_index=1,
    index=2,
    schedule=WeekDaySchedule(2, 8, 0, 9, 0),
)
STAY = SetSchedule(
    grant=KEY, turn=Turn.PREPARES, user_index=1, index=1, schedule=YearDaySchedule(1, 9)
)
CLEARED = ClearSchedule(
    grant=KEY, turn=Turn.TAKES, user_index=1, kind=ScheduleKind.YEAR_DAY, index=1
)


def change(
    kind: LockDataType,
    operation: DataOperationType,
    user: int | None = 1,
    fabric: int | None = OWN,
    index: int | None = 1,
) -> LockUserChange:
    """Report a change."""
    actor = Actor(source=OperationSource.REMOTE, user_index=user, fabric_index=fabric)
    return LockUserChange(
        data_type=kind, operation=operation, actor=actor, data_index=index
    )


@pytest.mark.parametrize(
    ("step", "echo"),
    [
        (ADD, change(LockDataType.USER_INDEX, DataOperationType.ADD)),
        (ADD, change(LockDataType.USER_INDEX, DataOperationType.ADD, user=None)),
        (CODE, change(LockDataType.PIN, DataOperationType.MODIFY)),
        (
            ClearUser(grant=KEY, user_index=1),
            change(LockDataType.USER_INDEX, DataOperationType.CLEAR),
        ),
        (HOURS, change(LockDataType.WEEK_DAY_SCHEDULE, DataOperationType.ADD)),
        (HOURS, change(LockDataType.WEEK_DAY_SCHEDULE, DataOperationType.MODIFY)),
        (STAY, change(LockDataType.YEAR_DAY_SCHEDULE, DataOperationType.ADD)),
        (CLEARED, change(LockDataType.YEAR_DAY_SCHEDULE, DataOperationType.CLEAR)),
    ],
)
def test_an_echo_counts_once(step: Write, echo: LockUserChange) -> None:
    due = NO_OWN_CHANGES.expected(step, 10.0)
    left = due.reported(echo, OWN, 11.0)
    assert left == NO_OWN_CHANGES
    assert left.reported(echo, OWN, 12.0) is None


@pytest.mark.parametrize(
    "other",
    [
        change(LockDataType.USER_INDEX, DataOperationType.ADD, fabric=3),
        change(LockDataType.USER_INDEX, DataOperationType.ADD, fabric=None),
        change(LockDataType.USER_INDEX, DataOperationType.MODIFY),
        change(LockDataType.USER_INDEX, DataOperationType.ADD, user=2),
        change(LockDataType.PIN, DataOperationType.ADD),
    ],
)
def test_what_somebody_else_does_is_no_echo(other: LockUserChange) -> None:
    assert NO_OWN_CHANGES.expected(ADD, 0.0).reported(other, OWN, 1.0) is None


def test_an_echo_that_never_came_excuses_nobody_later() -> None:
    due = NO_OWN_CHANGES.expected(ADD, 0.0)
    echo = change(LockDataType.USER_INDEX, DataOperationType.ADD)
    assert due.reported(echo, OWN, DUE_FOR) is None
    assert due.reported(echo, None, 1.0) is None
    assert due.expected(CODE, DUE_FOR).due == NO_OWN_CHANGES.expected(CODE, 0.0).due


def test_a_refused_step_has_no_echo_and_the_whole_lock_none_at_all() -> None:
    assert NO_OWN_CHANGES.expected(ADD, 0.0).refused(ADD) == NO_OWN_CHANGES
    assert NO_OWN_CHANGES.refused(ADD) == NO_OWN_CHANGES
    time = SetTimeAfterUse(grant=KEY, minutes=5)
    assert NO_OWN_CHANGES.expected(time, 0.0) == NO_OWN_CHANGES


def test_which_code_a_change_is_about() -> None:
    pin = change(LockDataType.PIN, DataOperationType.MODIFY, index=4)
    assert (slot := changed_code(pin)) is not None and slot.index == 4
    nameless = change(LockDataType.PIN, DataOperationType.MODIFY, index=None)
    assert changed_code(nameless) is None
    assert changed_code(change(LockDataType.USER_INDEX, DataOperationType.ADD)) is None
