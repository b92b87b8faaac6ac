"""The lock entity: its states, who brought it there, and what it sends."""

import asyncio
from itertools import groupby
import logging
import traceback
from typing import Any

from homeassistant.components.lock import LockEntityFeature
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from matter_server.client.exceptions import ConnectionFailed, ServerVersionTooOld
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationSource,
)

from .fake_matter import FakeLock, Refusal
from .house import House
from .nodes import OWN_FABRIC_INDEX

SWITCH = 77


@pytest.mark.parametrize(
    ("reported", "shown"),
    [
        (LockState.LOCKED, "locked"),
        (LockState.UNLOCKED, "unlocked"),
        (LockState.UNLATCHED, "open"),
        (LockState.NOT_FULLY_LOCKED, "unlocked"),
        (None, "unknown"),
    ],
)
async def test_states(
    house: House, u400_lock: FakeLock, reported: LockState | None, shown: str
) -> None:
    u400_lock.attributes["1/257/0"] = LockState.LOCKED.value
    await house.start(u400_lock)
    u400_lock.report_state(reported)
    await house.tick(0.4)
    assert house.lock.state == shown


async def test_state_found_at_start_has_no_actor(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
    await house.start(u400_lock)
    assert house.lock.state == "unlocked"
    assert house.changed_by is None


async def test_state_waits_for_who_it_was(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(0.2)
    assert house.lock.state == "locked"
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await house.settle()
    unlocked = [s for s in house.written(house.lock_id) if s.state == "unlocked"]
    assert unlocked[0].attributes["changed_by"] == "Anna"


async def test_state_is_written_without_an_actor_and_amended(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(0.4)
    assert house.lock.state == "locked"
    assert house.changed_by is None
    await house.tick(4)
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.KEYPAD, 2)
    await house.settle()
    assert house.changed_by == "Ben"
    assert house.types() == ["unlocked", "locked"]


async def test_lock_that_does_not_say_gets_a_line_after_five_seconds(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    u200_lock.report_state(LockState.UNLOCKED)
    await house.tick(4.9)
    assert house.types() == []
    await house.tick(0.2)
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["unlocked"]
    assert fired[0]["method"] == "unknown"
    assert fired[0]["confidence"] == "unknown"


async def test_not_fully_locked_is_an_open_door(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    u200_lock.report_state(LockState.NOT_FULLY_LOCKED)
    await house.tick(6)
    assert house.types() == ["unlocked"]
    assert house.lock.state == "unlocked"


async def test_operation_may_come_before_its_state(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await house.settle()
    assert house.lock.state == "locked"
    u400_lock.report_state(LockState.UNLOCKED)
    await house.settle()
    assert house.lock.state == "unlocked"
    assert house.changed_by == "Anna"
    await house.tick(6)
    assert house.types() == ["unlocked"]


async def test_early_operation_is_forgotten_in_time(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await house.tick(6)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(0.4)
    assert house.changed_by is None


async def test_second_early_operation_replaces_the_first(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for user in (1, 2):
        u400_lock.report_operation(
            LockOperationType.UNLOCK, OperationSource.KEYPAD, user
        )
        await house.tick(1)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.settle()
    assert house.changed_by == "Ben"


async def test_same_state_again_keeps_the_actor(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert house.changed_by == "Anna"
    assert house.types() == ["unlocked"]


async def test_quick_changes_name_only_the_last(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_state(LockState.LOCKED)
    await house.settle()
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.KEYPAD, 2)
    await house.settle()
    assert house.lock.state == "locked"
    assert house.changed_by == "Ben"


async def test_pin_is_asked_for_and_sent(house: House, u400_lock: FakeLock) -> None:
    u400_lock.attributes["1/257/51"] = True
    await house.start(u400_lock)
    assert house.lock.attributes["code_format"] == r"^\d{4,8}$"
    with pytest.raises(ServiceValidationError):
        await house.call("unlock")
    assert "UnboltDoor" not in u400_lock.asked
    await house.call("unlock", code="135790")
    request = next(r for r in u400_lock.requests if r.name == "UnboltDoor")
    assert request.payload["PINCode"] is not None
    assert "135790" not in str(house.changes)


async def test_code_that_a_server_repeats_is_in_no_error(
    house: House, u400_lock: FakeLock, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant writes a failure with all that led to it to its log."""
    caplog.set_level(logging.DEBUG)
    code = str(739_163 + 1)
    u400_lock.attributes["1/257/51"] = True
    await house.start(u400_lock)
    u400_lock.fail("UnboltDoor", Refusal(text=f"Cannot send PINCode {code}"))
    with pytest.raises(HomeAssistantError) as raised:
        await house.call("unlock", code=code)
    told = "".join(traceback.format_exception(raised.value))
    assert code not in told
    ours = [x for x in caplog.records if x.name.startswith("custom_components")]
    assert ours
    assert not any(code in x.getMessage() for x in ours)


async def test_no_pin_pattern_without_need(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    assert house.lock.attributes.get("code_format") is None


async def test_open_only_where_bolt_and_latch_are_apart(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u200_lock, u400_lock)
    features = [
        house.state(house.entity_id("lock", "lock", n)).attributes["supported_features"]
        for n in (0, 1)
    ]
    assert features == [0, LockEntityFeature.OPEN]


@pytest.mark.parametrize(
    ("service", "state", "command"),
    [
        ("lock", LockState.UNLOCKED, "LockDoor"),
        ("unlock", LockState.LOCKED, "UnboltDoor"),
        ("open", LockState.LOCKED, "UnlockDoor"),
    ],
)
async def test_commands_of_a_lock_with_a_latch(
    house: House, u400_lock: FakeLock, service: str, state: LockState, command: str
) -> None:
    u400_lock.attributes["1/257/0"] = state.value
    await house.start(u400_lock)
    await house.call(service)
    sent = [r for r in u400_lock.requests if r.timed_ms is not None]
    assert [(r.name, r.timed_ms) for r in sent] == [(command, 10_000)]


async def test_unlock_of_a_lock_without_a_latch(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    await house.call("unlock")
    await house.settle()
    assert u200_lock.asked[-1] == "UnlockDoor"
    assert house.lock.state == "unlocked"


@pytest.mark.parametrize(
    "order",
    [("state", "operation"), ("operation", "state"), ("state",), ("operation",)],
)
async def test_command_ends_in_the_state_in_either_order(
    house: House, u400_lock: FakeLock, order: tuple[str, ...]
) -> None:
    u400_lock.reacts = order
    await house.start(u400_lock)
    await house.call("unlock")
    await house.tick(0.4)
    wanted = "unlocked" if "state" in order else "unlocking"
    assert house.lock.state == wanted


@pytest.mark.parametrize("order", [("state", "operation"), ("operation", "state")])
async def test_command_never_falls_back_to_the_old_state(
    house: House, u400_lock: FakeLock, order: tuple[str, ...]
) -> None:
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.call("unlock")
    await house.settle()
    u400_lock.reacts = order
    u400_lock.react("UnboltDoor")
    await house.settle()
    # Core's entity had this id before, and was locked, too.
    shown = [key for key, _ in groupby(x.state for x in house.written(house.lock_id))]
    assert shown[: shown.index("unlocked")] == ["locked", "unlocking"]
    assert set(shown[shown.index("unlocked") :]) == {"unlocked"}


async def test_next_command_carries_its_own_context(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    users = [MockUser(name=n, is_owner=True).add_to_hass(hass) for n in ("Dora", "Eva")]
    await house.start(u400_lock)
    await house.call("unlock", context=Context(user_id=users[0].id))
    await house.settle()
    u400_lock.reacts = ()
    await house.call("lock", context=Context(user_id=users[1].id))
    await house.settle()
    u400_lock.reacts = ("state", "operation")
    u400_lock.react("LockDoor")
    await house.settle()
    shown = {
        state.state: state.context.user_id for state in house.written(house.lock_id)
    }
    assert shown["unlocked"] == users[0].id
    assert shown["locking"] == users[1].id
    assert shown["locked"] == users[1].id


async def test_command_shows_that_it_is_under_way(
    house: House, u400_lock: FakeLock
) -> None:
    """What the lock did not accept yet may fail, and a failure changes no state."""
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    u400_lock.reacts = ()
    call = asyncio.ensure_future(house.call("unlock"))
    await house.wait_for(lambda: house.matter.held)
    assert house.lock.state == "locked"
    house.matter.release()
    await call
    await house.settle()
    assert house.lock.state == "unlocking"
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(0.4)
    assert house.lock.state == "unlocked"


@pytest.mark.parametrize(
    ("service", "state", "shown"),
    [("lock", LockState.UNLOCKED, "locking"), ("open", LockState.LOCKED, "opening")],
)
async def test_silent_command_gives_up_after_half_a_minute(
    house: House, u400_lock: FakeLock, service: str, state: LockState, shown: str
) -> None:
    """What became of it is not known: the door is not called locked."""
    u400_lock.reacts = ()
    u400_lock.attributes["1/257/0"] = state.value
    await house.start(u400_lock)
    await house.call(service)
    assert house.lock.state == shown
    await house.tick(31)
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["assumed_state"] is True


@pytest.mark.parametrize(
    ("service", "state", "command"),
    [
        ("lock", LockState.LOCKED, "LockDoor"),
        ("unlock", LockState.UNLOCKED, "UnboltDoor"),
        ("unlock", LockState.NOT_FULLY_LOCKED, "UnboltDoor"),
        ("open", LockState.UNLATCHED, "UnlockDoor"),
    ],
)
async def test_command_is_sent_though_the_lock_was_reported_so(
    house: House, u400_lock: FakeLock, service: str, state: LockState, command: str
) -> None:
    """The last report may be a past one: nothing that a user asks for is swallowed."""
    u400_lock.attributes["1/257/0"] = state.value
    await house.start(u400_lock)
    await house.call(service)
    assert u400_lock.asked.count(command) == 1


async def test_unlocking_pulls_the_latch_of_a_lock_that_cannot_do_it_apart(
    house: House, u200_lock: FakeLock
) -> None:
    u200_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
    await house.start(u200_lock)
    await house.call("unlock")
    assert u200_lock.asked.count("UnlockDoor") == 1


async def test_jammed_lock_is_sent_the_command_again(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.settle()
    await house.call("lock")
    assert u400_lock.asked.count("LockDoor") == 1


async def test_command_in_flight_is_joined(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    calls = [asyncio.ensure_future(house.call("unlock")) for _ in range(3)]
    await house.wait_for(lambda: house.matter.held)
    house.matter.release()
    await asyncio.gather(*calls)
    assert u400_lock.asked.count("UnboltDoor") == 1


async def test_opposite_command_waits_for_its_turn(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    first = asyncio.ensure_future(house.call("unlock"))
    await house.wait_for(lambda: house.matter.held)
    second = asyncio.ensure_future(house.call("lock"))
    await house.turn(1)
    assert "LockDoor" not in u400_lock.asked
    house.matter.release()
    await asyncio.gather(first, second)
    await house.settle()
    assert u400_lock.asked[-2:] == ["UnboltDoor", "LockDoor"]
    assert house.lock.state == "locked"


async def test_own_command_names_its_user_and_keeps_the_context(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    context = Context(user_id=user.id)
    await house.call("unlock", context=context)
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["unlocked"]
    assert fired[0]["person"] == "Dora"
    assert fired[0]["ecosystem"] == "Home Assistant"
    assert fired[0]["confidence"] == "matched"
    assert house.changed_by == "Dora"
    assert house.lock.context.user_id == user.id
    activity = house.state(house.entity_id("event", "activity"))
    assert activity.context.user_id == user.id


async def test_switch_that_may_operate_the_lock_is_not_our_controller(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """A device that is bound to the lock stands in its access list, too, but not as administrator."""
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    may_operate = {"1": 3, "2": 2, "3": [SWITCH], "4": None, "254": OWN_FABRIC_INDEX}
    u400_lock.attributes["0/31/0"].append(may_operate)
    u400_lock.reacts = ("state",)
    await house.start(u400_lock)
    await house.call("unlock", context=Context(user_id=user.id))
    await house.settle()
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OWN_FABRIC_INDEX,
        node=SWITCH,
    )
    await house.pass_time(10, 1)
    assert house.changed_by != "Dora"
    assert [item.get("person") for item in house.fired("activity")] == [None]


async def test_context_is_not_carried_on_to_the_next_operation(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    await house.call("unlock", context=Context(user_id=user.id))
    await house.settle()
    u400_lock.lock_by_hand()
    await house.settle()
    assert house.lock.state == "locked"
    assert house.lock.context.user_id is None
    assert house.changed_by is None
    activity = house.state(house.entity_id("event", "activity"))
    assert activity.attributes["event_type"] == "locked"
    assert activity.context.user_id is None


async def test_command_of_an_automation_is_told_as_such(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    context = Context()
    hass.states.async_set(
        "automation.night", "on", {"friendly_name": "Night"}, context=context
    )
    await house.call("unlock", context=context)
    await house.settle()
    fired = house.fired("activity")
    assert fired[0]["confidence"] == "matched"
    assert "person" not in fired[0]


async def test_system_user_is_nobody(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(
        name="Supervisor", is_owner=True, system_generated=True
    ).add_to_hass(hass)
    await house.start(u400_lock)
    await house.call("unlock", context=Context(user_id=user.id))
    await house.settle()
    assert "person" not in house.fired("activity")[0]


async def test_operation_waits_for_the_result_of_its_command(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    call = asyncio.ensure_future(house.call("unlock", context=Context(user_id=user.id)))
    await house.wait_for(lambda: house.matter.held)
    u400_lock.reacts = ()
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_own(LockOperationType.UNLOCK)
    assert house.types() == []
    house.matter.release()
    await call
    await house.settle()
    assert house.fired("activity")[0]["person"] == "Dora"


async def test_result_that_stays_open_names_nobody(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    call = asyncio.ensure_future(house.call("unlock", context=Context(user_id=user.id)))
    await house.wait_for(lambda: house.matter.held)
    u400_lock.reacts = ()
    u400_lock.report_own(LockOperationType.UNLOCK)
    house.clock.tick(6)
    await house.wait_for(house.types)
    assert "person" not in house.fired("activity")[0]
    house.matter.release()
    await call


async def test_sporadic_refusal_is_tried_once_more(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.fail("UnboltDoor", refused_access())
    await house.start(u400_lock)
    await house.call("unlock")
    await house.settle()
    assert u400_lock.asked.count("UnboltDoor") == 2
    assert house.lock.state == "unlocked"


async def test_second_refusal_of_access_is_told(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.fail("UnboltDoor", refused_access(), refused_access())
    await house.start(u400_lock)
    with pytest.raises(HomeAssistantError, match="0x7E"):
        await house.call("unlock")
    assert u400_lock.asked.count("UnboltDoor") == 2


def refused_access() -> Refusal:
    """Give the sporadic refusal of a battery lock."""
    return Refusal(status=0x7E)


UNREACHABLE = ["command_unreachable", "did not answer"]
REFUSED = ["command_refused", "refused the command (status 0x01)"]
MATTER = ["command_matter_unavailable", "Matter integration is not connected"]
FAILURES: list[tuple[Exception | Refusal, list[str]]] = [
    (Refusal(error_code=3), UNREACHABLE),
    (Refusal(error_code=4), UNREACHABLE),
    (Refusal(error_code=0), UNREACHABLE),
    (TimeoutError(), UNREACHABLE),
    (Refusal(error_code=5), ["command_lock_missing", "no longer in the Matter"]),
    (ConnectionFailed(), MATTER),
    (ServerVersionTooOld("old"), ["command_server_too_old", "too old to operate"]),
    (Refusal(status=1), REFUSED),
    (Refusal(status=0x94), UNREACHABLE),
]


@pytest.mark.parametrize("schema", [11, 13, 14])
async def test_status_of_the_lock_is_told_whatever_the_server(
    house: House, u400_lock: FakeLock, schema: int
) -> None:
    """matterjs-server 1.4.1 has it as a decimal number in its text, and nowhere else."""
    house.matter.schema_version = schema
    u400_lock.fail("UnboltDoor", Refusal(status=0x85))
    await house.start(u400_lock)
    with pytest.raises(HomeAssistantError, match="status 0x85"):
        await house.call("unlock")
    await house.settle()


async def test_status_with_a_status_of_the_cluster_is_told(
    house: House, u400_lock: FakeLock
) -> None:
    text = "Failure (code 1; cluster code 3)"
    u400_lock.fail("UnboltDoor", Refusal(text=text))
    await house.start(u400_lock)
    with pytest.raises(HomeAssistantError, match="status 0x01"):
        await house.call("unlock")
    await house.settle()


@pytest.mark.parametrize(("failure", "told"), FAILURES)
async def test_failure_says_its_reason(
    house: House, u400_lock: FakeLock, failure: Exception | Refusal, told: list[str]
) -> None:
    u400_lock.fail("UnboltDoor", failure)
    await house.start(u400_lock)
    with pytest.raises(HomeAssistantError) as raised:
        await house.call("unlock")
    key, words = told
    assert raised.value.translation_key == key
    assert words in str(raised.value)
    assert "{" not in str(raised.value)
    assert u400_lock.attributes["0/40/3"] in str(raised.value)
    await house.settle()
    assert house.lock.state == "locked"


async def test_server_that_dies_during_a_command_is_told(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    call = asyncio.ensure_future(house.call("unlock"))
    await house.wait_for(lambda: house.matter.held)
    house.matter.stop()
    await house.wait_for(call.done)
    with pytest.raises(HomeAssistantError):
        await call
    await house.settle()


async def test_no_second_lock_entity_unless_it_replaces(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock, replace=False)
    entries = er.async_entries_for_config_entry(er.async_get(hass), house.home.entry_id)
    assert [e for e in entries if e.domain == "lock"] == []
    assert house.core_lock(u400_lock).hidden_by is None


async def test_attribute_of_no_interest_writes_nothing(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    before: list[Any] = house.written(house.lock_id)
    u400_lock.set_attribute("2/47/12", 60)
    await house.settle()
    assert house.written(house.lock_id) == before


async def test_feature_that_comes_with_an_update_is_offered(
    house: House, u200_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    u200_lock.set_attribute("1/257/65532", 387 | 1 << 12)
    await house.settle()
    assert house.lock.attributes["supported_features"] == LockEntityFeature.OPEN
