"""Settings that name a hub, moved to the id that the same hub has now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_HUB, CONF_HUB_SWITCHES
from ..domain import codec


@dataclass(frozen=True, slots=True)
class MovedSettings:
    """Which settings were moved from one id to another, so that they can be moved back."""

    home: bool = False
    locks: tuple[str, ...] = ()
    switch: bool = False

    def __or__(self, other: MovedSettings) -> MovedSettings:
        """Return both together."""
        return MovedSettings(
            home=self.home or other.home,
            locks=tuple(sorted({*self.locks, *other.locks})),
            switch=self.switch or other.switch,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return {"home": self.home, "locks": list(self.locks), "switch": self.switch}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data; raises ValueError."""
        return cls(
            home=codec.truth(data, "home"),
            locks=tuple(
                codec.text({"lock": item}, "lock")
                for item in codec.items(data, "locks")
            ),
            switch=codec.truth(data, "switch"),
        )


@callback
def chosen_hubs(entry: ConfigEntry) -> frozenset[str]:
    """Return the ids of the hubs that the settings of the home or of a lock name."""
    of_locks = (x.data.get(CONF_HUB) for x in entry.subentries.values())
    switches = entry.options.get(CONF_HUB_SWITCHES, {})
    chosen = {entry.data.get(CONF_HUB), *of_locks, *switches}
    return frozenset(x for x in chosen if x is not None)


@callback
def switch_of(entry: ConfigEntry, hub_id: str) -> str | None:
    """Return the switch that feeds a hub; None where no user named one."""
    found: str | None = entry.options.get(CONF_HUB_SWITCHES, {}).get(hub_id)
    return found


@callback
def replace_hub(
    hass: HomeAssistant, entry: ConfigEntry, old: str, new: str
) -> MovedSettings:
    """Let the home and every lock mean the hub by its new id; return what was moved."""
    moved = MovedSettings(
        home=entry.data.get(CONF_HUB) == old,
        locks=tuple(
            x.subentry_id
            for x in entry.subentries.values()
            if x.data.get(CONF_HUB) == old
        ),
        switch=old in entry.options.get(CONF_HUB_SWITCHES, {}),
    )
    move_back(hass, entry, new, old, moved)
    return moved


@callback
def move_back(
    hass: HomeAssistant, entry: ConfigEntry, old: str, new: str, moved: MovedSettings
) -> None:
    """Let settings that were moved mean `old` again, where they still mean `new`."""
    entries = hass.config_entries
    for subentry in list(entry.subentries.values()):
        data = _renamed(subentry.data, new, old)
        if subentry.subentry_id in moved.locks and data != subentry.data:
            entries.async_update_subentry(entry, subentry, data=data)
    switches = _switches(entry.options, new, old) if moved.switch else {}
    entries.async_update_entry(
        entry,
        data=_renamed(entry.data, new, old) if moved.home else dict(entry.data),
        options={**entry.options, **switches},
    )


def _renamed(data: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {**data, CONF_HUB: new} if data.get(CONF_HUB) == old else dict(data)


def _switches(options: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    switches = dict(options.get(CONF_HUB_SWITCHES, {}))
    if old not in switches:
        return {}
    switches[new] = switches.pop(old)
    return {CONF_HUB_SWITCHES: switches}
