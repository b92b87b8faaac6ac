"""The connection check that a user asks for: some pings, and what they say."""

from collections.abc import Sequence
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .check_text import check_text
from .connection_watch import ConnectionWatch
from .domain.budget import PING_PATIENCE, PINGS_ON_REQUEST
from .domain.evidence import PingSeries
from .domain.ping import PingReply
from .domain.placement import ConnectionCheck
from .lock_ping import LockPing
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
        self.result = self._judge(begun, sent)
        self.checked_at = dt_util.utcnow()
        self.changed.send()
        self._pass_on(begun, self.result)
        return self.result

    def _judge(self, begun: datetime, sent: Sequence[PingReply]) -> ConnectionCheck:
        """Count; of the answers that came late at least one is known."""
        times = tuple(x.milliseconds for x in sent if x.milliseconds is not None)
        untimed = sum(reply.answered for reply in sent) - len(times)
        late = len(times) + untimed < len(sent) and self._came_late(begun)
        return ConnectionCheck(
            sent=len(sent),
            times=times,
            untimed=untimed + late,
            unsent=PINGS_ON_REQUEST - len(sent),
        )

    def _pass_on(self, begun: datetime, result: ConnectionCheck) -> None:
        """Say what the check means for the connection; unsent pings mean nothing."""
        if result.untimed:
            self._connections.sign_of_life()
        elif result.sent:
            series = PingSeries(at=begun, sent=result.sent, times=result.times)
            self._connections.checked(series)

    def advice(self, name: str, *, bridged: bool) -> str:
        """Say what the last check means for the place of the hub; empty without one."""
        if self.result is None:
            return ""
        return check_text(self._hass, name, self.result, bridged=bridged)

    def _came_late(self, begun: datetime) -> bool:
        late_at = self._ping.late_at
        return late_at is not None and late_at >= begun
