"""The page "Doors": a panel for administrators, which they may add to their sidebar."""

from typing import Final

from homeassistant.components.frontend import (
    DATA_PANELS,
    async_panel_exists,
    async_register_built_in_panel,
    async_remove_panel,
)
from homeassistant.core import HomeAssistant, callback

PAGE_PATH: Final = "aqara-lock"
ELEMENT: Final = "aqara-lock-panel"
TITLE: Final = "Doors"
ICON: Final = "mdi:door-closed-lock"


@callback
def async_show_page(hass: HomeAssistant, address: str) -> None:
    """Have the page of this module; it is not the place of the home's options."""
    if DATA_PANELS not in hass.data:
        return
    async_register_built_in_panel(
        hass,
        component_name="custom",
        sidebar_title=TITLE,
        sidebar_icon=ICON,
        sidebar_default_visible=False,
        frontend_url_path=PAGE_PATH,
        config={
            "_panel_custom": {
                "name": ELEMENT,
                "module_url": address,
                "embed_iframe": False,
                "trust_external": False,
            }
        },
        require_admin=True,
        update=True,
    )


@callback
def async_hide_page(hass: HomeAssistant) -> None:
    """Take the page away."""
    if async_panel_exists(hass, PAGE_PATH):
        async_remove_panel(hass, PAGE_PATH)
