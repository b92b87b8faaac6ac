"""The pages of Home Assistant where a lock is shown and set, as links."""

from typing import Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..locks import Lock
from ..texts import message

SETTINGS_PAGE: Final = f"/config/integrations/integration/{DOMAIN}"
REPAIRS_PAGE: Final = "/config/repairs"


def links(hass: HomeAssistant, *locks: Lock, here: str | None = None) -> str:
    """Return links to the pages of locks, to their settings and to the repairs.

    `here` is the page that the user is on, to which no link is needed.
    """
    pages = [
        (message(hass, "link_lock", lock=lock.name), lock.device.id)
        for lock in locks
        if lock.device is not None
    ]
    places = [
        *((name, f"/config/devices/device/{device}") for name, device in pages),
        (message(hass, "link_settings"), SETTINGS_PAGE),
        (message(hass, "link_repairs"), REPAIRS_PAGE),
    ]
    return " · ".join(f"[{name}]({path})" for name, path in places if path != here)
