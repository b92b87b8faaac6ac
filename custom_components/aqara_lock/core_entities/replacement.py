"""Our lock entity in the place of core's: hidden there, with the user's settings here.

A default code goes from one entity's options to the other's inside Home Assistant's own
registry; it is in no file, log or state of ours.
"""

from typing import Any, Final

from homeassistant.components.homeassistant.exposed_entities import (
    async_expose_entity,
    async_get_entity_settings,
)
from homeassistant.components.lock.const import DOMAIN as LOCK_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..locks import Lock
from ..matter import find_core_lock_entities
from .entity_ids import TAKEN, find_our_lock, id_lent_to, lend_id, options_of
from .undo import UndoLedger

DEFAULT_CODE: Final = "default_code"
SHOULD_EXPOSE: Final = "should_expose"
SETTINGS_FROM: Final = "settings_copied_from"
OPTIONS_FROM: Final = "options_copied_from"
HAD_CODE: Final = "core_had_code"


@callback
def find_replaced(hass: HomeAssistant, lock: Lock) -> list[er.RegistryEntry]:
    """Return core's lock entities whose place ours takes, the one in use first.

    A lock that was commissioned again has one for each of its nodes.
    """
    if lock.device is None or not lock.replaces_core:
        return []
    return find_core_lock_entities(hass, lock.device, lock.endpoint_id)


@callback
def hide_core_lock(hass: HomeAssistant, lock: Lock, undo: UndoLedger) -> None:
    """Hide core's lock entities, or turn them off where the user wants that.

    "Manage access" of Matter needs the one in use to be on.
    """
    for core in find_replaced(hass, lock):
        undo.hide(lock.id, core)
    if lock.turns_core_off:
        for core in find_replaced(hass, lock):
            undo.turn_off(lock.id, core)
    else:
        undo.turn_on(lock.id)


@callback
def follow_replacement(hass: HomeAssistant, lock: Lock, undo: UndoLedger) -> None:
    """Take the place of core's lock entity, or give it back and remove ours."""
    if lock.replaces_core:
        hide_core_lock(hass, lock, undo)
        return
    if (ours := find_our_lock(hass, lock.id)) is not None:
        return_code(hass, lock, ours)
        _remove_our_entity(hass, ours)
    undo.unhide(lock.id)


@callback
def stands_before_core(hass: HomeAssistant, lock: Lock) -> bool:
    """Return whether our entity was registered before the one of core's that is in use.

    "Manage access" of Matter opens the first enabled lock entity of a device, and is empty
    where that is ours (frontend 20261028).
    """
    ours = find_our_lock(hass, lock.id)
    core = next(iter(find_replaced(hass, lock)), None)
    if ours is None or ours.disabled or core is None or core.disabled:
        return False
    if id_lent_to(hass, lock.id) is not None and TAKEN not in options_of(ours, DOMAIN):
        # A new id puts an entity behind all others, and ours has not got it yet.
        return False
    order = [entry.id for entry in er.async_get(hass).entities.values()]
    return order.index(ours.id) < order.index(core.id)


@callback
def remove_our_lock(hass: HomeAssistant, key: str) -> str | None:
    """Remove our entity of a lock; returns its id. The registry remembers what it was."""
    if (ours := find_our_lock(hass, key)) is None:
        return None
    er.async_get(hass).async_remove(ours.entity_id)
    return ours.entity_id


def _remove_our_entity(hass: HomeAssistant, ours: er.RegistryEntry) -> None:
    """Remove it with its options: the registry remembers those, and a code with them."""
    registry = er.async_get(hass)
    registry.async_update_entity_options(ours.entity_id, LOCK_DOMAIN, None)
    registry.async_update_entity_options(ours.entity_id, DOMAIN, None)
    registry.async_remove(ours.entity_id)


@callback
def copy_core_settings(hass: HomeAssistant, lock: Lock, entity_id: str) -> None:
    """Copy what the user set for core's entity once, when our entity is new.

    A new one gets its entity id, too. One that an earlier version made, or that was there
    before core's, is known by its own.
    """
    registry = er.async_get(hass)
    if (ours := registry.async_get(entity_id)) is None:
        return
    core, known = next(iter(find_replaced(hass, lock)), None), options_of(ours, DOMAIN)
    marks: dict[str, Any] = {}
    is_new = SETTINGS_FROM not in known
    if core is None:
        marks = {} if TAKEN in known else {TAKEN: True}
    else:
        if is_new:
            _copy_settings(hass, core, entity_id)
            marks[SETTINGS_FROM] = core.id
        # An entity that an earlier version made has the settings, and not the options.
        if OPTIONS_FROM not in known:
            _copy_options(registry, core, ours)
            marks |= {OPTIONS_FROM: core.id, HAD_CODE: _code_of(core) is not None}
    if marks:
        registry.async_update_entity_options(entity_id, DOMAIN, {**known, **marks})
    if core is None or not is_new or known.get(TAKEN):
        return
    if id_lent_to(hass, lock.id) is None:
        lend_id(hass, lock.id, registry.async_get(core.entity_id) or core)


@callback
def return_code(hass: HomeAssistant, lock: Lock, ours: er.RegistryEntry) -> None:
    """Bring a change of the default code to core's entity before ours goes.

    Only where core's had a code when it was replaced: where there was none, none is left
    behind, and one that was set there since stays.
    """
    if lock.device is None or not options_of(ours, DOMAIN).get(HAD_CODE):
        return
    cores = find_core_lock_entities(hass, lock.device, lock.endpoint_id)
    if not cores or (code := _code_of(ours)) == _code_of(cores[0]):
        return
    options = options_of(cores[0], LOCK_DOMAIN)
    options.pop(DEFAULT_CODE, None)
    if code is not None:
        options[DEFAULT_CODE] = code
    er.async_get(hass).async_update_entity_options(
        cores[0].entity_id, LOCK_DOMAIN, options or None
    )


def _copy_settings(hass: HomeAssistant, core: er.RegistryEntry, target: str) -> None:
    er.async_get(hass).async_update_entity(
        target,
        name=core.name,
        icon=core.icon,
        area_id=core.area_id,
        aliases=core.aliases,
        labels=core.labels,
        categories=core.categories,
    )
    _copy_exposure(hass, core.entity_id, target)


def _copy_options(
    registry: er.EntityRegistry, core: er.RegistryEntry, ours: er.RegistryEntry
) -> None:
    """Copy the options of every domain; what the user set for ours stands.

    Operation needs the default code, and voice assistants have options of their own.
    """
    for domain in core.options.keys() - {DOMAIN}:
        now = registry.async_get(ours.entity_id) or ours
        own = options_of(now, domain)
        # Whoever follows an exposure has to be told of it, which is done elsewhere.
        found = options_of(core, domain)
        missing = {key: found[key] for key in found if key not in {*own, SHOULD_EXPOSE}}
        if missing:
            registry.async_update_entity_options(
                ours.entity_id, domain, {**own, **missing}
            )


def _code_of(entry: er.RegistryEntry) -> str | None:
    code: str | None = options_of(entry, LOCK_DOMAIN).get(DEFAULT_CODE)
    return code or None


def _copy_exposure(hass: HomeAssistant, source: str, target: str) -> None:
    try:
        settings = async_get_entity_settings(hass, source)
    except HomeAssistantError:
        return
    for assistant, options in settings.items():
        if SHOULD_EXPOSE in options:
            async_expose_entity(hass, assistant, target, options[SHOULD_EXPOSE])
