"""A Zigbee U100 and a Thread U400 under one M100."""

from tests.scenarios.home import (
    FRONT,
    adapter,
    ago,
    bridged_lock,
    case,
    gone_hub,
    home,
    lock,
    unrouted_host,
)

NO_IPV6 = case(
    home(
        unrouted_host(adapter("192.168.1.5/24"), ipv6_class_since=ago(seconds=40)),
        lock("thread"),
        bridged_lock(FRONT),
    ),
    "ipv6_disabled",
    notices=("bridged_lock",),
    lock="ok",
    home="ipv6_disabled",
)
HUB_OFF = case(
    home(gone_hub(), lock("thread"), bridged_lock(FRONT)),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
