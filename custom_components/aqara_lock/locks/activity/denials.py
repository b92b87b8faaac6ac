"""Denied attempts in a row, which the logbook tells as one."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ...domain.journal import (
    DENIED_WINDOW,
    ActivityType,
    JournalEntry,
    continues_denial,
)
from ...signals import Signal

ENDS_AFTER: Final = timedelta(seconds=30)
"""Who mistypes tries again sooner."""


class DenialSeries:
    """Counts attempts of one kind: the first is told at once, all of them at the end.

    `ended` carries the first entry and how many there were, where there was more than one.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without an attempt."""
        self._hass = hass
        self._first: JournalEntry | None = None
        self._count = 0
        self._timer: CALLBACK_TYPE | None = None
        self.ended: Signal[JournalEntry, int] = Signal()

    @callback
    def take(self, entry: JournalEntry) -> bool:
        """Return whether an entry is one more attempt, which is told with the others."""
        first = self._first
        if first is not None and continues_denial(first, entry):
            self._count += 1
            left = DENIED_WINDOW - (entry.occurred_at - first.occurred_at)
            self._wait(min(left, ENDS_AFTER))
            return True
        self.async_end()
        if entry.type is ActivityType.DENIED:
            self._first, self._count = entry, 1
            self._wait(ENDS_AFTER)
        return False

    @callback
    def async_end(self) -> None:
        """End a series; more than one attempt are told together."""
        first, count = self._first, self._count
        self._first = None
        if self._timer is not None:
            self._timer()
            self._timer = None
        if first is not None and count > 1:
            self.ended.send(first, count)

    def _wait(self, delay: timedelta) -> None:
        if self._timer is not None:
            self._timer()
        self._timer = async_call_later(self._hass, delay, self._due)

    @callback
    def _due(self, _now: datetime) -> None:
        self._timer = None
        self.async_end()
