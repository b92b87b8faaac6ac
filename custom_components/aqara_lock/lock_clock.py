"""How far the lock's own clock dates its events, and what is news by it."""

from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from .catch_up import CATCH_UP_TIMEOUT
from .domain.continuity import LATE_AFTER, Continuity
from .domain.journal_entries import EventKey
from .domain.operations import EventTime, RawEvent, TimeSource, event_time
from .lock_store import LockStore


class LockClock:
    """Judges the clock of one lock; `fabric` is the compressed id of our fabric."""

    def __init__(self, store: LockStore, followed: Continuity) -> None:
        """Judge by how far the lock is followed."""
        self._store = store
        self._followed = followed
        self.fabric = ""

    def judge(self, raw: RawEvent) -> bool:
        """Find a wrong clock; tells whether the event is proven to be of now."""
        if self._followed.shows_wrong_clock(raw):
            self._store.memory.journal.distrust_clock(self.fabric, raw.node_id)
        return self._followed.proves_live(raw)

    def settle(self, raw: RawEvent, key: EventKey) -> None:
        """Believe a clock again that was wrong, from the event on that shows it."""
        journal = self._store.memory.journal
        if journal.trusts_clock(key.fabric, key.node):
            return
        if self._followed.shows_right_clock(raw):
            journal.trust_clock(key)

    def device_time(self, raw: RawEvent) -> datetime | None:
        """Give the lock's own time of an event, where it can be trusted."""
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

    def is_news(self, raw: RawEvent, *, proven_live: bool) -> bool:
        """Tell what happened just now from what is delivered, or waited, late."""
        if dt_util.utcnow() - raw.received_at > timedelta(seconds=CATCH_UP_TIMEOUT):
            return False
        fresh = raw.received_at - self.dated(raw) <= LATE_AFTER
        looks_live = proven_live or self._followed.looks_live(raw)
        return raw.live and (fresh or looks_live)
