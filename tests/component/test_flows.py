"""Config flow of the home: a hub is chosen, the way to it is checked, the home is made."""

from collections.abc import Iterator
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.routing import Way

from .fake_host import FakeHost, emulated_host
from .fake_lan import FakeHub, FakeLan, Port
from .fake_matter import FakeLock
from .flow_steps import Flow, begin_home, discover
from .house import House

READY: Final = ["phone_model", "bluetooth", "same_wifi", "router_ipv6", "key"]


@pytest.fixture(autouse=True)
def host() -> Iterator[FakeHost]:
    """Put a host that is well under the product."""
    with emulated_host() as emulated:
        yield emulated


def apple() -> FakeHub:
    """Give a border router of another maker and another network."""
    return FakeHub(
        name="Apple TV",
        host="AppleTV.local.",
        border_agent_id="aa" * 16,
        extended_address="aabbccddeeff0011",
        extended_pan_id="0102030405060708",
        network_name="MyHome",
        vendor="Apple Inc.",
        addresses=("10.10.10.30",),
    )


async def searched(house: House) -> Flow:
    """Add the integration and have it look around."""
    flow = await begin_home(house)
    await flow.fill()
    return await flow.wait()


async def checked(house: House, hub: FakeHub) -> Flow:
    """Choose a hub and see what was checked."""
    flow = await searched(house)
    return await flow.fill(hub=hub.border_agent_id)


async def finished(flow: Flow) -> Flow:
    """Go on from what was checked with everything at hand."""
    await flow.choose("go_on")
    return await flow.fill(ticked=READY)


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
    assert list(flow.labels("ticked")) == READY
    assert flow.preset("ticked") == []
    await flow.fill(ticked=READY)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert flow.shown["title"] == hass.config.location_name
    entry = flow.shown["result"]
    assert (entry.unique_id, dict(entry.data)) == (DOMAIN, {"hub": hub.border_agent_id})


async def test_home_without_a_name_has_a_title(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    hass.config.location_name = ""
    await house.start_matter()
    flow = await finished(await checked(house, hub))
    assert flow.shown["title"] == "Aqara Lock"


async def test_creation_leads_on_to_the_first_lock(
    hass: HomeAssistant, house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    flow = await finished(await checked(house, hub))
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
    flow = await checked(house, hub)
    house.expects_errors = True
    monkeypatch.setattr("custom_components.aqara_lock.async_setup_entry", fails)
    await finished(flow)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert "next_flow" not in flow.shown
    assert hass.config_entries.subentries.async_progress() == []


async def test_hubs_of_every_maker_are_offered_aqara_first(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    tv = lan.add(apple())
    flow = await searched(house)
    assert list(flow.labels("hub")) == [hub.border_agent_id, tv.border_agent_id, "none"]
    assert "MyHome" in flow.labels("hub")[tv.border_agent_id]


async def test_none_of_the_hubs_leaves_the_choice_open(
    house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await searched(house)
    await flow.fill(hub="none")
    assert flow.step == "checked"
    await finished(flow)
    assert flow.shown["result"].data == {}


async def test_no_hub_is_explained_and_searched_again(
    house: House, lan: FakeLan, host: FakeHost
) -> None:
    host.addresses = ("10.10.10.10/24",)
    flow = await searched(house)
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
    flow = await searched(house)
    await flow.choose("without_hub")
    assert flow.step == "checked"
    go_on = flow.choices[0]
    await flow.choose(go_on)
    await flow.fill(ticked=READY)
    assert flow.is_done
    assert flow.shown["result"].data == {}


async def test_failed_check_names_its_remedy_and_can_be_checked_again(
    house: House, hub: FakeHub, host: FakeHost
) -> None:
    await house.start_matter()
    host.addresses, host.way = ("10.10.10.10/24",), Way.NO_ROUTE
    flow = await checked(house, hub)
    assert flow.choices == ["go_on_anyway", "check", "glossary"]
    assert "IPv6 is off on the Home Assistant host" in flow.said["results"]
    assert "**What to do:**" in flow.said["results"]
    host.addresses, host.way = ("10.10.10.10/24", "fd00:10::10/64"), Way.ROUTED
    await flow.choose("check")
    assert (flow.waits, flow.step) == (True, "check")
    await flow.wait()
    assert flow.choices == ["go_on", "check", "glossary"]
    assert "**What to do:**" not in flow.said["results"]


async def test_going_on_in_spite_of_a_failed_check_works(
    house: House, hub: FakeHub, host: FakeHost
) -> None:
    await house.start_matter()
    host.way = Way.NO_ROUTE
    flow = await checked(house, hub)
    await flow.choose("go_on_anyway")
    await flow.fill(ticked=READY)
    assert flow.shown["result"].data == {"hub": hub.border_agent_id}


async def test_hub_that_went_away_meanwhile_is_a_failed_check(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start_matter()
    flow = await checked(house, hub)
    lan.unplug(hub)
    hub.port = Port.SILENT
    await flow.choose("check")
    await flow.wait()
    assert flow.choices[0] == "go_on_anyway"


async def test_what_is_not_at_hand_is_explained(house: House, hub: FakeHub) -> None:
    await house.start_matter()
    flow = await checked(house, hub)
    await flow.choose("go_on")
    await flow.fill(ticked=["phone_model", "same_wifi", "key"])
    assert flow.step == "not_at_hand"
    missing = flow.said["missing"].splitlines()
    assert [line[:6] for line in missing] == ["- **Bl", "- **Lo"]
    await flow.choose("at_hand")
    assert flow.step == "at_hand"
    await flow.fill(ticked=READY)
    assert flow.is_done


async def test_home_can_be_made_with_nothing_at_hand(
    house: House, hub: FakeHub
) -> None:
    await house.start_matter()
    flow = await checked(house, hub)
    await flow.choose("go_on")
    await flow.fill()
    assert len(flow.said["missing"].splitlines()) == len(READY)
    await flow.choose("create")
    assert flow.is_done


async def test_glossary_leads_back_to_where_one_was(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await checked(house, hub)
    await flow.choose("glossary", "term_local_ipv6")
    assert flow.step == "term"
    assert flow.said["title"] == "Why local IPv6?"
    assert "your provider need not" in flow.said["text"]
    await flow.choose("glossary", "term_zigbee", "term_back")
    assert flow.step == "checked"
    assert flow.choices[0] in ("go_on", "go_on_anyway")


async def test_glossary_leads_back_to_no_hub(house: House) -> None:
    flow = await searched(house)
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
    await finished(flow)
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
    flow = await finished(await checked(house, hub))
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


async def change_hub(house: House) -> Flow:
    """Choose another hub for the home that is there."""
    manager = house.hass.config_entries.flow
    context = {"source": SOURCE_RECONFIGURE, "entry_id": house.home.entry_id}
    flow = Flow(house, manager, await manager.async_init(DOMAIN, context=context))
    return await flow.wait()


@pytest.mark.parametrize("way", [Way.ROUTED, Way.NO_ROUTE])
async def test_another_hub_can_be_chosen_for_the_home(
    house: House, hub: FakeHub, lan: FakeLan, host: FakeHost, way: Way
) -> None:
    host.way = way
    await house.start()
    tv = lan.add(apple())
    await house.settle()
    flow = await change_hub(house)
    assert flow.preset("hub") == hub.border_agent_id
    await flow.fill(hub=tv.border_agent_id)
    assert flow.step == "checked"
    await flow.choose(flow.choices[0])
    assert flow.aborted == "reconfigure_successful"
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
