"""The steps that bring one user of a lock from how it stands to how it shall stand.

What takes away and what gives are kept apart, so that a plan takes from everybody before
it gives to anybody. While schedules are rewritten, the user is closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..doorlock import UserType
from .grants import GrantKey, Holding
from .matching import as_stored, is_same_type
from .schedules import NO_SCHEDULES, Schedule, UserSchedules
from .steps import (
    ALL_SCHEDULES,
    ClearSchedule,
    ClearUser,
    Operation,
    ReadSchedule,
    ReadUser,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetUser,
    Step,
    Turn,
    kind_of,
)
from .table import RESTRICTED_TYPES
from .target import OFF, ON, Target


@dataclass(frozen=True, slots=True)
class Change:
    """Steps of one user: first those that take, later those that prepare and give."""

    takes: tuple[Step, ...] = ()
    gives: tuple[Step, ...] = ()


UNCHANGED: Final = Change()


def creation(
    key: GrantKey, target: Target, name: str, unique_id: int, code: SetCode
) -> Change:
    """Return the steps of a new user: closed until the code, which comes last."""
    index = code.user_index
    schedules = target.schedules or ()
    add = SetUser(
        grant=key,
        turn=Turn.PREPARES,
        operation=Operation.ADD,
        user_index=index,
        name=name,
        unique_id=unique_id,
        status=target.status,
        type=UserType.UNRESTRICTED if target.type is None else target.type,
    )
    sets, reads = _rewrite(key, index, NO_SCHEDULES, schedules)
    return Change(gives=(add, *sets, *reads, code, _read(key, index)))


def removal(key: GrantKey, index: int) -> Change:
    """Return the steps that remove a user with all that it has."""
    return Change(takes=(ClearUser(grant=key, user_index=index), _read(key, index)))


def switch_off(key: GrantKey, index: int) -> Change:
    """Return the steps that disable a user, whoever made it."""
    step = _modify(key, index, Turn.TAKES, target=Target(status=OFF), name=None)
    return Change(takes=(step, _read(key, index)))


def switch_on(key: GrantKey, index: int) -> Change:
    """Return the steps that enable a user as it stands, whoever made it."""
    step = _modify(key, index, Turn.GIVES, target=Target(status=ON), name=None)
    return Change(gives=(step, _read(key, index)))


def transition(
    key: GrantKey,
    held: Holding,
    target: Target,
    code: SetCode | None,
    name: str | None = None,
) -> Change:
    """Return the steps of a user of ours; its code and name change where they are given."""
    if held.user.status is ON and held.user.credentials:
        if target.status is OFF:
            return _closed_first(key, held, target, code, name)
        return _of_open_user(key, held, target, code, name)
    return Change(gives=_of_closed_user(key, held, target, code, name))


def _of_open_user(
    key: GrantKey,
    held: Holding,
    target: Target,
    code: SetCode | None,
    name: str | None,
) -> Change:
    user, before = held.user, held.schedules or NO_SCHEDULES
    wanted = target.schedules
    is_same = target.type is None or is_same_type(target.type, user.type)
    if is_same and (wanted is None or _holds(before, wanted)):
        return Change(gives=_finish(key, user.index, code, name))
    if code is not None:
        # Neither may the code before get the new window, nor the new code the old one.
        return _closed_first(key, held, target, code, name)
    if is_same and user.type in RESTRICTED_TYPES:
        return _other_hours(key, held, target, name)
    if before.are_empty and wanted and user.type is UserType.UNRESTRICTED:
        return _first_hours(key, held, target, name)
    if before.are_empty and not wanted and _is_plain(user.type, target.type):
        return _other_type(key, held, target, name)
    return _closed_first(key, held, target, None, name)


def _other_hours(
    key: GrantKey,
    held: Holding,
    target: Target,
    name: str | None,
) -> Change:
    """Clear what is no longer wanted, then set what is new.

    A lock may open a user whose last schedule is cleared (§5.2.10.5), and schedules of
    both kinds admit only together: where either could be, the user is closed first.
    """
    index, before = held.user.index, held.schedules or NO_SCHEDULES
    wanted = target.schedules or ()
    present = dict(_items(before))
    kept = {place for place, item in present.items() if item in wanted}
    gone = [place for place in sorted(present) if place not in kept]
    kinds = {kind for kind, _ in present} | {kind_of(item) for item in wanted}
    if len(kinds) > 1 or (gone and not kept):
        return _closed_first(key, held, target, None, name)
    takes = [
        ClearSchedule(
            grant=key, turn=Turn.TAKES, user_index=index, kind=kind, index=place
        )
        for kind, place in gone
    ]
    places = _free_places(place for _, place in kept)
    new = [item for item in wanted if item not in present.values()]
    sets = [_set(key, index, next(places), item, Turn.GIVES) for item in new]
    return Change(
        takes=(*takes, *(_read_schedule(key, index, *place) for place in gone)),
        gives=(*sets, *_reads_of(sets), *_finish(key, index, None, name)),
    )


def _first_hours(
    key: GrantKey,
    held: Holding,
    target: Target,
    name: str | None,
) -> Change:
    """Restrict first: without a schedule nothing is admitted (§5.2.6.18.9)."""
    index = held.user.index
    restrict = _modify(key, index, Turn.TAKES, target=target, name=name)
    wanted = enumerate(target.schedules or (), 1)
    sets = [_set(key, index, place, item, Turn.GIVES) for place, item in wanted]
    return Change(
        takes=(restrict, _read(key, index)),
        gives=(*sets, *_reads_of(sets)),
    )


def _other_type(
    key: GrantKey,
    held: Holding,
    target: Target,
    name: str | None,
) -> Change:
    index = held.user.index
    narrows = held.user.type is UserType.UNRESTRICTED
    turn = Turn.TAKES if narrows else Turn.GIVES
    steps = (
        _modify(key, index, turn, target=target, name=name),
        _read(key, index),
    )
    return Change(takes=steps) if narrows else Change(gives=steps)


def _closed_first(
    key: GrantKey,
    held: Holding,
    target: Target,
    code: SetCode | None,
    name: str | None,
) -> Change:
    closed = switch_off(key, held.user.index)
    if target.status is OFF and code is None and _is_as_wanted(held, target):
        return closed
    return Change(closed.takes, _of_closed_user(key, held, target, code, name))


def _of_closed_user(
    key: GrantKey,
    held: Holding,
    target: Target,
    code: SetCode | None,
    name: str | None,
) -> tuple[Step, ...]:
    """Prepare while nothing is admitted; what admits comes last.

    That is the code where there is none yet, else what enables the user.
    """
    user, before = held.user, held.schedules or NO_SCHEDULES
    index = user.index
    sets: list[Step] = []
    reads: list[Step] = []
    if target.schedules is not None and not _holds(before, target.schedules):
        sets, reads = _rewrite(key, index, before, target.schedules)
    if user.credentials:
        gives = target.status is ON
        turn = Turn.GIVES if gives else Turn.PREPARES
        enable = _modify(key, index, turn, target=target, name=name)
        # Before the user is enabled a code gives nothing.
        change = [code] if code else []
        return (*sets, *reads, *change, enable, _read(key, index))
    # The type comes after the schedules: clearing the last one may have changed it.
    prepare = _modify(key, index, Turn.PREPARES, target=target, name=name)
    if code is None:
        return ()
    return (*sets, prepare, *reads, code, _read(key, index))


def _is_as_wanted(held: Holding, target: Target) -> bool:
    before = held.schedules or NO_SCHEDULES
    is_same = target.type is None or is_same_type(target.type, held.user.type)
    return is_same and (target.schedules is None or _holds(before, target.schedules))


def _holds(before: UserSchedules, wanted: tuple[Schedule, ...]) -> bool:
    return as_stored(wanted).covers_same(before)


def _rewrite(
    key: GrantKey, index: int, before: UserSchedules, wanted: tuple[Schedule, ...]
) -> tuple[list[Step], list[Step]]:
    """Return the writes and the reads that leave exactly these schedules."""
    writes: list[Step] = []
    reads: list[Step] = []
    kinds = {kind_of(item) for item in wanted}
    for kind in ScheduleKind:
        present = {place: item for (k, place), item in _items(before) if k is kind}
        if present and kind not in kinds:
            writes.append(_clear(key, index, kind, ALL_SCHEDULES))
            reads += [_read_schedule(key, index, kind, place) for place in present]
        if kind not in kinds:
            continue
        kept = {place for place, item in present.items() if item in wanted}
        new = [item for item in wanted if item not in present.values()]
        places = _free_places(kept)
        sets = [_set(key, index, next(places), item, Turn.PREPARES) for item in new]
        filled = kept | {item.index for item in sets}
        left = [place for place in sorted(present) if place not in filled]
        writes += [*sets, *(_clear(key, index, kind, place) for place in left)]
        reads += [*_reads_of(sets)]
        reads += [_read_schedule(key, index, kind, place) for place in left]
    return writes, reads


def _finish(
    key: GrantKey, index: int, code: SetCode | None, name: str | None
) -> tuple[Step, ...]:
    steps: list[Step] = []
    if name is not None:
        steps.append(_modify(key, index, Turn.PREPARES, target=None, name=name))
    if code is not None:
        steps.append(code)
    return (*steps, _read(key, index)) if steps else ()


def _is_plain(before: UserType | None, after: UserType | None) -> bool:
    """Return whether one side admits all that the other does."""
    return UserType.UNRESTRICTED in {before, after}


def _items(
    schedules: UserSchedules,
) -> list[tuple[tuple[ScheduleKind, int], Schedule]]:
    week = [
        ((ScheduleKind.WEEK_DAY, place), item) for place, item in schedules.week.items()
    ]
    year = [
        ((ScheduleKind.YEAR_DAY, place), item) for place, item in schedules.year.items()
    ]
    return [*week, *year]


def _free_places(taken: Iterable[int]) -> Iterator[int]:
    held = set(taken)
    return (place for place in range(1, 254) if place not in held)


def _modify(
    key: GrantKey, index: int, turn: Turn, *, target: Target | None, name: str | None
) -> SetUser:
    return SetUser(
        grant=key,
        turn=turn,
        operation=Operation.MODIFY,
        user_index=index,
        name=name,
        status=target.status if target else None,
        type=target.type if target else None,
    )


def _set(
    key: GrantKey, index: int, place: int, item: Schedule, turn: Turn
) -> SetSchedule:
    return SetSchedule(
        grant=key, turn=turn, user_index=index, index=place, schedule=item
    )


def _clear(key: GrantKey, index: int, kind: ScheduleKind, place: int) -> ClearSchedule:
    return ClearSchedule(
        grant=key, turn=Turn.PREPARES, user_index=index, kind=kind, index=place
    )


def _read(key: GrantKey, index: int) -> ReadUser:
    return ReadUser(grant=key, user_index=index)


def _read_schedule(
    key: GrantKey, index: int, kind: ScheduleKind, place: int
) -> ReadSchedule:
    return ReadSchedule(grant=key, user_index=index, kind=kind, index=place)


def _reads_of(sets: Iterable[SetSchedule]) -> list[ReadSchedule]:
    return [
        _read_schedule(item.grant, item.user_index, kind_of(item.schedule), item.index)
        for item in sets
    ]
