"""Keeps the record of one lock whole: fills in what was missed, or shows the gap."""

import asyncio
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...domain.doorlock import ReceivedEvent
from ...domain.journal import GapReason
from ...matter import LinkError, LinkState, LockNode, LockReads, RecentEvents
from ..state import LockStore, LockUsers, StoredLock
from .clock import LockClock

_LOGGER = logging.getLogger(__name__)

CATCH_UP_TIMEOUT: Final = 60.0
"""Seconds for back-fill and the first walk through the users of a sleepy lock."""
NUMBERED_ANEW: Final = -1
"""Stands for the last event where another node, or the same after a reset, counts."""
AWAY: Final = {
    LinkState.MATTER_UNAVAILABLE: GapReason.MATTER_SERVER_AWAY,
    LinkState.MATTER_SERVER_TOO_OLD: GapReason.MATTER_SERVER_AWAY,
    LinkState.PAUSED: GapReason.LOCK_PAUSED,
    LinkState.LOCK_REMOVED: GapReason.LOCK_REMOVED,
    LinkState.NOT_A_LOCK: GapReason.LOCK_REMOVED,
    LinkState.READY: GapReason.HOME_ASSISTANT_AWAY,
}
"""Why nothing is recorded; a link that stands is let go when Home Assistant stops."""


class Backfill:
    """Goes on where the record of a lock ended; `done` is set as long as it goes on."""

    def __init__(
        self,
        store: LockStore,
        directory: LockUsers,
        reads: LockReads,
        clock: LockClock,
    ) -> None:
        """Initialize for a lock that is not followed yet."""
        self._host = clock.host
        self._store = store
        self._directory = directory
        self._reads = reads
        self._clock = clock
        self._task: asyncio.Task[object] | None = None
        self.followed = clock.followed
        self.done = asyncio.Event()

    @property
    def _memory(self) -> StoredLock:
        return self._store.memory

    @callback
    def link_lost(self, reason: GapReason | None = None) -> None:
        """End the record of a lock; the reason is given, or seen at the link."""
        if self.followed.since is None:
            return
        self.followed.end()
        self.done.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.followed.in_doubt:
            self.followed.in_doubt = False
            self._distrust_slots()
        seen = AWAY.get(self._reads.link_state, GapReason.UNKNOWN)
        self._memory.stop_record(self._host.now(), reason or seen)

    @callback
    def begin(self) -> float:
        """Follow the lock from now on; returns by when what was missed must be read."""
        self.done.clear()
        self.followed.begin(dt_util.utcnow())
        self._task = asyncio.current_task()
        return asyncio.get_running_loop().time() + CATCH_UP_TIMEOUT

    async def async_finish(self, node: LockNode, ends_at: float) -> None:
        """Read the users once, then let new events be attributed."""
        await self._read_users(node, ends_at)
        self._task = None
        self._memory.go_on()
        self.done.set()

    async def async_missed(self, ends_at: float) -> tuple[ReceivedEvent, ...]:
        """Return what was missed since the record ended; shows the gap if not all of it."""
        last = self._memory.last_event_number
        try:
            async with asyncio.timeout_at(ends_at):
                recent = await self._reads.async_recent_events(last)
        except (LinkError, TimeoutError) as err:
            _LOGGER.info("Could not read what was missed of the lock: %r", err)
            self._missed_something(self._host.now())
            return ()
        except Exception:
            # Every new operation waits for this: an odd answer must not end them all.
            _LOGGER.exception("What was missed of the lock could not be understood")
            self._missed_something(self._host.now())
            return ()
        if last is None and self._memory.watched_until is not None:
            self._distrust_slots()
        if not self._is_joined(recent, last):
            self._missed_something(self._recorded_from(recent))
        elif (
            last is not None and (first := recent.first_after_a_jump(last)) is not None
        ):
            # The server has all that came, and a lock that was away dropped some of it.
            self._missed_something(
                self._clock.device_time(first.raw) or self._host.now()
            )
        return recent.events

    def _is_joined(self, recent: RecentEvents, last: int | None) -> bool:
        """Return whether nothing is missing between the record and what was read.

        A server that was away may have restarted, and then has forgotten what it had.
        Only the last known event would show that.
        """
        if last is not None:
            return recent.joins(last)
        return recent.whole and self._memory.away is not GapReason.MATTER_SERVER_AWAY

    async def _read_users(self, node: LockNode, ends_at: float) -> None:
        if self._memory.users_read or not node.has_users:
            return
        try:
            async with asyncio.timeout_at(ends_at):
                await self._directory.async_read_all_users()
        except (LinkError, TimeoutError) as err:
            _LOGGER.info("Could not read the users of the lock: %r", err)
            self._directory.read_users_later()
        except Exception:
            _LOGGER.exception("The users of the lock could not be understood")
            self._directory.read_users_later()

    def _distrust_slots(self) -> None:
        """Distrust every slot until it was read again."""
        self._memory.table = self._memory.table.after_gap()

    def _missed_something(self, until: datetime) -> None:
        """Show the gap, and believe no slot until it was read again."""
        self._distrust_slots()
        if self._is_subscribed_last():
            return
        if self._memory.watched_until is not None:
            start = self._memory.watched_until
            reason = self._memory.away or GapReason.HOME_ASSISTANT_AWAY
            self._memory.journal.gap(start, until, reason)

    def _is_subscribed_last(self) -> bool:
        """Return whether a lock was just added, which its server had available last."""
        is_new = self._memory.last_event_number is None
        is_away = self._memory.away is GapReason.LOCK_UNREACHABLE
        return is_new and is_away and self.followed.is_setting_up(self._host.now())

    def _recorded_from(self, recent: RecentEvents) -> datetime:
        """Return since when nothing is missing."""
        events = recent.events if recent.whole else ()
        dated = (self._clock.device_time(received.raw) for received in events)
        return min([self._host.now(), *(at for at in dated if at is not None)])
