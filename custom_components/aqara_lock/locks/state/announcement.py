"""The line that an announcement becomes in the logbook, for exactly one lock entity."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    ATTR_NAME,
    EVENT_LOGBOOK_ENTRY,
    Platform,
)
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...matter import find_core_lock_entities
from .info import LockInfo

ATTR_LOCK_ID: Final = "lock_id"
ATTR_MESSAGE: Final = "message"
LINE_OF: Final = ((Platform.LOCK, "lock"), (Platform.EVENT, "activity"))
"""Entities of ours that may bear the line, the lock first."""


@callback
def announce(
    hass: HomeAssistant,
    lock: LockInfo,
    event_type: str,
    data: Mapping[str, Any],
    message: str,
    context: Context | None = None,
) -> None:
    """Fire an event that our logbook platform describes, or write its line for core's lock.

    The logbook shows a described event only for entities of our entry, and every event to
    who asks for no entity. So where core's lock entity is the one in use its line is an
    entry of its own and the event is left out: nobody would see both as one.
    """
    ours = _our_entity_id(hass, lock, *LINE_OF[0])
    if ours is None and (core := _core_entity_id(hass, lock)) is not None:
        line = {ATTR_NAME: lock.name, ATTR_MESSAGE: message, ATTR_ENTITY_ID: core}
        hass.bus.async_fire(EVENT_LOGBOOK_ENTRY, line, context=context)
        return
    hass.bus.async_fire(
        event_type,
        {
            ATTR_LOCK_ID: lock.id,
            ATTR_DEVICE_ID: lock.device.id if lock.device else None,
            ATTR_ENTITY_ID: ours or _our_entity_id(hass, lock, *LINE_OF[1]),
            ATTR_NAME: lock.name,
            **data,
        },
        context=context,
    )


@callback
def entity_id_of(
    hass: HomeAssistant, platform: Platform, lock_id: str | None, key: str
) -> str | None:
    """Return the id of an entity of a lock, by the lock's id and the entity's key."""
    return er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{lock_id}_{key}")


def _our_entity_id(
    hass: HomeAssistant, lock: LockInfo, platform: Platform, key: str
) -> str | None:
    """Return the id of an entity of ours that is on."""
    entity_id = entity_id_of(hass, platform, lock.id, key)
    found = er.async_get(hass).async_get(entity_id) if entity_id else None
    return found.entity_id if found is not None and found.disabled_by is None else None


def _core_entity_id(hass: HomeAssistant, lock: LockInfo) -> str | None:
    """Return the id of core's lock entity that is in use and on."""
    if lock.device is None:
        return None
    every = find_core_lock_entities(hass, lock.device, lock.endpoint_id)
    return next((x.entity_id for x in every if x.disabled_by is None), None)
