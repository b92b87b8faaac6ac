"""What the diagnosis counts in a journal."""

from datetime import UTC, datetime

import pytest

from custom_components.aqara_lock.domain.attribution.ladder import Attribution, Method
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    JournalEntry,
)
from custom_components.aqara_lock.domain.journal.pages import Page
from custom_components.aqara_lock.locks.state.entry_counter import count_entries

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)


def line(kind: ActivityType, method: Method = Method.UNKNOWN) -> JournalEntry:
    """Give a line that names nobody."""
    return JournalEntry(
        key="e0.0.1",
        occurred_at=NOW,
        type=kind,
        attribution=Attribution(method=method),
    )


def test_operation_that_names_nobody_is_counted() -> None:
    lines = (line(ActivityType.UNLOCKED), line(ActivityType.UNLOCKED, Method.PIN))
    found = count_entries((Page(lines),), None).local
    assert (found.total, found.nameless) == (2, 1)


@pytest.mark.parametrize("kind", [ActivityType.USER_CHANGED, ActivityType.DENIED])
def test_what_nobody_can_be_named_for_is_no_operation(kind: ActivityType) -> None:
    """A change of the users stood for an operation whose user the lock kept back."""
    assert count_entries((Page((line(kind),)),), None).local.total == 0
