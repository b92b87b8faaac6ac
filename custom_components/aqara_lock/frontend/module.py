"""The built module: where it is served, and the address that changes with its content."""

import hashlib
from pathlib import Path
from typing import Final

from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

MODULE: Final = Path(__file__).with_name("aqara-lock.js")
MODULE_PATH: Final = f"/{DOMAIN}/{MODULE.name}"
MODULE_ADDRESS: Final[HassKey[str]] = HassKey(f"{DOMAIN}_module_address")
"""The address by which browsers load the module."""


async def async_serve(hass: HomeAssistant) -> None:
    """Serve the module, once: a path cannot be taken back.

    Browsers keep it for a month; another content has another address.
    """
    integration = await async_get_integration(hass, DOMAIN)
    content = await hass.async_add_executor_job(MODULE.read_bytes)
    mark = hashlib.sha256(content).hexdigest()[:8]
    await hass.http.async_register_static_paths(
        [StaticPathConfig(MODULE_PATH, str(MODULE), cache_headers=True)]
    )
    hass.data[MODULE_ADDRESS] = f"{MODULE_PATH}?v={integration.version}-{mark}"
