"""What is known of a hub over a reload is kept for a moment, and of so many hubs."""

from typing import Final

from homeassistant.util import dt as dt_util

from custom_components.aqara_lock.domain.connectivity import HubLiveness, HubState
from custom_components.aqara_lock.hubs.cache import (
    MOST_KEPT,
    HubCache,
    keep_hub,
    recall_hub,
)

from ..house import House

MORE: Final = 5


def test_only_the_hubs_of_late_are_kept(house: House) -> None:
    """Somebody announces ever new ones."""
    memory = HubCache(HubState.ONLINE, dt_util.utcnow(), HubLiveness(), ())
    for number in range(MOST_KEPT + MORE):
        keep_hub(house.hass, f"hub-{number}", memory)
    found = [recall_hub(house.hass, f"hub-{x}") for x in range(MOST_KEPT + MORE)]
    assert found[:MORE] == [None] * MORE
    assert found[MORE:] == [memory] * MOST_KEPT


def test_what_was_recalled_is_not_known_twice(house: House) -> None:
    memory = HubCache(HubState.ONLINE, dt_util.utcnow(), HubLiveness(), ())
    keep_hub(house.hass, "hub", memory)
    assert recall_hub(house.hass, "hub") == memory
    assert recall_hub(house.hass, "hub") is None
