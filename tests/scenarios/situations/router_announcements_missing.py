"""Router advertisements are blocked; the route expired."""

from custom_components.aqara_lock.domain.evidence import Adapter, Announcements
from tests.scenarios.home import adapter, ago, case, home, host, unrouted_host


def still(gap: float | None, **span: float) -> Adapter:
    counter = Announcements(count=9, unchanged_since=ago(**span), longest_gap=gap)
    return adapter(announcements=counter)


FOUND = case(
    home(unrouted_host(still(4, seconds=90))),
    "router_announcements_missing",
    lock="router_announcements_missing",
    home="router_announcements_missing",
)
NEAR_MISS = case(
    home(unrouted_host(still(200, seconds=90))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
ROUTE_IS_STILL_THERE = case(home(host(still(4, minutes=20))))
