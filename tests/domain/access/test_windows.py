"""Windows in wall time, the schedules of a lock for them, and back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.schedules import (
    NO_SCHEDULES,
    UserSchedules,
    WeekDaySchedule,
    YearDaySchedule,
    can_be_kept,
    schedules_of,
    window_of,
)
from custom_components.aqara_lock.domain.access.windows import (
    ALWAYS,
    AfterFirstUse,
    DailyHours,
    FromTo,
    Once,
    Weekday,
    WeeklyHours,
    admits,
    is_over,
    next_change,
)

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset({Weekday(day) for day in range(1, 6)})
SATURDAY_NIGHT = WeeklyHours(
    frozenset({DailyHours(frozenset({Weekday.SATURDAY}), time(22), time(6))})
)


def weekly(days: frozenset[Weekday], start: time, end: time) -> WeeklyHours:
    return WeeklyHours(frozenset({DailyHours(days, start, end)}))


def stored(*schedules: WeekDaySchedule | YearDaySchedule) -> UserSchedules:
    found = NO_SCHEDULES
    for place, item in enumerate(schedules, 1):
        if isinstance(item, WeekDaySchedule):
            found = found.with_week(place, item)
        else:
            found = found.with_year(place, item)
    return found


def test_several_days_are_one_schedule_or_one_per_day() -> None:
    office = weekly(WORKDAYS, time(8), time(17, 30))
    assert schedules_of(office, several_days=True) == (
        WeekDaySchedule(0b0111110, 8, 0, 17, 30),
    )
    single = schedules_of(office, several_days=False)
    assert [item.days_mask for item in single if isinstance(item, WeekDaySchedule)] == [
        0b10,
        0b100,
        0b1000,
        0b10000,
        0b100000,
    ]
    assert stored(*single).covers_same(stored(*schedules_of(office, several_days=True)))


def test_hours_over_midnight_are_split_and_end_with_the_day() -> None:
    assert schedules_of(SATURDAY_NIGHT, several_days=True) == (
        WeekDaySchedule(0b0000001, 0, 0, 6, 0),
        WeekDaySchedule(0b1000000, 22, 0, 23, 59),
    )
    whole = weekly(frozenset({Weekday.FRIDAY}), time(0), time(0))
    assert schedules_of(whole, several_days=True) == (
        WeekDaySchedule(0b0100000, 0, 0, 23, 59),
    )


def test_the_last_minute_of_a_day_alone_is_kept_by_no_lock() -> None:
    late = weekly(frozenset({Weekday.FRIDAY}), time(23, 59), time(0, 30))
    assert schedules_of(late, several_days=True) == (
        WeekDaySchedule(0b1000000, 0, 0, 0, 30),
    )


def test_a_span_is_wall_time_whatever_the_season() -> None:
    for month in (1, 7):
        window = FromTo(datetime(2026, month, 10, 16), datetime(2026, month, 12, 12))
        (found,) = schedules_of(window, several_days=True)
        assert isinstance(found, YearDaySchedule)
        start = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=found.local_start)
        assert start.replace(tzinfo=None) == window.start
        assert window_of(stored(found)) == window


def test_an_hour_that_comes_twice_belongs_to_the_window_both_times() -> None:
    window = FromTo(datetime(2026, 10, 25, 2), datetime(2026, 10, 25, 2, 30))
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC).astimezone(BERLIN)
    again = datetime(2026, 10, 25, 1, 15, tzinfo=UTC).astimezone(BERLIN)
    assert first.utcoffset() != again.utcoffset()
    for now in (first, again):
        assert admits(window, now.replace(tzinfo=None))
    # Home Assistant ends it the first time.
    assert next_change(window, first, BERLIN) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_an_hour_that_spring_leaves_out_ends_a_window() -> None:
    window = FromTo(datetime(2026, 3, 29, 0), datetime(2026, 3, 29, 2, 30))
    after = datetime(2026, 3, 29, 1, 0, tzinfo=UTC).astimezone(BERLIN)
    assert after.hour == 3
    assert is_over(window, after.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2026-11-27T12:00+01:00", "2026-11-28T22:00+01:00"),
        ("2026-11-28T22:00+01:00", "2026-11-29T06:00+01:00"),
        ("2026-11-29T06:00+01:00", "2026-12-05T22:00+01:00"),
    ],
)
def test_hours_over_midnight_change_at_their_ends_only(now: str, change: str) -> None:
    found = next_change(SATURDAY_NIGHT, datetime.fromisoformat(now), BERLIN)
    assert found == datetime.fromisoformat(change)


def test_what_is_open_all_the_time_never_changes() -> None:
    now = datetime(2026, 11, 27, tzinfo=BERLIN)
    every_day = weekly(frozenset(Weekday), time(0), time(0))
    for window in (ALWAYS, Once(), AfterFirstUse(5), every_day):
        assert next_change(window, now, BERLIN) is None
        assert not is_over(window, datetime(2026, 11, 27))


def test_a_window_that_is_none_cannot_be_made() -> None:
    for make in (
        lambda: FromTo(datetime(2026, 1, 2), datetime(2026, 1, 1)),
        lambda: FromTo(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3)),
        lambda: WeeklyHours(frozenset()),
        lambda: DailyHours(frozenset(), time(1), time(2)),
        lambda: AfterFirstUse(0),
        lambda: AfterFirstUse(2881),
    ):
        with pytest.raises(ValueError):
            make()
    assert not can_be_kept(FromTo(datetime(1999, 1, 1), datetime(2001, 1, 1)))
    assert not can_be_kept(
        FromTo(datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 8, 0, 30))
    )


def test_schedules_that_say_more_than_one_window_are_no_window() -> None:
    week, year = WeekDaySchedule(2, 8, 0, 9, 0), YearDaySchedule(0, 600)
    assert window_of(stored(week, year)) is None
    assert window_of(stored(year, YearDaySchedule(900, 1200))) is None
    assert window_of(NO_SCHEDULES) is None
    assert window_of(stored(YearDaySchedule(600, 600))) is None
    assert window_of(stored(WeekDaySchedule(0, 8, 0, 9, 0))) is None


clocks = st.times().map(lambda at: time(at.hour, at.minute))
daily = st.builds(
    DailyHours, st.frozensets(st.sampled_from(Weekday), min_size=1), clocks, clocks
)
hours = st.builds(WeeklyHours, st.frozensets(daily, min_size=1, max_size=3))


@settings(max_examples=40)
@given(hours, st.booleans())
def test_the_window_of_its_schedules_has_the_same_schedules(
    window: WeeklyHours, several: bool
) -> None:
    found = stored(*schedules_of(window, several_days=several))
    if not found.week:
        return
    again = window_of(found)
    assert again is not None
    assert found.covers_same(stored(*schedules_of(again, several_days=True)))


@settings(max_examples=40)
@given(hours, st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1)))
def test_a_window_changes_when_it_says_so(window: WeeklyHours, wall: datetime) -> None:
    now = wall.replace(tzinfo=UTC, second=0, microsecond=0)
    change = next_change(window, now, UTC)
    is_open = admits(window, now.replace(tzinfo=None))
    moment = now
    for _ in range(60):
        if change is not None and moment >= change:
            break
        assert admits(window, moment.replace(tzinfo=None)) == is_open
        moment += timedelta(minutes=97)
    if change is not None:
        before = (change - timedelta(minutes=1)).replace(tzinfo=None)
        assert admits(window, before) == is_open
        assert admits(window, change.replace(tzinfo=None)) != is_open
