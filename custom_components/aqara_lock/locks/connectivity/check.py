"""The connection check that a user asks for: some pings, and what they say."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...domain.budget import CHECKS_ON_REQUEST, PING_PATIENCE, PINGS_ON_REQUEST
from ...domain.connectivity import ConnectionCheck, PingReply
from ...domain.diagnosis import PingSeries
from ...host_clock import host_clock
from ...signals import Signal
from ...texts import check_text
from .cache import ConnectionCache
from .monitor import ConnectionMonitor
from .ping import LockPing

MINUTE: Final = 60


class CheckLimitError(HomeAssistantError):
    """The lock was checked often enough in this hour."""


class CheckEndedError(HomeAssistantError):
    """The home was unloaded before the check had a result."""

    def __init__(self) -> None:
        """Say that it may be asked for again."""
        super().__init__(translation_domain=DOMAIN, translation_key="check_ended")


class ConnectionChecker:
    """Runs checks and keeps the last result."""

    def __init__(
        self,
        hass: HomeAssistant,
        memory: ConnectionCache,
        ping: LockPing,
        connections: ConnectionMonitor,
    ) -> None:
        """Check with this ping, and pass on what it says of the connection."""
        self._hass = hass
        self._memory = memory
        self._ping = ping
        self._connections = connections
        self._running: asyncio.Task[ConnectionCheck] | None = None
        self._is_stopped = False
        self.result: ConnectionCheck | None = None
        self.checked_at: datetime | None = None
        self.changed: Signal[()] = Signal()

    @callback
    def remember(self, result: ConnectionCheck, checked_at: datetime) -> None:
        """Take the last check from before a restart."""
        self.result, self.checked_at = result, checked_at

    @callback
    def async_stop(self) -> None:
        """End a check that runs: nothing is sent any more, and who waits is told so."""
        self._is_stopped = True
        if self._running is not None:
            self._running.cancel()

    async def async_check(self) -> ConnectionCheck:
        """Ping a few times, one after the other; who asks meanwhile shares the result.

        Raises CheckLimitError, and CheckEndedError where the home is unloaded.
        """
        if self._is_stopped:
            raise CheckEndedError
        if self._running is None or self._running.done():
            self._spend_one()
            self._running = self._hass.async_create_task(
                self._check(), "aqara_lock connection check"
            )
        running = self._running
        # Who stops waiting does not end the check: others may share it.
        await asyncio.wait({running})
        if running.cancelled():
            raise CheckEndedError
        return running.result()

    def _spend_one(self) -> None:
        now, budget = self._hass.loop.time(), self._memory.checks
        if budget.take(now):
            return
        minutes = max(1, round(budget.wait(now) / MINUTE))
        raise CheckLimitError(
            translation_domain=DOMAIN,
            translation_key="check_limit",
            translation_placeholders={
                "most": str(CHECKS_ON_REQUEST),
                "minutes": str(minutes),
            },
        )

    async def _check(self) -> ConnectionCheck:
        begun = dt_util.utcnow()
        replies = [await self._ask() for _ in range(PINGS_ON_REQUEST)]
        sent = [x for x in replies if x is not None and x.sent and x.waited]
        result = self.result = self._judge(begun, sent)
        self.checked_at = host_clock(self._hass).now()
        self.changed.send()
        if result.sent and not result.untimed and not result.masked:
            series = PingSeries(at=begun, sent=result.sent, times=result.times)
            self._connections.checked(series)
        return result

    async def _ask(self) -> PingReply | None:
        """Ping once; an answer is told at once, for somebody may wait for it."""
        reply = await self._ping.async_ping(PING_PATIENCE)
        if reply is not None and reply.answered:
            self._connections.ping_answered()
        return reply

    def _judge(self, begun: datetime, sent: Sequence[PingReply]) -> ConnectionCheck:
        """Count; of the answers that came late at least one is known."""
        times = tuple(x.milliseconds for x in sent if x.milliseconds is not None)
        masked = sum(reply.masked for reply in sent)
        untimed = sum(reply.answered for reply in sent) - len(times) - masked
        lost = len(sent) - len(times) - masked - untimed
        late = bool(lost) and self._came_late(begun)
        return ConnectionCheck(
            sent=len(sent),
            times=times,
            untimed=untimed + late,
            unsent=PINGS_ON_REQUEST - len(sent),
            masked=masked,
            proves_nothing=lost == len(sent) > 0
            and self._connections.proves_nothing(begun),
        )

    def advice(self, name: str, *, bridged: bool) -> str:
        """Say what the last check means for the place of the hub; empty without one."""
        if self.result is None:
            return ""
        return check_text(self._hass, name, self.result, bridged=bridged)

    def _came_late(self, begun: datetime) -> bool:
        late_at = self._ping.late_at
        return late_at is not None and late_at >= begun
