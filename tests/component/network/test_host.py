"""What this host says of itself: each failure told from an empty answer, and the memory of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface, ip_address
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import ifaddr
import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    AdapterKind,
    AddressFlag,
    Announcements,
    Fact,
    Gap,
    HostAddress,
    HostEvidence,
    IPv6Class,
    IPv6Method,
    NetworkManager,
    Sysctls,
    known,
)
from custom_components.aqara_lock.domain.thread.routing import RouteChoice, RouteState
from custom_components.aqara_lock.network.host import procfs
from custom_components.aqara_lock.network.host.adapters import (
    Chosen,
    read_adapters,
    read_flags,
)
from custom_components.aqara_lock.network.host.advertisements import (
    AnnouncementCache,
    read_announcements,
)
from custom_components.aqara_lock.network.host.conntrack import read_udp_stream_timeout
from custom_components.aqara_lock.network.host.manager import is_bridged, read_manager
from custom_components.aqara_lock.network.host.matter_server_host import (
    MatterServerHost,
    is_elsewhere,
)
from custom_components.aqara_lock.network.host.reading import (
    HostMonitor,
    Question,
    Reading,
    async_read_host,
    read_host,
)
from custom_components.aqara_lock.network.host.supervisor import (
    Supervised,
    async_ask_supervisor,
    parse_apps,
    parse_manager,
    parse_methods,
)
from custom_components.aqara_lock.network.host.sysctls import read_sysctls

MODULE = "custom_components.aqara_lock.network"
LOCK = IPv6Address("fd11:22:33:44::40")
LOCAL_URL = "ws://localhost:5580/ws"


def adapter(*addresses: str, name: str = "eth0", **more: Any) -> Adapter:
    """Give an adapter with addresses."""
    parsed = (IPv6Interface(x) if ":" in x else IPv4Interface(x) for x in addresses)
    return Adapter(name=name, addresses=tuple(map(HostAddress, parsed)), **more)


def write(root: Path, files: dict[str, object]) -> None:
    for name, value in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n")


@pytest.fixture
def container() -> Iterator[None]:
    """Let Home Assistant run in a container."""
    with patch(f"{MODULE}.host.manager.is_docker_env", return_value=True):
        yield


@pytest.fixture
def no_container() -> Iterator[None]:
    """Let Home Assistant run on the host itself."""
    with patch(f"{MODULE}.host.manager.is_docker_env", return_value=False):
        yield


# Kernel settings.


def test_kernel_settings(tmp_path: Path) -> None:
    values = {"accept_ra": 1, "disable_ipv6": 0, "forwarding": 1}
    files = {f"ipv6/conf/eth0/{key}": value for key, value in values.items()}
    write(tmp_path, files | {"ipv6/conf/eth0/accept_ra_rt_info_max_plen": 64})
    assert read_sysctls("eth0", tmp_path) == Sysctls(
        accept_ra=1, rt_info_max_plen=64, disable_ipv6=0, forwarding=1
    )


def test_a_kernel_that_learns_no_routes(tmp_path: Path) -> None:
    write(tmp_path, {"ipv6/conf/eth0/accept_ra": 1})
    assert read_sysctls("eth0", tmp_path).rt_info_max_plen is None


def test_a_kernel_without_ipv6(tmp_path: Path) -> None:
    write(tmp_path, {"ipv4/ip_forward": 0})
    found = read_sysctls("all", tmp_path)
    assert (found.disable_ipv6, found.accept_ra) == (1, Gap.NOT_CHECKABLE)


def test_a_system_without_kernel_settings(tmp_path: Path) -> None:
    found = read_sysctls("eth0", tmp_path / "missing")
    assert {found.accept_ra, found.rt_info_max_plen, found.disable_ipv6} == {
        Gap.NOT_CHECKABLE
    }
    assert read_udp_stream_timeout(tmp_path / "missing") is Gap.NOT_CHECKABLE


def test_a_setting_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    write(tmp_path, {"ipv6/conf/eth0/accept_ra": "none"})
    (tmp_path / "ipv6/conf/eth0/disable_ipv6").mkdir()
    found = read_sysctls("eth0", tmp_path)
    assert (found.accept_ra, found.disable_ipv6) == (Gap.UNKNOWN, Gap.UNKNOWN)


def test_the_firewall_timeout(tmp_path: Path) -> None:
    assert read_udp_stream_timeout(tmp_path) is None
    write(tmp_path, {"netfilter/nf_conntrack_udp_timeout_stream": 120})
    assert read_udp_stream_timeout(tmp_path) == 120


# Adapters.


def wire(name: str, index: int, *addresses: str) -> ifaddr.Adapter:
    """Give an adapter as ifaddr gives it."""
    parsed = (address.split("/") for address in addresses)
    ips = [
        ifaddr.IP((ip, 0, index) if ":" in ip else ip, int(length), name)
        for ip, length in parsed
    ]
    return ifaddr.Adapter(name, name, ips, index)


def test_adapters_have_what_they_have_now(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    write(tmp_path, {"if_inet6": f"{LOCK.exploded.replace(':', '')} 02 40 00 20 eth0"})
    present = [
        wire("lo", 1, "127.0.0.1/8", "::1/128"),
        wire("eth0", 2, "10.0.0.5/24", f"{LOCK}/64"),
        wire("wlan0", 3),
        wire("ifb0", 4),
        wire("wpan0", 5, "fd77::1/64"),
    ]
    chosen = Chosen(frozenset({"eth0", "wlan0"}), frozenset({"eth0"}))
    with patch(f"{MODULE}.host.adapters.ifaddr.get_adapters", return_value=present):
        found = known(read_adapters(chosen)) or ()
    assert [(x.name, x.kind, x.enabled) for x in found] == [
        ("eth0", AdapterKind.LAN, True),
        ("wlan0", AdapterKind.LAN, False),
        ("wpan0", AdapterKind.THREAD, False),
    ]
    assert found[0].addresses == (
        HostAddress(IPv4Interface("10.0.0.5/24")),
        HostAddress(IPv6Interface(f"{LOCK}/64"), frozenset({AddressFlag.DEPRECATED})),
    )
    assert found[1].addresses == ()


def test_a_system_that_shows_no_flags(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    chosen = Chosen(frozenset(), frozenset())
    present = [wire("en0", 2, "fd00::5/64")]
    with patch(f"{MODULE}.host.adapters.ifaddr.get_adapters", return_value=present):
        assert read_flags() is Gap.NOT_CHECKABLE
        (found,) = known(read_adapters(chosen)) or ()
        write(tmp_path, {"if_inet6": "what is this"})
        assert read_adapters(chosen) is Gap.UNKNOWN
    assert found.addresses == (HostAddress(IPv6Interface("fd00::5/64")),)
    assert found.announcements is Gap.NOT_CHECKABLE


def test_adapters_that_cannot_be_listed_are_unknown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    chosen = Chosen(frozenset(), frozenset())
    with patch(f"{MODULE}.host.adapters.ifaddr.get_adapters", side_effect=OSError):
        assert read_adapters(chosen) is Gap.UNKNOWN


# Router advertisements.


def announced(count: int) -> tuple[Adapter, ...]:
    return (adapter(announcements=Announcements(count=count)),)


def remembered(memory: AnnouncementCache, count: int) -> Announcements:
    (found,) = memory.complete(announced(count), dt_util.utcnow())
    assert isinstance(found.announcements, Announcements)
    return found.announcements


def test_a_counter_that_stands_still(freezer: FrozenDateTimeFactory) -> None:
    memory, start = AnnouncementCache(), dt_util.utcnow()
    remembered(memory, 4)
    freezer.tick(600)
    assert remembered(memory, 4) == Announcements(count=4, unchanged_since=start)
    freezer.tick(1)
    assert remembered(memory, 5).unchanged_since == start + timedelta(seconds=601)


def test_the_longest_gap_is_known_after_some_and_forgotten_in_the_end(
    freezer: FrozenDateTimeFactory,
) -> None:
    memory = AnnouncementCache()
    gaps = []
    for count, seconds in enumerate([0, 60, 60, 300, 60, 60, 60]):
        freezer.tick(seconds)
        gaps.append(remembered(memory, count).longest_gap)
    assert gaps == [None] * 6 + [300]
    for count in range(7, 27):
        freezer.tick(60)
        last = remembered(memory, count).longest_gap
    assert last == 60


def test_a_counter_that_fell_is_no_gap(freezer: FrozenDateTimeFactory) -> None:
    memory = AnnouncementCache()
    for count in range(7):
        freezer.tick(10)
        remembered(memory, count)
    freezer.tick(9000)
    found = remembered(memory, 1)
    assert (found.unchanged_since, found.longest_gap) == (dt_util.utcnow(), 10)


def test_a_counter_that_cannot_be_read(tmp_path: Path) -> None:
    assert read_announcements("eth0", tmp_path) is Gap.NOT_CHECKABLE
    write(tmp_path, {"dev_snmp6/eth0": "Icmp6InMsgs 4"})
    assert read_announcements("eth0", tmp_path) is Gap.UNKNOWN
    unread = (adapter(announcements=Gap.UNKNOWN),)
    assert AnnouncementCache().complete(unread, dt_util.utcnow()) == unread


# Who manages the network.


@pytest.mark.usefixtures("no_container")
@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({}, NetworkManager.NONE),
        ({"NetworkManager/devices/2": "[device]\nmanaged=true"}, "network_manager"),
        ({"NetworkManager/devices/2": "[device]\nmanaged=false"}, "none"),
        ({"NetworkManager/devices/9": "[device]\nmanaged=true"}, "none"),
        ({"systemd/netif/links/2": "ADMIN_STATE=configured"}, "networkd"),
        ({"systemd/netif/links/2": "ADMIN_STATE=unmanaged"}, "none"),
    ],
)
def test_who_manages_an_adapter(
    tmp_path: Path, files: dict[str, object], manager: str
) -> None:
    write(tmp_path, files)
    with patch(f"{MODULE}.host.manager.if_nametoindex", return_value=2):
        assert read_manager(["eth0"], tmp_path) == manager


@pytest.mark.usefixtures("no_container")
def test_a_manager_that_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "NetworkManager/devices/2").mkdir(parents=True)
    with patch(f"{MODULE}.host.manager.if_nametoindex", return_value=2):
        assert read_manager(["eth0"], tmp_path) is Gap.UNKNOWN
    with patch(f"{MODULE}.host.manager.if_nametoindex", side_effect=OSError):
        assert read_manager(["eth0"], tmp_path) is Gap.UNKNOWN
    assert read_manager(["eth0"], tmp_path / "missing") is Gap.NOT_CHECKABLE


@pytest.mark.usefixtures("container")
def test_inside_a_container_the_manager_does_not_show(tmp_path: Path) -> None:
    assert read_manager(["eth0"], tmp_path) is Gap.NOT_CHECKABLE


@pytest.mark.usefixtures("container")
@pytest.mark.parametrize(
    ("adapters", "bridged"),
    [
        ((adapter("172.17.0.2/16"),), True),
        ((adapter("172.30.4.2/16"), adapter("10.88.0.4/16", name="eth1")), True),
        ((adapter("192.168.48.3/20"),), True),
        ((adapter("192.168.1.20/24"),), False),
        ((adapter("172.16.1.20/24"),), False),
        ((adapter("172.17.0.2/16"), adapter(name="docker0")), False),
        ((adapter("fe80::1/64"),), Gap.UNKNOWN),
    ],
)
def test_a_container_with_a_network_of_its_own(
    adapters: tuple[Adapter, ...], bridged: Fact[bool]
) -> None:
    assert is_bridged(adapters) is bridged


@pytest.mark.usefixtures("container")
@pytest.mark.parametrize(
    ("adapters", "in_pod"),
    [
        ((adapter("10.42.0.17/24"),), True),
        ((adapter("10.244.1.4/24"),), True),
        ((adapter("192.168.77.131/32"),), True),
        ((adapter("10.42.0.17/24"), adapter("192.168.1.9/24", name="net1")), False),
        ((adapter("10.42.0.17/24"), adapter(name="cni0")), False),
        ((adapter("10.42.0.17/24"), adapter(name="cilium_host")), False),
        ((adapter("192.168.1.20/24"),), False),
    ],
)
def test_a_pod_with_a_network_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
    adapters: tuple[Adapter, ...],
    in_pod: bool,
) -> None:
    assert is_bridged(adapters) is False
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.43.0.1")
    assert is_bridged(adapters) is in_pod


@pytest.mark.usefixtures("no_container")
def test_a_host_in_such_a_range_is_no_container() -> None:
    assert is_bridged([adapter("172.17.0.2/16")]) is False


@pytest.mark.usefixtures("container")
def test_in_a_bridged_container_the_host_cannot_be_looked_at() -> None:
    question = Question(chosen=Chosen(*[frozenset({"eth0"})] * 2))
    with patch(
        f"{MODULE}.host.reading.read_adapters", return_value=(adapter("172.17.0.2/16"),)
    ):
        reading = read_host(question)
    host = reading.host
    assert host.bridged_container is True
    seen = (host.adapters, host.routes, host.choices, host.neighbours, host.manager)
    assert set(map(str, (*seen, host.udp_stream_timeout, reading.gateway))) == {
        str(Gap.NOT_CHECKABLE)
    }
    assert host.all_interfaces.accept_ra is Gap.NOT_CHECKABLE


# The Supervisor.


def test_the_supervisor_knows_the_manager_and_the_settings() -> None:
    assert parse_manager({"hassos": "17.1"}) is NetworkManager.HAOS
    assert parse_manager({"hassos": None}) is NetworkManager.NETWORK_MANAGER
    interfaces: list[dict[str, Any]] = [
        {"interface": "end0", "ipv6": {"method": "disabled"}},
        {"interface": "wlan0", "ipv6": {"method": "auto"}},
        {"interface": "wwan0", "ipv6": None},
        {"interface": "eth9", "ipv6": {"method": "new"}},
    ]
    found = Supervised(present=True, methods=parse_methods({"interfaces": interfaces}))
    assert found.method_of("end0") is IPv6Method.DISABLED
    assert found.method_of("wlan0") is IPv6Method.AUTO
    assert found.method_of("wwan0") is found.method_of("eth9") is Gap.UNKNOWN
    assert Supervised().method_of("end0") is Gap.NOT_CHECKABLE


@pytest.mark.parametrize(
    "said", [None, 5, "x", [], [None], {}, {"interfaces": 5}, {"interfaces": [None, 5]}]
)
def test_supervisor_that_says_it_in_another_shape(said: Any) -> None:
    assert parse_methods(said) == {}
    assert parse_manager(said) in set(NetworkManager) | {Gap.UNKNOWN}
    assert parse_apps(said) in ({}, Gap.UNKNOWN)


@pytest.mark.parametrize(
    "interface",
    [
        {},
        {"ipv6": {"method": "auto"}},
        {"interface": None, "ipv6": {"method": "auto"}},
        {"interface": "end0", "ipv6": "auto"},
        {"interface": "end0", "ipv6": {"method": ["auto"]}},
        {"interface": "end0", "ipv6": {"method": None}},
    ],
)
def test_interface_of_another_shape_leaves_the_others(interface: Any) -> None:
    good = {"interface": "wlan0", "ipv6": {"method": "auto"}}
    found = parse_methods({"interfaces": [interface, good]})
    assert found == {"wlan0": IPv6Method.AUTO}


def test_app_of_another_shape_leaves_the_others() -> None:
    good = {"slug": "core_matter_server", "version": "8.1.0"}
    own = {"slug": "local_anna", "version": "1"}
    odd = [None, 5, {}, {"slug": None}, {"slug": 5}, {"slug": "core_x"}, own]
    assert parse_apps([*odd, good]) == {"matter_server": "8.1.0"}


async def test_a_supervisor_that_is_not_ready(hass: HomeAssistant) -> None:
    assert async_ask_supervisor(hass) == Supervised()
    hass.config.components.add("hassio")
    found = async_ask_supervisor(hass)
    assert (found.present, found.manager) == (True, Gap.UNKNOWN)


# The Matter server's host.


@pytest.mark.parametrize(
    ("url", "addresses", "supervised", "elsewhere"),
    [
        (LOCAL_URL, Gap.UNKNOWN, False, False),
        ("ws://core-matter-server:5580/ws", Gap.UNKNOWN, True, False),
        ("ws://5c53de3b-matterjs-server:5580/ws", Gap.UNKNOWN, True, False),
        ("ws://core-matter-server:5580/ws", Gap.UNKNOWN, False, Gap.UNKNOWN),
        ("ws://127.0.1.1:5580/ws", frozenset({"127.0.1.1"}), False, False),
        ("ws://10.0.0.5:5580/ws", frozenset({"10.0.0.5"}), False, False),
        ("ws://[fd00::5]:5580/ws", frozenset({"fd00::5"}), False, False),
        ("ws://10.0.0.9:5580/ws", frozenset({"10.0.0.9"}), True, True),
        ("ws://matter:5580/ws", frozenset({"10.0.0.9"}), False, True),
        (None, Gap.UNKNOWN, False, Gap.UNKNOWN),
        ("ws://[broken", Gap.UNKNOWN, False, Gap.UNKNOWN),
    ],
)
def test_where_the_matter_server_is(
    url: str | None,
    addresses: Fact[frozenset[str]],
    supervised: bool,
    elsewhere: Fact[bool],
) -> None:
    host = (adapter("10.0.0.5/24", "fd00::5/64"),)
    found = (
        addresses
        if isinstance(addresses, Gap)
        else frozenset(ip_address(x) for x in addresses)
    )
    assert is_elsewhere(url, found, host, supervised=supervised) is elsewhere


async def test_a_name_is_resolved_seldom(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    server, url = MatterServerHost(), "ws://matter.home:5580/ws"
    answer = [(2, 1, 6, "", ("10.0.0.9", 0))]
    with patch.object(hass.loop, "getaddrinfo", side_effect=[OSError, answer]) as ask:
        assert await server.async_addresses(url) is Gap.UNKNOWN
        freezer.tick(599)
        assert await server.async_addresses(url) is Gap.UNKNOWN
        freezer.tick(1)
        assert await server.async_addresses(url) == {ip_address("10.0.0.9")}
        assert await server.async_addresses(url) == {ip_address("10.0.0.9")}
    assert ask.call_count == 2


async def test_an_address_needs_no_resolving(hass: HomeAssistant) -> None:
    server = MatterServerHost()
    with patch.object(hass.loop, "getaddrinfo") as ask:
        found = await server.async_addresses("ws://[fe80::1%25eth0]:5580/ws")
        assert await server.async_addresses(LOCAL_URL) is Gap.UNKNOWN
    assert found == {ip_address("fe80::1")}
    ask.assert_not_called()


# The facade.


class Host:
    """A host whose readings are given; notes in which thread it was read."""

    def __init__(self, reading: HostEvidence) -> None:
        """Begin with a reading."""
        self.reading = reading
        self.questions: list[Question] = []
        self.threads: set[int] = set()
        self.held = threading.Event()
        self.held.set()

    def read(self, question: Question) -> Reading:
        """Answer as `read_host`."""
        self.questions.append(question)
        self.threads.add(threading.get_ident())
        assert self.held.wait(10)
        return Reading(host=self.reading)


@pytest.fixture
def host() -> Iterator[Host]:
    """Give a host that has a link-local address and no way to the lock."""
    made = Host(
        HostEvidence(
            adapters=(adapter("fe80::5/64"),),
            choices={LOCK: RouteChoice(way=RouteState.NO_ROUTE)},
        )
    )
    with patch(f"{MODULE}.host.reading.read_host", made.read):
        yield made


@pytest.fixture
def watch(hass: HomeAssistant, host: Host) -> HostMonitor:
    """Give a watch over that host."""
    return HostMonitor(hass, lambda: [LOCK], lambda: LOCAL_URL)


async def test_one_reading_leaves_the_event_loop_alone(
    hass: HomeAssistant, host: Host
) -> None:
    one = {"name": "eth7", "enabled": True}
    with patch(f"{MODULE}.host.reading.network.async_get_adapters", return_value=[one]):
        found = await async_read_host(hass, [LOCK], LOCAL_URL)
    assert found == host.reading
    assert len(host.threads) == 1
    assert threading.get_ident() not in host.threads
    (question,) = host.questions
    assert question.lock_addresses == {LOCK}
    assert question.chosen.enabled == {"eth7"}
    assert question.matter_url == LOCAL_URL


async def test_nothing_is_known_before_the_first_look(watch: HostMonitor) -> None:
    assert watch.evidence.adapters is Gap.UNKNOWN
    assert watch.evidence.ipv6_class is Gap.UNKNOWN
    assert watch.gateway is Gap.UNKNOWN


async def test_since_when_the_class_is_seen(
    watch: HostMonitor, host: Host, freezer: FrozenDateTimeFactory
) -> None:
    start = dt_util.utcnow()
    await watch.async_refresh("start")
    freezer.tick(60)
    assert (await watch.async_refresh("tick")).ipv6_class_since == start
    host.reading = replace(host.reading, adapters=(adapter("fd00::5/64"),))
    found = await watch.async_refresh("tick")
    assert found.ipv6_class is IPv6Class.LOCAL
    assert found.ipv6_class_since == dt_util.utcnow()


async def test_a_failed_reading_does_not_start_the_clock_anew(
    watch: HostMonitor, host: Host, freezer: FrozenDateTimeFactory
) -> None:
    start, before = dt_util.utcnow(), host.reading
    await watch.async_refresh("start")
    freezer.tick(60)
    host.reading = replace(before, adapters=Gap.UNKNOWN, choices=Gap.UNKNOWN)
    found = await watch.async_refresh("tick")
    assert (found.ipv6_class, found.choices) == (Gap.UNKNOWN, Gap.UNKNOWN)
    assert found.ipv6_class_since is None
    host.reading = before
    assert (await watch.async_refresh("tick")).ipv6_class_since == start


async def test_since_when_the_way_is_so(
    watch: HostMonitor, host: Host, freezer: FrozenDateTimeFactory
) -> None:
    async def since() -> object:
        found = known((await watch.async_refresh("tick")).choices) or {}
        seen.append(found[LOCK].seen_since)
        return found[LOCK].since

    seen: list[object] = []
    start = dt_util.utcnow()
    assert await since() is None
    freezer.tick(60)
    assert await since() is None
    assert seen == [start, start]
    for way in (RouteState.ROUTED, RouteState.NO_ROUTE):
        host.reading = replace(host.reading, choices={LOCK: RouteChoice(way=way)})
        changed = dt_util.utcnow()
        assert await since() == changed
        freezer.tick(60)
        assert await since() == changed
        assert seen[-2:] == [changed, changed]


async def test_many_who_ask_at_once_share_a_look(
    watch: HostMonitor, host: Host
) -> None:
    host.held.clear()
    asked = [asyncio.ensure_future(watch.async_refresh("first"))]
    while not host.questions:
        await asyncio.sleep(0)
    fresh = HostEvidence(adapters=(adapter("fd00::5/64"),))
    asked += [asyncio.ensure_future(watch.async_refresh("more")) for _ in range(5)]
    await asyncio.sleep(0)
    first, host.reading = host.reading, fresh
    host.held.set()
    found = await asyncio.gather(*asked)
    assert len(host.questions) == 2
    assert {x.ipv6_class for x in found[1:]} == {IPv6Class.LOCAL}
    assert first.ipv6_class is IPv6Class.LINK_LOCAL


async def test_look_that_nobody_waits_for_any_more_is_not_begun_a_second_time(
    watch: HostMonitor, host: Host
) -> None:
    """A thread cannot be stopped: one more at every tick would use up all of them."""
    host.held.clear()
    for _ in range(3):
        asked = asyncio.ensure_future(watch.async_refresh("tick"))
        while not host.questions:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    assert len(host.questions) == 1
    host.held.set()
    found = await watch.async_refresh("tick")
    assert found.ipv6_class is IPv6Class.LINK_LOCAL
    assert len(host.questions) == 1
    await watch.async_refresh("tick")
    assert len(host.questions) == 2
