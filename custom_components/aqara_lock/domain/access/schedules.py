"""Schedules as a lock keeps them for a user, and the windows that they stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Final

from .windows import (
    LAST_MINUTE,
    MINUTES_PER_DAY,
    DailyHours,
    FromTo,
    Hours,
    Weekday,
    WeeklyHours,
    Window,
    merged,
    weekly_parts,
)

LOCAL_EPOCH: Final = datetime(2000, 1, 1)
"""Start of Matter's epoch-s, here in wall time (Matter 1.6 §5.2.10.6)."""
LAST_SECOND: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, order=True)
class WeekDaySchedule:
    """Hours of some days of the week, as SetWeekDaySchedule has them.

    It ends at 24:00 where the end is 23:59 (Matter 1.6 §5.2.10.3).
    """

    days_mask: int
    start_hour: int
    start_minute: int
    end_hour: int
    end_minute: int

    @property
    def hours(self) -> tuple[Hours, ...]:
        """What it covers, for each of its days."""
        start = self.start_hour * 60 + self.start_minute
        end = self.end_hour * 60 + self.end_minute
        if end == LAST_MINUTE:
            end = MINUTES_PER_DAY
        days = [day for day in Weekday if self.days_mask >> day & 1]
        return tuple(Hours(day, start, end) for day in days)


@dataclass(frozen=True, slots=True, order=True)
class YearDaySchedule:
    """A span of wall time in seconds since 2000, as SetYearDaySchedule has it."""

    local_start: int
    local_end: int

    @classmethod
    def of(cls, window: FromTo) -> YearDaySchedule:
        """Return the schedule of a window."""
        return cls(_seconds(window.start), _seconds(window.end))

    @property
    def window(self) -> FromTo | None:
        """The window that it stands for; None where it is none."""
        start = LOCAL_EPOCH + timedelta(seconds=self.local_start)
        end = LOCAL_EPOCH + timedelta(seconds=self.local_end)
        return FromTo(start, end) if start < end else None


type Schedule = WeekDaySchedule | YearDaySchedule


@dataclass(frozen=True, slots=True)
class UserSchedules:
    """Schedules of one user by their index."""

    week: Mapping[int, WeekDaySchedule] = field(default_factory=dict)
    year: Mapping[int, YearDaySchedule] = field(default_factory=dict)

    @property
    def are_empty(self) -> bool:
        """Whether there is none."""
        return not self.week and not self.year

    @property
    def weekly_hours(self) -> tuple[Hours, ...]:
        """What the week-day schedules cover together."""
        return merged(part for item in self.week.values() for part in item.hours)

    @property
    def spans(self) -> frozenset[YearDaySchedule]:
        """What the year-day schedules cover."""
        return frozenset(self.year.values())

    def covers_same(self, other: UserSchedules) -> bool:
        """Return whether both admit at the same times, however they are split."""
        return (self.weekly_hours, self.spans) == (other.weekly_hours, other.spans)

    def with_week(self, index: int, schedule: WeekDaySchedule | None) -> UserSchedules:
        """Take a week-day schedule; None for an index that is empty."""
        return replace(self, week=_put(self.week, index, schedule))

    def with_year(self, index: int, schedule: YearDaySchedule | None) -> UserSchedules:
        """Take a year-day schedule; None for an index that is empty."""
        return replace(self, year=_put(self.year, index, schedule))


NO_SCHEDULES: Final = UserSchedules()


def schedules_of(window: Window, *, several_days: bool) -> tuple[Schedule, ...]:
    """Return the schedules of a window in a stable order; none where it needs none.

    `several_days` is whether the lock takes several days in one (connectedhomeip#32423).
    """
    match window:
        case FromTo():
            return (YearDaySchedule.of(window),)
        case WeeklyHours():
            return tuple(_weekly(weekly_parts(window), several_days=several_days))
        case _:
            return ()


def window_of(schedules: UserSchedules) -> Window | None:
    """Return the window that schedules stand for; None where none says the same."""
    if schedules.week and not schedules.year:
        return _weekly_window(schedules.weekly_hours)
    if schedules.week or len(schedules.spans) != 1:
        return None
    (span,) = schedules.spans
    return span.window


def can_be_kept(window: FromTo) -> bool:
    """Return whether the times of a window fit into a lock's schedule."""
    return (
        window.start >= LOCAL_EPOCH
        and _seconds(window.end) <= LAST_SECOND
        and window.end - window.start >= timedelta(minutes=1)
    )


def _weekly_window(parts: tuple[Hours, ...]) -> WeeklyHours | None:
    hours = frozenset(
        DailyHours(frozenset({part.day}), _clock(part.start), _clock(part.end))
        for part in parts
        if part.start < part.end
    )
    return WeeklyHours(hours) if hours else None


def _weekly(parts: Iterable[Hours], *, several_days: bool) -> list[WeekDaySchedule]:
    days: dict[tuple[int, int], list[Weekday]] = {}
    for part in parts:
        days.setdefault((part.start, part.end), []).append(part.day)
    found = []
    for (start, end), on in sorted(days.items()):
        last = min(end, LAST_MINUTE)
        if last <= start:
            # The last minute of a day alone: no lock keeps it.
            continue
        masks = [sum(1 << day for day in on)] if several_days else [1 << d for d in on]
        found += [
            WeekDaySchedule(mask, start // 60, start % 60, last // 60, last % 60)
            for mask in masks
        ]
    return found


def _clock(minutes: int) -> time:
    return time(minutes % MINUTES_PER_DAY // 60, minutes % 60)


def _seconds(wall: datetime) -> int:
    return int((wall - LOCAL_EPOCH).total_seconds())


def _put[S](kept: Mapping[int, S], index: int, item: S | None) -> dict[int, S]:
    others = {key: value for key, value in kept.items() if key != index}
    return others if item is None else {**others, index: item}
