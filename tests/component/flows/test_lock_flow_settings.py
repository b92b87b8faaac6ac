"""Settings of a lock: what else sees the door, and which lock entity controls it."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.aqara_lock.const import DOMAIN
from tests.rig.paths import PRODUCT

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..flow_steps import Flow, bind, person_id_of, reconfigure
from ..house import House

TEXTS = json.loads((PRODUCT / "translations" / "en.json").read_text())
SCANNER = "sensor.scanner"
DOORBELL = "binary_sensor.doorbell"
SAYS_NAME = "says_name"


async def lock_settings(house: House, choice: str) -> Flow:
    """Open one of the settings of the first lock."""
    flow = await reconfigure(house, "lock", house.subentry_id())
    return await flow.choose(choice)


async def set_control(house: House, *, replace: bool) -> Flow:
    """Choose which lock entity controls the door."""
    flow = await lock_settings(house, "entity")
    return await flow.fill(replace_core_lock=replace)


def our_lock(house: House) -> str | None:
    """Find our lock entity."""
    registry = er.async_get(house.hass)
    return registry.async_get_entity_id("lock", DOMAIN, f"{house.subentry_id()}_lock")


async def test_nothing_to_remove_at_first(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    flow = await reconfigure(house, "lock", house.subentry_id())
    assert flow.choices == [
        "check_binding",
        "users",
        "rebind",
        "add_observer",
        "entity",
        "glossary",
    ]
    await flow.choose("glossary", "term_ecosystem", "back", "back")
    assert flow.step == "reconfigure"


async def test_observer_that_says_the_name(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    flow = await lock_settings(house, "add_observer")
    assert flow.labels("person") == {SAYS_NAME: "The entity says the name"}
    assert (flow.preset("person"), flow.preset("window")) == (SAYS_NAME, 30)
    await flow.fill(entity_id=SCANNER, person=SAYS_NAME, attribute=" who ", window=45)
    assert flow.aborted == "reconfigure_successful"
    assert flow.is_told_by_us
    assert house.home.subentries[house.subentry_id()].data["observations"] == [
        {"entity_id": SCANNER, "person_id": None, "attribute": "who", "window": 45}
    ]


async def test_observer_that_stands_for_a_person(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    await bind(house, "Mara")
    mara = person_id_of(house, "Mara")
    flow = await lock_settings(house, "add_observer")
    assert flow.labels("person")[mara] == "Mara"
    await flow.fill(entity_id=DOORBELL, person=mara, attribute="", window=5)
    assert house.home.subentries[house.subentry_id()].data["observations"] == [
        {"entity_id": DOORBELL, "person_id": mara, "attribute": None, "window": 5}
    ]


async def test_same_entity_again_replaces_what_was_set(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    for entity_id, window in ((SCANNER, 10), (DOORBELL, 20), (SCANNER, 30)):
        flow = await lock_settings(house, "add_observer")
        await flow.fill(entity_id=entity_id, person=SAYS_NAME, window=window)
    kept = house.home.subentries[house.subentry_id()].data["observations"]
    assert [(item["entity_id"], item["window"]) for item in kept] == [
        (DOORBELL, 20),
        (SCANNER, 30),
    ]


async def test_observers_count_at_once_until_they_are_removed(
    hass: HomeAssistant, house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    hass.states.async_set(SCANNER, "nobody yet")
    for entity_id in (SCANNER, DOORBELL):
        flow = await lock_settings(house, "add_observer")
        await flow.fill(entity_id=entity_id, person=SAYS_NAME, window=30)
    hass.states.async_set(SCANNER, "Mara")
    u200_lock.lock_by_hand()
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Mara"
    await house.tick(60)
    flow = await reconfigure(house, "lock", house.subentry_id())
    assert flow.choices[3:6] == ["add_observer", "remove_observers", "entity"]
    await flow.choose("remove_observers")
    assert flow.preset("keep") == [SCANNER, DOORBELL]
    await flow.fill(keep=[DOORBELL])
    assert flow.is_done
    hass.states.async_set(SCANNER, "Nils")
    u200_lock.lock_by_hand()
    await house.settle()
    assert "person" not in house.fired("activity")[-1]
    flow = await lock_settings(house, "remove_observers")
    assert list(flow.labels("keep")) == [DOORBELL]


async def test_place_under_the_hub_is_left_and_taken_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(5)
    place = house.hub_device(hub).id
    assert house.device_of(u400_lock).via_device_id == place
    flow = await lock_settings(house, "entity")
    assert flow.preset("under_hub") is True
    await flow.fill(replace_core_lock=True, under_hub=False)
    assert house.device_of(u400_lock).via_device_id is None
    await house.pass_time(900, 60)
    assert house.device_of(u400_lock).via_device_id is None
    assert house.lock.state == "locked"
    flow = await lock_settings(house, "entity")
    assert flow.preset("under_hub") is False
    await flow.fill(replace_core_lock=True, under_hub=True)
    await house.tick(5)
    assert house.device_of(u400_lock).via_device_id == place


async def test_place_that_was_not_chosen_here_is_not_left(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(5)
    registry = dr.async_get(house.hass)
    somewhere = registry.async_get_or_create(
        config_entry_id=house.home.entry_id, identifiers={("other", "box")}
    )
    device = house.device_of(u400_lock)
    registry.async_update_device(device.id, via_device_id=somewhere.id)
    flow = await lock_settings(house, "entity")
    await flow.fill(replace_core_lock=True, under_hub=False)
    assert house.device_of(u400_lock).via_device_id == somewhere.id


@pytest.mark.parametrize("page", ["add_observer", "remove_observers", "entity"])
async def test_page_that_was_opened_by_mistake_changes_nothing(
    house: House, u400_lock: FakeLock, page: str
) -> None:
    await house.start(u400_lock)
    seen = {"entity_id": "sensor.door", "person_id": None}
    subentry = house.home.subentries[house.subentry_id()]
    before = {
        **subentry.data,
        "observations": [seen | {"attribute": None, "window": 30}],
    }
    house.hass.config_entries.async_update_subentry(house.home, subentry, data=before)
    flow = await lock_settings(house, page)
    given = {"entity_id": "sensor.other"} if "entity_id" in flow.fields else {}
    await flow.fill(**given, next="back")
    assert flow.step == "reconfigure"
    assert house.home.subentries[house.subentry_id()].data == before


async def test_unticked_lock_gives_the_door_back_to_core(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entity_id = house.lock_id
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.INTEGRATION
    flow = await lock_settings(house, "entity")
    assert flow.preset("replace_core_lock") is True
    await flow.fill(replace_core_lock=False)
    assert flow.is_done
    assert house.core_lock(u400_lock).hidden_by is None
    assert our_lock(house) is None
    core = house.core_lock(u400_lock)
    assert (core.entity_id, core.platform) == (entity_id, "matter")
    assert house.state(entity_id).state == "locked"
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Anna"
    assert house.core_lock(u400_lock).hidden_by is None


async def test_ticked_lock_takes_the_place_of_core_without_a_reload(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock, replace=False)
    assert our_lock(house) is None
    await set_control(house, replace=True)
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.INTEGRATION
    assert house.lock.state == "locked"
    await house.call("unlock")
    await house.settle()
    assert house.lock.state == "unlocked"
    assert u400_lock.asked[-1] == "UnboltDoor"


async def test_choice_can_be_changed_back_and_forth(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for replace in (False, True, False, True):
        await set_control(house, replace=replace)
        hidden = house.core_lock(u400_lock).hidden_by is not None
        assert (hidden, our_lock(house) is not None) == (replace, replace)
    assert house.lock.state == "locked"
    await house.hass.config_entries.async_remove(house.home.entry_id)
    assert house.core_lock(u400_lock).hidden_by is None


async def test_other_settings_leave_the_choice_alone(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entity_id = house.lock_id
    flow = await lock_settings(house, "add_observer")
    await flow.fill(entity_id=SCANNER, person=SAYS_NAME, window=30)
    await bind(house, "Mara", 1)
    assert our_lock(house) == entity_id
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.INTEGRATION


async def test_what_the_user_hid_stays_hidden(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    registry = er.async_get(house.hass)
    core = house.core_lock(u400_lock)
    registry.async_update_entity(core.entity_id, hidden_by=er.RegistryEntryHider.USER)
    await house.start(u400_lock, matter=False)
    await set_control(house, replace=False)
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.USER


async def test_choice_made_while_the_home_is_unloaded_is_followed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    subentry = house.home.subentries[house.subentry_id()]
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, "replace_core_lock": False}
    )
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None
    assert our_lock(house) is None


@pytest.mark.parametrize("choice", ["entity", "add_observer"])
async def test_lock_that_is_removed_while_its_settings_are_open(
    house: House, u200_lock: FakeLock, choice: str
) -> None:
    await house.start(u200_lock)
    lock_id = house.subentry_id()
    flow = await lock_settings(house, choice)
    house.hass.config_entries.async_remove_subentry(house.home, lock_id)
    await house.settle()
    given = {"entity_id": SCANNER, "person": SAYS_NAME} if choice != "entity" else {}
    await flow.fill(**given)
    assert flow.aborted == "lock_gone"


async def test_core_can_be_turned_off_and_the_text_says_where_people_are(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await lock_settings(house, "entity")
    assert flow.preset("core_lock_off") is False
    text = TEXTS["config_subentries"]["lock"]["step"]["entity"]
    assert "(/aqara-lock/people)" in text["description"]
    assert (
        "Manage access then leads nowhere"
        in (text["data_description"]["core_lock_off"])
    )
    await flow.fill(replace_core_lock=True, core_lock_off=True)
    assert house.core_lock(u400_lock).disabled_by is (
        er.RegistryEntryDisabler.INTEGRATION
    )
    assert our_lock(house) == house.lock_id
    flow = await lock_settings(house, "entity")
    assert flow.preset("core_lock_off") is True
