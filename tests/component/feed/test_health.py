"""The paths to the locks, as the card follows them."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.domain.thread import RouteState
from tests.component.callers import READS_NOTHING, restrict
from tests.component.fake_host import FakeHost, publish
from tests.component.fake_lan import FakeHub
from tests.component.fake_matter import FakeLock
from tests.component.house import House

WELL = {"home_assistant": "ok", "network": "ok", "hub": "ok", "lock": "ok"}


@pytest.fixture
async def socket(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> MockHAClientWebSocket:
    """Connect to a home in which all is well."""
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.pass_time(60, 10)
    return await hass_ws_client(hass)


async def subscribe(socket: MockHAClientWebSocket) -> dict[str, Any]:
    """Follow the paths and give how they are now."""
    await socket.send_json_auto_id({"type": "aqara_lock/health/subscribe"})
    assert (await socket.receive_json())["success"] is True
    return await told(socket)


async def told(socket: MockHAClientWebSocket) -> dict[str, Any]:
    """Give what the feed says next."""
    event: dict[str, Any] = (await socket.receive_json())["event"]
    return event


def path(lock: dict[str, Any]) -> dict[str, str]:
    """Return the path of a lock by link."""
    return {item["link"]: item["state"] for item in lock["path"]}


async def test_a_home_that_is_well(
    house: House, socket: MockHAClientWebSocket, hub: FakeHub
) -> None:
    found = await subscribe(socket)
    assert found["loaded"] is True
    (lock,) = found["locks"]
    assert lock["lock_id"] == house.subentry_id()
    assert lock["entity_id"] == house.lock_id
    assert lock["responsive"] is True
    assert lock["hub"] == hub.name
    assert path(lock) == WELL
    (shown,) = found["hubs"]
    assert (shown["name"], shown["online"]) == (hub.name, True)
    assert shown["locks"] == [lock["name"]]


async def test_a_broken_path_is_told_with_cause_and_remedy(
    house: House,
    host: FakeHost,
    socket: MockHAClientWebSocket,
    u400_lock: FakeLock,
) -> None:
    await subscribe(socket)
    host.way, u400_lock.answers_ping = RouteState.NO_ROUTE, False
    await house.pass_time(60, 5)
    while (lock := (await told(socket))["locks"][0])["responsive"]:
        pass
    assert path(lock) == {
        "home_assistant": "ok",
        "network": "error",
        "hub": "unknown",
        "lock": "unknown",
    }
    assert lock["cause"] == "no_route_to_mesh"
    (finding,) = [x for x in lock["findings"] if x["severity"] == "error"]
    assert finding["id"] == "no_route_to_mesh"
    assert finding["link"] == "network"
    assert finding["is_repair"] is True
    assert "{" not in finding["title"] + finding["remedy"]
    assert "**What to do:**" in finding["remedy"]


async def test_nothing_is_sent_where_nothing_changed(
    house: House, socket: MockHAClientWebSocket
) -> None:
    before = await subscribe(socket)
    await house.pass_time(40, 10)
    await house.stop()
    # The next event is that of the unload.
    assert before["loaded"] is True
    assert (await told(socket))["loaded"] is False


async def test_a_home_that_is_not_loaded_says_so_and_comes_back(
    house: House, socket: MockHAClientWebSocket
) -> None:
    await house.stop()
    assert (await subscribe(socket))["loaded"] is False
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert (await told(socket))["loaded"] is True


async def test_who_may_read_no_lock_learns_nothing_of_the_home(
    socket: MockHAClientWebSocket, hass_admin_user: MockUser
) -> None:
    restrict(hass_admin_user, READS_NOTHING)
    assert await subscribe(socket) == {
        "loaded": True,
        "locks": [],
        "hubs": [],
        "home": [],
    }


async def test_a_feed_that_ended_sends_nothing(
    house: House, socket: MockHAClientWebSocket
) -> None:
    await socket.send_json_auto_id({"type": "aqara_lock/health/subscribe"})
    subscription = (await socket.receive_json())["id"]
    await told(socket)
    await socket.send_json_auto_id(
        {"type": "unsubscribe_events", "subscription": subscription}
    )
    assert (await socket.receive_json())["success"] is True
    await house.stop()
    await socket.send_json_auto_id({"type": "ping"})
    assert (await socket.receive_json())["type"] == "pong"
