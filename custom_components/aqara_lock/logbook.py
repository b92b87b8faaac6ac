"""Logbook: a line for every operation at a lock, and for the ends of an outage."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN, EVENT_ACTIVITY, EVENT_CONNECTION
from .domain.journal import NAMING, public_sentence
from .household import shows_names
from .locks import entity_id_of
from .texts import spoken

type Describe = Callable[[Event], dict[str, Any]]


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Describe], None]
) -> None:
    """Describe the public events."""

    def line(data: Mapping[str, Any], message: str) -> dict[str, Any]:
        entity_id = data.get(ATTR_ENTITY_ID) or _entity_id(hass, data.get("lock_id"))
        said = {LOGBOOK_ENTRY_NAME: data["name"], LOGBOOK_ENTRY_MESSAGE: message}
        return said | ({LOGBOOK_ENTRY_ENTITY_ID: entity_id} if entity_id else {})

    @callback
    def describe_activity(event: Event) -> dict[str, Any]:
        return line(event.data, _message(hass, event.data))

    @callback
    def describe_connection(event: Event) -> dict[str, Any]:
        return line(event.data, event.data["message"])

    async_describe_event(DOMAIN, EVENT_ACTIVITY, describe_activity)
    async_describe_event(DOMAIN, EVENT_CONNECTION, describe_connection)


def _shown(hass: HomeAssistant, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave names out where they are hidden: they were recorded while they were not."""
    if all(map(shows_names, hass.config_entries.async_entries(DOMAIN))):
        return data
    return {key: value for key, value in data.items() if key not in NAMING}


def _message(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Return what happened, in the words of today."""
    return spoken(hass, public_sentence(str(data["type"]), _shown(hass, data)))


def _entity_id(hass: HomeAssistant, lock_id: str | None) -> str | None:
    """Return the entity that a line belongs to: the lock itself where it is ours."""
    ours = entity_id_of(hass, Platform.LOCK, lock_id, "lock")
    return ours or entity_id_of(hass, Platform.EVENT, lock_id, "activity")
