"""Lets a cause become a repair after some seconds, so that each fault needs no two minutes.

The action `impatience.repairs_after` takes the seconds; a restart makes it two minutes again.
"""

from datetime import timedelta
import sys

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers.typing import ConfigType

DOMAIN = "impatience"
MODULE = "custom_components.aqara_lock.diagnosis_repairs"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Offer the action."""

    async def repairs_after(call: ServiceCall) -> None:
        sys.modules[MODULE].LASTS = timedelta(seconds=call.data["seconds"])

    hass.services.async_register(DOMAIN, "repairs_after", repairs_after)
    return True
