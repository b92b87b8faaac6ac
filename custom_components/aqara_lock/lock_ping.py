"""A ping to a lock over the Matter server; an answer that comes late still counts."""

import asyncio
from collections.abc import Callable
from datetime import datetime
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .domain.ping import LOST, PingReply
from .matter.commands import LockCommands
from .matter.errors import Failure, LinkError

_LOGGER = logging.getLogger(__name__)


class LockPing:
    """Pings one lock, and goes on listening when nobody waits any more."""

    def __init__(
        self,
        hass: HomeAssistant,
        commands: LockCommands,
        is_denied: Callable[[], bool],
        heard_late: Callable[[], None],
    ) -> None:
        """Ping with these commands.

        `is_denied` tells that an answer is that of a bridge, which says the lock is away.
        """
        self._hass = hass
        self._commands = commands
        self._is_denied = is_denied
        self._heard_late = heard_late
        self.late_at: datetime | None = None

    @callback
    def async_stop(self) -> None:
        """Listen no more.

        What was sent is not cancelled: core's client may be about to take the answer.
        """
        self._heard_late = _nobody

    async def async_ping(self, patience: float) -> PingReply | None:
        """Wait some seconds for the answer; gives None when it could not be sent."""
        task = self._hass.async_create_background_task(
            self._ask(), "aqara_lock ping by the Matter server"
        )
        done, _ = await asyncio.wait({task}, timeout=patience)
        if done:
            return task.result()
        task.add_done_callback(self._came_late)
        return LOST

    async def _ask(self) -> PingReply | None:
        try:
            reply = await self._commands.async_ping()
            return LOST if self._is_denied() else reply
        except LinkError as err:
            _LOGGER.debug("A ping failed: %s", err)
            return LOST if err.failure is Failure.UNREACHABLE else None

    @callback
    def _came_late(self, task: asyncio.Task[PingReply | None]) -> None:
        if task.cancelled():
            return
        if (reply := task.result()) is not None and reply.answered:
            self.late_at = dt_util.utcnow()
            self._heard_late()


def _nobody() -> None:
    """Stand for who listened, after the end."""
