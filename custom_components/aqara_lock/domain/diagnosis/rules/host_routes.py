"""Rules on this host's way into the Thread mesh: routes, their source, their next hop."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ...addresses import unscoped
from ...thread import LEARNED, NeighbourState, RouteState
from ..evidence import (
    Adapter,
    Announcements,
    Gap,
    HubEvidence,
    LockEvidence,
    NetworkManager,
    Sysctls,
    known,
)
from .host_ipv6 import NO_HUB, NOT_THE_HOST, settings_of
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, listed, rule
from .tried import after_hub_restart
from .view import HOST_GRACE, View

MESH_PREFIX_LENGTH: Final = 64
ANNOUNCEMENT_PERIOD: Final = timedelta(minutes=10)
"""MaxRtrAdvInterval is 600 s by default (RFC 4861 6.2.1)."""
MISSED_ANNOUNCEMENTS: Final = 3
SOON: Final = timedelta(seconds=30)
"""A lost route waits this long for the name of its cause, not longer."""
LATE_ANNOUNCEMENT: Final = 1.2
"""How much later than ever before one may be; radvd and RFC 4861 spread them at random."""
ABOVE_ROUTES: Final = (
    *NOT_THE_HOST,
    "ipv6_disabled",
    "other_subnet",
    *NO_HUB,
)
_NEEDS: Final = (Part.ROUTES, Part.HUBS, Part.LOCKS)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(Part.ROUTE_CHOICES, Part.LOCKS),
    parents=ABOVE_ROUTES,
    references=("R03", "R24", "RFC 4443 3.1"),
)
def no_source_address(view: View) -> Iterator[RuleMatch]:
    """There is a route to the lock, but no address here that answers may come back to."""
    locks = [x for x in view.thread_locks if _lacks_source(view, x)]
    if locks:
        yield _unreached_so_far(view, locks)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=(*_NEEDS, Part.SYSCTLS),
    parents=ABOVE_ROUTES,
    references=("R05", "os#4803", "DietPi#7420"),
)
def forwarding_ignores_announcements(view: View) -> Iterator[RuleMatch]:
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
def kernel_without_route_info(view: View) -> Iterator[RuleMatch]:
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
def route_info_ignored(view: View) -> Iterator[RuleMatch]:
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
def ipv6_multicast_blocked(view: View) -> Iterator[RuleMatch]:
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
def router_announcements_missing(view: View) -> Iterator[RuleMatch]:
    """The route is missing, and no router advertisements arrive any more."""
    if view.unrouted and _unannounced(view):
        yield _unreached_so_far(view, view.unrouted)


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    needs=_NEEDS,
    parents=(
        *ABOVE_ROUTES,
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
def no_route_to_mesh(view: View) -> Iterator[RuleMatch]:
    """The border router is there, but this host has no route to the lock's network."""
    if view.unrouted and not _is_undecided(view):
        yield _unreached_so_far(view, view.unrouted)


def _unreached(view: View, locks: Iterable[LockEvidence]) -> RuleMatch:
    found = list(locks)
    hubs = {h.id: h for x in found for h in view.hubs_of(x) if view.is_live(h)}
    prefixes = {str(x.path.prefix) for x in found if x.path and x.path.prefix}
    default_only = all(
        view.route_state_to(x) is RouteState.DEFAULT_ROUTE for x in found
    )
    return RuleMatch(
        locks=view.ids(found),
        confidence=Confidence.LOW if default_only else None,
        parameters={
            "hub": names_of(hubs.values()),
            "prefix": listed(prefixes) or "–",
        },
    )


def _unreached_so_far(view: View, locks: Iterable[LockEvidence]) -> RuleMatch:
    """Report locks without a way, with what was done about that already."""
    found = list(locks)
    hit = _unreached(view, found)
    hubs = {h.id: h for x in found for h in view.hubs_of(x) if view.is_live(h)}
    since = (at for x in found if (at := view.route_since(x)))
    tried = after_hub_restart(hubs.values(), max(since, default=None))
    parameters = {**hit.parameters, "settings": settings_of(view), **tried}
    return replace(hit, parameters=parameters)


def _kernel_hit(view: View) -> RuleMatch:
    hit = _unreached(view, view.unrouted)
    if view.is_unmanaged:
        return hit
    return RuleMatch(
        locks=hit.locks, confidence=Confidence.LOW, parameters=hit.parameters
    )


def _lacks_source(view: View, lock: LockEvidence) -> bool:
    if view.route_state_to(lock) is not RouteState.NO_SOURCE:
        return False
    since = view.route_since(lock)
    if since is None:
        return view.is_silent(lock) and not view.spoke_over_this_route(lock)
    return view.lasts(since, HOST_GRACE) and not view.heard_since(lock, since)


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
    if _is_learned_by_a_manager(view, adapter):
        return False
    return _is_deaf(adapter.sysctls)


def _is_learned_by_a_manager(view: View, adapter: Adapter) -> bool:
    """Tell whether a program reads the announcements that the kernel leaves alone."""
    learned = (r for r in view.usable_routes if r.protocol == LEARNED)
    own = (r for r in learned if r.interface == adapter.name)
    return adapter.sysctls.accept_ra == 0 and any(own)


def _is_deaf(sysctls: Sysctls) -> bool:
    longest = sysctls.rt_info_max_plen
    too_short = isinstance(longest, int) and longest < MESH_PREFIX_LENGTH
    return too_short or sysctls.accept_ra == 0


def _unfound(view: View, hubs: Iterable[HubEvidence]) -> Iterator[bool]:
    """Tell of each hub that answers by IPv4 whether its IPv6 neighbour entries failed."""
    neighbours = known(view.host.neighbours) or ()
    for hub in hubs:
        own = {a for a in hub.router.plain_addresses if ":" in a}
        states = {n.state for n in neighbours if unscoped(n.address) in own}
        yield hub.answers is True and states == {NeighbourState.FAILED}


def _unannounced(view: View) -> bool:
    counters = [known(adapter.announcements) for adapter in view.lan_adapters]
    found = [counter for counter in counters if counter is not None]
    lost = [view.route_since(lock) for lock in view.unrouted]
    return bool(found) and all(_stands_still(view, x, lost) for x in found)


def _stands_still(
    view: View, counter: Announcements, lost: Iterable[datetime | None]
) -> bool:
    """Tell whether far fewer announcements arrive than did before.

    After a route has gone, one that is late is enough: hubs go on announcing others.
    """
    quiet = counter.unchanged_since
    if quiet is None:
        return False
    patience = ANNOUNCEMENT_PERIOD
    if counter.longest_gap is not None:
        gap = timedelta(seconds=counter.longest_gap)
        patience = MISSED_ANNOUNCEMENTS * gap
        if all(at is not None and quiet <= at for at in lost):
            patience = LATE_ANNOUNCEMENT * gap
    return view.now - quiet >= patience


def _is_undecided(view: View) -> bool:
    """Tell whether it shows in a moment that announcements are missing, not the route."""
    dates = [(known(x.announcements), announcement_due(x)) for x in view.lan_adapters]
    lost = [view.route_since(lock) for lock in view.unrouted]
    return any(
        counter.unchanged_since <= at and view.now < due <= at + SOON
        for counter, due in dates
        for at in lost
        if counter and due and counter.unchanged_since and at
    )


def announcement_due(adapter: Adapter) -> datetime | None:
    """Give when the next announcement is late; None where it is not known."""
    counter = known(adapter.announcements)
    if counter is None or counter.longest_gap is None:
        return None
    if counter.unchanged_since is None:
        return None
    gap = timedelta(seconds=counter.longest_gap)
    return counter.unchanged_since + LATE_ANNOUNCEMENT * gap


def names_of(hubs: Iterable[HubEvidence]) -> str:
    """Give the names of hubs as one text."""
    return listed(hub.shown_name for hub in hubs) or "–"


RULES: Final[tuple[Rule, ...]] = (
    no_source_address,
    forwarding_ignores_announcements,
    kernel_without_route_info,
    route_info_ignored,
    ipv6_multicast_blocked,
    router_announcements_missing,
    no_route_to_mesh,
)
