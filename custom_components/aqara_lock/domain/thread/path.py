"""Which border router a lock hangs on, and how that is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network

from ..addresses import unscoped
from .border_router import BorderRouter
from .routing import Neighbour, Route, RouteChoice, RouteState, best_route


class PathEvidence(StrEnum):
    """What the answer rests on."""

    PARENT = "parent"
    NEXT_HOP = "next_hop"
    ONLY_ROUTER = "only_router"
    SEVERAL_ROUTERS = "several_routers"
    NO_ROUTER = "no_router"
    NETWORK_UNKNOWN = "network_unknown"


@dataclass(frozen=True, slots=True)
class LockPath:
    """The border routers of a lock's Thread network, and the one that serves it if known.

    `extended_pan_id` is said by the lock or, without that, found by its mesh prefix
    (`by_prefix`). `next_hop` is where this host would send packets for the lock.
    """

    routers: tuple[str, ...]
    serving: str | None
    evidence: PathEvidence
    extended_pan_id: str | None = None
    by_prefix: bool = False
    prefix: IPv6Network | None = None
    next_hop: IPv6Address | None = None


NOT_ON_THREAD = LockPath((), None, PathEvidence.NETWORK_UNKNOWN)
"""A lock behind a bridge: the bridge's own addresses say nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEvidence:
    """How packets for a lock would leave this host.

    `choices` are the kernel's own for the lock's addresses and count before `routes`;
    `neighbours` find a border router that hides its link-local address by its MAC.
    """

    addresses: Sequence[IPv6Address] = ()
    choices: Sequence[RouteChoice] = ()
    routes: Sequence[Route] = ()
    neighbours: Sequence[Neighbour] = ()


NOTHING_SEEN = RouteEvidence()


def resolve_path(
    extended_pan_id: str | None,
    parent_extended_address: str | None,
    routers: Iterable[BorderRouter],
    way: RouteEvidence = NOTHING_SEEN,
    preferred: Sequence[str] = (),
) -> LockPath:
    """Join lock and border routers by network, then by parent, next hop or exclusion.

    The parent is the radio's own word. The next hop is where packets enter the mesh.
    What border routers say of themselves are claims: where several claim the parent's
    radio, an address or a mesh prefix, the first of the `preferred` ids has it.
    """
    order = {hub_id: place for place, hub_id in reversed(list(enumerate(preferred)))}
    every = sorted(routers, key=lambda x: (order.get(x.id, len(preferred)), x.id))
    publisher = _publisher(way.addresses, every)
    network = extended_pan_id
    if network is None and publisher is not None:
        network = publisher.record.extended_pan_id
    if network is None:
        return LockPath((), None, PathEvidence.NETWORK_UNKNOWN)
    same = [r for r in every if r.record.extended_pan_id == network]
    hop = _next_hop(way)
    serving, evidence = _serving(same, parent_extended_address, hop, way.neighbours)
    return LockPath(
        routers=tuple(sorted(router.id for router in same)),
        serving=serving.id if serving else None,
        evidence=evidence,
        extended_pan_id=network,
        by_prefix=extended_pan_id is None,
        prefix=publisher.record.omr_prefix if publisher else None,
        next_hop=hop,
    )


def _serving(
    routers: list[BorderRouter],
    parent: str | None,
    hop: IPv6Address | None,
    neighbours: Sequence[Neighbour],
) -> tuple[BorderRouter | None, PathEvidence]:
    for router in routers:
        if parent is not None and router.record.extended_address == parent.lower():
            return router, PathEvidence.PARENT
    if hop is not None:
        for router in routers:
            if owns_next_hop(router, hop, neighbours):
                return router, PathEvidence.NEXT_HOP
    if len(routers) == 1:
        return routers[0], PathEvidence.ONLY_ROUTER
    return None, PathEvidence.SEVERAL_ROUTERS if routers else PathEvidence.NO_ROUTER


def _publisher(
    addresses: Iterable[IPv6Address], routers: Iterable[BorderRouter]
) -> BorderRouter | None:
    """Find a border router that publishes the mesh prefix of one of the addresses."""
    found = list(addresses)
    for router in routers:
        prefix = router.record.omr_prefix
        if prefix is not None and any(address in prefix for address in found):
            return router
    return None


def _next_hop(way: RouteEvidence) -> IPv6Address | None:
    """Find the one next hop for the lock's addresses; None where they disagree."""
    hops = {c.next_hop for c in way.choices if c.way is not RouteState.DEFAULT_ROUTE}
    if not way.choices:
        best = (best_route(a, way.routes) for a in way.addresses)
        hops = {r.next_hop for r in best if r is not None and not r.is_default}
    hops.discard(None)
    return hops.pop() if len(hops) == 1 else None


def owns_next_hop(
    router: BorderRouter, hop: IPv6Address, neighbours: Iterable[Neighbour]
) -> bool:
    """Tell whether a next hop is this border router, by its addresses or by its MAC."""
    text = unscoped(str(hop))
    if text in router.plain_addresses:
        return True
    macs = macs_of(router, neighbours)
    return any(n.mac in macs for n in neighbours if unscoped(n.address) == text)


def macs_of(router: BorderRouter, neighbours: Iterable[Neighbour]) -> frozenset[str]:
    """Find the MAC addresses of a border router in the neighbour table."""
    own = router.plain_addresses
    return frozenset(n.mac for n in neighbours if n.mac and unscoped(n.address) in own)
