"""What all entities share: a lock's stand on core's device, a hub's on our own."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import override

from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .home import AqaraLockConfigEntry
from .hubs import Hub
from .locks import Lock, entity_id_of

type LockEntities = Callable[[Lock], Iterable[Entity]]
type HubEntities = Callable[[Hub], Iterable[Entity]]


class LockDeviceEntity(Entity):
    """An entity of a lock; it stands on the device that core's Matter made."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, lock: Lock, key: str) -> None:
        """Stand on the device that the lock has now."""
        self._lock = lock
        self._attr_unique_id = f"{lock.id}_{key}"
        self._attr_translation_key = key
        self.device_entry = lock.device

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the device when core makes it anew."""
        await super().async_added_to_hass()
        self.async_on_remove(self._lock.device_moved.connect(self._follow_device))
        self.async_on_remove(
            self._lock.names_visibility_changed.connect(self._hide_user)
        )

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Set whose doing it is; everybody can read the user in the context of a state."""
        super().async_set_context(self._lock.household.public_context(context))

    @callback
    def _hide_user(self) -> None:
        """Write the state without its user, once names are hidden.

        A state that is written unchanged keeps its context, unless it is forced.
        """
        state = self.hass.states.get(self.entity_id)
        if self._lock.household.shows_names or state is None:
            return
        if state.context.user_id is not None or state.context.parent_id is not None:
            self.async_set_context(Context())
            self._attr_force_update = True
            self.async_write_ha_state()
            self._attr_force_update = False

    @callback
    def _follow_device(self) -> None:
        device = self._lock.device
        self.device_entry = device
        if self.registry_entry is not None and device is not None:
            er.async_get(self.hass).async_update_entity(
                self.entity_id, device_id=device.id
            )


class HubEntity(Entity):
    """An entity of a border router; it stands where `HubDevices` has the hub."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, hub: Hub, key: str) -> None:
        """Belong to one hub."""
        self._hub = hub
        self._attr_unique_id = f"{hub.router.id}_{key}"
        self._attr_translation_key = key

    @override
    async def async_added_to_hass(self) -> None:
        """Write the state whenever the hub changes."""
        await super().async_added_to_hass()
        self.async_on_remove(self._hub.changed.connect(self.async_write_ha_state))


@callback
def remove_replaced(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    platform: Platform,
    keys: Collection[str],
) -> None:
    """Remove the entities of locks that an earlier version had and this one has not."""
    registry = er.async_get(hass)
    for lock_id in entry.runtime_data.locks:
        for key in keys:
            entity_id = entity_id_of(hass, platform, lock_id, key)
            if entity_id is not None:
                registry.async_remove(entity_id)


async def async_follow_locks(
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: LockEntities,
) -> None:
    """Add entities for every lock, now and later; others get their turn in between."""

    @callback
    def add(lock: Lock) -> None:
        async_add_entities(entities_of(lock), config_subentry_id=lock.id)

    home = entry.runtime_data
    entry.async_on_unload(home.lock_added.connect(add))
    for lock in list(home.locks.values()):
        await asyncio.sleep(0)
        if lock.id in home.locks:
            add(lock)


@callback
def follow_hubs(
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: HubEntities,
) -> None:
    """Add entities for every hub, now and later."""

    @callback
    def add(hub: Hub) -> None:
        entities = list(entities_of(hub))
        device = home.devices.device(hub.router.id)
        for entity in entities:
            entity.device_entry = device
        async_add_entities(entities)

    home = entry.runtime_data
    for hub in home.hubs.values():
        add(hub)
    entry.async_on_unload(home.hub_added.connect(add))
