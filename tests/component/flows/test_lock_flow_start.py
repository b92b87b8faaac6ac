"""Adding a lock: what is offered, what the models tell, where the lock is now."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.aqara_lock.domain.commissioning.lock_models import LockModel
from custom_components.aqara_lock.texts.lock_models import model_name

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..flow_steps import Flow, add_lock, bind_lock
from ..house import House, identifier
from ..nodes import U200_SERIAL, U400_NODE, bridge_with_lock, u400

FIRST_HUB: Final = "00112233445566778899aabbccddeeff"


def m3() -> FakeHub:
    """Give a second hub of Aqara with a network of its own."""
    return FakeHub(
        name="Hub M3",
        host="HubM3.local.",
        border_agent_id="ff" * 16,
        extended_address="1122334455667788",
        extended_pan_id="0102030405060708",
        network_name="AqaraHome-new",
        addresses=("10.10.10.21",),
    )


async def found(house: House) -> Flow:
    """Choose to add a lock that Matter has."""
    flow = await add_lock(house)
    return await flow.choose("found")


async def take_first(house: House) -> Flow:
    """Take the first lock that is offered."""
    flow = await found(house)
    return await flow.fill(lock=flow.preset("lock"))


async def test_nothing_there_offers_the_guide_only(house: House) -> None:
    await house.start()
    flow = await add_lock(house)
    assert flow.choices == ["which", "glossary"]
    assert flow.said["found"] == "none"


async def test_locks_that_matter_has_come_first(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await add_lock(house)
    assert flow.choices == ["found", "which", "glossary"]
    names = flow.said["found"].split(", ")
    assert sorted(names) == ["Aqara Smart Lock U200", "Aqara Smart Lock U400"]


@pytest.mark.parametrize("replace", [True, False])
async def test_lock_is_added_and_takes_the_place_of_cores(
    house: House, u400_lock: FakeLock, replace: bool
) -> None:
    await house.start()
    core = house.core_lock(u400_lock)
    flow = await take_first(house)
    assert flow.step == "replace"
    assert flow.said == {"lock": "Aqara Smart Lock U400", "entity_id": core.entity_id}
    assert flow.preset("replace_core_lock") is True
    await flow.fill(replace_core_lock=replace)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = house.home.subentries.values()
    assert subentry.title == "Aqara Smart Lock U400"
    assert subentry.data["device_identifier"] == identifier(u400_lock)
    assert "hub" not in subentry.data
    entries = er.async_entries_for_config_entry(
        er.async_get(house.hass), house.home.entry_id
    )
    assert ("lock" in {entry.domain for entry in entries}) is replace
    assert (house.core_lock(u400_lock).hidden_by is not None) is replace
    of_locks = {entry.config_subentry_id for entry in entries} - {None}
    assert of_locks == {subentry.subentry_id}


@pytest.mark.parametrize("under_hub", [True, False])
async def test_lock_is_added_under_its_hub_if_that_is_wanted(
    house: House, u400_lock: FakeLock, hub: FakeHub, under_hub: bool
) -> None:
    await house.start()
    flow = await take_first(house)
    assert flow.preset("under_hub") is False
    await flow.fill(replace_core_lock=True, under_hub=under_hub)
    await house.tick(5)
    place = house.hub_device(hub).id if under_hub else None
    assert house.device_of(u400_lock).via_device_id == place


async def test_lock_without_an_entity_of_core_is_not_asked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    er.async_get(house.hass).async_remove(house.core_lock(u400_lock).entity_id)
    flow = await take_first(house)
    assert flow.shown["type"] is FlowResultType.CREATE_ENTRY
    assert house.lock.state == "locked"


async def test_only_aqara_hub_is_kept_with_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill(replace_core_lock=True)
    (subentry,) = house.home.subentries.values()
    assert subentry.data["hub"] == hub.border_agent_id


async def test_hub_of_the_home_is_kept_with_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(m3())
    await house.start()
    house.hass.config_entries.async_update_entry(
        house.home, data={"hub": other.border_agent_id}
    )
    flow = await take_first(house)
    await flow.fill(replace_core_lock=True)
    (subentry,) = house.home.subentries.values()
    assert subentry.data["hub"] == other.border_agent_id


async def test_only_new_locks_are_offered(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await found(house)
    assert flow.labels("lock") == {f"{U200_SERIAL}-1": "Aqara Smart Lock U200"}


async def test_lock_that_left_meanwhile_is_not_taken(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await found(house)
    house.matter.remove(u200_lock)
    await house.settle()
    await flow.fill(lock=f"{U200_SERIAL}-1")
    assert flow.step == "found"
    assert list(flow.labels("lock").values()) == ["Aqara Smart Lock U400"]


async def test_last_lock_that_left_meanwhile_is_explained(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await found(house)
    house.matter.remove(u400_lock)
    await house.settle()
    await flow.fill(lock=flow.preset("lock"))
    assert flow.step == "nothing_found"
    assert "no door lock yet" in flow.said["why"]


async def test_lock_without_a_serial_number_is_known_by_its_node(
    house: House,
) -> None:
    attributes = u400()
    del attributes["0/40/15"]
    lock = house.matter.add(U400_NODE, attributes)
    await house.start()
    assert (await found(house)).preset("lock") == f"{identifier(lock)}-1"


async def test_bridged_lock_is_offered_as_its_own_device(house: House) -> None:
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.start()
    flow = await take_first(house)
    await flow.fill(replace_core_lock=True)
    assert house.lock.state == "locked"
    entry = er.async_get(house.hass).async_get(house.lock_id)
    assert entry is not None
    device = dr.async_get(house.hass).async_get(entry.device_id or "")
    assert device is not None
    assert device.name == "U100"


async def test_lock_is_named_as_the_user_named_it(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    dr.async_get(house.hass).async_update_device(
        house.device_of(u400_lock).id, name_by_user="Front door"
    )
    await house.start(matter=False)
    flow = await take_first(house)
    assert flow.said["lock"] == "Front door"
    await flow.fill(replace_core_lock=True)
    assert flow.shown["title"] == "Front door"


@pytest.mark.parametrize("model", list(LockModel))
async def test_what_a_model_tells_comes_before_anything_else(
    house: House, model: LockModel
) -> None:
    await house.start()
    flow = await add_lock(house)
    await flow.choose("which")
    assert list(flow.labels("model")) == [item.value for item in LockModel]
    await flow.fill(model=model.value)
    assert flow.step == "tells"
    onwards = "where" if model.is_matter else "zigbee"
    assert flow.choices == [onwards, "which", "glossary"]
    assert flow.said["table"].count("\n") >= 9
    assert model_name(house.hass, model) in flow.said["table"].splitlines()[0]
    await flow.choose(onwards)
    assert flow.said["lock"]
    assert flow.step == onwards


async def test_another_model_can_be_chosen(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "which", model="u100")
    assert flow.preset("model") == "u100"
    await flow.fill(model="u200")
    assert flow.choices[0] == "where"


async def test_zigbee_lock_comes_through_the_hub(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "zigbee", model="u100")
    assert flow.choices == ["already", "bridge_code", "glossary"]
    assert flow.said["lock"] == "Aqara U100"
    await flow.choose("already")
    assert flow.choices == ["already", "where", "zigbee"]
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.settle()
    await flow.choose("already")
    assert list(flow.labels("lock").values()) == ["U100"]


async def test_code_of_the_hub_leads_back_to_the_zigbee_page(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "zigbee", "bridge_code", model="u100")
    assert flow.step == "code"
    await flow.fill(code="")
    assert flow.step == "zigbee"


async def test_nothing_to_take_says_that_there_is_no_lock(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "where", "already")
    assert (flow.step, flow.choices) == (
        "nothing_found",
        ["already", "where", "share"],
    )
    assert "no door lock yet" in flow.said["why"]


async def test_nothing_to_take_says_that_all_are_there(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await bind_lock(house, "where", "already")
    assert "in Aqara Lock already" in flow.said["why"]


async def test_nothing_to_take_says_that_matter_does_not_run(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.stop()
    await house.start()
    flow = await bind_lock(house, "where", "already")
    assert "Matter integration is not running" in flow.said["why"]
    await flow.refresh_view()
    assert flow.step == "nothing_found"


@pytest.mark.parametrize(
    ("where", "step"),
    [
        ("new_lock", "unpacked"),
        ("in_aqara_app", "connect_hub"),
        ("on_hub", "listen"),
        ("other_ecosystem", "other_ecosystem"),
    ],
)
async def test_each_place_has_its_way(
    house: House, hub: FakeHub, where: str, step: str
) -> None:
    await house.start()
    flow = await bind_lock(house, "where", where)
    assert flow.step == step
    assert flow.said["hub"] == "Hub M100-A1B2"
    flow.close()


async def test_unknown_hub_is_asked_for_first(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(m3())
    await house.start()
    flow = await bind_lock(house, "where", "new_lock")
    assert flow.step == "search"
    await flow.wait()
    assert list(flow.labels("hub")) == [FIRST_HUB, other.border_agent_id, "none"]
    await flow.fill(hub=other.border_agent_id)
    assert (flow.step, flow.said["hub"]) == ("unpacked", "Hub M3")
    await flow.choose("prepare", "aqara_app", "connect_hub")
    assert flow.said["hub"] == "Hub M3"


async def test_no_hub_does_not_stop_the_way(house: House, lan: FakeLan) -> None:
    await house.start()
    flow = await bind_lock(house, "where", "in_aqara_app")
    await flow.wait()
    assert flow.step == "no_hub"
    await flow.choose("glossary", "term_back", "without_hub")
    assert (flow.step, flow.said["hub"]) == ("connect_hub", "the hub")


async def test_another_app_keeps_everything_or_begins_anew(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    flow = await bind_lock(house, "where", "other_ecosystem")
    await flow.choose("redo")
    assert flow.choices == ["redo_hub_first", "other_ecosystem"]
    await flow.choose("other_ecosystem", "share_other")
    await flow.choose("share_failed")
    assert flow.choices == ["share_other", "code", "where_am_i"]
    await flow.choose("where_am_i", "where", "other_ecosystem", "redo")
    await flow.choose("redo_hub_first")
    assert flow.step == "reset"


async def test_home_that_does_not_run_says_so(house: House) -> None:
    await house.start()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    assert house.home.state is ConfigEntryState.NOT_LOADED
    assert (await add_lock(house)).aborted == "home_not_loaded"
