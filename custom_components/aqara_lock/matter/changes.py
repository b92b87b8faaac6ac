"""Word of what changes in core's registries: config entries and devices."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect


@callback
def follow_core(
    hass: HomeAssistant,
    entry_changed: Callable[[ConfigEntry], None],
    device_changed: Callable[[Event[Any]], None],
) -> list[CALLBACK_TYPE]:
    """Tell of every change of an entry or a device; gives what ends that."""

    @callback
    def take(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
        entry_changed(entry)

    return [
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, take),
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, device_changed),
    ]
