"""What is known of core's Matter integration and its server, in every state of it."""

from homeassistant.core import HomeAssistant

from custom_components.aqara_lock.domain.diagnosis.evidence import MatterState
from custom_components.aqara_lock.matter.software import read_software

from ..house import House


async def test_server_that_is_there_says_its_version(
    hass: HomeAssistant, house: House
) -> None:
    await house.start_matter()
    found = read_software(hass)
    assert found.state is MatterState.READY
    assert (found.schema, found.version) == (12, "emulated")
    assert found.thread_credentials_set is True
    assert found.url == house.matter_entry.data["url"]


async def test_server_that_did_not_greet_yet_is_not_ready(
    hass: HomeAssistant, house: House
) -> None:
    """The client is loaded, but has lost its connection and what the server said."""
    await house.start_matter()
    for client in house.matter.clients:
        client.link.server_info = None
    found = read_software(hass)
    assert found.state is MatterState.RETRYING
    assert (found.schema, found.version) == (None, None)
    assert found.url == house.matter_entry.data["url"]


async def test_server_that_is_away_is_tried_again(
    hass: HomeAssistant, house: House
) -> None:
    house.matter.stop()
    await house.start_matter()
    assert read_software(hass).state is MatterState.RETRYING


async def test_entry_that_is_unloaded_is_not_tried_again(
    hass: HomeAssistant, house: House
) -> None:
    await house.start_matter()
    await hass.config_entries.async_unload(house.matter_entry.entry_id)
    assert read_software(hass).state is MatterState.NOT_LOADED


async def test_no_matter_at_all(hass: HomeAssistant) -> None:
    assert read_software(hass).state is MatterState.MISSING
