"""Reconfiguring the home: another hub for the locks that are added from now on."""

import pytest

from custom_components.aqara_lock.domain.thread.routing import RouteState

from ..fake_host import FakeHost
from ..fake_lan import FakeHub, FakeLan, apple_tv
from ..flow_steps import change_hub
from ..house import House

pytestmark = pytest.mark.usefixtures("host")


@pytest.mark.parametrize("way", [RouteState.ROUTED, RouteState.NO_ROUTE])
async def test_another_hub_can_be_chosen_for_the_home(
    house: House, hub: FakeHub, lan: FakeLan, host: FakeHost, way: RouteState
) -> None:
    host.way = way
    await house.start()
    tv = lan.add(apple_tv())
    await house.settle()
    flow = await change_hub(house)
    assert flow.preset("hub") == hub.border_agent_id
    await flow.fill(hub=tv.border_agent_id)
    assert flow.step == "checked"
    await flow.choose(flow.choices[0])
    assert flow.aborted == "reconfigure_successful"
    assert flow.is_told_by_us
    assert house.home.data == {"hub": tv.border_agent_id}
    again = await change_hub(house)
    assert again.preset("hub") == tv.border_agent_id
    await again.fill(hub="none")
    await again.choose(again.choices[0])
    assert house.home.data == {}


async def test_hub_of_the_home_that_left_is_not_proposed(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    house.hass.config_entries.async_update_entry(house.home, data={"hub": "gone"})
    flow = await change_hub(house)
    assert flow.preset("hub") == hub.border_agent_id


async def test_hub_of_the_home_is_told_by_name_though_it_is_silent_since_the_restart(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    tv = lan.add(apple_tv())
    await house.settle()
    flow = await change_hub(house)
    await flow.fill(hub=tv.border_agent_id)
    await flow.choose(flow.choices[0])
    await house.tick(0)
    lan.unplug(tv)
    await house.reload()
    await house.pass_time(90, 5)
    again = await change_hub(house)
    assert again.preset("hub") == tv.border_agent_id
    assert "but does not answer now" in again.labels("hub")[tv.border_agent_id]
    await again.fill(hub=tv.border_agent_id)
    assert "Apple TV is offline." in again.said["results"]


async def test_hub_is_told_by_name_though_the_home_does_not_run(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    house.hass.config_entries.async_update_entry(
        house.home, data={"hub": hub.border_agent_id}
    )
    await house.stop()
    lan.unplug(hub)
    flow = await change_hub(house)
    assert flow.preset("hub") == hub.border_agent_id
    await flow.fill(hub=hub.border_agent_id)
    assert "Hub M100-A1B2 is offline." in flow.said["results"]
