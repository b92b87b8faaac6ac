"""What a lock that was out of reach may not have kept until it was back."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .domain.activity import GapReason
from .domain.continuity import SETTLED_AFTER, Continuity
from .domain.kept_events import KeptEvents
from .lock_store import LockStore

LONG_ABSENCE: Final = timedelta(hours=1)
"""A lock keeps few changes of its users, and drops them before it drops operations."""


class LockAbsence:
    """Notes when the record stops with the lock, and judges what may be missing.

    What happened meanwhile is delivered late, and no gap. A restart takes it away, and
    a lock that had to keep too much drops the oldest.
    """

    def __init__(self, store: LockStore, followed: Continuity) -> None:
        """Begin with a lock that is there."""
        self._store = store
        self._followed = followed
        self._last: tuple[datetime, datetime] | None = None
        self._is_restarted = False
        self._kept = KeptEvents()

    @callback
    def seen(self, *, available: bool, whole: bool) -> None:
        """Take whether the lock is in reach; `whole`: nothing is filled in just now."""
        memory = self._store.memory
        if not available:
            self.left()
            memory.stop_record(dt_util.utcnow(), GapReason.LOCK_UNREACHABLE)
            self._store.async_schedule_save()
        elif whole and memory.watched_until is not None:
            self._returned(memory.watched_until)

    @callback
    def restarted(self) -> None:
        """Take that the lock lost what it kept: it started anew."""
        memory, now = self._store.memory, dt_util.utcnow()
        if memory.watched_until is not None:
            self._is_restarted = True
        elif self._last is not None and now - self._last[1] < SETTLED_AFTER:
            self._lost(*self._last)

    @callback
    def left(self) -> None:
        """Take that the lock is away, whether its server noticed or not."""
        self._kept.left(dt_util.utcnow())

    @callback
    def heard(self) -> None:
        """Take a report of the lock."""
        self._kept.heard(dt_util.utcnow())

    @callback
    def numbered(self, number: int, at: datetime, last: int | None) -> None:
        """Take the number of an event of the node, and when it took place.

        `last` is the last number on record before it.
        """
        since = self._kept.missing_before(number, last)
        if since is not None:
            self._lost(since, at)

    @callback
    def numbered_anew(self, number: int | None = None) -> None:
        """Take that numbers go on from another one; None where nobody knows."""
        self._kept.restart(number)

    def _returned(self, left_at: datetime) -> None:
        now = dt_util.utcnow()
        self._last = left_at, now
        self._store.memory.go_on()
        self._followed.in_doubt |= now - left_at >= LONG_ABSENCE
        if self._is_restarted:
            self._lost(left_at, now)

    def _lost(self, start: datetime, end: datetime) -> None:
        """Show the gap, and believe no slot until it was read again."""
        self._is_restarted, self._last = False, None
        memory = self._store.memory
        memory.directory = memory.directory.after_gap()
        memory.journal.gap(start, end, GapReason.LOCK_UNREACHABLE)
