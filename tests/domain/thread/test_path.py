"""Which border router serves a lock: by its parent, by the kernel's way, by exclusion."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.path import (
    NOT_ON_THREAD,
    LockPath,
    PathEvidence,
    RouteEvidence,
    resolve_path,
)
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    Route,
    RouteChoice,
    RouteState,
    best_route,
)
from tests.scenarios.home import (
    APPLE,
    AQARA,
    HUB_LINK_LOCAL,
    LOCK_ADDRESS,
    MESH,
    OTHER_MESH,
    ago,
    choice,
    hub,
    route,
)

FIRST, SECOND = hub(1).router, hub(2).router
ELSEWHERE = hub(3, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}).router
SECOND_HOP = IPv6Address("fe80::b")


def way(**seen: object) -> RouteEvidence:
    return replace(RouteEvidence(addresses=(LOCK_ADDRESS,)), **seen)  # type: ignore[arg-type]


def test_without_a_network_nothing_is_known() -> None:
    path = resolve_path(None, None, [FIRST])
    assert path == LockPath((), None, PathEvidence.NETWORK_UNKNOWN)


def test_no_border_router_of_the_network() -> None:
    path = resolve_path(AQARA, None, [ELSEWHERE])
    assert (path.routers, path.evidence) == ((), PathEvidence.NO_ROUTER)
    assert path.extended_pan_id == AQARA


def test_the_only_router_serves() -> None:
    path = resolve_path(AQARA, None, [FIRST, ELSEWHERE])
    assert (path.serving, path.evidence) == (FIRST.id, PathEvidence.ONLY_ROUTER)


def test_several_routers_leave_it_open() -> None:
    path = resolve_path(AQARA, None, [SECOND, FIRST])
    assert path.routers == (FIRST.id, SECOND.id)
    assert (path.serving, path.evidence) == (None, PathEvidence.SEVERAL_ROUTERS)


def test_the_parent_decides_before_the_next_hop() -> None:
    parent = FIRST.record.extended_address.upper()
    seen = way(routes=(route(next_hop=SECOND_HOP),))
    path = resolve_path(AQARA, parent, [FIRST, SECOND], seen)
    assert (path.serving, path.evidence) == (FIRST.id, PathEvidence.PARENT)
    assert path.next_hop == SECOND_HOP


def test_a_parent_that_is_no_border_router_does_not_decide() -> None:
    path = resolve_path(AQARA, "ff" * 8, [FIRST, SECOND])
    assert path.evidence is PathEvidence.SEVERAL_ROUTERS


def test_the_next_hop_decides_between_routers() -> None:
    seen = way(routes=(route(next_hop=SECOND_HOP),))
    path = resolve_path(AQARA, None, [FIRST, SECOND], seen)
    assert (path.serving, path.evidence) == (SECOND.id, PathEvidence.NEXT_HOP)
    assert path.prefix == MESH


def test_the_kernels_choice_counts_before_the_table() -> None:
    chosen = replace(choice(), next_hop=SECOND_HOP)
    seen = way(choices=(chosen,), routes=(route(),))
    assert resolve_path(AQARA, None, [FIRST, SECOND], seen).serving == SECOND.id


def test_a_default_route_names_no_border_router() -> None:
    home_router = RouteChoice(
        way=RouteState.DEFAULT_ROUTE, next_hop=IPv6Address("fe80::1")
    )
    path = resolve_path(AQARA, None, [FIRST, SECOND], way(choices=(home_router,)))
    assert (path.next_hop, path.serving) == (None, None)


def test_an_expired_route_leads_nowhere() -> None:
    seen = way(routes=(route(next_hop=SECOND_HOP, expires=0),))
    path = resolve_path(AQARA, None, [FIRST, SECOND], seen)
    assert (path.next_hop, path.serving) == (None, None)


def test_a_hidden_link_local_is_found_by_its_mac() -> None:
    hidden = BorderRouter(
        instance="x", host=None, addresses=("192.168.1.21",), record=SECOND.record
    )
    neighbours = (
        Neighbour(address="192.168.1.21", mac="54:ef:44:00:00:02"),
        Neighbour(address="fe80::b%eth0", mac="54:ef:44:00:00:02"),
    )
    routes = (route(next_hop=SECOND_HOP),)
    seen = way(routes=routes, neighbours=neighbours)
    assert resolve_path(AQARA, None, [FIRST, hidden], seen).serving == SECOND.id
    unseen = way(routes=routes)
    assert resolve_path(AQARA, None, [FIRST, hidden], unseen).serving is None


def test_the_mesh_prefix_finds_the_network() -> None:
    path = resolve_path(None, None, [FIRST, ELSEWHERE], way())
    assert (path.extended_pan_id, path.by_prefix) == (AQARA, True)
    assert path.serving == FIRST.id


def test_the_locks_own_word_on_its_network_counts_before_the_prefix() -> None:
    path = resolve_path(APPLE, None, [FIRST, ELSEWHERE], way())
    assert (path.serving, path.by_prefix) == (ELSEWHERE.id, False)


@given(st.permutations([FIRST, SECOND, ELSEWHERE]))
def test_order_of_routers_does_not_matter(routers: list[BorderRouter]) -> None:
    seen = way(routes=(route(),))
    path = resolve_path(AQARA, None, routers, seen)
    assert path == resolve_path(AQARA, None, [FIRST, SECOND, ELSEWHERE], seen)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (route(), route(destination=MESH.supernet(new_prefix=48), metric=1)),
        (route(metric=100), route(metric=200, next_hop=SECOND_HOP)),
        (route(expires=9), route(expires=-9, metric=1)),
    ],
)
def test_best_route(better: Route, worse: Route) -> None:
    assert best_route(LOCK_ADDRESS, [worse, better]) == better


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fd99::5", RouteState.ROUTED),
        ("fe80::5", RouteState.NO_SOURCE),
        (None, RouteState.NO_SOURCE),
    ],
)
def test_a_route_alone_is_no_way(source: str | None, expected: RouteState) -> None:
    address = IPv6Address(source) if source else None
    assert RouteChoice.of(route=route(), source=address).way is expected
    assert RouteChoice.of(route=None, source=address).way is RouteState.NO_ROUTE


def test_neighbours_that_were_not_found_are_not_the_same() -> None:
    hidden = replace(SECOND, addresses=("192.168.1.21",))
    unresolved = (Neighbour(address="192.168.1.21"), Neighbour(address="fe80::b"))
    seen = way(routes=(route(next_hop=SECOND_HOP),), neighbours=unresolved)
    path = resolve_path(AQARA, None, [FIRST, hidden], seen)
    assert (path.next_hop, path.serving) == (SECOND_HOP, None)


def test_a_table_that_leads_everywhere_names_no_border_router() -> None:
    everywhere = route(destination=IPv6Network("::/0"), next_hop=SECOND_HOP)
    path = resolve_path(AQARA, None, [FIRST, SECOND], way(routes=(everywhere,)))
    assert (path.next_hop, path.serving) == (None, None)


def test_an_address_without_a_way_does_not_deny_the_next_hop_of_another() -> None:
    chosen = (replace(choice(), next_hop=SECOND_HOP), choice(RouteState.NO_ROUTE))
    path = resolve_path(AQARA, None, [FIRST, SECOND], way(choices=chosen))
    assert (path.next_hop, path.serving) == (SECOND_HOP, SECOND.id)


def test_two_addresses_with_two_next_hops_leave_it_open() -> None:
    chosen = (choice(), replace(choice(), next_hop=SECOND_HOP))
    path = resolve_path(AQARA, None, [FIRST, SECOND], way(choices=chosen))
    assert (path.next_hop, path.evidence) == (None, PathEvidence.SEVERAL_ROUTERS)


def test_a_network_that_is_not_known_was_found_by_no_prefix() -> None:
    assert not NOT_ON_THREAD.by_prefix
    assert not resolve_path(None, None, [FIRST]).by_prefix


@pytest.mark.parametrize(
    ("expires", "usable"), [(None, True), (1, True), (0, False), (-9, False)]
)
def test_a_route_is_used_until_it_expires(expires: int | None, usable: bool) -> None:
    assert route(expires=expires).is_usable is usable
    found = best_route(LOCK_ADDRESS, [route(expires=expires)])
    assert (found is not None) is usable


def test_a_choice_tells_what_the_kernel_would_use() -> None:
    source, since = IPv6Address("fd99::5"), ago(minutes=5)
    made = RouteChoice.of(route=route(), source=source, since=since)
    assert (made.next_hop, made.source, made.interface, made.since) == (
        HUB_LINK_LOCAL,
        source,
        "eth0",
        since,
    )
    none = RouteChoice.of(route=None, source=source, since=since)
    assert (none.way, none.next_hop, none.since) == (RouteState.NO_ROUTE, None, since)


@pytest.mark.parametrize("source", [None, "fe80::5", "fd99::5"])
def test_the_route_to_everywhere_is_no_way_to_the_mesh(source: str | None) -> None:
    everywhere = route(destination=IPv6Network("::/0"))
    address = IPv6Address(source) if source else None
    made = RouteChoice.of(route=everywhere, source=address)
    assert made.way is RouteState.DEFAULT_ROUTE


def test_equal_routes_are_chosen_alike_in_any_order() -> None:
    on_link, first, second = route(next_hop=None), route(), route(next_hop=SECOND_HOP)
    routes = [second, on_link, first]
    chosen = {best_route(LOCK_ADDRESS, x) for x in (routes, routes[::-1])}
    assert chosen == {on_link}


def test_a_route_to_elsewhere_is_none_to_the_address() -> None:
    elsewhere = route(destination=OTHER_MESH)
    assert best_route(LOCK_ADDRESS, [elsewhere]) is None
    assert best_route(LOCK_ADDRESS, [elsewhere, route()]) == route()
