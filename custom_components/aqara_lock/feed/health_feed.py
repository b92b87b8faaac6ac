"""A live feed of the paths to the locks to one websocket connection."""

from collections.abc import Iterable
from typing import Any, Final, override

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..domain.diagnosis import Diagnosis
from ..home import Home
from ..locks import Lock
from ..texts import FindingTexts
from .health import health_view
from .home_feed import HomeFeed
from .viewer import Viewer, find_entry

NOT_LOADED: Final[dict[str, Any]] = {
    "loaded": False,
    "locks": [],
    "hubs": [],
    "home": [],
}


class HealthFeed(HomeFeed):
    """Sends all paths when one of them changed; looks at permissions every time."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, subscription: int
    ) -> None:
        """Feed one connection."""
        super().__init__(hass, connection, subscription)
        self._is_planned = False
        self._sent: dict[str, Any] | None = None

    @override
    def _ties_to_home(self, home: Home) -> Iterable[CALLBACK_TYPE]:
        return (home.diagnosis.published.connect(self._published),)

    @override
    def _tie_to_lock(self, lock: Lock) -> CALLBACK_TYPE:
        return lock.updated.connect(self._send_soon)

    @override
    def _begin(self) -> None:
        self._send()

    @callback
    def _published(self, _diagnosis: Diagnosis, _words: FindingTexts) -> None:
        self._send_soon()

    @callback
    @override
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
