"""Which addresses may be probed: a record on mDNS is a claim, and must not steer probes."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from ..addresses import UNIQUE_LOCAL, Address, parse_address

PRIVATE: Final = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
)
"""Addresses of private networks (RFC 1918)."""
DOCUMENTATION: Final = (
    IPv4Network("192.0.2.0/24"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)
CONTAINERS: Final = (IPv4Network("172.17.0.0/16"), IPv4Network("172.30.32.0/23"))
"""Of Docker and of the Supervisor, on every host that has them."""
MESH_LENGTH: Final = 64
"""Every mesh prefix is as long; a shorter one would forbid whole networks."""
POINT_TO_POINT: Final = 31
"""From this length on a network has no broadcast address (RFC 3021)."""
ENDS_OF_A_NETWORK: Final = frozenset({0, 255})
"""Last octets of network and broadcast addresses, as most private networks are cut."""

type Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class ProbePolicy:
    """What this host may probe: what is on its own wires, else private unicast addresses.

    Never a link-local address: probing a dead router there stops the kernel's fail-over
    to another. Never an address of a mesh: it costs radio time, and wakes battery locks.
    """

    on_link: tuple[Network, ...] = ()
    meshes: frozenset[IPv6Network] = frozenset()

    def usable(
        self, addresses: Iterable[str], mesh: IPv6Network | None = None
    ) -> list[str]:
        """Return the addresses that may be probed, the best first; `mesh` is the hub's own.

        One of containers comes last: this host may have the same.
        """
        found = [text for text in addresses if self.allows(text, mesh)]
        return sorted(found, key=lambda text: (is_of_containers(text), ":" in text))

    def allows(self, text: str, mesh: IPv6Network | None = None) -> bool:
        """Return whether an address may be probed; False for what is no address."""
        address = parse_address(text)
        if address is None or not _is_unicast(address):
            return False
        if isinstance(address, IPv6Address):
            return self._allows_ipv6(address, mesh)
        own = [net for net in self.on_link if address in net]
        if own:
            return not any(_is_end_of(address, net) for net in own)
        is_end = address.packed[-1] in ENDS_OF_A_NETWORK
        return not is_end and any(address in net for net in PRIVATE)

    def _allows_ipv6(self, address: IPv6Address, mesh: IPv6Network | None) -> bool:
        if mesh is not None and address in mesh:
            return False
        if any(address in net for net in self.on_link):
            return True
        known = any(address in net for net in self.meshes)
        return not known and address in UNIQUE_LOCAL


ANYWHERE: Final = ProbePolicy()
"""For as long as the networks of this host are not known."""


def policy_of(
    on_link: Iterable[Network],
    meshes: Iterable[IPv6Network | None],
    devices: Iterable[IPv6Address] = (),
) -> ProbePolicy:
    """Return the policy for the networks of this host, known meshes and devices in them."""
    known = {net for net in meshes if net is not None and net.prefixlen == MESH_LENGTH}
    known |= {IPv6Network((int(item), MESH_LENGTH), strict=False) for item in devices}
    own = (net for net in on_link if not net.is_link_local and not net.is_loopback)
    return ProbePolicy(tuple(own), frozenset(known))


def is_of_containers(text: str) -> bool:
    """Tell an address that a host keeps for its containers."""
    address = parse_address(text)
    return address is not None and any(address in network for network in CONTAINERS)


def _is_unicast(address: Address) -> bool:
    """Leave out what is no host on the home network, whatever a record says."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    if address.is_link_local or address.is_loopback or address.is_multicast:
        return False
    if address.is_unspecified or address.is_reserved:
        return False
    return not any(address in net for net in DOCUMENTATION)


def _is_end_of(address: IPv4Address, network: Network) -> bool:
    if network.prefixlen >= POINT_TO_POINT:
        return False
    return address in (network.network_address, network.broadcast_address)
