"""The connection check that a user asks for: some pings, and what they say."""

from collections.abc import Awaitable, Callable
from datetime import datetime
import time
from typing import Final

from homeassistant.util import dt as dt_util

from .domain.budget import PINGS_ON_REQUEST
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
        self.changed: Signal[()] = Signal()

    async def async_check(self) -> ConnectionCheck:
        """Ping a few times, one after the other."""
        times: list[float] = []
        for _ in range(PINGS_ON_REQUEST):
            started = time.monotonic()
            if await self._ping():
                times.append((time.monotonic() - started) * MS)
        self.result = ConnectionCheck(PINGS_ON_REQUEST, tuple(times))
        self.checked_at = dt_util.utcnow()
        self.changed.send()
        return self.result
