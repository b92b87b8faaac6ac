"""Where the frontend learns of the module: on every page, and as a dashboard resource."""

import logging
from typing import Final

from homeassistant.components.frontend import (
    DATA_EXTRA_MODULE_URL,
    add_extra_js_url,
    remove_extra_js_url,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .dashboard_resource import async_keep_resource, async_remove_resource
from .module import MODULE_ADDRESS, async_serve
from .page import async_hide_page, async_show_page

__all__ = [
    "MORE_INFO_ELEMENT",
    "async_forget_frontend",
    "async_offer_frontend",
    "async_serve",
    "is_module_offered",
]

_LOGGER = logging.getLogger(__name__)

MORE_INFO_ELEMENT: Final = "aqara-lock-more-info"
"""The content of a lock's dialog, defined by the module."""


async def async_offer_frontend(hass: HomeAssistant) -> None:
    """Have browsers load the module; without a frontend there is nothing to do.

    One that comes by both ways is one module: the address is the same.
    """
    address = hass.data[MODULE_ADDRESS]
    if DATA_EXTRA_MODULE_URL in hass.data:
        add_extra_js_url(hass, address)
    async_show_page(hass, address)
    try:
        await async_keep_resource(hass, address)
    except HomeAssistantError as err:
        _LOGGER.warning("The card is no resource of the dashboards: %s", err)


@callback
def is_module_offered(hass: HomeAssistant) -> bool:
    """Return whether every page loads the module now; none does in safe mode."""
    address, modules = (
        hass.data.get(MODULE_ADDRESS),
        hass.data.get(DATA_EXTRA_MODULE_URL),
    )
    if address is None or modules is None or hass.config.safe_mode:
        return False
    return address in modules.urls


async def async_forget_frontend(hass: HomeAssistant) -> None:
    """Leave nothing of the module behind."""
    address = hass.data.get(MODULE_ADDRESS)
    if address is not None and DATA_EXTRA_MODULE_URL in hass.data:
        remove_extra_js_url(hass, address)
    async_hide_page(hass)
    try:
        await async_remove_resource(hass)
    except HomeAssistantError as err:
        _LOGGER.warning("The card stays a resource of the dashboards: %s", err)
