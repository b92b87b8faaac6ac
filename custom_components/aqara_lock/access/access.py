"""People, doors and windows of the home: what is wanted, how it stands, and who sees to it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..domain.access import (
    AfterFirstUse,
    AskFor,
    DoorPlan,
    Effect,
    FoundUser,
    Grant,
    GrantKey,
    GrantState,
    GrantStatus,
    Keeper,
    Placement,
    Wish,
    adopted,
    after_use,
    counted_anew,
    found_users,
    is_over,
    next_change,
    taken_as_found,
    used_grant,
    uses_count_from,
)
from ..domain.attribution import Attribution
from ..domain.doorlock import LockOperation, LockUserChange, ReceivedEvent
from ..host_clock import host_clock
from ..household import Household
from ..locks import Lock, Operation
from ..signals import Signal
from .door import AccessDoor
from .store import AccessStore, StoredAccess

_LOGGER = logging.getLogger(__name__)

LOOK_EVERY: Final = 60.0
"""Seconds between two looks at the host's clock while something ends by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """What an administrator wants from now on: each grant replaces the one of its key."""

    grants: Mapping[GrantKey, Grant]
    codes: Mapping[GrantKey, str] = field(default_factory=dict, repr=False)


class Drift(StrEnum):
    """What is done about what somebody changed."""

    ADOPT = "adopt"
    RESTORE = "restore"
    LEAVE = "leave"


class NotReadError(Exception):
    """What is stored of people and codes could not be read, so that nothing is decided."""


class Access:
    """Who shall open which door; the doors see to it that the locks are so."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, household: Household
    ) -> None:
        """Prepare for one home."""
        self._hass = hass
        self._household = household
        self._store = AccessStore(hass, entry_id)
        self._host = host_clock(hass)
        self._timer: CALLBACK_TYPE | None = None
        self._due: datetime | None = None
        self._ends: dict[str, list[CALLBACK_TYPE]] = {}
        self.doors: dict[str, AccessDoor] = {}
        self.changed: Signal[()] = Signal()
        self.used: Signal[GrantKey, Placement | None] = Signal()
        """Somebody opened by a grant; with what was known of it before."""

    @property
    def grants(self) -> Mapping[GrantKey, Grant]:
        """Everything that is wanted, also what is to be gone."""
        return self._store.memory.grants

    @property
    def placements(self) -> Mapping[GrantKey, Placement]:
        """What was left of each grant on its lock."""
        return self._store.memory.placements

    @property
    def asks(self) -> Mapping[GrantKey, AskFor]:
        """Why an administrator is asked before an access is added."""
        return self._store.memory.asks

    def owners(self, door_id: str) -> Mapping[int, GrantKey]:
        """Return whose each user of a door is, as far as grants have them."""
        return self.doors[door_id].owners()

    @property
    def is_readable(self) -> bool:
        """Whether everything is known that was wanted."""
        return self._store.is_whole

    async def async_start(self) -> None:
        """Read what is wanted."""
        await self._store.async_load()
        self._forget_people_who_left()

    async def async_stop(self) -> None:
        """Stop between two messages, and write what is remembered."""
        self._cancel_timer()
        for door_id in list(self.doors):
            await self.async_unfollow(door_id)
        await self._store.async_close()

    async def async_remove(self) -> None:
        """Forget everything that is wanted."""
        await self._store.async_remove()

    async def async_accept_loss(self) -> None:
        """Go on with what could be read; raises NotKeptError."""
        await self._store.async_accept()
        self._request_all()
        self.changed.send()

    @callback
    def follow(self, lock: Lock) -> None:
        """Bring about at a lock what is wanted there."""
        door = AccessDoor(self._hass, lock, self._store, self._household)
        self.doors[lock.id] = door
        self._ends[lock.id] = [
            door.changed.connect(self._door_changed),
            lock.connection_changed.connect(door.returned),
            lock.updated.connect(door.request),
            lock.operated.connect(lambda event, who: self._operated(door, event, who)),
            lock.operated_late.connect(
                lambda event, at: self._operated_late(door, event, at)
            ),
            lock.link.event_received.connect(lambda x: self._reported(door, x)),
            lock.log.directory.changed.connect(self._announce),
        ]
        self._take_unseen_uses(door)
        door.request()
        self._plan_timer()

    async def async_unfollow(self, door_id: str) -> None:
        """Stop for a lock; what is wanted there is kept."""
        for end in self._ends.pop(door_id, ()):
            end()
        if (door := self.doors.pop(door_id, None)) is not None:
            await door.async_stop()

    @callback
    def door_moved(self, before: str, after: str) -> None:
        """Take that a lock that was removed is in the home again under another id."""
        self._store.memory.move_door(before, after)
        self._store.schedule()

    def of_door(self, door_id: str) -> list[Grant]:
        """Return what is wanted at a door."""
        return self._store.memory.of_door(door_id)

    @callback
    def keep_doors(self, known: set[str]) -> None:
        """Forget what is wanted at doors that nobody knows any more."""
        memory = self._store.memory
        gone = [key for key in memory.grants if key.door_id not in known]
        for key in gone:
            memory.forget(key)
        for door_id in {key.door_id for key in gone}:
            memory.jobs.pop(door_id, None)
        if gone:
            self._store.schedule()
            self.changed.send()

    def of_person(self, person_id: str) -> list[Grant]:
        """Return what is wanted for a person."""
        return [x for key, x in self.grants.items() if key.person_id == person_id]

    def status(self, key: GrantKey) -> GrantStatus | None:
        """Return how a grant stands; None where it, or its door, is not there."""
        door = self.doors.get(key.door_id)
        return door.status(key) if door and key in self.grants else None

    def plan(self, change: AccessChange) -> dict[str, DoorPlan]:
        """Return what a change needs on each door; nothing is written.

        Raises NotReadError.
        """
        self._require_readable()
        codes = frozenset(change.codes)
        return {
            door_id: self.doors[door_id].plan(change.grants, codes)
            for door_id in sorted({key.door_id for key in change.grants})
            if door_id in self.doors
        }

    async def async_apply(self, change: AccessChange) -> None:
        """Keep what is wanted, and begin to bring it about.

        Raises NotReadError, and NotKeptError where it could not be written: then nothing
        is sent.
        """
        async with self._kept() as memory:
            grants = self._without_who_left(change.grants)
            self._count_anew(memory, grants)
            memory.grants |= grants
            memory.left_alone -= set(grants)
        for door_id in {key.door_id for key in change.grants}:
            if (door := self.doors.get(door_id)) is not None:
                keys = frozenset(x for x in change.grants if x.door_id == door_id)
                codes = {k: x for k, x in change.codes.items() if k in keys}
                door.ask(codes, keys)
        self._announce()
        self._plan_timer()

    def _count_anew(
        self, memory: StoredAccess, grants: Mapping[GrantKey, Grant]
    ) -> None:
        """Let only what is used from now on be a use of another window."""
        for key, grant in grants.items():
            if (placement := memory.placements.get(key)) is not None:
                before = memory.grants.get(key)
                memory.placements[key] = counted_anew(
                    before, grant, placement, self._host.now()
                )

    async def async_request_code(self, grants: Mapping[GrantKey, Grant]) -> None:
        """Want these, and ask an administrator for their code; nothing is written yet.

        Raises NotReadError, NotKeptError.
        """
        async with self._kept() as memory:
            people = self._household.people
            here = {k: x for k, x in grants.items() if k.person_id in people}
            memory.grants |= here
            memory.asks |= dict.fromkeys(here, AskFor.CODE)
        self._announce()

    def _without_who_left(
        self, grants: Mapping[GrantKey, Grant]
    ) -> dict[GrantKey, Grant]:
        """Return what is wanted; who left while a dialog was open gets nothing."""
        people = self._household.people
        return {
            key: grant if key.person_id in people else replace(grant, wish=Wish.REMOVED)
            for key, grant in grants.items()
        }

    async def async_wait(self, door_ids: Iterable[str], seconds: float) -> None:
        """Wait until nothing is under way at doors, but not for longer than this."""
        doors = [self.doors[x] for x in door_ids if x in self.doors]
        tasks = {task for door in doors if (task := door.task) is not None}
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    @callback
    def cancel(self) -> None:
        """Give nothing more of what was asked for; what takes away goes on."""
        for door in self.doors.values():
            door.cancel()

    @callback
    def people_changed(self) -> None:
        """Take every access of those away who are no longer in the home."""
        if self._forget_people_who_left():
            self._request_all()
            self.changed.send()

    def _forget_people_who_left(self) -> bool:
        """Want nothing more for who left; returns whether anybody did.

        Deleting a person by Home Assistant's own menu is taking the access away.
        """
        memory, people = self._store.memory, self._household.people
        gone = [
            grant
            for key, grant in memory.grants.items()
            if key.person_id not in people and grant.wish is not Wish.REMOVED
        ]
        for grant in gone:
            memory.grants[grant.key] = replace(grant, wish=Wish.REMOVED)
        if gone:
            self._store.schedule()
        return bool(gone)

    async def async_adopt(self, users: Mapping[str, Iterable[FoundUser]]) -> None:
        """Take users that are on the locks already for the access of persons, by their id.

        Nothing is written to a lock. Raises NotReadError, NotKeptError.
        """
        people, now = self._household.people, self._host.now()
        taken = [
            adopted(people[person_id], user, now)
            for person_id, found in users.items()
            for user in found
            # The dialog may be older than the home: who left takes nothing over.
            if person_id in people and user.door_id in self.doors
        ]
        async with self._kept() as memory:
            for grant, placement in taken:
                memory.grants[grant.key] = grant
                memory.placements[grant.key] = placement
        for grant, _ in taken:
            self.doors[grant.key.door_id].bind(grant.key)
        self._announce()

    def found_users(self) -> list[FoundUser]:
        """Return the users on all doors that no grant has, and nobody else manages."""
        found: list[FoundUser] = []
        for door in self.doors.values():
            found += found_users(door.table, door.owners())
        return found

    async def async_decide(self, key: GrantKey, what: Drift) -> None:
        """Do about a changed access what an administrator decided.

        Raises NotReadError, NotKeptError.
        """
        grant, held = self.grants[key], self.doors[key.door_id].held(key)
        if what is Drift.RESTORE:
            await self.async_apply(AccessChange(grants={key: grant}))
            return
        async with self._kept() as memory:
            if what is Drift.LEAVE:
                memory.left_alone |= {key}
            elif held is None:
                memory.forget(key)
            else:
                placement = memory.placements.get(key)
                memory.grants[key] = taken_as_found(grant, held)
                kept = placement or Placement(left=held, proved_at=self._host.now())
                memory.placements[key] = replace(kept, left=held)
        self._announce()

    def is_left_alone(self, key: GrantKey) -> bool:
        """Return whether an administrator left the drift of a grant as it is."""
        return key in self._store.memory.left_alone

    def new_strangers(self, door_id: str) -> frozenset[int]:
        """Return the users of a door that nobody asked for and nobody was told of."""
        known = self._store.memory.noticed.get(door_id, frozenset())
        door = self.doors.get(door_id)
        return door.strangers() - known if door else frozenset()

    async def async_notice_strangers(self, door_id: str, users: frozenset[int]) -> None:
        """Take that an administrator knows of these strangers.

        Raises NotReadError, NotKeptError.
        """
        async with self._kept() as memory:
            known = memory.noticed.get(door_id, frozenset()) | users
            memory.noticed[door_id] = known & self.doors[door_id].strangers()
        self._announce()

    def next_change(self, person_id: str) -> datetime | None:
        """Return when some access of a person opens or closes next, in UTC.

        Everybody can see that: whoever has a code for threats has it at no time of its own.
        """
        zone = dt_util.get_default_time_zone()
        moments = [
            next_change(grant.window, self._host.now(), zone)
            for grant in self.of_person(person_id)
            if grant.wish is Wish.ON and grant.key.effect is Effect.OPENS
        ]
        return min((x for x in moments if x is not None), default=None)

    def has_access(self, key: GrantKey) -> bool:
        """Return whether a grant opens its door now, as far as its lock was read."""
        grant, status = self.grants[key], self.status(key)
        if status is None or status.is_used or key.effect is Effect.SCENE:
            return False
        if status.state is GrantState.STILL_OPENS:
            return True
        is_there = status.state in {GrantState.IN_PLACE, GrantState.SENT_NOT_PROVED}
        wall = dt_util.as_local(self._host.now()).replace(tzinfo=None)
        is_on = grant.wish is Wish.ON and not is_over(grant.window, wall)
        return is_on and is_there

    @asynccontextmanager
    async def _kept(self) -> AsyncGenerator[StoredAccess]:
        """Write what is changed inside; nothing of it holds where that fails.

        Raises NotReadError, NotKeptError.
        """
        self._require_readable()
        memory = self._store.memory
        before = memory.copied()
        yield memory
        after = memory.copied()
        try:
            await self._store.async_save()
        except BaseException:
            memory.take_back(before, after)
            raise

    def _require_readable(self) -> None:
        if not self._store.is_whole:
            raise NotReadError

    @callback
    def _operated(self, door: AccessDoor, event: Operation, _who: Attribution) -> None:
        """Handle an operation at a door: it proves a code, and begins what it begins."""
        if not isinstance(event, LockOperation):
            return
        placements = self._placements_at(door)
        key = used_grant(event.actor, placements)
        if key is not None and self._take_use(key, event, self._host.now()):
            self.used.send(key, placements[key])
        # The lock is awake: what could not be taken away goes now.
        door.request()

    @callback
    def _operated_late(
        self, door: AccessDoor, event: LockOperation, at: datetime
    ) -> None:
        """Handle an operation that was missed: what it used is used, and no news."""
        placements = self._placements_at(door)
        key = used_grant(event.actor, placements)
        if key is not None and at >= uses_count_from(placements[key]):
            self._take_use(key, event, at)
            door.request()

    def _take_unseen_uses(self, door: AccessDoor) -> None:
        """Take the uses that the journal has and the access not: a kill came between."""
        unused = [
            uses_count_from(placement)
            for placement in self._placements_at(door).values()
            if placement.first_used_at is None
        ]
        if not unused:
            return
        journal = door.lock.log.memory.journal
        for event, at in list(journal.operations_since(min(unused))):
            self._operated_late(door, event, at)

    def _placements_at(self, door: AccessDoor) -> dict[GrantKey, Placement]:
        return {k: x for k, x in self.placements.items() if k.door_id == door.id}

    def _take_use(self, key: GrantKey, event: LockOperation, at: datetime) -> bool:
        """Keep that a grant was used; returns whether it is one that is wanted."""
        memory = self._store.memory
        if (grant := memory.grants.get(key)) is None:
            return False
        before = memory.placements[key]
        memory.placements[key] = after_use(grant, before, event.actor, at)
        self._store.schedule()
        self._announce()
        self._plan_timer()
        return True

    @callback
    def _reported(self, door: AccessDoor, received: ReceivedEvent) -> None:
        """Handle that a lock confirms a code that was changed."""
        if isinstance(received.event, LockUserChange) and received.is_live:
            door.changed_reported(received.event)

    @callback
    def _door_changed(self) -> None:
        self._announce()
        self._plan_timer()

    @callback
    def _announce(self) -> None:
        self.changed.send()

    def _request_all(self) -> None:
        for door in self.doors.values():
            door.request()

    def _plan_timer(self) -> None:
        """Be there when an access begins or ends that no lock ends by itself.

        A clock that is set, or stood still, is noticed within a minute.
        """
        self._cancel_timer()
        now = self._host.now()
        # A moment that came while the clock was set waits for its look.
        if self._due is None or self._due > now:
            moments = map(self._next_own_change, self.grants.values())
            self._due = min((x for x in moments if x is not None), default=None)
        if self._due is None:
            return
        left = (self._due - now).total_seconds()
        wait = min(max(left, 0.0), LOOK_EVERY)
        self._timer = async_call_later(self._hass, wait, self._look_at_time)

    def _next_own_change(self, grant: Grant) -> datetime | None:
        if grant.keeper is not Keeper.HOME_ASSISTANT or grant.wish is not Wish.ON:
            return None
        placement = self.placements.get(grant.key)
        used_at = placement.first_used_at if placement else None
        if isinstance(grant.window, AfterFirstUse) and used_at is not None:
            end = used_at + grant.window.duration
            return end if end > self._host.now() else None
        return next_change(
            grant.window, self._host.now(), dt_util.get_default_time_zone()
        )

    @callback
    def _look_at_time(self, _now: datetime) -> None:
        self._timer = None
        if self._due is None or self._host.now() < self._due:
            self._plan_timer()
            return
        self._due = None
        self._request_all()
        self._announce()
        self._plan_timer()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
