"""An expired route is listed for some 20 s (trap 3)."""

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import LOCK_ADDRESS, case, choice, home, host, route

DEAD = host(
    routes=(route(expires=0),),
    choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40)},
)
KERNEL_KNOWS = case(
    home(DEAD), "no_route_to_mesh", lock="no_route_to_mesh", home="no_route_to_mesh"
)
