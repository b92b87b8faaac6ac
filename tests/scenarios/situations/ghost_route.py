"""The silent lock's route leads to a router that nobody knows."""

from ipaddress import IPv6Address

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from tests.scenarios.home import case, home, host, hub, route, silent_lock

GHOST = route(next_hop=IPv6Address("fe80::dead"), metric=10)
FOUND = case(
    home(
        host(routes=(route(), GHOST), choices=Gap.UNKNOWN),
        silent_lock(),
    ),
    "ghost_route",
    "lock_unreachable",
    lock="lock_unreachable",
)
NEAR_MISS = case(
    home(host(routes=(route(), GHOST), choices=Gap.UNKNOWN)),
)
UNRECOGNISABLE_HUB = case(
    home(
        host(routes=(route(), GHOST), choices=Gap.UNKNOWN, neighbours=()),
        hub(addresses=("192.168.1.20",)),
        silent_lock(),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
