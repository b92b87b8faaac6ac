"""Thread comes back on the hub: its record says so some seconds before its route is there."""

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import LOCK_ADDRESS, ago, case, choice, home, host, hub

LOST = host(routes=(), choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40)})

RECORD_IS_BACK = case(home(LOST, hub(record_since=ago(seconds=5))))
HUB_IS_BACK = case(home(LOST, hub(online_since=ago(seconds=5))))
ROUTE_IS_STILL_MISSING = case(
    home(LOST, hub(record_since=ago(seconds=20), online_since=ago(seconds=20))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
