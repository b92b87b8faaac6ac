"""A hub that goes away while a dialog is open keeps its name, and its absence is explained."""

import pytest

from ..fake_lan import FakeHub, FakeLan
from ..flow_steps import Flow, bind_lock, check_hub, discover, go_on_with_everything
from ..house import House

OFFLINE = "Hub M100-A1B2 is offline."
RESET_ID = "99" * 16

pytestmark = pytest.mark.usefixtures("host")


async def check_again(flow: Flow) -> str:
    """Check again and give what is said."""
    await flow.choose("check")
    await flow.wait()
    return flow.said["results"]


async def test_chosen_hub_that_goes_away_is_named_with_cause_and_remedy(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    lan.unplug(hub)
    for _ in range(2):
        told = await check_again(flow)
        line = next(x for x in told.splitlines() if "Hub on the home network" in x)
        assert OFFLINE in line
        assert "Look whether Hub M100-A1B2 has power" in line
        assert flow.choices[0] == "go_on_anyway"
    lan.plug(hub)
    assert OFFLINE not in await check_again(flow)
    assert flow.choices[0] == "go_on"


async def test_discovered_hub_that_left_before_the_first_look_is_named(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await discover(house, hub)
    lan.unplug(hub)
    await flow.fill()
    await flow.wait()
    assert flow.step == "checked"
    assert OFFLINE in flow.said["results"]


async def test_hub_that_was_reset_meanwhile_stays_chosen(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    hub.border_agent_id = RESET_ID
    lan.announce(hub)
    assert "Hub M100-A1B2 answers." in await check_again(flow)
    await go_on_with_everything(flow)
    assert flow.shown["result"].data == {"hub": RESET_ID}


async def test_hub_with_a_new_address_is_asked_there(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    lan.probes.clear()
    assert "Hub M100-A1B2 answers." in await check_again(flow)
    assert set(lan.probes) == {"10.10.10.77"}


async def test_silent_hub_of_a_new_home_is_known_to_the_flow_of_the_lock(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    lan.unplug(hub)
    await check_again(flow)
    await go_on_with_everything(flow)
    house.entry = flow.shown["result"]
    assert [x.router.title for x in house.home.runtime_data.hubs.values()] == [
        "Hub M100-A1B2"
    ]
    lock = await bind_lock(house, "where", "new_lock")
    assert lock.step == "unpacked"
    assert lock.said["hub"] == "Hub M100-A1B2"


async def test_hub_that_is_back_is_not_replaced_by_what_the_dialog_remembers(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    await go_on_with_everything(flow)
    home = flow.shown["result"].runtime_data
    assert home.routers[hub.border_agent_id].addresses == ("10.10.10.77",)
