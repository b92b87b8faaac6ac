"""What a lock holds after a step, if it does what it says."""

from dataclasses import replace

from ..doorlock import CredentialType, UserStatus, UserType
from .grants import Holding
from .people import CredentialSlot, LockUser
from .schedules import NO_SCHEDULES, UserSchedules, WeekDaySchedule
from .steps import (
    ALL_SCHEDULES,
    ClearSchedule,
    ClearUser,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Write,
)


def after_write(held: Holding | None, step: Write, own: int | None) -> Holding | None:
    """Return what a user index holds after a step that is about it.

    `own` is the index of our fabric. A lock may change the type of a user by itself
    when its schedules change; here it does not.
    """
    match step:
        case SetUser():
            return _after_set_user(held, step, own)
        case ClearUser():
            return None
        case SetTimeAfterUse():
            return held
    if held is None:
        return None
    match step:
        case SetCode():
            slot = CredentialSlot(CredentialType.PIN, step.credential_index)
            user = held.user
            return replace(
                held, user=replace(user, credentials=user.credentials | {slot})
            )
        case SetSchedule():
            return replace(held, schedules=_with_schedule(held.schedules, step))
        case ClearSchedule():
            return replace(held, schedules=_without_schedule(held.schedules, step))


def _after_set_user(held: Holding | None, step: SetUser, own: int | None) -> Holding:
    if held is None:
        return Holding(
            user=LockUser(
                index=step.user_index,
                name=step.name,
                unique_id=step.unique_id,
                status=step.status or UserStatus.OCCUPIED_ENABLED,
                type=UserType.UNRESTRICTED if step.type is None else step.type,
                creator_fabric_index=own,
            ),
            schedules=NO_SCHEDULES,
        )
    user = held.user
    changed = replace(
        user,
        name=step.name or user.name,
        unique_id=step.unique_id or user.unique_id,
        status=step.status or user.status,
        type=user.type if step.type is None else step.type,
    )
    return replace(held, user=changed)


def _with_schedule(known: UserSchedules | None, step: SetSchedule) -> UserSchedules:
    before, schedule = known or NO_SCHEDULES, step.schedule
    if isinstance(schedule, WeekDaySchedule):
        return before.with_week(step.index, schedule)
    return before.with_year(step.index, schedule)


def _without_schedule(
    known: UserSchedules | None, step: ClearSchedule
) -> UserSchedules:
    before, index = known or NO_SCHEDULES, step.index
    if step.kind is ScheduleKind.WEEK_DAY:
        if index == ALL_SCHEDULES:
            return replace(before, week={})
        return before.with_week(index, None)
    if index == ALL_SCHEDULES:
        return replace(before, year={})
    return before.with_year(index, None)
