"""Journal of one lock: raw events and own facts are kept, lines are derived when read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from . import stored
from .activity import GapReason, Line
from .attribution import Attribution, attribute_unexplained
from .door_lock import LockState
from .event_numbers import EventNumbers
from .explained import claimed
from .journal_entries import (
    Assignment,
    Entry,
    EventKey,
    epoch_as_dict,
    epoch_from_dict,
    forget,
)
from .journal_view import dated, derive_lines, unlatch_before
from .operations import LockOperation, RawEvent, decode, known_fields
from .own_lines import OwnLines
from .people import Person

DEFAULT_LIMIT: Final = 1000
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Added:
    """An event is new. `continues` is the unlatch whose line it joins.

    `replaces` is the unexplained state change that it explains.
    """

    key: EventKey
    new_epoch: bool = False
    continues: EventKey | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An event is known, or `forgotten`: older than what the journal still keeps."""

    key: EventKey
    forgotten: bool = False


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
        self._own = OwnLines()
        self._distrusted: set[tuple[str, int]] = set()
        self._lines: tuple[Line, ...] | None = None

    def add(
        self, raw: RawEvent, *, fabric: str, attribution: Attribution | None = None
    ) -> AddResult:
        """Take an event; `fabric` is the compressed fabric id of the server."""
        event = decode(raw.event_id, raw.data)
        known = self._numbers.find_same(raw, event, fabric)
        if known is not None:
            if self._numbers.keep_earliest(known, raw):
                self._changed()
            return Duplicate(known[1].key)
        if self._numbers.is_forgotten(raw, fabric):
            newest = self._numbers.newest(fabric, raw.node_id)
            return Duplicate(newest.key(raw.event_number), forgotten=True)
        epoch, new_epoch = self._numbers.epoch_for(raw, fabric)
        kept = replace(raw, data=known_fields(raw.data))
        key = epoch.key(raw.event_number)
        epoch.put(Entry(key, kept, event, attribution))
        self._changed()
        return Added(
            key,
            new_epoch=new_epoch,
            continues=unlatch_before(
                epoch, key.number, self.trusts_clock(fabric, raw.node_id)
            ),
            replaces=self._replaces(key),
        )

    def start_up(self, fabric: str, node: int, number: int) -> bool:
        """Take a live StartUp event of the node; True when numbers start anew."""
        return self._numbers.start_up(fabric, node, number)

    def distrust_clock(self, fabric: str, node: int) -> None:
        """Date this node's events by when they were received from now on."""
        self._distrusted.add((fabric, node))
        self._changed()

    def trusts_clock(self, fabric: str, node: int) -> bool:
        """Tell whether the lock's own clock dates its events."""
        return (fabric, node) not in self._distrusted

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

    def gap(self, start: datetime, end: datetime, reason: GapReason) -> str:
        """Take that nothing could be recorded for a while; gives the key of the line.

        It goes on with the one before when the lock was hardly followed in between.
        """
        last = self.lines()[-1:]
        key = self._own.add_gap(start, end, reason, last[0].key if last else None)
        self._changed()
        return key

    def fill_gap(self, key: str) -> bool:
        """Take that the events of a gap were recovered; False for an unknown key."""
        found = self._own.gaps.pop(key, None)
        self._changed()
        return found is not None

    def line_key(self, key: EventKey) -> str | None:
        """Give the public key of the line that holds an event."""
        found = self._numbers.find(key)
        if found is None:
            return None
        epoch, entry = found
        own = epoch.line_key(entry.key.number)
        return next((line.key for line in self.lines() if own in line.keys), None)

    def entry(self, key: EventKey) -> Entry | None:
        """Give a raw event with what was known of it."""
        found = self._numbers.find(key)
        return found[1] if found else None

    def amend(self, key: EventKey | str, attribution: Attribution) -> bool:
        """Set who it was, after late evidence; False for an unknown key."""
        return self._update(key, attribution=attribution)

    def assign(self, key: EventKey | str, person: Person | None, at: datetime) -> bool:
        """Set by hand who it was; False for an unknown key."""
        return self._update(key, assignment=Assignment(person, at))

    def forget_person(self, person_id: str) -> int:
        """Take a person's name out of all lines; gives how many records had it."""
        told = 0
        for epoch in self._numbers.epochs:
            for number, entry in epoch.entries.items():
                epoch.entries[number] = forget(entry, person_id)
                told += epoch.entries[number] is not entry
        told += self._own.forget_person(person_id)
        self._changed()
        return told

    def erase(self) -> None:
        """Forget all lines; what was erased does not come back by a replay."""
        for epoch in self._numbers.epochs:
            epoch.clear()
        self._own.clear()
        self._changed()

    def prune(self, now: datetime) -> None:
        """Drop what is over the limits of count and age."""
        if self.max_age is not None:
            self._drop_before(now - self.max_age)
        self._changed()

    def lines(self) -> tuple[Line, ...]:
        """Give the lines, oldest first: by event number, shown by time."""
        if self._lines is None:
            self._lines = self._derive()[-self.limit :]
        return self._lines

    def line(self, key: str) -> Line | None:
        """Give the line with a public key, also of an event that was merged into it."""
        return next((line for line in self.lines() if key in line.keys), None)

    def export_rows(self) -> list[dict[str, Any]]:
        """Give flat rows for JSON or CSV, with nothing that is private to triggers."""
        return [line.as_row() for line in self.lines()]

    def copy(self) -> Journal:
        """Give the journal as it is now; what comes later changes only this one."""
        found = Journal(limit=self.limit, max_age=self.max_age)
        found._numbers = self._numbers.copy()
        found._own = self._own.copy()
        found._distrusted = set(self._distrusted)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return {
            "version": VERSION,
            **self._own.as_dict(),
            "distrusted": [list(item) for item in sorted(self._distrusted)],
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
        """Read plain data; raises ValueError that names the damaged field."""
        data = stored.mapping(value, "journal")
        version = stored.integer(data, "version")
        if version != VERSION:
            raise ValueError(f"journal version {version} is not {VERSION}")
        journal = cls(limit=limit, max_age=max_age)
        journal._load(data)
        journal._changed()
        return journal

    def _load(self, data: Mapping[str, Any]) -> None:
        self._own.load(data)
        for item in stored.items(data, "distrusted"):
            self._distrusted.add(_node_from_list(item))
        for item in stored.items(data, "epochs"):
            self._numbers.load(epoch_from_dict(item))

    def _changed(self) -> None:
        self._lines = None
        self._drop_over(self.limit)

    def _update(self, key: EventKey | str, **facts: Any) -> bool:
        if isinstance(key, str) and self._own.update(key, **facts):
            self._changed()
            return True
        found = (
            self._numbers.find_line(key)
            if isinstance(key, str)
            else self._numbers.find(key)
        )
        if found is None:
            return False
        epoch, entry = found
        epoch.entries[entry.key.number] = replace(entry, **facts)
        self._changed()
        return True

    def _drop_over(self, limit: int) -> None:
        self._numbers.drop_over(limit)
        self._own.drop_over(limit)

    def _drop_before(self, oldest: datetime) -> None:
        for epoch in self._numbers.epochs:
            trusted = self.trusts_clock(epoch.fabric, epoch.node)
            for entry in list(epoch.ordered()):
                if dated(entry.raw, trusted).at < oldest:
                    epoch.drop(entry.key.number)
        self._own.drop_before(oldest)

    def _replaces(self, key: EventKey) -> str | None:
        if not self._own.unexplained:
            return None
        claims = claimed(self._own.unexplained.values(), self._operations())
        return next((item for item, entry in claims.items() if entry.key == key), None)

    def _operations(self) -> list[Entry]:
        found = self._numbers.ordered()
        return [entry for entry in found if isinstance(entry.event, LockOperation)]

    def _derive(self) -> tuple[Line, ...]:
        return derive_lines(
            self._numbers.epochs,
            self._own.unexplained,
            self._own.gaps,
            self._distrusted,
        )


def _node_from_list(value: object) -> tuple[str, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("distrusted is not a pair")
    found = {"fabric": value[0], "node": value[1]}
    return stored.text(found, "fabric"), stored.integer(found, "node")
