"""What the live feeds share: a connection that follows the home, over reloads too."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..home import Home, find_home
from ..locks import Lock


class HomeFeed(ABC):
    """Ties in with the home and each of its locks, those that are added later included."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, subscription: int
    ) -> None:
        """Feed one connection."""
        self._hass = hass
        self._connection = connection
        self._subscription = subscription
        self._ties: list[CALLBACK_TYPE] = []
        self._unwatch: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Send how it is, and follow it."""
        self._unwatch = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._tie()
        self._begin()

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
        if (home := find_home(self._hass)) is not None:
            self._ties = [
                home.lock_added.connect(self._lock_added),
                *self._ties_to_home(home),
                *map(self._tie_to_lock, home.locks.values()),
            ]

    def _untie(self) -> None:
        for untie in self._ties:
            untie()
        self._ties = []

    @callback
    def _lock_added(self, lock: Lock) -> None:
        self._ties.append(self._tie_to_lock(lock))
        self._send_soon()

    def _ties_to_home(self, _home: Home) -> Iterable[CALLBACK_TYPE]:
        """Listen to what is not of one lock."""
        return ()

    @abstractmethod
    def _tie_to_lock(self, lock: Lock) -> CALLBACK_TYPE:
        """Listen to one lock."""

    @abstractmethod
    def _begin(self) -> None:
        """Send how it is at the start."""

    @abstractmethod
    def _send_soon(self) -> None:
        """Send once what changes until then."""
