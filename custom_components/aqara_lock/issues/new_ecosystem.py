"""A new app (ecosystem) on a lock is worth a look: it can open the door."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..domain.access import Fabric
from ..domain.foreign_names import foreign_name
from ..locks import Lock

ISSUE_PREFIX = "new_app_"


@callback
def notice_new_ecosystem(hass: HomeAssistant, lock: Lock, fabric: Fabric) -> None:
    """Raise a repair that is settled by confirming that the app is known."""
    unconfirmed = lock.log.memory.new_apps
    if _key(fabric) not in unconfirmed:
        unconfirmed.append(_key(fabric))
        lock.schedule_save()
    _raise(hass, lock, fabric)


@callback
def follow_new_ecosystems(hass: HomeAssistant, lock: Lock) -> None:
    """Raise what was not confirmed yet, and take back what is not on the lock any more."""
    memory = lock.log.memory
    there = {_key(fabric): fabric for fabric in memory.fabrics.current}
    memory.new_apps = [key for key in memory.new_apps if key in there]
    _forget(hass, lock.id, {_issue_id(lock.id, key) for key in there})
    for key in memory.new_apps:
        _raise(hass, lock, there[key])


async def async_confirm_new_ecosystem(lock: Lock, key: str) -> None:
    """Take that somebody knows the app; raises NotKeptError where that is not kept."""
    memory = lock.log.memory
    memory.new_apps = [item for item in memory.new_apps if item != key]
    lock.schedule_save()
    await lock.async_save()


@callback
def forget_new_ecosystems(hass: HomeAssistant, lock_id: str) -> None:
    """Take back every repair of a lock."""
    _forget(hass, lock_id, set())


def _raise(hass: HomeAssistant, lock: Lock, fabric: Fabric) -> None:
    """Raise a repair that Home Assistant does not keep: diagnostics would show its names."""
    key = _key(fabric)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(lock.id, key),
        data={"lock_id": lock.id, "app": key},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="new_app",
        translation_placeholders={
            "lock": lock.name,
            "app": foreign_name(fabric.ecosystem),
        },
    )


def _forget(hass: HomeAssistant, lock_id: str, kept: set[str]) -> None:
    prefix = f"{ISSUE_PREFIX}{lock_id}_"
    every = {
        issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN
    }
    for issue_id in {x for x in every if x.startswith(prefix)} - kept:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _key(fabric: Fabric) -> str:
    return f"{fabric.vendor_id:04x}_{fabric.index}"


def _issue_id(lock_id: str, key: str) -> str:
    return f"{ISSUE_PREFIX}{lock_id}_{key}"
