"""What a lock that was out of reach may not have kept until it was back."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.journal import SETTLED_AFTER, Continuity, GapReason, KeptEvents
from ...host_clock import HostClock
from ..state import LockStore

CLOCK_TOLERANCE: Final = timedelta(seconds=1)
"""A clock that is off by less was not set: it runs a little fast or slow."""
LONG_ABSENCE: Final = timedelta(hours=1)
"""A lock keeps few changes of its users, and drops them before it drops operations."""


class AbsenceMonitor:
    """Notes when the record stops with the lock, and judges what may be missing.

    What happened meanwhile is delivered late, and no gap. A restart takes it away, and
    a lock that had to keep too much drops the oldest.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        followed: Continuity,
        host: HostClock,
    ) -> None:
        """Begin with a lock that is there; gaps are dated by the host's clock, if it is right."""
        self._hass = hass
        self._host = host
        self._store = store
        self._followed = followed
        self._last: tuple[datetime, datetime] | None = None
        self._left_at: datetime | None = None
        self._is_restarted = False
        self._kept = KeptEvents()
        self._clock = self._offset()

    @callback
    def seen(self, *, available: bool, whole: bool) -> None:
        """Take whether the lock is in reach; `whole`: nothing is filled in just now."""
        self._now()
        memory = self._store.memory
        if not available:
            self.left()
            self._stop_record()
            self._store.async_schedule_save()
        elif whole and memory.watched_until is not None:
            self._returned(memory.watched_until)

    def _stop_record(self) -> None:
        """Record since when the lock is away, which may be a while before that was found."""
        memory, goes_on = self._store.memory, self._store.memory.watched_until is None
        since = self._kept.left_at or self._now()
        memory.stop_record(since, GapReason.LOCK_UNREACHABLE)
        if goes_on:
            self._left_at = memory.watched_until

    @callback
    def restarted(self) -> None:
        """Take that the lock lost what it kept: it started anew."""
        memory, now = self._store.memory, self._now()
        if memory.watched_until is not None:
            self._is_restarted = True
        elif self._last is not None and now - self._last[1] < SETTLED_AFTER:
            self._lost(*self._last)
        else:
            self._lost_until(now)

    @callback
    def left(self) -> None:
        """Take that the lock is away, whether its server noticed or not."""
        now = self._now()
        self._kept.left(now, self._store.memory.watched_until)

    @callback
    def heard(self) -> None:
        """Take a report of the lock."""
        self._kept.heard(self._now())

    @callback
    def record_begins(self) -> None:
        """Handle a lock that was never followed: nothing is missing before now."""
        self._followed.recorded_from = self._now()
        self.heard()

    @callback
    def numbered(self, number: int, at: datetime, last: int | None) -> None:
        """Take the number of an event of the node, and when it took place.

        `last` is the last number on record before it.
        """
        self._now()
        is_settled = self._has_settled()
        since = self._kept.missing_before(number, last, is_settled=is_settled)
        if since is not None:
            self._lost(since, at)

    @callback
    def began_anew(self, number: int, at: datetime) -> None:
        """Take the first event of a node that begins its numbers anew, and when it was.

        None of the numbers before shows what was dropped in an absence.
        """
        self._now()
        self._lost_until(at)
        self._kept.restart(number)

    @callback
    def renumbered(self, number: int | None = None) -> None:
        """Take that numbers go on from another one; None where nobody knows."""
        self._now()
        self._kept.restart(number)

    def _offset(self) -> timedelta:
        """Return how far the time is ahead of the event loop's."""
        now = self._host.now().timestamp()
        return timedelta(seconds=now - self._hass.loop.time())

    def _now(self) -> datetime:
        """Return the time; what was noted by a clock that was set since is moved along.

        A gap that begins ahead of its end would hide nothing, and stand in the future.
        """
        by = self._offset() - self._clock
        if abs(by) >= CLOCK_TOLERANCE:
            self._clock += by
            self._kept.shift(by)
            self._move_end_of_record(by)
            if self._last is not None:
                self._last = self._last[0] + by, self._last[1] + by
            if self._followed.recorded_from is not None:
                self._followed.recorded_from += by
        return self._host.now()

    def _move_end_of_record(self, by: timedelta) -> None:
        """Move it where it was noted here: that of an earlier run has the clock of then."""
        memory = self._store.memory
        if self._left_at is not None and memory.watched_until == self._left_at:
            self._left_at = memory.watched_until = self._left_at + by

    def _returned(self, left_at: datetime) -> None:
        now = self._now()
        self._last = left_at, now
        self._store.memory.go_on()
        self._followed.in_doubt |= now - left_at >= LONG_ABSENCE
        if self._is_restarted:
            self._lost(left_at, now)

    def _lost_until(self, end: datetime) -> None:
        """Show what is lost of an absence of which the lock may still deliver something."""
        since = self._kept.left_at
        if since is not None and not self._has_settled():
            self._lost(since, end)

    def _has_settled(self) -> bool:
        """Return whether the lock has delivered what it kept; by the clock of its reports."""
        return self._followed.has_settled(dt_util.utcnow())

    def _lost(self, start: datetime, end: datetime) -> None:
        """Show the gap, and believe no slot until it was read again.

        An event that the lock dates before it left does not tell when the gap ended.
        """
        end = end if end >= start else self._now()
        self._is_restarted, self._last = False, None
        memory = self._store.memory
        memory.table = memory.table.after_gap()
        memory.journal.gap(start, end, GapReason.LOCK_UNREACHABLE)
