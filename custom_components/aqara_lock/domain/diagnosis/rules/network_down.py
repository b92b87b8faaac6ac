"""Rule on the home network as a whole: its router is silent, and all that hangs on it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from ...connectivity import HubState
from ..evidence import (
    AdapterKind,
    HostAddress,
    HubEvidence,
    IPv6Class,
    LockEvidence,
    ipv6_class,
    known,
)
from .rule import Group, Part, Rule, RuleMatch, Severity, Step, rule
from .view import View

IPV4: Final = 4


@rule(
    group=Group.LAN,
    step=Step.SCOPE,
    severity=Severity.ERROR,
    needs=(Part.HUBS, Part.LOCKS),
    references=("issue 4",),
)
def home_network_down(view: View) -> Iterator[RuleMatch]:
    """The home network itself is down: its router is silent too, not the hubs alone."""
    if is_network_down(view):
        yield RuleMatch(locks=view.ids(_beyond(view)))


def is_network_down(view: View) -> bool:
    """Tell whether nothing at all of the home network is seen."""
    return (_is_router_silent(view) or _has_no_lease(view)) and _all_is_silent(view)


def _has_no_lease(view: View) -> bool:
    """Tell whether this host has no address: the cable is out, or the router starts.

    An adapter that Home Assistant does not use may carry everything all the same.
    """
    every = known(view.host.adapters) or ()
    adapters = [x for x in every if x.kind is AdapterKind.LAN]
    if any(_is_lease(x) for adapter in adapters for x in adapter.addresses):
        return False
    reach = ipv6_class(adapters)
    return bool(adapters) and reach in {IPv6Class.NONE, IPv6Class.LINK_LOCAL}


def _is_lease(address: HostAddress) -> bool:
    own = address.interface
    return own.version == IPV4 and not own.is_link_local


def _is_router_silent(view: View) -> bool:
    gateway = known(view.lan.gateway)
    return gateway is not None and not gateway.answers


def _all_is_silent(view: View) -> bool:
    """Tell whether hubs, or else locks, are gone, and none proves the network alive."""
    hubs = [hub for hub in view.hubs if not view.is_this_host(hub)]
    if any(hub.answers is True or hub.elsewhere is not None for hub in hubs):
        return False
    locks, since = _beyond(view), _since(view, hubs)
    if any(view.heard_since(lock, since) for lock in locks):
        return False
    states = {hub.state for hub in hubs}
    if HubState.OFFLINE in states:
        return True
    if HubState.ONLINE in states or not locks:
        return False
    return all(map(view.is_silent, locks))


def _since(view: View, hubs: Iterable[HubEvidence]) -> datetime | None:
    """Give since when the network seems to be away; a word after that denies it."""
    gateway = known(view.lan.gateway)
    if gateway is not None and not gateway.answers:
        return gateway.since
    gone = (hub.offline_since for hub in hubs if hub.offline_since is not None)
    return max(gone, default=view.host.ipv6_class_since)


def _beyond(view: View) -> list[LockEvidence]:
    """Give the locks that need the home network: a radio on this host does not."""
    return [lock for lock in view.locks if not _hangs_on_this_host(view, lock)]


def _hangs_on_this_host(view: View, lock: LockEvidence) -> bool:
    hubs = view.hubs_of(lock)
    return bool(hubs) and all(map(view.is_this_host, hubs))


RULES: Final[tuple[Rule, ...]] = (home_network_down,)
