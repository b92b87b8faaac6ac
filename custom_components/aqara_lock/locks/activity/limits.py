"""Keeps a journal within the limits of count and age, also where nothing happens."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ...host_clock import host_clock
from ..state import LockStore

PRUNE_EVERY: Final = timedelta(hours=6)


class JournalLimits:
    """Drops what one lock's journal keeps no longer; costs the lock nothing."""

    def __init__(
        self, hass: HomeAssistant, store: LockStore, on_change: Callable[[], None]
    ) -> None:
        """Drop nothing before limits are set."""
        self._hass = hass
        self._host = host_clock(hass)
        self._store = store
        self._on_change = on_change
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def set(self, lines: int, age: timedelta) -> None:
        """Take how much the journal keeps."""
        journal = self._store.memory.journal
        before = (journal.limit, journal.max_age)
        journal.limit, journal.max_age = lines, age
        self._prune()
        if before != (lines, age):
            self._on_change()
        if self._stop is None:
            self._stop = async_track_time_interval(
                self._hass, self._prune, PRUNE_EVERY, name="aqara_lock journal"
            )

    @callback
    def async_stop(self) -> None:
        """Look no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _prune(self, _now: datetime | None = None) -> None:
        """Drop nothing by a clock that cannot be right."""
        now = self._host.now()
        if self._host.is_plausible and self._store.memory.journal.prune(now):
            self._on_change()
