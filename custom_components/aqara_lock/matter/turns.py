"""What can wait for a moment: one after the other, each in a turn of the event loop of its own."""

from collections import deque
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)


class Turns:
    """Calls what waits, in order, and lets the event loop run everything else in between."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Wait for the first."""
        self._hass = hass
        self._waiting: deque[Callable[[], None]] = deque()

    @callback
    def add(self, call: Callable[[], None]) -> None:
        """Call this after everything that waits already."""
        if not self._waiting:
            self._hass.loop.call_soon(self._next)
        self._waiting.append(call)

    @callback
    def _next(self) -> None:
        """Call the next; one that fails keeps nobody else waiting."""
        try:
            self._waiting[0]()
        except Exception:
            _LOGGER.exception("What a Matter server said of a lock was not handled")
        self._waiting.popleft()
        if self._waiting:
            self._hass.loop.call_soon(self._next)


_TURNS: Final[HassKey[Turns]] = HassKey(f"{DOMAIN}_matter_turns")


@callback
def turns_of(hass: HomeAssistant) -> Turns:
    """Return the turns that all locks of this Home Assistant share."""
    return hass.data.setdefault(_TURNS, Turns(hass))
