"""Check the connection to a lock, on request."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import LockDeviceEntity, async_follow_locks
from .home import AqaraLockConfigEntry
from .locks import Lock

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the check of every lock."""
    await async_follow_locks(
        entry, async_add_entities, lambda lock: [CheckConnection(lock)]
    )


class CheckConnection(LockDeviceEntity, ButtonEntity):
    """Pings the lock a few times; the result stands in a sensor beside it."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, lock: Lock) -> None:
        """Check one lock."""
        super().__init__(lock, "check_connection")

    @override
    async def async_added_to_hass(self) -> None:
        """Follow whether a ping can be sent."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._lock.state_changed.connect(self.async_write_ha_state)
        )

    @property
    @override
    def available(self) -> bool:
        """Whether a ping can be sent at all."""
        return self._lock.is_linked

    @override
    async def async_press(self) -> None:
        """Check now."""
        await self._lock.async_check_connection()
