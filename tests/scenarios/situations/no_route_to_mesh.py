"""The hub is there, the route to its mesh is not."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    ago,
    case,
    choice,
    home,
    host,
    route,
    silent_lock,
    unrouted_host,
)

FOUND = case(
    home(unrouted_host()),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
NEAR_MISS = case(
    home(
        host(routes=(), choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=5)})
    )
)
SPOKE_SINCE = case(
    home(
        host(
            routes=(), choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=600)}
        )
    )
)
SEEN_FROM_THE_START = replace(
    choice(RouteState.NO_ROUTE), since=None, seen_since=ago(minutes=20)
)
LOCK_SPOKE_ALL_THE_SAME = case(
    home(host(routes=(), choices={LOCK_ADDRESS: SEEN_FROM_THE_START}), silent_lock()),
    "lock_unreachable",
    lock="lock_unreachable",
)
LOCK_SPOKE_BEFORE_THAT = case(
    home(
        host(routes=(), choices={LOCK_ADDRESS: SEEN_FROM_THE_START}),
        silent_lock(last_sign_of_life=ago(minutes=30)),
    ),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
BY_THE_TABLE_ALONE = case(
    home(host(routes=(), choices=Gap.NOT_CHECKABLE), silent_lock()),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
EXPIRED_BUT_LISTED = case(
    home(host(routes=(route(expires=-5),), choices=Gap.UNKNOWN), silent_lock()),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
DEFAULT_ROUTE_WORKS = case(
    home(host(choices={LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE, seconds=40)}))
)
DEFAULT_ROUTE_FAILS = case(
    home(
        host(choices={LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE, seconds=500)}),
        silent_lock(),
    ),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
SINCE_THE_START = replace(choice(RouteState.DEFAULT_ROUTE), since=None)
DEFAULT_ROUTE_WORKED_FROM_THE_START = case(
    home(host(choices={LOCK_ADDRESS: SINCE_THE_START}), silent_lock()),
    "lock_unreachable",
    lock="lock_unreachable",
)
DEFAULT_ROUTE_NEVER_WORKED = case(
    home(
        host(choices={LOCK_ADDRESS: SINCE_THE_START}),
        silent_lock(last_sign_of_life=None),
    ),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
DEFAULT_ROUTE_HAD_WORKED = case(
    home(
        host(choices={LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE, days=1)}),
        silent_lock(),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
