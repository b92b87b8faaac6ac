"""Aqara Lock: who unlocked, and why it stopped answering."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .access_actions import async_setup_access_actions
from .access_websocket import async_setup_access_websocket
from .automations import watch_names
from .const import DOMAIN
from .frontend import async_forget_frontend, async_offer_frontend, async_serve
from .home import AqaraLockConfigEntry, Home, async_forget
from .services import async_setup_services
from .texts import async_load_messages
from .websocket_api import async_setup_websocket_api

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.LOCK,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what exists once, whatever homes are configured."""
    await async_load_messages(hass)
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    async_setup_access_actions(hass)
    async_setup_access_websocket(hass)
    await async_serve(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> bool:
    """Set up the home; a missing Matter entry is a finding, not a failure."""
    entry.runtime_data = home = Home(hass, entry)
    try:
        await home.async_start()
    except BaseException:
        await home.async_stop()
        raise
    await async_offer_frontend(hass)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    watch_names(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> bool:
    """Unload the home."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    """Leave core's entities and devices as they were before."""
    await async_forget(hass, entry)
    await async_forget_frontend(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AqaraLockConfigEntry, device: DeviceEntry
) -> bool:
    """Allow to delete a hub that is gone for good; it comes back if it is seen."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    home = entry.runtime_data
    if not home.forget_hub(device):
        return False
    await home.async_check_disk()
    return True


async def _async_updated(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    await entry.runtime_data.async_follow_subentries()
