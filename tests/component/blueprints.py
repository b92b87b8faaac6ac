"""Automations that are made of the blueprints of the repository."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components import automation
from homeassistant.components.blueprint.models import Blueprint, DomainBlueprints
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict

FOLDER: Final = Path(__file__).parents[2] / "blueprints/automation/aqara_lock"
FILES: Final = sorted(FOLDER.glob("*.yaml"))


@contextmanager
def blueprints_of_the_repository() -> Iterator[None]:
    """Let Home Assistant load blueprints from here."""

    def load(domain: DomainBlueprints, path: str) -> Blueprint:
        return Blueprint(
            load_yaml_dict(str(FOLDER / Path(path).name)),
            expected_domain=domain.domain,
            path=path,
            schema=automation.config.AUTOMATION_BLUEPRINT_SCHEMA,
        )

    with patch.object(DomainBlueprints, "_load_blueprint", load):
        yield


async def automate(hass: HomeAssistant, name: str, inputs: Mapping[str, Any]) -> None:
    """Make an automation of a blueprint; it must be valid and on."""
    config = {
        "id": "made",
        "alias": "Made",
        "use_blueprint": {"path": f"aqara_lock/{name}.yaml", "input": dict(inputs)},
    }
    with blueprints_of_the_repository():
        assert await async_setup_component(hass, "automation", {"automation": [config]})
        await hass.async_block_till_done()
    state = hass.states.get("automation.made")
    assert state is not None
    assert state.state == "on"
