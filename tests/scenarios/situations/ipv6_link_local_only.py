"""Only link-local addresses on the host, and nothing says why."""

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    ago,
    case,
    choice,
    home,
    host,
    unrouted_host,
)

LINK_LOCAL = adapter("192.168.1.5/24", "fe80::5/64")
FOUND = case(
    home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=40))),
    "ipv6_link_local_only",
    lock="ipv6_link_local_only",
    home="ipv6_link_local_only",
)
A_ROUTE_LACKS_ITS_SOURCE = case(
    home(
        host(
            LINK_LOCAL,
            ipv6_class_since=ago(seconds=12),
            choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=12)},
        )
    ),
    "no_source_address",
    lock="no_source_address",
    home="no_source_address",
)
JUST_NOW = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=3)}
NOT_FOR_LONG = case(
    home(
        unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=3), choices=JUST_NOW),
    )
)
NEAR_MISS = case(home(host(LINK_LOCAL, ipv6_class_since=ago(hours=1))))
