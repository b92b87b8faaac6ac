"""Where the rules on routes begin and end, and those on what announces them."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    Announcements,
    Gap,
)
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    RouteChoice,
    RouteState,
)
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    LOCK_ADDRESS,
    OTHER_MESH,
    adapter,
    ago,
    choice,
    home,
    host,
    hub,
    lock,
    route,
    silent_lock,
    thread_state,
    unrouted_host,
)

BACK_ADDRESS = LOCK_ADDRESS + 1
BACK = silent_lock("back", addresses=(BACK_ADDRESS,))
LEARNED = route(destination=OTHER_MESH)


def lost(
    seconds: float, way: RouteState = RouteState.NO_ROUTE
) -> dict[str, dict[object, RouteChoice]]:
    return {"choices": {LOCK_ADDRESS: choice(way, seconds=seconds)}}


def counted(gap: float | None, **span: float) -> Adapter:
    """Make an adapter that hears announcements, the last one that long ago."""
    last = ago(**span) if span else None
    return adapter(
        announcements=Announcements(count=9, unchanged_since=last, longest_gap=gap)
    )


UNCOUNTED = adapter("192.168.1.6/24", name="wlan0", announcements=Gap.UNKNOWN)
ALSO_COUNTED = adapter("192.168.1.6/24", name="wlan0")
TWO_LOST: dict[str, Any] = {
    "routes": (),
    "choices": {
        LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400),
        BACK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=20),
    },
}
ANNOUNCEMENTS = {
    "ten minutes, where nothing is known of the time before": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(None, minutes=10))),
        home(unrouted_host(counted(None, minutes=9, seconds=59))),
    ),
    "three that did not come, after a route was lost long ago": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(60, seconds=180), **lost(400)), silent_lock()),
        home(unrouted_host(counted(60, seconds=179), **lost(400)), silent_lock()),
    ),
    "the last one came with the loss of the route": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(30, seconds=40), **lost(40))),
        home(unrouted_host(counted(30, seconds=39), **lost(40))),
    ),
    "one that is late by a fifth": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(100, seconds=120))),
        home(unrouted_host(counted(100, seconds=119))),
    ),
    "one of two locks lost its route before": Edge(
        "router_announcements_missing",
        home(host(counted(30, seconds=60), **TWO_LOST), BACK),
        home(host(counted(30, seconds=60), **TWO_LOST), silent_lock(), BACK),
    ),
    "one of two adapters still hears some": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(None, minutes=11), UNCOUNTED)),
        home(unrouted_host(counted(None, minutes=11), ALSO_COUNTED)),
    ),
    "nothing is counted": Edge(
        "router_announcements_missing",
        home(unrouted_host(counted(None, minutes=11))),
        home(unrouted_host(adapter(announcements=Gap.UNKNOWN))),
    ),
}


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_announcements(name: str) -> None:
    ANNOUNCEMENTS[name].check()


FAILED = Neighbour(address="fe80::a%eth0", state=NeighbourState.FAILED)
WAITS = Neighbour(address="fe80::a%eth0", state=NeighbourState.INCOMPLETE)
BY_TABLE: dict[str, Any] = {"routes": (), "choices": Gap.NOT_CHECKABLE}
ROUTES = {
    "for fifteen seconds": Edge(
        "no_route_to_mesh",
        home(unrouted_host(**lost(15))),
        home(unrouted_host(**lost(14))),
    ),
    "a word that was under way when the route was lost": Edge(
        "no_route_to_mesh",
        home(unrouted_host(), lock(last_sign_of_life=ago(seconds=35))),
        home(unrouted_host(), lock(last_sign_of_life=ago(seconds=34))),
    ),
    "announcements show to be missing within half a minute": Edge(
        "no_route_to_mesh",
        home(unrouted_host(counted(25.5, seconds=20), **lost(20))),
        home(unrouted_host(counted(25, seconds=20), **lost(20))),
    ),
    "an announcement came since": Edge(
        "no_route_to_mesh",
        home(unrouted_host(counted(10, seconds=5), **lost(20))),
        home(unrouted_host(counted(20, seconds=21), **lost(20))),
    ),
    "nobody knows since when": Edge(
        "no_route_to_mesh",
        home(host(counted(200, minutes=2), **BY_TABLE), silent_lock()),
        home(host(counted(200, minutes=2), **BY_TABLE)),
    ),
    "no announcement was ever counted": Edge(
        "no_route_to_mesh",
        home(unrouted_host(counted(60))),
        home(host(counted(60))),
    ),
    "announcements are not counted": Edge(
        "no_route_to_mesh",
        home(unrouted_host(adapter(announcements=Gap.UNKNOWN))),
        home(host(adapter(announcements=Gap.UNKNOWN))),
    ),
    "a hub that just came": Edge(
        "no_route_to_mesh",
        home(unrouted_host(), hub(online_since=ago(seconds=15))),
        home(unrouted_host(), hub(online_since=ago(seconds=14))),
    ),
    "a hub that just changed its record": Edge(
        "no_route_to_mesh",
        home(unrouted_host(), hub(record_since=ago(seconds=15))),
        home(unrouted_host(), hub(record_since=ago(seconds=14))),
    ),
    "a hub that says that its radio is off": Edge(
        "no_route_to_mesh",
        home(unrouted_host(), hub()),
        home(
            unrouted_host(),
            hub(
                record={"state": thread_state(active=False)},
                record_since=ago(minutes=10),
            ),
        ),
    ),
    "one of two hubs is not found by IPv6": Edge(
        "ipv6_multicast_blocked",
        home(unrouted_host(neighbours=(FAILED,)), hub(1), hub(2)),
        home(unrouted_host(neighbours=(WAITS,)), hub(1), hub(2)),
    ),
    "the neighbour that is not found is no hub of the lock": Edge(
        "ipv6_multicast_blocked",
        home(unrouted_host(neighbours=(FAILED,))),
        home(unrouted_host(neighbours=(replace(FAILED, address="fe80::dead"),))),
    ),
    "no source for ten seconds": Edge(
        "no_source_address",
        home(host(**lost(10, RouteState.NO_SOURCE))),
        home(host(**lost(9, RouteState.NO_SOURCE))),
    ),
    "a container's own network, and a lock that speaks": Edge(
        "no_route_to_mesh",
        home(unrouted_host()),
        home(unrouted_host(bridged_container=True)),
    ),
}


@pytest.mark.parametrize("name", ROUTES)
def test_routes(name: str) -> None:
    ROUTES[name].check()


def two(first: RouteChoice, second: RouteChoice) -> Any:
    ways = {LOCK_ADDRESS: first, BACK_ADDRESS: second}
    return home(
        host(routes=(), choices=ways), lock(addresses=(LOCK_ADDRESS, BACK_ADDRESS))
    )


NOWHERE = choice(RouteState.NO_ROUTE, seconds=40)
UNDATED = replace(choice(RouteState.NO_ROUTE), since=None)
EVERYWHERE = route(destination=IPv6Network("::/0"), next_hop=IPv6Address("fe80::1"))
ON_LINK = route(destination=IPv6Network("fe80::/64"), next_hop=None)
NAMELESS = silent_lock(addresses=Gap.UNKNOWN)
LINK_LOCAL_TOO = silent_lock(addresses=(IPv6Address("fe80::9"), LOCK_ADDRESS))
NEVER_HEARD = silent_lock(last_sign_of_life=None)


def table(*routes: Any) -> Any:
    """Make a host of which only the route table is known."""
    return host(routes=routes, choices=Gap.UNKNOWN)


WAYS = {
    "one of two addresses has a route": Edge(
        "no_route_to_mesh", two(NOWHERE, NOWHERE), two(NOWHERE, choice())
    ),
    "one of two addresses just lost its route": Edge(
        "no_route_to_mesh",
        two(NOWHERE, choice(RouteState.NO_ROUTE, seconds=600)),
        two(
            choice(RouteState.NO_ROUTE, seconds=600),
            choice(RouteState.NO_ROUTE, seconds=5),
        ),
    ),
    "one of two addresses lost its route nobody knows when": Edge(
        "no_route_to_mesh",
        two(UNDATED, NOWHERE),
        two(UNDATED, choice(RouteState.NO_ROUTE, seconds=5)),
    ),
    "one of two addresses is in the table": Edge(
        "no_route_to_mesh",
        home(table(), silent_lock(addresses=(LOCK_ADDRESS, BACK_ADDRESS))),
        home(
            table(route(destination=IPv6Network(f"{BACK_ADDRESS}/128"))),
            silent_lock(addresses=(LOCK_ADDRESS, BACK_ADDRESS)),
        ),
    ),
    "the table leads to a neighbour of the same name only": Edge(
        "no_route_to_mesh",
        home(table(ON_LINK), LINK_LOCAL_TOO),
        home(table(ON_LINK, route()), LINK_LOCAL_TOO),
    ),
    "the table leads to everywhere": Edge(
        "no_route_to_mesh",
        home(table(EVERYWHERE), NEVER_HEARD),
        home(table(EVERYWHERE, route()), NEVER_HEARD),
    ),
    "an address that is not known stands for its mesh": Edge(
        "no_route_to_mesh",
        home(host(routes=(), choices={}), NAMELESS),
        home(host(choices={}), NAMELESS),
    ),
    "no hub says which mesh it is": Edge(
        "no_route_to_mesh",
        home(table(), NAMELESS, hub(1), hub(2, record={"omr_prefix": None})),
        home(table(), NAMELESS, hub(record={"omr_prefix": None})),
    ),
    "an address counts before the range that the hub tells now": Edge(
        "prefix_changed",
        home(table(LEARNED), silent_lock(), hub(record={"omr_prefix": OTHER_MESH})),
        home(table(LEARNED), NAMELESS, hub(record={"omr_prefix": OTHER_MESH})),
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_ways(name: str) -> None:
    WAYS[name].check()
