"""The hub is cut while a second one lives and takes over."""

from dataclasses import replace
from ipaddress import IPv6Address

from tests.scenarios.home import (
    LOCK_ADDRESS,
    case,
    choice,
    gone_hub,
    home,
    host,
    hub,
    route,
)

ROUTES = (route(), route(next_hop=IPv6Address("fe80::b")))
TAKEN_OVER = replace(choice(seconds=20), next_hop=IPv6Address("fe80::b"))
TOOK_OVER = case(
    home(host(routes=ROUTES, choices={LOCK_ADDRESS: TAKEN_OVER}), gone_hub(1), hub(2)),
    "hub_offline",
    home="hub_offline",
)
