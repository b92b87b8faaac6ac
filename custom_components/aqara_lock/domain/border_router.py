"""A Thread border router on the home network, as mDNS shows it."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from typing import Final

from .meshcop import MeshcopRecord

CONTAINERS: Final = (IPv4Network("172.17.0.0/16"), IPv4Network("172.30.32.0/23"))
"""Of Docker and of the Supervisor, on every host that has them."""
_UNIQUE_LOCAL: Final = 0xFC


def is_of_home(address: IPv4Address) -> bool:
    """Tell an address of a private network; `0.0.0.0` and the like are this host's own."""
    own = address.is_loopback or address.is_link_local or address.is_unspecified
    return address.is_private and not own


def is_of_containers(text: str) -> bool:
    """Tell an address that a host keeps for its containers."""
    address = ip_address(text.split("%", maxsplit=1)[0])
    return any(address in network for network in CONTAINERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderRouter:
    """One `_meshcop._udp` service: instance name, host, addresses and TXT record."""

    instance: str
    host: str | None
    addresses: tuple[str, ...]
    record: MeshcopRecord

    @property
    def id(self) -> str:
        """Border agent id, the identity that survives reboots and radio changes."""
        return self.record.border_agent_id

    @property
    def title(self) -> str:
        """What the user sees: the instance name without its service type."""
        return self.instance.split("._meshcop.")[0]

    def is_at_place_of(self, other: BorderRouter) -> bool:
        """Return whether both have one host name or radio, and an address in common.

        A hub whose id changed, with a reset or an update, keeps these.
        """
        hosts = {(router.host or "").lower() for router in (self, other)}
        radios = {router.record.extended_address for router in (self, other)}
        same = (len(hosts) == 1 and hosts != {""}) or len(radios) == 1
        return same and bool(self._plain_addresses & other._plain_addresses)

    @property
    def _plain_addresses(self) -> set[str]:
        return {text.split("%", maxsplit=1)[0].lower() for text in self.addresses}

    @property
    def probe_address(self) -> str | None:
        """The LAN address that may be probed; None where there is none.

        Never a link-local one: probing a dead router there stops the kernel's
        fail-over to another. Never one of the mesh prefix: it costs radio time. One of
        containers only where there is no other: this host may have the same.
        """
        usable = [text for text in self.addresses if self._may_probe(text)]
        usable.sort(key=lambda text: (is_of_containers(text), ":" in text))
        return usable[0] if usable else None

    def _may_probe(self, text: str) -> bool:
        address = ip_address(text.split("%", maxsplit=1)[0])
        if isinstance(address, IPv4Address):
            return is_of_home(address)
        return self._is_lan_unique_local(address)

    def _is_lan_unique_local(self, address: IPv6Address) -> bool:
        if address.packed[0] & 0xFE != _UNIQUE_LOCAL:
            return False
        mesh = self.record.omr_prefix
        return mesh is None or address not in mesh
