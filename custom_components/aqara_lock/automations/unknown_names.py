"""Names in triggers and conditions that nobody has: they would never fire, silently."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
import logging
from typing import Any, Final

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import (
    CONF_CONDITION,
    CONF_NAME,
    CONF_OPTIONS,
    CONF_PLATFORM,
    CONF_TRIGGER,
    CONF_TRIGGERS,
    CONF_VARIABLES,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.helpers.event import (
    async_track_state_added_domain,
    async_track_state_removed_domain,
)

from ..const import DOMAIN
from ..home import AqaraLockConfigEntry, Home
from ..locks import Lock

_LOGGER: Final = logging.getLogger(__name__)

ISSUE_PREFIX: Final = "unknown_name_"
KINDS: Final = ("automation", "script")
KEYS: Final = (CONF_TRIGGER, CONF_PLATFORM, CONF_CONDITION)
QUIET_NAMES: Final = "quiet_names"
"""Variable of the blueprint for who unlocked: names that make no message."""
CALM: Final = 2.0
"""Seconds between looks: a reload of automations changes many at once."""


async def async_unknown_names(
    hass: HomeAssistant, home: Home
) -> Mapping[str, frozenset[str]]:
    """Return the names that nobody has, by the automation or script that has them.

    Nothing where an entity of another integration says who is at a door: it may say
    any name.
    """
    if any(lock.log.observers.say_names for lock in home.locks.values()):
        return {}
    known = await _async_known(hass, home)
    found = {
        entity.entity_id: frozenset(
            name
            for name in _names_in(getattr(entity, "raw_config", None))
            if name.strip().casefold() not in known
        )
        for entity in _entities(hass)
    }
    return {entity_id: names for entity_id, names in found.items() if names}


def edit_page(hass: HomeAssistant, entity_id: str) -> str:
    """Return the page of Home Assistant where an automation or script is edited."""
    kind = entity_id.partition(".")[0]
    found = (x for x in _entities(hass) if x.entity_id == entity_id)
    entity = next(found, None)
    has_page = entity is not None and entity.unique_id is not None
    place = f"/edit/{entity.unique_id}" if entity is not None and has_page else ""
    return f"/config/{kind}{place or '/dashboard'}"


@callback
def watch_names(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    """Keep the repairs of a home in step with automations, people and locks."""
    home = entry.runtime_data
    looks = Debouncer(
        hass,
        _LOGGER,
        cooldown=CALM,
        immediate=False,
        function=partial(_async_follow, hass, entry),
    )

    @callback
    def look(_event: Event[EventStateChangedData] | None = None) -> None:
        looks.async_schedule_call()

    @callback
    def follow(lock: Lock) -> None:
        entry.async_on_unload(lock.log.directory.changed.connect(look))
        look()

    kinds = [*KINDS, PERSON_DOMAIN]
    for untrack in (
        async_track_state_added_domain(hass, kinds, look),
        async_track_state_removed_domain(hass, kinds, look),
        home.people_changed.connect(look),
        home.lock_added.connect(follow),
        looks.async_shutdown,
        partial(_keep, hass, {}),
    ):
        entry.async_on_unload(untrack)
    for lock in home.locks.values():
        follow(lock)
    look()


async def _async_follow(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    found = await async_unknown_names(hass, entry.runtime_data)
    _keep(hass, found)
    for entity_id in found:
        state = hass.states.get(entity_id)
        # The name itself is shown behind the repair, to administrators only.
        told = {"automation": state.name if state is not None else entity_id}
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"{ISSUE_PREFIX}{entity_id}",
            data={"automation": entity_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="unknown_name",
            translation_placeholders=told,
        )


@callback
def _keep(hass: HomeAssistant, found: Mapping[str, object]) -> None:
    """Take back the repairs of whatever names nobody unknown any more."""
    kept = {f"{ISSUE_PREFIX}{entity_id}" for entity_id in found}
    every = {issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN}
    for issue_id in {x for x in every if x.startswith(ISSUE_PREFIX)} - kept:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _entities(hass: HomeAssistant) -> Iterator[Entity]:
    """Give the automations and scripts that there are."""
    components = hass.data.get(DATA_INSTANCES, {})
    for kind in KINDS:
        if (component := components.get(kind)) is not None:
            yield from component.entities


def _names_in(config: Any) -> Iterator[str]:
    """Give the names that our triggers and conditions ask for, however deep."""
    if isinstance(config, Mapping):
        if CONF_TRIGGERS in config:
            yield from _names_of(config.get(CONF_VARIABLES), QUIET_NAMES)
        if any(_is_ours(config.get(key)) for key in KEYS):
            yield from _names_of(config.get(CONF_OPTIONS), CONF_NAME)
        for value in config.values():
            yield from _names_in(value)
    elif isinstance(config, list | tuple):
        for item in config:
            yield from _names_in(item)


def _is_ours(key: object) -> bool:
    return isinstance(key, str) and key.startswith(f"{DOMAIN}.")


def _names_of(options: Any, key: str) -> Iterable[str]:
    names = options.get(key) if isinstance(options, Mapping) else None
    several = names if isinstance(names, list) else [names]
    return (name for name in several if isinstance(name, str) and name.strip())


async def _async_known(hass: HomeAssistant, home: Home) -> frozenset[str]:
    """Return every name that may be told of somebody, in the form that is compared."""
    names = [person.name for person in home.household.people.values()]
    names += [state.name for state in hass.states.async_all(PERSON_DOMAIN)]
    names += [user.name for user in await hass.auth.async_get_users() if user.name]
    for lock in home.locks.values():
        users = lock.log.memory.directory.users.values()
        names += [user.name for user in users if user.name]
    return frozenset(name.strip().casefold() for name in names)
