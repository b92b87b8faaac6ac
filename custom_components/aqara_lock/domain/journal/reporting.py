"""Whether a lock says who operated it, judged by what it has really said."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from ..doorlock import OperationSource
from .activity import MOVES, OPENINGS, EntryKind, JournalEntry
from .pages import Page

TELLING: Final = frozenset(
    {
        OperationSource.KEYPAD,
        OperationSource.RFID,
        OperationSource.BIOMETRIC,
        OperationSource.ALIRO,
    }
)
"""Sources whose operation always has a user that the lock could name."""


LOCAL: Final = TELLING | {
    OperationSource.MANUAL,
    OperationSource.AUTO,
    OperationSource.BUTTON,
    OperationSource.SCHEDULE,
}
"""Sources of operations at the door itself."""


class ReportsWho(StrEnum):
    """Whether a lock says who operated it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_SEEN_YET = "not_seen_yet"


def reports_who(pages: Iterable[Page]) -> ReportsWho:
    """Say whether this lock names users, from its own reports of local operations."""
    told = set[bool]().union(*(page.of(_said) for page in pages))
    if len(told) > 1:
        return ReportsWho.PARTLY
    if not told:
        return ReportsWho.NOT_SEEN_YET
    return ReportsWho.YES if told.pop() else ReportsWho.NO


def tells_local_operations(pages: Iterable[Page]) -> bool:
    """Tell whether this lock has ever reported an operation at the door."""
    return any(page.of(_is_local) for page in pages)


def _is_local(lines: tuple[JournalEntry, ...]) -> bool:
    return any(
        line.kind is EntryKind.EVENT
        and line.attribution is not None
        and line.attribution.source in LOCAL
        for line in lines
    )


def _said(lines: tuple[JournalEntry, ...]) -> frozenset[bool]:
    said = (_says_who(line) for line in lines)
    return frozenset(says for says in said if says is not None)


def _says_who(line: JournalEntry) -> bool | None:
    """Judge a line; None where nobody could be expected to be named."""
    who = line.attribution
    if line.kind is not EntryKind.EVENT or line.type not in MOVES or who is None:
        return None
    if who.source in TELLING:
        return who.user_index is not None or who.credential_index is not None
    if who.source not in (None, OperationSource.UNSPECIFIED):
        return None
    if who.user_index is not None or who.credential_index is not None:
        return True
    return False if line.type in OPENINGS else None
