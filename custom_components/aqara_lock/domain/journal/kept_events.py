"""Whether a lock that was out of reach has delivered every event that it recorded meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

NOTICED_WITHIN: Final = timedelta(minutes=14)
"""How long a Matter server may take to notice that a lock is away: 10 min 38 s are reported
of python-matter-server's subscriptions, and it tries three minutes more."""


@dataclass(slots=True)
class KeptEvents:
    """The numbers of a node's events, over every cluster, on one link to it.

    A lock that cannot deliver keeps a few events and drops the oldest of them. Numbers
    rise by one for each event, so that a jump after an absence shows what was dropped. A
    jump without an absence shows nothing: a node does not tell every event to everybody.

    `highest` is None before the first event. `heard_at` is the last report. `left_at`: after
    that, events may be missing until the next one comes; None while the lock is there.
    """

    highest: int | None = None
    heard_at: datetime | None = None
    left_at: datetime | None = None

    def heard(self, at: datetime) -> None:
        """Take a report of the lock."""
        self.heard_at = at

    def left(self, at: datetime, recorded_until: datetime | None = None) -> None:
        """Take that the lock is found to be away, which it may be for a while already.

        `recorded_until` is when the record stopped, where it has: nobody listened since.
        """
        earliest = min(at, recorded_until or at) - NOTICED_WITHIN
        since = max(earliest, self.heard_at or earliest)
        if self.left_at is None or (self.heard_at or earliest) > self.left_at:
            self.left_at = since

    def missing_before(
        self, number: int, known: int | None = None, *, is_settled: bool = False
    ) -> datetime | None:
        """Take an event; returns since when others may be missing before it.

        None if none are. `known` is the last number on record, for a lock that said
        nothing on this link yet. `is_settled`: the lock has delivered what it kept.

        Without any number before it, the first one proves nothing: it may be the last of
        many. A lock that keeps some of what happened delivers it when it is back, so that
        nothing happened where the first event comes long after that.
        """
        before = known if self.highest is None else self.highest
        if before is not None and number <= before:
            return None
        self.highest = number
        left_at, self.left_at = self.left_at, None
        if before is None:
            return None if is_settled else left_at
        return left_at if number > before + 1 else None

    def shift(self, by: timedelta) -> None:
        """Move what was noted along with a clock that was set."""
        if self.heard_at is not None:
            self.heard_at += by
        if self.left_at is not None:
            self.left_at += by

    def restart(self, number: int | None = None) -> None:
        """Take that numbers go on from another one, or that nobody knows from where."""
        self.highest, self.left_at = number, None
