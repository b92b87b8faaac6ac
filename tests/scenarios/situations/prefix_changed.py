"""The mesh got a new prefix, the lock is known by the old one."""

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    OTHER_MESH,
    case,
    choice,
    home,
    host,
    hub,
    silent_lock,
)

NEW = {"omr_prefix": OTHER_MESH}
FOUND = case(
    home(
        hub(record=NEW),
        host(
            routes=(), choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)}
        ),
        silent_lock(),
    ),
    "prefix_changed",
    lock="prefix_changed",
)
NEAR_MISS = case(
    home(hub(record={"omr_prefix": None}), silent_lock()),
    "lock_unreachable",
    lock="lock_unreachable",
)
