"""Lets faults follow each other faster than they do in a home.

The action `impatience.repairs_after` takes the seconds after which a cause becomes a repair;
a restart makes it half a minute or two minutes again. `impatience.begin_anew` starts the integration as if all
that happened was long ago: how often it asked a lock, and how often a hub was away.
"""

from datetime import timedelta
import sys

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers.typing import ConfigType

DOMAIN = "impatience"
PRODUCT = "aqara_lock"
MODULE = f"custom_components.{PRODUCT}.domain.diagnosis.reasoning"
MEMORIES = (f"{PRODUCT}_connections", f"{PRODUCT}_hubs")


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Offer the actions."""

    async def repairs_after(call: ServiceCall) -> None:
        # Whether a cause is certain makes no difference here.
        for name in ("REPAIR_AFTER", "REPAIR_AFTER_CERTAIN"):
            assert hasattr(sys.modules[MODULE], name), name
            setattr(sys.modules[MODULE], name, timedelta(seconds=call.data["seconds"]))

    async def begin_again(_call: ServiceCall) -> None:
        (entry,) = hass.config_entries.async_entries(PRODUCT)
        await hass.config_entries.async_unload(entry.entry_id)
        for memory in MEMORIES:
            hass.data.pop(memory)
        await hass.config_entries.async_setup(entry.entry_id)

    hass.services.async_register(DOMAIN, "repairs_after", repairs_after)
    hass.services.async_register(DOMAIN, "begin_again", begin_again)
    return True
