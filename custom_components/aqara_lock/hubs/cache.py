"""What is known of a hub over a reload of the home: that it is away, since when, how often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import RELOAD_TAKES
from ..domain.connectivity import HubLiveness, HubState

MOST_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class HubCache:
    """How a hub was when it was last watched."""

    state: HubState
    since: datetime
    liveness: HubLiveness
    outages: tuple[datetime, ...]


_MEMORIES: Final[HassKey[dict[str, tuple[float, HubCache]]]] = HassKey(
    "aqara_lock_hubs"
)


@callback
def keep_hub(hass: HomeAssistant, hub_id: str, memory: HubCache) -> None:
    """Keep how a hub is, for the next watch in this run of Home Assistant."""
    kept = hass.data.setdefault(_MEMORIES, {})
    kept[hub_id] = hass.loop.time(), memory
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]


@callback
def recall_hub(hass: HomeAssistant, hub_id: str) -> HubCache | None:
    """Give how a hub was a moment ago; None where nobody watched it then."""
    found = hass.data.setdefault(_MEMORIES, {}).pop(hub_id, None)
    if found is None or hass.loop.time() - found[0] > RELOAD_TAKES:
        return None
    return found[1]
