"""Turns what a lock reports into attributed lines of its journal."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Final, NamedTuple, Protocol

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .domain.activity import Duress, GapReason, Line, duress
from .domain.attribution import (
    Attribution,
    add_observations,
    attribute,
    attribute_unexplained,
    is_own_remote,
    unverified_user,
)
from .domain.commands import Command
from .domain.continuity import LATE_AFTER, Continuity, Obstacle
from .domain.directory import Directory
from .domain.door_lock import LockOperationType, LockState
from .domain.journal import Added
from .domain.journal_entries import EventKey
from .domain.observations import Observation
from .domain.operations import (
    DoorLockEvent,
    LockOperation,
    LockUserChange,
    RawEvent,
    TimeSource,
    decode,
    event_time,
)
from .domain.people import Person
from .household import Household
from .lock_directory import LockDirectory
from .lock_store import LockMemory, LockStore
from .matter.errors import LinkError
from .matter.node import LockNode
from .matter.reads import LockReads
from .observers import Observers
from .own_commands import OwnCommands
from .signal import Signal

_LOGGER = logging.getLogger(__name__)

CATCH_UP_TIMEOUT: Final = 60.0
"""Seconds for back-fill and the first walk through the users of a sleepy lock."""
AMENDABLE_LINES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A live event with its line, who did it, and Home Assistant's own context of it."""

    event: DoorLockEvent
    line: Line | None
    attribution: Attribution | None
    context: Context | None
    is_new_line: bool


class LogListener(Protocol):
    """Who is told what was logged."""

    def operation_arrived(self, operation: LockOperationType | None) -> None:
        """Note a live operation before it is known who did it."""

    def told(self, told: Told) -> None:
        """Take a live event once it is attributed."""

    def duress_noticed(self, notice: Duress) -> None:
        """Take a private notice."""

    def caught_up(self) -> None:
        """Take that the journal holds what was missed."""


class _Logged(NamedTuple):
    """A recent line that an observation may still amend."""

    key: EventKey | str
    event: DoorLockEvent | None
    at: datetime
    attribution: Attribution


class ActivityLog:
    """Journals every event of one lock once, with who did it."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        directory: LockDirectory,
        reads: LockReads,
        household: Household,
        listener: LogListener,
    ) -> None:
        """Log into a store on behalf of one listener."""
        self._hass = hass
        self._store = store
        self._reads = reads
        self._household = household
        self._listener = listener
        self._queue: deque[tuple[RawEvent, EventKey, bool]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._caught_up = asyncio.Event()
        self._fabric = ""
        self._followed = Continuity()
        self._tie: object = None
        self._recent: deque[_Logged] = deque(maxlen=AMENDABLE_LINES)
        self._away = GapReason.HOME_ASSISTANT_AWAY
        self.directory = directory
        self.own_commands = OwnCommands(hass, household)
        self.observers = Observers(hass, household, self._observed)
        self.lines_changed: Signal[()] = Signal()

    @property
    def memory(self) -> LockMemory:
        """What is remembered of the lock."""
        return self._store.memory

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self.link_lost()
        self.directory.async_stop()
        self.observers.async_stop()
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    @callback
    def limit_journal(self, lines: int, age: timedelta) -> None:
        """Take how much the journal keeps."""
        journal = self.memory.journal
        before = (journal.limit, journal.max_age)
        journal.limit, journal.max_age = lines, age
        journal.prune(dt_util.utcnow())
        if before != (lines, age):
            self._save()

    @callback
    def follow_node(self, node: LockNode, compressed_fabric_id: int) -> None:
        """Take which fabric and controller are our own."""
        self._fabric = f"{compressed_fabric_id:016X}"
        memory = self.memory
        memory.fabrics = memory.fabrics.with_own(
            node.own_fabric_index, node.controller_nodes
        )

    @callback
    def link_lost(self) -> None:
        """Note until when everything was recorded."""
        if self._followed.since is None:
            return
        self._followed.end()
        self._tie = None
        self._caught_up.clear()
        if self.memory.watched_until is None:
            self.memory.watched_until = dt_util.utcnow()
        self._away = GapReason.MATTER_SERVER_AWAY

    @callback
    def lock_returned(self) -> None:
        """Note that the lock may now deliver what it kept while it was away."""
        if self._followed.since is not None:
            self._followed.begin(dt_util.utcnow())

    async def async_catch_up(self, node: LockNode) -> None:
        """Fill in what was missed since the last tie to the lock; reads users once.

        New operations wait: until then nobody knows which slots changed hands.
        """
        self._caught_up.clear()
        self._followed.begin(dt_util.utcnow())
        tie = self._tie = object()
        try:
            async with asyncio.timeout(CATCH_UP_TIMEOUT):
                await self._backfill()
                if node.has_users and not self.memory.users_read:
                    await self.directory.async_read_all_users()
        except (LinkError, TimeoutError) as err:
            _LOGGER.info("Could not catch up with the lock: %r", err)
            if self._tie is tie:
                self._missed_something()
        if self._tie is tie:
            await self._go_on()

    async def _go_on(self) -> None:
        """Attribute what waited, what was missed first."""
        self.memory.watched_until = None
        self._caught_up.set()
        self._save()
        if self._worker is not None:
            await asyncio.wait([self._worker])
        if self._caught_up.is_set():
            self._listener.caught_up()

    @callback
    def start_up_reported(self, node_id: int, event_number: int) -> None:
        """Note a restart of the lock, with which event numbers may start anew."""
        self.memory.journal.start_up(self._fabric, node_id, event_number)

    @callback
    def state_reported(self, at: datetime) -> None:
        """Note a report of LockState: events that come with it are live."""
        self._followed.state_reported_at = at

    @callback
    def state_unexplained(self, state: LockState, at: datetime) -> Line | None:
        """Log a state change that no operation explained in time."""
        journal = self.memory.journal
        who = attribute_unexplained(
            at=at, observations=self.observers.recent, people=self._household.people
        )
        key = journal.unexplained(at, state, who)
        self._recent.append(_Logged(key, None, at, who))
        self._save()
        return journal.line(key)

    @callback
    def assign(self, line_key: str, person: Person | None) -> bool:
        """Say by hand who a line was; False for an unknown line."""
        found = self.memory.journal.assign(line_key, person, dt_util.utcnow())
        self._save()
        return found

    @callback
    def take(self, raw: RawEvent) -> None:
        """Log an event as it arrives; replays change nothing."""
        self._judge_clock(raw)
        event = decode(raw.event_id, raw.data)
        added = self.memory.journal.add(raw, fabric=self._fabric)
        if not isinstance(added, Added):
            return
        self.memory.last_event_number = added.key.number
        if isinstance(event, LockOperation) and self._is_news(raw):
            self._listener.operation_arrived(event.type)
        self._queue.append((raw, added.key, added.continues is None))
        self._work()

    @callback
    def _work(self) -> None:
        """Attribute in order of arrival, at once where nothing has to be read first."""
        if self._worker is not None and not self._worker.done():
            return
        self._worker = self._hass.async_create_background_task(
            self._drain(), "aqara_lock attribution", eager_start=True
        )

    async def _drain(self) -> None:
        await self._caught_up.wait()
        while self._queue:
            raw, key, is_new_line = self._queue.popleft()
            await self._attribute(raw, key, is_new_line=is_new_line)

    async def _attribute(
        self, raw: RawEvent, key: EventKey, *, is_new_line: bool
    ) -> None:
        event = decode(raw.event_id, raw.data)
        if isinstance(event, LockUserChange):
            self.directory.users_changed(event)
        directory = await self._directory_for(event, raw)
        at = self._dated(raw)
        command = await self._own_command(event, raw)
        who = self._who(event, at, directory, command)
        if who is not None:
            self.memory.journal.amend(key, who)
            self._recent.append(_Logged(key, event, at, who))
        self._save()
        if self._is_news(raw):
            self._tell(event, key, who, is_new_line=is_new_line)

    def _tell(
        self,
        event: DoorLockEvent,
        key: EventKey,
        who: Attribution | None,
        *,
        is_new_line: bool,
    ) -> None:
        journal = self.memory.journal
        line_key = journal.line_key(key)
        command_id = who.command_id if who else None
        self._listener.told(
            Told(
                event=event,
                line=journal.line(line_key) if line_key else None,
                attribution=who,
                context=self.own_commands.context_of(command_id),
                is_new_line=is_new_line,
            )
        )
        self._tell_duress(event, who)

    def _tell_duress(self, event: DoorLockEvent, who: Attribution | None) -> None:
        index = who.user_index if who else None
        user = self.memory.directory.user(index) if index is not None else None
        notice = duress(
            event,
            at=dt_util.utcnow(),
            attribution=who,
            user_type=user.type if user else None,
        )
        if notice is not None:
            self._listener.duress_noticed(notice)

    def _who(
        self,
        event: DoorLockEvent,
        at: datetime,
        directory: Directory,
        command: Command | None,
    ) -> Attribution | None:
        return attribute(
            event,
            at=at,
            directory=directory,
            fabrics=self.memory.fabrics,
            command=command,
            observations=self.observers.recent,
            people=self._household.people,
            labels=self._household.labels,
        )

    async def _own_command(self, event: DoorLockEvent, raw: RawEvent) -> Command | None:
        """Find the command behind an operation; a late one needs a time of its own."""
        if not isinstance(event, LockOperation) or event.type is None:
            return None
        if not is_own_remote(event.actor, self.memory.fabrics):
            return None
        at = raw.received_at if raw.live else self._device_time(raw)
        if at is None:
            return None
        return await self.own_commands.async_behind(event.type, at)

    def _device_time(self, raw: RawEvent) -> datetime | None:
        """Give the lock's own time of an event, where it can be trusted."""
        when = event_time(raw)
        trusted = self.memory.journal.trusts_clock(self._fabric, raw.node_id)
        return when.at if trusted and when.source is TimeSource.DEVICE else None

    async def _directory_for(self, event: DoorLockEvent, raw: RawEvent) -> Directory:
        """Give the users as they were then; reads a slot that is in doubt, once."""
        before, stretch = self.memory.directory, self._followed.number
        if (obstacle := self._obstacle(event, raw)) is None:
            await self.directory.async_prepare(event)
            changes = self._change_waits(event, before)
            if self._followed.number == stretch and not changes:
                return self.memory.directory
            obstacle = Obstacle.SLOT_CHANGES
        if unverified_user(event, before) is not None:
            _LOGGER.debug("Event %s names no user: %s", raw.event_number, obstacle)
        return before

    def _obstacle(self, event: DoorLockEvent, raw: RawEvent) -> Obstacle | None:
        if self._change_waits(event, self.memory.directory):
            return Obstacle.SLOT_CHANGES
        return self._followed.obstacle(raw, self._device_time(raw), dt_util.utcnow())

    def _change_waits(self, event: DoorLockEvent, directory: Directory) -> bool:
        """Tell whether the user of an operation in doubt has changed since."""
        index = unverified_user(event, directory)
        changes = (decode(raw.event_id, raw.data) for raw, _, _ in self._queue)
        return index is not None and any(
            directory.is_changed_by(change, index)
            for change in changes
            if isinstance(change, LockUserChange)
        )

    def _dated(self, raw: RawEvent) -> datetime:
        return self._device_time(raw) or raw.received_at

    @callback
    def _observed(self, _observation: Observation) -> None:
        """Amend recent lines that the lock left unnamed."""
        for place, logged in enumerate(self._recent):
            who = add_observations(
                logged.attribution,
                logged.event,
                at=logged.at,
                observations=self.observers.recent,
                people=self._household.people,
            )
            if who != logged.attribution:
                self.memory.journal.amend(logged.key, who)
                self._recent[place] = logged._replace(attribution=who)
        self._save()

    def _judge_clock(self, raw: RawEvent) -> None:
        """Find a wrong clock, but not in what a lock brings along after an absence."""
        if self._followed.shows_wrong_clock(raw):
            self.memory.journal.distrust_clock(self._fabric, raw.node_id)

    def _is_news(self, raw: RawEvent) -> bool:
        """Tell what happened just now from what is delivered late."""
        return raw.live and raw.received_at - self._dated(raw) <= LATE_AFTER

    async def _backfill(self) -> None:
        last = self.memory.last_event_number
        events = await self._reads.async_recent_events(last)
        if last is None and self.memory.watched_until is not None:
            self._distrust_slots()
        if last is not None and all(raw.event_number != last for raw in events):
            self._missed_something()
        for raw in events:
            self.take(raw)

    def _distrust_slots(self) -> None:
        """Believe no slot until it was read again."""
        self.memory.directory = self.memory.directory.after_gap()

    def _missed_something(self) -> None:
        """Show the gap, and believe no slot until it was read again."""
        memory = self.memory
        self._distrust_slots()
        if memory.watched_until is not None:
            memory.journal.gap(memory.watched_until, dt_util.utcnow(), self._away)

    def _save(self) -> None:
        self._store.async_schedule_save()
        self.lines_changed.send()
