"""How far the lock's own clock dates its events, and what is news by it."""

from datetime import datetime

from homeassistant.util import dt as dt_util

from ...domain.doorlock import LATE_AFTER, EventTime, RawEvent, TimeSource, event_time
from ...domain.journal import Continuity, EventKey
from ...host_clock import HostClock
from ..state import LockStore


class LockClock:
    """Judges the clock of one lock by the host's, and by how far the lock is followed.

    `fabric` is the compressed id of our fabric.
    """

    def __init__(self, store: LockStore, host: HostClock) -> None:
        """Initialize for a lock that is not followed yet."""
        self._store = store
        self.host = host
        self.followed = Continuity()
        self.fabric = ""

    def judge(self, raw: RawEvent, key: EventKey, *, in_order: bool) -> bool:
        """Judge the clock by a new event; returns whether it is proven to be of now.

        `in_order`: no event with a higher number is known. One that is out of order was
        kept somewhere, and says nothing of the clock.
        """
        journal = self._store.memory.journal
        proven = in_order and self.followed.proves_live(raw)
        if not proven:
            if in_order:
                self.followed.note_kept(raw)
            return False
        if not self.host.is_plausible:
            # A clock that cannot be right says nothing of another one.
            return True
        if self.followed.shows_wrong_clock(raw):
            self.followed.judge_clock(raw)
            journal.distrust_clock(key.fabric, key.node)
        elif self.followed.is_wrong_or_late(raw):
            self.followed.note_kept(raw)
        elif event_time(raw).source is TimeSource.DEVICE:
            is_right = self.followed.shows_right_clock(raw)
            self.followed.judge_clock(raw)
            if is_right and not journal.trusts_clock(key.fabric, key.node):
                journal.trust_clock(key)
        return True

    def device_time(self, raw: RawEvent) -> datetime | None:
        """Return the lock's own time of an event, where it can be trusted."""
        when = event_time(raw)
        trusted = self._store.memory.journal.trusts_clock(self.fabric, raw.node_id)
        return when.at if trusted and when.source is TimeSource.DEVICE else None

    def dated(self, raw: RawEvent) -> datetime:
        """Date an event."""
        return self.device_time(raw) or raw.received_at

    def time_of(self, raw: RawEvent) -> EventTime:
        """Date an event, and say by whose clock."""
        at = self.device_time(raw)
        if at is None:
            return EventTime(raw.received_at, TimeSource.RECEIVED)
        return EventTime(at, TimeSource.DEVICE)

    def is_news(self, raw: RawEvent, *, proven_live: bool, in_order: bool) -> bool:
        """Return whether an event that arrives happened just now.

        One that comes after an event with a higher number was kept somewhere: only the
        lock's own clock may say that this was not for long.
        """
        if not raw.live:
            return False
        if proven_live or (in_order and self.followed.looks_live(raw)):
            return True
        at = self.device_time(raw)
        if at is None:
            return in_order and not self.followed.is_undated_return(raw)
        return raw.received_at - at <= LATE_AFTER

    def is_recent(self, raw: RawEvent) -> bool:
        """Return whether an event that waited to be attributed is still news."""
        return dt_util.utcnow() - raw.received_at <= LATE_AFTER
