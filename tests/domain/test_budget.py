"""The ping budget: three in ten minutes, and when the next one may be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.aqara_lock.domain.budget import (
    GATEWAY_PROBE_INTERVAL,
    GATEWAY_SUSPICION_INTERVAL,
    HUB_PROBE_INTERVAL,
    HUB_SUSPICION_INTERVAL,
    HUB_SUSPICION_LASTS,
    MAX_PROBED_HUBS,
    PINGS_ON_REQUEST,
    PINGS_ON_SUSPICION,
    SUSPICION_WINDOW,
    UNPROBED_HUB_INTERVAL,
    PingBudget,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def test_no_more_is_asked_than_was_promised() -> None:
    """The numbers of the promise, so that nobody raises one without a second thought."""
    assert PINGS_ON_SUSPICION / SUSPICION_WINDOW.total_seconds() <= 3 / 600
    assert 1 / HUB_PROBE_INTERVAL <= 1 / 5
    assert MAX_PROBED_HUBS <= 16
    assert HUB_SUSPICION_INTERVAL >= 1
    assert timedelta(seconds=10) >= HUB_SUSPICION_LASTS


@given(st.lists(st.integers(min_value=0, max_value=3600), max_size=60))
def test_never_more_than_three_in_ten_minutes(seconds: list[int]) -> None:
    budget = PingBudget()
    moments = [BEGIN + timedelta(seconds=second) for second in sorted(seconds)]
    spent = [moment for moment in moments if budget.take(moment)]
    for first in spent:
        within = [x for x in spent if first <= x < first + SUSPICION_WINDOW]
        assert len(within) <= PINGS_ON_SUSPICION


@given(st.lists(st.integers(min_value=0, max_value=900), max_size=20))
def test_after_the_wait_a_ping_may_be_spent(seconds: list[int]) -> None:
    budget, now = PingBudget(), BEGIN
    for second in sorted(seconds):
        now = BEGIN + timedelta(seconds=second)
        budget.take(now)
    wait = budget.wait(now)
    assert timedelta(0) <= wait <= SUSPICION_WINDOW
    assert budget.take(now + wait)


@given(
    st.lists(st.integers(min_value=0, max_value=3600), max_size=60),
    st.lists(st.integers(min_value=0, max_value=PINGS_ON_SUSPICION), min_size=60),
)
def test_who_leaves_some_pings_takes_none_of_them(
    seconds: list[int], left: list[int]
) -> None:
    budget = PingBudget()
    for second, leaves in zip(sorted(seconds), left, strict=False):
        now = BEGIN + timedelta(seconds=second)
        if budget.take(now, leaves=leaves):
            assert budget.left(now) >= leaves


@given(
    st.lists(st.integers(min_value=0, max_value=900), max_size=20),
    st.integers(min_value=0, max_value=PINGS_ON_SUSPICION - 1),
)
def test_after_the_wait_some_are_left(seconds: list[int], leaves: int) -> None:
    budget, now = PingBudget(), BEGIN
    for second in sorted(seconds):
        now = BEGIN + timedelta(seconds=second)
        budget.take(now)
    wait = budget.wait(now, leaves=leaves)
    if wait:
        assert not budget.take(now, leaves=leaves)
    assert budget.take(now + wait, leaves=leaves)


def test_a_clock_that_is_set_back_stops_no_ping() -> None:
    budget = PingBudget()
    for second in range(PINGS_ON_SUSPICION):
        assert budget.take(BEGIN + timedelta(hours=3, seconds=second))
    assert budget.take(BEGIN)


def spend(budget: PingBudget, *seconds: float) -> list[bool]:
    return [budget.take(BEGIN + timedelta(seconds=second)) for second in seconds]


def test_the_fourth_ping_waits_until_the_first_is_ten_minutes_old() -> None:
    budget = PingBudget()
    assert spend(budget, 0, 60, 120, 180, 599) == [True, True, True, False, False]
    assert budget.wait(BEGIN + timedelta(seconds=599)) == timedelta(seconds=1)
    assert spend(budget, 600, 601, 659, 660) == [True, False, False, True]


def test_a_budget_that_is_whole_makes_nobody_wait() -> None:
    budget = PingBudget()
    assert budget.left(BEGIN) == 3
    assert budget.wait(BEGIN) == budget.wait(BEGIN, leaves=2) == timedelta(0)


def test_who_leaves_one_waits_for_the_second() -> None:
    budget = PingBudget()
    spend(budget, 0, 60)
    now = BEGIN + timedelta(seconds=90)
    assert budget.left(now) == 1
    assert budget.wait(now) == timedelta(0)
    assert budget.wait(now, leaves=1) == timedelta(seconds=510)
    assert budget.wait(now, leaves=2) == timedelta(seconds=570)
    assert not budget.take(now, leaves=1)
    assert budget.take(now)


def test_what_is_amiss_is_looked_at_more_often_and_the_rest_seldom() -> None:
    assert HUB_SUSPICION_INTERVAL < HUB_PROBE_INTERVAL
    assert UNPROBED_HUB_INTERVAL >= 60
    assert timedelta(seconds=30) <= GATEWAY_PROBE_INTERVAL
    assert timedelta(seconds=5) <= GATEWAY_SUSPICION_INTERVAL < GATEWAY_PROBE_INTERVAL
    assert (PINGS_ON_SUSPICION, PINGS_ON_REQUEST) == (3, 5)
