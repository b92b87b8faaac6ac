"""What is known of the connection to a lock over a reload of the home."""

from dataclasses import dataclass, field
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import RELOAD_TAKES
from .domain.budget import PingBudget
from .domain.connection import Connection, ConnectionEvidence


@dataclass(slots=True)
class ConnectionMemory:
    """Of one lock in one run of Home Assistant: what it was asked, and its silence."""

    budget: PingBudget = field(default_factory=PingBudget)
    _silence: tuple[Connection, ConnectionEvidence] | None = None
    _kept_at: float = 0.0

    @callback
    def keep(
        self, connection: Connection, evidence: ConnectionEvidence, at: float
    ) -> None:
        """Keep a silence; a lock that answers has to be heard anew."""
        self._silence = None if connection.responsive else (connection, evidence)
        self._kept_at = at

    @callback
    def recall(self, at: float) -> tuple[Connection, ConnectionEvidence]:
        """Give the silence that goes on, if there is one."""
        silence, self._silence = self._silence, None
        if silence is None or at - self._kept_at > RELOAD_TAKES:
            return Connection(), ConnectionEvidence()
        return silence


_MEMORIES: Final[HassKey[dict[str, ConnectionMemory]]] = HassKey(
    "aqara_lock_connections"
)


@callback
def memory_of(hass: HomeAssistant, lock_id: str) -> ConnectionMemory:
    """Give the memory of a lock."""
    return hass.data.setdefault(_MEMORIES, {}).setdefault(lock_id, ConnectionMemory())
