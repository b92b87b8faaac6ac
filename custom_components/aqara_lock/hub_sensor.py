"""What a hub says of its Thread network."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory

from .domain.meshcop import ThreadRole
from .entity import HubEntity
from .watched_hub import WatchedHub


def hub_sensors(hub: WatchedHub) -> Iterable[SensorEntity]:
    """Make the sensors of a hub."""
    return (ThreadNetworkName(hub), ThreadRoleSensor(hub))


class ThreadNetworkName(HubEntity, SensorEntity):
    """Name of the Thread network that the hub serves."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, hub: WatchedHub) -> None:
        """Show one hub's network."""
        super().__init__(hub, "thread_network")

    @property
    @override
    def native_value(self) -> str | None:
        """Network name."""
        return self._hub.router.record.network_name


class ThreadRoleSensor(HubEntity, SensorEntity):
    """Role of the hub in its Thread network."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_options = [role.name.lower() for role in ThreadRole]

    def __init__(self, hub: WatchedHub) -> None:
        """Show one hub's role."""
        super().__init__(hub, "thread_role")

    @property
    @override
    def native_value(self) -> str | None:
        """Thread role, from the state bitmap."""
        state = self._hub.router.record.state
        return state.role.name.lower() if state else None
