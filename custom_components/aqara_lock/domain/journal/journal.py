"""Journal of one lock: raw events and own facts are kept, lines are derived when read."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from .. import codec
from ..access import Person
from ..attribution import Attribution, FailedAttempt, attribute_unexplained
from ..doorlock import LockOperation, LockState, ReceivedEvent, known_fields
from .activity import ActivityType, EntryKind, GapReason, JournalEntry
from .clock import ClockTrust
from .entry_view import dated
from .epochs import EventNumbers
from .forgetting import forget, people_in
from .incremental_view import EntryView
from .own_entries import OwnEntries
from .pages import Page, lines_of, newest_first
from .records import (
    Assigner,
    Assignment,
    EventKey,
    Record,
    epoch_as_dict,
    epoch_from_dict,
)

DEFAULT_LIMIT: Final = 1000
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Added:
    """An event is new."""

    key: EventKey
    new_epoch: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An event is known, or older than what the journal still keeps."""

    key: EventKey


type AddResult = Added | Duplicate


class Journal:
    """What happened at one lock; bounded by count and age.

    Adding twice or in another order gives the same lines. Persons are kept as they
    were attributed: later bindings change no past line.
    """

    def __init__(
        self, *, limit: int = DEFAULT_LIMIT, max_age: timedelta | None = None
    ) -> None:
        """Start empty."""
        self.limit = limit
        self.max_age = max_age
        self._numbers = EventNumbers()
        self._own = OwnEntries()
        self._clocks = ClockTrust()
        self._view = EntryView()
        self._pages: tuple[int, tuple[Page, ...]] | None = None
        """Pages, and for which limit they were made."""
        self._lines: tuple[JournalEntry, ...] | None = None
        self._is_derived = False
        self._redate = False

    def add(
        self,
        received: ReceivedEvent,
        *,
        fabric: str,
        attribution: Attribution | None = None,
    ) -> AddResult:
        """Record an event; `fabric` is the compressed fabric id of the server."""
        raw, event = received.raw, received.event
        known = self._numbers.find_same(raw, event, fabric)
        if known is not None:
            if self._numbers.keep_earliest(known, raw):
                self._changed()
            return Duplicate(known[1].key)
        if self._numbers.is_forgotten(raw, fabric):
            newest = self._numbers.newest(fabric, raw.node_id)
            return Duplicate(newest.key(raw.event_number))
        epoch, new_epoch = self._numbers.epoch_for(raw, fabric)
        kept = replace(raw, data=known_fields(raw.data))
        key = epoch.key(raw.event_number)
        epoch.put(Record(key, kept, event, attribution))
        self._changed()
        return Added(key, new_epoch=new_epoch)

    def came_out_of_order(self, key: EventKey) -> None:
        """Date an event that came after one with a higher number by that one at the latest."""
        if (place := self._numbers.find(key)) is None:
            return
        epoch, entry = place
        latest = epoch.latest(key.number, entry.raw.received_at)
        epoch.update(replace(entry, raw=replace(entry.raw, received_at=latest)))
        self._changed()

    def knows_start(self, fabric: str, node: int, number: int) -> bool:
        """Tell a StartUp event of the node that is told once more."""
        return self._numbers.newest(fabric, node).started == number

    def start_up(self, fabric: str, node: int, number: int) -> bool:
        """Take a live StartUp event of the node; True when numbers start anew."""
        return self._numbers.start_up(fabric, node, number)

    def distrust_clock(self, fabric: str, node: int) -> None:
        """Date this node's events by when they were received from now on."""
        self._clocks.distrust((fabric, node))
        self._redate = True
        self._changed()

    def trust_clock(self, key: EventKey) -> None:
        """Date the node's events by its own clock again, from this one on."""
        self._clocks.trust_again((key.fabric, key.node), (key.epoch, key.number))
        self._redate = True
        self._changed()

    def trusts_clock(self, fabric: str, node: int) -> bool:
        """Tell whether the lock's own clock dates what comes next."""
        return self._clocks.trusts_now((fabric, node))

    def unexplained(
        self, at: datetime, state: LockState, attribution: Attribution | None = None
    ) -> str:
        """Take a state change that no operation explained within the grace time.

        An operation that comes later replaces it. Gives the key of the line.
        """
        who = attribution or attribute_unexplained(at=at)
        key = self._own.add_unexplained(at, state, who)
        self._changed()
        return key

    def attempt(self, at: datetime, failed: FailedAttempt, who: Attribution) -> str:
        """Record a command of Home Assistant that failed; returns the key of the entry."""
        key = self._own.add_attempt(at, failed, who)
        self._changed()
        return key

    def gap(self, start: datetime, end: datetime, reason: GapReason) -> str:
        """Take that nothing could be recorded for a while; gives the key of the line.

        It goes on with the one before when the lock was hardly followed in between.
        """
        # A command that failed says nothing of whether the lock was followed.
        lines = (x for x in self.newest_first() if x.kind is not EntryKind.ATTEMPT)
        last = next(lines, None)
        key = self._own.add_gap(start, end, reason, last.key if last else None)
        self._changed()
        return key

    def line_of(self, key: EventKey) -> JournalEntry | None:
        """Return the line that holds an event."""
        found = self._numbers.find(key)
        if found is None:
            return None
        epoch, entry = found
        return self.line(epoch.entry_key(entry.key.number))

    def entry_begun_by(self, key: EventKey) -> JournalEntry | None:
        """Return the entry of an event; None where it joined another one's."""
        line = self.line_of(key)
        found = self._numbers.find(key)
        if line is None or found is None:
            return None
        return line if line.key == found[0].entry_key(key.number) else None

    def entry(self, key: EventKey) -> Record | None:
        """Give a raw event with what was known of it."""
        found = self._numbers.find(key)
        return found[1] if found else None

    def operations_since(
        self, moment: datetime
    ) -> Iterator[tuple[LockOperation, datetime]]:
        """Return the operations from a moment on with their times, by event number."""
        for entry in self._numbers.ordered():
            event = entry.event
            # Nothing is received before it happens.
            if not isinstance(event, LockOperation) or entry.raw.received_at < moment:
                continue
            line = self.line_of(entry.key)
            if line is not None and line.occurred_at >= moment:
                yield event, line.occurred_at

    def amend(self, key: EventKey | str, attribution: Attribution) -> bool:
        """Set who it was, after late evidence; False for an unknown key."""
        return self._update(key, attribution=attribution)

    def assign(
        self,
        key: EventKey | str,
        person: Person | None,
        at: datetime,
        by: Assigner | None = None,
    ) -> bool:
        """Set by hand who it was; False for an unknown key."""
        return self._update(key, assignment=Assignment(person, at, by))

    def shift(self, keys: Iterable[EventKey | str], by: timedelta) -> None:
        """Move what was received at a time that turned out to be too early."""
        for key in keys:
            if isinstance(key, str):
                self._own.shift(key, by)
            elif (entry := self.entry(key)) is not None:
                raw = replace(entry.raw, received_at=entry.raw.received_at + by)
                self._update(key, raw=raw)
        self._changed()

    def people(self) -> set[str]:
        """Give the ids of all persons who are named."""
        told = [people_in(entry) for entry in self._numbers.ordered()]
        told += [people_in(item) for item in self._own.unexplained.values()]
        tried = (item.attribution.person_id for item in self._own.attempts.values())
        return set().union(*told, (person_id for person_id in tried if person_id))

    def forget_person(self, person_id: str) -> int:
        """Take a person's name out of all lines; gives how many records had it."""
        told = self._own.forget_person(person_id)
        for epoch in self._numbers.epochs:
            for entry in list(epoch.ordered()):
                if (without := forget(entry, person_id)) is not entry:
                    epoch.update(without)
                    told += 1
        self._changed()
        return told

    def erase(self) -> None:
        """Forget all lines; what was erased does not come back by a replay."""
        for epoch in self._numbers.epochs:
            epoch.clear()
        self._own.clear()
        self._changed()

    def prune(self, now: datetime) -> bool:
        """Drop what is over the limits of count and age; tells whether anything was."""
        before = self._size()
        if self.max_age is not None:
            self._drop_before(now - self.max_age)
        self._drop_over(self.limit)
        if self._size() == before:
            return False
        self._changed()
        return True

    def _size(self) -> tuple[int, ...]:
        events = sum(len(epoch.entries) for epoch in self._numbers.epochs)
        own = (self._own.unexplained, self._own.gaps, self._own.attempts)
        return events, *(len(kept) for kept in own)

    def pages(self) -> tuple[Page, ...]:
        """Give the lines in pages, oldest first; a page without news stays the same."""
        self._derive()
        if self._pages is None or self._pages[0] != self.limit:
            self._pages = self.limit, self._view.pages.newest(self.limit)
            self._lines = None
        return self._pages[1]

    def lines(self) -> tuple[JournalEntry, ...]:
        """Give the lines, oldest first: by event number, shown by time."""
        pages = self.pages()
        if self._lines is None:
            self._lines = lines_of(pages)
        return self._lines

    def newest_first(self) -> Iterator[JournalEntry]:
        """Give the lines, newest first."""
        return newest_first(self.pages())

    def newest_of(self, types: frozenset[ActivityType]) -> JournalEntry | None:
        """Give the last line of some types; pages without one are passed over."""
        for page in reversed(self.pages()):
            if not types.isdisjoint(page.of(_types_on)):
                return next(x for x in reversed(page.lines) if x.type in types)
        return None

    def line(self, key: str) -> JournalEntry | None:
        """Give the line with a public key, also of an event that was merged into it."""
        if self.position(key) is None or (order := self._view.order(key)) is None:
            return None
        return self._view.pages.at(order)

    def position(self, key: str) -> int | None:
        """Give how many lines stand before the one with a public key."""
        self._derive()
        if (order := self._view.order(key)) is None:
            return None
        pages = self._view.pages
        place = pages.position(order) - max(0, len(pages) - self.limit)
        return place if place >= 0 else None

    def copy(self) -> Journal:
        """Give the journal as it is now; what comes later changes only this one."""
        found = Journal(limit=self.limit, max_age=self.max_age)
        found._numbers = self._numbers.copy()
        found._own = self._own.copy()
        found._clocks = self._clocks.copy()
        return found

    def part(self, keys: Collection[EventKey | str]) -> Journal:
        """Return a journal of these lines only; what comes later does not change it."""
        found = Journal(limit=self.limit, max_age=self.max_age)
        found._numbers = self._numbers.part(
            [key for key in keys if not isinstance(key, str)]
        )
        found._own = self._own.part([key for key in keys if isinstance(key, str)])
        return found

    def merge(self, other: Journal) -> list[EventKey | str]:
        """Take lines that are missing here, or not attributed; returns their keys."""
        merged: list[EventKey | str] = list(self._own.merge(other._own))
        for epoch in other._numbers.epochs:
            merged += self._numbers.merge(epoch)
        self._changed()
        return merged

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return {
            "version": VERSION,
            **self._own.as_dict(),
            "distrusted": self._clocks.as_list(),
            "epochs": [epoch_as_dict(epoch) for epoch in self._numbers.epochs],
        }

    @classmethod
    def from_dict(
        cls,
        value: object,
        *,
        limit: int = DEFAULT_LIMIT,
        max_age: timedelta | None = None,
    ) -> Journal:
        """Read plain data, lines derived; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "journal")
        version = codec.integer(data, "version")
        if version != VERSION:
            kind = codec.NewerError if version > VERSION else codec.DamagedError
            raise kind(f"journal version {version} is not {VERSION}")
        journal = cls(limit=limit, max_age=max_age)
        journal._load(data)
        journal._changed()
        # Here, for a store reads a journal in the executor: later it would be in the loop.
        journal._derive()
        return journal

    def _load(self, data: Mapping[str, Any]) -> None:
        self._own.load(data)
        for item in codec.items(data, "distrusted"):
            self._clocks.load(item)
        for item in codec.items(data, "epochs"):
            self._numbers.load(epoch_from_dict(item))

    def _changed(self) -> None:
        self._lines = self._pages = None
        self._is_derived = False
        self._drop_over(self.limit)

    def _update(self, key: EventKey | str, **facts: Any) -> bool:
        if isinstance(key, str) and self._own.update(key, **facts):
            self._changed()
            return True
        found = (
            self._numbers.find_journal_entry(key)
            if isinstance(key, str)
            else self._numbers.find(key)
        )
        if found is None:
            return False
        epoch, entry = found
        epoch.update(replace(entry, **facts))
        self._changed()
        return True

    def _drop_over(self, limit: int) -> None:
        self._numbers.drop_over(limit)
        self._own.drop_over(limit)

    def _drop_before(self, oldest: datetime) -> None:
        self._derive()
        for epoch in self._numbers.epochs:
            if self._view.is_after(epoch, oldest):
                continue
            trusts = self._clocks.trusts((epoch.fabric, epoch.node))
            for number in list(epoch.numbers):
                trusted = trusts((epoch.epoch, number))
                if dated(epoch.entries[number].raw, trusted).at < oldest:
                    epoch.drop(number)
        self._own.drop_before(oldest)

    def _derive(self) -> None:
        if self._is_derived:
            return
        self._view.update(
            self._numbers.epochs, self._own, self._clocks, redate=self._redate
        )
        self._is_derived, self._redate = True, False


def _types_on(lines: tuple[JournalEntry, ...]) -> frozenset[ActivityType | None]:
    return frozenset(line.type for line in lines)
