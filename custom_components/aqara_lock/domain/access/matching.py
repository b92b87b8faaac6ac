"""Which user of a lock a grant has, and in what two states of a user differ."""

from enum import StrEnum

from ..doorlock import UserType
from .grants import Effect, GrantKey, Holding, Placement
from .lock_names import person_number
from .people import LockUser
from .schedules import (
    NO_SCHEDULES,
    Schedule,
    UserSchedules,
    WeekDaySchedule,
    YearDaySchedule,
)
from .table import RESTRICTED_TYPES, DoorTable
from .target import Target


class Difference(StrEnum):
    """In what a user is not as expected."""

    GONE = "gone"
    STATUS = "status"
    TYPE = "type"
    HOURS = "hours"
    CODES = "codes"
    TIME_AFTER_USE = "time_after_use"


NO_DIFFERENCES: frozenset[Difference] = frozenset()


def user_of(
    key: GrantKey, placement: Placement | None, table: DoorTable
) -> Holding | None:
    """Return the user that a grant has on a door; None where there is none for sure.

    A user that only may be it is none: nothing is done to it.
    """
    if placement is not None:
        found = table.holding(placement.left.user.index)
        if found and is_same_user(placement.left.user, found.user, table):
            return found
    number = person_number(key.person_id)
    ours = [
        user.index
        for user in table.users
        if user.unique_id == number
        and table.is_own(user)
        and effect_of(user) is key.effect
    ]
    return table.holding(ours[0]) if len(ours) == 1 else None


def is_same_user(left: LockUser, found: LockUser, table: DoorTable) -> bool:
    """Return whether a slot still holds the user that was left there.

    The number decides where both have one. A nameless user without one is known by a
    credential, or, while it has none, by being ours.
    """
    if left.index != found.index or not _same_creator(left, found):
        return False
    if left.unique_id is not None and found.unique_id is not None:
        return left.unique_id == found.unique_id
    if left.name is not None and found.name is not None:
        return left.name == found.name
    if left.credentials & found.credentials:
        return True
    is_bare = not left.credentials and not found.credentials
    return is_bare and table.is_own(found)


def differences(left: Holding, found: Holding | None) -> frozenset[Difference]:
    """Return in what a user is another way than it was left; its name does not count."""
    if found is None:
        return frozenset({Difference.GONE})
    before, now = left.user, found.user
    both_read = left.schedules is not None and found.schedules is not None
    counts = {before.type, now.type} & RESTRICTED_TYPES
    kept = left.schedules or NO_SCHEDULES
    return _where_true(
        {
            Difference.STATUS: before.status is not now.status,
            Difference.TYPE: not is_same_type(before.type, now.type),
            Difference.CODES: before.credentials != now.credentials,
            Difference.HOURS: bool(counts)
            and both_read
            and not kept.covers_same(found.schedules or NO_SCHEDULES),
        }
    )


def misses(target: Target, held: Holding) -> frozenset[Difference]:
    """Return in what a user is not yet as a grant asks.

    Schedules that another type leaves without effect are no miss.
    """
    user, known = held.user, held.schedules or NO_SCHEDULES
    kind = user.type if target.type is None else target.type
    matters = target.schedules is not None and kind in RESTRICTED_TYPES
    return _where_true(
        {
            Difference.STATUS: target.status is not user.status,
            Difference.TYPE: not is_same_type(kind, user.type),
            Difference.HOURS: matters
            and not as_stored(target.schedules or ()).covers_same(known),
        }
    )


def effect_of(user: LockUser) -> Effect:
    """Return what the credentials of a user do at the door."""
    if user.type is UserType.FORCED:
        return Effect.DURESS
    return Effect.SCENE if user.type is UserType.NON_ACCESS else Effect.OPENS


def is_same_type(one: UserType | None, other: UserType | None) -> bool:
    """Return whether types mean the same: a lock may name the kind of its schedules."""
    return one is other or {one, other} <= RESTRICTED_TYPES


def as_stored(schedules: tuple[Schedule, ...]) -> UserSchedules:
    """Return schedules under indices of their own."""
    numbered = list(enumerate(schedules, 1))
    return UserSchedules(
        week={i: item for i, item in numbered if isinstance(item, WeekDaySchedule)},
        year={i: item for i, item in numbered if isinstance(item, YearDaySchedule)},
    )


def _same_creator(left: LockUser, found: LockUser) -> bool:
    ids = (left.creator_fabric_id, found.creator_fabric_id)
    if None not in ids:
        return ids[0] == ids[1]
    return left.creator_fabric_index == found.creator_fabric_index


def _where_true(found: dict[Difference, bool]) -> frozenset[Difference]:
    return frozenset(item for item, is_so in found.items() if is_so)
