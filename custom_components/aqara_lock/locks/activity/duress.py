"""Tells duress to the trigger, and sees to it that somebody listens."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, CoreState, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...domain.attribution import Attribution, Duress, duress, is_duress
from ...domain.doorlock import DoorLockEvent, RawEvent
from ..state import LockStore
from .clock import LockClock

LISTENING_AFTER: Final = 10.0
"""Seconds that automations get to listen to a lock after a start or a reload."""


class DuressNotifier:
    """Passes on what happens now at once, and what was missed when all is started."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        clock: LockClock,
        tell: Callable[[Duress], None],
    ) -> None:
        """Tell it this one."""
        self._hass = hass
        self._store = store
        self._clock = clock
        self._tell = tell
        self._waiting: list[Duress] = []
        self._start: CALLBACK_TYPE | None = None
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def async_stop(self) -> None:
        """Tell nothing more."""
        self._waiting.clear()
        for cancel in (self._start, self._timer):
            if cancel is not None:
                cancel()
        self._start = self._timer = None

    @callback
    def take(
        self,
        event: DoorLockEvent,
        raw: RawEvent,
        who: Attribution | None,
        *,
        late: bool,
    ) -> None:
        """Look at an event, also at one that was missed: somebody may need help."""
        index = who.user_index if who else None
        user = self._store.memory.directory.user(index) if index is not None else None
        if not is_duress(event, user.type if user else None):
            return
        now = dt_util.utcnow()
        notice = duress(self._clock.time_of(raw), now, attribution=who, late=late)
        if notice is not None:
            self._notice(notice)

    def _notice(self, notice: Duress) -> None:
        if self._hass.state is CoreState.running and not notice.late:
            self._tell(notice)
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
            self._tell(notice)
