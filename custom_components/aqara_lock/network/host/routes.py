"""IPv6 routes of this host, and the way that the kernel would choose for an address."""

from collections.abc import Iterable, Iterator, Mapping
from errno import EADDRNOTAVAIL, ENETUNREACH
from ipaddress import IPv6Address, IPv6Network
from math import ceil
from socket import AF_INET6, SOCK_DGRAM, socket
from typing import Any, Final

from ...domain.diagnosis import Fact, Gap, known
from ...domain.thread import LEARNED, Route, RouteChoice, RouteState, best_route
from . import procfs
from .netlink import (
    MATCH_ENTRY,
    UNREADABLE,
    Message,
    Netlink,
    NetlinkFailed,
    attributes,
)

UNICAST: Final = 1
PROTOCOLS: Final = {2: "kernel", 3: "boot", 4: "static", 9: LEARNED, 16: "dhcp"}
"""`rtm_protocol` (rtnetlink(7)); of others the number is given."""
TICKS: Final = 100
"""Clock ticks of a second in what the kernel tells programs (`USER_HZ`)."""
UP: Final = 0x1
REJECT: Final = 0x200
ROUTE_INFO: Final = 0x800000
LOCAL: Final = 0x80000000
"""Flags of `/proc/net/ipv6_route` (linux/ipv6_route.h)."""
ANY_PORT: Final = 5540
"""No packet is sent to it."""


def read_routes(
    netlink: Netlink | None, names: Mapping[int, str]
) -> Fact[tuple[Route, ...]]:
    """Read the main table; without netlink the lifetimes of routes are not known."""
    if netlink is None:
        return _listed_routes()
    try:
        messages = netlink.ipv6_routes()
        return tuple(r for message in messages for r in parse_route(message, names))
    except (NetlinkFailed, *UNREADABLE) as err:
        return procfs.failed("IPv6 routes", err)


def read_choices(
    netlink: Netlink | None,
    addresses: Iterable[IPv6Address],
    routes: Fact[tuple[Route, ...]],
    names: Mapping[int, str],
) -> Fact[Mapping[IPv6Address, RouteChoice]]:
    """Ask the kernel how it would send to each address; sends nothing."""
    try:
        if netlink is not None:
            listed = known(routes) or ()
            return {a: _ask_kernel(netlink, a, listed, names) for a in addresses}
        if isinstance(routes, Gap):
            return routes
        return {a: _try_socket(a, routes) for a in addresses}
    except (NetlinkFailed, OSError, *UNREADABLE) as err:
        return procfs.failed("the way to the locks", err)


def parse_route(message: Message, names: Mapping[int, str]) -> Iterator[Route]:
    """Read a route message; one with several next hops gives as many routes."""
    if message["type"] != UNICAST:
        return
    common = attributes(message)
    for hop in common.get("RTA_MULTIPATH") or [message]:
        own = {**common, **attributes(hop)}
        index = own.get("RTA_OIF", hop.get("oif"))
        protocol = PROTOCOLS.get(message["proto"], str(message["proto"]))
        gateway = own.get("RTA_GATEWAY")
        yield Route(
            destination=_network(own.get("RTA_DST"), message["dst_len"]),
            next_hop=IPv6Address(gateway) if gateway else None,
            interface=interface_name(index, names),
            metric=own.get("RTA_PRIORITY", 0),
            expires=_seconds(own.get("RTA_CACHEINFO")),
            protocol=protocol,
            from_route_info=_is_route_info(protocol, gateway, message["dst_len"]),
        )


def parse_listed_routes(text: str) -> tuple[Route, ...]:
    """Read the text of `/proc/net/ipv6_route`, which lists expired routes for 20 s."""
    lines = (line.split() for line in text.splitlines())
    return tuple(_listed(fields) for fields in lines if _is_of_main_table(fields))


def _ask_kernel(
    netlink: Netlink,
    address: IPv6Address,
    routes: Iterable[Route],
    names: Mapping[int, str],
) -> RouteChoice:
    answer = netlink.route_to(str(address))
    if answer is None:
        return RouteChoice.of(route=None, source=None)
    own = attributes(answer)
    gateway, source = own.get("RTA_GATEWAY"), own.get("RTA_PREFSRC")
    hop = IPv6Address(gateway) if gateway else None
    interface = interface_name(own.get("RTA_OIF"), names)
    same = [r for r in routes if (r.next_hop, r.interface) == (hop, interface)]
    route = best_route(address, same) or Route(
        destination=_matched(netlink, address),
        next_hop=hop,
        interface=interface,
    )
    return RouteChoice.of(route=route, source=IPv6Address(source) if source else None)


def _matched(netlink: Netlink, address: IPv6Address) -> IPv6Network:
    """Ask for the destination of a route that is in no table which is listed here."""
    entry = netlink.route_to(str(address), MATCH_ENTRY)
    if entry is None:
        raise NetlinkFailed(f"the route to {address} changed meanwhile")
    return _network(attributes(entry).get("RTA_DST"), entry["dst_len"])


def _try_socket(address: IPv6Address, routes: Iterable[Route]) -> RouteChoice:
    """Connect a datagram socket, which sends nothing, and look where it starts from."""
    route = best_route(address, routes)
    with socket(AF_INET6, SOCK_DGRAM) as probe:
        try:
            probe.connect((str(address), ANY_PORT))
        except OSError as err:
            if err.errno == EADDRNOTAVAIL:
                return RouteChoice(way=RouteState.NO_SOURCE)
            if err.errno == ENETUNREACH:
                return RouteChoice.of(route=None, source=None)
            raise
        source = IPv6Address(probe.getsockname()[0].partition("%")[0])
    if route is None:
        raise OSError(ENETUNREACH, "the kernel knows a route that is not listed")
    return RouteChoice.of(route=route, source=source)


def _listed_routes() -> Fact[tuple[Route, ...]]:
    text = procfs.read(procfs.NET / "ipv6_route")
    if isinstance(text, Gap):
        return text
    try:
        return parse_listed_routes(text)
    except UNREADABLE as err:
        return procfs.failed("ipv6_route", err)


def _listed(fields: list[str]) -> Route:
    flags, via = int(fields[8], 16), _address(fields[4])
    return Route(
        destination=IPv6Network((int(fields[0], 16), int(fields[1], 16))),
        next_hop=via if int(via) else None,
        interface=fields[9],
        metric=int(fields[5], 16),
        protocol=LEARNED if flags & ROUTE_INFO else None,
        from_route_info=bool(flags & ROUTE_INFO),
    )


def _is_of_main_table(fields: list[str]) -> bool:
    """Leave out own addresses, multicast and what refuses packets."""
    flags = int(fields[8], 16)
    if not flags & UP or flags & (REJECT | LOCAL) or fields[9] == "lo":
        return False
    return not _address(fields[0]).is_multicast


def _address(digits: str) -> IPv6Address:
    return IPv6Address(int(digits, 16))


def _network(address: str | None, length: int) -> IPv6Network:
    return IPv6Network((address or "::", length), strict=False)


def interface_name(index: int | None, names: Mapping[int, str]) -> str:
    """Give the name of an interface, or its number where it has vanished."""
    return names.get(index or 0, f"#{index}")


def _seconds(cache: Mapping[str, Any] | None) -> int | None:
    """Convert a lifetime; the kernel says 0 for ever and less for an expired route.

    It also rounds to 0 for 10 ms around the end of a route.
    """
    ticks = cache["rta_expires"] if cache else 0
    return ceil(ticks / TICKS) if ticks else None


def _is_route_info(protocol: str, gateway: str | None, length: int) -> bool:
    return protocol == LEARNED and gateway is not None and length > 0
