"""The smart plug of a hub: named by the user, and the cause when it was switched off."""

from homeassistant.core import HomeAssistant
import pytest

from ..fake_host import FakeHost, publish
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..flow_steps import open_options
from ..house import House

PLUG = "switch.plug"


@pytest.fixture
async def opened(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> House:
    """Give a home that is well and past its first minute."""
    publish(house.lan, u400_lock, "fd20:be89:495a:1::9")
    house.hass.states.async_set(PLUG, "on", {"friendly_name": "Plug in the hall"})
    await house.start(u400_lock)
    await house.pass_time(70, 5)
    assert house.problem.state == "ok"
    return house


async def name_plug(house: House, hub: FakeHub, plug: str | None = PLUG) -> None:
    """Say in the options which plug feeds the hub."""
    flow = await (await open_options(house)).choose("hub_switches")
    await flow.fill(**{hub.name: plug})
    assert flow.is_done


async def unplug(house: House, hub: FakeHub) -> None:
    """Take the hub's power and wait until it is noticed."""
    house.lan.unplug(hub)
    await house.pass_time(25, 5)
    assert house.hub_online(hub) == "off"


async def test_plug_that_was_switched_off_is_the_cause(
    hass: HomeAssistant, opened: House, hub: FakeHub
) -> None:
    await name_plug(opened, hub)
    hass.states.async_set(PLUG, "off", {"friendly_name": "Plug in the hall"})
    await unplug(opened, hub)
    assert opened.problem.state == "hub_switched_off"
    (finding, *_) = opened.problem.attributes["findings"]
    assert finding["parameters"]["switch"] == "Plug in the hall"


@pytest.mark.parametrize("state", ["on", "unavailable"])
async def test_plug_that_is_on_or_unknown_is_no_cause(
    hass: HomeAssistant, opened: House, hub: FakeHub, state: str
) -> None:
    await name_plug(opened, hub)
    hass.states.async_set(PLUG, state)
    await unplug(opened, hub)
    assert opened.problem.state == "hub_offline"


async def test_plug_that_nobody_named_is_no_cause(
    hass: HomeAssistant, opened: House, hub: FakeHub
) -> None:
    await name_plug(opened, hub)
    await name_plug(opened, hub, None)
    hass.states.async_set(PLUG, "off")
    await unplug(opened, hub)
    assert opened.problem.state == "hub_offline"


async def test_named_plug_is_shown_and_survives_a_restart(
    hass: HomeAssistant, opened: House, hub: FakeHub
) -> None:
    await name_plug(opened, hub)
    flow = await (await open_options(opened)).choose("hub_switches")
    assert flow.fields == [hub.name, "next"]
    assert flow.preset(hub.name) == PLUG
    await opened.reload()
    await opened.pass_time(70, 5)
    hass.states.async_set(PLUG, "off")
    await unplug(opened, hub)
    assert opened.problem.state == "hub_switched_off"


async def test_without_a_hub_there_is_nothing_to_name(house: House) -> None:
    await house.start()
    flow = await (await open_options(house)).choose("hub_switches")
    assert flow.aborted == "no_hubs"
