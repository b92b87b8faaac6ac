"""Calendar of guests: who may come in when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .access_sensor import AccessEntity
from .const import DOMAIN
from .domain.access import Effect, Grant, PersonKind, Wish, spans_of
from .home import AqaraLockConfigEntry, Home

PARALLEL_UPDATES = 0
KEY = "guests"
AHEAD = timedelta(days=30)
"""How far the next event is looked for."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendar of the home; there is none where names are hidden."""
    home, shown = entry.runtime_data, list[GuestCalendar]()

    @callback
    def follow() -> None:
        if not home.household.shows_names:
            _remove(hass, entry)
            shown.clear()
        elif not shown:
            shown.append(GuestCalendar(entry))
            async_add_entities(shown)

    follow()
    entry.async_on_unload(home.people_changed.connect(follow))


def _remove(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    registry = er.async_get(hass)
    unique_id = f"{entry.entry_id}_{KEY}"
    entity_id = registry.async_get_entity_id(Platform.CALENDAR, DOMAIN, unique_id)
    if entity_id is not None:
        registry.async_remove(entity_id)


class GuestCalendar(AccessEntity, CalendarEntity):
    """The times of guests, a line for each; the doors are in its description."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = KEY

    def __init__(self, entry: AqaraLockConfigEntry) -> None:
        """Stand on the device of the home."""
        self._home: Home = entry.runtime_data
        self._attr_unique_id = f"{entry.entry_id}_{KEY}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
        )

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """The time that is now, or comes next."""
        now = dt_util.now()
        return min(self._events(now, now + AHEAD), key=_start, default=None)

    @override
    def _to_tell(self) -> object:
        return (self.state, self.event)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the times that touch a span."""
        return sorted(self._events(start_date, end_date), key=_start)

    def _events(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        people = self._home.household.people
        doors: dict[tuple[str, datetime, datetime], list[str]] = {}
        for grant in self._home.access.grants.values():
            person = people.get(grant.key.person_id)
            if person is None or person.kind is not PersonKind.GUEST:
                continue
            for span in self._spans(grant, start, end):
                doors.setdefault((person.name, *span), []).append(self._door(grant))
        for (name, begins, ends), names in doors.items():
            yield CalendarEvent(
                start=begins,
                end=ends,
                summary=name,
                description=", ".join(sorted(names)),
            )

    def _spans(
        self, grant: Grant, start: datetime, end: datetime
    ) -> list[tuple[datetime, datetime]]:
        # A second code at the same door is nothing that everybody should see.
        if grant.wish is not Wish.ON or grant.key.effect is not Effect.OPENS:
            return []
        zone = dt_util.get_default_time_zone()
        return spans_of(grant.window, start, end, zone)

    def _door(self, grant: Grant) -> str:
        door = self._home.access.doors.get(grant.key.door_id)
        return door.lock.name if door else ""


def _start(event: CalendarEvent) -> datetime:
    return event.start_datetime_local
