"""Sensors of a lock: who unlocked last, and what is wrong."""

from typing import Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .activity_sensor import activity_sensors
from .domain.connection import Cause
from .entity import LockDeviceEntity, follow_hubs, follow_locks
from .home import AqaraLockConfigEntry
from .hub_sensor import hub_sensors
from .path_sensor import path_sensors
from .watched_lock import WatchedLock

PARALLEL_UPDATES = 0

OK: Final = "ok"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of every lock and hub."""

    def entities_of(lock: WatchedLock) -> list[SensorEntity]:
        return [LockProblem(lock), *activity_sensors(lock), *path_sensors(lock)]

    follow_locks(entry, async_add_entities, entities_of)
    follow_hubs(entry, async_add_entities, hub_sensors)


class LockProblem(LockDeviceEntity, SensorEntity):
    """Top cause of a lock's trouble, `ok` when all is well."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = [OK, *Cause]
    _unrecorded_attributes = frozenset({"message", "since"})

    def __init__(self, lock: WatchedLock) -> None:
        """Show one lock."""
        super().__init__(lock, "diagnosis")

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._lock.connection_changed.connect(self.async_write_ha_state)
        )

    @property
    @override
    def native_value(self) -> str:
        """Id of the top finding."""
        return self._lock.connection.cause or OK

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say what it means and since when, as long as it lasts."""
        connection = self._lock.connection
        if connection.cause is None:
            return {}
        return {"message": self._lock.problem_message(), "since": connection.since}
