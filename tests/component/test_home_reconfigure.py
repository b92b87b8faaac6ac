"""Reconfiguring the home: another hub for the locks that are added from now on."""

from collections.abc import Iterator

from homeassistant.config_entries import SOURCE_RECONFIGURE
import pytest

from custom_components.aqara_lock.const import DOMAIN

from .fake_host import FakeHost, emulated_host
from .fake_lan import FakeHub
from .flow_steps import Flow
from .house import House


@pytest.fixture(autouse=True)
def host() -> Iterator[FakeHost]:
    """Put a host that is well under the product."""
    with emulated_host() as emulated:
        yield emulated


async def searched(house: House) -> Flow:
    """Choose "reconfigure" in the menu of the home and let it look around."""
    manager = house.hass.config_entries.flow
    context = {"source": SOURCE_RECONFIGURE, "entry_id": house.home.entry_id}
    return await Flow(
        house, manager, await manager.async_init(DOMAIN, context=context)
    ).wait()


async def test_another_hub_is_kept_for_the_home(house: House, hub: FakeHub) -> None:
    await house.start()
    assert "hub" not in house.home.data
    flow = await searched(house)
    assert flow.step == "hub"
    await flow.fill(hub=hub.border_agent_id)
    assert flow.step == "checked"
    await flow.choose(flow.choices[0])
    assert flow.aborted == "reconfigure_successful"
    assert house.home.data == {"hub": hub.border_agent_id}


async def test_the_home_can_be_left_without_a_hub(house: House, hub: FakeHub) -> None:
    await house.start()
    house.hass.config_entries.async_update_entry(
        house.home, data={"hub": hub.border_agent_id}
    )
    flow = await searched(house)
    assert flow.preset("hub") == hub.border_agent_id
    await flow.fill(hub="none")
    await flow.choose(flow.choices[0])
    assert flow.aborted == "reconfigure_successful"
    assert house.home.data == {}
