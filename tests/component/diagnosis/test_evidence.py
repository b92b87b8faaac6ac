"""Evidence at its edges: what a failed or impossible look is taken for, and never more."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from errno import EADDRNOTAVAIL, EIO, ENETUNREACH
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path
import sys
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant
from homeassistant.util import dt as dt_util
from matter_server.client.exceptions import ConnectionFailed, ServerVersionTooOld
from matter_server.common.errors import (
    MatterError,
    NodeNotExists,
    NodeNotReady,
    NodeNotResolving,
    UnknownError,
)
from matter_server.common.models import MatterNodeEvent
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.diagnostics import async_get_config_entry_diagnostics
from custom_components.aqara_lock.domain.attribution.commands import Origin
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FabricCount,
    Fact,
    Gap,
    LockEvidence,
    Transport,
)
from custom_components.aqara_lock.domain.identity import NodeAddress
from custom_components.aqara_lock.domain.thread.routing import (
    Route,
    RouteChoice,
    RouteState,
)
from custom_components.aqara_lock.feed.feed import ActivityFeed
from custom_components.aqara_lock.locks.state.command_ledger import (
    Source,
    async_source_of,
)
from custom_components.aqara_lock.matter.errors import (
    Failure,
    LinkError,
    translated_errors,
)
from custom_components.aqara_lock.matter.reads import LockReads
from custom_components.aqara_lock.network.host import procfs
from custom_components.aqara_lock.network.host.adapters import Chosen
from custom_components.aqara_lock.network.host.netlink import open_netlink
from custom_components.aqara_lock.network.host.reading import Question, read_host
from custom_components.aqara_lock.network.host.routes import read_choices, read_routes
from custom_components.aqara_lock.network.mdns.lock_records import lock_addresses
from custom_components.aqara_lock.texts.translations import duration_text

from ..fake_host import forget_published, publish
from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import COMPRESSED_FABRIC, FakeLock, FakeMatterServer
from ..house import House, subentry
from ..nodes import U400_NODE, bridge_with_lock, octets, u400

LOCK = IPv6Address("fd11:22:33:44::40")
MESH = Route(
    destination=IPv6Network("fd11:22:33:44::/64"),
    next_hop=IPv6Address("fe80::12"),
    interface="eth0",
)
ROUTE_LINE = (
    "fd110022003300440000000000000000 40 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000012 00000400 00000004 00000000 00c40003 eth0\n"
)


async def known_of(house: House) -> LockEvidence:
    """Diagnose, and give what was known of the first lock."""
    await house.pass_time(30, 5)
    (found,) = house.home.runtime_data.diagnosis.evidence.locks
    assert isinstance(found, LockEvidence)
    return found


# A lock.


async def test_lock_that_was_never_seen_has_only_its_name(
    house: House, matter: FakeMatterServer, u400_lock: FakeLock
) -> None:
    del matter.locks[U400_NODE]
    await house.start(u400_lock)
    found = await known_of(house)
    assert found.name == "Aqara Smart Lock U400"
    unknown = (found.transport, found.battery, found.fabrics)
    assert set(unknown) == {Gap.UNKNOWN}
    assert (found.radio, found.available) == (Gap.UNKNOWN, Gap.UNKNOWN)


async def test_last_addresses_are_known_after_a_start(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, str(LOCK))
    await house.start(u400_lock)
    assert (await known_of(house)).addresses == (LOCK,)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    forget_published(house.lan, u400_lock)
    del house.hass.data["aqara_lock_lock_addresses"]
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert (await known_of(house)).addresses == (LOCK,)


async def test_what_a_thread_lock_says(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u200_lock)
    found = await known_of(house)
    assert found.transport is Transport.THREAD
    assert found.fabrics == FabricCount(2, 5)
    assert found.radio is None
    assert found.available is True


async def test_name_of_a_wifi_network_is_no_thread_network(
    house: House, u200_lock: FakeLock
) -> None:
    u200_lock.attributes["0/49/65532"] = 1
    u200_lock.attributes["0/49/1"] = [{"0": octets(b"HomeWiFi".hex()), "1": True}]
    await house.start(u200_lock)
    found = await known_of(house)
    assert found.network is None
    assert found.transport is Gap.UNKNOWN


async def test_bridged_lock_is_not_on_thread(
    house: House, matter: FakeMatterServer
) -> None:
    bridge = matter.add(21, bridge_with_lock(), endpoint_id=5)
    await house.start(bridge)
    assert (await known_of(house)).transport is Transport.BRIDGED


async def test_what_a_lock_does_not_say_stays_unsaid(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    gone = ("0/62/2", "0/40/10", "2/47/12", "2/47/14", "0/49/1")
    for path in gone:
        u200_lock.attributes[path] = None
    await house.start(u200_lock)
    found = await known_of(house)
    assert found.fabrics is Gap.UNKNOWN
    assert found.battery is None
    assert found.transport is Gap.UNKNOWN
    assert found.network is None


async def test_lock_without_a_network_list_tells_thread_by_its_interface(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    u200_lock.attributes["0/49/1"] = None
    u200_lock.attributes["0/29/1"] = [29, 31, 40, 49, 51, 62]
    u200_lock.attributes["0/51/0"] = [
        {"0": "ieee802154", "1": True, "4": "", "5": [], "6": [], "7": 4}
    ]
    await house.start(u200_lock)
    assert (await known_of(house)).transport is Transport.THREAD


@pytest.mark.parametrize(
    ("told", "interface", "name"),
    [
        (None, "AqaraHome-f8c4", "AqaraHome-f8c4"),
        ("MyHome1895415629", "ieee802154", "MyHome1895415629"),
        (None, "ieee802154", None),
        ("", "AqaraHome-f8c4", "AqaraHome-f8c4"),
    ],
)
async def test_name_of_the_network_is_the_locks_own(
    house: House,
    u200_lock: FakeLock,
    told: str | None,
    interface: str,
    name: str | None,
) -> None:
    u200_lock.attributes["0/51/0"] = [
        {"0": interface, "1": True, "4": "", "5": [], "6": [], "7": 4}
    ]
    if told is not None:
        u200_lock.attributes["0/29/1"] = [*u200_lock.attributes["0/29/1"], 53]
        u200_lock.attributes["0/53/2"] = told
    await house.start(u200_lock)
    assert (await known_of(house)).network_name == name


# Its published addresses.


def addresses(hass: HomeAssistant) -> Fact[tuple[IPv6Address, ...]]:
    """Look the U400 up."""
    return lock_addresses(hass, NodeAddress(COMPRESSED_FABRIC, U400_NODE))


async def test_addresses_are_unknown_until_they_are_published(
    hass: HomeAssistant, lan: FakeLan, u400_lock: FakeLock
) -> None:
    assert addresses(hass) is Gap.UNKNOWN


async def test_published_addresses_without_the_link_local_one(
    hass: HomeAssistant, lan: FakeLan, u400_lock: FakeLock
) -> None:
    publish(lan, u400_lock, str(LOCK), "fe80::40")
    assert addresses(hass) == (LOCK,)


# Routes, without the kernel's own answers.


class FakeSocket:
    """A datagram socket that starts from an address, or cannot be connected."""

    def __init__(self, outcome: str | int) -> None:
        """Take the source address, or the number of an error."""
        self._outcome = outcome

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""

    def connect(self, _target: tuple[str, int]) -> None:
        """Choose a way, as the kernel does."""
        if isinstance(self._outcome, int):
            raise OSError(self._outcome, "refused")

    def getsockname(self) -> tuple[object, int]:
        """Give the source."""
        return self._outcome, 40000


def choose(
    outcome: str | int, *routes: Route
) -> Fact[Mapping[IPv6Address, RouteChoice]]:
    """Ask for the way to the lock by a socket."""
    module = "custom_components.aqara_lock.network.host.routes.socket"
    with patch(module, lambda *_: FakeSocket(outcome)):
        return read_choices(None, [LOCK], routes, {})


@pytest.mark.parametrize(
    ("outcome", "way"),
    [
        ("fd99::10", RouteState.ROUTED),
        ("fe80::10%eth0", RouteState.NO_SOURCE),
        (EADDRNOTAVAIL, RouteState.NO_SOURCE),
        (ENETUNREACH, RouteState.NO_ROUTE),
    ],
)
def test_a_socket_tells_the_way(outcome: str | int, way: RouteState) -> None:
    found = choose(outcome, MESH)
    assert not isinstance(found, Gap)
    assert found[LOCK].way is way


def test_a_socket_that_fails_otherwise_says_nothing() -> None:
    assert choose(EIO, MESH) is Gap.UNKNOWN


def test_a_way_without_a_listed_route_is_not_understood() -> None:
    assert choose("fd99::10") is Gap.UNKNOWN


def test_without_the_list_of_routes_no_way_is_told() -> None:
    assert read_choices(None, [LOCK], Gap.NOT_CHECKABLE, {}) is Gap.NOT_CHECKABLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [(ROUTE_LINE, "fd11:22:33:44::/64"), (None, Gap.NOT_CHECKABLE), ("?", Gap.UNKNOWN)],
)
def test_routes_that_the_kernel_lists(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None, expected: object
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    if text is not None:
        (tmp_path / "ipv6_route").write_text(text)
    found = read_routes(None, {})
    if not isinstance(found, Gap):
        (route,) = found
        assert (str(route.destination), route.protocol) == (expected, "ra")
        return
    assert found is expected


# The connection to the kernel.


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Stand for the library that talks to the kernel."""
    library, errors = ModuleType("pyroute2"), ModuleType("pyroute2.netlink.exceptions")
    errors.NetlinkError = type("NetlinkError", (Exception,), {"code": 1})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyroute2", library)
    monkeypatch.setitem(sys.modules, "pyroute2.netlink", ModuleType("netlink"))
    monkeypatch.setitem(sys.modules, "pyroute2.netlink.exceptions", errors)
    return library


def test_the_connection_is_closed_after_use(kernel: ModuleType) -> None:
    closed: list[bool] = []
    kernel.IPRoute = lambda: SimpleNamespace(  # type: ignore[attr-defined]
        get_routes=lambda **_: iter(["route"]), close=lambda: closed.append(True)
    )
    with open_netlink() as netlink:
        assert netlink is not None
        assert netlink.ipv6_routes() == ["route"]
        assert closed == []
    assert closed == [True]


def test_a_system_without_the_library_has_no_connection(kernel: ModuleType) -> None:
    with open_netlink() as netlink:
        assert netlink is None


def test_a_kernel_that_refuses_is_no_connection(kernel: ModuleType) -> None:
    def refuse() -> None:
        raise OSError(EIO, "refused")

    kernel.IPRoute = refuse  # type: ignore[attr-defined]
    with open_netlink() as netlink:
        assert netlink is None


# Errors of the Matter client.


@pytest.mark.parametrize(
    ("error", "failure", "status"),
    [
        (ConnectionFailed(), Failure.MATTER_UNAVAILABLE, None),
        (ServerVersionTooOld("old"), Failure.SERVER_TOO_OLD, None),
        (NodeNotExists(), Failure.LOCK_MISSING, None),
        (NodeNotReady(), Failure.UNREACHABLE, None),
        (NodeNotResolving(), Failure.UNREACHABLE, None),
        (TimeoutError(), Failure.UNREACHABLE, None),
        (UnknownError("no reason"), Failure.UNREACHABLE, None),
        (UnknownError("Failure (0x01)"), Failure.REFUSED, 0x01),
        (UnknownError("UnsupportedAccess (0x7e)"), Failure.REFUSED, 0x7E),
        (UnknownError("Timeout (0x94)"), Failure.UNREACHABLE, 0x94),
        (MatterError("0x7e without brackets"), Failure.UNREACHABLE, None),
    ],
)
def test_every_error_becomes_one_of_our_own(
    error: Exception, failure: Failure, status: int | None
) -> None:
    with pytest.raises(LinkError) as raised, translated_errors():
        raise error
    assert (raised.value.failure, raised.value.status) == (failure, status)
    assert str(raised.value) == failure.value


async def test_who_is_cancelled_stays_cancelled() -> None:
    async def wait() -> None:
        with translated_errors():
            await asyncio.Event().wait()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_request_that_the_client_gave_up_is_a_broken_connection() -> None:
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    answer.cancel()
    with pytest.raises(LinkError) as raised, translated_errors():
        await answer
    assert raised.value.failure is Failure.MATTER_UNAVAILABLE


# Events that are read afterwards.


def event(number: int, **changes: Any) -> MatterNodeEvent:
    """Give an event of the U400 as the client gives it."""
    values = {
        "node_id": U400_NODE,
        "endpoint_id": 1,
        "cluster_id": 257,
        "event_id": 2,
        "event_number": number,
        "priority": 2,
        "timestamp": 1_790_000_000_000,
        "timestamp_type": 1,
        "data": None,
    }
    return MatterNodeEvent(**(values | changes))


def reads(
    schema: int, events: list[Any], asked: list[Any], *, whole: bool = True
) -> LockReads:
    """Read over a client that has these events."""

    async def read(node_id: int, **arguments: Any) -> SimpleNamespace:
        asked.append((node_id, arguments))
        return SimpleNamespace(events=events)

    async def get_diagnostics() -> SimpleNamespace:
        return SimpleNamespace(events=events)

    address = NodeAddress(COMPRESSED_FABRIC, U400_NODE)
    client = SimpleNamespace(read=read, get_diagnostics=get_diagnostics)
    run = SimpleNamespace(
        async_create_background_task=lambda request, _name: asyncio.ensure_future(
            request
        )
    )
    link: Any = SimpleNamespace(
        hass=run,
        open_reads=set(),
        require_client=lambda: client,
        follows_all_along=lambda: whole,
        schema_version=schema,
        identity=SimpleNamespace(address=address, endpoint_id=1),
    )
    return LockReads(link)


async def test_new_servers_are_asked_for_what_they_do_not_remember() -> None:
    asked: list[Any] = []
    recent = await reads(14, [event(13), event(12)], asked).async_recent_events(11)
    assert [item.raw.event_number for item in recent.events] == [12, 13]
    assert not any(item.is_live for item in recent.events)
    assert not recent.joins(11)
    (node_id, arguments) = asked[0]
    assert node_id == U400_NODE
    assert arguments["event_min"] == 11
    assert arguments["event_paths"] == [{"path": "1/257/*"}]


async def test_last_event_that_the_lock_kept_proves_that_nothing_is_missing() -> None:
    asked: list[Any] = []
    found = reads(14, [event(13), event(12)], asked, whole=False)
    assert (await found.async_recent_events(12)).joins(12)
    assert len(asked) == 1


async def test_server_that_remembers_all_spares_the_lock() -> None:
    asked: list[Any] = []
    recent = await reads(14, [event(13), event(12)], asked).async_recent_events(12)
    assert recent.joins(12)
    assert asked == []


@pytest.mark.parametrize(("schema", "after"), [(13, 11), (14, None)])
async def test_other_servers_give_what_they_remember(
    schema: int, after: int | None
) -> None:
    asked: list[Any] = []
    events = [event(12), event(13, node_id=1), event(14, endpoint_id=2), 5, {}]
    recent = await reads(schema, events, asked).async_recent_events(after)
    assert [item.raw.event_number for item in recent.events] == [12]
    assert asked == []


async def test_event_that_lacks_a_part_is_left_out() -> None:
    damaged = {"node_id": U400_NODE, "endpoint_id": 1, "cluster_id": 257}
    recent = await reads(13, [damaged, event(12)], []).async_recent_events(None)
    assert [item.raw.event_number for item in recent.events] == [12]


# Words.


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "5 s"), (65, "1 min 5 s"), (3600, "1 h 0 min"), (90061, "25 h 1 min")],
)
def test_a_duration_in_words(seconds: int, text: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=dt_util.UTC)
    later = datetime.fromtimestamp(start.timestamp() + seconds, tz=dt_util.UTC)
    assert duration_text(later - start) == text


# The live feed of journals.


@pytest.fixture
async def opened(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Let Anna open the door."""
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    return house


@pytest.fixture
async def socket(
    opened: House, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Connect as the admin that the harness has."""
    return await hass_ws_client(hass)


async def subscribe(socket: MockHAClientWebSocket) -> dict[str, Any]:
    """Subscribe to the activity of every lock; gives the first message."""
    await socket.send_json_auto_id({"type": "aqara_lock/activity/subscribe"})
    assert (await socket.receive_json())["success"]
    first: dict[str, Any] = (await socket.receive_json())["event"]
    return first


async def test_feed_takes_a_lock_that_is_added_while_it_runs(
    opened: House, socket: MockHAClientWebSocket, u200_lock: FakeLock
) -> None:
    await subscribe(socket)
    opened.hass.config_entries.async_add_subentry(
        opened.home, ConfigSubentry(**_typed(subentry(u200_lock)))
    )
    await opened.settle()
    u200_lock.unlock_by_finger(user=1)
    await opened.settle()
    told = (await socket.receive_json())["event"]
    assert told["lines"][0]["lock_id"] == opened.subentry_id(1)


def _typed(data: Any) -> dict[str, Any]:
    """Give the data of a subentry as the config entries take it."""
    return {**data, "data": MappingProxyType(data["data"])}


async def test_feed_of_a_home_that_is_away_waits_for_it(
    opened: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    await subscribe(socket)
    await opened.hass.config_entries.async_unload(opened.home.entry_id)
    await opened.settle()
    await opened.hass.config_entries.async_setup(opened.home.entry_id)
    await opened.settle()
    await opened.tick(60)
    u400_lock.lock_by_hand()
    await opened.settle()
    told = (await socket.receive_json())["event"]
    assert "locked" in [line["type"] for line in told["lines"]]


async def test_feed_that_ends_while_a_change_is_due_sends_nothing(
    opened: House, u400_lock: FakeLock
) -> None:
    sent: list[Any] = []
    user = MockUser(is_owner=True).add_to_hass(opened.hass)
    connection: Any = SimpleNamespace(
        user=user, send_event=lambda _number, event: sent.append(event)
    )
    feed = ActivityFeed(opened.hass, connection, 1, None, 5)
    feed.async_start()
    await opened.settle()
    assert len(sent) == 1
    u400_lock.unlock_by_finger(user=2)
    lock = next(iter(opened.home.runtime_data.locks.values()))
    lock.entries_changed.send()
    feed.async_stop()
    await opened.settle()
    assert len(sent) == 1
    feed.async_stop()


# What an own command is taken for.


async def test_command_of_an_unknown_user_names_nobody(
    opened: House, u400_lock: FakeLock
) -> None:
    assert await async_source_of(opened.hass, None) == Source(Origin.UNKNOWN)
    gone = Context(user_id="0" * 32)
    assert await async_source_of(opened.hass, gone) == Source(Origin.UNKNOWN)


async def test_script_is_told_from_an_automation_and_from_its_user(
    opened: House,
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(opened.hass)
    parent = Context(user_id=user.id)
    opened.hass.states.async_set("automation.other", "on")
    opened.hass.states.async_set(
        "script.night", "on", {"friendly_name": "Night"}, context=parent
    )
    found = await async_source_of(
        opened.hass, Context(user_id=user.id, parent_id=parent.id)
    )
    assert found == Source(Origin.SCRIPT, "Night", user.id, "Dora")
    alone = await async_source_of(opened.hass, Context(user_id=user.id))
    assert alone == Source(Origin.USER, None, user.id, "Dora")


# A host and a node that say less than they should.


def test_host_whose_adapters_and_names_cannot_be_read() -> None:
    module = "custom_components.aqara_lock.network.host.reading"
    nobody: frozenset[str] = frozenset()
    with (
        patch(f"{module}.read_adapters", return_value=Gap.UNKNOWN),
        patch(f"{module}.if_nameindex", side_effect=OSError(EIO, "refused")),
        patch(f"{module}.open_netlink", nullcontext),
    ):
        host = read_host(Question(chosen=Chosen(nobody, nobody))).host
    unknown = (host.adapters, host.bridged_container, host.manager, host.ipv6_class)
    assert set(unknown) == {Gap.UNKNOWN}
    assert host.choices == {} or isinstance(host.choices, Gap)


async def test_node_with_lists_that_are_none(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes["1/257/65529"] = None
    u400_lock.attributes["0/31/0"] = None
    u400_lock.attributes["0/49/1"] = [{"0": octets("0011"), "1": True}]
    await house.start(u400_lock)
    assert (await known_of(house)).network is None
    lock = next(iter(house.home.runtime_data.locks.values()))
    assert lock.node.accepted_commands == lock.node.controller_nodes == frozenset()
    assert not lock.node.has_users
    assert "GetUser" not in u400_lock.asked


async def test_diagnostics_tell_which_entities_are_off_or_gone(
    house: House, matter: FakeMatterServer, hub: FakeHub
) -> None:
    lock = matter.add(U400_NODE, u400(hub.extended_address))
    await house.start(lock)
    house.hass.states.async_remove(house.entity_id("event", "activity"))
    found = await async_get_config_entry_diagnostics(house.hass, house.home)
    entities = found["locks"][0]["entities"]
    assert entities["sensor.rssi"] == "disabled"
    assert entities["event.activity"] == "missing"
    assert entities["lock.lock"] == "available"
