"""Regular dropouts, found in the journal of a lock's availability."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class AvailabilityChange:
    """The lock became available or unavailable."""

    at: datetime
    available: bool


class DropoutPattern(StrEnum):
    """A dropout that comes back by the clock."""

    SUBSCRIPTION = "subscription"
    """5 m 38 s (or 10, 15) after each return: a report got lost (matterjs-server#526)."""
    DAILY = "daily"
    """Every 24 h: time synchronisation (matterjs-server#1037)."""
    REBOOT = "reboot"
    """Every 72 h: the U200 restarts itself (core#180484), no fault."""


@dataclass(frozen=True)
class AvailabilityLog:
    """A lock's flips, oldest first or in any order; the beat is worked out once."""

    flips: tuple[AvailabilityChange, ...] = ()

    @cached_property
    def beat(self) -> DropoutPattern | None:
        """The beat of the dropouts, if they follow one."""
        return find_dropout_pattern(self.flips)

    @cached_property
    def last_drop(self) -> datetime | None:
        """When the lock last became unavailable."""
        return max((flip.at for flip in self.flips if not flip.available), default=None)

    def dropout_at(self, now: datetime) -> DropoutPattern | None:
        """The beat, unless it has been missed twice since."""
        if self.last_drop is None or self.beat is None:
            return None
        return self.beat if now - self.last_drop <= _STILL_BEATS[self.beat] else None

    def drops_since(self, moment: datetime) -> int:
        """Count how often the lock became unavailable."""
        return sum(not flip.available and flip.at >= moment for flip in self.flips)


SUBSCRIPTION_LIVES: Final = tuple(
    timedelta(minutes=minutes, seconds=38) for minutes in (5, 10, 15)
)
LIFE_TOLERANCE: Final = timedelta(seconds=15)
DAY: Final = timedelta(hours=24)
DAY_TOLERANCE: Final = timedelta(minutes=30)
REBOOT_PERIOD: Final = timedelta(hours=72)
REBOOT_TOLERANCE: Final = timedelta(hours=3)
ONE_OUTAGE: Final = timedelta(hours=1)
"""Drops that follow each other within this time are one outage of a slow beat."""
REPEATS: Final = 3
SLOW_REPEATS: Final = 2
SHARE: Final = 0.6
LATEST_LIVES: Final = 12
LATEST_GAPS: Final = 6
"""Only what happened lately counts, so that a beat ends when its cause is cured."""
_STILL_BEATS: Final = {
    DropoutPattern.SUBSCRIPTION: timedelta(hours=1),
    DropoutPattern.DAILY: timedelta(hours=49),
    DropoutPattern.REBOOT: timedelta(hours=150),
}


def find_dropout_pattern(flips: Iterable[AvailabilityChange]) -> DropoutPattern | None:
    """Name the beat of the dropouts; None when they follow none."""
    journal = sorted(set(flips))
    lives = _lives(journal)[-LATEST_LIVES:]
    if _mostly(_on_subscription_interval(lives), REPEATS):
        return DropoutPattern.SUBSCRIPTION
    gaps = _gaps(_outages(journal))[-LATEST_GAPS:]
    if _mostly([abs(gap - DAY) <= DAY_TOLERANCE for gap in gaps], REPEATS):
        return DropoutPattern.DAILY
    slow = [abs(gap - REBOOT_PERIOD) <= REBOOT_TOLERANCE for gap in gaps]
    return DropoutPattern.REBOOT if _mostly(slow, SLOW_REPEATS) else None


def _lives(journal: list[AvailabilityChange]) -> list[timedelta]:
    """How long the lock stayed available each time."""
    return [
        after.at - before.at
        for before, after in pairwise(journal)
        if before.available and not after.available
    ]


def _on_subscription_interval(lives: Iterable[timedelta]) -> list[bool]:
    return [
        any(abs(life - beat) <= LIFE_TOLERANCE for beat in SUBSCRIPTION_LIVES)
        for life in lives
    ]


def _outages(journal: Iterable[AvailabilityChange]) -> list[datetime]:
    found: list[datetime] = []
    last: datetime | None = None
    for flip in journal:
        if flip.available:
            continue
        if last is None or flip.at - last > ONE_OUTAGE:
            found.append(flip.at)
        last = flip.at
    return found


def _gaps(moments: list[datetime]) -> list[timedelta]:
    return [after - before for before, after in pairwise(moments)]


def _mostly(matches: list[bool], least: int) -> bool:
    count = sum(matches)
    return count >= least and count >= SHARE * len(matches)
