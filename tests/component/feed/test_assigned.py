"""Entries that somebody assigned by hand: they say so everywhere, and prove nothing."""

import csv
from io import StringIO
from typing import Any, Final

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import Context, Event
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.aqara_lock.const import EVENT_ACTIVITY
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)

from ..automations import attached, holds
from ..callers import (
    CONTROLS_EVERYTHING,
    act,
    activity,
    add_person,
    hide_names,
    options,
    somebody,
)
from ..fake_matter import FakeLock, Refusal
from ..house import House
from ..test_logbook import described

WHO_SAID_SO: Final = "Zoe"


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Let somebody open by hand from inside; Anna lives here."""
    await house.start(u400_lock)
    add_person(house, "Anna")
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await house.settle()
    await house.tick(60)
    return house


@pytest.fixture
def zoe(home: House) -> Context:
    """Give what an administrator calls with."""
    user = MockUser(name=WHO_SAID_SO, is_owner=True).add_to_hass(home.hass)
    return Context(user_id=user.id)


async def assign(home: House, context: Context | None, person: str | None) -> None:
    """Say who the newest entry was."""
    line = (await activity(home))[0]["key"]
    await act(home, "assign_operation", context=context, line=line, person=person)
    await home.settle()


def last_event(home: House) -> dict[str, Any]:
    """Give the attributes of the event entity."""
    return dict(home.state(home.entity_id("event", "activity")).attributes)


BY_HAND: Final = {"confidence": "assigned", "assigned_by": WHO_SAID_SO}
"""What every surface must carry of an entry that was assigned, beside when."""


async def test_assignment_is_told_on_every_surface(
    home: House, zoe: Context, hass_ws_client: WebSocketGenerator
) -> None:
    told: list[Event[Any]] = async_capture_events(home.hass, EVENT_ACTIVITY)
    before = home.state(home.entity_id("event", "activity")).state
    await assign(home, zoe, "Anna")
    (entry,) = await activity(home)
    assert entry["person"] == "Anna"
    assert BY_HAND.items() <= entry.items()
    at = entry["assigned_at"]
    assert "(assigned to Anna by Zoe, " in entry["sentence"]
    assert "by Anna" not in entry["sentence"]

    socket = await hass_ws_client(home.hass)
    page = {"type": "aqara_lock/activity/list", "lock_id": home.subentry_id()}
    await socket.send_json_auto_id(page)
    (line,) = (await socket.receive_json())["result"]["lines"]
    assert BY_HAND.items() <= line.items()
    assert line["assigned_at"] == at

    event = last_event(home)
    assert event["person"] == "Anna"
    assert (BY_HAND | {"assigned_at": at}).items() <= event.items()
    assert home.state(home.entity_id("event", "activity")).state == before

    sensor = home.state(home.entity_id("sensor", "last_unlocked_by"))
    assert sensor.state == "Anna (assigned)"
    assert sensor.attributes["assigned_by"] == WHO_SAID_SO
    assert sensor.attributes["assigned_at"] == at

    exported = await act(home, "export_activity", response=True)
    (row,) = csv.DictReader(StringIO(exported["content"]))
    assert (row["assigned_by"], row["assigned_at"]) == (WHO_SAID_SO, at)
    assert row["confidence"] == "assigned"

    assert [event.data["type"] for event in told] == ["assigned"]
    said = described(home.hass, told[0])["message"]
    assert "changed afterwards (assigned to Anna by Zoe, " in said
    assert told[0].context.user_id == zoe.user_id
    assert home.changed_by is None


async def test_assignment_outlives_a_restart(home: House, zoe: Context) -> None:
    await assign(home, zoe, "Anna")
    before, entry = last_event(home), (await activity(home))[0]
    await home.reload()
    assert last_event(home) == before
    assert (await activity(home))[-1] == entry
    assert home.changed_by is None


async def test_name_that_was_taken_away_says_by_whom(home: House, zoe: Context) -> None:
    await assign(home, None, "Anna")
    await assign(home, zoe, None)
    (entry,) = await activity(home)
    assert "person" not in entry
    assert entry["assigned_by"] == WHO_SAID_SO
    assert "(the name was taken away by Zoe, " in entry["sentence"]
    assert "person" not in last_event(home)


async def test_new_event_is_not_the_assigned_one(
    home: House, u400_lock: FakeLock, zoe: Context
) -> None:
    await assign(home, zoe, "Anna")
    u400_lock.unlock_by_finger(user=2)
    await home.settle()
    assert "assigned_at" not in last_event(home)
    assert last_event(home)["confidence"] == "reported"
    sensor = home.state(home.entity_id("sensor", "last_unlocked_by"))
    assert "assigned_by" not in sensor.attributes


async def test_assigning_an_earlier_entry_leaves_the_last_event(
    home: House, u400_lock: FakeLock, zoe: Context
) -> None:
    u400_lock.unlock_by_finger(user=2)
    await home.settle()
    before = last_event(home)
    line = (await activity(home))[-1]["key"]
    await act(home, "assign_operation", context=zoe, line=line, person="Anna")
    assert last_event(home) == before


@pytest.mark.parametrize(
    ("options", "passes"),
    [
        ({"name": "Anna"}, False),
        ({"person": "Anna"}, False),
        ({"name": "Anna", "confidence": ["reported", "matched"]}, False),
        ({"name": "Anna", "confidence": ["inferred"]}, False),
        ({"name": "Anna", "confidence": ["assigned"]}, True),
    ],
)
async def test_no_condition_takes_it_for_certain(
    home: House, zoe: Context, options: dict[str, Any], passes: bool
) -> None:
    await assign(home, zoe, "Anna")
    target = {"entity_id": home.entity_id("event", "activity")}
    assert await holds(home.hass, "last_unlocked_by", target, options) is passes


async def test_assignment_runs_no_automation(home: House, zoe: Context) -> None:
    target = {"entity_id": home.entity_id("event", "activity")}
    runs = await attached(home.hass, "unlocked", target)
    await assign(home, zoe, "Anna")
    assert runs.variables == []
    runs.stop()


async def test_unknown_user_stays_unknown_though_an_entry_was_assigned(
    house: House, u400_lock: FakeLock
) -> None:
    """Who may assign could otherwise hide that a stranger opens the door."""
    await house.start(u400_lock)
    add_person(house, "Anna")
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, user=7)
    await house.settle()
    issue = ("aqara_lock", f"unknown_user_{house.subentry_id()}")
    assert issue in issues(house)
    await assign(house, None, "Anna")
    assert issue in issues(house)


def issues(house: House) -> set[tuple[str, str]]:
    """List the repairs that are open."""
    return set(house.hass.data["issue_registry"].issues)


async def test_hidden_names_leave_when_but_not_by_whom(
    home: House, zoe: Context
) -> None:
    await assign(home, zoe, "Anna")
    told: list[Event[Any]] = async_capture_events(home.hass, EVENT_ACTIVITY)
    hide_names(home)
    await home.settle()
    assert home.state(home.entity_id("sensor", "last_unlocked_by")).state == "not shown"
    assert "assigned_by" not in last_event(home)
    assert last_event(home)["confidence"] == "assigned"
    member = somebody(home, CONTROLS_EVERYTHING)
    (entry,) = await activity(home, context=member)
    assert "assigned_at" in entry
    assert "Anna" not in str(entry)
    assert WHO_SAID_SO not in str(entry)
    assert "(assigned by hand, " in entry["sentence"]
    await assign(home, zoe, "Anna")
    (event,) = told
    assert event.context.user_id is None
    assert WHO_SAID_SO not in str(event.data)


async def test_automation_is_named_as_who_assigned(home: House) -> None:
    home.hass.states.async_set(
        "automation.night", "on", {"friendly_name": "Night"}, context=(ran := Context())
    )
    await assign(home, ran, "Anna")
    assert (await activity(home))[0]["assigned_by"] == "Night"


async def test_who_assigned_is_forgotten_with_the_person(
    home: House, zoe: Context
) -> None:
    """A removed person is taken out of the history, also as who assigned."""
    person_id = add_person(home, WHO_SAID_SO, "person.zoe")
    home.hass.states.async_set(
        "person.zoe", "home", {"friendly_name": WHO_SAID_SO, "user_id": zoe.user_id}
    )
    await assign(home, zoe, "Anna")
    (subentry,) = (
        x.subentry_id for x in home.home.subentries.values() if x.unique_id == person_id
    )
    home.hass.config_entries.async_remove_subentry(home.home, subentry)
    await home.settle()
    (entry,) = await activity(home)
    assert entry["person"] == "Anna"
    assert "assigned_by" not in entry
    assert "assigned_at" in entry


@pytest.mark.parametrize(("allowed", "may"), [("admins", False), ("controllers", True)])
async def test_who_may_assign_is_an_option(
    home: House, allowed: str, may: bool
) -> None:
    """An ordinary user assigned an opening to Anna, and nobody could see it."""
    options(home, may_assign=allowed)
    member = somebody(home, CONTROLS_EVERYTHING)
    if not may:
        with pytest.raises(Unauthorized):
            await assign(home, member, "Anna")
    else:
        await assign(home, member, "Anna")
        assert (await activity(home))[0]["assigned_by"] == "Mock User"
    assert ("person" in (await activity(home))[0]) is may


async def test_only_administrators_may_assign_by_default(home: House) -> None:
    with pytest.raises(Unauthorized):
        await assign(home, somebody(home, CONTROLS_EVERYTHING), "Anna")


async def test_command_that_failed_cannot_be_assigned(
    home: House, u400_lock: FakeLock
) -> None:
    """It was called done, and nothing was kept."""
    u400_lock.fail("LockDoor", Refusal(status=1))
    with pytest.raises(Exception, match="refused"):
        await home.call("lock")
    await home.settle()
    with pytest.raises(Exception, match="no line"):
        await assign(home, None, "Anna")


async def test_answer_to_a_repair_says_who_gave_it(
    house: House, u400_lock: FakeLock, hass_client: ClientSessionGenerator
) -> None:
    # The frozen clock has no time zone for the access log of aiohttp.
    house.expects_errors = True
    for component in ("http", REPAIRS):
        assert await async_setup_component(house.hass, component, {})
    await house.start(u400_lock)
    anna = add_person(house, "Anna")
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, user=7)
    await house.settle()
    client = await hass_client()
    issue_id = f"unknown_user_{house.subentry_id()}"
    asked = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": "aqara_lock", "issue_id": issue_id},
    )
    flow_id = (await asked.json())["flow_id"]
    await client.post(
        f"/api/repairs/issues/fix/{flow_id}", json={"user": "7", "who": anna}
    )
    await house.settle()
    (entry,) = await activity(house)
    assert (entry["person"], entry["assigned_by"]) == ("Anna", "Mock User")
