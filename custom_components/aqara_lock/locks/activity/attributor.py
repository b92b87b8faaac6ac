"""Says who did what a lock reports, in order of arrival, and tells it once it is kept."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import NamedTuple

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.access import Directory
from ...domain.attribution import (
    Attribution,
    Command,
    attribute,
    is_own_remote,
    unverified_user,
)
from ...domain.doorlock import (
    DoorLockEvent,
    LockOperation,
    LockUserChange,
    ReceivedEvent,
)
from ...domain.journal import EventKey, JournalEntry, Obstacle, activity_type
from ...signals import Signal
from ..state import LockCommandLedger, LockInfo, LockUsers, StoredLock
from .clock import LockClock
from .duress import DuressNotifier
from .observers import Observers

_LOGGER = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """An event of the journal that is not attributed yet."""

    received: ReceivedEvent
    key: EventKey
    proven_live: bool = False


class _Attributed(NamedTuple):
    """An event with who it was; None for what nobody does."""

    waiting: Waiting
    who: Attribution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A live event that is attributed and kept: its entry, who it was, and the context.

    `entry` is the entry that begins with it, and None for what has none or joined an
    entry told before. `context` is Home Assistant's own of the command behind it.
    """

    event: DoorLockEvent
    entry: JournalEntry | None
    attribution: Attribution | None
    context: Context | None


class Attributor:
    """Attributes in order of arrival, at once where nothing has to be read first.

    What was attributed in one go is told in one go: before that it is to be written down.
    `recorded` carries what is news, `recorded_late` an operation of the past with its
    time, once it is attributed.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        directory: LockUsers,
        clock: LockClock,
        is_open: asyncio.Event,
    ) -> None:
        """Initialize without an event; attributes while `is_open` is set."""
        self._hass = hass
        self._lock = lock
        self._directory = directory
        self._clock = clock
        self._followed = clock.followed
        self._is_open = is_open
        self._duress = DuressNotifier(hass, lock, clock)
        self._waiting: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._current: Waiting | None = None
        self.own_commands = LockCommandLedger(hass, lock.household)
        self.observers = Observers(hass, lock)
        self.recorded: Signal[Recorded] = Signal()
        self.recorded_late: Signal[LockOperation, datetime] = Signal()

    @property
    def _memory(self) -> StoredLock:
        return self._lock.store.memory

    @callback
    def async_stop(self) -> None:
        """Attribute nothing more."""
        self._duress.async_stop()
        self.observers.async_stop()
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    async def async_finish(self) -> None:
        """Wait for what is being attributed."""
        if self._worker is not None:
            await asyncio.wait([self._worker])

    def holds(self, key: EventKey) -> bool:
        """Return whether an event waits, or is being attributed."""
        is_current = self._current is not None and self._current.key == key
        return is_current or any(item.key == key for item in self._waiting)

    def is_attributing(self, entry_key: str) -> bool:
        """Return whether it is not known yet who an entry was, and will be soon."""
        current = () if self._current is None else (self._current,)
        journal = self._memory.journal
        entries = (journal.line_of(item.key) for item in (*current, *self._waiting))
        return any(entry is not None and entry.key == entry_key for entry in entries)

    @callback
    def take_out(self) -> list[Waiting]:
        """Return those that wait, which make room for others."""
        found = list(self._waiting)
        self._waiting.clear()
        return found

    @callback
    def put(self, items: Iterable[Waiting]) -> None:
        """Attribute events in this order."""
        self._waiting.extend(items)
        if self._worker is not None and not self._worker.done():
            return
        self._worker = self._hass.async_create_background_task(
            self._drain(), "aqara_lock attribution", eager_start=True
        )

    async def _drain(self) -> None:
        while self._waiting:
            await self._is_open.wait()
            if not (found := await self._attribute_all()):
                continue
            try:
                await self._lock.store.async_told_written()
            finally:
                # A slow or full disk keeps nobody from being told.
                self._tell(found)

    async def _attribute_all(self) -> list[_Attributed]:
        found: list[_Attributed] = []
        while self._waiting and self._is_open.is_set():
            self._current = self._waiting.popleft()
            try:
                found.append(await self._attribute(self._current))
            except Exception:
                # It has its entry; those behind it must not wait for ever.
                _LOGGER.exception("An event of the lock could not be attributed")
            finally:
                self._current = None
        return found

    async def _attribute(self, waiting: Waiting) -> _Attributed:
        """Record who it was; None for what nobody does."""
        event = waiting.received.event
        if isinstance(event, LockUserChange):
            self._directory.users_changed(event)
        directory = await self._directory_for(waiting)
        command = await self._command_behind(waiting)
        at = self._clock.dated(waiting.received.raw)
        who = attribute(
            event,
            at=at,
            directory=directory,
            fabrics=self._memory.fabrics,
            command=command,
            observations=self.observers.free_for(event, at),
            people=self._lock.household.people,
            labels=self._lock.household.labels,
        )
        self.observers.use(event, at, who)
        if who is not None:
            self._memory.journal.amend(waiting.key, who)
            self.observers.logged(waiting.key, event, at, who)
        self._lock.store.keep_told(waiting.key)
        self._lock.store.async_schedule_save()
        return _Attributed(waiting, who)

    async def _command_behind(self, waiting: Waiting) -> Command | None:
        """Return the command behind an operation; a late one needs a time of its own."""
        raw, event = waiting.received.raw, waiting.received.event
        if not isinstance(event, LockOperation) or event.type is None:
            return None
        if not is_own_remote(event.actor, self._memory.fabrics):
            return None
        own_time = self._clock.device_time(raw)
        when = self._followed.happened_at(
            raw, own_time, proven_live=waiting.proven_live
        )
        if when is None:
            return None
        return await self.own_commands.async_behind(event.type, when)

    async def _directory_for(self, waiting: Waiting) -> Directory:
        """Return the users as they were then; reads a slot that is in doubt, once."""
        event = waiting.received.event
        obstacle = self._obstacle(waiting)
        if obstacle is None and self._followed.in_doubt:
            self._followed.in_doubt = False
            self._memory.table = self._memory.table.after_gap()
        before, period = self._memory.directory, self._followed.number
        if obstacle is None:
            await self._directory.async_prepare(event)
            changes = self._change_waits(event, before)
            if self._followed.number == period and not changes:
                return self._memory.directory
            obstacle = Obstacle.SLOT_CHANGES
        if unverified_user(event, before) is not None:
            number = waiting.received.raw.event_number
            _LOGGER.debug("Event %s names no user: %s", number, obstacle)
        return before

    def _obstacle(self, waiting: Waiting) -> Obstacle | None:
        raw, event = waiting.received.raw, waiting.received.event
        if self._change_waits(event, self._memory.directory):
            return Obstacle.SLOT_CHANGES
        at, now = self._clock.device_time(raw), dt_util.utcnow()
        return self._followed.obstacle(raw, at, now, proven_live=waiting.proven_live)

    def _change_waits(self, event: DoorLockEvent, directory: Directory) -> bool:
        """Return whether the user of an operation in doubt has changed since."""
        index = unverified_user(event, directory)
        changes = (item.received.event for item in self._waiting)
        return index is not None and any(
            directory.is_changed_by(change, index)
            for change in changes
            if isinstance(change, LockUserChange)
        )

    def _tell(self, found: list[_Attributed]) -> None:
        # What has no entry changes nothing that is shown: duress comes as such an event.
        if any(activity_type(x.waiting.received.event) is not None for x in found):
            self._lock.entries_changed.send()
        for waiting, who in found:
            try:
                self._tell_one(waiting, who)
            except Exception:
                # Those behind it must be told all the same.
                _LOGGER.exception("An event of the lock could not be told")

    def _tell_one(self, waiting: Waiting, who: Attribution | None) -> None:
        """Tell an event as news, unless it has waited for so long that it is none."""
        received = waiting.received
        if not self._clock.is_recent(received.raw):
            received = received.replayed()
        if received.is_live:
            self.recorded.send(self._recorded(waiting, who))
        elif isinstance(received.event, LockOperation):
            line = self._memory.journal.line_of(waiting.key)
            at = line.occurred_at if line else received.raw.received_at
            self.recorded_late.send(received.event, at)
        self._duress.take(received, who)

    def _recorded(self, waiting: Waiting, who: Attribution | None) -> Recorded:
        return Recorded(
            event=waiting.received.event,
            entry=self._memory.journal.entry_begun_by(waiting.key),
            attribution=who,
            context=self.own_commands.context_of(who.command_id if who else None),
        )
