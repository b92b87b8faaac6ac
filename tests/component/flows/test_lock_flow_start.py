"""Adding a lock: what is offered, what the models tell, where the lock is now."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
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
    return await flow.fill() if flow.step == "found" else flow


async def test_with_nothing_there_the_lock_is_asked_for_at_once(house: House) -> None:
    await house.start()
    flow = await add_lock(house)
    assert flow.step == "where"
    assert flow.fields == ["model", "next"]
    assert "back" not in flow.offered


async def test_lock_of_matter_takes_three_clicks(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await add_lock(house)
    assert flow.labels("next")["found"] == "Add Aqara Smart Lock U400"
    pages = [flow.step]
    for _ in range(3):
        await flow.fill()
        await flow.wait()
        pages.append(flow.aborted or flow.step)
    assert pages == ["user", "door", "who", "lock_ready"]
    assert house.lock.state == "locked"


async def test_locks_that_matter_has_come_first(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await add_lock(house)
    assert flow.choices == ["found", "where", "glossary"]
    assert flow.labels("next")["found"] == "Add one of 2 locks that are there"
    await flow.fill()
    names = list(flow.labels("lock").values())
    assert sorted(names) == ["Aqara Smart Lock U200", "Aqara Smart Lock U400"]


@pytest.mark.parametrize("replace", [True, False])
async def test_lock_is_added_and_takes_the_place_of_cores(
    house: House, u400_lock: FakeLock, replace: bool
) -> None:
    await house.start()
    core = house.core_lock(u400_lock)
    flow = await take_first(house)
    assert flow.step == "door"
    assert flow.said == {"lock": "Aqara Smart Lock U400", "entity_id": core.entity_id}
    assert flow.preset("replace_core_lock") is True
    await flow.fill(replace_core_lock=replace)
    await flow.wait()
    assert flow.step == "who"
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


async def test_lock_is_added_with_cores_turned_off(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    assert flow.preset("core_lock_off") is False
    await flow.fill(replace_core_lock=True, core_lock_off=True)
    await flow.wait()
    core = house.core_lock(u400_lock)
    assert core.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert house.lock.state == "locked"


async def test_core_stays_on_where_it_is_not_replaced(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill(replace_core_lock=False, core_lock_off=True)
    await flow.wait()
    assert house.core_lock(u400_lock).disabled_by is None


async def test_new_lock_keeps_matters_menu(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start()
    flow = await take_first(house)
    assert "under_hub" not in flow.fields
    await flow.fill()
    await house.tick(5)
    assert house.device_of(u400_lock).via_device_id is None


async def test_door_gets_its_name_and_area(house: House, u400_lock: FakeLock) -> None:
    await house.start()
    hall = ar.async_get(house.hass).async_create("Hall")
    flow = await take_first(house)
    assert flow.preset("door") == "Aqara Smart Lock U400"
    await flow.fill(door=" Front door ", area=hall.id)
    await flow.wait()
    device = house.device_of(u400_lock)
    assert (device.name_by_user, device.area_id) == ("Front door", hall.id)
    (subentry,) = house.home.subentries.values()
    assert subentry.title == "Front door"


async def test_door_without_a_name_keeps_that_of_the_device(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill(door="  ")
    await flow.wait()
    assert house.device_of(u400_lock).name_by_user is None
    (subentry,) = house.home.subentries.values()
    assert subentry.title == "Aqara Smart Lock U400"


async def test_lock_without_an_entity_of_core_is_not_asked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    er.async_get(house.hass).async_remove(house.core_lock(u400_lock).entity_id)
    flow = await take_first(house)
    assert "replace_core_lock" not in flow.fields
    assert "core_lock_off" not in flow.fields
    await flow.fill()
    await flow.wait()
    assert house.lock.state == "locked"


async def test_only_aqara_hub_is_kept_with_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill(replace_core_lock=True)
    await flow.wait()
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
    await flow.wait()
    (subentry,) = house.home.subentries.values()
    assert subentry.data["hub"] == other.border_agent_id


async def test_only_new_locks_are_offered(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_lock(house)
    assert flow.labels("next")["found"] == "Add Aqara Smart Lock U200"


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


async def test_back_leads_to_the_page_before(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await found(house)
    await flow.fill()
    await flow.choose("back", "back")
    assert (flow.step, "back" in flow.offered) == ("user", False)


async def test_last_lock_that_left_meanwhile_is_explained(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await add_lock(house)
    house.matter.remove(u400_lock)
    await house.settle()
    await flow.choose("found")
    assert flow.step == "nothing_found"
    assert "no door lock yet" in flow.said["why"]


async def test_lock_without_a_serial_number_is_known_by_its_node(
    house: House,
) -> None:
    attributes = u400()
    del attributes["0/40/15"]
    lock = house.matter.add(U400_NODE, attributes)
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    (subentry,) = house.home.subentries.values()
    assert subentry.unique_id == f"{identifier(lock)}-1"


async def test_bridged_lock_is_offered_as_its_own_device(house: House) -> None:
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.start()
    flow = await take_first(house)
    await flow.fill(replace_core_lock=True)
    await flow.wait()
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
    await flow.wait()
    (subentry,) = house.home.subentries.values()
    assert subentry.title == "Front door"


@pytest.mark.parametrize("model", list(LockModel))
async def test_what_a_model_tells_is_shown_on_request(
    house: House, model: LockModel
) -> None:
    await house.start()
    flow = await add_lock(house)
    assert list(flow.labels("model")) == [item.value for item in LockModel]
    await flow.fill(model=model.value, next="tells")
    assert (flow.step, flow.choices) == ("tells", ["where", "glossary"])
    assert flow.said["table"].count("\n") >= 9
    assert model_name(house.hass, model) in flow.said["table"].splitlines()[0]
    await flow.fill()
    assert (flow.step, flow.preset("model")) == ("where", model.value)


async def test_flagship_is_expected_to_name_people(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "tells")
    assert "| expected (it has the Matter features)" in flow.said["table"]


async def test_zigbee_lock_comes_through_the_hub(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "new_lock", model="u100")
    assert (flow.step, flow.choices) == (
        "zigbee",
        ["commission", "already", "glossary"],
    )
    assert flow.said["lock"] == "Aqara U100"
    await flow.choose("already")
    assert flow.choices == ["get_code", "already", "where"]
    assert "has not brought a Zigbee lock" in flow.said["why"]
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.settle()
    await flow.choose("already")
    assert (flow.step, flow.said["lock"]) == ("door", "U100")


async def test_nothing_to_take_says_that_there_is_no_lock(house: House) -> None:
    await house.start()
    flow = await bind_lock(house, "already")
    assert (flow.step, flow.choices) == (
        "nothing_found",
        ["get_code", "already", "where"],
    )
    assert "no door lock yet" in flow.said["why"]


async def test_nothing_to_take_says_that_all_are_there(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await bind_lock(house, "already")
    assert "in Aqara Lock already" in flow.said["why"]


async def test_nothing_to_take_says_that_matter_does_not_run(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.stop()
    await house.start()
    flow = await bind_lock(house, "already")
    assert "Matter integration is not running" in flow.said["why"]
    await flow.refresh_view()
    assert flow.step == "nothing_found"


@pytest.mark.parametrize(
    ("where", "step"),
    [
        ("new_lock", "aqara_app"),
        ("used_lock", "reset"),
        ("in_aqara_app", "connect_hub"),
        ("on_hub", "listen"),
        ("other_ecosystem", "other_ecosystem"),
    ],
)
async def test_each_place_has_its_way(
    house: House, hub: FakeHub, where: str, step: str
) -> None:
    await house.start()
    flow = await bind_lock(house, where)
    assert flow.step == step
    assert flow.said["hub"] == "Hub M100-A1B2"
    flow.close()


async def test_unknown_hub_is_asked_for_first(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(m3())
    await house.start()
    flow = await bind_lock(house, "new_lock")
    await flow.wait()
    assert list(flow.labels("hub")) == [FIRST_HUB, other.border_agent_id, "none"]
    await flow.fill(hub=other.border_agent_id)
    await flow.wait()
    if flow.step == "checked":
        await flow.choose("go_on_anyway")
    assert (flow.step, flow.said["hub"]) == ("aqara_app", "Hub M3")
    await flow.choose("connect_hub")
    assert flow.said["hub"] == "Hub M3"


async def test_no_hub_does_not_stop_the_way(house: House, lan: FakeLan) -> None:
    await house.start()
    flow = await bind_lock(house, "in_aqara_app")
    await flow.wait()
    assert flow.step == "no_hub"
    await flow.choose("glossary", "back", "without_hub")
    await flow.wait()
    if flow.step == "checked":
        await flow.choose("go_on_anyway")
    assert (flow.step, flow.said["hub"]) == ("connect_hub", "the hub")


async def test_another_app_keeps_everything_or_begins_anew(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    flow = await bind_lock(house, "other_ecosystem")
    await flow.choose("redo")
    assert flow.choices == ["other_ecosystem", "redo_hub_first"]
    await flow.choose("other_ecosystem", "share_other")
    await flow.choose("share_failed")
    assert flow.choices == ["get_code", "where_am_i"]
    await flow.choose("where_am_i", "where", "other_ecosystem", "redo")
    await flow.choose("redo_hub_first")
    assert flow.step == "reset"


async def test_home_that_does_not_run_says_so(house: House) -> None:
    await house.start()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    assert house.home.state is ConfigEntryState.NOT_LOADED
    assert (await add_lock(house)).aborted == "home_not_loaded"


async def test_closed_dialog_goes_on_where_it_was(house: House, hub: FakeHub) -> None:
    await house.start()
    flow = await bind_lock(house, "in_aqara_app", model="u200")
    flow.close()
    await house.reload()
    again = await add_lock(house)
    assert again.choices == ["resume", "where", "glossary"]
    said = again.labels("next")["resume"]
    assert said == "Continue where you were: Connect it to the hub"
    await again.fill()
    assert (again.step, again.said["lock"]) == ("connect_hub", "Aqara U200")
    await again.choose("back")
    assert again.step == "user"


async def test_place_of_a_closed_dialog_is_kept_for_a_day(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    flow = await bind_lock(house, "in_aqara_app")
    flow.close()
    await house.tick(24 * 3600 - 60)
    assert (await add_lock(house)).choices[0] == "resume"
    await house.tick(120)
    assert (await add_lock(house)).step == "where"


async def test_place_at_a_lock_that_was_added_goes_on_with_that_lock(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    assert flow.step == "who"
    flow.close()
    again = await add_lock(house)
    await again.fill()
    assert (again.step, again.said["lock"]) == ("who", "Aqara Smart Lock U400")
    await again.fill(next="finish")
    assert again.aborted == "lock_ready"
    assert (await add_lock(house)).step == "where"
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())


async def test_place_at_a_lock_that_is_gone_is_forgotten(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    flow.close()
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert "resume" not in (await add_lock(house)).choices


async def test_users_are_named_all_at_once(house: House, u400_lock: FakeLock) -> None:
    house.hass.states.async_set("person.anna", "home", {"friendly_name": "Anna"})
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    assert flow.fields == ["Anna (user 1)", "Ben (user 2)", "next"]
    # A field where one can also type shows the value of a choice, not its label.
    assert flow.labels("Ben (user 2)") == {"Anna": "Anna"}
    assert flow.preset("Anna (user 1)") == "Anna"
    assert flow.preset("Ben (user 2)") is None
    # What is filled in is kept, whatever is chosen next.
    await flow.fill(
        **{"Anna (user 1)": "Anna", "Ben (user 2)": "Uncle Ben"},
        next="where_am_i",
    )
    await flow.choose("back")
    assert flow.said["known"] == "Anna, Uncle Ben"
    assert flow.preset("Ben (user 2)") == "Uncle Ben"
    anna = house.home.runtime_data.household.find("Anna")
    assert anna is not None
    assert anna.entity_id == "person.anna"
    for user, name in ((1, "Anna"), (2, "Uncle Ben")):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
        assert house.fired("activity")[-1]["person"] == name
    await flow.fill(**{"Anna (user 1)": flow.preset("Ben (user 2)")})
    assert flow.aborted == "lock_ready"
    assert len(house.home.subentries) == 3
    for user, name in ((1, "Uncle Ben"), (2, "Ben")):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
        assert house.fired("activity")[-1]["person"] == name


async def test_a_new_name_at_two_users_is_one_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    await flow.fill(**{"Anna (user 1)": "Mara", "Ben (user 2)": "Mara"})
    assert [x.title for x in house.home.subentries.values()].count("Mara") == 1
    for user in (1, 2):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
        assert house.fired("activity")[-1]["person"] == "Mara"


async def test_persons_of_one_name_can_be_told_apart(
    house: House, u400_lock: FakeLock
) -> None:
    for entity_id in ("person.anna", "person.anna_2"):
        house.hass.states.async_set(entity_id, "home", {"friendly_name": "Anna"})
    await house.start()
    flow = await take_first(house)
    await flow.fill()
    await flow.wait()
    second = "Anna (person.anna_2)"
    assert list(flow.labels("Ben (user 2)")) == ["Anna", second]
    await flow.fill(**{"Anna (user 1)": None, "Ben (user 2)": second})
    found = house.home.runtime_data.household.find("Anna")
    assert found is not None
    assert found.entity_id == "person.anna_2"
