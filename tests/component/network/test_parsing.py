"""What the kernel shows, as it was recorded on a host with two border routers, and read."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    Gap,
)
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    Route,
    RouteState,
)
from custom_components.aqara_lock.network.host import procfs
from custom_components.aqara_lock.network.host.adapters import (
    kind_of,
    parse_flags,
    read_flags,
)
from custom_components.aqara_lock.network.host.advertisements import (
    parse_counter,
    read_announcements,
)
from custom_components.aqara_lock.network.host.default_gateway import (
    choose_gateway,
    parse_gateway,
    read_default_gateway,
)
from custom_components.aqara_lock.network.host.neighbours import (
    parse_neighbour,
    read_neighbours,
)
from custom_components.aqara_lock.network.host.netlink import Netlink, NetlinkFailed
from custom_components.aqara_lock.network.host.routes import (
    parse_listed_routes,
    parse_route,
    read_choices,
    read_routes,
)

NAMES = {1: "lo", 2: "eth0", 3: "tun0"}
MESH = IPv6Network("fd11:22:33:44::/64")
LOCK = IPv6Address("fd11:22:33:44:56ef:44ff:fe02:40")
HUB, HUB2 = "fe80::56ef:44ff:fe00:12", "fe80::56ef:44ff:fe00:13"
OWN = "fd99:a:b:1:0:ff:fe00:10"
IF_INET6 = """\
fe80000000000000000000fffe000010 02 40 20 80     eth0
fd99000a000b0001000000fffe000010 02 40 00 00     eth0
00000000000000000000000000000001 01 80 10 80       lo
"""
IPV6_ROUTE = """\
fd110022003300440000000000000000 40 00000000000000000000000000000000 00 \
fe8000000000000056ef44fffe000012 00000400 00000004 00000000 00c40003     eth0
fd110022003300440000000000000000 40 00000000000000000000000000000000 00 \
fe8000000000000056ef44fffe000013 00000400 00000001 00000000 00c40003     eth0
fd99000a000b00010000000000000000 40 00000000000000000000000000000000 00 \
00000000000000000000000000000000 00000100 00000001 00000000 004c0001     eth0
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 \
00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
00000000000000000000000000000001 80 00000000000000000000000000000000 00 \
00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
fd99000a000b0001000000fffe000010 80 00000000000000000000000000000000 00 \
00000000000000000000000000000000 00000000 00000004 00000000 80200001     eth0
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 \
00000000000000000000000000000000 00000100 00000005 00000000 00000001     eth0
"""
IPV4_ROUTE = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0100630A	0003	0	0	100	00000000	0	0	0
eth0	0000630A	00000000	0001	0	0	0	00FFFFFF	0	0	0
"""
DEV_SNMP6 = """\
ifIndex                         	2
Icmp6InMsgs                     	7
Icmp6InRouterAdvertisements     	4
Icmp6OutRouterSolicits          	3
"""


def route_message(**changes: Any) -> dict[str, Any]:
    """Give a learned route as pyroute2 gives it; None leaves an attribute out."""
    values = {
        "RTA_DST": "fd11:22:33:44::",
        "RTA_PRIORITY": 1024,
        "RTA_GATEWAY": HUB,
        "RTA_OIF": 2,
        "RTA_CACHEINFO": {"rta_expires": 179625},
        **{key: value for key, value in changes.items() if key.startswith("RTA_")},
    }
    fields = {"dst_len": 64, "proto": 9, "type": 1}
    fields |= {key: value for key, value in changes.items() if key in fields}
    attrs = [(key, value) for key, value in values.items() if value is not None]
    return {"attrs": attrs, **fields}


def neighbour_message(
    address: str, state: int, mac: str | None, kind: int = 1
) -> dict[str, Any]:
    """Give an entry of the neighbour table as pyroute2 gives it."""
    attrs = [("NDA_DST", address)] + ([("NDA_LLADDR", mac)] if mac else [])
    return {"attrs": attrs, "ifindex": 2, "ndm_type": kind, "state": state}


class KernelError(Exception):
    """Stands for pyroute2's error."""

    def __init__(self, code: int) -> None:
        """Take the number."""
        super().__init__(code, "refused")
        self.code = code


class FakeKernel:
    """Answers as an open `IPRoute`; an exception as an answer is raised."""

    def __init__(self, **answers: Any) -> None:
        """Take an answer for each method."""
        self._answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Any:
        """Give a method that answers."""

        def answer(*_: Any, **filters: Any) -> Any:
            self.asked.append((method, filters))
            found = self._answers[method]
            if isinstance(found, Exception):
                raise found
            return found

        return answer


def netlink(**answers: Any) -> Netlink:
    return Netlink(FakeKernel(**answers), KernelError)


def test_address_flags() -> None:
    changed = IF_INET6.replace("20 80     eth0", "20 c8     eth0")
    changed = changed.replace("00 00     eth0", "00 20     eth0")
    own, wide = IPv6Address("fe80::ff:fe00:10"), IPv6Address(OWN)
    assert parse_flags(IF_INET6)["eth0", own] == frozenset()
    found = parse_flags(changed)
    assert found["eth0", own] == {AddressFlag.DAD_FAILED, AddressFlag.TENTATIVE}
    assert found["eth0", wide] == {AddressFlag.DEPRECATED}


def test_an_optimistic_address_is_not_tentative() -> None:
    found = parse_flags(IF_INET6.replace("00 00     eth0", "00 44     eth0"))
    assert found["eth0", IPv6Address(OWN)] == frozenset()


def test_listed_routes_leave_out_own_addresses_and_refusals() -> None:
    routes = parse_listed_routes(IPV6_ROUTE)
    assert [(str(r.destination), r.from_route_info) for r in routes] == [
        ("fd11:22:33:44::/64", True),
        ("fd11:22:33:44::/64", True),
        ("fd99:a:b:1::/64", False),
        ("fe80::/64", False),
    ]
    assert routes[1].next_hop == IPv6Address(HUB2)
    assert (routes[1].metric, routes[1].interface) == (1024, "eth0")
    assert routes[2].next_hop is None


def test_a_learned_route() -> None:
    assert list(parse_route(route_message(), NAMES)) == [
        Route(
            destination=MESH,
            next_hop=IPv6Address(HUB),
            interface="eth0",
            metric=1024,
            expires=1797,
            protocol="ra",
            from_route_info=True,
        )
    ]


@pytest.mark.parametrize(
    ("ticks", "expires", "usable"),
    [(0, None, True), (1, 1, True), (-1, 0, False), (-1500, -15, False)],
)
def test_an_expired_route_that_is_still_listed_is_not_usable(
    ticks: int, expires: int | None, usable: bool
) -> None:
    message = route_message(RTA_CACHEINFO={"rta_expires": ticks})
    (route,) = parse_route(message, NAMES)
    assert (route.expires, route.is_usable) == (expires, usable)


def test_one_route_over_several_hops() -> None:
    hops = [{"oif": 2, "attrs": [("RTA_GATEWAY", hop)]} for hop in (HUB, HUB2)]
    message = route_message(RTA_GATEWAY=None, RTA_OIF=None, RTA_MULTIPATH=hops)
    routes = list(parse_route(message, NAMES))
    assert [str(r.next_hop) for r in routes] == [HUB, HUB2]
    assert {r.destination for r in routes} == {MESH}
    assert all(r.from_route_info for r in routes)


def test_a_default_router_is_no_route_information() -> None:
    (route,) = parse_route(route_message(RTA_DST=None, dst_len=0), NAMES)
    assert route.is_default
    assert not route.from_route_info


def test_a_refusing_route_is_no_route() -> None:
    assert list(parse_route(route_message(type=7), NAMES)) == []


def test_the_way_to_an_address_and_its_source() -> None:
    answer = route_message(
        RTA_DST=str(LOCK), dst_len=128, RTA_PREFSRC=OWN, RTA_CACHEINFO=None
    )
    routes = tuple(parse_route(route_message(), NAMES))
    found = read_choices(netlink(route=[answer]), [LOCK], routes, NAMES)
    assert not isinstance(found, Gap)
    choice = found[LOCK]
    assert (choice.way, str(choice.next_hop)) == (RouteState.ROUTED, HUB)
    assert (str(choice.source), choice.interface) == (OWN, "eth0")


def test_a_link_local_source_is_no_source() -> None:
    answer = route_message(RTA_PREFSRC="fe80::ff:fe00:10")
    routes = tuple(parse_route(route_message(), NAMES))
    found = read_choices(netlink(route=[answer]), [LOCK], routes, NAMES)
    assert not isinstance(found, Gap)
    assert found[LOCK].way is RouteState.NO_SOURCE


def test_a_way_that_is_in_no_listed_table_is_asked_for() -> None:
    kernel = FakeKernel(route=[route_message(RTA_DST=None, dst_len=0, RTA_PREFSRC=OWN)])
    found = read_choices(Netlink(kernel, KernelError), [LOCK], (), NAMES)
    assert not isinstance(found, Gap)
    assert found[LOCK].way is RouteState.DEFAULT_ROUTE
    assert [filters["flags"] for _, filters in kernel.asked] == [0, 0x2000]


@pytest.mark.parametrize("code", [101, 113, 13, 22])
def test_no_way_is_an_answer(code: int) -> None:
    found = read_choices(netlink(route=KernelError(code)), [LOCK], (), NAMES)
    assert not isinstance(found, Gap)
    assert found[LOCK].way is RouteState.NO_ROUTE


@pytest.mark.parametrize("error", [KernelError(1), OSError(), KernelError(105)])
def test_a_question_that_fails_is_not_an_empty_answer(error: Exception) -> None:
    broken = netlink(get_routes=error, get_neighbours=error, route=error)
    assert read_choices(broken, [LOCK], (), NAMES) is Gap.UNKNOWN
    assert read_routes(broken, NAMES) is Gap.UNKNOWN
    assert read_neighbours(broken, NAMES) is Gap.UNKNOWN
    assert read_default_gateway(broken, NAMES) is Gap.UNKNOWN
    with pytest.raises(NetlinkFailed):
        broken.neighbours()


@pytest.mark.parametrize("message", [{}, {"state": 2, "attrs": [("NDA_DST", "?")]}])
def test_an_answer_that_cannot_be_read_is_not_known(message: dict[str, Any]) -> None:
    odd = netlink(get_neighbours=[message], get_routes=[message], route=[message])
    routes = read_routes(odd, NAMES)
    assert read_neighbours(odd, NAMES) is Gap.UNKNOWN
    assert routes is Gap.UNKNOWN
    assert read_default_gateway(odd, NAMES) is Gap.UNKNOWN
    choices = read_choices(odd, [IPv6Address("fd11::1")], routes, NAMES)
    assert choices is Gap.UNKNOWN


def test_neighbours() -> None:
    messages = [
        neighbour_message(HUB, 0x02, "54:ef:44:00:00:12"),
        neighbour_message("10.99.0.12", 0x20, None),
        neighbour_message("ff02::16", 0x40, "33:33:00:00:00:16", kind=5),
        neighbour_message(OWN, 0x40, "00:00:00:00:00:00", kind=2),
        neighbour_message("10.99.0.13", 0, None),
    ]
    assert [parse_neighbour(message, NAMES) for message in messages] == [
        Neighbour(
            address=f"{HUB}%eth0",
            mac="54:ef:44:00:00:12",
            state=NeighbourState.REACHABLE,
        ),
        Neighbour(address="10.99.0.12", mac=None, state=NeighbourState.FAILED),
        None,
        None,
        None,
    ]


def test_only_hosts_are_kept_of_the_table() -> None:
    seen = neighbour_message(HUB, 0x02, "54:ef:44:00:00:12")
    group = neighbour_message("ff02::16", 0x40, "33:33:00:00:00:16", kind=5)
    found = read_neighbours(netlink(get_neighbours=[seen, group]), NAMES)
    assert not isinstance(found, Gap)
    assert {neighbour.address for neighbour in found} == {f"{HUB}%eth0"}


def test_neighbours_cannot_be_looked_at_without_netlink() -> None:
    assert read_neighbours(None, NAMES) is Gap.NOT_CHECKABLE


def test_the_default_gateway() -> None:
    router = IPv4Address("10.99.0.1"), "eth0"
    assert parse_gateway(IPV4_ROUTE) == router
    messages = [
        route_message(RTA_DST=None, dst_len=0, RTA_GATEWAY="10.8.0.1", RTA_OIF=3),
        route_message(RTA_DST=None, dst_len=0, RTA_GATEWAY="10.99.0.1"),
        route_message(RTA_DST="10.0.0.0", dst_len=8, RTA_GATEWAY="10.99.0.7"),
    ]
    assert choose_gateway(messages, NAMES) == router


@pytest.mark.parametrize("via", ["10100630A", "-1", "x", "9" * 5000], ids=range(4))
def test_route_that_is_no_address_is_unknown(
    via: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    (tmp_path / "route").write_text(IPV4_ROUTE.replace("0100630A", via))
    assert read_default_gateway(None, NAMES) is Gap.UNKNOWN


@pytest.mark.parametrize(
    "message", [5, "eth0", [], {"attrs": 5}, {"attrs": [5]}, {"attrs": [("a",)]}]
)
def test_message_of_another_shape_is_unknown(message: object) -> None:
    answers = {"get_routes": [message], "get_neighbours": [message]}
    asked = netlink(**answers, route=[message])
    assert read_routes(asked, NAMES) is Gap.UNKNOWN
    assert read_choices(asked, [LOCK], (), NAMES) is Gap.UNKNOWN
    assert read_neighbours(asked, NAMES) is Gap.UNKNOWN
    assert read_default_gateway(asked, NAMES) is Gap.UNKNOWN


@pytest.mark.parametrize(
    "line", ["f" * 400, "x y z", "::1 02 40 20 80 eth0", "fe80 02 40 20 zz eth0"]
)
def test_table_of_another_shape_is_unknown(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procfs, "NET", tmp_path)
    (tmp_path / "if_inet6").write_text(IF_INET6 + line)
    (tmp_path / "ipv6_route").write_text(IPV6_ROUTE + line)
    assert read_flags() is Gap.UNKNOWN
    assert read_routes(None, NAMES) is Gap.UNKNOWN


def test_counter_that_is_no_number_is_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "dev_snmp6"
    folder.mkdir()
    (folder / "eth0").write_text(DEV_SNMP6.replace("\t4\n", f"\t{'9' * 5000}\n"))
    assert read_announcements("eth0", tmp_path) is Gap.UNKNOWN


def test_no_default_gateway() -> None:
    assert parse_gateway(IPV4_ROUTE.replace("0003", "0001")) is None
    assert choose_gateway([], NAMES) is None


def test_the_counter_of_advertisements() -> None:
    assert parse_counter(DEV_SNMP6) == 4
    assert parse_counter("Icmp6InMsgs 7") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("eth0", AdapterKind.LAN),
        ("end0", AdapterKind.LAN),
        ("enp3s0.20", AdapterKind.LAN),
        ("wlan0", AdapterKind.LAN),
        ("br0", AdapterKind.LAN),
        ("vmbr0", AdapterKind.LAN),
        ("wpan0", AdapterKind.THREAD),
        ("docker0", AdapterKind.OTHER),
        ("hassio", AdapterKind.OTHER),
        ("br-0123456789ab", AdapterKind.OTHER),
        ("veth12ab", AdapterKind.OTHER),
        ("tailscale0", AdapterKind.OTHER),
        ("wg0", AdapterKind.OTHER),
        ("ztabcdefgh", AdapterKind.OTHER),
        ("nordlynx", AdapterKind.OTHER),
        ("cilium_host", AdapterKind.OTHER),
        ("kube-ipvs0", AdapterKind.OTHER),
        ("incusbr0", AdapterKind.OTHER),
        ("vboxnet0", AdapterKind.OTHER),
        ("vmnet8", AdapterKind.OTHER),
        ("anpi0", AdapterKind.OTHER),
    ],
)
def test_what_an_adapter_leads_to(name: str, kind: AdapterKind) -> None:
    assert kind_of(name) is kind
