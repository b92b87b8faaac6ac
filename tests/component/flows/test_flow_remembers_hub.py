"""A hub that goes away while a dialog is open keeps its name, and its absence is explained."""

import pytest

from ..fake_lan import FakeHub, FakeLan
from ..flow_steps import Flow, bind_lock, discover
from ..house import House

OFFLINE = "Hub M100-A1B2 is offline."

pytestmark = pytest.mark.usefixtures("host")


async def check_again(flow: Flow) -> str:
    """Check again and give what is said."""
    await flow.choose("check")
    await flow.wait()
    return flow.said["results"]


async def hub_is_gone(house: House, hub: FakeHub, lan: FakeLan) -> Flow:
    """Begin to set up a lock after its hub has gone away."""
    await house.start()
    lan.unplug(hub)
    await house.pass_time(120, 10)
    flow = await bind_lock(house, "new_lock")
    return await flow.wait()


async def test_hub_that_went_away_is_named_with_cause_and_remedy(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await hub_is_gone(house, hub, lan)
    assert flow.step == "checked"
    assert flow.choices == ["check", "go_on_anyway", "glossary"]
    told = await check_again(flow)
    line = next(x for x in told.splitlines() if "Hub on the home network" in x)
    assert OFFLINE in line
    assert "Look whether Hub M100-A1B2 has power" in line


async def test_going_on_in_spite_of_a_failed_check_works(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await hub_is_gone(house, hub, lan)
    await flow.choose("go_on_anyway")
    assert flow.step == "aqara_app"
    assert flow.said["way"].startswith("Not everything on the way")


async def test_hub_that_is_back_leads_on(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await hub_is_gone(house, hub, lan)
    lan.plug(hub)
    await house.pass_time(60, 10)
    await flow.choose("check")
    await flow.wait()
    assert flow.step == "aqara_app"
    assert flow.said["way"] == (
        "The way from Home Assistant to Hub M100-A1B2 is in order."
    )


async def test_silent_hub_of_a_discovery_is_known_to_the_flow_of_the_lock(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await discover(house, hub)
    lan.unplug(hub)
    await flow.fill()
    house.entry = flow.shown["result"]
    assert [x.router.title for x in house.home.runtime_data.hubs.values()] == [
        "Hub M100-A1B2"
    ]
    lock = await bind_lock(house, "in_aqara_app")
    await lock.wait()
    assert lock.said["hub"] == "Hub M100-A1B2"
