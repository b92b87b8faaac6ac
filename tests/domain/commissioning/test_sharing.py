"""A sharing code that nobody used: told after its window closed, for an hour."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.sharing import (
    LONGEST_WINDOW,
    SharingHistory,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import Sharing
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.home import NOW, ago, home, lock

NODE = 8

type Report = tuple[float, bool | None, int | None]
"""Seconds since the first report, whether the window is open, how many apps there are."""


def told(*reports: Report, before: SharingHistory | None = None) -> SharingHistory:
    """Let a lock report one thing after the other."""
    history = before or SharingHistory()
    for seconds, is_open, apps in reports:
        history = history.seen(
            node=NODE, is_open=is_open, apps=apps, at=moment(seconds)
        )
    return history


def moment(seconds: float) -> datetime:
    """Give a moment by the seconds since the first report."""
    return NOW + timedelta(seconds=seconds)


def test_window_that_closes_without_a_joiner_was_for_nothing() -> None:
    history = told((0, False, 2), (60, True, 2), (240, False, 2))
    assert history.missed_at == moment(240)


@pytest.mark.parametrize(
    "reports",
    [
        [(0, False, 2), (60, True, 2), (90, True, 3), (91, False, 3)],
        [(0, False, 2), (60, True, 2), (91, False, 2), (91, False, 3)],
        [(0, False, 2), (59, False, 3), (60, True, 3), (61, False, 3)],
        [(0, False, 2), (60, True, 2), (91, False, 3), (99, False, 2)],
        [(0, False, 2), (60, True, 2), (240, False, 2), (900, False, 3)],
    ],
    ids=["then closed", "told late", "told early", "another left", "by the next code"],
)
def test_an_app_that_joined_used_the_code(reports: list[Report]) -> None:
    assert told(*reports).missed_at is None


def test_an_app_that_did_not_get_to_the_end_has_not_joined() -> None:
    history = told((0, False, 2), (9, True, 2), (30, True, 3), (90, True, 2))
    assert told((180, False, 2), before=history).missed_at == moment(180)


def test_an_app_that_joined_long_before_has_not_used_this_code() -> None:
    joined = told((0, False, 2), (9, True, 2), (30, False, 3))
    again = told((3600, True, 3), (3780, False, 3), before=joined)
    assert again.missed_at == moment(3780)


@pytest.mark.parametrize(
    "reports",
    [
        [(0, False, 2)],
        [(0, False, 2), (60, True, 2)],
        [(0, True, 2), (180, False, 2)],
        [(0, False, None), (60, True, None), (240, False, None)],
        [(0, False, 2), (60, True, 2), (240, False, 2), (250, True, 2)],
        [(0, False, 2), (60, True, 2), (240, None, 2)],
    ],
    ids=["never", "still open", "opening unseen", "uncounted", "open again", "unsaid"],
)
def test_nothing_is_said_of_a_code_that_may_live_or_have_been_used(
    reports: list[Report],
) -> None:
    assert told(*reports).missed_at is None


def test_a_window_that_closed_unseen_closed_in_its_time() -> None:
    history = told((0, False, 2), (60, True, 2), (86_400, False, 2))
    assert history.missed_at == moment(60) + LONGEST_WINDOW


def test_a_lock_that_was_taken_in_anew_may_have_been_by_this_code() -> None:
    opened = told((0, False, 2), (60, True, 2))
    again = opened.seen(node=NODE + 1, is_open=False, apps=2, at=moment(90))
    assert again.missed_at is None


REPORTS = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.none() | st.booleans(),
        st.none() | st.integers(1, 5),
    ),
    max_size=8,
)


@given(REPORTS)
def test_what_was_seen_outlives_a_restart(reports: list[Report]) -> None:
    history = told(*sorted(reports, key=lambda report: report[0]))
    assert SharingHistory.from_dict(history.as_dict()) == history


@given(REPORTS, st.integers(1, 5))
def test_a_joiner_ends_the_notice_whatever_was_before(
    reports: list[Report], apps: int
) -> None:
    history = told(*sorted(reports, key=lambda report: report[0]))
    history = told((4001, None, apps), (4002, None, apps + 1), before=history)
    assert history.missed_at is None


def test_damage_names_the_field() -> None:
    with pytest.raises(ValueError, match="opened_at"):
        SharingHistory.from_dict({"opened_at": "yesterday"})
    with pytest.raises(ValueError, match="is_open"):
        SharingHistory.from_dict({"is_open": 1})


@pytest.mark.parametrize(
    ("span", "is_told"),
    [({"seconds": 5}, False), ({"seconds": 31}, True), ({"hours": 2}, False)],
)
def test_the_notice_waits_for_a_joiner_and_goes_by_itself(
    span: dict[str, float], is_told: bool
) -> None:
    missed = Sharing(window_open=False, missed_at=ago(**span))
    assert ("sharing_code_expired" in _found(missed)) is is_told
    assert "sharing_code_expired" not in _found(replace(missed, window_open=True))


def _found(sharing: Sharing) -> set[str]:
    findings = diagnose(home(lock(sharing=sharing)), NOW).findings
    return {finding.id for finding in findings}
