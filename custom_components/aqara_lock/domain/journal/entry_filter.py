"""Which lines of a journal somebody asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .activity import EntryKind, JournalEntry

GAP: Final = EntryKind.GAP.value
"""Asks for gap lines where the types are chosen: a gap has no type of its own."""
ATTEMPT: Final = EntryKind.ATTEMPT.value
"""Asks for commands that failed where the types are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Conditions that must all hold; an empty one always holds.

    `people` are casefolded names and person ids. A gap is shown where nothing was
    chosen: nobody knows what it hides.
    """

    types: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def choose(self, lines: Iterable[JournalEntry]) -> list[JournalEntry]:
        """Give the lines that fit, in their order."""
        return [line for line in lines if self.fits(line)]

    def fits(self, line: JournalEntry) -> bool:
        """Tell whether a line is asked for."""
        if not self._fits_time(line):
            return False
        if line.kind is EntryKind.GAP:
            return GAP in self.types or not (self.types or self.people)
        return self._fits_type(line) and self._fits_person(line)

    def _fits_time(self, line: JournalEntry) -> bool:
        end = line.until or line.occurred_at
        if self.since is not None and end < self.since:
            return False
        return self.until is None or line.occurred_at <= self.until

    def _fits_type(self, line: JournalEntry) -> bool:
        if line.kind is EntryKind.ATTEMPT:
            return not self.types or ATTEMPT in self.types
        return not self.types or line.type in self.types

    def _fits_person(self, line: JournalEntry) -> bool:
        if not self.people:
            return True
        who = line.attribution
        names = (who.person, who.person_id) if who else ()
        return any(name.casefold() in self.people for name in names if name)
