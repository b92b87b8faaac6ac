"""Names that are for administrators are on no surface that others can read.

Every surface of Home Assistant that evaluates our platform, or shows what it wrote, is
asked by users of every role, with both settings of who may see names.
"""

from collections.abc import Mapping
from datetime import timedelta
import json
import logging
from typing import Any, Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Context, Event
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.const import EVENT_ACTIVITY
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)

from ..callers import (
    CONTROLS_EVERYTHING,
    READS_EVERYTHING,
    READS_NOTHING,
    hide_names,
    options,
    restrict,
)
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, Refusal
from ..house import House
from ..nodes import OTHER_FABRIC_INDEX
from ..test_logbook import described

OF_THE_LOCK: Final = "Ben"
OF_HOME_ASSISTANT: Final = "Zoe"
OF_A_CONTROLLER: Final = "Grandpas Phone"
CONTROLLER: Final = 5
NAMES: Final = (OF_THE_LOCK, OF_HOME_ASSISTANT, OF_A_CONTROLLER)
ROLES: Final[Mapping[str, dict[str, Any] | None]] = {
    "no permission": READS_NOTHING,
    "viewer": READS_EVERYTHING,
    "user": CONTROLS_EVERYTHING,
    "administrator": None,
}
EVERYTHING: Final = (
    "{% for s in states %}{{ s.entity_id }} {{ s.state }} {{ s.attributes }} "
    "{{ s.context.user_id }} {{ s.name }}\n{% endfor %}"
)


@pytest.fixture(autouse=True)
def ready_for_custom(recorder_db_url: str, ready_for_custom: None) -> None:
    """The database comes before everything else."""


@pytest.fixture
async def story(
    recorder_mock: object, house: House, u400_lock: FakeLock, hub: FakeHub
) -> House:
    """Set a home up in which everything is recorded."""
    for component in ("http", "history", "logbook", "repairs", "system_health"):
        assert await async_setup_component(house.hass, component, {})
    await house.start(u400_lock)
    (fabric,) = (x for x in u400_lock.fabrics if x["254"] == OTHER_FABRIC_INDEX)
    key = f"{fabric['3']:016x}-{fabric['2']:04x}-{CONTROLLER:016x}"
    options(house, controllers={key: OF_A_CONTROLLER})
    return house


async def live(house: House, lock: FakeLock, zoe: MockUser) -> None:
    """Let everybody who has a name do something at the door; Ben is the last."""
    context = Context(user_id=zoe.id)
    await house.call("unlock", context=context)
    await house.settle()
    await house.tick(10)
    lock.fail("LockDoor", Refusal(status=1))
    with pytest.raises(HomeAssistantError):
        await house.call("lock", context=Context(user_id=zoe.id))
    await house.settle()
    lock.report_state(LockState.LOCKED)
    lock.report_operation(
        LockOperationType.LOCK,
        OperationSource.REMOTE,
        fabric=OTHER_FABRIC_INDEX,
        node=CONTROLLER,
    )
    await house.settle()
    await house.tick(10)
    button = house.entity_id("button", "check_connection")
    await house.hass.services.async_call(
        "button", "press", {"entity_id": button}, blocking=True, context=context
    )
    lock.unlock_by_finger(user=2)
    await house.settle()
    await house.tick(10)
    await async_wait_recording_done(house.hass)


def of_ben(house: House) -> dict[str, Any]:
    """Ask whether Ben was the last one who opened."""
    return {
        "condition": "aqara_lock.last_unlocked_by",
        "target": {"entity_id": house.entity_id("event", "activity")},
        "options": {"name": OF_THE_LOCK},
    }


def questions(house: House) -> dict[str, tuple[dict[str, Any], int]]:
    """List what a websocket can be asked, and how many events follow an answer."""
    start = (dt_util.utcnow() - timedelta(hours=1)).isoformat()
    ours = [state.entity_id for state in house.hass.states.async_all()]
    ben = of_ben(house)
    lock_id = house.subentry_id()
    trigger = {
        "trigger": "aqara_lock.unlocked",
        "target": {"entity_id": ours[0]},
        "options": {"name": OF_THE_LOCK},
    }
    activity = {"target": {"entity_id": house.entity_id("event", "activity")}}
    call = {"type": "call_service", "domain": "aqara_lock", **activity}
    return {
        "states": ({"type": "get_states"}, 0),
        "entities": ({"type": "subscribe_entities"}, 1),
        "template": ({"type": "render_template", "template": EVERYTHING}, 1),
        "condition": ({"type": "subscribe_condition", "condition": ben}, 1),
        "negated": (
            {
                "type": "subscribe_condition",
                "condition": {"condition": "not", "conditions": [ben]},
            },
            1,
        ),
        "both": (
            {
                "type": "subscribe_condition",
                "condition": {"condition": "and", "conditions": [ben, ben]},
            },
            1,
        ),
        "either": (
            {
                "type": "subscribe_condition",
                "condition": {"condition": "or", "conditions": [ben, ben]},
            },
            1,
        ),
        "validation": (
            {"type": "validate_config", "conditions": [ben], "triggers": [trigger]},
            0,
        ),
        "history": (
            {
                "type": "history/history_during_period",
                "start_time": start,
                "entity_ids": ours,
                "significant_changes_only": False,
            },
            0,
        ),
        "history stream": (
            {
                "type": "history/stream",
                "start_time": start,
                "entity_ids": ours,
                "significant_changes_only": False,
            },
            1,
        ),
        "logbook": ({"type": "logbook/get_events", "start_time": start}, 0),
        "logbook of entities": (
            {"type": "logbook/get_events", "start_time": start, "entity_ids": ours},
            0,
        ),
        "logbook stream": ({"type": "logbook/event_stream", "start_time": start}, 1),
        "repairs": ({"type": "repairs/list_issues"}, 0),
        "entity registry": ({"type": "config/entity_registry/list"}, 0),
        "device registry": ({"type": "config/device_registry/list"}, 0),
        "triggers of a target": (
            {"type": "get_triggers_for_target", **activity, "expand_group": True},
            0,
        ),
        "locks": ({"type": "aqara_lock/locks"}, 0),
        "feed": ({"type": "aqara_lock/activity/subscribe"}, 1),
        "page": ({"type": "aqara_lock/activity/list", "lock_id": lock_id}, 0),
        "action": (
            {**call, "service": "get_activity", "return_response": True},
            0,
        ),
        "export": (
            {**call, "service": "export_activity", "return_response": True},
            0,
        ),
        "check": (
            {**call, "service": "check_connection", "return_response": True},
            0,
        ),
    }


FOR_ADMINISTRATORS: Final = frozenset({"feed", "page", "action", "export"})
"""Where an administrator sees names although nobody else does."""


async def asked(
    socket: MockHAClientWebSocket, command: dict[str, Any], events: int
) -> str:
    """Ask once; gives the answer and the events that follow, as text."""
    command = dict(command)
    await socket.send_json_auto_id(command)
    said: list[dict[str, Any]] = []
    while len(said) <= events and not (said and not said[0]["success"]):
        message = await socket.receive_json()
        # What another subscription tells meanwhile is no answer.
        if message["id"] == command["id"]:
            said.append(message)
    return json.dumps(said)


def is_our_error(record: logging.LogRecord) -> bool:
    """Return whether the product logged an error; a refusal is logged by the websocket."""
    return record.levelno >= logging.ERROR and record.name.startswith(
        "custom_components.aqara_lock"
    )


def found_in(text: str, zoe: MockUser) -> set[str]:
    """List who can be recognised in a text."""
    return {name for name in (*NAMES, zoe.id) if name in text}


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_reads_a_name_that_is_for_administrators(
    story: House,
    u400_lock: FakeLock,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    hass_admin_user: MockUser,
    caplog: pytest.LogCaptureFixture,
    role: str,
) -> None:
    zoe = MockUser(name=OF_HOME_ASSISTANT, is_owner=True).add_to_hass(story.hass)
    story.expects_errors = True
    hide_names(story)
    await live(story, u400_lock, zoe)
    if (policy := ROLES[role]) is not None:
        restrict(hass_admin_user, policy)
    socket = await hass_ws_client(story.hass)
    for surface, (command, events) in questions(story).items():
        said = await asked(socket, command, events)
        allowed = role == "administrator" and surface in FOR_ADMINISTRATORS
        if not allowed:
            assert found_in(said, zoe) == set(), surface
        else:
            assert OF_THE_LOCK in said, surface
        if command["type"] == "subscribe_condition":
            assert '"result": true' not in said
            assert '"result": false' not in said
    client = await hass_client()
    for path in (
        "/api/states",
        f"/api/states/{story.lock_id}",
        f"/api/history/period?filter_entity_id={story.lock_id}",
        "/api/logbook",
    ):
        assert found_in(await (await client.get(path)).text(), zoe) == set(), path
    assert [x for x in caplog.records if is_our_error(x)] == []


@pytest.mark.parametrize("role", ["no permission", "administrator"])
async def test_names_for_everybody_are_where_the_table_looks(
    story: House,
    u400_lock: FakeLock,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
    role: str,
) -> None:
    """The table above could not fail if it did not reach what carries a name."""
    zoe = MockUser(name=OF_HOME_ASSISTANT, is_owner=True).add_to_hass(story.hass)
    await live(story, u400_lock, zoe)
    if (policy := ROLES[role]) is not None:
        restrict(hass_admin_user, policy)
    socket = await hass_ws_client(story.hass)
    asking = questions(story)
    everybody = {zoe.id, *NAMES}
    open_to_all = {
        "template": {OF_THE_LOCK, zoe.id},
        "logbook": everybody,
        "logbook stream": everybody,
    }
    of_readers = {"states": {OF_THE_LOCK, zoe.id}}
    of_readers |= {key: set(NAMES) for key in FOR_ADMINISTRATORS}
    wanted = open_to_all | (of_readers if role == "administrator" else {})
    told = {key: found_in(await asked(socket, *asking[key]), zoe) for key in wanted}
    assert {key: told[key] & wanted[key] for key in wanted} == wanted
    assert '"result": true' in await asked(socket, *asking["condition"])


async def test_hiding_names_takes_them_out_of_what_stands(
    story: House, u400_lock: FakeLock
) -> None:
    """States that stand, with their contexts, and the logbook's lines from before."""
    zoe = MockUser(name=OF_HOME_ASSISTANT, is_owner=True).add_to_hass(story.hass)
    told: list[Event[Any]] = []
    story.hass.bus.async_listen(EVENT_ACTIVITY, told.append)
    await live(story, u400_lock, zoe)
    await story.call("lock", context=Context(user_id=zoe.id))
    await story.settle()
    assert story.lock.context.user_id == zoe.id
    hide_names(story)
    await story.settle()
    states = json.dumps(
        [state.as_dict() for state in story.hass.states.async_all()], default=str
    )
    assert found_in(states, zoe) == set()
    lines = json.dumps([described(story.hass, event) for event in told])
    assert len(told) == 5
    assert found_in(lines, zoe) == set()
    options(story, names_visible_to="everyone")
    await story.settle()
    lines = json.dumps([described(story.hass, event) for event in told])
    assert found_in(lines, zoe) == set(NAMES)


async def test_user_of_a_command_stands_nowhere_while_it_is_out(
    story: House, u400_lock: FakeLock
) -> None:
    """The state while the bolt moves carries its context, too."""
    zoe = MockUser(name=OF_HOME_ASSISTANT, is_owner=True).add_to_hass(story.hass)
    hide_names(story)
    changes: list[Event[Any]] = []
    story.hass.bus.async_listen(EVENT_STATE_CHANGED, changes.append)
    u400_lock.reacts = ()
    context = Context(user_id=zoe.id)
    await story.call("unlock", context=context)
    await story.settle()
    assert story.lock.state == "unlocking"
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await story.settle()
    assert story.lock.state == "unlocked"
    contexts = {x.context.id for x in changes} | {x.context.user_id for x in changes}
    assert contexts.isdisjoint({context.id, zoe.id})


@pytest.mark.parametrize("kind", ["automation", "script"])
async def test_automations_and_scripts_still_know_who_it_was(
    story: House, u400_lock: FakeLock, kind: str
) -> None:
    """Administrators write them; what they tell is theirs to decide."""
    hide_names(story)
    heard: list[Event[Any]] = []
    story.hass.bus.async_listen("it_was_ben", heard.append)
    tell = {"event": "it_was_ben"}
    if kind == "automation":
        config: dict[str, Any] = {
            "trigger": {"trigger": "event", "event_type": "go"},
            "condition": of_ben(story),
            "action": tell,
        }
    else:
        config = {"ask": {"sequence": [of_ben(story), tell]}}
    assert await async_setup_component(story.hass, kind, {kind: config})
    u400_lock.unlock_by_finger(user=2)
    await story.settle()
    if kind == "automation":
        story.hass.bus.async_fire("go")
    else:
        await story.hass.services.async_call("script", "ask", blocking=True)
    await story.settle()
    assert len(heard) == 1
