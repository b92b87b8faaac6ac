"""Rule on the home network as a whole: its router is silent, and all that hangs on it."""

from collections.abc import Iterator
from typing import Final

from ..evidence import IPv6Class, known
from ..evidence.host import ipv6_class
from ..liveness import HubState
from .rule import Group, Hit, Part, Rule, Severity, Step, rule
from .view import View

IPV4: Final = 4


@rule(
    group=Group.LAN,
    step=Step.SCOPE,
    severity=Severity.ERROR,
    needs=(Part.HUBS, Part.LOCKS),
    references=("issue 4",),
)
def home_network_down(view: View) -> Iterator[Hit]:
    """The home network itself is down: its router is silent too, not the hubs alone."""
    if is_network_down(view):
        yield Hit(locks=view.ids(view.locks))


def is_network_down(view: View) -> bool:
    """Tell whether nothing at all of the home network is seen."""
    if _has_no_address(view):
        return True
    return (_is_router_silent(view) or _has_no_lease(view)) and _all_is_silent(view)


def _has_no_address(view: View) -> bool:
    adapters = view.lan_adapters
    return bool(adapters) and not any(adapter.addresses for adapter in adapters)


def _has_no_lease(view: View) -> bool:
    """Tell whether nobody gave this host an address: the router may be starting."""
    adapters = view.lan_adapters
    own = (x.interface for adapter in adapters for x in adapter.addresses)
    if any(x.version == IPV4 and not x.is_link_local for x in own):
        return False
    reach = ipv6_class(adapters)
    return bool(adapters) and reach in {IPv6Class.NONE, IPv6Class.LINK_LOCAL}


def _is_router_silent(view: View) -> bool:
    gateway = known(view.lan.gateway)
    return gateway is not None and not gateway.answers


def _all_is_silent(view: View) -> bool:
    """Tell whether hubs, or else locks, are gone, and none proves the network alive."""
    if any(hub.answers is True or hub.elsewhere is not None for hub in view.hubs):
        return False
    gateway = known(view.lan.gateway)
    since = gateway.since if gateway is not None else view.host.ipv6_class_since
    if any(x.available is True and view.heard_since(x, since) for x in view.locks):
        return False
    if any(hub.state is HubState.OFFLINE for hub in view.hubs):
        return True
    live = any(view.is_live(hub) for hub in view.hubs)
    return not live and bool(view.locks) and all(map(view.is_silent, view.locks))


RULES: Final[tuple[Rule, ...]] = (home_network_down,)
