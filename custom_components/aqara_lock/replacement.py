"""Our lock entity in the place of core's: hidden there, with the user's settings here."""

from homeassistant.components.homeassistant.exposed_entities import (
    async_expose_entity,
    async_get_entity_settings,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .matter.devices import find_core_lock_entity
from .undo import UndoLedger
from .watched_lock import WatchedLock


@callback
def find_replaced(hass: HomeAssistant, lock: WatchedLock) -> er.RegistryEntry | None:
    """Find core's lock entity, if ours takes its place and it is there."""
    if lock.device is None or not lock.replaces_core:
        return None
    return find_core_lock_entity(hass, lock.device, lock.endpoint_id)


@callback
def hide_core_lock(hass: HomeAssistant, lock: WatchedLock, undo: UndoLedger) -> None:
    """Hide core's lock entity; it stays enabled, "Manage lock" needs it."""
    if (core := find_replaced(hass, lock)) is not None:
        undo.hide(lock.id, core)


@callback
def follow_replacement(
    hass: HomeAssistant, lock: WatchedLock, undo: UndoLedger
) -> None:
    """Take the place of core's lock entity, or give it back and remove ours."""
    if lock.replaces_core:
        hide_core_lock(hass, lock, undo)
        return
    undo.unhide(lock.id)
    registry = er.async_get(hass)
    ours = registry.async_get_entity_id(Platform.LOCK, DOMAIN, f"{lock.id}_lock")
    if ours is not None:
        registry.async_remove(ours)


@callback
def copy_core_settings(hass: HomeAssistant, lock: WatchedLock, entity_id: str) -> None:
    """Copy name, area, aliases and exposure once, when our entity is new."""
    registry = er.async_get(hass)
    ours = registry.async_get(entity_id)
    core = find_replaced(hass, lock)
    if ours is None or core is None or _is_settled(ours):
        return
    registry.async_update_entity(
        entity_id, name=core.name, area_id=core.area_id, aliases=core.aliases
    )
    registry.async_update_entity_options(
        entity_id, "aqara_lock", {"settings_copied_from": core.id}
    )
    _copy_exposure(hass, core.entity_id, entity_id)


def _is_settled(ours: er.RegistryEntry) -> bool:
    return "settings_copied_from" in ours.options.get("aqara_lock", {})


def _copy_exposure(hass: HomeAssistant, source: str, target: str) -> None:
    try:
        settings = async_get_entity_settings(hass, source)
    except HomeAssistantError:
        return
    for assistant, options in settings.items():
        if "should_expose" in options:
            async_expose_entity(hass, assistant, target, options["should_expose"])
