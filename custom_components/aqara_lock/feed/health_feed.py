"""A live feed of the paths to the locks to one websocket connection."""

from typing import Any, Final

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..domain.diagnosis import Diagnosis
from ..locks import Lock
from ..texts import FindingTexts
from .health import health_view
from .viewer import Viewer, find_entry

NOT_LOADED: Final[dict[str, Any]] = {
    "loaded": False,
    "locks": [],
    "hubs": [],
    "home": [],
}


class HealthFeed:
    """Sends all paths when one of them changed; looks at permissions every time."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, subscription: int
    ) -> None:
        """Feed one connection."""
        self._hass = hass
        self._connection = connection
        self._subscription = subscription
        self._ties: list[CALLBACK_TYPE] = []
        self._unwatch: CALLBACK_TYPE | None = None
        self._is_planned = False
        self._sent: dict[str, Any] | None = None

    @callback
    def async_start(self) -> None:
        """Send how it is, and follow it, over reloads too."""
        self._unwatch = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._tie()
        self._send()

    @callback
    def async_stop(self) -> None:
        """End."""
        self._untie()
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._untie()
            self._tie()
            self._send_soon()

    def _tie(self) -> None:
        if (entry := find_entry(self._hass)) is None:
            return
        home = entry.runtime_data
        self._ties = [
            home.diagnosis.published.connect(self._published),
            home.lock_added.connect(self._lock_added),
        ]
        for lock in home.locks.values():
            self._follow(lock)

    def _untie(self) -> None:
        for untie in self._ties:
            untie()
        self._ties = []

    def _follow(self, lock: Lock) -> None:
        self._ties.append(lock.updated.connect(self._send_soon))

    @callback
    def _lock_added(self, lock: Lock) -> None:
        self._follow(lock)
        self._send_soon()

    @callback
    def _published(self, _diagnosis: Diagnosis, _words: FindingTexts) -> None:
        self._send_soon()

    @callback
    def _send_soon(self) -> None:
        """Send once what changes in one turn of the event loop."""
        if not self._is_planned:
            self._is_planned = True
            self._hass.loop.call_soon(self._send)

    @callback
    def _send(self) -> None:
        """Send everything where something differs from what was sent."""
        self._is_planned = False
        if self._unwatch is None:
            return
        entry = find_entry(self._hass)
        user = self._connection.user
        now = health_view(Viewer(self._hass, entry, user)) if entry else NOT_LOADED
        if now != self._sent:
            self._sent = now
            self._connection.send_event(self._subscription, now)
