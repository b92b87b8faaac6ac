"""Rules on this host's way into the Thread mesh: routes, their source, their next hop."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from ipaddress import IPv6Address
from typing import Final

from ..evidence import (
    Adapter,
    AdapterKind,
    Announcements,
    Gap,
    HubEvidence,
    LockEvidence,
    NetworkManager,
    Sysctls,
    known,
)
from ..liveness import HubState
from ..path import addresses_of, macs_of, owns_next_hop
from ..routing import DEAD_NEIGHBOUR, NeighbourState, Route, Way
from .host_ipv6 import NOT_THE_HOST
from .rule import Confidence, Group, Hit, Part, Rule, Severity, Step, rule
from .view import ROUTE_GRACE, View

MESH_PREFIX_LENGTH: Final = 64
ANNOUNCEMENT_PERIOD: Final = timedelta(minutes=10)
"""MaxRtrAdvInterval is 600 s by default (RFC 4861 6.2.1)."""
MISSED_ANNOUNCEMENTS: Final = 3
ABOVE_ROUTES: Final = (
    *NOT_THE_HOST,
    "ipv6_disabled",
    "other_subnet",
    "hub_offline",
    "hub_left_wifi",
    "hub_switched_off",
    "thread_interface_off",
)
_NEEDS: Final = (Part.ROUTES, Part.HUBS, Part.LOCKS)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(Part.ROUTES, Part.LOCKS),
    parents=ABOVE_ROUTES,
    references=("R03", "R24", "RFC 4443 3.1"),
)
def no_source_address(view: View) -> Iterator[Hit]:
    """There is a route to the lock, but no address here that answers may come back to."""
    locks = [x for x in view.thread_locks if _lacks_source(view, x)]
    if locks:
        yield _unreached(view, locks)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(*_NEEDS, Part.SYSCTLS),
    parents=ABOVE_ROUTES,
    references=("R05", "os#4803", "DietPi#7420"),
)
def forwarding_ignores_announcements(view: View) -> Iterator[Hit]:
    """This host forwards packets, and then `accept_ra` 1 ignores every announcement."""
    if view.unrouted and _kernel_is(view, _forwards):
        yield _kernel_hit(view)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(*_NEEDS, Part.SYSCTLS),
    parents=(*ABOVE_ROUTES, "forwarding_ignores_announcements"),
    references=("R07", "talos#6727"),
)
def kernel_without_route_info(view: View) -> Iterator[Hit]:
    """The kernel cannot learn routes from announcements, and the route is missing."""
    if view.unrouted and _kernel_is(view, _knows_no_route_info):
        yield _kernel_hit(view)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(*_NEEDS, Part.SYSCTLS),
    parents=(
        *ABOVE_ROUTES,
        "forwarding_ignores_announcements",
        "kernel_without_route_info",
    ),
    references=("R04", "DietPi#7420", "matterjs-server docs/os_requirements"),
)
def route_info_ignored(view: View) -> Iterator[Hit]:
    """Kernel settings ignore the route that the border router announces; it is missing."""
    if view.unrouted and _kernel_is(view, _ignores_route_info):
        yield _kernel_hit(view)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(*_NEEDS, Part.NEIGHBOURS),
    parents=(
        *ABOVE_ROUTES,
        "forwarding_ignores_announcements",
        "kernel_without_route_info",
        "route_info_ignored",
    ),
    references=("R14", "os#2823"),
)
def ipv6_multicast_blocked(view: View) -> Iterator[Hit]:
    """The hub answers by IPv4, but by IPv6 this host cannot find it on the same wire."""
    locks = [x for x in view.unrouted if any(_unfound(view, view.hubs_of(x)))]
    if locks:
        yield _unreached(view, locks)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(*_NEEDS, Part.ADAPTERS),
    parents=(
        *ABOVE_ROUTES,
        "forwarding_ignores_announcements",
        "kernel_without_route_info",
        "route_info_ignored",
        "ipv6_multicast_blocked",
    ),
    references=("R10", "R14", "R24", "os#2823"),
)
def router_announcements_missing(view: View) -> Iterator[Hit]:
    """The route is missing, and no router advertisements arrive any more."""
    if view.unrouted and _unannounced(view):
        yield _unreached(view, view.unrouted)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=_NEEDS,
    parents=(
        *ABOVE_ROUTES,
        "no_source_address",
        "forwarding_ignores_announcements",
        "kernel_without_route_info",
        "route_info_ignored",
        "ipv6_multicast_blocked",
        "router_announcements_missing",
        "ipv6_link_local_only",
        "prefix_changed",
    ),
    references=("R24", "core#88541"),
)
def no_route_to_mesh(view: View) -> Iterator[Hit]:
    """The border router is there, but this host has no route to the lock's network."""
    if view.unrouted:
        yield _unreached(view, view.unrouted)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.ROUTES, Part.NEIGHBOURS, Part.HUBS),
    parents=ABOVE_ROUTES,
    references=("R26", "os#2434", "os#2823", "openthread#8074"),
)
def next_hop_dead(view: View) -> Iterator[Hit]:
    """The way to the lock still leads over a border router that is gone."""
    for lock in view.thread_locks:
        hop = lock.path.next_hop if lock.path else None
        living = view.carriers_of(lock)
        if hop is None or not living or not _is_dead_hop(view, lock, hop):
            continue
        others = [hub for hub in living if not _owns(view, hub, lock)]
        if others:
            yield Hit(
                lock=lock.id,
                severity=Severity.ERROR if view.is_silent(lock) else None,
                parameters={"hub": _names(others)},
            )


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    needs=(Part.ROUTES, Part.NEIGHBOURS, Part.HUBS),
    parents=(*ABOVE_ROUTES, "next_hop_dead"),
    references=("R25", "os#2367"),
)
def ghost_route(view: View) -> Iterator[Hit]:
    """A silent lock's route leads to a router that is none of the known ones."""
    neighbours = known(view.host.neighbours) or ()
    for lock in view.silent_thread_locks:
        hop = lock.path.next_hop if lock.path else None
        hubs = view.hubs_of(lock)
        if hop is None or not hubs or len(_routes_to(view, lock)) <= len(hubs):
            continue
        if not all(_is_recognisable(view, hub) for hub in hubs):
            continue
        if not any(owns_next_hop(hub.router, hop, neighbours) for hub in hubs):
            yield Hit(lock=lock.id, parameters={"next_hop": str(hop)})


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.NOTICE,
    needs=(Part.ROUTES, Part.ADAPTERS),
    parents=NOT_THE_HOST,
    references=("R18",),
)
def route_conflict(view: View) -> Iterator[Hit]:
    """This host has its own Thread radio, yet reaches the mesh over the home network."""
    radios = {
        x.name for x in known(view.host.adapters) or () if x.kind is AdapterKind.THREAD
    }
    if not radios:
        return
    own = [r for r in view.usable_routes if r.interface in radios]
    lan = [r for r in view.usable_routes if r.interface not in radios]
    for route in sorted(own, key=lambda r: str(r.destination)):
        if any(_wins(other, route) for other in lan):
            yield Hit(parameters={"prefix": str(route.destination)})
            return


def _unreached(view: View, locks: Iterable[LockEvidence]) -> Hit:
    found = list(locks)
    hubs = {h.id: h for x in found for h in view.hubs_of(x) if view.is_live(h)}
    prefixes = {str(x.path.prefix) for x in found if x.path and x.path.prefix}
    default_only = all(view.way_to(x) is Way.DEFAULT_ROUTE for x in found)
    return Hit(
        locks=view.ids(found),
        confidence=Confidence.LOW if default_only else None,
        parameters={
            "hub": _names(hubs.values()),
            "prefix": ", ".join(sorted(prefixes)) or "–",
        },
    )


def _kernel_hit(view: View) -> Hit:
    hit = _unreached(view, view.unrouted)
    if view.is_unmanaged:
        return hit
    return Hit(locks=hit.locks, confidence=Confidence.LOW, parameters=hit.parameters)


def _lacks_source(view: View, lock: LockEvidence) -> bool:
    if view.way_to(lock) is not Way.NO_SOURCE:
        return False
    since = view.way_since(lock)
    if since is None:
        return view.is_silent(lock)
    return view.lasts(since, ROUTE_GRACE) and not view.heard_since(lock, since)


def _kernel_is(view: View, fault: Callable[[View, Adapter], bool]) -> bool:
    """Tell whether each adapter has a fault that no network manager makes up for."""
    if view.host.manager not in {NetworkManager.NONE, Gap.UNKNOWN, Gap.NOT_CHECKABLE}:
        return False
    adapters = view.lan_adapters
    return bool(adapters) and all(fault(view, adapter) for adapter in adapters)


def _forwards(view: View, adapter: Adapter) -> bool:
    everywhere = view.host.all_interfaces.forwarding == 1
    forwards = everywhere or adapter.sysctls.forwarding == 1
    return forwards and adapter.sysctls.accept_ra == 1


def _knows_no_route_info(view: View, adapter: Adapter) -> bool:
    return adapter.sysctls.rt_info_max_plen is None


def _ignores_route_info(view: View, adapter: Adapter) -> bool:
    return _is_deaf(adapter.sysctls)


def _is_deaf(sysctls: Sysctls) -> bool:
    longest = sysctls.rt_info_max_plen
    too_short = isinstance(longest, int) and longest < MESH_PREFIX_LENGTH
    return too_short or sysctls.accept_ra == 0


def _unfound(view: View, hubs: Iterable[HubEvidence]) -> Iterator[bool]:
    """Tell of each hub that answers by IPv4 whether its IPv6 neighbour entries failed."""
    neighbours = known(view.host.neighbours) or ()
    for hub in hubs:
        own = {a for a in addresses_of(hub.router) if ":" in a}
        states = {n.state for n in neighbours if n.address.split("%")[0] in own}
        yield hub.answers is True and states == {NeighbourState.FAILED}


def _unannounced(view: View) -> bool:
    counters = [known(adapter.announcements) for adapter in view.lan_adapters]
    found = [counter for counter in counters if counter is not None]
    return bool(found) and all(_stands_still(view, counter) for counter in found)


def _stands_still(view: View, counter: Announcements) -> bool:
    """Tell whether far fewer announcements arrive than did before."""
    if counter.unchanged_since is None:
        return False
    patience = ANNOUNCEMENT_PERIOD
    if counter.longest_gap is not None:
        patience = MISSED_ANNOUNCEMENTS * timedelta(seconds=counter.longest_gap)
    return view.now - counter.unchanged_since >= patience


def _is_dead_hop(view: View, lock: LockEvidence, hop: IPv6Address) -> bool:
    for hub in view.hubs_of(lock):
        if hub.state is HubState.OFFLINE and _owns(view, hub, lock):
            return not view.heard_since(lock, hub.offline_since)
    if not view.is_silent(lock):
        return False
    text = str(hop).split("%", maxsplit=1)[0]
    return any(
        n.state in DEAD_NEIGHBOUR and n.address.split("%", maxsplit=1)[0] == text
        for n in known(view.host.neighbours) or ()
    )


def _owns(view: View, hub: HubEvidence, lock: LockEvidence) -> bool:
    hop = lock.path.next_hop if lock.path else None
    neighbours = known(view.host.neighbours) or ()
    return hop is not None and owns_next_hop(hub.router, hop, neighbours)


def _is_recognisable(view: View, hub: HubEvidence) -> bool:
    """Tell whether the hub's link-local address can be told from a stranger's."""
    if any(text.startswith("fe80") for text in addresses_of(hub.router)):
        return True
    return bool(macs_of(hub.router, known(view.host.neighbours) or ()))


def _routes_to(view: View, lock: LockEvidence) -> set[str]:
    prefix = lock.path.prefix if lock.path else None
    return {
        str(route.next_hop)
        for route in view.usable_routes
        if route.destination == prefix and route.next_hop is not None
    }


def _wins(lan: Route, own: Route) -> bool:
    return lan.destination == own.destination and lan.metric < own.metric


def _names(hubs: Iterable[HubEvidence]) -> str:
    return ", ".join(sorted({hub.name for hub in hubs})) or "–"


RULES: Final[tuple[Rule, ...]] = (
    no_source_address,
    forwarding_ignores_announcements,
    kernel_without_route_info,
    route_info_ignored,
    ipv6_multicast_blocked,
    router_announcements_missing,
    no_route_to_mesh,
    next_hop_dead,
    ghost_route,
    route_conflict,
)
