"""A new app (ecosystem) on a lock is worth a look: it can open the door."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .domain.fabrics import Fabric
from .watched_lock import WatchedLock

ISSUE_PREFIX = "new_app_"


@callback
def notice_new_app(hass: HomeAssistant, lock: WatchedLock, fabric: Fabric) -> None:
    """Raise a repair that is settled by confirming that the app is known."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(lock.id, fabric),
        data=None,
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="new_app",
        translation_placeholders={"lock": lock.name, "app": fabric.ecosystem},
    )


@callback
def forget_removed_apps(hass: HomeAssistant, lock: WatchedLock) -> None:
    """Take back the repairs of apps that are not on the lock any more."""
    current = lock.log.memory.fabrics.current
    _forget(hass, lock.id, {_issue_id(lock.id, fabric) for fabric in current})


@callback
def forget_new_apps(hass: HomeAssistant, lock_id: str) -> None:
    """Take back every repair of a lock."""
    _forget(hass, lock_id, set())


def _forget(hass: HomeAssistant, lock_id: str, kept: set[str]) -> None:
    prefix = f"{ISSUE_PREFIX}{lock_id}_"
    every = {
        issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN
    }
    for issue_id in {x for x in every if x.startswith(prefix)} - kept:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_id(lock_id: str, fabric: Fabric) -> str:
    return f"{ISSUE_PREFIX}{lock_id}_{fabric.vendor_id:04x}_{fabric.index}"
