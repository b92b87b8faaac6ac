"""What a lock holds after a step, and whether a slot still holds who was left there."""

from dataclasses import replace

import pytest

from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.expected import after_write
from custom_components.aqara_lock.domain.access.grants import GrantKey, Holding
from custom_components.aqara_lock.domain.access.job import Job, unproved
from custom_components.aqara_lock.domain.access.matching import Difference, is_same_user
from custom_components.aqara_lock.domain.access.people import CredentialSlot, LockUser
from custom_components.aqara_lock.domain.access.schedules import (
    NO_SCHEDULES,
    UserSchedules,
    WeekDaySchedule,
    YearDaySchedule,
)
from custom_components.aqara_lock.domain.access.steps import (
    ALL_SCHEDULES,
    ClearSchedule,
    ClearUser,
    Operation,
    ReadSchedule,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Turn,
    Write,
)
from custom_components.aqara_lock.domain.access.table import DoorTable
from custom_components.aqara_lock.domain.doorlock import (
    CredentialType,
    UserStatus,
    UserType,
)

from .doors import FRONT, NOW

OURS = 1


def held(user: LockUser, schedules: UserSchedules) -> Holding:
    return Holding(user=user, schedules=schedules)


GRANT = GrantKey("ann", FRONT)
WEEK = WeekDaySchedule(0b0111110, 8, 0, 17, 0)
YEAR = YearDaySchedule(1000, 2000)
PIN_1 = CredentialSlot(CredentialType.PIN, 1)
ANN = LockUser(
    index=1,
    name="Ann",
    unique_id=7,
    status=UserStatus.OCCUPIED_ENABLED,
    type=UserType.UNRESTRICTED,
    credentials=frozenset({PIN_1}),
    creator_fabric_index=OURS,
)
BOTH = UserSchedules(week={1: WEEK, 2: WEEK}, year={1: YEAR})
CODE = SetCode(
    grant=GRANT, operation=Operation.MODIFY, user_index=1, credential_index=2
)
HOURS = SetSchedule(
    grant=GRANT, turn=Turn.PREPARES, user_index=1, index=3, schedule=WEEK
)
DAYS = SetSchedule(
    grant=GRANT, turn=Turn.PREPARES, user_index=1, index=3, schedule=YEAR
)


def cleared(kind: ScheduleKind, index: int) -> ClearSchedule:
    return ClearSchedule(
        grant=GRANT, turn=Turn.TAKES, user_index=1, kind=kind, index=index
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            CODE,
            held(
                replace(
                    ANN,
                    credentials=frozenset(
                        {PIN_1, CredentialSlot(CredentialType.PIN, 2)}
                    ),
                ),
                BOTH,
            ),
        ),
        (HOURS, held(ANN, UserSchedules({1: WEEK, 2: WEEK, 3: WEEK}, {1: YEAR}))),
        (DAYS, held(ANN, UserSchedules({1: WEEK, 2: WEEK}, {1: YEAR, 3: YEAR}))),
        (
            cleared(ScheduleKind.WEEK_DAY, 2),
            held(ANN, UserSchedules({1: WEEK}, {1: YEAR})),
        ),
        (
            cleared(ScheduleKind.YEAR_DAY, 1),
            held(ANN, UserSchedules({1: WEEK, 2: WEEK}, {})),
        ),
        (
            cleared(ScheduleKind.WEEK_DAY, ALL_SCHEDULES),
            held(ANN, UserSchedules({}, {1: YEAR})),
        ),
        (
            cleared(ScheduleKind.YEAR_DAY, ALL_SCHEDULES),
            held(ANN, UserSchedules({1: WEEK, 2: WEEK}, {})),
        ),
        (SetTimeAfterUse(grant=GRANT, minutes=5), held(ANN, BOTH)),
        (ClearUser(grant=GRANT, user_index=1), None),
    ],
)
def test_step_leaves_what_it_says(step: Write, expected: Holding | None) -> None:
    assert after_write(held(ANN, BOTH), step, OURS) == expected


@pytest.mark.parametrize("step", [CODE, HOURS, DAYS, cleared(ScheduleKind.WEEK_DAY, 1)])
def test_step_for_a_user_that_is_not_there_leaves_nobody(step: Write) -> None:
    assert after_write(None, step, OURS) is None


def test_user_that_is_made_is_enabled_and_ours() -> None:
    step = SetUser(
        grant=GRANT,
        turn=Turn.PREPARES,
        operation=Operation.ADD,
        user_index=4,
        name="Ann",
        unique_id=9,
        type=UserType.SCHEDULE_RESTRICTED,
    )
    made = after_write(None, step, OURS)
    assert made is not None
    assert made.schedules == NO_SCHEDULES
    assert (made.user.index, made.user.unique_id) == (4, 9)
    assert made.user.status is UserStatus.OCCUPIED_ENABLED
    assert made.user.type is UserType.SCHEDULE_RESTRICTED
    assert made.user.creator_fabric_index == OURS


TABLE = DoorTable(directory=Directory(lock_id=FRONT), own_fabric_index=OURS)
NAMELESS = replace(ANN, name=None, unique_id=None)
BARE = replace(NAMELESS, credentials=frozenset())


@pytest.mark.parametrize(
    ("left", "found", "same"),
    [
        (ANN, replace(ANN, name="Other"), True),
        (ANN, replace(ANN, unique_id=8), False),
        (ANN, replace(ANN, index=2), False),
        (ANN, replace(ANN, creator_fabric_index=2), False),
        (replace(ANN, unique_id=None), replace(ANN, name="Ben"), False),
        (replace(ANN, unique_id=None), ANN, True),
        (NAMELESS, ANN, True),
        (NAMELESS, replace(NAMELESS, credentials=frozenset()), False),
        (BARE, BARE, True),
        (
            replace(BARE, creator_fabric_index=2),
            replace(BARE, creator_fabric_index=2),
            False,
        ),
        (
            replace(ANN, creator_fabric_id=5),
            replace(ANN, creator_fabric_id=5, creator_fabric_index=3),
            True,
        ),
        (
            replace(ANN, creator_fabric_id=5),
            replace(ANN, creator_fabric_id=6),
            False,
        ),
    ],
)
def test_slot_holds_who_was_left_there_by_the_surest_sign(
    left: LockUser, found: LockUser, same: bool
) -> None:
    assert is_same_user(left, found, TABLE) is same


READ = ReadSchedule(grant=GRANT, user_index=1, kind=ScheduleKind.WEEK_DAY, index=3)


def job_with(*steps: Write | ReadSchedule, done: int) -> Job:
    return Job(
        id="job",
        grants={},
        door_id=FRONT,
        created_at=NOW,
        steps=steps,
        done=done,
        base={1: held(ANN, NO_SCHEDULES)},
    )


@pytest.mark.parametrize(
    ("schedules", "missing"),
    [
        (UserSchedules({3: WEEK}, {}), set()),
        (UserSchedules({2: WEEK}, {}), {Difference.HOURS}),
        (NO_SCHEDULES, {Difference.HOURS}),
    ],
)
def test_schedule_that_was_read_shows_whether_it_was_stored(
    schedules: UserSchedules, missing: set[Difference]
) -> None:
    table = TABLE.with_walk([ANN], NOW).with_schedules(1, schedules)
    assert unproved(job_with(HOURS, READ, done=2), table) == missing


def test_user_who_is_gone_proves_no_schedule() -> None:
    job = job_with(HOURS, READ, done=2)
    assert unproved(job, TABLE.with_walk([], NOW)) == {Difference.HOURS}


def test_schedule_of_a_new_user_is_proved_before_the_user_was_read() -> None:
    job = replace(job_with(HOURS, READ, done=2), base={1: Holding(user=ANN)})
    table = TABLE.with_schedules(1, UserSchedules({3: WEEK}, {}))
    assert table.holding(1) is None
    assert unproved(job, table) == set()


def test_nothing_is_to_be_proved_before_the_first_step_and_of_the_whole_lock() -> None:
    assert unproved(job_with(HOURS, done=0), TABLE) == set()
    job = job_with(SetTimeAfterUse(grant=GRANT, minutes=5), done=1)
    assert unproved(job, TABLE) == set()
