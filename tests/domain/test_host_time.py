"""The host's clock is believed where it can be right; elapsed seconds stand in for it."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.host_time import BELIEVED_AFTER, HostTime

STORED = datetime(2026, 6, 1, 12, tzinfo=UTC)


def started(*, synchronised: bool | None = None) -> HostTime:
    """Start with a file that was written at a moment."""
    time = HostTime()
    time.stored(STORED)
    time.synchronised = synchronised
    return time


def test_clock_is_believed_where_nothing_is_stored() -> None:
    time = HostTime()
    long_ago = STORED - timedelta(days=20_000)
    assert time.read(long_ago, 0) == long_ago
    assert time.is_plausible


@pytest.mark.parametrize("synchronised", [None, False, True])
@pytest.mark.parametrize("behind", [1, 3600, 86400 * 365 * 56])
def test_time_is_never_before_what_was_stored(
    behind: int, synchronised: bool | None
) -> None:
    time = started(synchronised=synchronised)
    wall = STORED - timedelta(seconds=behind)
    assert time.read(wall, 100) == STORED
    assert not time.is_plausible
    found = time.read(wall + timedelta(seconds=0.5), 100.5)
    assert found == STORED + timedelta(seconds=0.5)


def test_clock_that_was_set_is_believed_again() -> None:
    time = started()
    time.read(STORED - timedelta(hours=1), 0)
    right = STORED + timedelta(minutes=5)
    assert time.read(right, 30) == right
    assert time.is_plausible


def test_clock_that_is_set_back_while_running_waits_for_what_was_stored() -> None:
    time = started()
    right = STORED + timedelta(hours=2)
    time.read(right, 0)
    time.stored(right)
    found = time.read(right - timedelta(hours=1), 10)
    assert found == right + timedelta(seconds=10)
    assert not time.is_plausible


@pytest.mark.parametrize(
    ("days", "synchronised", "plausible"),
    [
        (1, None, True),
        (29, False, True),
        (31, None, False),
        (31, False, False),
        (31, True, True),
        (4000, False, False),
    ],
)
def test_far_ahead_is_believed_only_of_a_synchronised_clock(
    days: int, synchronised: bool | None, plausible: bool
) -> None:
    time = started(synchronised=synchronised)
    wall = STORED + timedelta(days=days)
    assert time.read(wall, 0) == (wall if plausible else STORED)
    assert time.is_plausible is plausible


def test_far_ahead_is_believed_after_an_hour() -> None:
    time = started()
    wall = STORED + timedelta(days=90)
    time.read(wall, 0)
    time.read(wall + timedelta(minutes=59), BELIEVED_AFTER - 60)
    assert not time.is_plausible
    later = wall + timedelta(hours=1)
    assert time.read(later, BELIEVED_AFTER) == later
    assert time.is_plausible


def test_jump_far_ahead_while_running_is_not_believed() -> None:
    time = started()
    time.read(STORED, 0)
    jumped = STORED + timedelta(days=400)
    assert time.read(jumped, 5) == STORED + timedelta(seconds=5)
    assert time.read(STORED + timedelta(seconds=9), 9) == STORED + timedelta(seconds=9)
    assert time.is_plausible


def test_clock_nobody_had_set_gives_way_to_one_that_is_synchronised() -> None:
    """A computer whose own clock keeps local time starts hours ahead."""
    time = HostTime()
    time.stored(STORED + timedelta(hours=2), synchronised=False)
    time.synchronised = True
    assert time.read(STORED, 0) == STORED
    assert time.is_plausible


def test_seconds_that_run_backwards_count_as_none() -> None:
    time = started()
    time.read(STORED, 500)
    assert time.read(STORED - timedelta(hours=1), 20) == STORED
