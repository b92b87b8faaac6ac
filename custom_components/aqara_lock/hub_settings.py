"""Settings that name a hub, moved to the id that the same hub has now."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import CONF_HUB, CONF_HUB_SWITCHES


@callback
def replace_hub(hass: HomeAssistant, entry: ConfigEntry, old: str, new: str) -> None:
    """Let the home and every lock mean the hub by its new id."""
    entries = hass.config_entries
    for subentry in list(entry.subentries.values()):
        data = _renamed(subentry.data, old, new)
        if data != subentry.data:
            entries.async_update_subentry(entry, subentry, data=data)
    entries.async_update_entry(
        entry,
        data=_renamed(entry.data, old, new),
        options={**entry.options, **_switches(entry.options, old, new)},
    )


def _renamed(data: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {**data, CONF_HUB: new} if data.get(CONF_HUB) == old else dict(data)


def _switches(options: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    switches = dict(options.get(CONF_HUB_SWITCHES, {}))
    if old not in switches:
        return {}
    switches[new] = switches.pop(old)
    return {CONF_HUB_SWITCHES: switches}
