"""What the home may send to its hubs: to which addresses, and how much in all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv6Address

from ..domain.connectivity import HomePace
from ..domain.diagnosis import HostEvidence, known, lan_adapters
from ..domain.thread import ANYWHERE, BorderRouter, ProbePolicy, policy_of


@dataclass(slots=True)
class HubProber:
    """The policy and the budget that all hubs of a home share."""

    policy: ProbePolicy = ANYWHERE
    pace: HomePace = field(default_factory=HomePace)


def policy_for(
    host: HostEvidence,
    routers: Iterable[BorderRouter],
    devices: Iterable[IPv6Address] = (),
) -> ProbePolicy:
    """Return what may be probed on this host's networks; `devices` are in a mesh."""
    adapters = lan_adapters(known(host.adapters) or ())
    networks = (
        address.interface.network for own in adapters for address in own.addresses
    )
    meshes = (router.record.omr_prefix for router in routers)
    return policy_of(networks, meshes, devices)
