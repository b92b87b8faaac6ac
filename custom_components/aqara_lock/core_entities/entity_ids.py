"""Core's lock entity lends its entity id to ours, and has it back when ours goes.

What was lent stands at core's entity in the registry, beside the id itself: no order of
removals, no restored backup and no lost file of ours can part the two.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from homeassistant.const import ATTR_RESTORED, EVENT_STATE_CHANGED, Platform
from homeassistant.core import Event, HomeAssistant, callback
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
WITHIN: Final = 60.0
"""Seconds in which an entity that was added, renamed or removed shows it."""


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


async def async_take_id(hass: HomeAssistant, key: str, unique_id: str) -> None:
    """Give our entity the id that was lent to it, as soon as nobody has it any more.

    Nothing is changed where somebody else took it meanwhile, nor a second time: an id
    that the user chose later stays.
    """
    registry = er.async_get(hass)

    def ours() -> er.RegistryEntry | None:
        entity_id = registry.async_get_entity_id(Platform.LOCK, DOMAIN, unique_id)
        return registry.async_get(entity_id) if entity_id else None

    def is_there() -> bool:
        """Return whether our entity was added: it cannot be renamed while it is."""
        return (now := ours()) is not None and _is_shown(hass, now.entity_id)

    wanted, entry = id_lent_to(hass, key), ours()
    if wanted is None or entry is None or entry.entity_id == wanted:
        return
    if options_of(entry, DOMAIN).get(TAKEN) or not await _async_until(hass, is_there):
        return
    if not await async_until_free(hass, wanted):
        return
    if (entry := ours()) is None:
        return
    registry.async_update_entity_options(
        entry.entity_id, DOMAIN, {**options_of(entry, DOMAIN), TAKEN: True}
    )
    registry.async_update_entity(entry.entity_id, new_entity_id=wanted)


@callback
def return_ids(hass: HomeAssistant, key: str) -> None:
    """Give core's entity its id back, at once or as soon as ours has left it."""
    for core, lent in _lent(hass, key):
        if _is_free(hass, lent):
            _return(hass, core.id)
        else:
            hass.async_create_background_task(
                _async_return(hass, core.id, lent), "aqara_lock entity id"
            )


@callback
def locks_with_lent_ids(hass: HomeAssistant) -> set[str]:
    """Return the ids of all locks to whose entities core's lent an id."""
    marks = (
        options_of(entry, DOMAIN).get(LENT_TO)
        for entry in er.async_get(hass).entities.values()
    )
    return {key for key in marks if isinstance(key, str)}


async def async_until_free(hass: HomeAssistant, entity_id: str) -> bool:
    """Wait until nobody has an entity id; False where somebody keeps it."""
    return await _async_until(hass, partial(_is_free, hass, entity_id))


async def _async_return(hass: HomeAssistant, registry_id: str, lent: str) -> None:
    if await async_until_free(hass, lent):
        _return(hass, registry_id)


def _return(hass: HomeAssistant, registry_id: str) -> None:
    """Rename core's entity; an id that the user gave it meanwhile stays."""
    registry = er.async_get(hass)
    core = registry.entities.get_entry(registry_id)
    if core is None or LENT not in (marks := options_of(core, DOMAIN)):
        return
    lent, meanwhile = marks.pop(LENT), marks.pop(LENT_AS, None)
    marks.pop(LENT_TO, None)
    registry.async_update_entity_options(core.entity_id, DOMAIN, marks or None)
    if core.entity_id == meanwhile:
        registry.async_update_entity(core.entity_id, new_entity_id=lent)


def _lent(hass: HomeAssistant, key: str) -> list[tuple[er.RegistryEntry, str]]:
    found = []
    for entry in er.async_get(hass).entities.values():
        marks = options_of(entry, DOMAIN)
        if marks.get(LENT_TO) == key and isinstance(lent := marks.get(LENT), str):
            found.append((entry, lent))
    return found


def _is_free(hass: HomeAssistant, entity_id: str) -> bool:
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


async def _async_until(hass: HomeAssistant, is_so: Callable[[], bool]) -> bool:
    """Wait until something holds of entities; False where it does not within a minute."""
    changed = asyncio.Event()

    @callback
    def look(_event: Event[Any]) -> None:
        changed.set()

    stops = [
        hass.bus.async_listen(kind, look)
        for kind in (EVENT_STATE_CHANGED, er.EVENT_ENTITY_REGISTRY_UPDATED)
    ]
    try:
        async with asyncio.timeout(WITHIN):
            while not is_so():
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        for stop in stops:
            stop()
    return True


def options_of(entry: er.RegistryEntry, domain: str) -> dict[str, Any]:
    """Return a copy of what an entity's registry entry keeps for a domain."""
    return dict(entry.options[domain]) if domain in entry.options else {}
