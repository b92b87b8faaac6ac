"""Rules on the router that this host sends packets for a lock to."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address
from typing import Final

from ...addresses import unscoped
from ...thread import Route, macs_of, owns_next_hop
from ..evidence import AdapterKind, HubEvidence, LockEvidence, known
from .absence import is_gone
from .host_ipv6 import NOT_THE_HOST
from .host_routes import ABOVE_ROUTES, names_of
from .locks_and_hubs import silent_since
from .rule import (
    Confidence,
    Group,
    Parameter,
    Part,
    Rule,
    RuleMatch,
    Severity,
    Step,
    rule,
)
from .tried import Advice, after_host_restart
from .view import View

CHANGES_OVER: Final = timedelta(minutes=2)
"""Linux takes another router once three probes are unanswered (RFC 4861 10), which is seen
within a minute: packets that nobody answers have to be sent first."""


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.WARNING,
    worst=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.ROUTES, Part.NEIGHBOURS, Part.HUBS),
    parents=ABOVE_ROUTES,
    references=("R26", "os#2434", "os#2823", "openthread#8074"),
)
def next_hop_dead(view: View) -> Iterator[RuleMatch]:
    """The way to the lock still leads over a border router that is gone."""
    for lock in view.thread_locks:
        hop = lock.path.next_hop if lock.path else None
        if hop is None or not _is_dead_hop(view, lock, hop):
            continue
        others = [hub for hub in view.carriers_of(lock) if not _owns(view, hub, lock)]
        if others:
            yield RuleMatch(
                lock=lock.id,
                severity=Severity.ERROR if view.is_silent(lock) else None,
                parameters={
                    "hub": names_of(others),
                    **_advice(view, _dead_since(view, lock)),
                },
            )


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    needs=(Part.ROUTE_TABLE, Part.NEIGHBOURS, Part.HUBS),
    parents=(*ABOVE_ROUTES, "next_hop_dead"),
    references=("R25", "os#2367"),
)
def ghost_route(view: View) -> Iterator[RuleMatch]:
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
            advice = after_host_restart(view, silent_since(lock))
            yield RuleMatch(lock=lock.id, parameters={"next_hop": str(hop), **advice})


@rule(
    group=Group.HOST,
    step=Step.ROUTE,
    severity=Severity.NOTICE,
    needs=(Part.ROUTE_TABLE, Part.ADAPTERS),
    parents=NOT_THE_HOST,
    references=("R18",),
)
def route_conflict(view: View) -> Iterator[RuleMatch]:
    """This host has its own Thread radio, yet reaches the mesh over the home network."""
    radios = {
        x.name for x in known(view.host.adapters) or () if x.kind is AdapterKind.THREAD
    }
    own = [r for r in view.usable_routes if r.interface in radios]
    lan = [r for r in view.usable_routes if r.interface not in radios]
    for route in sorted(own, key=lambda r: str(r.destination)):
        if any(_wins(other, route) for other in lan):
            yield RuleMatch(parameters={"prefix": str(route.destination)})
            return


def _is_dead_hop(view: View, lock: LockEvidence, hop: IPv6Address) -> bool:
    for hub in view.hubs_of(lock):
        if is_gone(view, hub) and _owns(view, hub, lock):
            return not view.heard_since(lock, hub.offline_since)
    return view.is_silent(lock) and unscoped(str(hop)) in view.dead_neighbours


def _dead_since(view: View, lock: LockEvidence) -> datetime | None:
    """Return since when the hop is gone; the lock falls silent with one that has no name."""
    hubs = (x for x in view.hubs_of(lock) if is_gone(view, x) and _owns(view, x, lock))
    owner = next(hubs, None)
    return silent_since(lock) if owner is None else owner.offline_since


def _advice(view: View, since: datetime | None) -> Mapping[str, Parameter]:
    """Return what to do, and since when the hop is dead."""
    told = {"since": since or "–", **after_host_restart(view, since)}
    if view.lasts(since, CHANGES_OVER):
        return told
    return told | {"advice": Advice.WAIT}


def _owns(view: View, hub: HubEvidence, lock: LockEvidence) -> bool:
    hop = lock.path.next_hop if lock.path else None
    neighbours = known(view.host.neighbours) or ()
    return hop is not None and owns_next_hop(hub.router, hop, neighbours)


def _is_recognisable(view: View, hub: HubEvidence) -> bool:
    """Tell whether the hub's link-local address can be told from a stranger's."""
    if any(text.startswith("fe80") for text in hub.router.plain_addresses):
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


RULES: Final[tuple[Rule, ...]] = (next_hop_dead, ghost_route, route_conflict)
