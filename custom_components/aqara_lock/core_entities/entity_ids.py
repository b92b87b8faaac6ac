"""Core's lock entity lends its entity id to ours, and has it back when ours goes.

What was lent stands at core's entity in the registry, beside the id itself: no order of
removals, no restored backup and no lost file of ours can part the two.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from homeassistant.const import ATTR_RESTORED, EVENT_STATE_CHANGED, Platform
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN

LENT_TO: Final = "entity_id_lent_to"
"""Option of core's entity: id of the lock whose entity of ours has its id."""
LENT: Final = "entity_id_lent"
"""Option of core's entity: the id that it had."""
LENT_AS: Final = "entity_id_meanwhile"
"""Option of core's entity: the id that it has instead, unless the user gave it another."""
TAKEN: Final = "entity_id_taken"
"""Option of ours: whether it was settled which id it has; later it is the user's."""
SUFFIX: Final = "_matter"


def our_unique_id(key: str) -> str:
    """Return the unique id of the entity of a lock that takes the place of core's."""
    return f"{key}_lock"


@callback
def lend_id(hass: HomeAssistant, key: str, core: er.RegistryEntry) -> None:
    """Give core's entity an id with "_matter", and keep the one that it had for a lock."""
    registry = er.async_get(hass)
    _, object_id = core.entity_id.split(".", 1)
    meanwhile = registry.async_get_available_entity_id(
        Platform.LOCK, f"{object_id}{SUFFIX}"
    )
    marks = {LENT_TO: key, LENT: core.entity_id, LENT_AS: meanwhile}
    registry.async_update_entity_options(
        core.entity_id, DOMAIN, {**options_of(core, DOMAIN), **marks}
    )
    registry.async_update_entity(core.entity_id, new_entity_id=meanwhile)


@callback
def id_lent_to(hass: HomeAssistant, key: str) -> str | None:
    """Return the id that core's entity lent to a lock's entity of ours."""
    return next((lent for _, lent in _lent(hass, key)), None)


@callback
def follow_lent_id(hass: HomeAssistant, key: str) -> CALLBACK_TYPE:
    """Give our entity the id that was lent to it, as soon as nobody has it any more.

    Nothing is changed where somebody else took it meanwhile, nor a second time: an id
    that the user chose later stays. Returns what ends the wait.
    """

    registry, wanted = er.async_get(hass), id_lent_to(hass, key)

    def take() -> bool:
        entry = find_our_lock(hass, key)
        if wanted is None or entry is None or registry.async_is_registered(wanted):
            return True
        if options_of(entry, DOMAIN).get(TAKEN):
            return True
        # One that is being added cannot be renamed.
        if not _is_shown(hass, entry.entity_id) or not is_free(hass, wanted):
            return False
        registry.async_update_entity_options(
            entry.entity_id, DOMAIN, {**options_of(entry, DOMAIN), TAKEN: True}
        )
        registry.async_update_entity(entry.entity_id, new_entity_id=wanted)
        return True

    return until_done(hass, take)


@callback
def find_our_lock(hass: HomeAssistant, key: str) -> er.RegistryEntry | None:
    """Return our entity of a lock in the place of core's; None where there is none."""
    registry = er.async_get(hass)
    unique_id = our_unique_id(key)
    entity_id = registry.async_get_entity_id(Platform.LOCK, DOMAIN, unique_id)
    return registry.async_get(entity_id) if entity_id else None


@callback
def return_ids(hass: HomeAssistant, key: str) -> None:
    """Give core's entity its id back, at once or as soon as ours has left it."""
    for core, lent in _lent(hass, key):
        until_done(hass, partial(_return, hass, core.id, lent))


@callback
def locks_with_lent_ids(hass: HomeAssistant) -> set[str]:
    """Return the ids of all locks to whose entities core's lent an id."""
    marks = (
        options_of(entry, DOMAIN).get(LENT_TO)
        for entry in er.async_get(hass).entities.values()
    )
    return {key for key in marks if isinstance(key, str)}


def _return(hass: HomeAssistant, registry_id: str, lent: str) -> bool:
    """Rename core's entity, if its id is free; one that the user gave it since stays."""
    registry = er.async_get(hass)
    core = registry.entities.get_entry(registry_id)
    if core is None or options_of(core, DOMAIN).get(LENT) != lent:
        return True
    holder = registry.async_get(lent)
    if holder is not None and holder.platform != DOMAIN:
        # Somebody else took it meanwhile.
        return True
    if not is_free(hass, lent):
        return False
    marks = options_of(core, DOMAIN)
    meanwhile = marks.pop(LENT_AS, None)
    del marks[LENT]
    marks.pop(LENT_TO, None)
    registry.async_update_entity_options(core.entity_id, DOMAIN, marks or None)
    if core.entity_id == meanwhile:
        registry.async_update_entity(core.entity_id, new_entity_id=lent)
    return True


def _lent(hass: HomeAssistant, key: str) -> list[tuple[er.RegistryEntry, str]]:
    found = []
    for entry in er.async_get(hass).entities.values():
        marks = options_of(entry, DOMAIN)
        if marks.get(LENT_TO) == key and isinstance(lent := marks.get(LENT), str):
            found.append((entry, lent))
    return found


def is_free(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether neither the registry nor the state machine has an entity id.

    What Home Assistant shows in place of an entity that is not loaded stays behind when
    that one is renamed.
    """
    if er.async_get(hass).async_is_registered(entity_id):
        return False
    state = hass.states.get(entity_id)
    if state is not None and state.attributes.get(ATTR_RESTORED):
        hass.states.async_remove(entity_id)
    return hass.states.async_available(entity_id)


def _is_shown(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether the entity itself has written its state."""
    state = hass.states.get(entity_id)
    return state is not None and not state.attributes.get(ATTR_RESTORED)


@callback
def until_done(hass: HomeAssistant, attempt: Callable[[], bool]) -> CALLBACK_TYPE:
    """Try after each change of an entity until it is done; returns what ends it.

    Whoever changes an entity is in the middle of it when that is told: it is tried in the
    next turn of the event loop.
    """
    stops: list[CALLBACK_TYPE] = []
    planned: list[asyncio.Handle] = []

    @callback
    def end() -> None:
        while stops:
            stops.pop()()
        while planned:
            planned.pop().cancel()

    @callback
    def look() -> None:
        planned.clear()
        if attempt():
            end()

    @callback
    def plan(_event: Event[Any] | None = None) -> None:
        if not planned:
            planned.append(hass.loop.call_soon(look))

    stops += [
        hass.bus.async_listen(kind, plan)
        for kind in (EVENT_STATE_CHANGED, er.EVENT_ENTITY_REGISTRY_UPDATED)
    ]
    plan()
    return end


def options_of(entry: er.RegistryEntry, domain: str) -> dict[str, Any]:
    """Return a copy of what an entity's registry entry keeps for a domain."""
    return dict(entry.options[domain]) if domain in entry.options else {}
