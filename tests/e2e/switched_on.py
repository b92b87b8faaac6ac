"""Entities that are off by default, switched on as a user does it."""

from typing import Any

from tests.rig.ha_client import HomeAssistantClient
from tests.rig.waiting import wait_until

RELOAD_TAKES = 90
"""Home Assistant loads the integration anew half a minute after an entity was enabled."""


async def switched_on(client: HomeAssistantClient, entry: dict[str, Any]) -> str:
    """Switch an entity on unless it is, and return its id once it has a state."""
    entity_id = str(entry["entity_id"])
    if entry.get("disabled_by") is None:
        return entity_id
    await client.command(
        "config/entity_registry/update", entity_id=entity_id, disabled_by=None
    )

    async def has_state() -> bool:
        # Home Assistant shows a placeholder until the integration is loaded anew.
        shown = client.state(entity_id)
        return shown is not None and not shown.attributes.get("restored")

    await wait_until(f"a state of {entity_id}", has_state, RELOAD_TAKES)
    return entity_id
