"""Which late operation explains a change of state that nothing explained at first."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from .activity import MOVES, OPENINGS, activity_type, state_activity_type
from .journal_entries import Assignment, Entry, Unexplained
from .operations import LIVE_WITHIN, RawEvent, TimeSource, event_time

EXPLAINS_RECEIVED: Final = timedelta(seconds=30)
EXPLAINS_DEVICE: Final = timedelta(seconds=10)
EXPLAINS_LATEST: Final = timedelta(minutes=10)
REPORT_AHEAD: Final = timedelta(seconds=1)
"""Some locks send the operation before the state."""


def claimed(
    unexplained: Iterable[Unexplained], operations: list[Entry]
) -> dict[str, Entry]:
    """Find the late operation that explains a state change, each at most once."""
    if not (waiting := sorted(unexplained, key=lambda item: (item.at, item.id))):
        return {}
    arrivals = sorted(operations, key=lambda entry: (entry.raw.received_at, entry.key))
    times = [entry.raw.received_at for entry in arrivals]
    claims: dict[str, Entry] = {}
    taken: set[int] = set()
    for item in waiting:
        first = bisect_left(times, item.at - REPORT_AHEAD)
        last = bisect_right(times, item.at + EXPLAINS_LATEST)
        place = _explaining(item, arrivals, range(first, last), taken)
        if place is not None:
            taken.add(place)
            claims[item.id] = arrivals[place]
    return claims


def _explaining(
    item: Unexplained, arrivals: list[Entry], places: range, taken: set[int]
) -> int | None:
    """Stop at the next operation the other way: what follows explains other states.

    One that was delivered late stands for nothing that came after the state.
    """
    opened = state_activity_type(item.state) in OPENINGS
    for place in places:
        entry = arrivals[place]
        kind = activity_type(entry.event)
        if kind in MOVES and (kind in OPENINGS) is not opened:
            if entry.raw.received_at > item.at and not _is_history(item, entry.raw):
                return None
        elif kind in MOVES and place not in taken and _fits(item, entry.raw):
            return place
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


def inherited(
    unexplained: Mapping[str, Unexplained], claims: Mapping[str, Entry]
) -> dict[object, Assignment]:
    """Keep what was said by hand of a state change for the operation behind it."""
    found = ((entry.key, unexplained[key].assignment) for key, entry in claims.items())
    return {key: assignment for key, assignment in found if assignment}
