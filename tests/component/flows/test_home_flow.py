"""Config flow of the home: one page, which asks what shall be told."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.aqara_lock.const import DOMAIN

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..flow_steps import begin_home, discover
from ..house import House

EVERYTHING = ["unresponsive", "trouble", "wrong_codes", "low_battery"]

pytestmark = pytest.mark.usefixtures("host")


async def test_user_creates_the_home_with_one_click(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await begin_home(house)
    assert (flow.shown["type"], flow.step) == (FlowResultType.FORM, "user")
    assert flow.fields == ["tell_when", "tell_here", "tell_entities"]
    assert list(flow.labels("tell_when")) == EVERYTHING
    await flow.fill()
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert flow.shown["title"] == hass.config.location_name
    entry = flow.shown["result"]
    assert (entry.unique_id, dict(entry.data)) == (DOMAIN, {})
    assert dict(entry.options) == {
        "tell_when": EVERYTHING,
        "tell_here": True,
        "tell_entities": [],
    }


async def test_what_shall_be_told_is_kept(house: House) -> None:
    await house.start_matter()
    flow = await begin_home(house)
    given = {
        "tell_when": ["trouble"],
        "tell_here": False,
        "tell_entities": ["notify.family"],
    }
    await flow.fill(**given)
    assert dict(flow.shown["result"].options) == given


async def test_home_without_a_name_has_a_title(
    hass: HomeAssistant, house: House
) -> None:
    hass.config.location_name = ""
    await house.start_matter()
    flow = await (await begin_home(house)).fill()
    assert flow.shown["title"] == "Aqara Lock"


async def test_creation_leads_on_to_the_first_lock(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    flow = await (await begin_home(house)).fill()
    kind, flow_id = flow.shown["next_flow"]
    assert kind == "config_subentries_flow"
    (lock_flow,) = hass.config_entries.subentries.async_progress()
    assert (lock_flow["flow_id"], lock_flow["step_id"]) == (flow_id, "user")
    assert lock_flow["handler"] == (flow.shown["result"].entry_id, "lock")


async def test_home_that_does_not_start_leads_nowhere(
    hass: HomeAssistant, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> bool:
        return False

    await house.start_matter()
    flow = await begin_home(house)
    house.expects_errors = True
    monkeypatch.setattr("custom_components.aqara_lock.async_setup_entry", fails)
    await flow.fill()
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert "next_flow" not in flow.shown
    assert hass.config_entries.subentries.async_progress() == []


async def test_discovered_hub_is_the_hub_of_the_home(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await discover(house, hub)
    assert flow.step == "discovery_confirm"
    assert flow.said == {"name": "Hub M100-A1B2"}
    await flow.fill()
    assert flow.shown["result"].data == {"hub": hub.border_agent_id}


async def test_discovered_hub_that_does_not_tell_its_id_is_chosen_later(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    silent = FakeHub(
        name="Hub M3", host="HubM3.local.", without=frozenset({b"xp"}), plugged=False
    )
    flow = await discover(house, lan.add(silent))
    await flow.fill()
    assert flow.shown["result"].data == {}


async def test_second_hub_is_no_second_offer(house: House, hub: FakeHub) -> None:
    await discover(house, hub)
    assert (await discover(house, hub)).aborted == "already_in_progress"


async def test_user_takes_over_from_a_discovered_hub(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    await discover(house, hub)
    flow = await (await begin_home(house)).fill()
    assert flow.is_done
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


@pytest.mark.parametrize("by_discovery", [False, True])
async def test_there_is_one_home(house: House, hub: FakeHub, by_discovery: Any) -> None:
    await house.start()
    again = await (discover(house, hub) if by_discovery else begin_home(house))
    assert again.aborted == "single_instance_allowed"
