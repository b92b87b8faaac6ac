"""Users and fabrics of one lock, read when there is a reason and never on a timer."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ...domain.access import (
    NO_OWN_CHANGES,
    Directory,
    Fabric,
    LockUser,
    Slot,
    UserSlot,
    Write,
    parse_fabrics,
    parse_user,
)
from ...domain.attribution import is_own_remote, unverified_user
from ...domain.doorlock import (
    ALL_INDICES,
    Actor,
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    LockUserChange,
)
from ...host_clock import host_clock
from ...matter import Failure, LinkError, LockCommands, LockReads
from ...signals import Signal
from .store import LockStore

_LOGGER = logging.getLogger(__name__)

READ_TIMEOUT: Final = 3.0
"""Seconds that an operation waits for the name of its user or ecosystem."""
USER_CHANGE_DEBOUNCE: Final = 10.0
"""Seconds of quiet before users that changed are read again."""
LONGEST_DEBOUNCE: Final = 60.0
"""Seconds after which they are read though more changes come."""


class LockUsers:
    """Keeps the stored directory and fabric table of a lock up to date."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        commands: LockCommands,
        reads: LockReads,
    ) -> None:
        """Keep what is in the store up to date."""
        self._hass = hass
        self._store = store
        self._commands = commands
        self._reads = reads
        self._host = host_clock(hass)
        self._stale: set[int | None] = set()
        self._reread: CALLBACK_TYPE | None = None
        self._changed_first: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._fabrics_asked_for: set[int] = set()
        self._counts_asked_for: set[int] = set()
        self._unreadable: set[int] = set()
        self._owes_users = False
        self._unread: set[int | None] = set()
        self._own_changes = NO_OWN_CHANGES
        self.changed: Signal[()] = Signal()
        self.app_connected: Signal[Fabric] = Signal()

    @callback
    def async_stop(self) -> None:
        """Cancel every read that is planned or pending."""
        self._plan_nothing()
        for task in self._tasks:
            task.cancel()

    def _plan_nothing(self) -> None:
        if self._reread is not None:
            self._reread()
            self._reread = None

    def _start(self, read: Coroutine[None, None, None]) -> None:
        task = self._hass.async_create_background_task(read, "aqara_lock directory")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def async_read_all_users(self, places: int | None = None) -> None:
        """Walk through all user slots; raises LinkError.

        With `places`, the number of slots, it is made sure that none is left out.
        """
        walk = await self._commands.async_walk_users(places)
        memory = self._store.memory
        found = [user for item in walk.responses if (user := self._user(item))]
        if walk.is_whole and len(found) == len(walk.responses):
            memory.table = memory.table.with_walk(found, self._host.now())
            self.changed.send()
        else:
            self._take(found)
        memory.users_read = True

    async def async_read_user(self, index: int) -> None:
        """Read one user; raises LinkError."""
        found = self._user(await self._commands.async_get_user(index))
        self._take([found] if found else [])

    @callback
    def will_write(self, step: Write) -> None:
        """Take that what the lock reports of a step is our own doing."""
        self._own_changes = self._own_changes.expected(step, self._hass.loop.time())

    @callback
    def was_refused(self, step: Write) -> None:
        """Take that the lock has nothing to report of a step."""
        self._own_changes = self._own_changes.refused(step)

    @callback
    def read_users_later(self) -> None:
        """Walk through the users when the lock is awake next: now it cannot be done."""
        self._owes_users = True

    async def async_read_fabrics(self) -> None:
        """Read the lock's fabrics; raises LinkError."""
        memory = self._store.memory
        found = parse_fabrics(await self._reads.async_fabrics())
        before = memory.fabrics
        memory.fabrics = before.with_fabrics(found, self._host.now())
        self._fabrics_asked_for.clear()
        self.changed.send()
        if before.read_at is not None:
            self._tell_new(before.current, found)

    def _tell_new(self, before: Iterable[Fabric], now: Iterable[Fabric]) -> None:
        known = {(fabric.vendor_id, fabric.fabric_id) for fabric in before}
        for fabric in now:
            if (fabric.vendor_id, fabric.fabric_id) not in known:
                self.app_connected.send(fabric)

    @callback
    def fabrics_counted(self, count: int | None) -> None:
        """Read the list of fabrics if it is not the one that the lock counts."""
        known = len(self._store.memory.fabrics.current)
        if count is None or count == known or count in self._counts_asked_for:
            return
        self._counts_asked_for.add(count)
        self._start(_in_time(self._refresh_fabrics()))

    async def _refresh_fabrics(self) -> None:
        await self.async_read_fabrics()
        self._counts_asked_for.clear()
        self._save()

    async def async_prepare(self, event: DoorLockEvent) -> None:
        """Read what an operation needs to be attributed: the lock is awake just now."""
        memory = self._store.memory
        self._read_what_is_owed()
        index = unverified_user(event, memory.directory)
        if index is not None and memory.users_read and index not in self._unreadable:
            await _in_time(self._read_or_give_up(index))
        actor = _actor(event)
        if actor is not None and self._is_new_fabric(actor):
            await _in_time(self.async_read_fabrics())

    def _read_what_is_owed(self) -> None:
        """Read soon what could not be read before: the lock is awake now."""
        owed = {None} if self._owes_users else self._unread
        self._owes_users, self._unread = False, set()
        for index in owed:
            self._reread_when_quiet(index)

    async def _read_or_give_up(self, index: int) -> None:
        """Read a user; one that the lock refuses is not asked for again in vain."""
        try:
            await self.async_read_user(index)
        except LinkError as err:
            if err.failure is Failure.REFUSED:
                self._unreadable.add(index)
            raise

    @callback
    def bind_person(self, person_id: str, slots: Iterable[Slot]) -> bool:
        """Bind these slots to a person, and take away what else was bound.

        Returns whether anything is another way now.
        """
        memory = self._store.memory
        wanted = set(slots)
        bound = memory.directory.bindings.items()
        held = {slot for slot, binding in bound if binding.person_id == person_id}
        for slot in held - wanted:
            self._take_directory(memory.directory.unbind(slot))
        for slot in wanted - held:
            self.bind(slot, person_id)
        self._save()
        return wanted != held

    @callback
    def bind(self, slot: Slot, person_id: str | None) -> None:
        """Bind a slot to a person, or to a guest that nobody names."""
        memory = self._store.memory
        self._take_directory(memory.directory.bind(slot, person_id, self._host.now()))
        self._save()

    @callback
    def hush(self, user_index: int) -> None:
        """Never ask again who this user is."""
        memory = self._store.memory
        self._take_directory(memory.directory.hush(user_index))
        self._save()

    @callback
    def keep_people(self, known: set[str]) -> None:
        """Remove the assignments of all other persons."""
        memory = self._store.memory
        bindings = memory.directory.bindings.values()
        gone = {b.person_id for b in bindings if b.person_id} - known
        for person_id in gone:
            self._take_directory(memory.directory.without_person(person_id))
        if gone:
            self._save()

    def _save(self) -> None:
        self._store.async_schedule_save()
        self.changed.send()

    @callback
    def users_changed(self, change: LockUserChange) -> None:
        """Handle a change of the table, and read what it touched once it is quiet."""
        memory = self._store.memory
        own = memory.fabrics.own_index
        now = self._hass.loop.time()
        if (left := self._own_changes.reported(change, own, now)) is not None:
            self._own_changes = left
            return
        table = replace(memory.table, own_fabric_index=own)
        memory.table = table.after_change(change)
        self._unreadable.clear()
        self.changed.send()
        if not memory.users_read:
            return
        self._reread_when_quiet(_one_user(change))

    def _reread_when_quiet(self, user_index: int | None) -> None:
        self._stale.add(user_index)
        self._plan_nothing()
        now = self._hass.loop.time()
        if self._changed_first is None:
            self._changed_first = now
        left = max(0.0, self._changed_first + LONGEST_DEBOUNCE - now)
        self._reread = async_call_later(
            self._hass, min(USER_CHANGE_DEBOUNCE, left), self._users_are_quiet
        )

    def _is_new_fabric(self, actor: Actor) -> bool:
        """Return whether a fabric is not known and was not asked for in vain before."""
        fabrics, index = self._store.memory.fabrics, actor.fabric_index
        if index is None or is_own_remote(actor, fabrics):
            return False
        if not fabrics.needs_refresh(index) or index in self._fabrics_asked_for:
            return False
        self._fabrics_asked_for.add(index)
        return True

    @callback
    def _users_are_quiet(self, _now: datetime) -> None:
        self._reread = self._changed_first = None
        self._start(self._reread_users())

    async def _reread_users(self) -> None:
        stale, self._stale = self._stale, set()
        unread = set(stale)
        try:
            if None in stale:
                await self.async_read_all_users()
                unread.clear()
            for index in sorted(index for index in unread if index is not None):
                if not self._is_read_since(index):
                    await self.async_read_user(index)
                unread.discard(index)
        except LinkError as err:
            _LOGGER.info("Users that changed could not be read: %s", err.failure)
            self._owes_users = None in unread or not self._store.memory.users_read
            self._unread |= unread
        self._store.async_schedule_save()

    def _is_read_since(self, index: int) -> bool:
        """Return whether a user that changed was read for another reason meanwhile."""
        table = self._store.memory.table
        is_verified = table.directory.is_verified(UserSlot(index))
        return is_verified and index not in table.stale

    def _take(self, users: Iterable[LockUser]) -> None:
        memory, now = self._store.memory, self._host.now()
        for user in users:
            memory.table = memory.table.with_user(user, now)
        self.changed.send()

    def _user(self, response: object) -> LockUser | None:
        return parse_user(response, self._store.memory.fabrics.fabric_ids)

    def _take_directory(self, directory: Directory) -> None:
        memory = self._store.memory
        memory.table = memory.table.with_directory(directory)


async def _in_time(read: Coroutine[None, None, None]) -> None:
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            await read
    except TimeoutError:
        _LOGGER.debug("The lock did not give details in time")
    except LinkError as err:
        _LOGGER.debug("The lock did not give details: %s", err.failure)


def _actor(event: DoorLockEvent) -> Actor | None:
    if isinstance(event, LockOperation | LockOperationError | LockUserChange):
        return event.actor
    return None


def _one_user(change: LockUserChange) -> int | None:
    """Return the user that a change touched; None when it may be any."""
    index = change.actor.user_index
    return index if index is not None and 0 < index < ALL_INDICES else None
