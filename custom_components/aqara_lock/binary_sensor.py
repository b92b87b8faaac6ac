"""Whether a lock answers and whether a hub is there."""

from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .domain.connectivity import HubState
from .entity import HubEntity, LockDeviceEntity, async_follow_locks, follow_hubs
from .home import AqaraLockConfigEntry
from .hubs import Hub
from .locks import Lock

PARALLEL_UPDATES = 0
ATTR_CHECKING: Final = "checking"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up reachability of every lock and hub."""
    await async_follow_locks(entry, async_add_entities, _of_lock)
    follow_hubs(entry, async_add_entities, lambda hub: [HubOnline(hub)])


def _of_lock(lock: Lock) -> list[BinarySensorEntity]:
    return [Responsive(lock), Unanswered(lock)]


class ConnectionSensor(LockDeviceEntity, BinarySensorEntity):
    """A binary sensor that follows the connection."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._lock.connection_changed.connect(self.async_write_ha_state)
        )


class Responsive(ConnectionSensor):
    """Whether the lock answers."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY

    def __init__(self, lock: Lock) -> None:
        """Show one lock."""
        super().__init__(lock, "responsive")

    @property
    @override
    def is_on(self) -> bool:
        """Whether nothing speaks against the lock."""
        return self._lock.connection.responsive

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Tell whether a lock whose cause is cured is being checked."""
        return {ATTR_CHECKING: self._lock.connection.checking}


class Unanswered(ConnectionSensor):
    """The same as a problem: a safety sensor is shown where people look for safety."""

    _attr_device_class = BinarySensorDeviceClass.SAFETY

    def __init__(self, lock: Lock) -> None:
        """Show one lock."""
        super().__init__(lock, "unanswered")

    @property
    @override
    def is_on(self) -> bool:
        """Whether the lock does not answer, or is being checked still."""
        return not self._lock.connection.responsive


class HubOnline(HubEntity, BinarySensorEntity):
    """Whether a Thread border router is there."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY

    def __init__(self, hub: Hub) -> None:
        """Show one hub."""
        super().__init__(hub, "border_router")

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether the hub answers; None until that is known."""
        if self._hub.state is HubState.UNKNOWN:
            return None
        return self._hub.state is HubState.ONLINE
