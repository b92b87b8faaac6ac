"""Sensors of a lock: who unlocked last, and what is wrong."""

from datetime import date
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .activity_sensor import activity_sensors
from .diagnosis_watch import DiagnosisWatch
from .domain.connection import Cause
from .domain.diagnosis import OK, Finding, state, top
from .domain.rules import RULES
from .entity import LockDeviceEntity, async_follow_locks, follow_hubs
from .home import AqaraLockConfigEntry
from .home_sensor import home_sensors
from .hub_sensor import hub_sensors
from .path_sensor import path_sensors
from .watched_lock import WatchedLock

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of the home, of every lock and hub."""

    diagnosis = entry.runtime_data.diagnosis

    def entities_of(lock: WatchedLock) -> list[SensorEntity]:
        return [
            LockProblem(lock, diagnosis),
            *activity_sensors(lock),
            *path_sensors(lock),
        ]

    await async_follow_locks(entry, async_add_entities, entities_of)
    async_add_entities(home_sensors(entry))
    follow_hubs(entry, async_add_entities, hub_sensors)


class LockProblem(LockDeviceEntity, SensorEntity):
    """Top cause of a lock's trouble, `ok` when all is well."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = [OK, *sorted({*(rule.id for rule in RULES), *Cause})]
    _unrecorded_attributes = frozenset({"findings", "message", "since"})

    def __init__(self, lock: WatchedLock, diagnosis: DiagnosisWatch) -> None:
        """Show one lock."""
        super().__init__(lock, "diagnosis")
        self._diagnosis = diagnosis
        self._written: tuple[date, tuple[Finding, ...]] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow diagnosis and connection."""
        await super().async_added_to_hass()
        for signal, follow in (
            (self._lock.connection_changed, self._write),
            (self._diagnosis.changed, self._follow_diagnosis),
        ):
            self.async_on_remove(signal.connect(follow))

    @callback
    def _follow_diagnosis(self) -> None:
        """Write what is new about this lock: most of what changes is about others.

        On another day the same moment is told in other words.
        """
        if self._told != self._written:
            self._write()

    @callback
    def _write(self) -> None:
        self._written = self._told
        self.async_write_ha_state()

    @property
    @override
    def native_value(self) -> str:
        """Id of the top finding, else what is sure at once."""
        return self._lock.cause or state(self._findings)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Give every finding, and what is to be shown of the one that is the state."""
        found = self._diagnosis.words.attributes(self._findings)
        if text := self._lock.problem_message() or self._warning():
            found["message"] = text
        if (since := self._lock.connection.since) is not None:
            found["since"] = since
        return found

    def _warning(self) -> str:
        """Say what is wrong with a lock that answers; empty if well."""
        first = top(self._findings)
        return self._diagnosis.say(first) if first is not None else ""

    @property
    def _findings(self) -> tuple[Finding, ...]:
        return self._diagnosis.diagnosis.of_lock(self._lock.id)

    @property
    def _told(self) -> tuple[date, tuple[Finding, ...]]:
        return self._diagnosis.said_on, self._findings
