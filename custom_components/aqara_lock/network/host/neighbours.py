"""The kernel's table of hosts on the wire, IPv6 and IPv4."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from ...domain.diagnosis import Fact, Gap
from ...domain.thread import Neighbour, NeighbourState
from . import procfs
from .netlink import UNREADABLE, Message, Netlink, NetlinkFailed, attributes

STATES: Final = {
    0x01: NeighbourState.INCOMPLETE,
    0x02: NeighbourState.REACHABLE,
    0x04: NeighbourState.STALE,
    0x08: NeighbourState.DELAY,
    0x10: NeighbourState.PROBE,
    0x20: NeighbourState.FAILED,
    0x40: NeighbourState.NOARP,
    0x80: NeighbourState.PERMANENT,
}
"""`ndm_state` (rtnetlink(7))."""
UNICAST: Final = 1


def read_neighbours(
    netlink: Netlink | None, names: Mapping[int, str]
) -> Fact[tuple[Neighbour, ...]]:
    """Read the table; without netlink the IPv6 part cannot be looked at."""
    if netlink is None:
        return Gap.NOT_CHECKABLE
    try:
        found = [parse_neighbour(message, names) for message in netlink.neighbours()]
    except (NetlinkFailed, *UNREADABLE) as err:
        return procfs.failed("neighbours", err)
    return tuple(neighbour for neighbour in found if neighbour is not None)


def parse_neighbour(message: Message, names: Mapping[int, str]) -> Neighbour | None:
    """Read one message; None for groups, own addresses and entries without a state."""
    own = attributes(message)
    state, text = STATES.get(message["state"]), own.get("NDA_DST")
    if state is None or text is None:
        return None
    if message["ndm_type"] != UNICAST:
        return None
    address, scope = ip_address(text), names.get(message["ifindex"])
    scoped = scope is not None and address.version == 6 and address.is_link_local
    return Neighbour(
        address=f"{address}%{scope}" if scoped else str(address),
        mac=own.get("NDA_LLADDR"),
        state=state,
    )
