"""The connection check that a user asks for: some pings, and what they say."""

from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .connection_watch import ConnectionWatch
from .domain.budget import PING_PATIENCE, PINGS_ON_REQUEST
from .domain.evidence import PingSeries
from .domain.placement import ConnectionCheck
from .lock_ping import LockPing
from .messages import message
from .signal import Signal


class ConnectionChecker:
    """Runs checks and keeps the last result."""

    def __init__(
        self,
        hass: HomeAssistant,
        ping: LockPing,
        connections: ConnectionWatch,
    ) -> None:
        """Check with this ping, and pass on what it says of the connection."""
        self._hass = hass
        self._ping = ping
        self._connections = connections
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
        begun = dt_util.utcnow()
        asked = [
            await self._ping.async_ping(PING_PATIENCE) for _ in range(PINGS_ON_REQUEST)
        ]
        sent = [reply for reply in asked if reply is not None and reply.sent]
        times = tuple(x.milliseconds for x in sent if x.milliseconds is not None)
        untimed = sum(x.answered for x in sent) > len(times) or self._came_late(begun)
        self.series = None
        if sent and not untimed:
            self.series = PingSeries(at=begun, sent=len(sent), times=times)
        self.result = ConnectionCheck(PINGS_ON_REQUEST, times, untimed)
        self.checked_at = dt_util.utcnow()
        self.changed.send()
        self._pass_on(heard=untimed)
        return self.result

    def _pass_on(self, *, heard: bool) -> None:
        """Say what the check means for the connection."""
        if heard:
            self._connections.sign_of_life()
        elif self.series is not None:
            self._connections.checked(self.series)

    def advice(self, name: str) -> str:
        """Say what the last check means for the place of the hub; empty without one."""
        if (result := self.result) is None:
            return ""
        return message(
            self._hass,
            f"check_{result.advice}",
            name=name,
            answered=str(result.answered),
            sent=str(result.sent),
        )

    def _came_late(self, begun: datetime) -> bool:
        late_at = self._ping.late_at
        return late_at is not None and late_at >= begun
