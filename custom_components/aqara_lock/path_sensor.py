"""The way to a lock: hub, radio link, other apps, and the last check."""

from collections.abc import Iterable
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import SIGNAL_STRENGTH_DECIBELS_MILLIWATT, EntityCategory

from .domain.path import PathEvidence
from .domain.placement import Advice
from .entity import LockDeviceEntity
from .watched_lock import WatchedLock

UNKNOWN_HUB: Final = "not known"


def path_sensors(lock: WatchedLock) -> Iterable[SensorEntity]:
    """Make the sensors that this lock can feed."""
    yield LastCheck(lock)
    if not lock.is_bridged:
        yield ConnectedApps(lock)
    if lock.node is None or lock.node.uses_thread:
        yield ServedBy(lock)
    if lock.node is not None and lock.node.parent_extended_address is not None:
        yield LinkQuality(lock)
        yield Rssi(lock)


class PathSensor(LockDeviceEntity, SensorEntity):
    """A diagnostic sensor that follows the lock's view."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is known of the way."""
        await super().async_added_to_hass()
        for changed in (self._lock.path_changed, self._lock.binding_changed):
            self.async_on_remove(changed.connect(self.async_write_ha_state))


class ServedBy(PathSensor):
    """The hub through which the lock is connected."""

    def __init__(self, lock: WatchedLock) -> None:
        """Show one lock's hub."""
        super().__init__(lock, "served_by")

    @property
    @override
    def native_value(self) -> str:
        """Name of the hub, or of all that may be it."""
        return self._lock.served_by_name or UNKNOWN_HUB

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say how it is known; a parent also when it was read."""
        if (path := self._lock.path) is None:
            return {}
        told: dict[str, Any] = {"evidence": path.evidence.value}
        if path.evidence is PathEvidence.PARENT:
            told["read_at"] = self._lock.radio_read_at
        return told


class LinkQuality(PathSensor):
    """Quality of the radio link to the parent, 0 to 3, as of the last reading."""

    _attr_entity_registry_enabled_default = False
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, lock: WatchedLock) -> None:
        """Show one lock's link."""
        super().__init__(lock, "link_quality")

    @property
    @override
    def native_value(self) -> int | None:
        """Link quality of Thread, 0 to 3."""
        return self._lock.node.link_quality if self._lock.node else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say when it was read: locks do not report a change by themselves."""
        return {"read_at": self._lock.radio_read_at}


class Rssi(PathSensor):
    """Signal strength at the lock, as of the last reading."""

    _attr_device_class = SensorDeviceClass.SIGNAL_STRENGTH
    _attr_entity_registry_enabled_default = False
    _attr_native_unit_of_measurement = SIGNAL_STRENGTH_DECIBELS_MILLIWATT
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, lock: WatchedLock) -> None:
        """Show one lock's signal."""
        super().__init__(lock, "rssi")

    @property
    @override
    def native_value(self) -> int | None:
        """Average signal strength, dBm."""
        return self._lock.node.rssi if self._lock.node else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say when it was read: locks do not report a change by themselves."""
        return {"read_at": self._lock.radio_read_at}


class ConnectedApps(PathSensor):
    """How many apps (ecosystems) hold the lock."""

    def __init__(self, lock: WatchedLock) -> None:
        """Count one lock's apps."""
        super().__init__(lock, "connected_apps")

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the names as well: they are read after the count."""
        await super().async_added_to_hass()
        changed = self._lock.log.directory.changed
        self.async_on_remove(changed.connect(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> int | None:
        """Number of apps, from the lock's own count."""
        return self._lock.node.commissioned_fabrics if self._lock.node else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Name them, once they were read."""
        return {"apps": list(self._lock.log.memory.fabrics.apps)}


class LastCheck(LockDeviceEntity, SensorEntity):
    """What the last connection check said."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = [advice.value for advice in Advice]

    def __init__(self, lock: WatchedLock) -> None:
        """Show one lock's check."""
        super().__init__(lock, "last_connection_check")

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the checks."""
        await super().async_added_to_hass()
        for changed in (self._lock.checker.changed, self._lock.binding_changed):
            self.async_on_remove(changed.connect(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> str | None:
        """Verdict of the last check."""
        result = self._lock.checker.result
        return result.advice.value if result else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Give the numbers (times in ms), what to do, and the last binding report."""
        return self._series() | self._binding()

    def _series(self) -> dict[str, Any]:
        checker = self._lock.checker
        if (result := checker.result) is None:
            return {}
        return {
            "checked_at": checker.checked_at,
            "sent": result.sent,
            "answered": result.answered,
            "average_ms": None if result.average is None else round(result.average),
            "worst_ms": None if result.worst is None else round(result.worst),
            "advice": checker.advice(self._lock.name, bridged=self._lock.is_bridged),
        }

    def _binding(self) -> dict[str, Any]:
        if (report := self._lock.binding) is None:
            return {}
        return {
            "binding_checked_at": report.at,
            "hangs_on_hub": report.hangs.value,
            "hub_needed": report.need.value,
            "hub": report.meant_hub_name,
            "thread_network": report.network_name,
            "apps": list(report.ecosystems),
            "more_apps_fit": report.fabrics_free,
        }
