"""Router advertisements are blocked; the route expired."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    Announcements,
)
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
RAN_OUT = case(
    home(unrouted_host(still(30, seconds=42))),
    "router_announcements_missing",
    lock="router_announcements_missing",
    home="router_announcements_missing",
)
JUST_LOST = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=20)}
SHOWS_IN_A_MOMENT = case(
    home(unrouted_host(still(20, seconds=21), choices=JUST_LOST)),
)
LATE_ALL_THE_TIME = case(
    home(unrouted_host(still(60, seconds=41))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
ONE_CAME_SINCE = case(
    home(unrouted_host(still(12, seconds=20))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
ROUTE_IS_STILL_THERE = case(home(host(still(4, minutes=20))))
