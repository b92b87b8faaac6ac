"""Where the rules on the next hop to the mesh begin and end."""

from ipaddress import IPv6Address
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    Evidence,
    Gap,
    Gateway,
    HubEvidence,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    Route,
)
from tests.scenarios.edge import Edge, told
from tests.scenarios.home import (
    APPLE,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    bridged_lock,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    route,
    silent_lock,
)

FAILED = (Neighbour(address="fe80::a%eth0", state=NeighbourState.FAILED),)
ASKED = (Neighbour(address="fe80::a", state=NeighbourState.INCOMPLETE),)
STALE = (Neighbour(address="fe80::a", state=NeighbourState.STALE),)
HIDDEN_AND_GONE = gone_hub(1, addresses=("192.168.1.20",))
MISSED = gone_hub(1, offline_since=ago(minutes=9), answers=Gap.UNKNOWN)


def back(seconds: float) -> Evidence:
    """Make a home whose network is back for so many seconds, one of its hubs not yet."""
    gateway = Gateway(answers=True, since=ago(seconds=seconds))
    gone = gone_hub(1, offline_since=ago(seconds=40))
    return home(gone, hub(2), lan(gateway=gateway))


DEAD_HOP = {
    "neighbour that has not answered yet": Edge(
        "next_hop_dead",
        home(host(neighbours=ASKED), hub(1), hub(2), silent_lock()),
        home(host(neighbours=STALE), hub(1), hub(2), silent_lock()),
    ),
    "neighbour that does not answer, of a lock that is away": Edge(
        "next_hop_dead",
        home(host(neighbours=FAILED), hub(1), hub(2), silent_lock()),
        home(host(neighbours=FAILED), hub(1), hub(2), lock()),
    ),
    "no other border router could carry it": Edge(
        "next_hop_dead",
        home(host(neighbours=FAILED), hub(1), hub(2), silent_lock()),
        home(host(neighbours=FAILED), hub(1), silent_lock()),
    ),
    "network that is back for ten seconds, without the hub": Edge(
        "next_hop_dead", back(10), back(9)
    ),
    "hub that brings a Zigbee lock which speaks": Edge(
        "next_hop_dead",
        home(MISSED, hub(2), silent_lock()),
        home(MISSED, hub(2), silent_lock(), bridged_lock()),
    ),
    "hub that hides its link-local address": Edge(
        "next_hop_dead",
        home(HIDDEN_AND_GONE, hub(2)),
        home(HIDDEN_AND_GONE, hub(2), host(neighbours=())),
    ),
    "the hub that is gone is not the next hop": Edge(
        "next_hop_dead",
        home(gone_hub(1), hub(2), hub(3)),
        home(hub(1), gone_hub(2), hub(3)),
    ),
}


@pytest.mark.parametrize("name", DEAD_HOP)
def test_dead_hop(name: str) -> None:
    DEAD_HOP[name].check()


STRANGER = IPv6Address("fe80::dead")
GHOST = route(next_hop=STRANGER, metric=10)
SECOND = route(next_hop=IPv6Address("fe80::b"))
MAC = "54:ef:44:00:00:01"
HIDDEN_HUB = hub(addresses=("192.168.1.20",))


def ghost(*routes: Route, hubs: tuple[HubEvidence, ...] = (), **of_host: Any) -> Any:
    """Make a home with a silent lock, of whose host only the route table is known."""
    table = host(routes=routes, choices=Gap.UNKNOWN, **of_host)
    return home(table, *hubs, silent_lock())


def with_mac(mac: str) -> Evidence:
    """Make a home whose hub hides its link-local address, and a ghost with that MAC."""
    seen = (
        Neighbour(address="192.168.1.20", mac=MAC),
        Neighbour(address=str(STRANGER), mac=mac),
    )
    return ghost(route(), GHOST, hubs=(HIDDEN_HUB,), neighbours=seen)


GHOSTS = {
    "router that no hub's hardware address tells": Edge(
        "ghost_route", with_mac("02:00:00:00:00:99"), with_mac(MAC)
    ),
    "more routes than border routers": Edge(
        "ghost_route", ghost(route(), GHOST), ghost(GHOST)
    ),
    "routes to elsewhere do not count": Edge(
        "ghost_route",
        ghost(route(), GHOST),
        ghost(GHOST, route(destination=OTHER_MESH, next_hop=IPv6Address("fe80::b"))),
    ),
    "a route without a router does not count": Edge(
        "ghost_route",
        ghost(route(), GHOST),
        ghost(GHOST, route(next_hop=None, metric=9999)),
    ),
    "one of two hubs hides its address": Edge(
        "ghost_route",
        ghost(route(), SECOND, GHOST, hubs=(hub(1), hub(2))),
        ghost(
            route(),
            SECOND,
            GHOST,
            hubs=(hub(1), hub(2, addresses=("192.168.1.21",))),
        ),
    ),
    "the route in use is that of one of the hubs": Edge(
        "ghost_route",
        ghost(route(), SECOND, GHOST, hubs=(hub(1), hub(2))),
        ghost(route(metric=9), SECOND, GHOST, hubs=(hub(1), hub(2))),
    ),
    "hub that is told by its link-local address alone": Edge(
        "ghost_route",
        ghost(route(), GHOST, neighbours=()),
        ghost(route(), GHOST, hubs=(HIDDEN_HUB,), neighbours=()),
    ),
}


@pytest.mark.parametrize("name", GHOSTS)
def test_ghosts(name: str) -> None:
    GHOSTS[name].check()


def ghosts(evidence: Evidence) -> list[str | None]:
    found = diagnose(evidence, NOW).findings
    return [x.subject for x in found if x.id == "ghost_route"]


def test_a_lock_without_a_way_does_not_hide_the_ghost_of_the_next() -> None:
    table = host(routes=(route(), GHOST), choices=Gap.UNKNOWN)
    assert ghosts(home(table, silent_lock("a", addresses=()), silent_lock("b"))) == [
        "b"
    ]


def test_a_hub_that_hides_does_not_hide_the_ghost_of_another_network() -> None:
    others = (
        route(destination=OTHER_MESH, next_hop=STRANGER, metric=5),
        route(destination=OTHER_MESH),
    )
    hidden = hub(
        2,
        addresses=("192.168.1.21",),
        record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH},
    )
    first = silent_lock(
        "a", extended_pan_id=APPLE, addresses=(IPv6Address("fd55:66:77:88::10"),)
    )
    table = host(routes=(route(), GHOST, *others), choices=Gap.UNKNOWN)
    assert ghosts(home(table, hub(1), hidden, first, silent_lock("b"))) == ["b"]


def test_a_ghost_that_does_not_answer_is_told_as_a_dead_next_hop() -> None:
    dead = (Neighbour(address=str(STRANGER), state=NeighbourState.FAILED),)
    table = host(routes=(route(), SECOND, GHOST), choices=Gap.UNKNOWN, neighbours=dead)
    found = told(home(table, hub(1), hub(2), silent_lock()))
    assert "next_hop_dead" in found
    assert "ghost_route" not in found


WPAN = adapter("fd11:22:33:44::1/64", name="wpan0", kind=AdapterKind.THREAD)


def own(metric: int) -> Route:
    return route(interface="wpan0", next_hop=None, metric=metric)


def with_radio(*routes: Route) -> Evidence:
    return home(host(adapter(), WPAN, routes=routes))


CONFLICT = with_radio(route(metric=105), own(120))
CONFLICTS = {
    "radio that wins where it is as good": Edge(
        "route_conflict",
        with_radio(route(metric=119), own(120)),
        with_radio(route(metric=120), own(120)),
    ),
    "one of two ways over the home network is better": Edge(
        "route_conflict",
        with_radio(route(metric=200), route(metric=105), own(120)),
        with_radio(route(metric=200), route(metric=205), own(120)),
    ),
    "better way to another mesh": Edge(
        "route_conflict",
        CONFLICT,
        with_radio(route(metric=105, destination=OTHER_MESH), own(120)),
    ),
    "better way that has expired": Edge(
        "route_conflict",
        CONFLICT,
        with_radio(route(metric=105, expires=0), own(120)),
    ),
    "two ways over the home network": Edge(
        "route_conflict", CONFLICT, with_radio(route(metric=105), route(metric=120))
    ),
    "two ways over the radio": Edge(
        "route_conflict", CONFLICT, with_radio(own(105), own(120))
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicts(name: str) -> None:
    CONFLICTS[name].check()
