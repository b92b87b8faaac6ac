"""A ping to a lock over the Matter server: one at a time; a late answer still counts."""

import asyncio
from datetime import datetime
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.connectivity import GIVEN_UP, LOST, PingReply
from ...matter import Failure, LinkError, LockCommands
from ...signals import Signal
from ..state import LockInfo
from .cache import ConnectionCache

_LOGGER = logging.getLogger(__name__)


class LockPing:
    """Pings one lock, and goes on listening when nobody waits any more."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        commands: LockCommands,
        memory: ConnectionCache,
    ) -> None:
        """Ping with these commands; `memory` knows of a ping from before a reload."""
        self._hass = hass
        self._lock = lock
        self._commands = commands
        self._memory = memory
        self._is_stopped = False
        self.late_at: datetime | None = None
        self.answered_late: Signal[float] = Signal()
        """Sends the seconds after which an answer came that nobody waited for."""

    @callback
    def async_stop(self) -> None:
        """Listen no more.

        What was sent is not cancelled: core's client may be about to take the answer.
        """
        self._is_stopped = True

    async def async_turn(self, patience: float | None = None) -> None:
        """Wait until no ping is out; after some seconds nobody waits for it any more."""
        while (out := self._memory.ping_out) is not None:
            await asyncio.wait({out}, timeout=patience)
            if not out.done():
                _LOGGER.debug("A ping that is out makes room for another one")
                out.set_result(None)
                self._memory.ping_out = None

    async def async_ping(self, patience: float) -> PingReply | None:
        """Wait some seconds for the answer, after any ping that is out.

        Returns None when it could not be sent.
        """
        await self.async_turn()
        out = self._memory.ping_out = self._hass.loop.create_future()
        asked = self._hass.loop.time()
        task = self._hass.async_create_background_task(
            self._ask(), "aqara_lock ping by the Matter server"
        )
        try:
            await asyncio.wait(
                {task, out}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            made_room = out.done()
            if not made_room:
                self._memory.ping_out = None
                out.set_result(None)
        if task.done():
            return task.result()

        @callback
        def came_late(task: asyncio.Task[PingReply | None]) -> None:
            if not task.cancelled():
                self._take_late(task.result(), self._hass.loop.time() - asked)

        task.add_done_callback(came_late)
        return GIVEN_UP if made_room else LOST

    async def _ask(self) -> PingReply | None:
        try:
            reply = await self._commands.async_ping()
        except LinkError as err:
            _LOGGER.debug("A ping failed: %s", err)
            return LOST if err.failure is Failure.UNREACHABLE else None
        # What answered may be the bridge, which says that the lock is away.
        is_denied = self._lock.is_bridged and self._lock.is_silent
        return LOST if is_denied else reply

    def _take_late(self, reply: PingReply | None, seconds: float) -> None:
        if reply is not None and reply.answered:
            self.late_at = dt_util.utcnow()
            if not self._is_stopped:
                self.answered_late.send(seconds)
