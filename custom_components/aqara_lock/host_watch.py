"""Reads what this host and the home network say."""

from homeassistant.core import HomeAssistant

from .domain.evidence import HostEvidence, LanEvidence
from .watched_lock import WatchedLock


class HostWatch:
    """Keeps the last reading of host and home network."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nothing known."""
        self._hass = hass
        self.host = HostEvidence()
        self.lan = LanEvidence()

    async def async_read(self, locks: list[WatchedLock]) -> None:
        """Read anew; never raises."""
