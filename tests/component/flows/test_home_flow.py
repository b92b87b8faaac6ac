"""Config flow of the home: a hub is chosen, the way to it is checked, the home is made."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.thread.routing import RouteState

from ..fake_host import FakeHost
from ..fake_lan import FakeHub, FakeLan, Port, apple_tv
from ..fake_matter import FakeLock
from ..flow_steps import (
    AT_HAND,
    begin_home,
    check_hub,
    discover,
    go_on_with_everything,
    search_hubs,
)
from ..house import House

pytestmark = pytest.mark.usefixtures("host")


async def test_user_creates_the_home_with_a_hub(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await begin_home(house)
    assert (flow.shown["type"], flow.step) == (FlowResultType.FORM, "user")
    await flow.fill()
    assert (flow.waits, flow.step) == (True, "search")
    await flow.wait()
    assert flow.step == "hub"
    assert list(flow.labels("hub")) == [hub.border_agent_id, "none"]
    assert "Hub M100-A1B2" in flow.labels("hub")[hub.border_agent_id]
    assert flow.preset("hub") == hub.border_agent_id
    await flow.fill(hub=hub.border_agent_id)
    assert flow.step == "checked"
    assert flow.choices == ["go_on", "check", "glossary"]
    assert flow.said["results"].count("✅") == 8
    await flow.choose("go_on")
    assert (flow.step, flow.fields) == ("at_hand", ["ticked"])
    assert list(flow.labels("ticked")) == AT_HAND
    assert flow.preset("ticked") == []
    await flow.fill(ticked=AT_HAND)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert flow.shown["title"] == hass.config.location_name
    entry = flow.shown["result"]
    assert (entry.unique_id, dict(entry.data)) == (DOMAIN, {"hub": hub.border_agent_id})


async def test_home_without_a_name_has_a_title(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    hass.config.location_name = ""
    await house.start_matter()
    flow = await go_on_with_everything(await check_hub(house, hub))
    assert flow.shown["title"] == "Aqara Lock"


async def test_creation_leads_on_to_the_first_lock(
    hass: HomeAssistant, house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    flow = await go_on_with_everything(await check_hub(house, hub))
    kind, flow_id = flow.shown["next_flow"]
    assert kind == "config_subentries_flow"
    (lock_flow,) = hass.config_entries.subentries.async_progress()
    assert (lock_flow["flow_id"], lock_flow["step_id"]) == (flow_id, "user")
    assert lock_flow["handler"] == (flow.shown["result"].entry_id, "lock")


async def test_home_that_does_not_start_leads_nowhere(
    hass: HomeAssistant,
    house: House,
    hub: FakeHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(*_: object) -> bool:
        return False

    await house.start_matter()
    flow = await check_hub(house, hub)
    house.expects_errors = True
    monkeypatch.setattr("custom_components.aqara_lock.async_setup_entry", fails)
    await go_on_with_everything(flow)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert "next_flow" not in flow.shown
    assert hass.config_entries.subentries.async_progress() == []


async def test_hubs_of_every_maker_are_offered_aqara_first(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    tv = lan.add(apple_tv())
    flow = await search_hubs(house)
    assert list(flow.labels("hub")) == [hub.border_agent_id, tv.border_agent_id, "none"]
    assert "MyHome" in flow.labels("hub")[tv.border_agent_id]


async def test_none_of_the_hubs_leaves_the_choice_open(
    house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await search_hubs(house)
    await flow.fill(hub="none")
    assert flow.step == "checked"
    await go_on_with_everything(flow)
    assert flow.shown["result"].data == {}


async def test_no_hub_is_explained_and_searched_again(
    house: House, lan: FakeLan, host: FakeHost
) -> None:
    host.addresses = ("10.10.10.10/24",)
    flow = await search_hubs(house)
    assert flow.step == "no_hub"
    assert flow.choices == ["search", "without_hub", "glossary"]
    assert "IPv6 is off on the Home Assistant host" in flow.said["why"]
    lan.add(FakeHub())
    await flow.choose("search")
    assert (flow.waits, flow.step) == (True, "search")
    await flow.wait()
    assert flow.step == "hub"


async def test_going_on_without_a_hub_works(house: House) -> None:
    await house.start_matter()
    flow = await search_hubs(house)
    await flow.choose("without_hub")
    assert flow.step == "checked"
    go_on = flow.choices[0]
    await flow.choose(go_on)
    await flow.fill(ticked=AT_HAND)
    assert flow.is_done
    assert flow.shown["result"].data == {}


async def test_failed_check_names_its_remedy_and_can_be_checked_again(
    house: House, hub: FakeHub, host: FakeHost
) -> None:
    await house.start_matter()
    host.addresses, host.way = ("10.10.10.10/24",), RouteState.NO_ROUTE
    flow = await check_hub(house, hub)
    assert flow.choices == ["go_on_anyway", "check", "glossary"]
    assert "IPv6 is off on the Home Assistant host" in flow.said["results"]
    assert "**What to do:**" in flow.said["results"]
    host.addresses, host.way = ("10.10.10.10/24", "fd00:10::10/64"), RouteState.ROUTED
    await flow.choose("check")
    assert (flow.waits, flow.step) == (True, "check")
    await flow.wait()
    assert flow.choices == ["go_on", "check", "glossary"]
    assert "**What to do:**" not in flow.said["results"]


async def test_going_on_in_spite_of_a_failed_check_works(
    house: House, hub: FakeHub, host: FakeHost
) -> None:
    await house.start_matter()
    host.way = RouteState.NO_ROUTE
    flow = await check_hub(house, hub)
    await flow.choose("go_on_anyway")
    await flow.fill(ticked=AT_HAND)
    assert flow.shown["result"].data == {"hub": hub.border_agent_id}


async def test_hub_that_went_away_meanwhile_is_a_failed_check(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    lan.unplug(hub)
    hub.port = Port.SILENT
    await flow.choose("check")
    await flow.wait()
    assert flow.choices[0] == "go_on_anyway"


async def test_what_is_not_at_hand_is_explained(house: House, hub: FakeHub) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    await flow.choose("go_on")
    await flow.fill(ticked=["phone_model", "same_wifi", "key"])
    assert flow.step == "not_at_hand"
    missing = flow.said["missing"].splitlines()
    assert [line[:6] for line in missing] == ["- **Bl", "- **Lo"]
    await flow.choose("at_hand")
    assert flow.step == "at_hand"
    await flow.fill(ticked=AT_HAND)
    assert flow.is_done


async def test_home_can_be_made_with_nothing_at_hand(
    house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await check_hub(house, hub)
    await flow.choose("go_on")
    await flow.fill()
    assert len(flow.said["missing"].splitlines()) == len(AT_HAND)
    await flow.choose("create")
    assert flow.is_done


async def test_glossary_leads_back_to_where_one_was(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await check_hub(house, hub)
    await flow.choose("glossary", "term_local_ipv6")
    assert flow.step == "term"
    assert flow.said["title"] == "Why local IPv6?"
    assert "your provider need not" in flow.said["text"]
    await flow.choose("glossary", "term_zigbee", "term_back")
    assert flow.step == "checked"
    assert flow.choices[0] in ("go_on", "go_on_anyway")


async def test_glossary_leads_back_to_no_hub(house: House) -> None:
    flow = await search_hubs(house)
    await flow.choose("glossary", "term_back")
    assert flow.step == "no_hub"
    assert flow.said["why"]


async def test_discovered_hub_is_the_hub_of_the_home(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await discover(house, hub)
    assert flow.step == "discovery_confirm"
    assert flow.said == {"name": "Hub M100-A1B2"}
    await flow.fill()
    assert (flow.waits, flow.step) == (True, "check")
    await flow.wait()
    assert flow.step == "checked"
    await go_on_with_everything(flow)
    assert flow.shown["result"].data == {"hub": hub.border_agent_id}


async def test_discovered_hub_that_does_not_tell_its_id_is_looked_for(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    silent = FakeHub(
        name="Hub M3", host="HubM3.local.", without=frozenset({b"xp"}), plugged=False
    )
    flow = await discover(house, lan.add(silent))
    await flow.fill()
    assert flow.step == "search"
    await flow.wait()
    assert flow.step == "hub"


async def test_second_hub_is_no_second_offer(house: House, hub: FakeHub) -> None:
    await discover(house, hub)
    assert (await discover(house, hub)).aborted == "already_in_progress"


async def test_user_takes_over_from_a_discovered_hub(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    await discover(house, hub)
    flow = await go_on_with_everything(await check_hub(house, hub))
    assert flow.is_done
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


@pytest.mark.parametrize("by_discovery", [False, True])
async def test_there_is_one_home(house: House, hub: FakeHub, by_discovery: Any) -> None:
    await house.start()
    again = await (discover(house, hub) if by_discovery else begin_home(house))
    assert again.aborted == "single_instance_allowed"


async def test_closed_dialog_leaves_nothing_running(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await begin_home(house)
    await flow.fill()
    assert flow.waits
    flow.close()
    await house.settle()
    assert (lan.browsers, lan.listeners) == ([], [])
