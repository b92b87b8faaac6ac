"""Triggers: what was done at a door, duress, and whether locks and hubs answer."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .activity_trigger import (
    AccessDeniedTrigger,
    AlarmTrigger,
    DuressTrigger,
    LockedTrigger,
    UnlockedTrigger,
)
from .connection_trigger import RecoveredTrigger, UnresponsiveTrigger
from .hub_trigger import HubOfflineTrigger

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "access_denied": AccessDeniedTrigger,
    "alarm": AlarmTrigger,
    "duress": DuressTrigger,
    "hub_offline": HubOfflineTrigger,
    "locked": LockedTrigger,
    "recovered": RecoveredTrigger,
    "unlocked": UnlockedTrigger,
    "unresponsive": UnresponsiveTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Give the triggers of this integration."""
    return TRIGGERS
