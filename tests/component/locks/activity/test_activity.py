"""Events of what was done at the door: each type, who it was, and nothing twice."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    CredentialType,
    DataOperationType,
    DoorState,
    EventId,
    Feature,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
    UserType,
)

from ...fake_lan import FakeHub
from ...fake_matter import Failure, FakeLock, Refusal, User
from ...house import House
from ...nodes import OTHER_FABRIC_INDEX, U400_FEATURES

USER_READS = {"GetUser"}


async def test_unlock_by_finger_names_the_user(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["unlocked"]
    told = {key: fired[0].get(key) for key in ("person", "user_name", "user_index")}
    assert told == {"person": "Ben", "user_name": "Ben", "user_index": 2}
    assert fired[0]["method"] == "fingerprint"
    assert fired[0]["confidence"] == "reported"
    assert house.lock.state == "unlocked"
    assert house.changed_by == "Ben"


async def test_names_come_from_one_walk_through_the_users(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    asked = list(u400_lock.asked)
    assert asked.count("GetUser") == 2
    u400_lock.unlock_by_finger(user=1)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.reload()
    assert u400_lock.asked == asked


async def test_absent_facts_are_absent(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    u200_lock.lock_by_hand()
    await house.settle()
    fired = house.fired("activity")
    assert fired[0]["event_type"] == "locked"
    assert fired[0]["method"] == "manual"
    assert not {"person", "user_name", "user_index", "ecosystem", "reason"} & set(
        fired[0]
    )


OPERATIONS: list[tuple[LockOperationType, OperationSource, str, str]] = [
    (LockOperationType.LOCK, OperationSource.AUTO, "locked", "auto"),
    (LockOperationType.LOCK, OperationSource.BUTTON, "locked", "button"),
    (LockOperationType.LOCK, OperationSource.SCHEDULE, "locked", "schedule"),
    (LockOperationType.UNLOCK, OperationSource.KEYPAD, "unlocked", "pin"),
    (LockOperationType.UNLOCK, OperationSource.RFID, "unlocked", "tag"),
    (LockOperationType.UNLOCK, OperationSource.ALIRO, "unlocked", "digital_key"),
    (LockOperationType.UNLOCK, OperationSource.PROPRIETARY_REMOTE, "unlocked", "app"),
    (LockOperationType.UNLATCH, OperationSource.KEYPAD, "unlatched", "pin"),
    (LockOperationType.NON_ACCESS_USER_EVENT, OperationSource.KEYPAD, "denied", "pin"),
    (LockOperationType.FORCED_USER_EVENT, OperationSource.KEYPAD, "unlocked", "pin"),
]


@pytest.mark.parametrize(("kind", "source", "event_type", "method"), OPERATIONS)
async def test_operation_becomes_an_event(
    house: House,
    u400_lock: FakeLock,
    kind: LockOperationType,
    source: OperationSource,
    event_type: str,
    method: str,
) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(kind, source)
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == [event_type]
    assert fired[0]["method"] == method


@pytest.mark.parametrize(
    ("alarm", "event_type"),
    [
        (AlarmCode.LOCK_JAMMED, "jammed"),
        (AlarmCode.LOCK_FACTORY_RESET, "factory_reset"),
        (AlarmCode.WRONG_CODE_ENTRY_LIMIT, "wrong_code_limit"),
        (AlarmCode.FRONT_ESCUTCHEON_REMOVED, "tampered"),
    ],
)
async def test_alarm_becomes_an_event(
    house: House, u400_lock: FakeLock, alarm: AlarmCode, event_type: str
) -> None:
    await house.start(u400_lock)
    u400_lock.report_alarm(alarm)
    await house.settle()
    assert house.types() == [event_type]


@pytest.mark.parametrize(
    ("door", "event_type"),
    [
        (DoorState.OPEN, "door_opened"),
        (DoorState.CLOSED, "door_closed"),
        (DoorState.AJAR, "door_ajar"),
        (DoorState.FORCED_OPEN, "forced_open"),
    ],
)
async def test_door_becomes_an_event(
    house: House, u400_lock: FakeLock, door: DoorState, event_type: str
) -> None:
    u400_lock.attributes["1/257/65532"] = (U400_FEATURES | Feature.DOOR_POSITION).value
    await house.start(u400_lock)
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": door.value})
    await house.settle()
    assert house.types() == [event_type]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OperationError.INVALID_CREDENTIAL, "invalid_credential"),
        (OperationError.DISABLED_USER_DENIED, "disabled_user"),
        (OperationError.RESTRICTED, "restricted"),
        (OperationError.INSUFFICIENT_BATTERY, "low_battery"),
        (OperationError.UNSPECIFIED, "unknown"),
    ],
)
async def test_refused_attempt_says_why(
    house: House, u400_lock: FakeLock, error: OperationError, reason: str
) -> None:
    await house.start(u400_lock)
    u400_lock.report_denied(error, OperationSource.KEYPAD)
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["denied"]
    assert fired[0]["reason"] == reason
    assert house.lock.state == "locked"


async def test_only_types_that_the_lock_can_report(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u200_lock, u400_lock)
    types = [
        set(
            house.state(house.entity_id("event", "activity", n)).attributes[
                "event_types"
            ]
        )
        for n in (0, 1)
    ]
    assert "unlatched" not in types[0]
    assert "unlatched" in types[1]
    assert not {"door_opened", "door_ajar", "forced_open"} & (types[0] | types[1])
    assert {"user_changed", "wrong_code_limit"} <= types[0]


async def test_a_type_that_was_not_promised_is_told_all_the_same(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    u200_lock.report_alarm(AlarmCode.DOOR_AJAR)
    await house.settle()
    assert house.types() == ["door_ajar"]


async def test_duress_looks_like_any_unlock(house: House, u400_lock: FakeLock) -> None:
    u400_lock.users[3] = User("Hannah", type=UserType.FORCED)
    await house.start(u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.FORCED_USER_EVENT, OperationSource.KEYPAD, 3
    )
    u400_lock.report_alarm(AlarmCode.FORCED_USER)
    await house.settle()
    assert house.types() == ["unlocked"]
    assert not [word for word in map(str, house.fired("activity")) if "orced" in word]


async def test_credential_alone_finds_its_user(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[2] = User("Ben", [(CredentialType.RFID, 4)])
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.RFID,
        credential=(CredentialType.RFID, 4),
    )
    await house.settle()
    assert house.fired("activity")[0]["user_name"] == "Ben"


async def test_other_ecosystem_is_named_and_read_once(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for kind in (LockOperationType.UNLOCK, LockOperationType.LOCK):
        u400_lock.report_operation(
            kind, OperationSource.REMOTE, fabric=OTHER_FABRIC_INDEX, node=5
        )
        await house.settle()
    fired = house.fired("activity")
    assert [item["ecosystem"] for item in fired] == ["Apple Home", "Apple Home"]
    assert fired[0]["confidence"] == "ecosystem"
    assert u400_lock.asked.count("read_attribute") == 1


@pytest.mark.parametrize("failure", [TimeoutError(), Refusal(error_code=4)])
async def test_ecosystem_stays_open_when_it_cannot_be_read(
    house: House, u400_lock: FakeLock, failure: Failure
) -> None:
    u400_lock.fail("read_attribute", failure, failure)
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OTHER_FABRIC_INDEX,
        node=5,
    )
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["unlocked"]
    assert "ecosystem" not in fired[0]


async def test_duplicate_changes_nothing(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    number = u400_lock.unlock_by_finger(user=1)
    await house.settle()
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.BIOMETRIC,
        1,
        (CredentialType.FINGERPRINT, 1),
        number=number,
    )
    await house.settle()
    assert house.types() == ["unlocked"]


async def test_late_history_is_no_news(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.KEYPAD,
        1,
        at=dt_util.utcnow() - timedelta(minutes=10),
    )
    await house.settle()
    assert house.types() == []
    assert house.lock.state == "locked"


async def test_lock_with_a_wrong_clock_is_believed_by_its_state(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    await house.tick(600)
    u200_lock.report_state(LockState.UNLOCKED)
    u200_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.KEYPAD,
        1,
        at=dt_util.utcnow() - timedelta(hours=2),
    )
    await house.settle()
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Clara"


async def test_nothing_fires_twice_after_a_restart(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    last = house.state(house.entity_id("event", "activity")).state
    await house.reload()
    assert house.types() == ["unlocked"]
    assert house.state(house.entity_id("event", "activity")).state == last
    assert house.lock.state == "unlocked"
    assert house.changed_by == "Anna"


async def test_what_happened_while_away_is_history(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    house.matter.stop()
    await house.settle()
    u400_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.KEYPAD, 2, silently=True
    )
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.types() == ["locked"]
    assert house.lock.state == "unlocked"


async def test_event_survives_home_assistant_restart_without_firing(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    when = "2026-11-19T20:00:00.000+00:00"
    await house.start(u400_lock)
    entity_id = house.entity_id("event", "activity")
    await hass.config_entries.async_unload(house.home.entry_id)
    mock_restore_cache(hass, [State(entity_id, when)])
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.types() == []


async def test_other_clusters_and_endpoints_are_not_ours(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.emit(EventId.LOCK_OPERATION, {"lockOperationType": 1}, cluster_id=40)
    u400_lock.emit(EventId.LOCK_OPERATION, {"lockOperationType": 1}, endpoint_id=2)
    await house.settle()
    assert house.types() == []


async def test_unknown_event_is_no_line(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    u400_lock.report_alarm(AlarmCode.LOCK_RADIO_POWER_CYCLED)
    u400_lock.emit(EventId.LOCK_OPERATION, {"lockOperationType": 99})
    await house.settle()
    assert house.types() == []


async def test_unlatch_and_unlock_are_one_line(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_state(LockState.UNLATCHED)
    for kind in (LockOperationType.UNLATCH, LockOperationType.UNLOCK):
        u400_lock.report_operation(kind, OperationSource.KEYPAD, 1)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.settle()
    assert len(house.types()) == 1


async def test_changed_user_is_read_again_once_it_is_quiet(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.requests.clear()
    u400_lock.users[2] = User("Bertha")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.settle()
    assert "GetUser" not in u400_lock.asked
    await house.tick(11)
    assert u400_lock.asked.count("GetUser") == 1
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert house.types() == ["user_changed", "user_changed", "unlocked"]
    assert house.fired("activity")[-1]["user_name"] == "Bertha"


async def test_changes_that_never_end_put_the_reading_off_for_a_minute(
    house: House, u400_lock: FakeLock
) -> None:
    """Somebody edits users for long, or a lock repeats one change again and again."""
    await house.start(u400_lock)
    u400_lock.requests.clear()
    for _ in range(13):
        u400_lock.report_user_change(DataOperationType.MODIFY, 2)
        await house.tick(5)
    assert u400_lock.asked.count("GetUser") == 1
    await house.tick(11)
    assert u400_lock.asked.count("GetUser") == 2
    await house.tick(60)
    assert u400_lock.asked.count("GetUser") == 2


async def test_change_of_all_users_reads_all_again(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.requests.clear()
    u400_lock.users = {1: User("Nina")}
    u400_lock.report_user_change(DataOperationType.CLEAR, 0xFFFE)
    await house.tick(11)
    assert u400_lock.asked.count("GetUser") == 1
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.fired("activity")[-1]["user_name"] == "Nina"


async def test_users_that_cannot_be_read_name_nobody_wrong(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.users[2] = User("Bertha")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    u400_lock.fail("GetUser", Refusal(error_code=4), Refusal(error_code=4))
    await house.tick(11)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    last = house.fired("activity")[-1]
    assert last["event_type"] == "unlocked"
    assert "user_name" not in last
    assert house.changed_by is None


async def test_lock_that_fails_the_first_walk_is_asked_on_the_next_start(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.fail("GetUser", Refusal(error_code=4))
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert "user_name" not in house.fired("activity")[-1]
    await house.reload()
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.fired("activity")[-1]["user_name"] == "Anna"


async def test_lock_without_users_is_not_asked_for_them(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.attributes["1/257/65529"] = [0, 1]
    await house.start(u400_lock)
    assert not USER_READS & set(u400_lock.asked)


async def test_slot_is_verified_after_a_gap(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    house.matter.recent_events.clear()
    u400_lock.users[1] = User("Zoe")
    u400_lock.event_number += 40
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    u400_lock.requests.clear()
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert u400_lock.asked == ["GetUser"]
    assert house.fired("activity")[-1]["user_name"] == "Zoe"
