"""The plan of a door: what brings its table to what is wanted, and what cannot be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ..doorlock import UserType
from .grants import Grant, GrantKey, Holding, Means, Reason
from .limits import LockLimits
from .lock_names import is_lock_name_of, lock_name, person_number
from .matching import Difference
from .schedules import schedules_of
from .standing import Standing, WantedGrant, standing_of
from .steps import Messages, Operation, SetCode, SetTimeAfterUse, Step, messages_of
from .table import DoorTable, code_slots
from .target import ON, SWITCHED_OFF, Target
from .transition import (
    UNCHANGED,
    Change,
    creation,
    removal,
    switch_off,
    switch_on,
    transition,
)
from .windows import AfterFirstUse, WeeklyHours, is_over


class Note(StrEnum):
    """What a plan cannot know beforehand."""

    MAY_NEED_MORE_SCHEDULES = "may_need_more_schedules"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlan:
    """Steps in their order, and what is left out with its reason.

    `is_unread` is that the table has to be walked first, `unread_schedules` are users
    whose schedules have to be read first. What waits was changed by somebody else.
    """

    door_id: str
    steps: tuple[Step, ...] = ()
    cannot: Mapping[GrantKey, Reason]
    needs_code: tuple[GrantKey, ...] = ()
    waits: tuple[GrantKey, ...] = ()
    notes: Mapping[GrantKey, Note]
    is_unread: bool = False
    unread_schedules: tuple[int, ...] = ()

    @property
    def messages(self) -> Messages:
        """What the plan costs."""
        return messages_of(self.steps)

    def steps_of(self, key: GrantKey) -> tuple[Step, ...]:
        """Return the steps of one grant."""
        return tuple(step for step in self.steps if step.grant == key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A door to plan for."""

    table: DoorTable
    limits: LockLimits


def plan(
    wanted: Iterable[WantedGrant], doors: Iterable[Door], now: datetime
) -> dict[str, DoorPlan]:
    """Return the plan of every door; `now` is in the time zone of the home."""
    grants = list(wanted)
    return {
        door.table.door_id: plan_door(
            [g for g in grants if g.grant.key.door_id == door.table.door_id], door, now
        )
        for door in doors
    }


def plan_door(wanted: Iterable[WantedGrant], door: Door, now: datetime) -> DoorPlan:
    """Return the plan of one door; what takes away goes before all that gives."""
    table, limits = door.table, door.limits
    if not table.is_known or table.own_fabric_index is None:
        return DoorPlan(door_id=table.door_id, cannot={}, notes={}, is_unread=True)
    standings = [standing_of(item, table, limits, now) for item in wanted]
    return _Planning(door, standings, now).result()


class _Planning:
    """Hands out the free places of a door while its plan is made."""

    def __init__(self, door: Door, standings: list[Standing], now: datetime) -> None:
        self._table, self._limits = door.table, door.limits
        self._standings = standings
        self._wall = now.replace(tzinfo=None)
        self._users = self._table.free_users(self._limits)
        self._codes = self._table.free_codes(self._limits)
        self._names = {user.name for user in self._table.users if user.name}
        self._minutes = self._limits.expiring_minutes
        self._removed: set[int] = set()
        self._disabled: set[int] = set()
        self._cannot: dict[GrantKey, Reason] = {}
        self._needs_code: list[GrantKey] = []
        self._waits: list[GrantKey] = []
        self._notes: dict[GrantKey, Note] = {}
        self._unread: set[int] = set()

    def result(self) -> DoorPlan:
        """Return the plan: removals free places for those who come later."""
        removals = [self._removal(item) for item in self._standings]
        offs = [self._switch_off(item) for item in self._standings]
        changes = [self._allowed(item) for item in self._standings]
        taking = [*removals, *offs, *changes]
        return DoorPlan(
            door_id=self._table.door_id,
            steps=(
                *(step for change in taking for step in change.takes),
                *(step for change in changes for step in change.gives),
            ),
            cannot=self._cannot,
            needs_code=tuple(self._needs_code),
            waits=tuple(self._waits),
            notes=self._notes,
            unread_schedules=tuple(sorted(self._unread)),
        )

    def _removal(self, item: Standing) -> Change:
        held = item.held
        if item.target is not None or held is None:
            return UNCHANGED
        index = held.user.index
        if index in self._removed:
            return UNCHANGED
        self._removed.add(index)
        self._users.append(index)
        self._codes += [slot.index for slot in code_slots(held.user)]
        return removal(item.grant.key, index)

    def _switch_off(self, item: Standing) -> Change:
        """Disable whoever made it; the rest waits until it is to be on again."""
        held = item.held
        if item.target != SWITCHED_OFF or held is None or not item.may_take:
            return UNCHANGED
        self._disabled.add(held.user.index)
        return switch_off(item.grant.key, held.user.index)

    def _allowed(self, item: Standing) -> Change:
        """Take what is too much in any case, and give where that is allowed."""
        found = self._change(item)
        return found if item.wanted.may_give else Change(takes=found.takes)

    def _change(self, item: Standing) -> Change:
        target, key = item.target, item.grant.key
        if target is None or not self._may_change(item):
            return UNCHANGED
        if isinstance(target, Reason):
            return self._refuse(key, target)
        if target == SWITCHED_OFF:
            return self._restore_off(item)
        if item.lacks_schedules and item.held:
            self._unread.add(item.held.user.index)
            return UNCHANGED
        if item.is_used and not item.wanted.has_code:
            return UNCHANGED
        if item.held is None:
            return self._create(item, target)
        if not self._table.is_own(item.held.user):
            return self._change_foreign(item, item.held)
        return self._change_own(item, item.held, target)

    def _may_change(self, item: Standing) -> bool:
        if item.waits_for_decision:
            # Taking away waits for nobody.
            if item.target != SWITCHED_OFF or not item.may_take:
                self._waits.append(item.grant.key)
            return False
        return True

    def _restore_off(self, item: Standing) -> Change:
        held = item.held
        is_on = held is not None and held.user.index not in self._disabled
        if held is None or not is_on or not item.missing:
            return UNCHANGED
        return switch_off(item.grant.key, held.user.index)

    def _create(self, item: Standing, target: Target) -> Change:
        grant, key = item.grant, item.grant.key
        if (reason := self._no_place(item)) is not None:
            return self._refuse(key, reason)
        if not item.wanted.has_code:
            self._needs_code.append(key)
            return UNCHANGED
        steps = self._time_after_use(item, target)
        if isinstance(steps, Reason):
            return self._refuse(key, steps)
        self._note(grant, target)
        index, name = self._users.pop(0), self._name(item)
        code = SetCode(
            grant=key,
            operation=Operation.ADD,
            user_index=index,
            credential_index=self._codes.pop(0),
        )
        made = creation(key, target, name, person_number(key.person_id), code)
        return replace(made, gives=(*steps, *made.gives))

    def _no_place(self, item: Standing) -> Reason | None:
        grant, limits = item.grant, self._limits
        if grant.means is not Means.CODE:
            return Reason.CANNOT_ENROL
        if not limits.has_codes:
            return Reason.NO_CODES
        if is_over(grant.window, self._wall):
            return Reason.WINDOW_OVER
        if not self._users:
            return Reason.TABLE_FULL
        return None if self._codes else Reason.CODES_FULL

    def _change_foreign(self, item: Standing, held: Holding) -> Change:
        """Change of another ecosystem's user what any may: whether it is on (§2.5)."""
        key, missing = item.grant.key, item.missing
        if item.wanted.has_code or missing - {Difference.STATUS}:
            return self._refuse(key, Reason.OTHER_ECOSYSTEM)
        if not missing:
            return UNCHANGED
        return switch_on(key, held.user.index)

    def _change_own(self, item: Standing, held: Holding, target: Target) -> Change:
        key, grant = item.grant.key, item.grant
        name = self._other_name(item, held)
        code: SetCode | None = None
        if item.wanted.has_code:
            found = self._code_of(item, held)
            if isinstance(found, Reason):
                return self._refuse(key, found)
            code = found
        elif not held.user.credentials or (
            grant.means is Means.CODE and not code_slots(held.user)
        ):
            self._needs_code.append(key)
            if not held.user.credentials:
                return UNCHANGED
        is_done = not item.missing - {Difference.CODES, Difference.TIME_AFTER_USE}
        steps = self._time_after_use(item, target)
        if isinstance(steps, Reason):
            return self._refuse(key, steps)
        if is_done and code is None and name is None:
            return Change(gives=steps)
        self._note(grant, target)
        found_change = transition(key, held, target, code, name)
        return replace(found_change, gives=(*steps, *found_change.gives))

    def _code_of(self, item: Standing, held: Holding) -> SetCode | Reason:
        """Change the code that is there; clearing the last one would clear the user."""
        user, placement = held.user, item.wanted.placement
        slots = code_slots(user)
        set_before = placement.credential if placement else None
        operation = Operation.MODIFY if slots else Operation.ADD
        if slots:
            index = (set_before if set_before in slots else slots[0]).index
        elif len(user.credentials) >= self._limits.credentials_per_user:
            return Reason.USER_FULL
        elif not self._codes:
            return Reason.CODES_FULL
        else:
            index = self._codes.pop(0)
        return SetCode(
            grant=item.grant.key,
            operation=operation,
            user_index=user.index,
            credential_index=index,
        )

    def _time_after_use(
        self, item: Standing, target: Target
    ) -> tuple[Step, ...] | Reason:
        """Return the write of the time after the first use, which all users share."""
        if target.minutes is None or target.minutes == self._minutes:
            return ()
        if self._others_need_time(item, target.minutes):
            return Reason.OTHER_TIME_AFTER_USE
        self._minutes = target.minutes
        return (SetTimeAfterUse(grant=item.grant.key, minutes=target.minutes),)

    def _others_need_time(self, item: Standing, minutes: int) -> bool:
        own = item.held.user.index if item.held else None
        same = {
            other.held.user.index
            for other in self._standings
            if other.held and _minutes_of(other) == minutes
        }
        closed = self._removed | self._disabled | same | {own}
        has_time = any(
            user.type is UserType.EXPIRING
            and user.status is ON
            and user.index not in closed
            for user in self._table.users
        )
        # Somebody before in this plan has set it.
        return has_time or self._minutes != self._limits.expiring_minutes

    def _other_name(self, item: Standing, held: Holding) -> str | None:
        person, placement = item.wanted.person, item.wanted.placement
        names = {held.user.name, placement.name_asked if placement else None}
        if any(name and is_lock_name_of(person.name, name) for name in names):
            return None
        return self._name(item)

    def _name(self, item: Standing) -> str:
        name = lock_name(item.wanted.person.name, self._names)
        self._names.add(name)
        return name

    def _note(self, grant: Grant, target: Target) -> None:
        if self._limits.several_days is not None or not target.schedules:
            return
        if isinstance(grant.window, WeeklyHours):
            most = len(schedules_of(grant.window, several_days=False))
            if most > self._limits.week_day_schedules:
                self._notes[grant.key] = Note.MAY_NEED_MORE_SCHEDULES

    def _refuse(self, key: GrantKey, reason: Reason) -> Change:
        self._cannot[key] = reason
        return UNCHANGED


def _minutes_of(item: Standing) -> int | None:
    window = item.grant.window
    return window.minutes if isinstance(window, AfterFirstUse) else None
