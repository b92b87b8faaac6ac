"""A Thread border router on the home network, as mDNS shows it."""

from dataclasses import dataclass

from ..addresses import unscoped
from ..foreign_names import visible
from .meshcop import MeshcopRecord
from .probe_policy import ANYWHERE, ProbePolicy


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
        return visible(self.instance.split("._meshcop.")[0])

    def is_at_place_of(self, other: BorderRouter) -> bool:
        """Return whether both have one host name or radio, and an address in common.

        A hub whose id changed, with a reset or an update, keeps these.
        """
        hosts = {(router.host or "").lower() for router in (self, other)}
        radios = {router.record.extended_address for router in (self, other)}
        same = (len(hosts) == 1 and hosts != {""}) or len(radios) == 1
        return same and self.shares_address(other)

    def shares_address(self, other: BorderRouter) -> bool:
        """Return whether both announce one address."""
        return not self.plain_addresses.isdisjoint(other.plain_addresses)

    @property
    def plain_addresses(self) -> frozenset[str]:
        """The addresses without their scope."""
        return frozenset(map(unscoped, self.addresses))

    @property
    def probe_address(self) -> str | None:
        """The address to probe where the networks of this host are not known."""
        return self.address_for(ANYWHERE)

    def address_for(self, policy: ProbePolicy) -> str | None:
        """Return the address to probe; None where there is none that may be."""
        usable = policy.usable(self.addresses, self.record.omr_prefix)
        return usable[0] if usable else None
