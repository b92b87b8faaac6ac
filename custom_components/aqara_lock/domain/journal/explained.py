"""Which late operation explains a change of state that nothing explained at first."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from ..doorlock import LIVE_WITHIN, LockOperation, RawEvent, TimeSource, event_time
from .activity import MOVES, OPENINGS, activity_type, state_activity_type
from .records import Assignment, EventKey, Record, Unexplained

EXPLAINS_RECEIVED: Final = timedelta(seconds=30)
EXPLAINS_DEVICE: Final = timedelta(seconds=10)
EXPLAINS_LATEST: Final = timedelta(minutes=10)
REPORT_AHEAD: Final = timedelta(seconds=1)
"""Some locks send the operation before the state."""

type _Arrival = tuple[datetime, EventKey]


class Claims:
    """Which operation explains which state change, each at most once.

    Earlier state changes choose first. What comes, goes or changes is looked at again
    with its neighbours alone.
    """

    def __init__(self) -> None:
        """Start with nothing to explain."""
        self._items: dict[str, Unexplained] = {}
        self._order: list[tuple[datetime, str]] = []
        self._entries: dict[EventKey, Record] = {}
        self._arrivals: list[_Arrival] = []
        self._claims: dict[str, EventKey] = {}
        self._claimed_by: dict[EventKey, str] = {}
        self._released: set[EventKey] = set()
        """Operations whose state change is gone."""
        self._operations: set[datetime] = set()
        """When operations were received of which something is new."""
        self._changed: set[datetime] = set()
        """When states changed of which something is new."""

    def claimed_by(self, key: EventKey) -> Unexplained | None:
        """Return the state change that an operation explains."""
        item = self._claimed_by.get(key)
        return None if item is None else self._items[item]

    def said_by_hand(self, key: EventKey) -> Assignment | None:
        """Return what was said by hand of the state change behind an operation."""
        item = self.claimed_by(key)
        return None if item is None else item.assignment

    def claim_of(self, item: str) -> EventKey | None:
        """Return the operation that explains a state change."""
        return self._claims.get(item)

    def update_entry(self, key: EventKey, entry: Record | None) -> None:
        """Take an entry as it is now; None where it is gone."""
        before = self._entries.pop(key, None)
        if entry is not None and isinstance(entry.event, LockOperation):
            self._entries[key] = entry
        now = self._entries.get(key)
        if before is not None and now is not None and before.raw is now.raw:
            return
        if before is not None:
            arrival = before.raw.received_at, key
            del self._arrivals[bisect_left(self._arrivals, arrival)]
            self._operations.add(before.raw.received_at)
        if now is not None:
            insort(self._arrivals, (now.raw.received_at, key))
            self._operations.add(now.raw.received_at)

    def update_item(self, key: str, item: Unexplained | None) -> None:
        """Take a state change as it is now; None where it is gone."""
        before = self._items.pop(key, None)
        if item is not None:
            self._items[key] = item
        if before is None and item is not None:
            insort(self._order, (item.at, key))
            self._changed.add(item.at)
        elif before is not None and item is None:
            del self._order[bisect_left(self._order, (before.at, key))]
            self._changed.add(before.at)
            self._give_up(key)

    def _give_up(self, item: str) -> None:
        if (key := self._claims.pop(item, None)) is not None:
            self._free(item, key)
            self._released.add(key)

    def settle(self) -> tuple[set[str], set[EventKey]]:
        """Return the state changes and the operations whose other half is another now."""
        items, keys = set[str](), self._released
        if self._order and (self._operations or self._changed):
            self._choose_again(items, keys)
        self._released = set()
        self._operations.clear()
        self._changed.clear()
        return items, keys

    def _choose_again(self, items: set[str], keys: set[EventKey]) -> None:
        first = min(
            [*(at - EXPLAINS_LATEST for at in self._operations), *self._changed]
        )
        last = self._last_touched(keys)
        place = bisect_left(self._order, (first, ""))
        while place < len(self._order) and self._order[place][0] <= last:
            item = self._items[self._order[place][1]]
            before, now = self._claims.get(item.id), self._explaining(item)
            place += 1
            if before == now and (now is None or self._claimed_by[now] == item.id):
                continue
            touched = self._take(item.id, before, now)
            items.add(item.id)
            keys |= touched
            last = max(last, self._last_touched(touched))

    def _last_touched(self, keys: Iterable[EventKey]) -> datetime:
        """Return the latest state change that operations may explain."""
        received = [
            self._entries[key].raw.received_at for key in keys if key in self._entries
        ]
        operations = (at + REPORT_AHEAD for at in (*received, *self._operations))
        return max([*operations, *self._changed])

    def _take(
        self, item: str, before: EventKey | None, now: EventKey | None
    ) -> set[EventKey]:
        if before is not None:
            self._free(item, before)
            del self._claims[item]
        if now is not None:
            self._claims[item] = now
            self._claimed_by[now] = item
        return {key for key in (before, now) if key is not None}

    def _free(self, item: str, key: EventKey) -> None:
        if self._claimed_by.get(key) == item:
            del self._claimed_by[key]

    def _explaining(self, item: Unexplained) -> EventKey | None:
        first = bisect_left(self._arrivals, item.at - REPORT_AHEAD, key=_received)
        last = bisect_right(self._arrivals, item.at + EXPLAINS_LATEST, key=_received)
        near = (self._entries[key] for _, key in self._arrivals[first:last])
        return _explaining(item, near, lambda key: self._is_taken(item, key))

    def _is_taken(self, item: Unexplained, key: EventKey) -> bool:
        """Tell whether an earlier state change has an operation."""
        other = self.claimed_by(key)
        return other is not None and (other.at, other.id) < (item.at, item.id)


def _received(arrival: _Arrival) -> datetime:
    return arrival[0]


def _explaining(
    item: Unexplained, near: Iterator[Record], is_taken: Callable[[EventKey], bool]
) -> EventKey | None:
    """Stop at the next operation the other way: what follows explains other states.

    One that was delivered late stands for nothing that came after the state.
    """
    opened = state_activity_type(item.state) in OPENINGS
    for entry in near:
        kind = activity_type(entry.event)
        if kind in MOVES and (kind in OPENINGS) is not opened:
            if entry.raw.received_at > item.at and not _is_history(item, entry.raw):
                return None
        elif kind in MOVES and not is_taken(entry.key) and _fits(item, entry.raw):
            return entry.key
    return None


def _fits(item: Unexplained, raw: RawEvent) -> bool:
    """A lock that is back tells its state and, late, the operations that led to it."""
    if raw.live and raw.received_at - item.at <= LIVE_WITHIN:
        return True
    when = event_time(raw)
    if when.source is TimeSource.DEVICE:
        return abs(when.at - item.at) <= EXPLAINS_DEVICE
    return raw.received_at - item.at <= EXPLAINS_RECEIVED


def _is_history(item: Unexplained, raw: RawEvent) -> bool:
    when = event_time(raw)
    return when.source is TimeSource.DEVICE and when.at < item.at - EXPLAINS_DEVICE
