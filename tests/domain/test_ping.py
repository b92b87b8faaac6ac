"""When a lock is pinged, and what is left out where the budget is short."""

from datetime import timedelta
from itertools import accumulate

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.budget import (
    PINGS_ON_SUSPICION,
    SUSPICION_WINDOW,
)
from custom_components.aqara_lock.domain.connection import LOCK_GRACE
from custom_components.aqara_lock.domain.ping import (
    CONFIRMATION,
    LOST,
    NOT_FOUND,
    RETURN,
    SUSPICION,
    PingPlan,
)

PLANS = st.builds(
    PingPlan,
    st.lists(st.integers(0, 300).map(float), min_size=1, max_size=6).map(tuple),
    st.just(15.0),
    st.integers(0, 2),
)


def moments(plan: PingPlan) -> tuple[float, ...]:
    return tuple(accumulate(plan.delays))


def test_the_rest_is_what_comes_after_the_first() -> None:
    plan = PingPlan((1.0, 5.0, 20.0), 15.0, leaves=1)
    assert plan.rest == PingPlan((5.0, 20.0), 15.0, leaves=1)
    assert plan.rest.after(3.0) == PingPlan((3.0, 5.0, 20.0), 15.0, leaves=1)


@given(PLANS, st.integers(0, 8))
def test_what_is_left_out_comes_first_and_the_last_stays(
    plan: PingPlan, few: int
) -> None:
    """The last one waits for its own budget: `few` are those before it."""
    fewer = plan.with_few(few)
    count = min(len(plan.delays), few + 1)
    assert moments(fewer) == moments(plan)[-count:]
    assert (fewer.patience, fewer.leaves) == (plan.patience, plan.leaves)


@pytest.mark.parametrize("plan", [CONFIRMATION, SUSPICION, RETURN])
def test_the_first_ping_is_sent_at_once(plan: PingPlan) -> None:
    assert moments(plan)[0] == 0


@pytest.mark.parametrize("plan", [CONFIRMATION, SUSPICION])
def test_a_plan_that_waits_for_no_budget_leaves_what_it_should(plan: PingPlan) -> None:
    assert len(plan.delays) + plan.leaves <= PINGS_ON_SUSPICION


def test_a_lock_that_returns_is_looked_for_soon_and_again_after_a_minute() -> None:
    """The mesh needs a moment, or some minutes."""
    soon = [x for x in moments(RETURN) if 0 < x <= 10]
    assert len(soon) == 1
    assert len(moments(RETURN)) == PINGS_ON_SUSPICION + 1
    assert (
        timedelta(minutes=1) < timedelta(seconds=moments(RETURN)[-1]) < SUSPICION_WINDOW
    )


def test_a_lock_that_is_suspected_may_have_restarted() -> None:
    """It is away for less than a minute then, and found by one of the later pings."""
    later = moments(SUSPICION)[1:]
    assert len(later) == PINGS_ON_SUSPICION - 1
    assert timedelta(seconds=later[0]) >= LOCK_GRACE
    assert timedelta(seconds=later[-1]) < SUSPICION_WINDOW


def test_a_confirmation_leaves_a_ping_for_the_return() -> None:
    assert CONFIRMATION.leaves == 1
    assert RETURN.leaves == SUSPICION.leaves == 0


def test_a_sleepy_lock_is_waited_for() -> None:
    assert min(RETURN.patience, CONFIRMATION.patience) > 10
    assert SUSPICION.patience > 60


def test_a_lock_that_is_not_found_was_sent_nothing() -> None:
    assert (LOST.answered, LOST.sent, LOST.milliseconds) == (False, True, None)
    assert (NOT_FOUND.answered, NOT_FOUND.sent) == (False, False)
