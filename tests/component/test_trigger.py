"""Triggers, attached as an automation attaches them, driven through the lock."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    trigger,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from matter_server.common.models import EventType
import probatio
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.domain.access.people import UserSlot
from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
)
from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Severity
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    JournalEntry,
)
from custom_components.aqara_lock.trigger import ALARMS, TRIGGERS

from .automations import attached
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House, subentry

FOR_EVERYBODY = ["unlocked", "locked", "access_denied"]


async def unlock_by_hand(house: House, lock: FakeLock) -> None:
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(LockOperationType.UNLOCK, OperationSource.MANUAL)
    await house.settle()


def add_person(house: House, name: str) -> str:
    """Add a person of the home that is no Home Assistant person."""
    person = ConfigSubentry(
        data=MappingProxyType({"name": name, "person_id": f"id of {name}"}),
        subentry_type="person",
        title=name,
        unique_id=None,
    )
    house.hass.config_entries.async_add_subentry(house.home, person)
    return str(person.data["person_id"])


def bind(house: House, person_id: str, user: int) -> None:
    """Bind a user of the first lock to a person."""
    memory = house.home.runtime_data.locks[house.subentry_id()].log.memory
    memory.table = memory.table.with_directory(
        memory.directory.bind(UserSlot(user), person_id, dt_util.utcnow())
    )


def as_subentry(lock: FakeLock) -> dict[str, Any]:
    """Describe a lock for a home that runs already."""
    data = dict(subentry(lock))
    return {**data, "data": MappingProxyType(data["data"])}


async def lose(house: House, lock: FakeLock) -> None:
    """Let the Matter server lose a lock."""
    lock.become(available=False)
    await house.tick(61)


@pytest.fixture
async def target(house: House, u400_lock: FakeLock, hub: FakeHub) -> dict[str, Any]:
    """Set the home up and point at its lock entity."""
    await house.start(u400_lock)
    return {"entity_id": house.lock_id}


async def test_unlocked_tells_who_and_how(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert len(runs.variables) == 1
    run = runs.variables[0]
    name = house.device_of(u400_lock).name
    assert run["message"] == f"{name} was unlocked by Ben with a fingerprint."
    assert run["event_type"] == "unlocked"
    assert run["entity_id"] == house.entity_id("event", "activity")
    assert run["device_id"] == house.device_of(u400_lock).id
    fired = house.fired("activity")[0]
    for key in ("person", "user_name", "method", "confidence", "occurred_at"):
        assert run[key] == fired[key], key
    assert "ecosystem" not in run


async def test_unlocked_includes_unlatched_but_not_locked(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    locked = await attached(house.hass, "locked", target)
    u400_lock.report_state(LockState.UNLATCHED)
    u400_lock.report_operation(LockOperationType.UNLATCH, OperationSource.MANUAL)
    await house.settle()
    u400_lock.lock_by_hand()
    await house.settle()
    assert runs.of("event_type") == ["unlatched"]
    assert locked.of("event_type") == ["locked"]


@pytest.mark.parametrize(
    ("options", "fires"),
    [
        ({"person": ["person.ben"]}, True),
        ({"person": ["Ben"]}, True),
        ({"name": ["ben"]}, True),
        ({"name": "Ben"}, True),
        ({"person": ["person.anna"]}, False),
        ({"name": ["Anna", "Ben"]}, True),
        ({"method": ["fingerprint", "pin"]}, True),
        ({"method": ["pin"]}, False),
        ({"name": ["Ben"], "method": ["tag"]}, False),
        ({"confidence": ["inferred"]}, False),
        ({"confidence": ["reported"]}, True),
        ({"person": [], "method": []}, True),
    ],
)
async def test_filters(
    house: House,
    u400_lock: FakeLock,
    target: dict[str, Any],
    options: dict[str, Any],
    fires: bool,
) -> None:
    people = [{"id": name.lower(), "name": name} for name in ("Anna", "Ben")]
    assert await async_setup_component(house.hass, "person", {"person": people})
    runs = await attached(house.hass, "unlocked", target, options)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert len(runs.variables) == fires
    if fires:
        assert runs.of("person_entity_id") == ["person.ben"]


async def test_a_person_of_the_home_is_the_one_it_was_linked_to(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A guest who is called like a Home Assistant person is not that person."""
    people = [{"id": "ben", "name": "Ben"}]
    assert await async_setup_component(house.hass, "person", {"person": people})
    await house.start(u400_lock)
    target = {"entity_id": house.lock_id}
    by_entity = await attached(house.hass, "unlocked", target, {"person": "person.ben"})
    by_name = await attached(house.hass, "unlocked", target, {"name": "Ben"})
    bind(house, add_person(house, "Ben"), user=2)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert by_entity.variables == []
    assert by_name.of("person") == ["Ben"]


async def test_a_name_without_certainty_passes_only_on_request(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """Without a filter for persons an unlock by hand counts; it names nobody."""
    every = await attached(house.hass, "unlocked", target)
    sure = await attached(house.hass, "unlocked", target, {"confidence": "reported"})
    await unlock_by_hand(house, u400_lock)
    assert every.of("confidence") == ["unknown"]
    assert sure.variables == []
    assert [info.reason for info in sure.refused] == ["not_sure_enough"]


async def test_a_guess_passes_a_filter_only_on_request(
    house: House, target: dict[str, Any]
) -> None:
    every = await attached(house.hass, "unlocked", target)
    plain = await attached(house.hass, "unlocked", target, {"name": "Ben"})
    guess = {"name": "Ben", "confidence": ["inferred"]}
    asked = await attached(house.hass, "unlocked", target, guess)
    line = JournalEntry(
        key="1",
        occurred_at=dt_util.utcnow(),
        type=ActivityType.UNLOCKED,
        attribution=Attribution(person="Ben", confidence=Confidence.INFERRED),
    )
    lock = house.home.runtime_data.locks[house.subentry_id()]
    lock.activity.send(line, None)
    await house.settle()
    assert plain.variables == []
    assert asked.of("person") == ["Ben"]
    assert "(probably by Ben)" in every.variables[0]["message"]


async def test_names_for_administrators_reach_their_automations(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    house.hass.config_entries.async_update_entry(
        house.home, options={"names_visible_to": "admins"}
    )
    await house.settle()
    runs = await attached(house.hass, "unlocked", target, {"name": "Ben"})
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert "person" not in house.fired("activity")[0]
    assert runs.of("person") == ["Ben"]
    assert "Ben" not in runs.variables[0]["description"]


async def test_every_kind_of_target(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    hass = house.hass
    device = house.device_of(u400_lock)
    area = ar.async_get(hass).async_create("Hall")
    dr.async_get(hass).async_update_device(device.id, area_id=area.id)
    targets = [
        target,
        {"entity_id": house.entity_id("event", "activity")},
        {"device_id": device.id},
        {"area_id": area.id},
    ]
    runs = [await attached(hass, "unlocked", item) for item in targets]
    await unlock_by_hand(house, u400_lock)
    assert [len(run.variables) for run in runs] == [1, 1, 1, 1]


async def test_only_our_entities_count(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """Core's lock, or an event entity of somebody else, is not ours."""
    hass = house.hass
    foreign = er.async_get(hass).async_get_or_create("event", "test", "foreign")
    entities = [house.core_lock(u400_lock).entity_id, foreign.entity_id]
    runs = await attached(hass, "unlocked", {"entity_id": entities})
    hass.states.async_set(foreign.entity_id, "unknown")
    hass.states.async_set(
        foreign.entity_id, "2026-11-20T08:00:00.000+00:00", {"event_type": "unlocked"}
    )
    await unlock_by_hand(house, u400_lock)
    assert house.types() == ["unlocked"]
    assert runs.variables == []


async def test_another_lock_does_not_trigger(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    first = {"entity_id": house.entity_id("lock", "lock", 0)}
    runs = await attached(house.hass, "unlocked", first)
    await unlock_by_hand(house, u200_lock)
    assert house.types(number=1) == ["unlocked"]
    assert runs.variables == []


async def test_a_reload_fires_nothing_and_the_trigger_goes_on(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    await unlock_by_hand(house, u400_lock)
    await house.reload()
    assert len(runs.variables) == 1
    await house.tick(60)
    await unlock_by_hand(house, u400_lock)
    assert len(runs.variables) == 2


async def test_a_replay_fires_nothing(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    await unlock_by_hand(house, u400_lock)
    last = u400_lock.server.recent_events[-1]
    u400_lock.server.tell(EventType.NODE_EVENT, last)
    await house.settle()
    assert len(runs.variables) == 1


async def test_a_lock_added_later_triggers(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    device = house.device_of(u200_lock)
    runs = await attached(house.hass, "unlocked", {"device_id": device.id})
    house.hass.config_entries.async_add_subentry(
        house.home, ConfigSubentry(**as_subentry(u200_lock))
    )
    await house.settle()
    await unlock_by_hand(house, u200_lock)
    assert len(runs.variables) == 1


async def test_a_detached_trigger_is_quiet(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    runs.stop()
    await unlock_by_hand(house, u400_lock)
    assert house.types() == ["unlocked"]
    assert runs.variables == []


async def test_the_context_of_a_command_is_handed_on(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unlocked", target)
    context = Context()
    await house.call("unlock", context=context)
    await house.settle()
    assert [run and run.id for run in runs.contexts] == [context.id]
    assert "through Home Assistant" in runs.variables[0]["message"]


async def test_access_denied(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "access_denied", target)
    pin = await attached(house.hass, "access_denied", target, {"method": "fingerprint"})
    u400_lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    await house.settle()
    assert runs.of("reason") == ["invalid_credential"]
    assert runs.variables[0]["message"].endswith(" refused a wrong code.")
    assert pin.variables == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (AlarmCode.LOCK_JAMMED, "jammed"),
        (AlarmCode.DOOR_FORCED_OPEN, "forced_open"),
        (AlarmCode.FRONT_ESCUTCHEON_REMOVED, "tampered"),
        (AlarmCode.WRONG_CODE_ENTRY_LIMIT, "wrong_code_limit"),
        (AlarmCode.LOCK_FACTORY_RESET, "factory_reset"),
        (AlarmCode.DOOR_AJAR, "door_ajar"),
    ],
)
async def test_alarm(
    house: House,
    u400_lock: FakeLock,
    target: dict[str, Any],
    code: AlarmCode,
    kind: str,
) -> None:
    every = await attached(house.hass, "alarm", target)
    this = await attached(house.hass, "alarm", target, {"kind": kind})
    rest = [item.value for item in ALARMS if item.value != kind]
    other = await attached(house.hass, "alarm", target, {"kind": rest})
    u400_lock.report_alarm(code)
    await unlock_by_hand(house, u400_lock)
    assert every.of("event_type") == [kind]
    assert this.of("event_type") == [kind]
    assert other.variables == []


async def test_alarm_takes_no_other_kind(house: House, target: dict[str, Any]) -> None:
    with pytest.raises(probatio.Invalid):
        await attached(house.hass, "alarm", target, {"kind": ["unlocked"]})


async def force(house: House, lock: FakeLock) -> None:
    """Let user 2 open with the code for duress, and the lock raise its alarm."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(
        LockOperationType.FORCED_USER_EVENT, OperationSource.KEYPAD, 2
    )
    lock.report_alarm(AlarmCode.FORCED_USER)
    await house.settle()


async def test_duress_is_told_to_its_trigger(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "duress", target)
    alarm = await attached(house.hass, "alarm", target)
    unlocked = await attached(house.hass, "unlocked", target)
    await force(house, u400_lock)
    assert len(runs.variables) == 2
    assert runs.variables[0]["message"].startswith("Duress at ")
    assert runs.variables[0]["method"] == "pin"
    assert alarm.variables == []
    assert unlocked.of("event_type") == ["unlocked"]


async def test_duress_reaches_no_other_lock(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    other = {"device_id": house.device_of(u200_lock).id}
    runs = await attached(house.hass, "duress", other)
    await force(house, u400_lock)
    assert runs.variables == []


async def test_nothing_public_tells_duress(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """States, attributes and bus events are those of an ordinary unlock with that code."""
    every = async_capture_events(house.hass, MATCH_ALL)
    runs = await attached(house.hass, "duress", target)
    bus = async_capture_events(house.hass, "aqara_lock_activity")
    await force(house, u400_lock)
    assert runs.variables
    assert [event.data["type"] for event in bus] == ["unlocked"]
    public = [
        *(str(event.as_dict()) for event in [*every, *bus]),
        *(str(state.as_dict()) for state in house.hass.states.async_all()),
    ]
    assert public
    telling = [text for text in public if says_duress(text)]
    assert telling == []
    assert not says_duress(runs.variables[0]["description"])


def says_duress(text: str) -> bool:
    words = ("duress", "forced_user", "forced user", "was forced")
    return any(word in text.casefold() for word in words)


async def test_unresponsive_at_once(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unresponsive", target)
    await lose(house, u400_lock)
    noticed = house.fired("connection")
    assert runs.of("cause") == [noticed[0]["cause"]]
    assert runs.of("message") == [noticed[0]["message"]]
    assert runs.of("summary") == [noticed[0]["summary"]]
    assert "\n" not in runs.of("summary")[0]
    assert runs.of("last_known_state") == ["locked"]


async def test_unresponsive_waits_and_arms_again(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    two_minutes = {"for": {"minutes": 2}}
    runs = await attached(house.hass, "unresponsive", target, two_minutes)
    await lose(house, u400_lock)
    await house.tick(60)
    u400_lock.become(available=True)
    await house.tick(120)
    assert runs.variables == []
    await lose(house, u400_lock)
    await house.tick(116)
    assert runs.variables == []
    await house.tick(5)
    assert len(runs.variables) == 1
    await house.tick(600)
    assert len(runs.variables) == 1
    u400_lock.become(available=True)
    await house.tick(5)
    await lose(house, u400_lock)
    await house.tick(125)
    assert len(runs.variables) == 2


async def test_unresponsive_filters_the_cause(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    hub_only = await attached(
        house.hass, "unresponsive", target, {"cause": "hub_offline"}
    )
    lock_only = await attached(
        house.hass, "unresponsive", target, {"cause": ["lock_unreachable"]}
    )
    await lose(house, u400_lock)
    assert lock_only.of("cause") == ["lock_unreachable"]
    assert hub_only.variables == []


async def test_a_silence_that_began_before_counts_only_while_it_is_young(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """An automation that is reloaded tells a silence neither twice nor never."""
    await lose(house, u400_lock)
    await house.tick(60)
    at_once = await attached(house.hass, "unresponsive", target)
    patient = await attached(
        house.hass, "unresponsive", target, {"for": {"minutes": 2}}
    )
    await house.tick(30)
    assert (at_once.variables, patient.variables) == ([], [])
    await house.tick(31)
    assert (len(at_once.variables), len(patient.variables)) == (0, 1)


async def test_a_waiting_trigger_can_be_detached(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "unresponsive", target, {"for": {"minutes": 2}})
    await lose(house, u400_lock)
    runs.stop()
    await house.tick(200)
    assert runs.variables == []


async def test_recovered_tells_what_happened_meanwhile(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    runs = await attached(house.hass, "recovered", target)
    long = await attached(house.hass, "recovered", target, {"for": {"minutes": 2}})
    other = await attached(house.hass, "recovered", target, {"cause": "hub_offline"})
    await lose(house, u400_lock)
    await house.tick(60)
    u400_lock.become(available=True)
    await house.tick(3)
    assert len(runs.variables) == 1
    assert runs.of("cause") == ["lock_unreachable"]
    assert runs.of("happened_meanwhile") == [[]]
    assert "answers again" in runs.variables[0]["message"]
    assert long.variables == []
    assert other.variables == []


async def test_recovered_knows_every_cause_of_the_outage(
    house: House, u400_lock: FakeLock, target: dict[str, Any], hub: FakeHub
) -> None:
    """Who was told of an outage by its second cause is told of its end, too."""
    causes = ("lock_unreachable", "hub_offline", "ipv6_disabled")
    told = [
        await attached(house.hass, "unresponsive", target, {"cause": x}) for x in causes
    ]
    back = [
        await attached(house.hass, "recovered", target, {"cause": x}) for x in causes
    ]
    await house.pass_time(65, 5)
    await lose(house, u400_lock)
    house.lan.unplug(hub)
    await house.pass_time(65, 5)
    assert [len(runs.variables) for runs in told] == [1, 1, 0]
    house.lan.plug(hub)
    u400_lock.become(available=True)
    await house.tick(5)
    assert [len(runs.variables) for runs in back] == [1, 1, 0]
    assert back[1].of("cause") == ["lock_unreachable"]
    await house.pass_time(65, 5)
    await lose(house, u400_lock)
    await house.tick(5)
    u400_lock.become(available=True)
    await house.tick(5)
    assert [len(runs.variables) for runs in back] == [2, 1, 0]


async def test_hub_offline(house: House, target: dict[str, Any], hub: FakeHub) -> None:
    hub_id = house.hub_entity_id("binary_sensor", "border_router", hub)
    hub_device = house.hub_device(hub)
    runs = await attached(house.hass, "hub_offline", {"device_id": hub_device.id})
    wait = await attached(
        house.hass, "hub_offline", {"entity_id": hub_id}, {"for": {"minutes": 2}}
    )
    everything = [*house.hass.states.async_entity_ids("binary_sensor")]
    every = await attached(house.hass, "hub_offline", {"entity_id": everything})
    await house.pass_time(70, 5)
    assert house.hub_online(hub) == "on"
    house.lan.unplug(hub)
    await house.pass_time(30, 5)
    assert house.hub_online(hub) == "off"
    assert runs.of("hub") == [hub_device.name]
    assert runs.of("device_id") == [hub_device.id]
    assert f"The hub {hub_device.name} (Thread" in runs.variables[0]["message"]
    assert every.of("entity_id") == [hub_id]
    assert wait.variables == []
    await house.pass_time(130, 5)
    assert len(wait.variables) == 1
    assert len(runs.variables) == 1


async def test_hub_that_is_found_offline_after_a_start_triggers(
    house: House, target: dict[str, Any], hub: FakeHub
) -> None:
    """It left while nobody watched: nobody was told before."""
    await house.pass_time(70, 5)
    await house.stop()
    house.lan.unplug(hub, goodbye=True)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    hub_id = house.hub_entity_id("binary_sensor", "border_router", hub)
    runs = await attached(house.hass, "hub_offline", {"entity_id": hub_id})
    assert house.hub_online(hub) == "unknown"
    await house.pass_time(70, 5)
    assert house.hub_online(hub) == "off"
    assert runs.of("entity_id") == [hub_id]


async def test_editor_finds_every_trigger(
    house: House, target: dict[str, Any], hass: HomeAssistant
) -> None:
    """Home Assistant's own loader reads them, each with fields that it can show."""
    found = await trigger.async_get_all_descriptions(hass)
    ours = {key: value for key, value in found.items() if "aqara_lock" in key}
    assert set(ours) == {f"aqara_lock.{key}" for key in TRIGGERS}
    for key, described in ours.items():
        assert described is not None, key
        entity = described["target"]["entity"][0]
        assert entity["integration"] == "aqara_lock", key
        for name, field in described["fields"].items():
            assert field["selector"], f"{key}.{name}"


@pytest.mark.parametrize("key", FOR_EVERYBODY)
async def test_options_of_the_editor_are_those_that_are_taken(
    house: House, target: dict[str, Any], key: str
) -> None:
    """Every choice that the editor offers is accepted."""
    found = await trigger.async_get_all_descriptions(house.hass)
    described = found[f"aqara_lock.{key}"]
    assert described is not None
    for name in ("method", "confidence"):
        options = described["fields"][name]["selector"]["select"]["options"]
        choices = [
            item["value"] if isinstance(item, dict) else item for item in options
        ]
        runs = await attached(house.hass, key, target, {name: choices})
        runs.stop()
        with pytest.raises(probatio.Invalid):
            await attached(house.hass, key, target, {name: ["nonsense"]})


@pytest.mark.parametrize("key", ["unresponsive", "recovered"])
async def test_causes_of_the_editor_are_those_of_the_diagnosis(
    house: House, target: dict[str, Any], key: str
) -> None:
    """Every finding that keeps a lock from working can be chosen, and nothing else."""
    found = await trigger.async_get_all_descriptions(house.hass)
    described = found[f"aqara_lock.{key}"]
    assert described is not None
    options = described["fields"]["cause"]["selector"]["select"]["options"]
    offered = [item["value"] if isinstance(item, dict) else item for item in options]
    errors = [rule.id for rule in RULES if rule.worst is Severity.ERROR]
    assert sorted(offered) == sorted(errors)
