"""The module as a resource of the dashboards: Cast and the dialog of new ones need it."""

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.core import HomeAssistant

from .module import MODULE_PATH


async def async_keep_resource(hass: HomeAssistant, address: str) -> None:
    """Have exactly one resource with this address; resources in YAML are the user's."""
    resources, ours = await _find(hass)
    if resources is None:
        return
    if not ours:
        await resources.async_create_item({"res_type": "module", "url": address})
        return
    for item in ours[1:]:
        await resources.async_delete_item(item["id"])
    if ours[0]["url"] != address:
        await resources.async_update_item(ours[0]["id"], {"url": address})


async def async_remove_resource(hass: HomeAssistant) -> None:
    """Take the resource away, whatever version it is of."""
    resources, ours = await _find(hass)
    if resources is not None:
        for item in ours:
            await resources.async_delete_item(item["id"])


async def _find(
    hass: HomeAssistant,
) -> tuple[ResourceStorageCollection | None, list[dict[str, str]]]:
    """Return where resources are stored, if they are, and those that are ours."""
    dashboards = hass.data.get(LOVELACE_DATA)
    if dashboards is None:
        return None, []
    resources = dashboards.resources
    if not isinstance(resources, ResourceStorageCollection):
        return None, []
    # Before it is read the collection is empty, whatever is stored.
    await resources.async_get_info()
    ours = [
        item
        for item in resources.async_items()
        if item["url"].partition("?")[0] == MODULE_PATH
    ]
    return resources, ours
