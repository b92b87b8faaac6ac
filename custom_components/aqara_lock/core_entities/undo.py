"""What was changed at core's own entities and devices, and how it was before.

That an entity was hidden by us stands at the entity as well, in the registry: Home
Assistant's own helpers hide entities in the same way, and our file may get lost.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
import logging
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..store import HomeStore
from .entity_ids import locks_with_lent_ids, options_of, return_ids

_LOGGER = logging.getLogger(__name__)

TURNED_OFF_FOR: Final = "turned_off_for"
"""Option of core's entity: id of the lock for which it was turned off."""
HIDDEN_FOR: Final = "hidden_for"
"""Option of core's entity: id of the lock whose entity of ours took its place."""


@dataclass(frozen=True, slots=True)
class Undo:
    """State before our change; None means that nothing was changed."""

    hidden_entity_ids: tuple[str, ...] = ()
    linked_device_id: str | None = None
    previous_via_device_id: str | None = None
    placed_under_id: str | None = None

    @classmethod
    def parse(cls, stored: dict[str, Any]) -> Self:
        """Read what `as_dict` wrote; unknown keys are left out.

        An earlier version knew a single hidden entity.
        """
        known = {item.name: stored.get(item.name) for item in fields(cls)}
        hidden = known.pop("hidden_entity_ids") or [stored.get("hidden_entity_id")]
        ids = hidden if isinstance(hidden, list) else []
        texts = {name: x if isinstance(x, str) else None for name, x in known.items()}
        return cls(tuple(x for x in ids if x and isinstance(x, str)), **texts)

    def as_dict(self) -> dict[str, Any]:
        """Give the stored form."""
        return asdict(self) | {"hidden_entity_ids": list(self.hidden_entity_ids)}


class UndoLedger:
    """Changes others' registry entries for one lock and puts them back."""

    def __init__(self, hass: HomeAssistant, store: HomeStore) -> None:
        """Keep the ledger in the home's store."""
        self._hass = hass
        self._store = store

    @callback
    def hide(self, key: str, entry: er.RegistryEntry) -> None:
        """Hide one of core's lock entities once; one that the user shows again stays."""
        hidden = self._read(key).hidden_entity_ids
        is_known = entry.id in hidden or _hidden_for(entry) == key
        if entry.hidden_by is not None and not is_known:
            return
        registry = er.async_get(self._hass)
        if not is_known:
            registry.async_update_entity(
                entry.entity_id, hidden_by=er.RegistryEntryHider.INTEGRATION
            )
        if _hidden_for(entry) != key:
            registry.async_update_entity_options(
                entry.entity_id, DOMAIN, options_of(entry, DOMAIN) | {HIDDEN_FOR: key}
            )
        if entry.id not in hidden:
            self._write(key, hidden_entity_ids=[*hidden, entry.id])

    @callback
    def turn_off(self, key: str, entry: er.RegistryEntry) -> None:
        """Turn one of core's lock entities off once; one that the user turns on stays."""
        marks = options_of(entry, DOMAIN)
        if marks.get(TURNED_OFF_FOR) == key or entry.disabled_by is not None:
            return
        registry = er.async_get(self._hass)
        registry.async_update_entity_options(
            entry.entity_id, DOMAIN, marks | {TURNED_OFF_FOR: key}
        )
        registry.async_update_entity(
            entry.entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION
        )

    @callback
    def turn_on(self, key: str) -> None:
        """Turn those of core's lock entities on again that we turned off.

        Home Assistant loads their entry by itself then, as after any entity that a user
        turns on.
        """
        registry = er.async_get(self._hass)
        for entry in self._marked_with(TURNED_OFF_FOR):
            marks = options_of(entry, DOMAIN)
            if marks.pop(TURNED_OFF_FOR) != key:
                continue
            registry.async_update_entity_options(entry.entity_id, DOMAIN, marks or None)
            if entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION:
                registry.async_update_entity(entry.entity_id, disabled_by=None)

    @callback
    def unhide(self, key: str) -> None:
        """Show core's lock entities again, those that we hid, with the ids that they had."""
        self.turn_on(key)
        self._unhide(key)
        return_ids(self._hass, key)
        if self._read(key).hidden_entity_ids:
            self._write(key, hidden_entity_ids=[])

    @callback
    def link(self, key: str, device: dr.DeviceEntry, hub_device_id: str) -> None:
        """Put the lock's device under its hub's."""
        if device.via_device_id == hub_device_id:
            return
        changes: dict[str, str | None] = {"placed_under_id": hub_device_id}
        if self._read(key).linked_device_id != device.id:
            changes["linked_device_id"] = device.id
            changes["previous_via_device_id"] = device.via_device_id
        self._write(key, **changes)
        dr.async_get(self._hass).async_update_device(
            device.id, via_device_id=hub_device_id
        )

    @callback
    def adopt(self, key: str, device: dr.DeviceEntry | None) -> None:
        """Record that a lock's device hangs under a hub of ours, where the file forgot it.

        Nobody else puts a device there. Where it hung before is not known any more.
        """
        if device is None or self._read(key).linked_device_id == device.id:
            return
        hub = dr.async_get(self._hass).async_get(device.via_device_id or "")
        if hub is not None and _is_ours(hub):
            self._write(key, linked_device_id=device.id, placed_under_id=hub.id)

    @callback
    def unlink(self, key: str) -> None:
        """Put the lock's device back where it hung, if it was put under a hub."""
        undo = self._read(key)
        if undo.linked_device_id is None:
            return
        self._unlink(undo)
        self._write(
            key,
            linked_device_id=None,
            previous_via_device_id=None,
            placed_under_id=None,
        )

    @callback
    def restore(self, key: str) -> None:
        """Put everything back as it was; what is gone meanwhile stays gone."""
        undo = self._read(key)
        self.turn_on(key)
        self._unhide(key)
        return_ids(self._hass, key)
        self._unlink(undo)
        self._store.memory.undo.pop(key, None)
        self._store.async_schedule_save()

    @callback
    def restore_others(self, keep: set[str]) -> None:
        """Put back what belongs to locks that are no longer configured."""
        known = set(self._store.memory.undo)
        for mark in (HIDDEN_FOR, TURNED_OFF_FOR):
            keys = (options_of(x, DOMAIN)[mark] for x in self._marked_with(mark))
            known |= {key for key in keys if isinstance(key, str)}
        known |= locks_with_lent_ids(self._hass)
        for key in known - keep:
            self.restore(key)

    @callback
    def release_others(self, keep: set[str]) -> None:
        """Let devices stand for themselves that hang under a hub of ours for no lock.

        Their lock was removed, and the file forgot where they hung before. `keep` holds
        the ids of the locks' devices.
        """
        registry = dr.async_get(self._hass)
        known = keep | {
            Undo.parse(stored).linked_device_id
            for stored in self._store.memory.undo.values()
        }
        for device in list(registry.devices):
            if device.id in known or device.via_device_id is None or _is_ours(device):
                continue
            hub = registry.async_get(device.via_device_id)
            if hub is not None and _is_ours(hub):
                registry.async_update_device(device.id, via_device_id=None)

    def _unhide(self, key: str) -> None:
        registry = er.async_get(self._hass)
        ids = {*self._read(key).hidden_entity_ids}
        marked = self._marked_with(HIDDEN_FOR)
        ids |= {entry.id for entry in marked if _hidden_for(entry) == key}
        for entity_id in ids:
            if (entry := registry.entities.get_entry(entity_id)) is None:
                continue
            if entry.hidden_by is er.RegistryEntryHider.INTEGRATION:
                registry.async_update_entity(entry.entity_id, hidden_by=None)
            if _hidden_for(entry) is not None:
                marks = options_of(entry, DOMAIN)
                del marks[HIDDEN_FOR]
                registry.async_update_entity_options(
                    entry.entity_id, DOMAIN, marks or None
                )

    def _marked_with(self, mark: str) -> Iterator[er.RegistryEntry]:
        """Return the entities that carry a mark of ours."""
        for entry in list(er.async_get(self._hass).entities.values()):
            if mark in options_of(entry, DOMAIN):
                yield entry

    def _unlink(self, undo: Undo) -> None:
        """Put a device back where it hung, unless somebody else has moved it since."""
        registry = dr.async_get(self._hass)
        device_id = undo.linked_device_id
        device = registry.async_get(device_id) if device_id else None
        if not isinstance(device, dr.DeviceEntry):
            return
        if device.via_device_id not in {undo.placed_under_id, None}:
            return
        previous = undo.previous_via_device_id
        if previous is not None and registry.async_get(previous) is None:
            previous = None
        registry.async_update_device(device.id, via_device_id=previous)

    def _read(self, key: str) -> Undo:
        return Undo.parse(self._store.memory.undo.get(key, {}))

    def _write(self, key: str, **changes: str | list[str] | None) -> None:
        self._store.memory.undo[key] = self._read(key).as_dict() | changes
        self._store.async_schedule_save(0)


def _is_ours(device: dr.AnyDeviceEntry) -> bool:
    """Return whether a device is a hub, a person or the home."""
    return any(identifier[0] == DOMAIN for identifier in device.identifiers)


def _hidden_for(entry: er.RegistryEntry) -> str | None:
    """Return the id of the lock for which we hid an entity."""
    key = options_of(entry, DOMAIN).get(HIDDEN_FOR)
    return key if isinstance(key, str) else None
