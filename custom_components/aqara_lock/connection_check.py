"""The connection check that a user asks for: some pings, and what they say."""

from collections.abc import Awaitable, Callable
from datetime import datetime
import time
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .domain.budget import PINGS_ON_REQUEST
from .domain.evidence import PingSeries
from .domain.placement import ConnectionCheck
from .signal import Signal

MS: Final = 1000


class ConnectionChecker:
    """Runs checks and keeps the last result."""

    def __init__(self, ping: Callable[[], Awaitable[bool | None]]) -> None:
        """Check with this ping; it gives None when it could not be sent."""
        self._ping = ping
        self.result: ConnectionCheck | None = None
        self.checked_at: datetime | None = None
        self.series: PingSeries | None = None
        self.changed: Signal[()] = Signal()

    @callback
    def remember(self, result: ConnectionCheck, checked_at: datetime) -> None:
        """Take the last check from before a restart."""
        self.result, self.checked_at = result, checked_at

    async def async_check(self) -> ConnectionCheck:
        """Ping a few times, one after the other."""
        times: list[float] = []
        begun, sent = dt_util.utcnow(), 0
        for _ in range(PINGS_ON_REQUEST):
            started = time.monotonic()
            answered = await self._ping()
            sent += answered is not None
            if answered:
                times.append((time.monotonic() - started) * MS)
        self.series = _series(begun, sent, times)
        self.result = ConnectionCheck(PINGS_ON_REQUEST, tuple(times))
        self.checked_at = dt_util.utcnow()
        self.changed.send()
        return self.result


def _series(begun: datetime, sent: int, times: list[float]) -> PingSeries | None:
    """Give the pings that went out; None when none of them could be sent."""
    return PingSeries(at=begun, sent=sent, times=tuple(times)) if sent else None
