"""What is known of the connection to a lock over a reload of the home."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ...const import RELOAD_TAKES
from ...domain.budget import CHECK_LIMITS, RETURN_LIMITS, SUSPICION_LIMITS, Budget
from ...domain.connectivity import Connection, ConnectionEvidence, Purpose, ReportGaps


def _ping_budgets() -> dict[Purpose, Budget]:
    return {
        Purpose.SUSPICION: Budget(SUSPICION_LIMITS),
        Purpose.RETURN: Budget(RETURN_LIMITS),
    }


@dataclass(slots=True)
class ConnectionCache:
    """Of one lock in one run of Home Assistant: what it was asked, and its silence.

    `is_slow`: an answer to a ping once came later than `SERVER_PATIENCE`. `ping_out`: the
    ping that is waited for, if any. `clock`: how far the host's clock was ahead of the
    event loop's.
    """

    pings: dict[Purpose, Budget] = field(default_factory=_ping_budgets)
    checks: Budget = field(default_factory=lambda: Budget(CHECK_LIMITS))
    gaps: ReportGaps = field(default_factory=ReportGaps)
    is_slow: bool = False
    ping_out: asyncio.Future[None] | None = None
    clock: timedelta | None = None
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


_MEMORIES: Final[HassKey[dict[str, ConnectionCache]]] = HassKey(
    "aqara_lock_connections"
)


@callback
def memory_of(hass: HomeAssistant, lock_id: str) -> ConnectionCache:
    """Give the memory of a lock."""
    return hass.data.setdefault(_MEMORIES, {}).setdefault(lock_id, ConnectionCache())
