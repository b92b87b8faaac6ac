"""Hub and lock live in a VLAN of their own; a router or a second adapter leads there."""

from custom_components.aqara_lock.domain.diagnosis.evidence import HubEvidence
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    ago,
    case,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lock,
    silent_lock,
    unrouted_host,
)

OFF_LINK = ("192.168.7.20",)
SECOND = adapter("192.168.7.5/24", "fe80::7/64", name="eth0.7", enabled=False)


def far(**changes: object) -> HubEvidence:
    return hub(addresses=OFF_LINK, **changes)


STATIC_ROUTE = case(home(far(), lock()), notices=("other_subnet",))
LOCK_IS_DEAD = case(
    home(far(), silent_lock()),
    "lock_unreachable",
    "other_subnet",
    lock="lock_unreachable",
    home="other_subnet",
)
NO_ROUTE = case(
    home(
        far(),
        silent_lock(),
        host(
            choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)}, routes=()
        ),
    ),
    "other_subnet",
    lock="other_subnet",
    home="other_subnet",
)
HUB_UNPLUGGED = case(
    home(gone_hub(addresses=OFF_LINK)),
    "hub_offline",
    "other_subnet",
    lock="hub_offline",
    home="hub_offline",
)
UNPLUGGED_LONG_AGO = case(
    home(
        gone_hub(addresses=OFF_LINK, offline_since=ago(minutes=9)),
        silent_lock(),
        unrouted_host(),
    ),
    "hub_offline",
    "other_subnet",
    lock="hub_offline",
    home="hub_offline",
)
ROUTE_IS_LOST_AND_THE_LOCK_NOT_YET_SILENT = case(
    home(far(), lock(), unrouted_host()),
    "no_route_to_mesh",
    notices=("other_subnet",),
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
SECOND_ADAPTER = case(home(far(), lock(), host(adapter(), SECOND)))
SERVER_IN_THE_VLAN = case(
    home(far(), lock(), host(matter_server_elsewhere=True)),
    notices=("other_subnet",),
)
