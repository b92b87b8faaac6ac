"""Denied attempts in a row, folded into one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..attribution import Method
from .activity import ActivityType, JournalEntry

DENIED_WINDOW: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class DeniedGroup:
    """Denied attempts of one kind in a row, within two minutes."""

    lines: tuple[JournalEntry, ...]

    @property
    def count(self) -> int:
        """Number of attempts."""
        return len(self.lines)

    @property
    def first_at(self) -> datetime:
        """Time of the first attempt."""
        return self.lines[0].occurred_at

    @property
    def last_at(self) -> datetime:
        """Time of the last attempt."""
        return self.lines[-1].occurred_at


def group_denied(
    lines: Sequence[JournalEntry], window: timedelta = DENIED_WINDOW
) -> list[JournalEntry | DeniedGroup]:
    """Fold denied attempts in a row into groups; a single one stays a line."""
    grouped = (_folded(run) for run in _runs(lines, window))
    return [item for run in grouped for item in run]


def _runs(
    lines: Sequence[JournalEntry], window: timedelta
) -> Iterator[list[JournalEntry]]:
    run: list[JournalEntry] = []
    for line in lines:
        if run and not continues_denial(run[0], line, window):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def continues_denial(
    first: JournalEntry, line: JournalEntry, window: timedelta = DENIED_WINDOW
) -> bool:
    """Return whether a line is one more attempt of the same kind as the first."""
    if _denied_kind(first) is None or _denied_kind(first) != _denied_kind(line):
        return False
    return abs(line.occurred_at - first.occurred_at) <= window


def _denied_kind(line: JournalEntry) -> tuple[object, ...] | None:
    if line.type is not ActivityType.DENIED:
        return None
    who = line.attribution
    if who is None:
        return (Method.UNKNOWN, line.reason)
    return (who.method, line.reason, who.user_index, who.person)


def _folded(run: list[JournalEntry]) -> list[JournalEntry | DeniedGroup]:
    if len(run) == 1:
        return [run[0]]
    return [DeniedGroup(tuple(run))]
