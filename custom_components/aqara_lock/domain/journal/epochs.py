"""Events of one lock by their numbers, which count per node and start anew after a reset."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from .. import codec
from ..doorlock import DoorLockEvent, RawEvent
from .entry_view import is_same
from .records import Epoch, EventKey, Record

EMPTY_EPOCHS: Final = 16
"""Epochs without an entry that are kept: what was erased must not come back by a merge."""

type Place = tuple[Epoch, Record]


class EventNumbers:
    """Every run of event numbers (epoch) of the nodes that a lock has been."""

    def __init__(self) -> None:
        """Start empty."""
        self.epochs: list[Epoch] = []
        self._newest: dict[tuple[str, int], Epoch] = {}

    def load(self, epoch: Epoch) -> None:
        """Take a stored epoch, the oldest first; raises ValueError for one that is there."""
        if self._find(epoch) is not None:
            raise codec.DamagedError("epochs has one twice")
        self.epochs.append(epoch)
        self._newest[epoch.fabric, epoch.node] = epoch

    def copy(self) -> EventNumbers:
        """Give the same epochs, apart from what is added to these."""
        found = EventNumbers()
        for epoch in self.epochs:
            entries, numbers = dict(epoch.entries), list(epoch.numbers)
            found.load(replace(epoch, entries=entries, numbers=numbers))
        return found

    def part(self, keys: Collection[EventKey]) -> EventNumbers:
        """Return the epochs of these events, with no other event in them."""
        found = EventNumbers()
        for epoch in self.epochs:
            numbers = sorted(
                key.number
                for key in set(keys)
                if key.number in epoch.entries and key == epoch.key(key.number)
            )
            if numbers:
                entries = {number: epoch.entries[number] for number in numbers}
                found.load(replace(epoch, entries=entries, numbers=numbers))
        return found

    def merge(self, other: Epoch) -> list[EventKey]:
        """Take events that are missing here, or not attributed; returns their keys."""
        epoch = self._find(other)
        if epoch is None:
            self.load(other)
            return [entry.key for entry in other.ordered()]
        merged: list[EventKey] = []
        for entry in other.ordered():
            number = entry.key.number
            known = epoch.entries.get(number)
            if known is None and number > epoch.floor:
                epoch.put(entry)
            elif known is not None and known.attribution is None:
                epoch.update(replace(known, attribution=entry.attribution))
            else:
                continue
            merged.append(entry.key)
        epoch.highest = max(epoch.highest, other.highest)
        epoch.started = max(epoch.started, other.started)
        return merged

    def _find(self, other: Epoch) -> Epoch | None:
        place = other.fabric, other.node, other.epoch
        found = (x for x in self.epochs if (x.fabric, x.node, x.epoch) == place)
        return next(found, None)

    def newest(self, fabric: str, node: int) -> Epoch:
        """Give the epoch that a node counts in now."""
        found = self._newest.get((fabric, node))
        return found or self._begin(fabric, node)

    def start_up(self, fabric: str, node: int, number: int) -> bool:
        """Take a StartUp event of the node; True when numbers start anew."""
        epoch = self.newest(fabric, node)
        if number == epoch.started:
            return False
        reset = number < epoch.first
        if reset:
            epoch = self._begin(fabric, node)
        epoch.started = number
        epoch.highest = max(epoch.highest, number)
        return reset

    def find_same(
        self, raw: RawEvent, event: DoorLockEvent, fabric: str
    ) -> Place | None:
        """Find the event of which this one is a replay."""
        newest = self.newest(fabric, raw.node_id)
        for epoch in self.epochs:
            entry = epoch.entries.get(raw.event_number)
            if entry is None or (epoch.fabric, epoch.node) != (fabric, raw.node_id):
                continue
            if is_same(entry, raw, event, exact=epoch is not newest):
                return epoch, entry
        return None

    def is_forgotten(self, raw: RawEvent, fabric: str) -> bool:
        """Tell an event that was dropped before from one that is new."""
        newest = self.newest(fabric, raw.node_id)
        number = raw.event_number
        if number in newest.entries or number > newest.floor:
            return False
        return not (newest.expects_reset() and raw.live)

    def epoch_for(self, raw: RawEvent, fabric: str) -> tuple[Epoch, bool]:
        """Numbers start anew when one repeats or falls after a factory reset."""
        newest = self.newest(fabric, raw.node_id)
        fell = raw.event_number < newest.highest and raw.live
        if raw.event_number in newest.entries or (fell and newest.expects_reset()):
            return self._begin(fabric, raw.node_id), True
        return newest, False

    def keep_earliest(self, place: Place, raw: RawEvent) -> bool:
        """Date an event by its first delivery, whichever is added first.

        A replay is never earlier than the live event, whatever a clock says by now.
        """
        epoch, entry = place
        is_replay = entry.raw.live and not raw.live
        if is_replay or raw.received_at >= entry.raw.received_at:
            return False
        earlier = replace(raw, data=entry.raw.data, live=raw.live or entry.raw.live)
        epoch.update(replace(entry, raw=earlier))
        return True

    def find(self, key: EventKey) -> Place | None:
        """Find an event by its key."""
        for epoch in self.epochs:
            entry = epoch.entries.get(key.number)
            if entry is not None and entry.key == key:
                return epoch, entry
        return None

    def find_journal_entry(self, key: str) -> Place | None:
        """Find an event by the public key of its line."""
        prefix, _, number = key.rpartition(".")
        for epoch in self.epochs:
            if prefix != f"e{epoch.stream}.{epoch.epoch}" or not number.isdecimal():
                continue
            entry = epoch.entries.get(int(number))
            return (epoch, entry) if entry else None
        return None

    def ordered(self) -> Iterator[Record]:
        """Give all events, by epoch and number."""
        return (entry for epoch in self.epochs for entry in epoch.ordered())

    def drop_over(self, limit: int) -> None:
        """Drop the oldest events over a limit, and the oldest epochs without any."""
        over = sum(len(epoch.entries) for epoch in self.epochs) - limit
        for epoch in self.epochs:
            for number in epoch.numbers[: max(over, 0)]:
                epoch.drop(number)
                over -= 1
        self._drop_empty()

    def _drop_empty(self) -> None:
        """Forget the oldest epochs that have no entry; a node always keeps its newest.

        A lock that repeats one number begins an epoch with each event.
        """
        empty = [x for x in self.epochs if not x.entries and not self._is_newest(x)]
        if len(empty) <= EMPTY_EPOCHS:
            return
        dropped = {id(epoch) for epoch in empty[:-EMPTY_EPOCHS]}
        self.epochs = [epoch for epoch in self.epochs if id(epoch) not in dropped]

    def _is_newest(self, epoch: Epoch) -> bool:
        return self._newest.get((epoch.fabric, epoch.node)) is epoch

    def _begin(self, fabric: str, node: int) -> Epoch:
        before = self._newest.get((fabric, node))
        epoch = Epoch(
            fabric=fabric,
            node=node,
            epoch=before.epoch + 1 if before else 0,
            stream=before.stream if before else len(self._newest),
        )
        self.load(epoch)
        return epoch
