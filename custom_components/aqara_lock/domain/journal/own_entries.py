"""Lines that no event of the lock stands behind: mere changes of state, and gaps."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from .. import codec
from ..attribution import Attribution, FailedAttempt
from ..doorlock import LockState
from .activity import GapReason
from .continuity import SETTLED_AFTER
from .forgetting import forget, forget_attempt
from .records import (
    Attempt,
    Gap,
    Unexplained,
    attempt_as_dict,
    attempt_from_dict,
    gap_as_dict,
    gap_from_dict,
    unexplained_as_dict,
    unexplained_from_dict,
)

WATCHED_AT_LEAST: Final = SETTLED_AFTER
"""A server that comes and goes makes one gap, not a line for each time."""
MOST_ATTEMPTS: Final = 100
"""An automation that tries again and again crowds out nothing that happened."""


class OwnEntries:
    """What the journal noted itself, by key."""

    def __init__(self) -> None:
        """Start empty."""
        self.unexplained: dict[str, Unexplained] = {}
        self.gaps: dict[str, Gap] = {}
        self.attempts: dict[str, Attempt] = {}
        self._next_id = 1
        self.touched: set[str] = set()
        """Keys of what came, went or changed since the lines were last derived."""

    def add_unexplained(self, at: datetime, state: LockState, who: Attribution) -> str:
        """Take a state change without an operation; gives its key."""
        key = self._key("u")
        self.unexplained[key] = Unexplained(key, at, state, who)
        return key

    def add_attempt(self, at: datetime, failed: FailedAttempt, who: Attribution) -> str:
        """Record a command that failed; returns its key."""
        key = self._key("c")
        self.attempts[key] = Attempt(key, at, failed, who)
        return key

    def add_gap(
        self, start: datetime, end: datetime, reason: GapReason, last: str | None
    ) -> str:
        """Take a gap; gives its key. `last` is the key of the last line before it.

        It goes on with that one when that is a gap and the lock was hardly followed
        in between. A clock that went back makes no gap that ends before it began.
        """
        end = max(start, end)
        for item in self.gaps.values():
            if (item.start, item.end, item.reason) == (start, end, reason):
                return item.id
        before = self.gaps.get(last) if last is not None else None
        if before is not None and start - before.end < WATCHED_AT_LEAST:
            self.gaps[before.id] = replace(before, end=max(before.end, end))
            self.touched.add(before.id)
            return before.id
        key = self._key("g")
        self.gaps[key] = Gap(key, start, end, reason)
        return key

    def update(self, key: str, **facts: Any) -> bool:
        """Set facts of a state change; False for an unknown key."""
        if key not in self.unexplained:
            return False
        self.unexplained[key] = replace(self.unexplained[key], **facts)
        self.touched.add(key)
        return True

    def shift(self, key: str, by: timedelta) -> None:
        """Move what was noted at a time that turned out to be too early."""
        if (silent := self.unexplained.get(key)) is not None:
            self.unexplained[key] = replace(silent, at=silent.at + by)
        if (attempt := self.attempts.get(key)) is not None:
            self.attempts[key] = replace(attempt, at=attempt.at + by)
        if (gap := self.gaps.get(key)) is not None:
            self.gaps[key] = replace(gap, end=gap.end + by)
        self.touched.add(key)

    def forget_person(self, person_id: str) -> int:
        """Take a person out; gives how many records had the name."""
        unexplained = {
            key: forget(item, person_id) for key, item in self.unexplained.items()
        }
        attempts = {
            key: forget_attempt(item, person_id) for key, item in self.attempts.items()
        }
        told = [key for key, x in unexplained.items() if x is not self.unexplained[key]]
        told += [key for key, x in attempts.items() if x is not self.attempts[key]]
        self.unexplained, self.attempts = unexplained, attempts
        self.touched.update(told)
        return len(told)

    def clear(self) -> None:
        """Forget all."""
        self.touched.update(self.unexplained, self.gaps, self.attempts)
        self.unexplained.clear()
        self.gaps.clear()
        self.attempts.clear()

    def drop_over(self, limit: int) -> None:
        """Drop the oldest of each kind over a limit."""
        most_attempts = min(limit, MOST_ATTEMPTS)
        limits: tuple[tuple[dict[str, Any], int], ...] = (
            (self.unexplained, limit),
            (self.gaps, limit),
            (self.attempts, most_attempts),
        )
        for kept, most in limits:
            self._drop(kept, list(islice(kept, max(len(kept) - most, 0))))

    def drop_before(self, oldest: datetime) -> None:
        """Drop what is older."""
        silent = [key for key, item in self.unexplained.items() if item.at < oldest]
        gaps = [key for key, gap in self.gaps.items() if gap.end < oldest]
        attempts = [key for key, item in self.attempts.items() if item.at < oldest]
        self._drop(self.unexplained, silent)
        self._drop(self.gaps, gaps)
        self._drop(self.attempts, attempts)

    def _drop(self, kept: dict[str, Any], keys: Iterable[str]) -> None:
        for key in keys:
            del kept[key]
            self.touched.add(key)

    def copy(self) -> OwnEntries:
        """Give them as they are now; what comes later changes only these."""
        found = OwnEntries()
        found.unexplained = dict(self.unexplained)
        found.gaps = dict(self.gaps)
        found.attempts = dict(self.attempts)
        found._next_id = self._next_id
        return found

    def part(self, keys: Collection[str]) -> OwnEntries:
        """Return the state changes and failed commands with these keys, and nothing else."""
        found = OwnEntries()
        found.unexplained = _chosen(self.unexplained, keys)
        found.attempts = _chosen(self.attempts, keys)
        found._next_id = self._next_id
        return found

    def merge(self, other: OwnEntries) -> list[str]:
        """Take what is missing here; returns the keys of state changes and failed commands.

        What is older than the newest of here was removed meanwhile. Gaps come only from a
        part whose file was damaged.
        """
        unexplained = self._missing(self.unexplained, other.unexplained)
        attempts = self._missing(self.attempts, other.attempts)
        gaps = self._missing(self.gaps, other.gaps)
        self.gaps |= gaps
        self.touched.update(gaps)
        self.unexplained |= unexplained
        self.attempts |= attempts
        merged = [*unexplained, *attempts]
        self.touched.update(merged)
        self._next_id = max(self._next_id, other._next_id)
        return merged

    def _missing[T](
        self, here: Mapping[str, T], there: Mapping[str, T]
    ) -> dict[str, T]:
        """Return what is newer than everything here, and not here."""
        return {
            key: item
            for key, item in there.items()
            if key not in here and id_of(key) >= self._next_id
        }

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return {
            "next_id": self._next_id,
            "unexplained": [
                unexplained_as_dict(item) for item in self.unexplained.values()
            ],
            "gaps": [gap_as_dict(item) for item in self.gaps.values()],
            "attempts": [attempt_as_dict(item) for item in self.attempts.values()],
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Read plain data; raises ValueError that names the damaged field."""
        self._next_id = codec.integer(data, "next_id")
        for item in codec.items(data, "unexplained"):
            found = unexplained_from_dict(item)
            self.unexplained[found.id] = found
        for item in codec.items(data, "gaps"):
            gap = gap_from_dict(item)
            self.gaps[gap.id] = gap
        for item in codec.items(data, "attempts"):
            attempt = attempt_from_dict(item)
            self.attempts[attempt.id] = attempt

    def _key(self, prefix: str) -> str:
        key = f"{prefix}{self._next_id}"
        self._next_id += 1
        self.touched.add(key)
        return key


def _chosen[T](items: Mapping[str, T], keys: Collection[str]) -> dict[str, T]:
    return {key: items[key] for key in keys if key in items}


def id_of(key: str) -> int:
    """Return the number in a key; a foreign key is older than any."""
    return int(key[1:]) if key[1:].isdecimal() else 0
