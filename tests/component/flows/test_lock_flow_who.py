"""After the lock was added: the report, Apple Home, and who is who."""

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)
from custom_components.aqara_lock.flows.teach import TEACH_TIMEOUT

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..flow_steps import (
    Flow,
    added_to_matter,
    bind,
    person_id_of,
    reconfigure,
    subentry_id_of,
)
from ..house import House
from ..nodes import U400_NODE

MARA = "person.mara"


async def reported(house: House) -> Flow:
    """Add a lock and see the report."""
    await house.start()
    return await added_to_matter(house)


def the_lock(house: House) -> FakeLock:
    """Give the lock that was added."""
    return house.matter.locks[U400_NODE]


async def naming(house: House, **given: str) -> Flow:
    """Name a person who will touch the reader."""
    flow = await reported(house)
    await flow.choose("users", "who_is_it")
    await flow.fill(**given or {"name": "Mara"})
    return flow


async def test_report_is_shown_and_kept(house: House, hub: FakeHub) -> None:
    flow = await reported(house)
    assert flow.step == "report"
    assert flow.choices == ["users", "report_details", "apple_home", "verify"]
    assert "**On the hub: yes** (Hub M100-A1B2)" in flow.said["report"]
    assert "/config/devices/device/" in flow.said["links"]
    lock = house.home.runtime_data.locks[house.subentry_id()]
    assert lock.binding is not None
    await flow.choose("report_details")
    assert "connected through the hub?** Yes." in flow.said["report"]
    await flow.choose("back")
    assert flow.step == "report"


async def test_lock_is_asked_again_only_on_request(house: House, hub: FakeHub) -> None:
    flow = await reported(house)
    asked = the_lock(house).asked.count("ping_node")
    await flow.refresh_view()
    await flow.choose("report_details", "back")
    assert the_lock(house).asked.count("ping_node") == asked
    await flow.choose("verify")
    assert flow.waits
    await flow.wait()
    assert flow.step == "report"
    assert the_lock(house).asked.count("ping_node") == 2 * asked


async def test_apple_home_is_optional(house: House, hub: FakeHub) -> None:
    flow = await reported(house)
    await flow.choose("apple_home")
    assert flow.said["hub"] == "Hub M100-A1B2"
    assert flow.choices == ["users", "apple_home_failed", "where_am_i"]
    await flow.choose("apple_home_failed")
    assert flow.choices == ["apple_home", "users", "where_am_i"]
    await flow.choose("where_am_i")
    assert "8. **Apple Home (optional)**" in flow.said["way"]
    await flow.choose("back", "apple_home", "users", "finish")
    assert flow.aborted == "lock_ready"
    assert flow.said["lock"] == "Aqara Smart Lock U400"
    assert house.lock.state == "locked"


async def test_lock_that_is_removed_meanwhile_ends_the_dialog(house: House) -> None:
    flow = await reported(house)
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    await flow.choose("verify")
    assert flow.aborted == "lock_gone"


async def test_lock_that_is_removed_while_it_is_checked_ends_the_dialog(
    house: House,
) -> None:
    flow = await reported(house)
    house.matter.hold("ping_node")
    await flow.choose("verify")
    await house.wait_for(lambda: house.matter.held)
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    house.matter.release()
    await flow.wait()
    assert flow.aborted == "lock_gone"


async def test_person_is_taught_by_doing(house: House) -> None:
    flow = await reported(house)
    await flow.choose("users")
    assert (flow.said["known"], sorted(flow.choices)) == (
        "nobody yet",
        ["finish", "where_am_i", "who_is_it"],
    )
    await flow.choose("who_is_it")
    assert flow.fields == ["person_entity", "name", "next"]
    await flow.fill(name="  Mara ")
    assert (flow.waits, flow.step) == (True, "who_touch")
    assert flow.said == {"name": "Mara", "lock": "Aqara Smart Lock U400"}
    assert await flow.still_waits()
    the_lock(house).unlock_by_finger(user=1)
    await flow.wait()
    assert flow.step == "who_seen"
    assert flow.said["name"] == "Mara"
    assert flow.said["slot"] == "Aqara Smart Lock U400: user 1"
    assert flow.choices == ["who_take", "who_touch"]
    await flow.choose("who_take")
    assert (flow.step, flow.said["known"]) == ("who", "Mara")
    await flow.choose("finish")
    assert flow.is_done
    person = house.home.subentries[subentry_id_of(house, "Mara")]
    assert person.subentry_type == "person"
    assert (person.unique_id, person.data["name"]) == (
        person_id_of(house, "Mara"),
        "Mara",
    )
    the_lock(house).lock_by_hand()
    the_lock(house).unlock_by_finger(user=1)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Mara"


async def test_several_people_are_taught_one_after_the_other(house: House) -> None:
    flow = await naming(house)
    the_lock(house).unlock_by_finger(user=1)
    await flow.wait()
    await flow.choose("who_take", "who_is_it")
    await flow.fill(name="Nils")
    the_lock(house).unlock_by_finger(user=2)
    await flow.wait()
    assert flow.step == "who_seen"
    await flow.choose("who_take")
    assert flow.said["known"] == "Mara, Nils"


async def test_somebody_elses_touch_is_not_bound(house: House) -> None:
    flow = await naming(house)
    the_lock(house).unlock_by_finger(user=1)
    await flow.wait()
    await flow.choose("who_touch")
    assert await flow.still_waits()
    the_lock(house).unlock_by_finger(user=2)
    await flow.wait()
    assert flow.said["slot"] == "Aqara Smart Lock U400: user 2"
    await flow.choose("who_take")
    for user, person in ((1, None), (2, "Mara")):
        the_lock(house).lock_by_hand()
        the_lock(house).unlock_by_finger(user=user)
        await house.settle()
        assert house.fired("activity")[-1].get("person") == person


async def test_person_of_home_assistant_gives_its_name(house: House) -> None:
    house.hass.states.async_set(MARA, "home", {"friendly_name": "Mara"})
    flow = await naming(house, person_entity=MARA)
    assert flow.said["name"] == "Mara"
    the_lock(house).unlock_by_finger(user=1)
    await flow.wait()
    await flow.choose("who_take")
    person = house.home.subentries[subentry_id_of(house, "Mara")]
    assert person.data["person_entity"] == MARA


@pytest.mark.parametrize(
    "given", [{}, {"name": "   "}, {"person_entity": "person.gone"}]
)
async def test_missing_name_is_asked_for_again(
    house: House, given: dict[str, str]
) -> None:
    flow = await reported(house)
    await flow.choose("users", "who_is_it")
    await flow.fill(**given)
    assert (flow.step, flow.errors) == ("who_is_it", {"base": "name_missing"})
    await flow.fill(name="Mara")
    assert flow.step == "who_touch"
    flow.close()


async def test_taken_name_is_asked_for_again(house: House) -> None:
    flow = await reported(house)
    await bind(house, "Mara")
    await flow.choose("users")
    assert flow.said["known"] == "Mara"
    await flow.choose("who_is_it")
    await flow.fill(name="mara")
    assert flow.errors == {"base": "name_taken"}
    assert flow.preset("name") == "mara"
    await flow.fill(name="Mara the second")
    assert flow.step == "who_touch"
    flow.close()


async def test_way_back_keeps_who_was_named(house: House) -> None:
    flow = await naming(house, name="Mara")
    await flow.let_time_pass(TEACH_TIMEOUT)
    await flow.wait()
    await flow.choose("back")
    assert (flow.step, flow.preset("name")) == ("who_is_it", "Mara")


async def test_settings_offer_no_place_on_the_way(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("users")
    assert sorted(flow.choices) == ["save", "who_is_it"]


async def test_lock_that_does_not_say_who_is_told(house: House) -> None:
    flow = await naming(house)
    the_lock(house).report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD)
    await flow.wait()
    assert flow.step == "who_silent"
    assert flow.choices == ["who_touch", "who_keep", "who"]
    assert (flow.said["name"], flow.said["lock"]) == ("Mara", "Aqara Smart Lock U400")
    await flow.choose("who_touch")
    assert flow.waits
    the_lock(house).unlock_by_finger(user=1)
    await flow.wait()
    assert flow.step == "who_seen"


async def test_nothing_at_the_door_can_be_tried_again(house: House) -> None:
    flow = await naming(house)
    await flow.let_time_pass(TEACH_TIMEOUT)
    await flow.wait()
    assert flow.step == "who_nothing"
    assert flow.choices == ["who_touch", "who_keep", "who"]
    await flow.choose("who_touch")
    assert flow.waits
    flow.close()


async def test_person_can_be_kept_without_anything_bound(house: House) -> None:
    flow = await naming(house)
    await flow.let_time_pass(TEACH_TIMEOUT)
    await flow.wait()
    await flow.choose("who_keep")
    assert (flow.step, flow.said["known"]) == ("who", "Mara")
    lock = house.home.runtime_data.locks[house.subentry_id()]
    assert lock.log.memory.directory.bindings == {}


async def test_person_can_be_given_up(house: House) -> None:
    flow = await naming(house)
    await flow.let_time_pass(TEACH_TIMEOUT)
    await flow.wait()
    await flow.choose("who")
    assert flow.said["known"] == "nobody yet"
    assert len(house.home.subentries) == 1


async def test_lock_that_is_removed_before_the_touch_ends_the_dialog(
    house: House,
) -> None:
    flow = await naming(house)
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await flow.let_time_pass(TEACH_TIMEOUT)
    await flow.wait()
    assert (flow.step, flow.said["lock"]) == ("who_nothing", "–")
    await flow.choose("who_touch")
    assert flow.aborted == "lock_gone"


async def test_closed_dialog_stops_to_wait_for_the_reader(house: House) -> None:
    flow = await naming(house)
    assert await flow.still_waits()
    flow.close()
    await house.settle()
    the_lock(house).unlock_by_finger(user=1)
    await house.settle()
    assert len(house.home.subentries) == 1
