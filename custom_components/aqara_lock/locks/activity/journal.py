"""Turns what a lock reports into attributed lines of its journal."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.attribution import (
    Attribution,
    FailedAttempt,
    Observation,
    OwnCommand,
    attribute_unexplained,
    who_tried,
)
from ...domain.doorlock import (
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    LockState,
    LockUserChange,
    RawEvent,
    decode,
)
from ...domain.journal import (
    ActivityType,
    Added,
    EventKey,
    GapReason,
    JournalEntry,
    activity_type,
)
from ...host_clock import host_clock
from ...household import Household
from ...matter import LockNode, LockReads
from ...signals import Signal
from ..state import (
    LockCommandLedger,
    LockStore,
    LockUsers,
    LogListener,
    StoredLock,
    Told,
)
from .absence import AbsenceMonitor
from .amendable import AmendableEntries
from .attributor import Attributor
from .backfill import NUMBERED_ANEW, Backfill
from .clock import LockClock
from .duress import DuressNotifier
from .event_queue import Attributed, EventQueue, Waiting
from .limits import JournalLimits
from .observers import Observers

_LOGGER = logging.getLogger(__name__)

WRITE_LIMIT: Final = 0.2
"""Seconds that news waits for the disk; the state of the lock waits 0.3 s for the news."""


class ActivityLog:
    """Journals every event of one lock once, with who did it."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        directory: LockUsers,
        reads: LockReads,
        household: Household,
        listener: LogListener,
    ) -> None:
        """Log into a store on behalf of one listener."""
        self._hass = hass
        self._store = store
        self._household = household
        self._listener = listener
        self._host = host_clock(hass)
        self._estimated: list[EventKey | str] = []
        self._stop_correcting = self._host.corrected.connect(self._correct)
        self.directory = directory
        self.own_commands = LockCommandLedger(hass, household)
        self.observers = Observers(hass, household, store.lock_id, self._observed)
        self.entries_changed: Signal[()] = Signal()
        self._limits = JournalLimits(hass, store, self._save)
        self._amendable = AmendableEntries(
            store, self.observers, lambda: household.people
        )
        self._backfill = Backfill(
            store, directory, reads, self._take_missed, self._device_time, self._host
        )
        self._followed = self._backfill.followed
        self._queue = EventQueue(
            hass, self._backfill.done, self._attribute, self._tell_all
        )
        self._absence = AbsenceMonitor(hass, store, self._followed, self._host)
        self._clock = LockClock(store, self._followed, self._host)
        self._duress = DuressNotifier(hass, store, self._clock, listener.duress_noticed)
        self._attributor = Attributor(
            store,
            directory,
            household,
            self.own_commands,
            self.observers,
            self._followed,
            self._clock,
            self._queue.raws,
        )

    @property
    def memory(self) -> StoredLock:
        """What is remembered of the lock."""
        return self._store.memory

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self._stop_correcting()
        self.link_lost()
        self._duress.async_stop()
        self._limits.async_stop()
        self.directory.async_stop()
        self.observers.async_stop()
        self._queue.async_stop()

    @callback
    def now(self) -> datetime:
        """Return the time by which entries are dated."""
        return self._host.now()

    @callback
    def limit_journal(self, lines: int, age: timedelta) -> None:
        """Take how much the journal keeps."""
        self._limits.set(lines, age)

    @callback
    def keep_people(self) -> bool:
        """Take out who was removed from the home; tells whether anybody was named.

        Raw events stay: a lock goes on to tell which user it was.
        """
        journal = self.memory.journal
        self.directory.keep_people(set(self._household.people))
        gone = {who for who in journal.people() if self._household.is_gone(who)}
        for person_id in gone:
            journal.forget_person(person_id)
        if gone:
            self._store.forget_told()
            self._save()
        return bool(gone)

    @callback
    def follow_node(self, node: LockNode, compressed_fabric_id: int) -> None:
        """Take which fabric and controller are our own."""
        self._clock.fabric = f"{compressed_fabric_id:016X}"
        memory = self.memory
        source = f"{self._clock.fabric}-{node.node_id:016X}"
        if memory.event_source is None:
            self._absence.record_begins()
        elif memory.event_source != source:
            self._commissioned_again()
        memory.event_source = source
        memory.fabrics = memory.fabrics.with_own(
            node.own_fabric_index, node.controller_nodes
        )
        self._followed.is_away = not node.available
        whole = self._backfill.done.is_set()
        self._absence.seen(available=node.available, whole=whole)

    def _commissioned_again(self) -> None:
        """Believe nothing that was read of the lock before: it was reset meanwhile.

        Bindings wait for their slot to be used: a fresh lock has no users yet.
        """
        memory = self.memory
        memory.directory = memory.directory.after_gap()
        memory.fabrics = memory.fabrics.after_reset(self._host.now())
        self._renumber()

    def _renumber(self) -> None:
        if self.memory.last_event_number is not None:
            self.memory.last_event_number = NUMBERED_ANEW

    @callback
    def link_lost(self, reason: GapReason | None = None) -> None:
        """Note until when everything was recorded; why is told, or seen at the link."""
        self._absence.renumbered()
        self._backfill.link_lost(reason)

    @callback
    def lock_returned(self) -> None:
        """Note that the lock may now deliver what it kept while it was away."""
        self._followed.resume(dt_util.utcnow())
        self._listener.returned()

    @callback
    def answers(self, *, answers: bool) -> None:
        """Note that the lock fell silent, or may now deliver what it kept meanwhile."""
        if not answers:
            self._followed.is_silent = True
            self._absence.left()
            return
        if self._followed.is_silent:
            self._followed.end_silence(dt_util.utcnow())
        self._listener.returned()

    async def async_backfill(self, node: LockNode) -> None:
        """Fill in what was missed, then attribute what waited, what was missed first.

        New operations wait: until then nobody knows which slots changed hands.
        """
        await self._backfill.async_run(node)
        self._save()
        await self._queue.async_finish()
        if self._backfill.done.is_set():
            self._listener.backfilled()

    def _device_time(self, raw: RawEvent) -> datetime | None:
        return self._clock.device_time(raw)

    @callback
    def _take_missed(self, events: list[RawEvent]) -> None:
        came_meanwhile = self._queue.take_out()
        waiting = {item.key for item in came_meanwhile}
        for raw in events:
            self._take(raw, waiting)
        self._queue.put(came_meanwhile)

    @callback
    def start_up_reported(self, node_id: int, event_number: int) -> None:
        """Note a restart of the lock, with which event numbers may start anew."""
        journal, fabric = self.memory.journal, self._clock.fabric
        if not journal.knows_start(fabric, node_id, event_number):
            self._absence.restarted()
            self._absence.renumbered(event_number)
        if journal.start_up(fabric, node_id, event_number):
            self._renumber()
        self._save()

    @callback
    def state_reported(self, at: datetime) -> None:
        """Note a report of LockState: events that come with it are live."""
        self._absence.heard()
        self._followed.state_reported_at = at

    @callback
    def state_unexplained(self, state: LockState, at: datetime) -> JournalEntry | None:
        """Log a state change that no operation explained in time.

        None where one that was delivered late did.
        """
        journal = self.memory.journal
        kept_at = self._host.date(at)
        who = attribute_unexplained(
            at=at,
            observations=self.observers.free_for(None, at),
            people=self._household.people,
        )
        self.observers.use(None, at, who)
        key = journal.unexplained(kept_at, state, who)
        self._note_estimated(key)
        self._amendable.note(key, None, at, who)
        self._store.keep_told(key)
        self._save()
        return journal.line(key)

    def newest_of(self, kinds: frozenset[ActivityType]) -> ActivityType | None:
        """Return which of some activities happened last."""
        line = self.memory.journal.newest_of(kinds)
        return line.type if line is not None else None

    @callback
    def attempt_failed(self, command: OwnCommand, failed: FailedAttempt) -> None:
        """Record a command of Home Assistant that failed; nothing happened at the door."""
        who = who_tried(command, self._household.people)
        key = self.memory.journal.attempt(self._host.now(), failed, who)
        self._note_estimated(key)
        self._store.keep_told(key)
        self._save()
        if (line := self.memory.journal.line(key)) is not None:
            self._listener.attempt_failed(line)

    @callback
    def event_lost(self) -> None:
        """Note that the lock reported something that nobody understands."""
        memory, now = self.memory, self._host.now()
        memory.directory = memory.directory.after_gap()
        memory.journal.gap(now, now, GapReason.UNKNOWN)
        self._save()

    @callback
    def take(self, raw: RawEvent) -> None:
        """Log an event as it arrives; replays change nothing."""
        self._take(raw, ())

    def _take(self, raw: RawEvent, waiting: Collection[EventKey]) -> None:
        last = self.memory.last_event_number
        event = decode(raw.event_id, raw.data)
        kept = replace(raw, received_at=self._host.date(raw.received_at))
        added = self.memory.journal.add(kept, fabric=self._clock.fabric)
        if not isinstance(added, Added):
            if added.key not in waiting:
                self._attribute_again(raw, added.key)
            return
        self._note_estimated(added.key)
        in_order = last is None or added.new_epoch or added.key.number > last
        if not in_order:
            self.memory.journal.came_out_of_order(added.key)
        proven_live = self._clock.judge(raw, added.key, in_order=in_order)
        self._remember_last(added)
        if raw.live:
            self._note_number(kept, added, last)
        news = self._clock.is_news(raw, proven_live=proven_live, in_order=in_order)
        if news:
            self._listener.event_arrived(event, raw.received_at)
        else:
            self._listener.event_came_late(event, raw.received_at)
        is_new_line = added.continues is None
        self._queue.put([Waiting(raw, added.key, is_new_line, proven_live, news)])

    @callback
    def other_event_reported(self, number: int) -> None:
        """Note an event of the node that is none of its lock's."""
        last = self.memory.last_event_number
        self._absence.numbered(number, self._host.now(), last)

    def _note_number(self, raw: RawEvent, added: Added, last: int | None) -> None:
        """Note what a lock dropped that had to keep too much while it was away."""
        if added.new_epoch:
            self._absence.began_anew(added.key.number, self._clock.dated(raw))
        else:
            self._absence.numbered(added.key.number, self._clock.dated(raw), last)
        self._absence.heard()

    def _note_estimated(self, key: EventKey | str) -> None:
        """Remember what was dated while the host's clock could not be right."""
        if not self._host.is_plausible:
            self._estimated.append(key)

    @callback
    def _correct(self, by: timedelta) -> None:
        """Date anew what was dated by the time that passed: now the clock is right."""
        estimated, self._estimated = self._estimated, []
        if estimated:
            self.memory.journal.shift(estimated, by)
            self._save()

    def _attribute_again(self, raw: RawEvent, key: EventKey) -> None:
        """Attribute an event that was recorded, and Home Assistant stopped before more."""
        entry = self.memory.journal.entry(key)
        if entry is None or entry.attribution is not None or entry.assignment:
            return
        is_operation = isinstance(entry.event, LockOperation | LockOperationError)
        if is_operation and not raw.live and not self._queue.holds(key):
            self._queue.put(
                [Waiting(raw, key, is_new_line=False, proven_live=False, is_news=False)]
            )

    def _remember_last(self, added: Added) -> None:
        """Keep the highest number: what was missed comes after what is new."""
        last = self.memory.last_event_number
        if last is None or added.new_epoch or added.key.number > last:
            self.memory.last_event_number = added.key.number

    async def _attribute(self, waiting: Waiting) -> Attributed:
        raw, key = waiting.raw, waiting.key
        event = decode(raw.event_id, raw.data)
        if isinstance(event, LockUserChange):
            self.directory.users_changed(event)
        who = await self._attributor.async_attribute(
            event, raw, proven_live=waiting.proven_live
        )
        if who is not None:
            self.memory.journal.amend(key, who)
            self._amendable.note(key, event, self._clock.dated(raw), who)
        self._store.keep_told(key)
        self._store.async_schedule_save()
        return Attributed(waiting, event, who)

    async def _tell_all(self, found: list[Attributed]) -> None:
        """Tell what was attributed, as soon as a kill cannot take it back any more.

        A slow or full disk keeps nobody from being told.
        """
        try:
            await self._store.async_told_written(WRITE_LIMIT)
        finally:
            # What has no entry changes nothing that is shown: duress comes as such an event.
            if any(activity_type(x.event) is not None for x in found):
                self.entries_changed.send()
            for attributed in found:
                self._tell_one(attributed)

    def _tell_one(self, attributed: Attributed) -> None:
        (raw, key, is_new_line, _, is_news), event, who = attributed
        news = is_news and self._clock.is_recent(raw)
        try:
            if news:
                self._tell(event, key, who, is_new_line=is_new_line)
            elif isinstance(event, LockOperation):
                self._listener.came_late()
            self._duress.take(event, raw, who, late=not news)
        except Exception:
            # Those behind it must be told all the same.
            _LOGGER.exception("An event of the lock could not be told")

    def _tell(
        self,
        event: DoorLockEvent,
        key: EventKey,
        who: Attribution | None,
        *,
        is_new_line: bool,
    ) -> None:
        journal = self.memory.journal
        entry_key = journal.entry_key(key)
        command_id = who.command_id if who else None
        self._listener.told(
            Told(
                event=event,
                line=journal.line(entry_key) if entry_key else None,
                attribution=who,
                context=self.own_commands.context_of(command_id),
                is_new_line=is_new_line,
            )
        )

    @callback
    def _observed(self, observation: Observation) -> None:
        if self._amendable.observed(observation):
            self._save()

    def _save(self) -> None:
        self._store.async_schedule_save()
        self.entries_changed.send()
