"""Turns what a lock reports into attributed lines of its journal."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .amendable_lines import AmendableLines
from .attributor import Attributor
from .catch_up import NUMBERED_ANEW, CatchUp
from .domain.activity import Line
from .domain.attribution import Attribution, attribute_unexplained
from .domain.door_lock import LockState
from .domain.duress import duress
from .domain.journal import Added
from .domain.journal_entries import EventKey
from .domain.observations import Observation
from .domain.operations import (
    DoorLockEvent,
    LockOperation,
    LockUserChange,
    RawEvent,
    decode,
)
from .domain.people import Person
from .household import Household
from .journal_limits import JournalLimits
from .lock_clock import LockClock
from .lock_directory import LockDirectory
from .lock_store import LockMemory, LockStore
from .log_listener import LogListener, Told
from .matter.node import LockNode
from .matter.reads import LockReads
from .observers import Observers
from .own_commands import OwnCommands
from .signal import Signal


class _Waiting(NamedTuple):
    """An event of the journal that is not attributed yet."""

    raw: RawEvent
    key: EventKey
    is_new_line: bool
    proven_live: bool


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
        self._household = household
        self._listener = listener
        self._queue: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self.directory = directory
        self.own_commands = OwnCommands(hass, household)
        self.observers = Observers(hass, household, self._observed)
        self.lines_changed: Signal[()] = Signal()
        self._limits = JournalLimits(hass, store, self._save)
        self._amendable = AmendableLines(store, lambda: household.people)
        self._catch_up = CatchUp(
            store, directory, reads, self._take_missed, self._device_time
        )
        self._followed = self._catch_up.followed
        self._clock = LockClock(store, self._followed)
        self._attributor = Attributor(
            store,
            directory,
            household,
            self.own_commands,
            self.observers,
            self._followed,
            self._clock,
            lambda: [item.raw for item in self._queue],
        )

    @property
    def memory(self) -> LockMemory:
        """What is remembered of the lock."""
        return self._store.memory

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self.link_lost()
        self._limits.async_stop()
        self.directory.async_stop()
        self.observers.async_stop()
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    @callback
    def limit_journal(self, lines: int, age: timedelta) -> None:
        """Take how much the journal keeps."""
        self._limits.set(lines, age)

    @callback
    def follow_node(self, node: LockNode, compressed_fabric_id: int) -> None:
        """Take which fabric and controller are our own."""
        self._clock.fabric = f"{compressed_fabric_id:016X}"
        memory = self.memory
        source = f"{self._clock.fabric}-{node.node_id:016X}"
        if memory.event_source not in (None, source):
            self._commissioned_again()
        memory.event_source = source
        memory.fabrics = memory.fabrics.with_own(
            node.own_fabric_index, node.controller_nodes
        )

    def _commissioned_again(self) -> None:
        """Believe nothing that was read of the lock before: it was reset meanwhile.

        Bindings wait for their slot to be used: a fresh lock has no users yet.
        """
        memory = self.memory
        memory.directory = memory.directory.after_gap()
        memory.fabrics = memory.fabrics.after_reset(dt_util.utcnow())
        self._number_anew()

    def _number_anew(self) -> None:
        if self.memory.last_event_number is not None:
            self.memory.last_event_number = NUMBERED_ANEW

    @callback
    def link_lost(self) -> None:
        """Note until when everything was recorded."""
        self._catch_up.link_lost()

    @callback
    def lock_returned(self) -> None:
        """Note that the lock may now deliver what it kept while it was away."""
        if self._followed.since is not None:
            self._followed.begin(dt_util.utcnow())

    async def async_catch_up(self, node: LockNode) -> None:
        """Fill in what was missed, then attribute what waited, what was missed first.

        New operations wait: until then nobody knows which slots changed hands.
        """
        await self._catch_up.async_run(node)
        self._save()
        if self._worker is not None:
            await asyncio.wait([self._worker])
        if self._catch_up.done.is_set():
            self._listener.caught_up()

    def _device_time(self, raw: RawEvent) -> datetime | None:
        return self._clock.device_time(raw)

    @callback
    def _take_missed(self, events: list[RawEvent]) -> None:
        came_meanwhile = list(self._queue)
        self._queue.clear()
        for raw in events:
            self.take(raw)
        self._queue.extend(came_meanwhile)

    @callback
    def start_up_reported(self, node_id: int, event_number: int) -> None:
        """Note a restart of the lock, with which event numbers may start anew."""
        journal = self.memory.journal
        if journal.start_up(self._clock.fabric, node_id, event_number):
            self._number_anew()

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
        self._amendable.note(key, None, at, who)
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
        proven_live = self._clock.judge(raw)
        event = decode(raw.event_id, raw.data)
        added = self.memory.journal.add(raw, fabric=self._clock.fabric)
        if not isinstance(added, Added):
            return
        self._remember_last(added)
        news = self._clock.is_news(raw, proven_live=proven_live)
        if news and isinstance(event, LockOperation):
            self._listener.operation_arrived(event.type)
        self._queue.append(
            _Waiting(raw, added.key, added.continues is None, proven_live)
        )
        self._work()

    def _remember_last(self, added: Added) -> None:
        """Keep the highest number: what was missed comes after what is new."""
        last = self.memory.last_event_number
        if last is None or added.new_epoch or added.key.number > last:
            self.memory.last_event_number = added.key.number

    @callback
    def _work(self) -> None:
        """Attribute in order of arrival, at once where nothing has to be read first."""
        if self._worker is not None and not self._worker.done():
            return
        self._worker = self._hass.async_create_background_task(
            self._drain(), "aqara_lock attribution", eager_start=True
        )

    async def _drain(self) -> None:
        while self._queue:
            await self._catch_up.done.wait()
            await self._attribute(self._queue.popleft())

    async def _attribute(self, waiting: _Waiting) -> None:
        raw, key, is_new_line, proven_live = waiting
        event = decode(raw.event_id, raw.data)
        if isinstance(event, LockUserChange):
            self.directory.users_changed(event)
        who = await self._attributor.async_attribute(
            event, raw, proven_live=proven_live
        )
        if who is not None:
            self.memory.journal.amend(key, who)
            self._amendable.note(key, event, self._clock.dated(raw), who)
        self._save()
        if self._clock.is_news(raw, proven_live=proven_live):
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

    @callback
    def _observed(self, _observation: Observation) -> None:
        if self._amendable.observed(self.observers.recent):
            self._save()

    def _save(self) -> None:
        self._store.async_schedule_save()
        self.lines_changed.send()
