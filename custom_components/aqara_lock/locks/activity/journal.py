"""The journal of one lock at runtime: what the lock reports becomes attributed entries."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ...domain.attribution import (
    Command,
    FailedAttempt,
    attribute_unexplained,
    who_tried,
)
from ...domain.doorlock import (
    LockOperation,
    LockOperationError,
    LockState,
    RawEvent,
    ReceivedEvent,
)
from ...domain.journal import ActivityType, Added, EventKey, GapReason, JournalEntry
from ...host_clock import host_clock
from ...matter import LockNode, LockReads
from ...signals import Signal
from ..state import LockInfo, LockUsers, StoredLock
from .absence import AbsenceMonitor
from .attributor import Attributor, Waiting
from .backfill import NUMBERED_ANEW, Backfill
from .clock import LockClock

PRUNE_EVERY: Final = timedelta(hours=6)


class ActivityLog:
    """Journals every event of one lock once, with who did it.

    `arrived` carries a new event before it is attributed, `recorded` one that is news and
    attributed, `attempted` the entry of a command that failed. `recorded_late` says that an
    operation of the past is attributed, `backfilled` that the journal holds what was
    missed, `returned` that the lock is there again and may deliver what it kept.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        directory: LockUsers,
        reads: LockReads,
    ) -> None:
        """Initialize the journal of a lock that is not followed yet."""
        self._hass = hass
        self._lock = lock
        self._store = lock.store
        self._host = host_clock(hass)
        self._estimated: list[EventKey | str] = []
        self._stop_correcting = self._host.corrected.connect(self._correct)
        self._stop_pruning: CALLBACK_TYPE | None = None
        self._clock = LockClock(lock.store, self._host)
        self._followed = self._clock.followed
        self._backfill = Backfill(lock.store, directory, reads, self._clock)
        self._absence = AbsenceMonitor(hass, lock.store, self._followed, self._host)
        self._attributor = Attributor(
            hass, lock, directory, self._clock, self._backfill.done
        )
        self.directory = directory
        self.own_commands = self._attributor.own_commands
        self.observers = self._attributor.observers
        self._read_ahead: set[EventKey] = set()
        """What was read as missed since the link stands, and may yet be reported: whether
        it has an entry of its own.
        """
        self.recorded = self._attributor.recorded
        self.recorded_late = self._attributor.recorded_late
        self.arrived: Signal[ReceivedEvent] = Signal()
        self.attempted: Signal[JournalEntry] = Signal()
        self.backfilled: Signal[()] = Signal()
        self.returned: Signal[()] = Signal()

    @property
    def memory(self) -> StoredLock:
        """What is remembered of the lock."""
        return self._store.memory

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self._stop_correcting()
        self.link_lost()
        if self._stop_pruning is not None:
            self._stop_pruning()
            self._stop_pruning = None
        self.directory.async_stop()
        self._attributor.async_stop()

    @callback
    def now(self) -> datetime:
        """Return the time by which entries are dated."""
        return self._host.now()

    @callback
    def limit_journal(self, entries: int, age: timedelta) -> None:
        """Set how much the journal keeps, also where nothing happens."""
        journal = self.memory.journal
        before = (journal.limit, journal.max_age)
        journal.limit, journal.max_age = entries, age
        self._prune()
        if before != (entries, age):
            # The limits are in no file: what they drop was written by `_prune`.
            self._lock.entries_changed.send()
        if self._stop_pruning is None:
            self._stop_pruning = async_track_time_interval(
                self._hass, self._prune, PRUNE_EVERY, name="aqara_lock journal"
            )

    @callback
    def _prune(self, _now: datetime | None = None) -> None:
        """Drop what the journal keeps no longer."""
        now = self._host.now()
        # By a clock that cannot be right everything may seem too old.
        if self._host.is_plausible and self.memory.journal.prune(now):
            self._lock.journal_changed()

    @callback
    def keep_people(self) -> bool:
        """Remove who was removed from the home; returns whether anybody was named.

        Raw events stay: a lock goes on to tell which user it was.
        """
        journal, household = self.memory.journal, self._lock.household
        self.directory.keep_people(set(household.people))
        gone = {person for person in journal.people() if household.is_gone(person)}
        for person_id in gone:
            journal.forget_person(person_id)
        if gone:
            self._store.forget_told()
            self._lock.journal_changed()
        return bool(gone)

    @callback
    def follow_node(self, node: LockNode, compressed_fabric_id: int) -> None:
        """Handle a view of the node: which fabric and controller are our own."""
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
        """Distrust what was read of the lock before: it was reset meanwhile.

        Bindings wait for their slot to be used: a fresh lock has no users yet.
        """
        memory = self.memory
        memory.table = memory.table.after_gap()
        memory.fabrics = memory.fabrics.after_reset(self._host.now())
        self._renumber()

    def _renumber(self) -> None:
        if self.memory.last_event_number is not None:
            self.memory.last_event_number = NUMBERED_ANEW

    @callback
    def link_lost(self, reason: GapReason | None = None) -> None:
        """End the record of a lock; the reason is given, or seen at the link."""
        self._absence.renumbered()
        self._backfill.link_lost(reason)

    @callback
    def lock_returned(self) -> None:
        """Handle that the lock is back, and may deliver what it kept."""
        self._followed.resume(dt_util.utcnow())
        self.returned.send()

    @callback
    def answers(self, *, answers: bool) -> None:
        """Handle that the lock does not answer, or may deliver what it kept meanwhile."""
        if not answers:
            self._followed.is_silent = True
            self._absence.left()
            return
        if self._followed.is_silent:
            self._followed.end_silence(dt_util.utcnow())
        self.returned.send()

    async def async_backfill(self, node: LockNode) -> None:
        """Fill in what was missed, then attribute what waited, what was missed first.

        New operations wait: until then nobody knows which slots changed hands.
        """
        ends_at = self._backfill.begin()
        self._read_ahead.clear()
        self._take_missed(await self._backfill.async_missed(ends_at))
        await self._backfill.async_finish(node, ends_at)
        self._lock.journal_changed()
        await self._attributor.async_finish()
        if self._backfill.done.is_set():
            self.backfilled.send()

    @callback
    def _take_missed(self, events: Collection[ReceivedEvent]) -> None:
        came_meanwhile = self._attributor.take_out()
        waiting = {item.key for item in came_meanwhile}
        for received in events:
            self._take(received, waiting)
        self._attributor.put(came_meanwhile)

    @callback
    def start_up_reported(self, node_id: int, event_number: int) -> None:
        """Handle a restart of the lock, after which event numbers may start again."""
        journal, fabric = self.memory.journal, self._clock.fabric
        if not journal.knows_start(fabric, node_id, event_number):
            self._absence.restarted()
            self._absence.renumbered(event_number)
        if journal.start_up(fabric, node_id, event_number):
            self._renumber()
        self._lock.journal_changed()

    @callback
    def state_reported(self, at: datetime) -> None:
        """Handle a report of LockState: events that come with it are live."""
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
            people=self._lock.household.people,
        )
        self.observers.use(None, at, who)
        key = journal.unexplained(kept_at, state, who)
        self._note_estimated(key)
        self.observers.logged(key, None, at, who)
        self._store.keep_told(key)
        self._lock.journal_changed()
        return journal.line(key)

    @property
    def is_steady(self) -> bool:
        """Whether the lock is followed without a break for two minutes or longer."""
        return self._followed.is_steady(dt_util.utcnow())

    def is_attributing(self, entry: JournalEntry) -> bool:
        """Return whether it is not known yet who an entry was, and will be soon."""
        return self._attributor.is_attributing(entry.key)

    def newest_of(self, kinds: frozenset[ActivityType]) -> ActivityType | None:
        """Return which of some activities happened last."""
        line = self.memory.journal.newest_of(kinds)
        return line.type if line is not None else None

    @callback
    def attempt_failed(self, command: Command, failed: FailedAttempt) -> None:
        """Record a command of Home Assistant that failed; nothing happened at the door."""
        who = who_tried(command, self._lock.household.people)
        key = self.memory.journal.attempt(self._host.now(), failed, who)
        self._note_estimated(key)
        self._store.keep_told(key)
        self._lock.journal_changed()
        if (line := self.memory.journal.line(key)) is not None:
            self.attempted.send(line)

    @callback
    def event_lost(self) -> None:
        """Record a gap for an event that nobody understands."""
        memory, now = self.memory, self._host.now()
        memory.table = memory.table.after_gap()
        memory.journal.gap(now, now, GapReason.UNKNOWN)
        self._lock.journal_changed()

    @callback
    def take(self, received: ReceivedEvent) -> None:
        """Record an event as it arrives; one that is known changes nothing."""
        self._take(received, ())

    def _take(self, received: ReceivedEvent, waiting: Collection[EventKey]) -> None:
        raw, last = received.raw, self.memory.last_event_number
        kept = replace(raw, received_at=self._host.date(raw.received_at))
        added = self.memory.journal.add(
            replace(received, raw=kept), fabric=self._clock.fabric
        )
        if not isinstance(added, Added):
            if raw.live and added.key in self._read_ahead:
                self._reported_after_read(received, added.key)
            elif added.key not in waiting:
                self._attribute_again(received, added.key)
            return
        self._note_estimated(added.key)
        in_order = last is None or added.new_epoch or added.key.number > last
        if not in_order:
            self.memory.journal.came_out_of_order(added.key)
        proven_live = self._clock.judge(raw, added.key, in_order=in_order)
        self._remember_last(added)
        if raw.live:
            self._note_number(kept, added, last)
        else:
            self._read_ahead.add(added.key)
        if not self._clock.is_news(raw, proven_live=proven_live, in_order=in_order):
            received = received.replayed()
        self.arrived.send(received)
        self._attributor.put([Waiting(received, added.key, proven_live)])

    @callback
    def other_event_reported(self, number: int) -> None:
        """Handle the number of an event of the node that is none of its lock's."""
        last = self.memory.last_event_number
        self._absence.numbered(number, self._host.now(), last)

    def _note_number(self, raw: RawEvent, added: Added, last: int | None) -> None:
        """Record what a lock dropped that had to keep too much while it was away."""
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
            self._lock.journal_changed()

    def _reported_after_read(self, received: ReceivedEvent, key: EventKey) -> None:
        """Handle the report of an event that was read just before it came.

        Whoever uses the door while what was missed is read is told as at any time. A
        report of what really was missed is no news by the rule for every event.
        """
        self._read_ahead.discard(key)
        last = self.memory.last_event_number
        in_order = last is None or key.number >= last
        proven_live = self._clock.judge(received.raw, key, in_order=in_order)
        if not self._clock.is_news(
            received.raw, proven_live=proven_live, in_order=in_order
        ):
            return
        self.arrived.send(received)
        self._attributor.put([Waiting(received, key, proven_live)])

    def _attribute_again(self, received: ReceivedEvent, key: EventKey) -> None:
        """Attribute an event that was recorded, and Home Assistant stopped before more."""
        entry = self.memory.journal.entry(key)
        if entry is None or entry.attribution is not None or entry.assignment:
            return
        is_operation = isinstance(received.event, LockOperation | LockOperationError)
        is_missed = not received.raw.live
        if is_operation and is_missed and not self._attributor.holds(key):
            self._attributor.put([Waiting(received, key)])

    def _remember_last(self, added: Added) -> None:
        """Keep the highest number: what was missed comes after what is new."""
        last = self.memory.last_event_number
        if last is None or added.new_epoch or added.key.number > last:
            self.memory.last_event_number = added.key.number
