"""A new app (ecosystem) on a lock is worth a look: it can open the door."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .domain.fabrics import Fabric
from .watched_lock import WatchedLock


@callback
def notice_new_app(hass: HomeAssistant, lock: WatchedLock, fabric: Fabric) -> None:
    """Raise a repair that is settled by confirming that the app is known."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"new_app_{lock.id}_{fabric.vendor_id:04x}_{fabric.index}",
        data=None,
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="new_app",
        translation_placeholders={"lock": lock.name, "app": fabric.ecosystem},
    )
