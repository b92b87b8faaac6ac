"""Regular dropouts are told from random ones, in a journal of availability flips."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
    DropoutPattern,
    find_dropout_pattern,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


def journal(period: timedelta, times: int, away: timedelta) -> list[AvailabilityChange]:
    """Make dropouts that begin every `period` and last for `away`."""
    drops = [START + turn * period for turn in range(times)]
    return [
        flip
        for at in drops
        for flip in (AvailabilityChange(at, False), AvailabilityChange(at + away, True))
    ]


@pytest.mark.parametrize("minutes", [5, 10, 15])
@given(st.integers(1, 300), st.integers(4, 40))
def test_subscription_beat(minutes: int, away: int, times: int) -> None:
    life = timedelta(minutes=minutes, seconds=38)
    gone = timedelta(seconds=away)
    assert (
        find_dropout_pattern(journal(life + gone, times, gone))
        is DropoutPattern.SUBSCRIPTION
    )


@given(st.integers(4, 20), st.integers(-20, 20))
def test_daily_beat(times: int, minutes: int) -> None:
    period = timedelta(hours=24, minutes=minutes)
    assert (
        find_dropout_pattern(journal(period, times, timedelta(minutes=3)))
        is DropoutPattern.DAILY
    )


@given(st.integers(3, 20), st.integers(-120, 120))
def test_reboot_beat(times: int, minutes: int) -> None:
    period = timedelta(hours=72, minutes=minutes)
    assert (
        find_dropout_pattern(journal(period, times, timedelta(seconds=40)))
        is DropoutPattern.REBOOT
    )


@pytest.mark.parametrize(
    "period",
    [timedelta(minutes=7), timedelta(hours=5), timedelta(hours=31), timedelta(days=7)],
)
def test_other_periods_are_no_beat(period: timedelta) -> None:
    assert find_dropout_pattern(journal(period, 12, timedelta(seconds=30))) is None


def test_two_of_a_kind_are_no_beat() -> None:
    assert (
        find_dropout_pattern(journal(timedelta(hours=24), 2, timedelta(minutes=1)))
        is None
    )
    assert find_dropout_pattern([]) is None


def test_a_reconnection_storm_counts_as_one_outage_a_day() -> None:
    days = journal(timedelta(hours=24), 6, timedelta(minutes=1))
    storm = [
        AvailabilityChange(flip.at + timedelta(minutes=minutes), flip.available)
        for flip in days
        for minutes in (0, 9, 21)
    ]
    assert find_dropout_pattern(storm) is DropoutPattern.DAILY


def test_beat_among_random_dropouts() -> None:
    beat = journal(timedelta(minutes=5, seconds=50), 12, timedelta(seconds=12))
    later = journal(timedelta(hours=7), 3, timedelta(seconds=12))
    noise = [
        AvailabilityChange(flip.at + timedelta(days=3), flip.available)
        for flip in later
    ]
    assert find_dropout_pattern(beat + noise) is DropoutPattern.SUBSCRIPTION
    assert find_dropout_pattern(beat[:6] + noise) is None


@given(st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(random: Random) -> None:
    flips = journal(timedelta(hours=72), 5, timedelta(seconds=50)) * 2
    random.shuffle(flips)
    assert find_dropout_pattern(flips) is DropoutPattern.REBOOT


def test_a_beat_ends_when_it_is_missed() -> None:
    flips = journal(timedelta(hours=24), 5, timedelta(minutes=3))
    seen = AvailabilityLog(tuple(flips))
    last = flips[-1].at
    assert seen.dropout_at(last + timedelta(hours=30)) is DropoutPattern.DAILY
    assert seen.dropout_at(last + timedelta(hours=60)) is None


def test_an_old_journal_does_not_drown_a_new_beat() -> None:
    old = journal(timedelta(hours=5), 100, timedelta(minutes=1))
    begin = timedelta(days=40)
    young = journal(timedelta(minutes=5, seconds=50), 13, timedelta(seconds=12))
    new = [AvailabilityChange(flip.at + begin, flip.available) for flip in young]
    assert find_dropout_pattern(old + new) is DropoutPattern.SUBSCRIPTION


def test_journal_counts_drops() -> None:
    flips = tuple(journal(timedelta(hours=1), 5, timedelta(minutes=1)))
    assert AvailabilityLog(flips).drops_since(START + timedelta(hours=3)) == 2
    assert AvailabilityLog(flips).beat is None


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AWAY = timedelta(seconds=12)


def by_lives(*lives: float) -> list[AvailabilityChange]:
    """Make dropouts of 12 s, after the lock was available for so many seconds."""
    flips, at = [], START
    for life in lives:
        flips += [
            AvailabilityChange(at, True),
            AvailabilityChange(at + timedelta(seconds=life), False),
        ]
        at += timedelta(seconds=life) + AWAY
    return flips


def by_gaps(*hours: float) -> list[AvailabilityChange]:
    """Make dropouts of a minute that begin so many hours after each other."""
    flips, at = (
        [AvailabilityChange(START, False), AvailabilityChange(START + MINUTE, True)],
        START,
    )
    for gap in hours:
        at += timedelta(hours=gap)
        flips += [AvailabilityChange(at, False), AvailabilityChange(at + MINUTE, True)]
    return flips


@pytest.mark.parametrize("life", [338, 638, 938])
def test_a_report_that_gets_lost_is_told_within_a_quarter_of_a_minute(
    life: int,
) -> None:
    for near, far in ((-15, -16), (15, 16)):
        assert (
            find_dropout_pattern(by_lives(*[life + near] * 3))
            is DropoutPattern.SUBSCRIPTION
        )
        assert find_dropout_pattern(by_lives(*[life + far] * 3)) is None


def test_a_beat_shows_three_times_and_mostly() -> None:
    assert find_dropout_pattern(by_lives(338, 338)) is None
    assert (
        find_dropout_pattern(by_lives(338, 70, 338, 9000, 338))
        is DropoutPattern.SUBSCRIPTION
    )
    assert find_dropout_pattern(by_lives(338, 70, 338, 9000, 338, 80)) is None
    assert find_dropout_pattern(by_lives(338, 638, 938)) is DropoutPattern.SUBSCRIPTION


def test_only_the_last_dozen_lives_count() -> None:
    beat, other = [338] * 8, [9000] * 5
    assert find_dropout_pattern(by_lives(*other, *beat)) is DropoutPattern.SUBSCRIPTION
    assert find_dropout_pattern(by_lives(*beat, *other)) is None
    assert (
        find_dropout_pattern(by_lives(338, 338, 338, *other[:2], 338))
        is DropoutPattern.SUBSCRIPTION
    )
    many = [9000] * 4 + [338] * 7 + [70]
    assert find_dropout_pattern(by_lives(338, *many)) is None
    assert find_dropout_pattern(by_lives(*many[1:], 338)) is DropoutPattern.SUBSCRIPTION


def test_a_day_is_a_day_within_half_an_hour() -> None:
    assert find_dropout_pattern(by_gaps(23.5, 24.5, 24)) is DropoutPattern.DAILY
    assert find_dropout_pattern(by_gaps(23.5, 24.5 + 1 / 60, 24)) is None
    assert find_dropout_pattern(by_gaps(23.5 - 1 / 60, 24.5, 24)) is None


def test_a_daily_beat_shows_three_times_and_mostly() -> None:
    assert find_dropout_pattern(by_gaps(24, 24)) is None
    assert find_dropout_pattern(by_gaps(24, 5, 24, 40, 24)) is DropoutPattern.DAILY
    assert find_dropout_pattern(by_gaps(24, 5, 24, 40, 24, 5)) is None


def test_only_the_last_six_gaps_count() -> None:
    old = (5, 40, 5, 40, 5)
    assert find_dropout_pattern(by_gaps(*old, 24, 24, 24, 24)) is DropoutPattern.DAILY
    assert find_dropout_pattern(by_gaps(24, 24, 24, 24, *old)) is None
    assert find_dropout_pattern(by_gaps(24, 5, 24, 24, 40, 24, 5)) is None


def test_a_restart_comes_every_three_days_within_three_hours() -> None:
    assert find_dropout_pattern(by_gaps(69, 75)) is DropoutPattern.REBOOT
    assert find_dropout_pattern(by_gaps(68.9, 75)) is None
    assert find_dropout_pattern(by_gaps(69, 75.1)) is None
    assert find_dropout_pattern(by_gaps(72)) is None


def test_dropouts_of_one_hour_are_one_outage() -> None:
    def day(pause: timedelta) -> list[AvailabilityChange]:
        return [
            AvailabilityChange(drop.at + later, drop.available)
            for drop in by_gaps(24, 24, 24)
            for later in (timedelta(0), pause)
        ]

    assert find_dropout_pattern(day(HOUR)) is DropoutPattern.DAILY
    assert find_dropout_pattern(day(HOUR + MINUTE)) is None


@pytest.mark.parametrize(
    ("flips", "beat", "still"),
    [
        (by_lives(338, 338, 338), DropoutPattern.SUBSCRIPTION, HOUR),
        (by_gaps(24, 24, 24), DropoutPattern.DAILY, 49 * HOUR),
        (by_gaps(72, 72), DropoutPattern.REBOOT, 150 * HOUR),
    ],
)
def test_a_beat_is_over_when_it_was_missed_twice(
    flips: list[AvailabilityChange], beat: DropoutPattern, still: timedelta
) -> None:
    seen = AvailabilityLog(tuple(flips))
    last = max(flip.at for flip in flips if not flip.available)
    assert seen.last_drop == last
    assert seen.dropout_at(last + still) is beat
    assert seen.dropout_at(last + still + timedelta(seconds=1)) is None


def test_a_lock_that_never_dropped_out_follows_no_beat() -> None:
    well = AvailabilityLog((AvailabilityChange(START, True),))
    assert well.last_drop is None
    assert well.dropout_at(START) is None
    assert well.drops_since(START) == 0


def test_a_drop_counts_from_its_own_moment_on() -> None:
    seen = AvailabilityLog(
        (AvailabilityChange(START, False), AvailabilityChange(START + MINUTE, True))
    )
    assert seen.drops_since(START) == 1
    assert seen.drops_since(START + timedelta(seconds=1)) == 0


def test_a_flip_that_is_told_again_begins_and_ends_nothing() -> None:
    once = by_lives(338, 338, 338)
    again = [AvailabilityChange(x.at + timedelta(seconds=5), x.available) for x in once]
    assert find_dropout_pattern([*once, *again]) is DropoutPattern.SUBSCRIPTION


def test_a_daily_dropout_may_last_for_any_time() -> None:
    drops = [AvailabilityChange(START + day * 24 * HOUR, False) for day in range(5)]
    returns = [
        AvailabilityChange(drop.at + hours * HOUR, True)
        for drop, hours in zip(drops, (1, 9, 2, 14, 5), strict=True)
    ]
    assert find_dropout_pattern([*drops, *returns]) is DropoutPattern.DAILY


def test_dropouts_at_random_have_no_beat_at_any_time() -> None:
    seen = AvailabilityLog(tuple(by_gaps(5, 31, 9)))
    assert seen.last_drop is not None
    assert seen.dropout_at(seen.last_drop) is None
