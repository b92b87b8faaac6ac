"""Since when a lock is followed without a break, and what that says about its events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..attribution import OperationTime
from ..doorlock import (
    LATE_AFTER,
    LIVE_WITHIN,
    RawEvent,
    TimeSource,
    clock_is_right,
    clock_is_wrong,
    event_time,
)

FRESH: Final = timedelta(seconds=10)
"""An operation older than this is not explained by what its slot holds now."""
DELIVERED_AFTER: Final = timedelta(seconds=30)
"""A lock that is back for so long has most likely delivered what it kept."""
SETTLED_AFTER: Final = timedelta(seconds=120)
"""A lock that is back for less may still deliver what it kept while it was away.

One that is back for longer is followed without a break: what arrives then is news,
whatever its clock says.
"""
UNNOTICED: Final = timedelta(seconds=480)
"""A server may take as long to notice that a subscription broke: the longest interval
(224 s, seen 284 s) and the server's grace (180 s). What a lock kept then comes as if live.
"""


class Obstacle(StrEnum):
    """Why what a slot holds now does not say who used it then."""

    MISSED = "it was missed when it happened"
    NOT_FOLLOWED = "the lock is not followed"
    JUST_BACK = "the lock is just back, and the event has no time of its own"
    TOO_OLD = "it is too long ago"
    SLOT_CHANGES = "a change of this user waits to be read"


@dataclass(slots=True)
class Continuity:
    """The present stretch without a break; `number` counts the stretches.

    `is_away`: the server does not have the lock just now. `is_silent`: it does not answer,
    by what was found; the server may not have noticed that.
    `returned_at`: when either of them ended. `is_unnoticed`: the server may not know yet
    that there was a break, and have the lock deliver what it kept only then.
    `clock_behind`: by how much the lock's clock was behind ours at the last event that was
    proven to be live; None where that was so much that it is not believed.
    `in_doubt`: the lock was away for so long that it may not have kept everything.
    `kept`: the last event that may have been kept in a break that nobody noticed.
    `recorded_from`: when the first record of a lock began; None where there was one before.
    """

    since: datetime | None = None
    number: int = 0
    state_reported_at: datetime | None = None
    is_away: bool = False
    is_silent: bool = False
    returned_at: datetime | None = None
    is_unnoticed: bool = False
    clock_behind: timedelta | None = None
    in_doubt: bool = False
    kept: RawEvent | None = None
    recorded_from: datetime | None = None

    def begin(self, at: datetime) -> int:
        """Take that the lock is followed from now on; gives the number of the stretch."""
        self.since = at
        self.is_unnoticed = False
        self.kept = None
        self.number += 1
        return self.number

    def resume(self, at: datetime) -> None:
        """Take that the server has the lock again, which may deliver what it kept."""
        self.returned_at = at
        self.is_silent = False
        if self.since is not None:
            self.begin(at)

    def end_silence(self, at: datetime) -> None:
        """Take that a lock answers again that its server may have had all along.

        While nothing is followed a silence is one of the link, and none of the lock.
        """
        self.is_silent = False
        if self.since is not None:
            self.resume(at)
            self.is_unnoticed = True

    def end(self) -> None:
        """Take that the lock is not followed any more."""
        self.since = None
        self.number += 1

    def obstacle(
        self,
        raw: RawEvent,
        device_time: datetime | None,
        now: datetime,
        *,
        proven_live: bool = False,
    ) -> Obstacle | None:
        """Tell why an operation may be older than what is read now; None for a fresh one.

        An older one may have been done before its slot changed hands. `device_time` is
        None where the lock's clock does not date it.
        """
        if not raw.live:
            return Obstacle.MISSED
        if self.since is None:
            return Obstacle.NOT_FOLLOWED
        if device_time is None and self._just_back(raw):
            return Obstacle.JUST_BACK
        dated = None if proven_live else device_time
        age = now - (dated or raw.received_at)
        return Obstacle.TOO_OLD if age > FRESH else None

    def happened_at(
        self,
        raw: RawEvent,
        device_time: datetime | None,
        *,
        proven_live: bool = False,
    ) -> OperationTime | None:
        """Return when an operation took place, to find the command behind it.

        None where nobody can tell how late it is: a command of now would name somebody
        else for what a lock brings along after an absence. Where the lock's own clock
        tells, it may be off by as much as is still believed.
        """
        if raw.live and proven_live:
            return OperationTime.exactly(raw.received_at)
        if device_time is None:
            if not raw.live or self._just_back(raw):
                return None
            return OperationTime(raw.received_at, None, raw.received_at)
        late = not raw.live or raw.received_at - device_time > FRESH
        at = device_time if late else raw.received_at
        earliest = min(at, device_time) - LATE_AFTER
        latest = min(device_time + LATE_AFTER, raw.received_at)
        return OperationTime(at, earliest, max(at, latest))

    def _just_back(self, raw: RawEvent) -> bool:
        return not self._is_back_for(raw, FRESH)

    def _is_back_for(self, raw: RawEvent, span: timedelta) -> bool:
        """Tell whether the lock was there, and followed, for so long when it said it."""
        if self.since is None or self.is_away or self.is_silent:
            return False
        return raw.received_at - self.since >= span

    def _until_settled(self, usual: timedelta) -> timedelta:
        """Return for how long a lock that is back may deliver what it kept."""
        return UNNOTICED if self.is_unnoticed else usual

    def proves_live(self, raw: RawEvent) -> bool:
        """Return whether an event happened just now, whatever the lock's clock says.

        It arrived on an unbroken subscription. A clock that agreed with ours until now
        is believed where the server may not have noticed a break. A state that changes
        with the event proves nothing: a report that was held up brings both.
        """
        if not self._is_unbroken(raw):
            return False
        return not self._may_be_kept(raw) or self._is_as_old_as_before(raw)

    def note_kept(self, raw: RawEvent) -> None:
        """Record an event that may have been kept, to compare the next one with it."""
        if self._is_unbroken(raw) and self._may_be_late(raw):
            self.kept = raw

    def judge_clock(self, raw: RawEvent) -> None:
        """Record how far the lock's clock is off, by an event that is proven to be live.

        One that runs slow is behind by a little more each time. Only one that was
        believed shows how late a report comes.
        """
        behind = _age(raw)
        is_dated = event_time(raw).source is TimeSource.DEVICE
        is_believed = is_dated and abs(behind) <= LATE_AFTER
        self.clock_behind = behind if is_believed else None
        self.kept = None

    def is_steady(self, at: datetime) -> bool:
        """Return whether the lock is followed without a break for two minutes or longer."""
        if self.since is None or self.is_away or self.is_silent:
            return False
        return at - self.since >= self._until_settled(SETTLED_AFTER)

    def has_settled(self, at: datetime) -> bool:
        """Return whether the lock has delivered what it kept while it was away."""
        if self.since is None or self.is_away or self.is_silent:
            return False
        back = self.returned_at
        if back is None or self.is_setting_up(back):
            return True
        return at - back >= self._until_settled(SETTLED_AFTER)

    def is_setting_up(self, at: datetime) -> bool:
        """Return whether a lock was just added: its server may subscribe to it last."""
        since = self.recorded_from
        return since is not None and at - since < SETTLED_AFTER

    def _is_as_old_as_before(self, raw: RawEvent) -> bool:
        """Return whether an earlier delivery was late by the same time.

        A clock that jumped is off by the same time at each event. Two breaks that nobody
        noticed hardly delay two events alike.
        """
        before = self.kept
        if before is None or raw.received_at - before.received_at < DELIVERED_AFTER:
            return False
        return abs(_age(raw) - _age(before)) <= LIVE_WITHIN

    def _is_unbroken(self, raw: RawEvent) -> bool:
        return raw.live and self._is_back_for(raw, self._until_settled(SETTLED_AFTER))

    def _may_be_kept(self, raw: RawEvent) -> bool:
        return self._may_be_late(raw, LATE_AFTER)

    def _may_be_late(self, raw: RawEvent, by: timedelta = LIVE_WITHIN) -> bool:
        """Return whether an event may have been held up for longer than a time."""
        if self.clock_behind is None:
            return False
        return by < _age(raw) - self.clock_behind <= UNNOTICED

    def looks_live(self, raw: RawEvent) -> bool:
        """Return whether an event is news: it may be too early to judge the clock by it."""
        return self._comes_with_state(raw, self._until_settled(DELIVERED_AFTER))

    def is_undated_return(self, raw: RawEvent) -> bool:
        """Return whether an event that no clock dates may have been kept by the lock."""
        if self.since is None or self.is_away or self.is_silent:
            return True
        back = self.returned_at
        return back is not None and raw.received_at - back < DELIVERED_AFTER

    def _comes_with_state(self, raw: RawEvent, back_for: timedelta) -> bool:
        if self.state_reported_at is None:
            return False
        with_state = abs(raw.received_at - self.state_reported_at) <= LIVE_WITHIN
        return raw.live and with_state and self._is_back_for(raw, back_for)

    def shows_wrong_clock(self, raw: RawEvent) -> bool:
        """Tell a wrong clock from what a lock brings along after an absence."""
        if not self.proves_live(raw) or not clock_is_wrong(raw):
            return False
        return not self._may_be_late(raw) or self._is_as_old_as_before(raw)

    def is_wrong_or_late(self, raw: RawEvent) -> bool:
        """Return whether a clock seems wrong by an event that may only have been held up."""
        return clock_is_wrong(raw) and self._may_be_late(raw)

    def shows_right_clock(self, raw: RawEvent) -> bool:
        """Tell a clock that agrees with ours from one that was wrong before."""
        return self.proves_live(raw) and clock_is_right(raw)


def _age(raw: RawEvent) -> timedelta:
    """Return how old an event was when it was received, by the lock's own clock."""
    return raw.received_at - event_time(raw).at
