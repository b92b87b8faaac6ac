"""When a person may open a door, in the wall time of the home.

A window is kept in wall time because the lock keeps it so: an hour that comes twice in
autumn belongs to a window both times, one that spring leaves out never comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from typing import Final

MINUTES_PER_DAY: Final = 24 * 60
LAST_MINUTE: Final = MINUTES_PER_DAY - 1
DAYS_AHEAD: Final = 8
"""Days in which the next change of weekly hours lies."""
LONGEST_AFTER_FIRST_USE: Final = 2880
"""Minutes, of the attribute ExpiringUserTimeout (Matter 1.6 §5.2.9.29)."""


class Weekday(IntEnum):
    """Day of the week as the lock's DaysMask counts them."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6

    @classmethod
    def of(cls, day: date) -> Weekday:
        """Return the weekday of a date."""
        return cls(day.isoweekday() % 7)

    @property
    def following(self) -> Weekday:
        """The day after."""
        return Weekday((self + 1) % 7)


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """A part of one day, in minutes after midnight; `end` is not part of it."""

    day: Weekday
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DailyHours:
    """The same hours on some days; hours that end before they start end the day after.

    Equal start and end are a whole day. An end at 23:59 is midnight: a lock takes it
    so (Matter 1.6 §5.2.10.3).
    """

    days: frozenset[Weekday]
    start: time
    end: time

    def __post_init__(self) -> None:
        """Raise ValueError where there is no day."""
        if not self.days:
            raise ValueError("hours without a day")

    def parts(self) -> Iterator[Hours]:
        """Return the hours of each day, split at midnight."""
        start, end = _minutes(self.start), _minutes(self.end)
        if end == LAST_MINUTE:
            end = MINUTES_PER_DAY
        for day in self.days:
            if start < end:
                yield Hours(day, start, end)
                continue
            yield Hours(day, start, MINUTES_PER_DAY)
            if end:
                yield Hours(day.following, 0, end)


@dataclass(frozen=True, slots=True)
class Always:
    """At any time."""


ALWAYS: Final = Always()


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """In some hours of each week."""

    hours: frozenset[DailyHours]

    def __post_init__(self) -> None:
        """Raise ValueError where there are no hours."""
        if not self.hours:
            raise ValueError("weekly hours without hours")


@dataclass(frozen=True, slots=True)
class FromTo:
    """From one moment to another, in wall time; a lock counts the end's second in."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Raise ValueError where it is no window of wall times."""
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("a window is kept in wall time")
        if self.end <= self.start:
            raise ValueError("a window ends before it starts")


@dataclass(frozen=True, slots=True)
class Once:
    """One time."""


@dataclass(frozen=True, slots=True)
class AfterFirstUse:
    """For some minutes from the first use on."""

    minutes: int

    def __post_init__(self) -> None:
        """Raise ValueError where no lock keeps it."""
        if not 1 <= self.minutes <= LONGEST_AFTER_FIRST_USE:
            raise ValueError("minutes after the first use are out of range")

    @property
    def duration(self) -> timedelta:
        """How long it is."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class AsFound:
    """What another app set and none of the other windows can say; it is left alone."""


type Window = Always | WeeklyHours | FromTo | Once | AfterFirstUse | AsFound


def weekly_parts(window: WeeklyHours) -> tuple[Hours, ...]:
    """Return the hours of each day in order, merged where they touch."""
    return merged(part for hours in window.hours for part in hours.parts())


def merged(parts: Iterator[Hours] | tuple[Hours, ...]) -> tuple[Hours, ...]:
    """Return hours in order, those of one day that overlap or touch as one."""
    found: list[Hours] = []
    for part in sorted(parts):
        last = found[-1] if found else None
        if last and last.day is part.day and part.start <= last.end:
            found[-1] = Hours(last.day, last.start, max(last.end, part.end))
        else:
            found.append(part)
    return tuple(found)


def admits(window: Window, wall: datetime) -> bool:
    """Return whether a window is open at a wall time, uses left out."""
    match window:
        case WeeklyHours():
            day, minute = Weekday.of(wall), wall.hour * 60 + wall.minute
            return any(
                part.day is day and part.start <= minute < part.end
                for part in weekly_parts(window)
            )
        case FromTo(start, end):
            return start <= wall <= end
        case _:
            return True


def is_over(window: Window, wall: datetime) -> bool:
    """Return whether a window has reached its end and never opens again."""
    return isinstance(window, FromTo) and wall >= window.end


def next_change(window: Window, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when a window opens or closes next, in UTC; None where it does neither.

    `now` is aware. An end in the hour that comes twice is its first time: access that
    Home Assistant ends must not end later than was asked for.
    """
    wall = now.astimezone(zone).replace(tzinfo=None)
    for moment in _changes(window, wall):
        found = instant(moment, zone)
        if found > now.astimezone(UTC):
            return found
    return None


def spans_of(
    window: Window, start: datetime, end: datetime, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """Return when a window is open between two moments, in the time of the home.

    A window without times has none.
    """
    match window:
        case FromTo():
            spans = [(window.start, window.end)]
        case WeeklyHours():
            spans = list(_weekly_spans(window, start.astimezone(zone), end))
        case _:
            return []
    aware = [(a.replace(tzinfo=zone), b.replace(tzinfo=zone)) for a, b in spans]
    return [(a, b) for a, b in aware if a < end and b > start]


def _weekly_spans(
    window: WeeklyHours, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    first = start.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    days = (end.astimezone(start.tzinfo) - start).days + 2
    for ahead in range(-1, days):
        day = first + timedelta(days=ahead)
        for part in weekly_parts(window):
            if part.day is Weekday.of(day):
                begins = day + timedelta(minutes=part.start)
                yield begins, day + timedelta(minutes=part.end)


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """Return a wall time in UTC: only there an hour that comes twice is two hours."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _changes(window: Window, wall: datetime) -> list[datetime]:
    if isinstance(window, FromTo):
        return [window.start, window.end]
    if not isinstance(window, WeeklyHours):
        return []
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    edges: set[datetime] = set()
    horizon = midnight + timedelta(days=DAYS_AHEAD)
    for ahead in range(-1, DAYS_AHEAD + 1):
        day = midnight + timedelta(days=ahead)
        for part in weekly_parts(window):
            if part.day is Weekday.of(day):
                # An edge on both sides is midnight inside of the hours.
                start = day + timedelta(minutes=part.start)
                edges ^= {start, day + timedelta(minutes=part.end)}
    return sorted(edge for edge in edges if edge < horizon)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
