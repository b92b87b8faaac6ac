"""Which locks the target of an action means."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from ..const import DOMAIN
from ..locks import Lock
from .viewer import Viewer, invalid


def targeted_locks(viewer: Viewer, target: Mapping[str, Any]) -> list[Lock]:
    """Return the locks that a target means; raises ServiceValidationError for none."""
    every = list(viewer.home.locks.values())
    if target.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        return every
    selected = async_extract_referenced_entity_ids(
        viewer.hass, TargetSelection(dict(target))
    )
    for entity_id in sorted(selected.referenced):
        if not any(_is_of(viewer, lock, entity_id) for lock in every):
            raise invalid("not_a_lock_of_ours", entity_id=entity_id)
    entity_ids = selected.referenced | selected.indirectly_referenced
    locks = [
        lock
        for lock in every
        if (lock.device and lock.device.id in selected.referenced_devices)
        or any(_is_of(viewer, lock, entity_id) for entity_id in entity_ids)
    ]
    if not locks:
        raise invalid("no_lock_targeted")
    return locks


def _is_of(viewer: Viewer, lock: Lock, entity_id: str) -> bool:
    """Tell whether an entity is one of the lock's, or stands on its device."""
    entry = er.async_get(viewer.hass).async_get(entity_id)
    if entry is None:
        return False
    if entry.platform == DOMAIN:
        return entry.config_subentry_id == lock.id
    return lock.device is not None and entry.device_id == lock.device.id
