"""What was changed at core's own entities and devices, and how it was before."""

from dataclasses import asdict, dataclass, fields
import logging
from typing import Any, Self

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..store import HomeStore

_LOGGER = logging.getLogger(__name__)


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
        if entry.hidden_by is not None or entry.id in hidden:
            return
        er.async_get(self._hass).async_update_entity(
            entry.entity_id, hidden_by=er.RegistryEntryHider.INTEGRATION
        )
        self._write(key, hidden_entity_ids=[*hidden, entry.id])

    @callback
    def unhide(self, key: str) -> None:
        """Show core's lock entities again, those that we hid."""
        undo = self._read(key)
        if undo.hidden_entity_ids:
            self._unhide(undo)
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
        self._unhide(undo)
        self._unlink(undo)
        self._store.memory.undo.pop(key, None)
        self._store.async_schedule_save()

    @callback
    def restore_others(self, keep: set[str]) -> None:
        """Put back what belongs to locks that are no longer configured."""
        for key in set(self._store.memory.undo) - keep:
            self.restore(key)

    def _unhide(self, undo: Undo) -> None:
        registry = er.async_get(self._hass)
        for entity_id in undo.hidden_entity_ids:
            entry = registry.entities.get_entry(entity_id)
            if entry and entry.hidden_by is er.RegistryEntryHider.INTEGRATION:
                registry.async_update_entity(entry.entity_id, hidden_by=None)

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
