"""Persons: who they are, and how the locks know them."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.aqara_lock.domain.access import UserSlot
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    DataOperationType,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)
from custom_components.aqara_lock.flows.slots import bound_slots

from ..fake_matter import FakeLock, User
from ..flow_steps import (
    Flow,
    add_person,
    bind,
    person_id_of,
    reconfigure,
    subentry_id_of,
)
from ..house import House
from ..nodes import OTHER_FABRIC_INDEX

PICTURE = "/api/image/mara"


def at_home(hass: HomeAssistant, name: str = "Mara", user_id: str | None = None) -> str:
    """Have a Home Assistant person."""
    entity_id = f"person.{name.lower()}"
    hass.states.async_set(
        entity_id,
        "home",
        {"friendly_name": name, "entity_picture": PICTURE, "user_id": user_id},
    )
    return entity_id


async def teach(house: House, name: str = "Mara") -> Flow:
    """Begin to teach a new person at the only door."""
    flow = await add_person(house, name=name)
    return await flow.choose("teach")


async def unlock(house: House, lock: FakeLock, user: int, index: int = 1) -> None:
    """Unlock at the door."""
    lock.lock_by_hand()
    lock.unlock_by_finger(user, index)
    await house.settle()


def last(house: House) -> dict[str, object]:
    """Give the last event of the first lock."""
    return dict(house.fired("activity")[-1])


async def test_guest_with_a_name(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await add_person(house)
    assert flow.step == "user"
    await flow.fill(name="  Mara ")
    assert flow.step == "learn"
    assert flow.choices == ["teach", "pick", "finish"]
    assert flow.said == {"name": "Mara", "known": "nothing yet"}
    await flow.choose("finish")
    assert flow.is_done
    person = house.home.subentries[subentry_id_of(house, "Mara")]
    assert person.subentry_type == "person"
    assert (person.data["name"], person.data["person_entity"]) == ("Mara", None)


async def test_way_back_keeps_who_it_is(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    person = at_home(hass)
    flow = await add_person(house, name="Mia", person_entity=person)
    await flow.choose("back")
    assert (flow.step, flow.preset("name")) == ("user", "Mia")
    assert flow.preset("person_entity") == person


async def test_home_assistant_person_gives_its_name(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_person(house, person_entity=at_home(hass))
    await flow.choose("finish")
    person = house.home.subentries[subentry_id_of(house, "Mara")]
    assert person.data["person_entity"] == "person.mara"


async def test_own_name_wins_over_that_of_the_home_assistant_person(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_person(house, person_entity=at_home(hass), name="Mum")
    assert flow.said["name"] == "Mum"


async def test_missing_name_is_asked_for_again(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_person(house)
    for given in ({}, {"name": "   "}, {"person_entity": "person.gone"}):
        await flow.fill(**given)
        assert (flow.step, flow.errors) == ("user", {"base": "name_missing"})
    await flow.fill(name="Mara")
    assert flow.step == "learn"


async def test_taken_name_is_asked_for_again(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara")
    flow = await add_person(house, name="mara")
    assert flow.errors == {"base": "name_taken"}
    assert flow.preset("name") == "mara"
    await flow.fill(name="Mara the second")
    await flow.choose("finish")
    assert flow.is_done


async def test_touch_shows_and_binds_what_the_lock_reports(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[2].credentials = [(CredentialType.FINGERPRINT, 1)]
    await house.start(u400_lock)
    flow = await teach(house)
    assert flow.shown["type"] is FlowResultType.SHOW_PROGRESS
    assert flow.shown["progress_action"] == "touch"
    assert flow.said["lock"] == "Aqara Smart Lock U400"
    u400_lock.unlock_by_finger(user=2)
    await flow.wait()
    assert flow.step == "confirm"
    assert flow.said["how"] == "with a fingerprint"
    assert flow.said["slot"] == "Aqara Smart Lock U400: user 2 “Ben” (fingerprint)"
    await flow.choose("take")
    assert flow.step == "more"
    assert flow.said["known"] == "Aqara Smart Lock U400: user 2 “Ben” (fingerprint)"
    await flow.choose("finish")
    assert flow.is_done
    await unlock(house, u400_lock, 2)
    told = last(house)
    assert (told["person"], told["user_name"]) == ("Mara", "Ben")
    assert told["person_id"] == person_id_of(house, "Mara")
    assert told["confidence"] == "reported"
    assert house.changed_by == "Mara"
    await unlock(house, u400_lock, 1, index=2)
    assert last(house)["person"] == "Anna"


async def test_nothing_is_bound_before_it_is_confirmed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.unlock_by_finger(user=2)
    await flow.wait()
    flow.manager.async_abort(flow.shown["flow_id"])
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Ben"


async def test_somebody_elses_touch_is_not_bound(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    assert flow.choices == ["take", "touch", "pick"]
    await flow.choose("touch")
    assert await flow.still_waits()
    u400_lock.unlock_by_finger(user=2)
    await flow.wait()
    assert "user 2" in flow.said["slot"]
    await flow.choose("take", "finish")
    await unlock(house, u400_lock, 1)
    assert last(house)["person"] == "Anna"
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Mara"


async def test_somebody_elses_touch_leads_to_the_list_of_users(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    await flow.choose("pick")
    assert flow.preset("slots") == []
    await flow.fill(slots=[f"{house.subentry_id()}/user/2"])
    await unlock(house, u400_lock, 1)
    assert last(house)["person"] == "Anna"
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Mara"


async def test_credential_without_a_user_is_bound(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    tag = (CredentialType.RFID, 4)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.RFID, credential=tag
    )
    await flow.wait()
    assert flow.said["slot"] == "Aqara Smart Lock U400: tag 4"
    assert flow.said["how"] == "with a tag"
    await flow.choose("take")
    await flow.choose("finish")
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.RFID, credential=tag
    )
    await house.settle()
    assert last(house)["person"] == "Mara"
    again = await reconfigure(house, "person", subentry_id_of(house, "Mara"))
    assert again.said["known"] == "Aqara Smart Lock U400: tag 4"
    await again.choose("pick")
    value = f"{house.subentry_id()}/{CredentialType.RFID.value}/4"
    assert again.preset("slots") == [value]


async def test_user_of_an_unknown_method(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.UNSPECIFIED, user=7
    )
    await flow.wait()
    assert flow.said["how"] == "in a way that the lock did not tell"
    assert flow.said["slot"] == "Aqara Smart Lock U400: user 7"


@pytest.mark.parametrize("fabric", [2, OTHER_FABRIC_INDEX])
async def test_remote_operation_is_not_taken(
    house: House, u400_lock: FakeLock, fabric: int
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.REMOTE, 1, fabric=fabric, node=5
    )
    assert await flow.still_waits()
    u400_lock.unlock_by_finger(user=2)
    await flow.wait()
    assert "user 2" in flow.said["slot"]


@pytest.mark.parametrize(
    "source",
    [
        OperationSource.AUTO,
        OperationSource.MANUAL,
        OperationSource.BUTTON,
        OperationSource.SCHEDULE,
        OperationSource.PROPRIETARY_REMOTE,
    ],
)
async def test_what_needs_no_reader_says_nothing_of_what_the_lock_tells(
    house: House, u400_lock: FakeLock, source: OperationSource
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.report_operation(LockOperationType.LOCK, source)
    assert await flow.still_waits()
    u400_lock.unlock_by_finger(user=2)
    assert (await flow.wait()).step == "confirm"


async def test_wrong_code_says_nothing_of_what_the_lock_tells(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    assert await flow.still_waits()
    u400_lock.report_denied(OperationError.RESTRICTED, OperationSource.KEYPAD, user=2)
    assert (await flow.wait()).step == "confirm"
    assert "user 2" in flow.said["slot"]


async def test_lock_that_does_not_tell(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    flow = await teach(house)
    u200_lock.report_state(LockState.UNLOCKED)
    u200_lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await flow.wait()
    assert flow.step == "silent"
    assert flow.choices == ["teach", "pick", "finish"]
    assert flow.said["lock"] == "Aqara Smart Lock U200"
    await flow.choose("pick")
    assert list(flow.labels("slots").values()) == [
        "Aqara Smart Lock U200: user 1 “Clara”"
    ]


async def test_two_touches_in_a_row_are_one_answer(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    u400_lock.unlock_by_finger(user=2)
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    assert "user 2" in flow.said["slot"]


async def test_nothing_within_the_time(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    await flow.let_time_pass(89)
    assert await flow.still_waits()
    await flow.let_time_pass(2)
    await flow.wait()
    assert flow.step == "nothing"
    assert flow.said["lock"] == "Aqara Smart Lock U400"
    await flow.choose("teach")
    u400_lock.unlock_by_finger(user=1)
    assert (await flow.wait()).step == "confirm"


async def test_closed_dialog_ends_the_wait(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await teach(house)
    flow.manager.async_abort(flow.shown["flow_id"])
    await house.settle()
    assert flow.manager.async_progress() == []


async def test_door_is_chosen_where_there_are_several(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    flow = await teach(house)
    assert flow.step == "teach"
    assert list(flow.labels("lock").values()) == [
        "Aqara Smart Lock U400",
        "Aqara Smart Lock U200",
    ]
    await flow.fill(lock=house.subentry_id(1))
    assert flow.said["lock"] == "Aqara Smart Lock U200"
    u400_lock.unlock_by_finger(user=1)
    assert await flow.still_waits()
    u200_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await flow.wait()
    assert flow.said["slot"] == "Aqara Smart Lock U200: user 1 “Clara”"


async def test_more_doors_and_fingers_are_taught_in_one_go(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    flow = await teach(house)
    await flow.fill(lock=house.subentry_id(0))
    u400_lock.unlock_by_finger(user=2)
    await flow.wait()
    await flow.choose("take")
    await flow.choose("teach")
    await flow.fill(lock=house.subentry_id(1))
    u200_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await flow.wait()
    await flow.choose("take")
    assert flow.said["known"] == (
        "Aqara Smart Lock U400: user 2 “Ben”, Aqara Smart Lock U200: user 1 “Clara”"
    )
    await flow.choose("finish")
    for lock in (u400_lock, u200_lock):
        lock.report_operation(
            LockOperationType.LOCK,
            OperationSource.KEYPAD,
            2 if lock is u400_lock else 1,
        )
    await house.settle()
    people = [house.fired("activity", number)[-1]["person"] for number in (0, 1)]
    assert people == ["Mara", "Mara"]


async def test_home_without_locks_cannot_teach(house: House) -> None:
    await house.start()
    flow = await teach(house)
    assert flow.aborted == "no_locks"


async def test_pick_lists_users_with_their_keys(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[2].credentials = [(CredentialType.RFID, 4), (CredentialType.PIN, 2)]
    u400_lock.users[5] = User(None)
    await house.start(u400_lock)
    flow = await add_person(house, name="Mara")
    await flow.choose("pick")
    lock_id = house.subentry_id()
    assert flow.labels("slots") == {
        f"{lock_id}/user/1": "Aqara Smart Lock U400: user 1 “Anna”",
        f"{lock_id}/user/2": "Aqara Smart Lock U400: user 2 “Ben” (code, tag)",
        f"{lock_id}/user/5": "Aqara Smart Lock U400: user 5",
    }
    assert flow.preset("slots") == []
    await flow.fill(slots=[f"{lock_id}/user/2", f"{lock_id}/user/5"])
    assert flow.is_done
    for user in (2, 5):
        await unlock(house, u400_lock, user)
        assert last(house)["person"] == "Mara"


async def test_last_unlocked_by_shows_the_person_with_picture(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2, person_entity=at_home(hass))
    await unlock(house, u400_lock, 2)
    shown = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert shown.state == "Mara"
    assert shown.attributes["entity_picture"] == PICTURE
    await unlock(house, u400_lock, 1)
    shown = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert shown.state == "Anna"
    assert "entity_picture" not in shown.attributes


async def test_rename(hass: HomeAssistant, house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 2)
    await bind(house, "Nils")
    await unlock(house, u400_lock, 2)
    flow = await reconfigure(house, "person", subentry_id)
    assert flow.choices == ["access", "rename", "teach", "pick"]
    assert flow.said == {
        "name": "Mara",
        "known": "Aqara Smart Lock U400: user 2 “Ben”",
        "access": "nothing yet",
    }
    await flow.choose("rename")
    assert flow.preset("name") == "Mara"
    await flow.fill(name="NILS")
    assert flow.errors == {"base": "name_taken"}
    assert flow.preset("name") == "NILS"
    await flow.fill(name="Maria", person_entity=at_home(hass))
    assert flow.aborted == "reconfigure_successful"
    assert flow.is_told_by_us
    person = house.home.subentries[subentry_id]
    assert (person.title, person.data["name"]) == ("Maria", "Maria")
    assert person.data["person_entity"] == "person.mara"
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Maria"


async def test_own_name_may_stay(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await reconfigure(house, "person", await bind(house, "Mara", 2))
    await flow.choose("rename")
    await flow.fill(name="mara")
    assert flow.is_done
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "mara"


async def test_teach_later_adds_to_what_is_bound(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await reconfigure(house, "person", await bind(house, "Mara", 2))
    await flow.choose("teach")
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    await flow.choose("take")
    await flow.choose("finish")
    assert flow.is_done
    for user in (1, 2):
        await unlock(house, u400_lock, user)
        assert last(house)["person"] == "Mara"


async def test_unpicked_user_is_no_longer_the_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await reconfigure(house, "person", await bind(house, "Mara", 1, 2))
    await flow.choose("pick")
    lock_id = house.subentry_id()
    assert set(flow.preset("slots")) == {f"{lock_id}/user/1", f"{lock_id}/user/2"}
    await flow.fill(slots=[f"{lock_id}/user/1"])
    await unlock(house, u400_lock, 1)
    assert last(house)["person"] == "Mara"
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Ben"


async def test_slot_goes_over_to_whom_it_is_given_last(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    first = await bind(house, "Mara", 2)
    await bind(house, "Nils", 2)
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Nils"
    flow = await reconfigure(house, "person", first)
    assert flow.said["known"] == "nothing yet"


async def test_removed_person_is_forgotten(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 2)
    house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
    await house.settle()
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Ben"
    assert "person_id" not in last(house)
    await bind(house, "Mara")
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Ben"


async def test_binding_survives_a_reload(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    await house.reload()
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Mara"


async def test_new_key_of_the_same_user_keeps_the_person(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[2].credentials = [(CredentialType.FINGERPRINT, 1)]
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    u400_lock.users[2].credentials = [(CredentialType.FINGERPRINT, 3)]
    u400_lock.report_user_change(DataOperationType.ADD, 2, lockDataType=7, dataIndex=3)
    await house.tick(11)
    await unlock(house, u400_lock, 2, index=3)
    assert last(house)["person"] == "Mara"


async def test_cleared_user_is_no_longer_the_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 2)
    del u400_lock.users[2]
    u400_lock.report_user_change(DataOperationType.CLEAR, 2)
    await house.tick(11)
    assert (await reconfigure(house, "person", subentry_id)).said[
        "known"
    ] == "nothing yet"
    await unlock(house, u400_lock, 2)
    assert "person" not in last(house)


async def test_slot_that_is_filled_anew_belongs_to_nobody(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    u400_lock.users[2] = User("Zoe")
    for change in (DataOperationType.CLEAR, DataOperationType.ADD):
        u400_lock.report_user_change(change, 2)
    await house.tick(11)
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Zoe"
    assert "person_id" not in last(house)


async def test_user_that_became_another_one_is_no_longer_the_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    u400_lock.users[2] = User("Zoe")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.tick(11)
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Zoe"


async def test_person_cannot_be_added_while_the_home_does_not_run(
    house: House,
) -> None:
    await house.start()
    await house.stop()
    assert (await add_person(house)).aborted == "home_not_loaded"


async def test_person_cannot_be_changed_while_the_home_does_not_run(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 2)
    await house.stop()
    flow = await reconfigure(house, "person", subentry_id)
    assert flow.aborted == "home_not_loaded"


@pytest.mark.parametrize("step", ["teach", "pick", "finish"])
async def test_home_that_stops_meanwhile_ends_the_dialog(
    house: House, u400_lock: FakeLock, step: str
) -> None:
    await house.start(u400_lock)
    flow = await add_person(house, name="Mara")
    await house.stop()
    await flow.choose(step)
    assert flow.aborted == "home_not_loaded"


async def test_binding_holds_though_the_home_was_reloaded_meanwhile(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await reconfigure(house, "person", await bind(house, "Mara", 2))
    await house.reload()
    await flow.choose("rename")
    await flow.fill(name="Maria")
    assert flow.is_done
    await unlock(house, u400_lock, 2)
    assert last(house)["person"] == "Maria"


async def guest(house: House) -> str:
    """Have a guest in the home; gives the subentry's id."""
    subentry = ConfigSubentry(
        data=MappingProxyType({"person_id": "gus", "name": "Gus", "kind": "guest"}),
        subentry_type="person",
        title="Gus",
        unique_id="gus",
    )
    house.hass.config_entries.async_add_subentry(house.home, subentry)
    await house.settle()
    return subentry.subentry_id


async def test_guest_who_is_renamed_stays_a_guest(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    subentry_id = await guest(house)
    flow = await reconfigure(house, "person", subentry_id)
    await flow.choose("rename")
    await flow.fill(name="Gustav")
    assert flow.aborted == "reconfigure_successful"
    kept = house.home.subentries[subentry_id]
    assert (kept.title, kept.data["kind"]) == ("Gustav", "guest")


async def test_what_was_bound_while_the_dialog_was_open_stays(
    house: House, u400_lock: FakeLock
) -> None:
    """A dialog decides on what it changed, and on nothing else."""
    u400_lock.users[1] = User("M")
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 1)
    flow = await reconfigure(house, "person", subentry_id)
    await flow.choose("rename")
    home, mara = house.home.runtime_data, person_id_of(house, "Mara")
    lock_id = house.subentry_id()
    both = [(lock_id, UserSlot(1)), (lock_id, UserSlot(2))]
    await home.async_bind_person(mara, both)
    await flow.fill(name="Maria")
    bound = {(x.lock.id, x.slot) for x in bound_slots(home, mara)}
    assert bound == set(both)


@pytest.mark.parametrize("step", ["rename", "pick"])
async def test_person_who_is_removed_while_the_dialog_is_open(
    house: House, u400_lock: FakeLock, step: str
) -> None:
    u400_lock.users[1] = User("M")
    await house.start(u400_lock)
    subentry_id = await bind(house, "Mara", 1)
    flow = await reconfigure(house, "person", subentry_id)
    await flow.choose(step)
    house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
    await house.settle()
    await (flow.fill(name="Maria") if step == "rename" else flow.fill())
    assert flow.aborted == "person_gone"
    assert house.home.runtime_data.household.people == {}


async def test_lock_that_is_removed_while_it_is_chosen(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    flow = await teach(house)
    assert flow.step == "teach"
    gone = house.subentry_id(1)
    house.hass.config_entries.async_remove_subentry(house.home, gone)
    await house.settle()
    await flow.fill(lock=gone)
    assert flow.aborted == "lock_gone"
