"""Routes, neighbours and the way the kernel would choose, as the host shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network
from typing import Final, Self


class NeighbourState(StrEnum):
    """State of a neighbour entry (RFC 4861 7.3.2, and Linux' FAILED)."""

    REACHABLE = "reachable"
    STALE = "stale"
    DELAY = "delay"
    PROBE = "probe"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    PERMANENT = "permanent"
    NOARP = "noarp"


LEARNED: Final = "ra"
"""Protocol of a route that came with an announcement."""
DEAD_NEIGHBOUR: Final = frozenset({NeighbourState.INCOMPLETE, NeighbourState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One entry of the neighbour table, IPv4 or IPv6; `mac` is None while unresolved."""

    address: str
    mac: str | None = None
    state: NeighbourState = NeighbourState.STALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One IPv6 route; `expires` in seconds, None for ever.

    The kernel lists an expired route for some 20 s: zero and less is gone.
    """

    destination: IPv6Network
    next_hop: IPv6Address | None = None
    interface: str
    metric: int = 1024
    expires: int | None = None
    protocol: str | None = None
    from_route_info: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether the kernel still uses it."""
        return self.expires is None or self.expires > 0

    @property
    def is_default(self) -> bool:
        """Whether it is the route to everywhere."""
        return self.destination.prefixlen == 0


class RouteState(StrEnum):
    """How the kernel would send to an address, the best first."""

    ROUTED = "routed"
    NO_SOURCE = "no_source"
    DEFAULT_ROUTE = "default_route"
    NO_ROUTE = "no_route"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChoice:
    """What the kernel would do for one address, and since when it would.

    `seen_since`: since when it was seen to be so; it may have been so before.
    `NO_SOURCE` is also a route with nothing but a link-local source: the border router
    refuses it as beyond the scope of the source (RFC 4443 3.1).
    """

    way: RouteState
    next_hop: IPv6Address | None = None
    source: IPv6Address | None = None
    interface: str | None = None
    since: datetime | None = None
    seen_since: datetime | None = None

    @classmethod
    def of(
        cls,
        *,
        route: Route | None,
        source: IPv6Address | None,
        since: datetime | None = None,
    ) -> Self:
        """Judge a route and the source address that the kernel would take with it."""
        if route is None:
            return cls(way=RouteState.NO_ROUTE, since=since)
        way = (
            RouteState.NO_SOURCE
            if source is None or source.is_link_local
            else RouteState.ROUTED
        )
        if route.is_default:
            way = RouteState.DEFAULT_ROUTE
        return cls(
            way=way,
            next_hop=route.next_hop,
            source=source,
            interface=route.interface,
            since=since,
        )


def best_route(address: IPv6Address, routes: Iterable[Route]) -> Route | None:
    """Choose by longest prefix, then by metric; None when nothing covers the address."""
    fitting = [r for r in routes if r.is_usable and address in r.destination]
    return min(fitting, key=_preference, default=None)


def _preference(route: Route) -> tuple[int, int, str, str]:
    hop = str(route.next_hop or "")
    return (-route.destination.prefixlen, route.metric, route.interface, hop)
