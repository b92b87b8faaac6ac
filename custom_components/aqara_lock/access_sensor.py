"""Sensors of people and doors, and what entities of people share."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_PERSON_ID, DOMAIN, SUBENTRY_PERSON
from .domain.access import Grant, Person, Wish
from .entity import LockDeviceEntity
from .home import AqaraLockConfigEntry, Home
from .locks import Lock

type PersonEntities = Callable[[Person], Iterable[Entity]]


class AccessEntity(Entity):
    """An entity that follows access, and writes its state only where it is another one.

    Access is looked at whenever a user of a lock was read: a state that is written again
    would tell of it, and of whom a lock has reason to read.
    """

    _home: Home
    _told: object = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow access."""
        await super().async_added_to_hass()
        self._told = self._to_tell()
        self.async_on_remove(self._home.access.changed.connect(self._follow_access))

    @callback
    def _follow_access(self) -> None:
        told = self._to_tell()
        if told != self._told:
            self._told = told
            self.async_write_ha_state()

    def _to_tell(self) -> object:
        """Return everything that the state is made of."""
        return (self.available, self.state, self.extra_state_attributes)


class PersonEntity(AccessEntity):
    """An entity of a person; it stands on a device of that person, below the home."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: AqaraLockConfigEntry, person: Person, key: str) -> None:
        """Belong to one person of the home."""
        self._home: Home = entry.runtime_data
        self._person_id = person.id
        self._attr_unique_id = f"{person.id}_{key}"
        self._attr_translation_key = key
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, person.id)},
            name=person.name,
            entry_type=DeviceEntryType.SERVICE,
            via_device_id=self._home.device_id,
        )

    @property
    def _grants(self) -> list[Grant]:
        """What the person may open, or could if it were switched on."""
        every = self._home.access.of_person(self._person_id)
        return [grant for grant in every if grant.wish is not Wish.REMOVED]


class NextChange(PersonEntity, SensorEntity):
    """When some access of a person opens or closes next."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP

    def __init__(self, entry: AqaraLockConfigEntry, person: Person) -> None:
        """Show one person's times."""
        super().__init__(entry, person, "next_change")

    @property
    @override
    def native_value(self) -> datetime | None:
        """The moment; None where nothing changes by time."""
        return self._home.access.next_change(self._person_id)


class PeopleWithAccess(AccessEntity, LockDeviceEntity, SensorEntity):
    """How many people may open a lock now; never who."""

    def __init__(self, home: Home, lock: Lock) -> None:
        """Count at one lock."""
        super().__init__(lock, "people")
        self._home = home

    @property
    @override
    def native_value(self) -> int | None:
        """Number of people, each counted once.

        None where nobody was given access here: who else may open is not known.
        """
        access = self._home.access
        keys = [x for x in access.grants if x.door_id == self._lock.id]
        if not keys:
            return None
        return len({key.person_id for key in keys if access.has_access(key)})

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Say how many users of the lock were made elsewhere, where that is known."""
        door = self._home.access.doors.get(self._lock.id)
        if door is None or self.native_value is None:
            return {}
        return {"strangers": len(door.strangers())}


@callback
def follow_people(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    key: str,
    entities_of: PersonEntities,
) -> None:
    """Add the entity of every person, now and later; none where names are hidden."""
    home, known = entry.runtime_data, set[str]()

    @callback
    def follow() -> None:
        people = home.household.people if home.household.shows_names else {}
        if not home.household.shows_names:
            _remove_entities(hass, entry, platform, key)
        for subentry_id, person_id in _subentries(entry):
            if person_id in people and person_id not in known:
                async_add_entities(
                    entities_of(people[person_id]), config_subentry_id=subentry_id
                )
        known.clear()
        known.update(people)

    follow()
    entry.async_on_unload(home.people_changed.connect(follow))


def _subentries(entry: AqaraLockConfigEntry) -> list[tuple[str, str]]:
    return [
        (subentry.subentry_id, subentry.data[CONF_PERSON_ID])
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_PERSON
    ]


def _remove_entities(
    hass: HomeAssistant, entry: AqaraLockConfigEntry, platform: Platform, key: str
) -> None:
    registry = er.async_get(hass)
    for _, person_id in _subentries(entry):
        entity_id = registry.async_get_entity_id(platform, DOMAIN, f"{person_id}_{key}")
        if entity_id is not None:
            registry.async_remove(entity_id)
        _remove_device(hass, person_id)


def _remove_device(hass: HomeAssistant, person_id: str) -> None:
    """Remove what bears the name of a person, and every user can list."""
    devices = dr.async_get(hass)
    device = devices.async_get_device(identifiers={(DOMAIN, person_id)})
    if device is not None:
        devices.async_remove_device(device.id)
