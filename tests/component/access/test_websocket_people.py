"""People by the dashboard's commands: added with their code, taken over, and removed."""

from datetime import datetime, timedelta
import logging
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.access import AccessStore
from custom_components.aqara_lock.store import HomeStore, NotKeptError
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, OTHER_CODE, access, apply, grant, opens, written
from .test_adoption import put, read
from .test_websocket import IS_REDACTED, ask, change

STAY = {"kind": "from_to", "start": "2026-12-24T15:00", "end": "2026-12-27T11:00"}
ZOE: dict[str, Any] = {"name": "Zoe", "kind": "guest"}
COMMANDS: dict[str, dict[str, Any]] = {
    "add_person": {"person": ZOE},
    "remove_person": {"person_id": "ann"},
    "adopt": {"users": [{"lock_id": "x", "index": 1}], "person_id": "ann"},
}


def people(house: House) -> dict[str, str]:
    """Give the ids of the people in the home by name."""
    known = house.home.runtime_data.household.people.values()
    return {person.name: person.id for person in known}


async def answered(
    client: MockHAClientWebSocket, house: House, command: str, **data: Any
) -> dict[str, Any]:
    """Send a command, let everything settle, and give its answer."""
    answer = await ask(client, command, **data)
    await house.settle()
    return answer


@pytest.mark.parametrize("command", COMMANDS)
async def test_others_than_administrators_are_refused(
    home: House,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    command: str,
) -> None:
    home.expects_errors = True
    client = await hass_ws_client(home.hass, hass_read_only_access_token)
    before = people(home)
    answer = await answered(client, home, command, **COMMANDS[command])
    assert (answer["success"], answer["error"]["code"]) == (False, "unauthorized")
    assert people(home) == before


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_home_that_does_not_run_is_said(
    home: House, hass_ws_client: WebSocketGenerator, command: str
) -> None:
    client = await hass_ws_client(home.hass)
    await home.stop()
    answer = await ask(client, command, **COMMANDS[command])
    assert answer["error"]["code"] == "not_found"


async def test_a_guest_comes_with_doors_times_and_code(
    home: House,
    front: FakeLock,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The plan adds nobody; the code is in no answer and no log of ours."""
    caplog.set_level(logging.DEBUG)
    client = await hass_ws_client(home.hass)
    await read(home)
    wanted = change(home, "new", window=STAY)
    plan = await answered(
        client, home, "plan", person=ZOE, changes=[wanted | {"has_code": True}]
    )
    (at_front,) = plan["result"]["doors"]
    assert at_front["messages"]["writes"] > 0
    assert at_front["needs_code"] == []
    assert "Zoe" not in people(home)
    assert written(front) == []
    answer = await answered(
        client, home, "apply", person=ZOE, changes=[wanted | {"password": CODE}]
    )
    zoe = people(home)["Zoe"]
    assert answer["result"] == {"person_id": zoe}
    assert home.home.runtime_data.household.people[zoe].kind.value == "guest"
    (kept,) = access(home).of_person(zoe)
    assert str(kept.window).startswith("FromTo")
    at_stay = datetime(2026, 12, 25, 12)
    assert opens(front, CODE, at_stay) == "opens"
    assert opens(front, CODE, at_stay + timedelta(days=9)) != "opens"
    leaky = () if IS_REDACTED else ("homeassistant.components.websocket_api",)
    ours = [
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("matter_server", "chip", *leaky))
    ]
    assert CODE not in "\n".join(ours)
    assert CODE not in str(answer)


@pytest.mark.parametrize(
    ("person", "code", "problem"),
    [
        ({"name": " "}, "invalid_name", "name_missing"),
        ({"name": "ann"}, "invalid_name", "name_taken"),
        ({"name": "x" * 101}, "invalid_format", None),
        ({"name": "Zoe", "kind": "thief"}, "invalid_format", None),
        ({"name": "Zoe", "person_entity": "lock.x"}, "invalid_format", None),
        ({"name": "Zoe", "person_entity": "person.nobody"}, "not_found", None),
    ],
)
async def test_who_cannot_be_added_is_said_before_anything_is_written(
    home: House,
    front: FakeLock,
    hass_ws_client: WebSocketGenerator,
    person: dict[str, Any],
    code: str,
    problem: str | None,
) -> None:
    home.expects_errors = True
    client = await hass_ws_client(home.hass)
    before = people(home)
    coded = [change(home, "new", password=CODE)]
    for command, data in (
        ("plan", {"changes": [change(home, "new", has_code=True)]}),
        ("apply", {"changes": coded}),
        ("add_person", {}),
    ):
        answer = await answered(client, home, command, person=person, **data)
        assert answer["error"]["code"] == code, command
        assert problem in (None, answer["error"]["message"])
        assert CODE not in str(answer["error"])
    assert people(home) == before
    assert written(front) == []


async def test_a_bad_code_adds_nobody(
    home: House, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(home.hass)
    answer = await answered(
        client,
        home,
        "apply",
        person=ZOE,
        changes=[change(home, "new", password="1111")],
    )
    assert answer["error"] == {"code": "invalid_code", "message": "one_digit"}
    assert "Zoe" not in people(home)


async def test_nobody_is_new_without_a_name(
    home: House, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(home.hass)
    for command in ("plan", "apply"):
        answer = await ask(client, command, changes=[change(home, "new")])
        assert answer["error"]["code"] == "not_found"


async def test_a_full_disk_adds_nobody_and_removes_nobody(
    home: House, front: FakeLock, hass_ws_client: WebSocketGenerator
) -> None:
    """Also where it fills up between the person and its access."""
    client = await hass_ws_client(home.hass)
    before = people(home)
    coded = [change(home, "new", password=CODE)]
    for store in (HomeStore, AccessStore):
        with patch.object(store, "async_save", side_effect=NotKeptError("not_written")):
            answer = await answered(client, home, "apply", person=ZOE, changes=coded)
            assert answer["error"]["code"] == "not_kept"
            assert people(home) == before
    with patch.object(HomeStore, "async_save", side_effect=NotKeptError("not_written")):
        for command in ("add_person", "remove_person"):
            answer = await answered(client, home, command, **COMMANDS[command])
            assert answer["error"]["code"] == "not_kept"
    assert people(home) == before
    assert written(front) == []


async def test_a_member_is_a_person_of_home_assistant_once(
    home: House, hass_ws_client: WebSocketGenerator
) -> None:
    home.hass.states.async_set("person.zoe", "home", {"friendly_name": "Zoe"})
    client = await hass_ws_client(home.hass)
    zoe = {"name": "Zoe", "person_entity": "person.zoe"}
    answer = await answered(client, home, "add_person", person=zoe)
    assert answer["result"] == {"person_id": people(home)["Zoe"]}
    known = home.home.runtime_data.household.people[people(home)["Zoe"]]
    assert (known.entity_id, known.kind.value) == ("person.zoe", "member")
    again = await answered(client, home, "add_person", person=zoe | {"name": "Zoé"})
    assert again["error"]["code"] == "not_found"


async def test_who_is_removed_is_shown_until_it_is_proved(
    home: House, front: FakeLock, hass_ws_client: WebSocketGenerator
) -> None:
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert opens(front, CODE) == "opens"
    client = await hass_ws_client(home.hass)
    front.become(available=False)
    await home.settle()
    assert (await answered(client, home, "remove_person", person_id="ann"))["success"]
    assert "Ann" not in people(home)
    await ask(client, "subscribe")
    shown = (await client.receive_json())["event"]
    (leaving,) = shown["leaving"]
    assert (leaving["person_id"], leaving["wish"]) == ("ann", "removed")
    answer = await ask(client, "remove_person", person_id="ann")
    assert answer["error"]["code"] == "not_found"


async def test_home_assistant_ends_a_stay_that_the_lock_cannot_keep(
    home: House, garage: FakeLock, hass_ws_client: WebSocketGenerator
) -> None:
    """The plan says that it can, and plans it where that is wanted."""
    for path in ("1/257/20", "1/257/21"):
        garage.set_attribute(path, 0)
    await read(home)
    client = await hass_ws_client(home.hass)
    stay = change(home, "new", 1, window=STAY, has_code=True)
    answer = await answered(client, home, "plan", person=ZOE, changes=[stay])
    (cannot,) = answer["result"]["doors"][0]["cannot"]
    assert (cannot["reason"], cannot["by_home"]) == ("no_dates", True)
    by_home = stay | {"keeper": "home_assistant"}
    answer = await answered(client, home, "plan", person=ZOE, changes=[by_home])
    assert answer["result"]["doors"][0]["cannot"] == []
    monday = {"days": [1], "start": "08:00", "end": "09:00"}
    hours = {"kind": "weekly", "hours": [monday]}
    weekly = change(home, "new", 1, window=hours, has_code=True)
    answer = await answered(client, home, "plan", person=ZOE, changes=[weekly])
    (cannot,) = answer["result"]["doors"][0]["cannot"]
    assert (cannot["reason"], cannot["by_home"]) == ("no_weekly_hours", False)


async def test_nobody_is_left_of_a_taking_over_that_was_not_kept(
    home: House, front: FakeLock, hass_ws_client: WebSocketGenerator
) -> None:
    put(front, 2, "Zoe", OTHER_CODE)
    await read(home)
    client, before = await hass_ws_client(home.hass), people(home)
    users = [{"lock_id": home.subentry_id(), "index": 2}]
    refused = NotKeptError("access_not_written")
    with patch.object(AccessStore, "async_save", side_effect=refused):
        answer = await answered(client, home, "adopt", users=users, person=ZOE)
    assert answer["error"]["code"] == "not_kept"
    assert people(home) == before


async def test_users_on_the_locks_are_offered_and_taken_over(
    home: House,
    front: FakeLock,
    garage: FakeLock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Over all doors, for who is there and for who is not; nothing is written."""
    for lock in (front, garage):
        put(lock, 1, "Ann", CODE)
    put(front, 2, "Zoe", OTHER_CODE)
    await read(home)
    client = await hass_ws_client(home.hass)
    await ask(client, "subscribe")
    ann, zoe = (await client.receive_json())["event"]["found"]
    assert (ann["person_id"], len(ann["users"])) == ("ann", 2)
    assert (zoe["name"], "person_id" in zoe) == ("Zoe", False)
    assert zoe["users"] == [
        {
            "lock_id": home.subentry_id(0),
            "lock": "Lock FRONT",
            "index": 2,
            "maker": "ecosystem",
        }
    ]
    count = (len(written(front)), len(written(garage)))
    taker = await hass_ws_client(home.hass)
    wanted = {"users": _where(ann), "person_id": "ann"}
    assert (await answered(taker, home, "adopt", **wanted))["success"]
    assert len(access(home).of_person("ann")) == 2
    answer = await answered(taker, home, "adopt", users=_where(zoe), person=ZOE)
    assert len(access(home).of_person(answer["result"]["person_id"])) == 1
    assert (len(written(front)), len(written(garage))) == count
    # Whose somebody is already is not taken a second time.
    again = await answered(taker, home, "adopt", **wanted)
    assert again["error"]["code"] == "not_found"


async def test_users_are_taken_for_somebody_only(
    home: House, front: FakeLock, hass_ws_client: WebSocketGenerator
) -> None:
    put(front, 2, "Zoe", OTHER_CODE)
    await read(home)
    client = await hass_ws_client(home.hass)
    users = [{"lock_id": home.subentry_id(0), "index": 2}]
    for whose in ({}, {"person_id": "nobody"}):
        answer = await answered(client, home, "adopt", users=users, **whose)
        assert answer["error"]["code"] == "not_found"
    assert access(home).grants == {}


def _where(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: user[key] for key in ("lock_id", "index")} for user in found["users"]]
