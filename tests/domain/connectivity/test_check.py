"""What a series of pings says of the place of the hub."""

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.connectivity.check import (
    SLOW_MS,
    Advice,
    ConnectionCheck,
)

TIMES = st.lists(st.floats(0, 60_000), max_size=10)


@pytest.mark.parametrize(
    ("sent", "times", "advice"),
    [
        (5, (), Advice.NO_ANSWER),
        (0, (), Advice.NOT_SENT),
        (5, (300.0,) * 4, Advice.WEAK),
        (5, (9000.0,), Advice.WEAK),
        (5, (300.0,) * 5, Advice.GOOD),
        (1, (SLOW_MS,), Advice.GOOD),
        (1, (SLOW_MS + 1,), Advice.SLOW),
        (5, (*(300.0,) * 4, 4000.0), Advice.SLOW),
    ],
)
def test_advice(sent: int, times: tuple[float, ...], advice: Advice) -> None:
    assert ConnectionCheck(sent, times).advice is advice


def test_a_sleepy_lock_that_wakes_every_two_seconds_is_well() -> None:
    assert ConnectionCheck(2, (40.0, 2000.0)).advice is Advice.GOOD


def test_answers_that_came_late_have_no_time() -> None:
    assert ConnectionCheck(5, (), untimed=1).advice is Advice.UNTIMED
    assert ConnectionCheck(5, (40.0,), untimed=1).advice is Advice.UNTIMED


def test_answer_without_a_time_is_an_answer_and_leaves_no_mean() -> None:
    check = ConnectionCheck(5, (40.0,), untimed=2)
    assert (check.answered, check.average, check.worst) == (3, None, None)


def test_answers_whose_time_another_address_hid_are_answers() -> None:
    every = ConnectionCheck(5, (), masked=5)
    assert (every.advice, every.answered) == (Advice.GOOD, 5)
    assert (every.average, every.worst) == (None, None)
    assert ConnectionCheck(5, (), masked=4).advice is Advice.WEAK
    assert ConnectionCheck(5, (SLOW_MS + 1,), masked=4).advice is Advice.SLOW
    assert ConnectionCheck(5, (40.0,) * 3, untimed=1, masked=1).advice is Advice.UNTIMED


def test_pings_that_could_not_be_sent_blame_nobody() -> None:
    assert ConnectionCheck(0, (), unsent=5).advice is Advice.NOT_SENT
    assert ConnectionCheck(1, (), unsent=4).advice is Advice.NO_ANSWER
    assert ConnectionCheck(3, (40.0,) * 3, unsent=2).advice is Advice.GOOD


def test_numbers() -> None:
    check = ConnectionCheck(5, (100.0, 200.0, 600.0))
    assert (check.answered, check.average, check.worst) == (3, 300.0, 600.0)


def test_without_an_answer_there_are_no_numbers() -> None:
    check = ConnectionCheck(5, ())
    assert (check.answered, check.average, check.worst) == (0, None, None)


@given(times=TIMES, lost=st.integers(1, 5))
def test_a_lost_answer_is_never_good(times: list[float], lost: int) -> None:
    check = ConnectionCheck(len(times) + lost, tuple(times))
    assert check.advice in {Advice.WEAK, Advice.NO_ANSWER}


@given(times=TIMES.filter(bool))
def test_the_mean_lies_within(times: list[float]) -> None:
    check = ConnectionCheck(len(times), tuple(times))
    assert check.average is not None
    assert check.worst == max(times)
    assert min(times) - 1e-6 <= check.average <= max(times) + 1e-6
