"""What the journal keeps: raw events by epoch, and own facts about them."""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from .. import codec
from ..access import Person
from ..attribution import Attribution, FailedAttempt, assigned
from ..doorlock import (
    AlarmCode,
    DoorLockAlarm,
    DoorLockEvent,
    LockState,
    RawEvent,
    decode,
)
from .activity import GapReason

FACTORY_RESET: Final = DoorLockAlarm(AlarmCode.LOCK_FACTORY_RESET)


class EventKey(NamedTuple):
    """An event of one lock: numbers count per node and start anew with an epoch."""

    fabric: str
    node: int
    epoch: int
    number: int


@dataclass(frozen=True, slots=True)
class Assigner:
    """Who assigned an entry: a user, an automation or a script, by name.

    `person_id` is the person of the home that the user is.
    """

    name: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody said by hand who it was; `person` None takes a name away.

    `by` is None where that is not known: it was not recorded before, or was forgotten.
    """

    person: Person | None
    at: datetime
    by: Assigner | None = None

    def applied_to(self, who: Attribution) -> Attribution:
        """Return an attribution with what was said by hand."""
        by = self.by.name if self.by else None
        return assigned(who, self.person, by=by, at=self.at)


@dataclass(frozen=True, slots=True)
class Record:
    """A raw event with what was known about its actor when it was attributed."""

    key: EventKey
    raw: RawEvent
    event: DoorLockEvent
    attribution: Attribution | None = None
    assignment: Assignment | None = None
    memo: dict[object, Any] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    """What was worked out from this entry alone; a changed entry begins anew."""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """The lock changed its state and no operation said why."""

    id: str
    at: datetime
    state: LockState
    attribution: Attribution | None = None
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A command of Home Assistant failed; nothing that the lock said stands behind it."""

    id: str
    at: datetime
    failed: FailedAttempt
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing could be recorded from `start` to `end`."""

    id: str
    start: datetime
    end: datetime
    reason: GapReason


@dataclass(slots=True)
class Epoch:
    """One run of event numbers; `floor` is the highest number that was dropped."""

    fabric: str
    node: int
    epoch: int
    stream: int
    entries: dict[int, Record] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    floor: int = -1
    highest: int = -1
    started: int = -1
    touched: set[int] = field(init=False, default_factory=set, compare=False)
    """Numbers whose entry came, went or changed since the lines were last derived."""

    @property
    def first(self) -> int:
        """Number of the first event that is known: a lower one is of another epoch.

        A start with a higher number is a boot that is told once more.
        """
        if self.started >= 0:
            return self.started
        return self.numbers[0] if self.numbers else self.highest

    def key(self, number: int) -> EventKey:
        """Give the key of a number in this epoch."""
        return EventKey(self.fabric, self.node, self.epoch, number)

    def entry_key(self, number: int) -> str:
        """Give the public key, which tells no fabric."""
        return f"e{self.stream}.{self.epoch}.{number}"

    def latest(self, number: int, received_at: datetime) -> datetime:
        """Return when an event was recorded at the latest: before one with a higher number."""
        place = bisect_right(self.numbers, number)
        if place == len(self.numbers):
            return received_at
        later = self.entries[self.numbers[place]]
        return min(received_at, later.raw.received_at)

    def put(self, entry: Record) -> None:
        """Take an entry that is new."""
        number = entry.key.number
        if number > self.highest:
            self.numbers.append(number)
        elif number not in self.entries:
            insort(self.numbers, number)
        self.entries[number] = entry
        self.touched.add(number)
        self.highest = max(self.highest, number)

    def update(self, entry: Record) -> None:
        """Take an entry in place of the one with its number."""
        self.entries[entry.key.number] = entry
        self.touched.add(entry.key.number)

    def drop(self, number: int) -> None:
        """Forget an entry for good."""
        self.numbers.remove(number)
        del self.entries[number]
        self.touched.add(number)
        self.floor = max(self.floor, number)

    def clear(self) -> None:
        """Forget all entries for good."""
        self.floor = max(self.floor, self.highest)
        self.touched.update(self.numbers)
        self.entries.clear()
        self.numbers.clear()

    def ordered(self) -> Iterator[Record]:
        """Give entries by event number."""
        return (self.entries[number] for number in self.numbers)

    def expects_reset(self) -> bool:
        """Tell whether the last event was the alarm of a factory reset."""
        last = self.entries.get(self.highest)
        return last is not None and last.event == FACTORY_RESET


def epoch_as_dict(epoch: Epoch) -> dict[str, Any]:
    """Give an epoch as plain data."""
    return {
        "fabric": epoch.fabric,
        "node": epoch.node,
        "epoch": epoch.epoch,
        "stream": epoch.stream,
        "floor": epoch.floor,
        "highest": epoch.highest,
        "started": epoch.started,
        "events": [_entry_as_dict(entry) for entry in epoch.ordered()],
    }


def epoch_from_dict(value: object) -> Epoch:
    """Read an epoch; raises ValueError."""
    data = codec.mapping(value, "epoch")
    epoch = Epoch(
        fabric=codec.text(data, "fabric"),
        node=codec.integer(data, "node"),
        epoch=codec.integer(data, "epoch"),
        stream=codec.integer(data, "stream"),
        floor=codec.integer(data, "floor"),
        started=codec.integer(data, "started"),
    )
    read = _RecordReader(epoch)
    for item in codec.items(data, "events"):
        epoch.put(read.record(item))
    epoch.highest = max(epoch.highest, codec.integer(data, "highest"))
    return epoch


def unexplained_as_dict(item: Unexplained) -> dict[str, Any]:
    """Give a state change without an operation as plain data."""
    return codec.present(
        id=item.id,
        at=item.at.isoformat(),
        state=int(item.state),
        who=item.attribution.as_dict() if item.attribution else None,
        assigned=_assignment_as_dict(item.assignment),
    )


def unexplained_from_dict(value: object) -> Unexplained:
    """Read a state change without an operation; raises ValueError."""
    data = codec.mapping(value, "unexplained")
    return Unexplained(
        id=codec.text(data, "id"),
        at=codec.moment(data, "at"),
        state=codec.choice(LockState, data, "state"),
        attribution=_attribution(data),
        assignment=_assignment(data),
    )


def attempt_as_dict(item: Attempt) -> dict[str, Any]:
    """Return an attempt as plain data."""
    return codec.present(
        id=item.id,
        at=item.at.isoformat(),
        failed=item.failed.as_dict(),
        who=item.attribution.as_dict(),
    )


def attempt_from_dict(value: object) -> Attempt:
    """Read an attempt; raises ValueError."""
    data = codec.mapping(value, "attempt")
    return Attempt(
        id=codec.text(data, "id"),
        at=codec.moment(data, "at"),
        failed=FailedAttempt.from_dict(data.get("failed")),
        attribution=Attribution.from_dict(data.get("who")),
    )


def gap_as_dict(gap: Gap) -> dict[str, Any]:
    """Give a gap as plain data."""
    return {
        "id": gap.id,
        "start": gap.start.isoformat(),
        "end": gap.end.isoformat(),
        "reason": gap.reason.value,
    }


def gap_from_dict(value: object) -> Gap:
    """Read a gap; raises ValueError."""
    data = codec.mapping(value, "gap")
    return Gap(
        id=codec.text(data, "id"),
        start=codec.moment(data, "start"),
        end=codec.moment(data, "end"),
        reason=codec.choice(GapReason, data, "reason"),
    )


def _entry_as_dict(entry: Record) -> dict[str, Any]:
    raw = entry.raw
    return codec.present(
        number=raw.event_number,
        endpoint=raw.endpoint_id,
        event=raw.event_id,
        timestamp=raw.timestamp,
        timestamp_type=raw.timestamp_type,
        data=raw.data,
        received=raw.received_at.isoformat(),
        live=raw.live,
        who=entry.attribution.as_dict() if entry.attribution else None,
        assigned=_assignment_as_dict(entry.assignment),
    )


class _RecordReader:
    """Reads the events of one epoch.

    Most of them say what others said before: the same operation, by the same person. That
    is read and kept once, by its text, and never longer than for this epoch.
    """

    def __init__(self, epoch: Epoch) -> None:
        """Begin with nothing read."""
        self._epoch = epoch
        self._contents: dict[str, tuple[Mapping[str, Any], DoorLockEvent]] = {}
        self._attributions: dict[str, Attribution] = {}

    def record(self, value: object) -> Record:
        """Read an event; raises ValueError."""
        data = codec.mapping(value, "event")
        event_id, number = codec.integer(data, "event"), codec.integer(data, "number")
        content, event = self._content(event_id, data.get("data"))
        epoch = self._epoch
        return Record(
            key=EventKey(epoch.fabric, epoch.node, epoch.epoch, number),
            raw=RawEvent(
                node_id=epoch.node,
                endpoint_id=codec.integer(data, "endpoint"),
                event_id=event_id,
                event_number=number,
                timestamp=codec.integer(data, "timestamp"),
                timestamp_type=codec.integer(data, "timestamp_type"),
                data=content,
                received_at=codec.moment(data, "received"),
                live=codec.truth(data, "live"),
            ),
            event=event,
            attribution=self._attribution(data["who"]) if "who" in data else None,
            assignment=_assignment(data),
        )

    def _content(
        self, event_id: int, value: object
    ) -> tuple[Mapping[str, Any], DoorLockEvent]:
        key = f"{event_id} {value!r}"
        if (known := self._contents.get(key)) is None:
            data = codec.mapping(value, "data")
            known = self._contents[key] = (data, decode(event_id, data))
        return known

    def _attribution(self, value: object) -> Attribution:
        key = repr(value)
        if (known := self._attributions.get(key)) is None:
            known = self._attributions[key] = Attribution.from_dict(value)
        return known


def _attribution(data: Mapping[str, Any]) -> Attribution | None:
    return Attribution.from_dict(data["who"]) if "who" in data else None


def _assignment_as_dict(assignment: Assignment | None) -> dict[str, Any] | None:
    if assignment is None:
        return None
    person = assignment.person
    return codec.present(
        at=assignment.at.isoformat(),
        id=person.id if person else None,
        name=person.name if person else None,
        entity_id=person.entity_id if person else None,
        by=assignment.by.name if assignment.by else None,
        by_id=assignment.by.person_id if assignment.by else None,
    )


def _assignment(data: Mapping[str, Any]) -> Assignment | None:
    if "assigned" not in data:
        return None
    found = codec.mapping(data["assigned"], "assigned")
    at, by = codec.moment(found, "at"), _assigner(found)
    if "id" not in found:
        return Assignment(None, at, by)
    entity_id = codec.optional_text(found, "entity_id")
    person = Person(codec.text(found, "id"), codec.text(found, "name"), entity_id)
    return Assignment(person, at, by)


def _assigner(data: Mapping[str, Any]) -> Assigner | None:
    name = codec.optional_text(data, "by")
    return Assigner(name, codec.optional_text(data, "by_id")) if name else None
