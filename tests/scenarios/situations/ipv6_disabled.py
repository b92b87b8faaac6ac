"""The host has IPv6 turned off; its hub is still heard over IPv4."""

from custom_components.aqara_lock.domain.diagnosis.evidence import AddressFlag, Gap
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    address,
    ago,
    case,
    choice,
    home,
    host,
    lock,
    unrouted_host,
)

FOUND = case(
    home(unrouted_host(adapter("192.168.1.5/24"), ipv6_class_since=ago(seconds=40))),
    "ipv6_disabled",
    lock="ipv6_disabled",
    home="ipv6_disabled",
)
JUST_NOW = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=3)}
NO_IPV6_YET = case(
    home(
        unrouted_host(
            adapter("192.168.1.5/24"), ipv6_class_since=ago(seconds=3), choices=JUST_NOW
        )
    )
)
LONG_AGO = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=600)}
SPOKE_SINCE = case(
    home(
        unrouted_host(
            adapter("192.168.1.5/24"),
            ipv6_class_since=ago(seconds=600),
            choices=LONG_AGO,
        )
    )
)
NEAR_MISS = case(
    home(host(adapter("192.168.1.5/24")), lock(transport=Gap.UNKNOWN)),
)
STILL_TENTATIVE = case(
    home(
        unrouted_host(
            adapter("192.168.1.5/24", address("fe80::5/64", AddressFlag.TENTATIVE)),
            ipv6_class_since=ago(seconds=40),
        )
    ),
    "ipv6_disabled",
    lock="ipv6_disabled",
    home="ipv6_disabled",
)
