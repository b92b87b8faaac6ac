"""Websocket commands of the dashboard card."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.thread import RouteState

from .callers import (
    CONTROLS_EVERYTHING,
    READS_EVERYTHING,
    READS_NOTHING,
    act,
    add_person,
    options,
    restrict,
)
from .fake_host import FakeHost, publish
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House

type Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def opened(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Let Anna open the door, and Ben a minute later."""
    await house.start(u400_lock)
    for user in (1, 2):
        await house.tick(60)
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
    return house


@pytest.fixture
async def socket(
    opened: House, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Connect as the admin that the harness has."""
    return await hass_ws_client(hass)


async def ask(socket: MockHAClientWebSocket, command: str, **data: Any) -> Any:
    """Ask and give the result; the error where there is one."""
    await socket.send_json_auto_id({"type": f"aqara_lock/{command}", **data})
    answer = await socket.receive_json()
    return answer["result"] if answer["success"] else answer["error"]


async def subscribe(socket: MockHAClientWebSocket, **data: Any) -> dict[str, Any]:
    """Subscribe and give the first event."""
    assert await ask(socket, "activity/subscribe", **data) is None
    return await told(socket)


async def told(socket: MockHAClientWebSocket) -> dict[str, Any]:
    """Give the next event of the feed."""
    event: dict[str, Any] = (await socket.receive_json())["event"]
    return event


async def test_locks_tell_a_card_all_it_needs(
    opened: House, socket: MockHAClientWebSocket, hub: FakeHub, u400_lock: FakeLock
) -> None:
    (lock,) = (await ask(socket, "locks"))["locks"]
    assert lock["lock_id"] == opened.subentry_id()
    assert lock["name"] == "Aqara Smart Lock U400"
    assert lock["device_id"] == opened.device_of(u400_lock).id
    assert lock["responsive"] is True
    assert lock["cause"] is None
    assert lock["message"] is None
    assert lock["served_by"] == hub.name
    assert lock["reports_who"] == "yes"
    assert lock["may_assign"] is True
    for platform, key in (("lock", "lock"), ("event", "activity")):
        assert lock["entity_ids"][key] == opened.entity_id(platform, key)


async def test_core_lock_is_named_where_ours_does_not_replace_it(
    house: House,
    u400_lock: FakeLock,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.start(u400_lock, replace=False)
    (lock,) = (await ask(await hass_ws_client(hass), "locks"))["locks"]
    assert lock["entity_ids"]["lock"] == house.core_lock(u400_lock).entity_id


async def test_silent_lock_says_why(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    u400_lock.become(available=False)
    await opened.tick(61)
    (lock,) = (await ask(socket, "locks"))["locks"]
    assert lock["responsive"] is False
    assert lock["cause"] == "lock_unreachable"
    assert "Aqara Smart Lock U400" in lock["message"]


async def test_cause_is_the_one_that_the_diagnosis_found(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    host.way, u400_lock.answers_ping = RouteState.NO_ROUTE, False
    await house.pass_time(60, 5)
    (lock,) = (await ask(await hass_ws_client(hass), "locks"))["locks"]
    assert lock["cause"] == house.problem.state == "no_route_to_mesh"


async def test_locks_shows_only_what_the_user_may_read(
    opened: House, socket: MockHAClientWebSocket, hass_admin_user: MockUser
) -> None:
    restrict(hass_admin_user, READS_NOTHING)
    assert (await ask(socket, "locks"))["locks"] == []
    activity = opened.entity_id("event", "activity")
    restrict(hass_admin_user, {"entities": {"entity_ids": {activity: {"read": True}}}})
    found = await ask(socket, "locks")
    assert found["is_admin"] is False
    (lock,) = found["locks"]
    assert lock["entity_ids"] == {"activity": activity}
    assert lock["may_assign"] is False


async def test_page_after_page_goes_back_to_the_first_line(
    opened: House, socket: MockHAClientWebSocket
) -> None:
    lock = {"lock_id": opened.subentry_id(), "limit": 1}
    first = await ask(socket, "activity/list", **lock)
    assert [line["person"] for line in first["lines"]] == ["Ben"]
    assert first["has_more"] is True
    key = first["lines"][0]["key"]
    second = await ask(socket, "activity/list", before=key, **lock)
    assert [line["person"] for line in second["lines"]] == ["Anna"]
    assert second["has_more"] is False
    key = second["lines"][0]["key"]
    end = await ask(socket, "activity/list", before=key, **lock)
    assert end == {"lines": [], "has_more": False}


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("activity/list", {"lock_id": "x"}),
        ("activity/subscribe", {"lock_ids": ["x"]}),
        ("activity/erase", {"lock_id": "x"}),
    ],
)
async def test_unknown_lock_is_not_found(
    socket: MockHAClientWebSocket, command: str, data: dict[str, Any]
) -> None:
    assert (await ask(socket, command, **data))["code"] == "not_found"


async def test_unknown_line_is_not_found(
    opened: House, socket: MockHAClientWebSocket
) -> None:
    data = {"lock_id": opened.subentry_id(), "before": "e9.9.9"}
    assert (await ask(socket, "activity/list", **data))["code"] == "not_found"


async def test_without_a_home_nothing_is_found(
    opened: House, socket: MockHAClientWebSocket
) -> None:
    await opened.hass.config_entries.async_unload(opened.home.entry_id)
    for command in ("locks", "activity/subscribe"):
        assert (await ask(socket, command))["code"] == "not_found"


@pytest.mark.parametrize("command", ["activity/list", "activity/erase"])
async def test_journal_is_closed_to_who_may_not_read_it(
    opened: House,
    socket: MockHAClientWebSocket,
    hass_admin_user: MockUser,
    command: str,
) -> None:
    opened.expects_errors = True
    restrict(hass_admin_user, READS_NOTHING)
    data = {"lock_id": opened.subentry_id()}
    assert (await ask(socket, command, **data))["code"] == "unauthorized"
    ids = [opened.subentry_id()]
    refused = await ask(socket, "activity/subscribe", lock_ids=ids)
    assert refused["code"] == "unauthorized"


async def test_erase_is_for_admins(
    opened: House, socket: MockHAClientWebSocket, hass_admin_user: MockUser
) -> None:
    opened.expects_errors = True
    restrict(hass_admin_user, CONTROLS_EVERYTHING)
    data = {"lock_id": opened.subentry_id()}
    assert (await ask(socket, "activity/erase", **data))["code"] == "unauthorized"
    assert len((await ask(socket, "activity/list", **data))["lines"]) == 2


async def test_feed_begins_with_the_newest_lines_and_goes_on_with_new_ones(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    begin = await subscribe(socket, limit=1)
    assert begin["initial"] is True
    assert [line["person"] for line in begin["lines"]] == ["Ben"]
    u400_lock.report_state(LockState.LOCKED)
    u400_lock.lock_by_hand()
    await opened.settle()
    event = await told(socket)
    assert event["initial"] is False
    assert event["removed"] == []
    assert [(x["type"], x["method"]) for x in event["lines"]] == [("locked", "manual")]


async def test_feed_sends_an_amended_line_again(
    opened: House, socket: MockHAClientWebSocket
) -> None:
    person = add_person(opened, "Carl", "person.carl")
    begin = await subscribe(socket)
    key = begin["lines"][-1]["key"]
    await act(opened, "assign_operation", line=key, person="Carl")
    (line,) = (await told(socket))["lines"]
    assert line["key"] == key
    assert line["person_id"] == person
    assert line["person_entity"] == "person.carl"


async def test_feed_takes_back_a_line_that_an_operation_explains_late(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    await subscribe(socket)
    u400_lock.report_state(LockState.LOCKED)
    await opened.tick(6)
    (unexplained,) = (await told(socket))["lines"]
    assert unexplained["kind"] == "unexplained"
    u400_lock.lock_by_hand()
    await opened.settle()
    event = await told(socket)
    assert [line["method"] for line in event["lines"]] == ["manual"]
    assert event["removed"] == [
        {"lock_id": opened.subentry_id(), "key": unexplained["key"]}
    ]


async def test_erase_empties_every_feed(
    opened: House, socket: MockHAClientWebSocket
) -> None:
    begin = await subscribe(socket)
    await socket.send_json_auto_id(
        {"type": "aqara_lock/activity/erase", "lock_id": opened.subentry_id()}
    )
    answers = [await socket.receive_json(), await socket.receive_json()]
    (event,) = [item["event"] for item in answers if item["type"] == "event"]
    assert {item["key"] for item in event["removed"]} == {
        line["key"] for line in begin["lines"]
    }
    assert event["lines"] == []


async def test_feed_survives_a_reload(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    begin = await subscribe(socket)
    await opened.reload()
    u400_lock.lock_by_hand()
    await opened.settle()
    event = await told(socket)
    known = {line["key"] for line in begin["lines"]}
    assert [line["type"] for line in event["lines"] if line["key"] not in known] == [
        "locked"
    ]


async def test_names_come_and_go_with_the_option(
    opened: House, socket: MockHAClientWebSocket, hass_admin_user: MockUser
) -> None:
    restrict(hass_admin_user, READS_EVERYTHING)
    begin = await subscribe(socket)
    assert [line["person"] for line in begin["lines"]] == ["Ben", "Anna"]
    options(opened, names_visible_to="admins")
    await opened.settle()
    hidden = await told(socket)
    assert len(hidden["lines"]) == 2
    assert "Ben" not in str(hidden)
    assert "Anna" not in str(hidden)
    page = await ask(socket, "activity/list", lock_id=opened.subentry_id())
    assert "Ben" not in str(page)


async def test_feed_ends_for_who_lost_the_permission(
    opened: House,
    socket: MockHAClientWebSocket,
    hass_admin_user: MockUser,
    u400_lock: FakeLock,
) -> None:
    begin = await subscribe(socket)
    restrict(hass_admin_user, READS_NOTHING)
    u400_lock.lock_by_hand()
    await opened.settle()
    event = await told(socket)
    assert event["lines"] == []
    assert len(event["removed"]) == len(begin["lines"])


async def test_feed_leaves_nothing_behind(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    await socket.send_json_auto_id({"type": "aqara_lock/activity/subscribe"})
    subscription = (await socket.receive_json())["id"]
    await told(socket)
    await socket.send_json_auto_id(
        {"type": "unsubscribe_events", "subscription": subscription}
    )
    assert (await socket.receive_json())["success"]
    u400_lock.lock_by_hand()
    await opened.settle()
    assert (await ask(socket, "locks"))["locks"]
