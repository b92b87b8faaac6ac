"""A lock that keeps a few events only: what it dropped shows in the numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.journal.kept_events import (
    NOTICED_WITHIN,
    KeptEvents,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    """Give a moment before now."""
    return NOW - timedelta(seconds=seconds)


def away(highest: int = 7, heard: float = 60) -> KeptEvents:
    """Give the events of a lock that was heard so many seconds before it was found away."""
    kept = KeptEvents()
    kept.missing_before(highest)
    kept.heard(ago(heard))
    kept.left(NOW)
    return kept


@pytest.mark.parametrize(
    ("number", "since"), [(8, None), (9, ago(60)), (40, ago(60)), (7, None), (3, None)]
)
def test_only_a_jump_over_numbers_shows_that_events_were_dropped(
    number: int, since: datetime | None
) -> None:
    assert away().missing_before(number) == since


def test_only_the_first_event_after_an_absence_is_judged() -> None:
    kept = away()
    assert kept.missing_before(8) is None
    assert kept.missing_before(20) is None


def test_a_replay_does_not_take_the_place_of_the_first_event() -> None:
    kept = away()
    assert kept.missing_before(6) is None
    assert kept.missing_before(20) == ago(60)


def test_a_jump_without_an_absence_shows_nothing() -> None:
    kept = KeptEvents()
    assert kept.missing_before(7) is None
    assert kept.missing_before(20) is None


def test_what_is_missing_began_no_earlier_than_a_server_may_notice_late() -> None:
    assert away(heard=7200).missing_before(20) == NOW - NOTICED_WITHIN
    unheard = KeptEvents(highest=7)
    unheard.left(NOW)
    assert unheard.missing_before(20) == NOW - NOTICED_WITHIN


def test_an_absence_that_is_told_again_begins_no_later() -> None:
    kept = away()
    kept.left(NOW + timedelta(hours=1))
    assert kept.missing_before(20) == ago(60)


def test_a_further_absence_begins_with_the_last_report() -> None:
    kept = away()
    kept.heard(NOW + timedelta(minutes=30))
    kept.left(NOW + timedelta(minutes=31))
    assert kept.missing_before(20) == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("number", [None, 5000])
def test_numbers_that_begin_anew_show_nothing_of_before(number: int | None) -> None:
    kept = away()
    kept.restart(number)
    assert kept.missing_before(5001) is None
    assert kept.missing_before(5003) is None


@pytest.mark.parametrize(("base", "since"), [(None, ago(60)), (5000, None)])
def test_first_number_after_an_absence_proves_nothing_without_one_before(
    base: int | None, since: datetime | None
) -> None:
    kept = KeptEvents(heard_at=ago(60))
    kept.restart(base)
    kept.left(NOW)
    assert kept.missing_before(5001) == since
    assert kept.missing_before(5002) is None


@pytest.mark.parametrize(("number", "since"), [(8, None), (9, ago(60))])
def test_first_number_long_after_an_absence_proves_that_nothing_was_kept(
    number: int, since: datetime | None
) -> None:
    """Without a number before it; a jump over numbers shows what was dropped all the same."""
    unnumbered = KeptEvents(heard_at=ago(60))
    unnumbered.left(NOW)
    assert unnumbered.missing_before(number, is_settled=True) is None
    assert unnumbered.left_at is None
    assert away().missing_before(number, is_settled=True) == since


def test_absence_begins_no_later_than_the_record_stopped() -> None:
    """An absence that is found at the start may have begun while nobody listened."""
    kept = KeptEvents(highest=7)
    kept.left(NOW, recorded_until=ago(7200))
    assert kept.missing_before(20) == ago(7200) - NOTICED_WITHIN


def test_absence_begins_no_earlier_than_the_last_report_though_the_record_stopped() -> (
    None
):
    kept = KeptEvents(highest=7, heard_at=ago(7300))
    kept.left(NOW, recorded_until=ago(7200))
    assert kept.missing_before(20) == ago(7300)


def test_record_that_stops_ahead_of_the_clock_begins_no_absence_later() -> None:
    kept = KeptEvents(highest=7)
    kept.left(NOW, recorded_until=NOW + timedelta(hours=3))
    assert kept.missing_before(20) == NOW - NOTICED_WITHIN


@pytest.mark.parametrize(("number", "since"), [(8, None), (9, ago(60))])
def test_the_last_number_on_record_counts_before_anything_was_said(
    number: int, since: datetime | None
) -> None:
    kept = KeptEvents(heard_at=ago(60))
    kept.left(NOW)
    assert kept.missing_before(number, known=7) == since
