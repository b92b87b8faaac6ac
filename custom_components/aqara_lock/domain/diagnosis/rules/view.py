"""The evidence as rules look at it: what several of them ask is worked out once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv6Address
from typing import Final

from ...addresses import unscoped
from ...thread import DEAD_NEIGHBOUR, Route, RouteChoice, RouteState, best_route
from ..evidence import (
    Adapter,
    AdapterKind,
    Gap,
    HubEvidence,
    LockEvidence,
    NetworkManager,
    known,
    lan_adapters,
)
from .locks_and_hubs import LocksAndHubs

HOST_GRACE: Final = timedelta(seconds=10)
"""An adapter has no address for some seconds while it comes up."""
CUT: Final = frozenset({RouteState.NO_ROUTE, RouteState.NO_SOURCE})
"""Ways that end before the mesh."""
ROUTE_GRACE: Final = timedelta(seconds=15)
"""A hub takes its route along when it leaves; within this time it is known as gone."""


class View(LocksAndHubs):
    """One snapshot with what this host sees; made for each diagnosis, never kept."""

    @cached_property
    def lan_adapters(self) -> tuple[Adapter, ...]:
        """The adapters of the home network; none when they are not known."""
        adapters = known(self.host.adapters)
        return lan_adapters(adapters) if adapters else ()

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """The addresses of this host on its wires: those of containers are no names."""
        return frozenset(
            str(own.interface.ip)
            for adapter in known(self.host.adapters) or ()
            if adapter.kind is AdapterKind.LAN
            for own in adapter.addresses
            if not own.interface.ip.is_link_local
        )

    def is_this_host(self, hub: HubEvidence) -> bool:
        """Tell whether the border router runs here, where its address answers always."""
        return not self.own_addresses.isdisjoint(hub.router.plain_addresses)

    @cached_property
    def host_is_not_the_matter_host(self) -> bool:
        """Whether what this host sees says little about the Matter server's way."""
        return (
            self.host.matter_server_elsewhere is True
            or self.host.bridged_container is True
        )

    @cached_property
    def dead_neighbours(self) -> frozenset[str]:
        """The neighbours that do not answer this host, without their scope."""
        return frozenset(
            unscoped(neighbour.address)
            for neighbour in known(self.host.neighbours) or ()
            if neighbour.state in DEAD_NEIGHBOUR
        )

    @cached_property
    def is_unmanaged(self) -> bool:
        """Whether the kernel alone handles announcements, so that its settings count."""
        return self.host.manager is NetworkManager.NONE

    def route_state_to(self, lock: LockEvidence) -> RouteState | None:
        """Judge the best way to the lock's addresses; None when it is not known."""
        addresses = [a for a in known(lock.addresses) or () if not a.is_link_local]
        choices = known(self.host.choices)
        if choices is not None and addresses:
            ways = [choices[a].way for a in addresses if a in choices]
            return min(ways, key=_GOODNESS.__getitem__, default=None)
        targets = addresses or self._mesh_samples(lock)
        if isinstance(self.host.routes, Gap) or not targets:
            return None
        return min((self._listed(a) for a in targets), key=_GOODNESS.__getitem__)

    def is_cut(self, lock: LockEvidence) -> bool:
        """Return whether the kernel sees no way to a lock.

        A Matter server on another host may well have one, and one to an address of the
        lock that is not known here: a lock that speaks is reached all the same.
        """
        if self.host.matter_server_elsewhere is not False:
            return False
        if self.spoke_over_this_route(lock):
            return False
        return self.route_state_to(lock) in CUT

    def _mesh_samples(self, lock: LockEvidence) -> list[IPv6Address]:
        prefixes = (hub.router.record.omr_prefix for hub in self.hubs_of(lock))
        return [prefix.network_address for prefix in prefixes if prefix is not None]

    def _listed(self, address: IPv6Address) -> RouteState:
        route = best_route(address, self.usable_routes)
        if route is None:
            return RouteState.NO_ROUTE
        return RouteState.DEFAULT_ROUTE if route.is_default else RouteState.ROUTED

    @cached_property
    def usable_routes(self) -> tuple[Route, ...]:
        """The routes that the kernel still uses."""
        return tuple(r for r in known(self.host.routes) or () if r.is_usable)

    def route_since(self, lock: LockEvidence) -> datetime | None:
        """Since when the kernel would do what it would do now; None if unknown."""
        return _latest(choice.since for choice in self._choices_of(lock))

    def spoke_over_this_route(self, lock: LockEvidence) -> bool:
        """Tell whether the lock was heard while the kernel was seen to do what it does."""
        seen = _latest(choice.seen_since for choice in self._choices_of(lock))
        return self.heard_since(lock, seen)

    def _choices_of(self, lock: LockEvidence) -> list[RouteChoice]:
        choices = known(self.host.choices) or {}
        return [choices[a] for a in known(lock.addresses) or () if a in choices]

    @cached_property
    def unrouted(self) -> tuple[LockEvidence, ...]:
        """The locks that this host has no route to although a border router is there."""
        return tuple(lock for lock in self.thread_locks if self._is_unrouted(lock))

    def _is_unrouted(self, lock: LockEvidence) -> bool:
        way = self.route_state_to(lock)
        if way not in {RouteState.NO_ROUTE, RouteState.DEFAULT_ROUTE}:
            return False
        since = self.route_since(lock)
        if way is RouteState.DEFAULT_ROUTE or since is None:
            if not self.is_silent(lock) or self.spoke_over_this_route(lock):
                return False
        if way is RouteState.DEFAULT_ROUTE and since is None:
            # It was so from the start: a word since then came that way.
            since = self.evidence.started_at
        if not self.lasts(since, ROUTE_GRACE) or self.heard_since(lock, since):
            return False
        return self._expects_route(lock)

    def _expects_route(self, lock: LockEvidence) -> bool:
        return any(map(self._should_have_announced, self.hubs_of(lock)))

    def _should_have_announced(self, hub: HubEvidence) -> bool:
        """Tell whether a hub is there, and long enough to have announced its route."""
        if not self.carries(hub) or self.is_missed(hub):
            return False
        came = (hub.online_since, hub.record_since)
        return all(self.lasts(since, ROUTE_GRACE) for since in came)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


_GOODNESS: Final[dict[RouteState, int]] = {
    way: rank for rank, way in enumerate(RouteState)
}
