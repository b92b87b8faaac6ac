"""The default route of IPv4, which leads to the router of the home."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address
from typing import Final

from ...domain.diagnosis import AdapterKind, Fact, Gap
from . import procfs
from .adapters import kind_of
from .netlink import UNREADABLE, Message, Netlink, NetlinkFailed, attributes
from .routes import UNICAST, interface_name

HAS_GATEWAY: Final = 0x2
"""Flag of `/proc/net/route` (linux/route.h)."""

type DefaultGateway = tuple[IPv4Address, str]
"""The default gateway and the adapter that leads to it."""


def read_default_gateway(
    netlink: Netlink | None, names: Mapping[int, str]
) -> Fact[DefaultGateway | None]:
    """Read the default gateway on the home network; None when there is none."""
    try:
        if netlink is not None:
            return choose_gateway(netlink.ipv4_routes(), names)
        text = procfs.read(procfs.NET / "route")
        return text if isinstance(text, Gap) else parse_gateway(text)
    except (NetlinkFailed, *UNREADABLE) as err:
        return procfs.failed("IPv4 routes", err)


def choose_gateway(
    messages: Iterable[Message], names: Mapping[int, str]
) -> DefaultGateway | None:
    """Choose among the default routes by metric; tunnels do not lead to a router at home."""
    found = []
    for message in messages:
        own = attributes(message)
        via, name = own.get("RTA_GATEWAY"), interface_name(own.get("RTA_OIF"), names)
        if message["dst_len"] == 0 and message["type"] == UNICAST and via:
            found.append((own.get("RTA_PRIORITY", 0), IPv4Address(via), name))
    return _best(found)


def parse_gateway(text: str) -> DefaultGateway | None:
    """Read the text of `/proc/net/route`; raises ValueError."""
    found = []
    for line in text.splitlines()[1:]:
        name, destination, via, flags, _, _, metric, mask, *_ = line.split()
        if int(destination, 16) or int(mask, 16) or not int(flags, 16) & HAS_GATEWAY:
            continue
        gateway = IPv4Address(int(via, 16).to_bytes(4, "little"))
        found.append((int(metric), gateway, name))
    return _best(found)


def _best(found: Iterable[tuple[int, IPv4Address, str]]) -> DefaultGateway | None:
    lan = (route for route in found if kind_of(route[2]) is AdapterKind.LAN)
    best = min(lan, default=None)
    return None if best is None else best[1:]
