"""What the diagnosis wants to know of a journal; pages without news are counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ...domain.attribution import Method
from ...domain.diagnosis import LocalOperations
from ...domain.journal import (
    MOVES,
    EntryKind,
    JournalEntry,
    OwnFabricAct,
    Page,
    own_fabric_acts,
)

LOCAL_METHODS_NOBODY_DOES: Final = frozenset(
    {Method.REMOTE, Method.AUTO, Method.SCHEDULE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCounts:
    """Lines since the last restart by kind, operations at the door, and by our fabric."""

    silent_changes: int
    operations: int
    local: LocalOperations
    own_fabric: tuple[OwnFabricAct, ...]


@dataclass(frozen=True, slots=True)
class _OfPage:
    """Counts of one page; of kinds only from `earliest` on."""

    earliest: datetime
    latest: datetime
    silent_changes: int
    operations: int
    local: LocalOperations


def count_entries(pages: Sequence[Page], restarted_at: datetime | None) -> EntryCounts:
    """Count the lines of a journal."""
    counted = [page.of(_count) for page in pages]
    local = [found.local for found in counted]
    kinds = [kind for page in pages for kind in _kinds_since(page, restarted_at)]
    return EntryCounts(
        silent_changes=sum(silent for silent, _ in kinds),
        operations=sum(operations for _, operations in kinds),
        local=LocalOperations(
            total=sum(found.total for found in local),
            nameless=sum(found.nameless for found in local),
        ),
        own_fabric=tuple(act for page in pages for act in page.of(own_fabric_acts)),
    )


def _kinds_since(page: Page, restarted_at: datetime | None) -> list[tuple[int, int]]:
    """Count changes of state and events since a restart, line by line only around it."""
    counted = page.of(_count)
    if restarted_at is None or counted.latest < restarted_at:
        return []
    if counted.earliest >= restarted_at:
        return [(counted.silent_changes, counted.operations)]
    since = [line.kind for line in page.lines if line.occurred_at >= restarted_at]
    return [(since.count(EntryKind.UNEXPLAINED), since.count(EntryKind.EVENT))]


def _count(lines: tuple[JournalEntry, ...]) -> _OfPage:
    kinds = [line.kind for line in lines]
    times = [line.occurred_at for line in lines]
    return _OfPage(
        earliest=min(times),
        latest=max(times),
        silent_changes=kinds.count(EntryKind.UNEXPLAINED),
        operations=kinds.count(EntryKind.EVENT),
        local=_local_operations(lines),
    )


def _local_operations(lines: tuple[JournalEntry, ...]) -> LocalOperations:
    told = [
        line.attribution
        for line in lines
        if line.kind is EntryKind.EVENT
        and line.type in MOVES
        and line.attribution is not None
        and line.attribution.method not in LOCAL_METHODS_NOBODY_DOES
    ]
    nameless = sum(
        who.method is Method.UNKNOWN and who.user_index is None for who in told
    )
    return LocalOperations(total=len(told), nameless=nameless)
