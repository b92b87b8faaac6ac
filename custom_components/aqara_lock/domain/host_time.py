"""Whether the host's clock can be right, and what time it most likely is where it cannot."""

from datetime import datetime, timedelta
from typing import Final

FAR_AHEAD: Final = timedelta(days=30)
"""Nobody leaves Home Assistant off for so long without noticing; a clock without a battery jumps further."""
BELIEVED_AFTER: Final = 3600.0
"""Seconds after which a clock that is far ahead is believed though it is not synchronised."""


class HostTime:
    """Follows the host's clock by the last moment that was stored and by elapsed seconds.

    A clock that shows less than the last stored moment is behind. Elapsed seconds come
    from a clock that nobody sets.
    """

    def __init__(self) -> None:
        """Begin with a clock that is believed."""
        self._stored: datetime | None = None
        self._stored_synchronised = True
        self._believed: datetime | None = None
        self._believed_at = 0.0
        self._far_since: float | None = None
        self.synchronised: bool | None = None
        self.is_plausible = True

    def stored(self, at: datetime, *, synchronised: bool | None = None) -> None:
        """Take a moment that was stored, and whether the clock was synchronised then."""
        if self._stored is None:
            # What was believed before had nothing to be measured by.
            self._believed = None
        if self._stored is None or at > self._stored:
            self._stored = at
            self._stored_synchronised = synchronised is not False

    def read(self, wall: datetime, elapsed: float) -> datetime:
        """Return the time, from what the clock shows and seconds since any fixed moment."""
        if self.synchronised and not self._stored_synchronised:
            # The stored moment came from a clock that nobody had set yet.
            self._stored = None
        expected = self.expected(elapsed)
        self.is_plausible = self._can_be(wall, expected, elapsed)
        if self.is_plausible or expected is None:
            self._believe(wall, elapsed)
            return wall
        self._believe(expected, elapsed)
        return expected

    def _believe(self, at: datetime, elapsed: float) -> None:
        self._believed, self._believed_at = at, elapsed

    def expected(self, elapsed: float) -> datetime | None:
        """Return the least that it can be; None where nothing is known."""
        if self._believed is None:
            return self._stored
        passed = timedelta(seconds=max(0.0, elapsed - self._believed_at))
        believed = self._believed + passed
        return believed if self._stored is None else max(believed, self._stored)

    def _can_be(
        self, wall: datetime, expected: datetime | None, elapsed: float
    ) -> bool:
        if self._stored is not None and wall < self._stored:
            return False
        if expected is None or wall - expected <= FAR_AHEAD:
            self._far_since = None
            return True
        if self._far_since is None or elapsed < self._far_since:
            self._far_since = elapsed
        is_old = elapsed - self._far_since >= BELIEVED_AFTER
        return bool(self.synchronised) or is_old
