"""Commands from inside Home Assistant: through core's entity, automations, scripts."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
)
from custom_components.aqara_lock.matter.devices import find_core_lock_entities

from ...fake_matter import FakeLock
from ...flow_steps import bind, person_id_of
from ...house import House
from ...nodes import U400_NODE, u400


def user_named(hass: HomeAssistant, name: str) -> Context:
    """Add a user; gives the context of what this one does."""
    return Context(user_id=MockUser(name=name, is_owner=True).add_to_hass(hass).id)


async def through_core(
    house: House, lock: FakeLock, context: Context, service: str = "unlock"
) -> None:
    """Operate core's own lock entity."""
    entity_id = house.core_lock(lock).entity_id
    await house.call(service, entity_id=entity_id, context=context)
    await house.settle()


def last(house: House) -> dict[str, object]:
    """Give the last event."""
    return dict(house.fired("activity")[-1])


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize(
    ("service", "state", "event_type"),
    [
        ("unlock", LockState.LOCKED, "unlocked"),
        ("lock", LockState.UNLOCKED, "locked"),
        ("open", LockState.LOCKED, "unlocked"),
    ],
)
async def test_user_of_cores_entity_is_named(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    replace: bool,
    service: str,
    state: LockState,
    event_type: str,
) -> None:
    u400_lock.attributes["1/257/0"] = state.value
    await house.start(u400_lock, replace=replace)
    context = user_named(hass, "Dora")
    await through_core(house, u400_lock, context, service)
    told = last(house)
    assert told["event_type"] == event_type
    assert (told["person"], told["confidence"]) == ("Dora", "matched")
    assert told["ecosystem"] == "Home Assistant"
    event = house.state(house.entity_id("event", "activity"))
    assert event.context.user_id == context.user_id


@pytest.mark.parametrize("target", ["entity", "several", "label", "all", "other"])
async def test_call_of_an_open_door_through_cores_entity_is_not_somebody_elses(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, target: str
) -> None:
    """Emil opens by ours, Clara unlocks by core's, which shows no transition."""
    await house.start(u400_lock)
    emil, clara = user_named(hass, "Emil"), user_named(hass, "Clara")
    entry = house.core_lock(u400_lock)
    # A label leads to entities that are shown, as owners make core's again.
    er.async_get(hass).async_update_entity(
        entry.entity_id, labels={"doors"}, hidden_by=None
    )
    u400_lock.reacts = ()
    await house.call("open", context=emil)
    u400_lock.report_own(LockOperationType.UNLATCH)
    await house.settle()
    assert last(house)["person"] == "Emil"
    hass.states.async_set("lock.shed", "locked")
    data = {
        "entity": {"entity_id": entry.entity_id},
        "several": {"entity_id": f"lock.shed, {entry.entity_id}"},
        "label": {"label_id": "doors"},
        "all": {"entity_id": "all"},
        "other": {"entity_id": "lock.shed"},
    }[target]
    hass.bus.async_fire(
        "call_service",
        {"domain": "lock", "service": "unlock", "service_data": data},
        context=clara,
    )
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    told = [(x["event_type"], x.get("person")) for x in house.fired("activity")]
    opened, unlocked = ("unlatched", "Emil"), ("unlocked", None)
    assert told == ([opened] if target == "other" else [opened, unlocked])


async def test_unlock_of_somebody_else_right_after_an_unlatch_is_told(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.reacts = ()
    await house.call("open", context=user_named(hass, "Emil"))
    u400_lock.report_own(LockOperationType.UNLATCH)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.call("unlock", context=user_named(hass, "Clara"))
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    told = [(x["event_type"], x.get("person")) for x in house.fired("activity")]
    assert told == [("unlatched", "Emil"), ("unlocked", "Clara")]


async def test_person_of_the_user_is_named(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    context = user_named(hass, "dora@example.org")
    hass.states.async_set("person.dora", "home", {"user_id": context.user_id})
    await bind(house, "Dora", person_entity="person.dora")
    await through_core(house, u400_lock, context)
    assert last(house)["person_id"] == person_id_of(house, "Dora")


async def test_renamed_entity_is_followed(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    er.async_get(hass).async_update_entity(
        house.core_lock(u400_lock).entity_id, new_entity_id="lock.front_door"
    )
    await house.settle()
    await through_core(house, u400_lock, user_named(hass, "Dora"))
    assert last(house)["person"] == "Dora"


async def test_removed_entity_says_nothing(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entity_id = house.core_lock(u400_lock).entity_id
    er.async_get(hass).async_remove(entity_id)
    await house.settle()
    context = user_named(hass, "Dora")
    for state in ("locked", "unlocking"):
        hass.states.async_set(entity_id, state, context=context)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert "person" not in last(house)


async def test_entity_that_comes_later_is_followed(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    house.matter.stop()
    await house.start(u400_lock, replace=False)
    house.matter.start()
    await hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    await through_core(house, u400_lock, user_named(hass, "Dora"))
    assert last(house)["person"] == "Dora"


async def test_two_users_name_nobody(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.reacts = ()
    await house.call("unlock", context=user_named(hass, "Dora"))
    await through_core(house, u400_lock, user_named(hass, "Eva"))
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert "person" not in last(house)
    assert last(house)["confidence"] == "ecosystem"
    assert house.changed_by == "Home Assistant"
    event = house.state(house.entity_id("event", "activity"))
    assert event.context.user_id is None


async def test_command_is_used_once(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await through_core(house, u400_lock, user_named(hass, "Dora"))
    assert last(house)["person"] == "Dora"
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert "person" not in last(house)


@pytest.mark.parametrize(("passed", "named"), [(29, True), (31, False)])
async def test_command_explains_what_comes_within_half_a_minute(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, passed: float, named: bool
) -> None:
    await house.start(u400_lock)
    u400_lock.reacts = ()
    await through_core(house, u400_lock, user_named(hass, "Dora"))
    await house.tick(passed)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert ("person" in last(house)) is named
    await house.tick(31)


async def test_command_does_not_explain_the_opposite(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.reacts = ()
    await through_core(house, u400_lock, user_named(hass, "Dora"))
    u400_lock.report_own(LockOperationType.LOCK)
    await house.settle()
    assert "person" not in last(house)
    await house.tick(31)


async def test_lock_moves_by_itself_and_names_nobody(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert "person" not in last(house)
    assert last(house)["confidence"] == "ecosystem"


@pytest.mark.parametrize("own", [True, False])
async def test_automation_is_the_origin(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, own: bool
) -> None:
    await house.start(u400_lock)
    target = house.lock_id if own else house.core_lock(u400_lock).entity_id
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Postman",
                "triggers": {"trigger": "event", "event_type": "postman"},
                "actions": {"action": "lock.unlock", "target": {"entity_id": target}},
            }
        },
    )
    hass.bus.async_fire("postman")
    await house.settle()
    told = last(house)
    assert told["event_type"] == "unlocked"
    assert (told["confidence"], told["ecosystem"]) == ("matched", "Home Assistant")
    assert "person" not in told
    event = house.state(house.entity_id("event", "activity"))
    automation = house.state("automation.postman")
    assert event.context.id == automation.context.id


async def test_script_of_a_user_names_the_user(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    script = {
        "alias": "Open up",
        "sequence": {"action": "lock.unlock", "target": {"entity_id": house.lock_id}},
    }
    assert await async_setup_component(hass, "script", {"script": {"open_up": script}})
    await hass.services.async_call(
        "script", "open_up", blocking=True, context=user_named(hass, "Dora")
    )
    await house.settle()
    assert (last(house)["person"], last(house)["confidence"]) == ("Dora", "matched")


async def test_script_without_a_user_is_the_origin(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entity_id = house.core_lock(u400_lock).entity_id
    script = {"sequence": {"action": "lock.unlock", "target": {"entity_id": entity_id}}}
    assert await async_setup_component(hass, "script", {"script": {"open_up": script}})
    await hass.services.async_call("script", "open_up", blocking=True)
    await house.settle()
    assert "person" not in last(house)
    assert last(house)["confidence"] == "matched"


async def test_every_entity_of_core_is_followed(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """A lock that was commissioned again has two of core's entities; either may be used."""
    await house.start(u400_lock)
    u400_lock.become(available=False)
    await house.settle()
    fresh = house.matter.add(U400_NODE + 20, u400())
    await house.settle()
    entries = find_core_lock_entities(hass, house.device_of(fresh), 1)
    assert len(entries) == 2
    context = user_named(hass, "Dora")
    await house.call("unlock", entity_id=entries[0].entity_id, context=context)
    await house.settle()
    assert last(house)["person"] == "Dora"
