"""How often anything may be asked."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.budget import (
    CHECK_LIMITS,
    CHECKS_ON_REQUEST,
    GATEWAY_PROBE_INTERVAL,
    GATEWAY_SUSPICION_INTERVAL,
    HUB_PROBE_INTERVAL,
    HUB_SUSPICION_INTERVAL,
    HUB_SUSPICION_LASTS,
    MAX_PROBED_HUBS,
    PINGS_FOR_RETURNS,
    PINGS_ON_REQUEST,
    PINGS_ON_SUSPICION,
    PINGS_ON_SUSPICION_AN_HOUR,
    RETURN_LIMITS,
    SUSPICION_LIMITS,
    SUSPICION_WINDOW,
    UNPROBED_HUB_INTERVAL,
    Budget,
    Limit,
)

LIMITS = st.sampled_from([SUSPICION_LIMITS, RETURN_LIMITS, CHECK_LIMITS])
MOMENTS = st.lists(st.floats(0, 20_000), max_size=200)


@given(LIMITS, MOMENTS)
def test_no_window_ever_holds_more_than_its_limit(
    limits: tuple[Limit, ...], seconds: list[float]
) -> None:
    budget = Budget(limits)
    spent = [moment for moment in sorted(seconds) if budget.take(moment)]
    for limit in limits:
        for first in spent:
            within = [x for x in spent if first <= x and x - first < limit.seconds]
            assert len(within) <= limit.most


@given(LIMITS, MOMENTS)
def test_nothing_is_refused_while_every_window_has_room(
    limits: tuple[Limit, ...], seconds: list[float]
) -> None:
    budget, spent = Budget(limits), list[float]()
    for now in sorted(seconds):
        room = all(
            sum(now - x < limit.seconds for x in spent) < limit.most for limit in limits
        )
        assert bool(budget.left(now)) is room
        assert budget.take(now) is room
        if room:
            spent.append(now)


@given(LIMITS, MOMENTS)
def test_after_the_wait_one_may_be_spent_and_not_before(
    limits: tuple[Limit, ...], seconds: list[float]
) -> None:
    budget, now = Budget(limits), 0.0
    for now in sorted(seconds):
        budget.take(now)
    wait = budget.wait(now)
    assert bool(wait) is not bool(budget.left(now))
    if wait > 1:
        assert not budget.left(now + wait - 1)
    assert budget.take(now + wait + 1e-6)


@given(LIMITS, st.integers(1, 30))
def test_what_is_given_back_was_not_spent(
    limits: tuple[Limit, ...], times: int
) -> None:
    budget = Budget(limits)
    before = budget.left(0)
    for second in range(times):
        assert budget.take(second)
        budget.give_back(second)
    assert budget.left(times) == before
    budget.give_back(7)
    assert budget.left(times) == before


@pytest.mark.parametrize("limits", [SUSPICION_LIMITS, RETURN_LIMITS, CHECK_LIMITS])
def test_a_clock_that_begins_anew_blocks_nothing(limits: tuple[Limit, ...]) -> None:
    budget = Budget(limits)
    while budget.take(1e6):
        pass
    assert budget.take(3.0)


def spend(budget: Budget, *seconds: float) -> list[bool]:
    return [budget.take(second) for second in seconds]


def test_the_fourth_ping_waits_until_the_first_is_ten_minutes_old() -> None:
    budget = Budget(SUSPICION_LIMITS)
    assert spend(budget, 0, 60, 120, 180, 599) == [True, True, True, False, False]
    assert budget.wait(599) == 1
    assert spend(budget, 600, 601, 659, 660) == [True, False, False, True]


def test_the_tenth_ping_waits_until_the_first_is_an_hour_old() -> None:
    budget = Budget(SUSPICION_LIMITS)
    for minute in (0, 1, 2, 12, 13, 14, 24, 25, 26):
        assert budget.take(minute * 60)
    assert not budget.take(2400)
    assert budget.wait(2400) == 1200
    assert budget.take(3600)


def test_the_thirteenth_return_waits() -> None:
    budget = Budget(RETURN_LIMITS)
    assert spend(budget, *range(0, 1200, 100)) == [True] * 12
    assert not budget.take(1300)
    assert budget.take(3600)


def test_no_more_is_asked_than_was_promised() -> None:
    """The numbers of the promise, so that nobody raises one without a second thought."""
    assert PINGS_ON_SUSPICION / SUSPICION_WINDOW.total_seconds() <= 3 / 600
    assert 1 / HUB_PROBE_INTERVAL <= 1 / 5
    assert MAX_PROBED_HUBS <= 16
    assert HUB_SUSPICION_INTERVAL >= 1
    assert timedelta(seconds=10) >= HUB_SUSPICION_LASTS


def test_numbers() -> None:
    assert (PINGS_ON_SUSPICION, PINGS_ON_SUSPICION_AN_HOUR) == (3, 9)
    assert PINGS_FOR_RETURNS == 12
    assert (PINGS_ON_REQUEST, CHECKS_ON_REQUEST) == (5, 6)


def test_what_is_amiss_is_looked_at_more_often_and_the_rest_seldom() -> None:
    assert HUB_SUSPICION_INTERVAL < HUB_PROBE_INTERVAL
    assert UNPROBED_HUB_INTERVAL >= 60
    assert timedelta(seconds=30) <= GATEWAY_PROBE_INTERVAL
    assert timedelta(seconds=5) <= GATEWAY_SUSPICION_INTERVAL < GATEWAY_PROBE_INTERVAL
