"""What a grant asks of the lock: how its user shall stand there, or why it cannot."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..doorlock import UserStatus, UserType
from .grants import Effect, Grant, Keeper, Placement, Reason, Wish
from .limits import LockClock, LockLimits
from .schedules import Schedule, can_be_kept, schedules_of
from .windows import (
    AfterFirstUse,
    Always,
    AsFound,
    FromTo,
    Once,
    WeeklyHours,
    Window,
    admits,
    instant,
)

ON: Final = UserStatus.OCCUPIED_ENABLED
OFF: Final = UserStatus.OCCUPIED_DISABLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How a user shall stand; a type or schedules of None stay as they are.

    `minutes` is the time after the first use, which the lock has once for all users.
    """

    status: UserStatus = ON
    type: UserType | None = None
    schedules: tuple[Schedule, ...] | None = None
    minutes: int | None = None


SWITCHED_OFF: Final = Target(status=OFF)


def target_of(
    grant: Grant, placement: Placement | None, limits: LockLimits, now: datetime
) -> Target | Reason | None:
    """Return how the user of a grant shall stand; None where there shall be none.

    `now` is in the time zone of the home.
    """
    if grant.wish is Wish.REMOVED or has_ended(grant, placement, now):
        return None
    if grant.wish is Wish.OFF:
        return SWITCHED_OFF
    if not limits.has_users:
        return Reason.NO_USERS
    found = _wanted(grant, limits, now.replace(tzinfo=None))
    if isinstance(found, Target) and found.type in limits.refused_types:
        return Reason.TYPE_REFUSED
    return found


def has_ended(grant: Grant, placement: Placement | None, now: datetime) -> bool:
    """Return whether Home Assistant has to take an access away that it keeps itself."""
    if grant.keeper is Keeper.LOCK:
        return False
    used_at = placement.first_used_at if placement else None
    match grant.window:
        case FromTo():
            zone = now.tzinfo or UTC
            return now.astimezone(UTC) >= instant(grant.window.end, zone)
        case Once():
            return used_at is not None
        case AfterFirstUse(minutes):
            if used_at is None:
                return False
            end = used_at.astimezone(UTC) + timedelta(minutes=minutes)
            return now.astimezone(UTC) >= end
        case _:
            return False


def _wanted(grant: Grant, limits: LockLimits, wall: datetime) -> Target | Reason:
    window = grant.window
    if isinstance(window, AsFound):
        return Target()
    if grant.key.effect is not Effect.OPENS:
        if not isinstance(window, Always):
            return Reason.ONLY_ALWAYS
        is_duress = grant.key.effect is Effect.DURESS
        kind = UserType.FORCED if is_duress else UserType.NON_ACCESS
        return Target(type=kind, schedules=())
    if isinstance(window, Always):
        return Target(type=UserType.UNRESTRICTED, schedules=())
    if grant.keeper is Keeper.HOME_ASSISTANT:
        return _kept_by_home_assistant(window, limits, wall)
    return _kept_by_lock(window, limits)


def _kept_by_home_assistant(
    window: Window, limits: LockLimits, wall: datetime
) -> Target | Reason:
    """Return how it stands now: Home Assistant ends it, and starts it only once."""
    if isinstance(window, WeeklyHours):
        return Reason.NOT_BY_HOME_ASSISTANT
    if isinstance(window, Once | AfterFirstUse) and not limits.tells_who:
        return Reason.USE_NOT_TOLD
    status = ON if admits(window, wall) else OFF
    return Target(status=status, type=UserType.UNRESTRICTED, schedules=())


def _kept_by_lock(window: Window, limits: LockLimits) -> Target | Reason:
    match window:
        case Once():
            return Target(type=UserType.DISPOSABLE, schedules=())
        case AfterFirstUse(minutes):
            if limits.expiring_minutes is None:
                return Reason.NO_TIME_AFTER_USE
            return Target(type=UserType.EXPIRING, schedules=(), minutes=minutes)
        case FromTo():
            return _dated(window, limits)
        case _:
            return _scheduled(window, limits, limits.week_day_schedules)


def _dated(window: FromTo, limits: LockLimits) -> Target | Reason:
    if limits.year_day_schedules == 0:
        return Reason.NO_DATES
    if not can_be_kept(window):
        return Reason.DATES_OUT_OF_RANGE
    return _scheduled(window, limits, limits.year_day_schedules)


def _scheduled(window: Window, limits: LockLimits, places: int) -> Target | Reason:
    if places == 0:
        return Reason.NO_WEEKLY_HOURS
    if limits.clock is LockClock.WRONG:
        return Reason.CLOCK_WRONG
    several_days = limits.several_days is not False
    schedules = schedules_of(window, several_days=several_days)
    if not schedules:
        return Reason.DATES_OUT_OF_RANGE
    if len(schedules) > places:
        return Reason.TOO_MANY_HOURS
    return Target(type=UserType.SCHEDULE_RESTRICTED, schedules=schedules)
