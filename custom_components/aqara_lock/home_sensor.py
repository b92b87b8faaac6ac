"""What concerns the whole home: its network problem and the reach of its local IPv6."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .const import DOMAIN
from .domain.diagnosis import state
from .domain.evidence import IPv6Class, known
from .domain.rules import RULES
from .home import AqaraLockConfigEntry, Home


def home_sensors(entry: AqaraLockConfigEntry) -> Iterable[SensorEntity]:
    """Make the sensors of the home."""
    return (NetworkProblem(entry), LocalIPv6(entry))


class HomeSensor(SensorEntity):
    """A sensor of the home that follows the diagnosis."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: AqaraLockConfigEntry, key: str) -> None:
        """Stand on the device of the home."""
        self._home: Home = entry.runtime_data
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            name="Home network",
            entry_type=DeviceEntryType.SERVICE,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the diagnosis."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._home.diagnosis.changed.connect(self.async_write_ha_state)
        )


class NetworkProblem(HomeSensor):
    """Top cause of what concerns all locks, `ok` when all is well."""

    _attr_options = ["ok", *sorted(rule.id for rule in RULES)]
    _unrecorded_attributes = frozenset({"findings"})

    def __init__(self, entry: AqaraLockConfigEntry) -> None:
        """Show the home's findings."""
        super().__init__(entry, "diagnosis")
        self._attr_translation_key = "network_diagnosis"

    @property
    @override
    def native_value(self) -> str:
        """Id of the top finding."""
        return state(self._home.diagnosis.diagnosis.of_home())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Give every finding with its parameters and sentences."""
        watch = self._home.diagnosis
        return watch.words.attributes(watch.diagnosis.of_home())


class LocalIPv6(HomeSensor):
    """How far this host's IPv6 reaches; `local` is what Matter needs."""

    _attr_options = [reach.value for reach in IPv6Class]

    def __init__(self, entry: AqaraLockConfigEntry) -> None:
        """Show the host's IPv6."""
        super().__init__(entry, "local_ipv6")
        self._attr_translation_key = "local_ipv6"

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the host: its reach may change without any finding."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._home.diagnosis.host_read.connect(self.async_write_ha_state)
        )

    @property
    @override
    def native_value(self) -> str | None:
        """Class of the best address; None where it cannot be looked up."""
        reach = known(self._home.diagnosis.host.ipv6_class)
        return reach.value if reach is not None else None
