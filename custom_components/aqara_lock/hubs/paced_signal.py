"""A signal that is sent at once, and no more often than its listeners can bear."""

from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..domain.budget import Budget, Limit
from ..signals import Signal

AT_ONCE: Final = (Limit(20, timedelta(seconds=10)),)
"""Calls that are made at once; a home with twenty border routers starts without delay."""
PAUSE: Final = 1.0
"""Seconds after which calls beyond that are made together."""


class PacedSignal(Signal[()]):
    """Sends at once; many sends in a short time are made as one, a moment later."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nobody listening."""
        super().__init__()
        self._hass = hass
        self._budget = Budget(AT_ONCE)
        self._cancel: CALLBACK_TYPE | None = None
        self._is_stopped = False

    @callback
    @override
    def send(self) -> None:
        """Call every listener now or soon."""
        if self._cancel is not None or self._is_stopped:
            return
        if self._budget.take(self._hass.loop.time()):
            super().send()
            return
        self._cancel = async_call_later(self._hass, PAUSE, self._call)

    @callback
    def stop(self) -> None:
        """Call nobody any more."""
        self._is_stopped = True
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _call(self, _now: datetime) -> None:
        self._cancel = None
        super().send()
