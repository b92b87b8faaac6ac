"""Row `memory`: what a full journal of one lock takes, and that it does not grow."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
import gc
import sys
from types import FunctionType, ModuleType

from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.journal.journal import Journal

from .journal import ENTRIES, _by_ben, _unlock
from .row import Row

EVENTS = 200_000
LOOKS = (2_000, 50_000, 100_000, EVENTS)
"""After so many events it is measured; from the first on the journal is full."""
SHARED = (type, ModuleType, FunctionType, Enum)
"""What the program has anyway."""


def measure() -> Iterator[Row]:
    """Have one lock report its events, each read as the entities read it."""
    journal, sizes = Journal(limit=ENTRIES), []
    for number in range(1, EVENTS + 1):
        raw = replace(_unlock(1, number), timestamp=0)
        journal.add(ReceivedEvent.of(raw), fabric="0000000000000001")
        newest = next(journal.newest_first())
        journal.amend(newest.key, _by_ben(number))
        if number in LOOKS:
            assert len(journal.lines()) == ENTRIES
            sizes.append(_size_of(journal))
    said = ", ".join(
        f"{size / 1024:.0f} KiB after {number:,}"
        for number, size in zip(LOOKS, sizes, strict=True)
    )
    yield Row(
        f"memory: one lock, {ENTRIES} entries",
        said,
        f"{sizes[0] / 1024:.0f} KiB when it was full first",
        sizes[-1] / sizes[0],
    )


def _size_of(root: object) -> int:
    """Return the bytes of everything that an object holds, each thing counted once."""
    seen, waiting, found = {id(root)}, [root], 0
    while waiting:
        one = waiting.pop()
        found += sys.getsizeof(one)
        for other in gc.get_referents(one):
            if id(other) not in seen and not isinstance(other, SHARED):
                seen.add(id(other))
                waiting.append(other)
    return found
