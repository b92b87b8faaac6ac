"""Plans carried out on a lock of the specification, step by step, as a job does it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.grants import GrantKey, Placement
from custom_components.aqara_lock.domain.access.job import Job, job_of, unproved
from custom_components.aqara_lock.domain.access.limits import LockLimits
from custom_components.aqara_lock.domain.access.people import Person
from custom_components.aqara_lock.domain.access.planner import Door, DoorPlan, plan_door
from custom_components.aqara_lock.domain.access.resumption import placements_after
from custom_components.aqara_lock.domain.access.schedules import (
    UserSchedules,
    WeekDaySchedule,
    YearDaySchedule,
)
from custom_components.aqara_lock.domain.access.standing import WantedGrant
from custom_components.aqara_lock.domain.access.steps import (
    ClearSchedule,
    ClearUser,
    Operation,
    ReadSchedule,
    ReadUser,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Step,
)
from custom_components.aqara_lock.domain.access.table import DoorTable
from custom_components.aqara_lock.domain.access.user_response import parse_user

from .spec_lock import ADD, MODIFY, SUCCESS, SpecLock

OURS, APPLE = 3, 2
FRONT = "front"
NOW = datetime.fromisoformat("2026-11-25T12:00:00+01:00")
ANN = Person("ann", "Ann")
BEN = Person("ben", "Бен")
CLEO = Person("cleo", "Cléo")
PEOPLE = {person.id: person for person in (ANN, BEN, CLEO)}


def limits_of(lock: SpecLock) -> LockLimits:
    """Return what a lock says of itself, and what was learned of its days."""
    return LockLimits(
        has_users=True,
        has_codes=True,
        users=lock.users_supported,
        codes=lock.pins_supported,
        credentials_per_user=5,
        week_day_schedules=lock.week_supported,
        year_day_schedules=lock.year_supported,
        expiring_minutes=lock.expiring_minutes,
        several_days=lock.several_days,
    )


def table_of(lock: SpecLock, at: datetime = NOW) -> DoorTable:
    """Walk through the users of a lock, and read their schedules."""
    users = [parse_user(lock.get_user(index)) for index in sorted(lock.users)]
    table = DoorTable(directory=Directory(lock_id=FRONT), own_fabric_index=OURS)
    table = table.with_walk([user for user in users if user], at)
    for index, user in lock.users.items():
        table = table.with_schedules(
            index,
            UserSchedules(
                week={at: _week(*item) for at, item in user.week.items()},
                year={at: YearDaySchedule(*item) for at, item in user.year.items()},
            ),
        )
    return table


def _week(mask: int, start: int, end: int) -> WeekDaySchedule:
    return WeekDaySchedule(mask, *divmod(start, 60), *divmod(end, 60))


def door_of(lock: SpecLock) -> Door:
    """Return a door whose table was read just now."""
    return Door(table=table_of(lock), limits=limits_of(lock))


def send(lock: SpecLock, step: Step, codes: Mapping[GrantKey, str]) -> int:
    """Send one step to a lock; a read changes nothing."""
    match step:
        case SetUser():
            return lock.set_user(
                OURS,
                ADD if step.operation is Operation.ADD else MODIFY,
                step.user_index,
                step.name,
                step.unique_id,
                step.status,
                step.type,
            )
        case ClearUser():
            return lock.clear_user(step.user_index)
        case SetCode():
            return lock.set_credential(
                OURS,
                ADD if step.operation is Operation.ADD else MODIFY,
                step.credential_index,
                codes[step.grant],
                step.user_index,
            )
        case SetSchedule(schedule=WeekDaySchedule() as item):
            return lock.set_week_day(
                OURS,
                step.user_index,
                step.index,
                item.days_mask,
                item.start_hour * 60 + item.start_minute,
                item.end_hour * 60 + item.end_minute,
            )
        case SetSchedule(schedule=YearDaySchedule(start, end)):
            return lock.set_year_day(OURS, step.user_index, step.index, start, end)
        case ClearSchedule():
            is_week = step.kind is ScheduleKind.WEEK_DAY
            kind = "week" if is_week else "year"
            return lock.clear_schedule(OURS, step.user_index, step.index, kind)
        case SetTimeAfterUse():
            lock.expiring_minutes = step.minutes
            return SUCCESS
        case _:
            return SUCCESS


class Trial:
    """A door with its wanted grants and what jobs left, as the product keeps them."""

    def __init__(self, lock: SpecLock, wanted: dict[GrantKey, WantedGrant]) -> None:
        """Begin with what is on the lock."""
        self.lock = lock
        self.wanted = wanted
        self.codes: dict[GrantKey, str] = {}
        self.placements: dict[GrantKey, Placement] = {}
        self.after_step: Callable[[Step], None] = lambda _: None

    def items(self, *, has_codes: bool = True) -> list[WantedGrant]:
        """Return the wanted grants with what is known of them."""
        return [
            replace(
                item,
                placement=self.placements.get(key),
                has_code=has_codes and key in self.codes,
            )
            for key, item in self.wanted.items()
        ]

    def plan(self, *, has_codes: bool = True) -> DoorPlan:
        """Plan what is missing."""
        return plan_door(self.items(has_codes=has_codes), door_of(self.lock), NOW)

    def run(
        self,
        *,
        has_codes: bool = True,
        stop_after: int | None = None,
        lost: Iterator[bool] | None = None,
    ) -> DoorPlan:
        """Plan and carry out; stop before a step, or lose some writes."""
        items = self.items(has_codes=has_codes)
        door = door_of(self.lock)
        plan = plan_door(items, door, NOW)
        job = job_of(plan, items, door.table, "job", NOW)
        while (step := job.next_step) is not None and job.done != stop_after:
            job = job.sent()
            self.lock.asleep = lost is not None and next(lost)
            status = send(self.lock, step, self.codes)
            self.lock.asleep = False
            self.after_step(step)
            if status != SUCCESS:
                break
            job = job.answered()
            is_read = isinstance(step, ReadUser | ReadSchedule)
            if is_read and unproved(job, table_of(self.lock)):
                break
        self.settle(job)
        return plan

    def settle(self, job: Job) -> None:
        """Take what a job left, from the table read after it."""
        found = placements_after(
            job,
            self.placements,
            table_of(self.lock),
            NOW,
            self.lock.expiring_minutes,
        )
        for key, placement in found.items():
            if placement is None:
                self.placements.pop(key, None)
            else:
                self.placements[key] = placement
