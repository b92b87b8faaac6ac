"""Whose turn it is to send a command to a lock; that outlives a reload of the home."""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN


class CommandTurn:
    """One command to a lock at a time: the next one waits for the server's answer."""

    def __init__(self) -> None:
        """Initialize without a command that is out."""
        self._taken = asyncio.Lock()
        self._kept_until = 0.0

    async def async_take(self) -> None:
        """Wait for the turn, and take it."""
        await self._taken.acquire()
        try:
            await self._wait_for_the_unknown()
        except BaseException:
            self._taken.release()
            raise

    async def _wait_for_the_unknown(self) -> None:
        """Wait until a command whose answer nobody will hear is over."""
        left = self._kept_until - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    @callback
    def release(self) -> None:
        """Return the turn to the next command."""
        self._taken.release()

    @callback
    def keep(self, seconds: float) -> None:
        """Keep the turn for some seconds: a command is out that is not followed any more."""
        self._kept_until = asyncio.get_running_loop().time() + seconds


_TURNS: Final[HassKey[dict[str, CommandTurn]]] = HassKey(f"{DOMAIN}_turns")


@callback
def turn_of(hass: HomeAssistant, lock_id: str) -> CommandTurn:
    """Return the turn of a lock."""
    return hass.data.setdefault(_TURNS, {}).setdefault(lock_id, CommandTurn())
