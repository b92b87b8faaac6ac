"""Tells duress to the trigger, and sees to it that somebody listens."""

from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...domain.attribution import Attribution, Duress, duress, is_duress
from ...domain.doorlock import ReceivedEvent
from ..state import LockInfo
from .clock import LockClock

LISTENING_AFTER: Final = 10.0
"""Seconds that automations get to listen to a lock after a start or a reload."""


class DuressNotifier:
    """Passes on what happens now at once, and what was missed when all is started."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        clock: LockClock,
    ) -> None:
        """Initialize without a notice that waits."""
        self._hass = hass
        self._lock = lock
        self._clock = clock
        self._waiting: list[Duress] = []
        self._start: CALLBACK_TYPE | None = None
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def async_stop(self) -> None:
        """Cancel what waits to be told."""
        self._waiting.clear()
        for cancel in (self._start, self._timer):
            if cancel is not None:
                cancel()
        self._start = self._timer = None

    @callback
    def take(self, received: ReceivedEvent, who: Attribution | None) -> None:
        """Handle an event, also one that was missed: somebody may need help."""
        index, directory = (
            who.user_index if who else None,
            self._lock.store.memory.directory,
        )
        user = directory.user(index) if index is not None else None
        if not is_duress(received.event, user.type if user else None):
            return
        when, late = self._clock.time_of(received.raw), not received.is_live
        notice = duress(when, dt_util.utcnow(), attribution=who, late=late)
        if notice is not None:
            self._notice(notice)

    def _notice(self, notice: Duress) -> None:
        if self._hass.state is CoreState.running and not notice.late:
            self._lock.duress.send(notice)
            return
        self._waiting.append(notice)
        if self._start is None and self._timer is None:
            self._start = async_at_started(self._hass, self._started)

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._start = None
        self._timer = async_call_later(self._hass, LISTENING_AFTER, self._tell_all)

    @callback
    def _tell_all(self, _now: datetime) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, []
        for notice in waiting:
            self._lock.duress.send(notice)
