"""The pages of Home Assistant where a lock is shown and set, as links."""

from typing import Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..locks import Lock
from ..texts import message

SETTINGS_PAGE: Final = f"/config/integrations/integration/{DOMAIN}"
REPAIRS_PAGE: Final = "/config/repairs"


def links(hass: HomeAssistant, lock: Lock) -> str:
    """Return links to the page of a lock, to its settings and to the repairs."""
    places = [("link_settings", SETTINGS_PAGE), ("link_repairs", REPAIRS_PAGE)]
    if lock.device is not None:
        page = f"/config/devices/device/{lock.device.id}"
        places.insert(0, ("link_lock", page))
    return " · ".join(
        f"[{message(hass, name, lock=lock.name)}]({path})" for name, path in places
    )
