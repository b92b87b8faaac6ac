"""Which lines somebody asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.attribution.ladder import Attribution
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    EntryKind,
    GapReason,
    JournalEntry,
)
from custom_components.aqara_lock.domain.journal.entry_filter import EntryFilter

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA = JournalEntry(
    key="e0.0.1",
    occurred_at=NOON,
    type=ActivityType.UNLOCKED,
    attribution=Attribution(person="Anna", person_id="01ABC", user_name="Ben"),
)
NOBODY = JournalEntry(key="e0.0.2", occurred_at=NOON, type=ActivityType.LOCKED)
GAP = JournalEntry(
    key="g1",
    occurred_at=NOON - HOUR,
    until=NOON,
    kind=EntryKind.GAP,
    gap_reason=GapReason.UNKNOWN,
)


def test_nothing_asked_gives_everything_in_order() -> None:
    assert EntryFilter().choose([GAP, ANNA, NOBODY]) == [GAP, ANNA, NOBODY]


@pytest.mark.parametrize("name", ["anna", "01abc"])
def test_person_by_name_or_id(name: str) -> None:
    assert EntryFilter(people=frozenset({name})).choose([ANNA, NOBODY, GAP]) == [ANNA]


def test_the_name_in_the_lock_is_not_the_person_it_is_bound_to() -> None:
    assert EntryFilter(people=frozenset({"ben"})).choose([ANNA]) == []


def test_types_and_gaps() -> None:
    assert EntryFilter(types=frozenset({"locked"})).choose([ANNA, NOBODY, GAP]) == [
        NOBODY
    ]
    assert EntryFilter(types=frozenset({"gap"})).choose([ANNA, GAP]) == [GAP]


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        (NOON, NOON, True),
        (NOON + HOUR, None, False),
        (None, NOON - HOUR, False),
        (NOON - HOUR, NOON + HOUR, True),
    ],
)
def test_time_has_both_ends_in_it(
    since: datetime | None, until: datetime | None, fits: bool
) -> None:
    assert EntryFilter(since=since, until=until).fits(ANNA) is fits


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        (NOON - HOUR / 2, None, True),
        (None, NOON - HOUR / 2, True),
        (NOON + HOUR, None, False),
        (None, NOON - 2 * HOUR, False),
    ],
)
def test_gap_is_shown_where_it_touches_the_time(
    since: datetime | None, until: datetime | None, fits: bool
) -> None:
    assert EntryFilter(since=since, until=until).fits(GAP) is fits
