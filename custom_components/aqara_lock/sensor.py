"""Sensors of a lock: who unlocked last, and what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    Platform,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .access_sensor import NextChange, PeopleWithAccess, follow_people
from .const import DOMAIN
from .diagnosis import DiagnosisEngine
from .domain.attribution import Confidence, Method
from .domain.connectivity import Advice, Cause
from .domain.diagnosis import OK, RULES, Finding, IPv6Class, known, state, top
from .domain.journal import BY_HAND, OPENINGS, ActivityType, JournalEntry, ReportsWho
from .domain.thread import PathEvidence, ThreadRole
from .entity import (
    HubEntity,
    LockDeviceEntity,
    async_follow_locks,
    follow_hubs,
    remove_replaced,
)
from .home import AqaraLockConfigEntry, Home
from .hubs import Hub
from .locks import Lock

UNKNOWN_HUB: Final = "not known"


def path_sensors(lock: Lock) -> Iterable[SensorEntity]:
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

    def __init__(self, lock: Lock) -> None:
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
            told["read_at"] = self._lock.radio.read_at
        return told


class RadioSensor(PathSensor):
    """A number of the radio link to the parent, as of the last reading."""

    _attr_entity_registry_enabled_default = False
    _attr_state_class = SensorStateClass.MEASUREMENT

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say when it was read: locks do not report a change by themselves."""
        return {"read_at": self._lock.radio.read_at}


class LinkQuality(RadioSensor):
    """Quality of the radio link, 0 to 3."""

    def __init__(self, lock: Lock) -> None:
        """Show one lock's link."""
        super().__init__(lock, "link_quality")

    @property
    @override
    def native_value(self) -> int | None:
        """Link quality of Thread, 0 to 3."""
        return self._lock.node.link_quality if self._lock.node else None


class Rssi(RadioSensor):
    """Signal strength at the lock."""

    _attr_device_class = SensorDeviceClass.SIGNAL_STRENGTH
    _attr_native_unit_of_measurement = SIGNAL_STRENGTH_DECIBELS_MILLIWATT

    def __init__(self, lock: Lock) -> None:
        """Show one lock's signal."""
        super().__init__(lock, "rssi")

    @property
    @override
    def native_value(self) -> int | None:
        """Average signal strength, dBm."""
        return self._lock.node.rssi if self._lock.node else None


class ConnectedApps(PathSensor):
    """How many apps (ecosystems) hold the lock."""

    def __init__(self, lock: Lock) -> None:
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

    def __init__(self, lock: Lock) -> None:
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


def hub_sensors(hub: Hub) -> Iterable[SensorEntity]:
    """Make the sensors of a hub."""
    return (ServedLocks(hub), ThreadNetworkName(hub), ThreadRoleSensor(hub))


class ServedLocks(HubEntity, SensorEntity):
    """How many locks are connected through the hub."""

    def __init__(self, hub: Hub) -> None:
        """Show one hub's locks."""
        super().__init__(hub, "locks")

    @property
    @override
    def native_value(self) -> int:
        """Number of locks."""
        return len(self._hub.served_locks)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Name them."""
        return {"names": list(self._hub.served_locks)}


class ThreadNetworkName(HubEntity, SensorEntity):
    """Name of the Thread network that the hub serves."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, hub: Hub) -> None:
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

    def __init__(self, hub: Hub) -> None:
        """Show one hub's role."""
        super().__init__(hub, "thread_role")

    @property
    @override
    def native_value(self) -> str | None:
        """Thread role, from the state bitmap."""
        state = self._hub.router.record.state
        return state.role.name.lower() if state else None


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


ATTR_HOW: Final = "how"
ATTR_AT: Final = "at"
NOT_REPORTED: Final = "not reported"
NOT_SHOWN: Final = "not shown"
ASSIGNED: Final = " (assigned)"
LOCKINGS: Final = frozenset({ActivityType.LOCKED})


def who(line: JournalEntry | None) -> str | None:
    """Say who it was; never a previous person when the lock did not say."""
    if line is None:
        return None
    said = line.attribution
    if said is None or said.actor is None:
        return NOT_REPORTED
    # Nobody may take an assigned name for the lock's own word, in a comparison neither.
    mark = ASSIGNED if said.confidence is Confidence.ASSIGNED else ""
    return _cut(said.actor, MAX_LENGTH_STATE_STATE - len(mark)) + mark


def _cut(name: str, longest: int) -> str:
    """Return a name that fits into a state; a person may have any."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def when(line: JournalEntry | None) -> datetime | None:
    """Say when it was."""
    return line.occurred_at if line else None


def how(line: JournalEntry) -> str:
    """Return by which method it was."""
    return line.attribution.method.value if line.attribution else Method.UNKNOWN.value


@dataclass(frozen=True, kw_only=True)
class LastEntryDescription(SensorEntityDescription):
    """A fact of the last line of some types."""

    types: frozenset[ActivityType]
    value: Callable[[JournalEntry | None], str | datetime | None]
    is_name: bool = False


DESCRIPTIONS: Final = (
    LastEntryDescription(
        key="last_unlocked_by",
        translation_key="last_unlocked_by",
        types=OPENINGS,
        value=who,
        is_name=True,
    ),
    LastEntryDescription(
        key="last_unlocked_at",
        translation_key="last_unlocked_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        types=OPENINGS,
        value=when,
    ),
    LastEntryDescription(
        key="last_locked_by",
        translation_key="last_locked_by",
        types=LOCKINGS,
        value=who,
        is_name=True,
    ),
)


def activity_sensors(lock: Lock) -> Iterable[SensorEntity]:
    """Make the sensors that read a lock's journal."""
    for description in DESCRIPTIONS:
        yield LastEntrySensor(lock, description)
    yield ReportsWhoSensor(lock)


class JournalSensor(LockDeviceEntity, SensorEntity):
    """A sensor that follows the journal."""

    _written: object = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow new and amended lines."""
        await super().async_added_to_hass()
        # What is written first, right after this.
        self._written = self._told
        self.async_on_remove(self._lock.entries_changed.connect(self._follow_entries))
        self.async_on_remove(
            self._lock.names_visibility_changed.connect(self.async_write_ha_state)
        )

    @callback
    def _follow_entries(self) -> None:
        """Write what is new: most entries change nothing of what is shown here."""
        if (told := self._told) != self._written:
            self._written = told
            self.async_write_ha_state()

    @property
    def _told(self) -> object:
        """What the state is made of."""
        raise NotImplementedError


class LastEntrySensor(JournalSensor):
    """A fact of the last line of some types."""

    entity_description: LastEntryDescription

    def __init__(self, lock: Lock, description: LastEntryDescription) -> None:
        """Show one fact."""
        super().__init__(lock, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Give the fact; a name only where everybody may see names."""
        line = self._line
        hidden = self.entity_description.is_name and not self._shows_names
        if hidden and line is not None:
            return NOT_SHOWN
        return self.entity_description.value(line)

    @property
    @override
    def entity_picture(self) -> str | None:
        """Give the person's picture where the person is shown."""
        line = self._line
        if not self.entity_description.is_name or not self._shows_names or line is None:
            return None
        person_id = line.attribution.person_id if line.attribution else None
        return self._lock.household.picture(person_id)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return how and when it was, and by whom a name was assigned by hand."""
        line = self._line
        if line is None or not self.entity_description.is_name:
            return {}
        facts = line.attributes(names=self._shows_names)
        by_hand: dict[str, Any] = {k: facts[k] for k in BY_HAND if k in facts}
        return {ATTR_HOW: how(line), ATTR_AT: line.occurred_at, **by_hand}

    @property
    @override
    def _told(self) -> object:
        return self.native_value, self.entity_picture, self.extra_state_attributes

    @property
    def _shows_names(self) -> bool:
        return self._lock.household.shows_names

    @property
    def _line(self) -> JournalEntry | None:
        """The last entry of which it is known who it was, as far as that can be known."""
        journal, log = self._lock.journal, self._lock.log
        types = self.entity_description.types
        newest = journal.newest_of(types)
        if newest is None or not log.is_attributing(newest):
            return newest
        every = (entry for entry in journal.newest_first() if entry.type in types)
        return next((x for x in every if not log.is_attributing(x)), None)


class ReportsWhoSensor(JournalSensor):
    """Whether this lock says who unlocked, from what it has really said."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_options = [answer.value for answer in ReportsWho]

    def __init__(self, lock: Lock) -> None:
        """Judge one lock."""
        super().__init__(lock, "reports_who")

    @property
    @override
    def native_value(self) -> str:
        """Judge from the journal."""
        return self._lock.reports_who.value

    @property
    @override
    def _told(self) -> object:
        return self.native_value


PARALLEL_UPDATES = 0
REPLACED: Final = ("last_unlocked_how",)
"""Keys of sensors of earlier versions: their fact is an attribute of another sensor."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of the home, of every lock and hub."""
    remove_replaced(hass, entry, Platform.SENSOR, REPLACED)
    home, diagnosis = entry.runtime_data, entry.runtime_data.diagnosis

    def entities_of(lock: Lock) -> list[SensorEntity]:
        return [
            LockProblem(lock, diagnosis),
            *activity_sensors(lock),
            *path_sensors(lock),
            *([PeopleWithAccess(home, lock)] if _takes_codes(lock) else []),
        ]

    await async_follow_locks(entry, async_add_entities, entities_of)
    async_add_entities(home_sensors(entry))
    follow_people(
        hass,
        entry,
        async_add_entities,
        Platform.SENSOR,
        "next_change",
        lambda person: [NextChange(entry, person)],
    )
    follow_hubs(entry, async_add_entities, hub_sensors)


def _takes_codes(lock: Lock) -> bool:
    """Return whether codes can be written to a lock."""
    return lock.node is not None and lock.node.limits.has_codes


class LockProblem(LockDeviceEntity, SensorEntity):
    """Top cause of a lock's trouble, `ok` when all is well."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [OK, *sorted({*(rule.id for rule in RULES), *Cause})]
    _unrecorded_attributes = frozenset({"findings", "message", "summary", "since"})

    def __init__(self, lock: Lock, diagnosis: DiagnosisEngine) -> None:
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
        return self._lock.verdict.cause or state(self._findings)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Give every finding, and what is to be shown of the one that is the state."""
        found = self._diagnosis.words.attributes(self._findings)
        if text := self._lock.verdict.problem_message() or self._warning():
            found["message"] = text
            found["summary"] = self._lock.verdict.problem_summary() or self._warned()
        if (since := self._lock.connection.since) is not None:
            found["since"] = since
        return found

    def _warning(self) -> str:
        """Say what is wrong with a lock that answers; empty if well."""
        first = top(self._findings)
        return self._diagnosis.say(first) if first is not None else ""

    def _warned(self) -> str:
        """Say the same in one line."""
        first = top(self._findings)
        return self._diagnosis.words.summary(first) if first is not None else ""

    @property
    def _findings(self) -> tuple[Finding, ...]:
        return self._diagnosis.diagnosis.of_lock(self._lock.id)

    @property
    def _told(self) -> tuple[date, tuple[Finding, ...]]:
        return self._diagnosis.said_on, self._findings
