"""Counters of a lock's radio: what they say, and when they say nothing."""

from dataclasses import asdict
from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.connectivity.radio_counters import (
    DAY,
    FEWEST_REQUESTS,
    RadioCounters,
    count_from,
)

COUNTS = st.none() | st.integers(0, 2**32)
READINGS = st.builds(
    RadioCounters,
    boot=st.none() | st.integers(1, 2),
    uptime=st.none() | st.integers(1, 40 * DAY),
    requested=COUNTS,
    acknowledged=COUNTS,
    detached=COUNTS,
)


def reading(days: float = 2, **counts: int) -> RadioCounters:
    return RadioCounters(boot=3, uptime=int(days * DAY), **counts)


@pytest.mark.parametrize(
    ("requested", "acknowledged", "share"),
    [
        (FEWEST_REQUESTS, 80, 0.8),
        (FEWEST_REQUESTS - 1, 80, None),
        (1000, 1000, 1.0),
        (1000, 1001, None),
    ],
)
def test_share_needs_enough_requests_that_make_sense(
    requested: int, acknowledged: int, share: float | None
) -> None:
    found = reading(requested=requested, acknowledged=acknowledged)
    assert found.acknowledged_share == share


def test_lock_that_counts_one_of_both_tells_no_share() -> None:
    assert reading(requested=1000).acknowledged_share is None
    assert reading(acknowledged=1000).acknowledged_share is None


def test_losses_per_day_need_a_day() -> None:
    assert reading(2, detached=14).detached_per_day == 7
    assert reading(0.9, detached=14).detached_per_day is None
    assert RadioCounters(detached=14).detached_per_day is None


def test_two_readings_of_one_boot_tell_what_came_between() -> None:
    earlier = reading(10, requested=1000, acknowledged=500, detached=100)
    now = reading(12, requested=1200, acknowledged=700, detached=102)
    assert now.since(earlier).acknowledged_share == 1.0
    assert now.since(earlier).detached_per_day == 1


@pytest.mark.parametrize(
    "earlier",
    [
        RadioCounters(boot=2, uptime=DAY, detached=1),
        RadioCounters(boot=3, uptime=13 * DAY, detached=1),
        RadioCounters(boot=3, uptime=DAY, detached=50),
    ],
    ids=["other boot", "later", "set back"],
)
def test_reading_of_another_count_is_no_beginning(earlier: RadioCounters) -> None:
    now = reading(12, detached=24)
    assert now.since(earlier) == now
    assert count_from(earlier, earlier, now) is None


def test_counting_begins_at_the_last_reading_that_is_a_day_older() -> None:
    first, second = reading(1, detached=9), reading(2, detached=10)
    soon = reading(2.5, detached=10)
    assert count_from(None, first, second) == first
    assert count_from(first, second, soon) == first
    assert count_from(None, second, soon) is None
    assert count_from(None, None, second) is None


@given(READINGS, READINGS)
def test_what_came_between_is_never_negative(
    earlier: RadioCounters, now: RadioCounters
) -> None:
    between = now.since(earlier)
    share, lost = between.acknowledged_share, between.detached_per_day
    assert share is None or 0 <= share <= 1
    assert lost is None or lost >= 0


@given(READINGS)
def test_reading_survives_a_store(found: RadioCounters) -> None:
    assert RadioCounters.from_dict(asdict(found)) == found


@pytest.mark.parametrize("damage", [None, [], {"uptime": "long"}])
def test_damaged_reading_is_refused(damage: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        RadioCounters.from_dict(damage)


def test_a_day_is_enough_and_less_is_not() -> None:
    assert timedelta(days=1).total_seconds() == DAY
    assert RadioCounters(uptime=DAY, detached=3).detached_per_day == 3
    assert RadioCounters(uptime=DAY - 1, detached=3).detached_per_day is None
    begin = RadioCounters(boot=3, uptime=DAY)
    kept = RadioCounters(boot=3, uptime=1)
    day_later = RadioCounters(boot=3, uptime=2 * DAY)
    assert count_from(kept, begin, day_later) == begin
    sooner = RadioCounters(boot=3, uptime=2 * DAY - 1)
    assert count_from(kept, begin, sooner) == kept


def test_counters_that_stand_still_go_on() -> None:
    now = reading(2, requested=500, acknowledged=400, detached=3)
    assert now.continues(now)
    assert now.since(now) == RadioCounters(
        boot=3, uptime=0, requested=0, acknowledged=0, detached=0
    )


@pytest.mark.parametrize("count", ["requested", "acknowledged", "detached"])
def test_a_counter_that_was_set_back_begins_anew(count: str) -> None:
    earlier, now = reading(1, **{count: 9}), reading(2, **{count: 8})
    assert not now.continues(earlier)
    assert now.since(earlier) == now


def test_what_only_one_reading_tells_is_not_counted() -> None:
    earlier, now = reading(1, requested=100), reading(3, detached=4)
    assert now.continues(earlier)
    assert now.since(earlier) == RadioCounters(boot=3, uptime=2 * DAY)


def test_a_reading_without_its_time_continues_none() -> None:
    timeless = RadioCounters(boot=3, detached=1)
    assert not timeless.continues(reading(1, detached=1))
    assert not reading(1, detached=1).continues(timeless)
    assert timeless.since(None) == timeless
    assert reading(1, detached=1).since(None) == reading(1, detached=1)


def test_a_kept_reading_of_an_earlier_boot_is_forgotten() -> None:
    kept = RadioCounters(boot=2, uptime=DAY)
    assert count_from(kept, None, reading(9)) is None
    assert count_from(reading(1), None, reading(9)) == reading(1)
