"""A virtual switch swallows IPv6 multicast; IPv4 passes."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.thread.routing import Neighbour, NeighbourState
from tests.scenarios.home import case, home, hub, unrouted_host

FAILED = (
    Neighbour(address="192.168.1.20", mac="54:ef:44:00:00:01"),
    Neighbour(address="fe80::a%eth0", state=NeighbourState.FAILED),
)
FOUND = case(
    home(unrouted_host(neighbours=FAILED)),
    "ipv6_multicast_blocked",
    lock="ipv6_multicast_blocked",
    home="ipv6_multicast_blocked",
)
NEAR_MISS = case(
    home(unrouted_host(neighbours=FAILED), hub(answers=Gap.UNKNOWN)),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
