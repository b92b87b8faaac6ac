"""When a lock is pinged, and how far a lost ping can be believed."""

from datetime import timedelta

import pytest

from custom_components.aqara_lock.domain.budget import (
    PINGS_ON_SUSPICION,
    SERVER_PATIENCE,
    SLOW_SERVER_PATIENCE,
    SUSPICION_WINDOW,
)
from custom_components.aqara_lock.domain.codec import DamagedError
from custom_components.aqara_lock.domain.connectivity.connection import LOCK_GRACE
from custom_components.aqara_lock.domain.connectivity.pings import (
    AFTER_RELOAD,
    CONFIRMATION,
    GIVEN_UP,
    IGNORED_PINGS,
    LATE_RETURN,
    LOST,
    NOT_FOUND,
    ONE_QUESTION,
    RETURN,
    SUSPICION,
    PingPlan,
    PingTrust,
    Purpose,
)

COMMAND_FAILS_AFTER = 13
"""Seconds, measured with python-matter-server."""


def test_a_lock_that_returns_is_looked_for_at_once_and_four_times_more() -> None:
    assert RETURN.moments == (0, 15, 60, 300, 900)
    assert RETURN.purpose is Purpose.RETURN


@pytest.mark.parametrize("plan", [LATE_RETURN, AFTER_RELOAD])
def test_a_return_that_is_not_seen_is_looked_for_a_little_later(plan: PingPlan) -> None:
    assert plan.purpose is Purpose.RETURN
    assert 0 < plan.moments[0] <= 15
    assert set(plan.moments[1:]) < set(RETURN.moments)


@pytest.mark.parametrize("plan", [CONFIRMATION, SUSPICION, RETURN, ONE_QUESTION])
def test_the_first_ping_is_sent_at_once(plan: PingPlan) -> None:
    assert plan.moments[0] == 0


@pytest.mark.parametrize("plan", [CONFIRMATION, SUSPICION, ONE_QUESTION])
def test_a_suspicion_is_no_return(plan: PingPlan) -> None:
    assert plan.purpose is Purpose.SUSPICION
    assert len(plan.moments) <= PINGS_ON_SUSPICION


def test_a_lock_that_is_suspected_may_have_restarted() -> None:
    """It is away for less than a minute then, and found by one of the later pings."""
    later = SUSPICION.moments[1:]
    assert len(later) == PINGS_ON_SUSPICION - 1
    assert timedelta(seconds=later[0]) >= LOCK_GRACE
    assert timedelta(seconds=later[-1]) < SUSPICION_WINDOW


def test_a_ping_of_before_the_cure_leaves_time_for_another_one() -> None:
    search_and_ping = 6
    assert RETURN.yields is not None
    assert RETURN.yields + search_and_ping < 15


def test_a_sleepy_lock_is_waited_for() -> None:
    assert min(RETURN.patience, CONFIRMATION.patience) > 10
    assert SLOW_SERVER_PATIENCE > 60


def test_a_suspicion_is_settled_within_a_minute() -> None:
    assert SUSPICION.patience == SERVER_PATIENCE
    assert SUSPICION.patience + COMMAND_FAILS_AFTER < 60


def test_a_lock_that_is_not_found_was_sent_nothing() -> None:
    assert (LOST.answered, LOST.sent, LOST.milliseconds) == (False, True, None)
    assert (NOT_FOUND.answered, NOT_FOUND.sent) == (False, False)
    assert (GIVEN_UP.answered, GIVEN_UP.sent, GIVEN_UP.waited) == (False, True, False)


def test_a_lock_that_was_never_asked_is_believed() -> None:
    assert not PingTrust().is_deaf


def test_a_lock_that_never_answered_and_was_there_once_answers_no_pings() -> None:
    assert PingTrust().after_ignored().is_deaf


def test_a_lock_that_answered_before_has_to_be_there_more_often() -> None:
    trust = PingTrust().after_answer()
    for _ in range(IGNORED_PINGS):
        assert not trust.is_deaf
        trust = trust.after_ignored()
    assert trust.is_deaf


def test_a_lock_that_left_a_command_unanswered_as_well_may_have_been_away() -> None:
    trust = PingTrust()
    for _ in range(IGNORED_PINGS):
        assert not trust.is_deaf
        trust = trust.after_ignored(after_command=True)
    assert trust.is_deaf
    assert PingTrust().after_ignored(after_command=True).after_ignored().is_deaf


@pytest.mark.parametrize("plan", [SUSPICION, ONE_QUESTION])
def test_a_suspicion_follows_a_command(plan: PingPlan) -> None:
    assert plan.after_command
    assert not CONFIRMATION.after_command
    assert not RETURN.after_command


def test_an_answer_is_believed_at_once() -> None:
    deaf = PingTrust().after_ignored().after_ignored()
    assert not deaf.after_answer().is_deaf
    assert not deaf.after_answer().after_ignored().is_deaf


def test_what_is_counted_has_an_end() -> None:
    trust = PingTrust()
    for _ in range(99):
        trust = trust.after_ignored()
    assert trust.ignored == IGNORED_PINGS


def test_pings_of_another_make_of_server_are_learned_anew() -> None:
    deaf = PingTrust(server="python").after_ignored()
    assert deaf.by("python") == deaf
    assert deaf.by(None) == deaf
    assert deaf.by("matter_js") == PingTrust(server="matter_js")


def test_trust_is_stored() -> None:
    trust = PingTrust(server="python", answered=True, ignored=2)
    assert PingTrust.from_dict(trust.as_dict()) == trust
    assert PingTrust.from_dict(PingTrust().as_dict()) == PingTrust()


@pytest.mark.parametrize(
    "damage", [{"ignored": "two"}, {"answered": None}, {"server": 7}]
)
def test_damaged_trust_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(DamagedError):
        PingTrust.from_dict(PingTrust().as_dict() | damage)
    with pytest.raises(DamagedError):
        PingTrust.from_dict(None)
