"""Home Assistant sits in a container with its own network."""

from dataclasses import replace

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    case,
    choice,
    home,
    host,
    lock,
    silent_lock,
)

BRIDGED = host(
    adapter("172.18.0.5/16"),
    bridged_container=True,
    routes=(),
    choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE)},
)
FOUND = case(
    home(BRIDGED, silent_lock(last_sign_of_life=None)),
    "container_bridged",
    lock="container_bridged",
    home="container_bridged",
)
LOCK_SPOKE_BEFORE = case(
    home(BRIDGED, silent_lock()), "lock_unreachable", lock="lock_unreachable"
)
NEAR_MISS = case(
    home(replace(BRIDGED, matter_server_elsewhere=True), lock()),
)
