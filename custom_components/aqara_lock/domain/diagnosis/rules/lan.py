"""Rules on the home network between this host and the hubs."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network
from typing import Final

from ...access import Ecosystem
from ...addresses import Address, parse_address
from ...connectivity import QUIET_START
from ...thread import RouteState, is_of_containers
from ..evidence import Hearing, HubEvidence, known
from .absence import is_gone, matters, proves_life, severity_of_absence
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, listed, rule
from .view import View

MDNS_PATIENCE: Final = timedelta(seconds=30)
"""Half a dozen unanswered queries, one at each probe that is answered."""
AFTER_CHANGE: Final = timedelta(minutes=10)
BEFORE_CHANGE: Final = timedelta(minutes=2)
"""A hub may leave before the new network of a restarting router is seen."""
APPLE: Final = "apple"


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    needs=(Part.ADAPTERS, Part.HUBS),
    parents=("home_network_down",),
    references=("R11", "core#91459", "core#96629", "core#105055"),
)
def other_subnet(view: View) -> Iterator[RuleMatch]:
    """A hub that a lock needs has its addresses in another network than this host."""
    for hub in view.hubs:
        address = _foreign_address(view, hub)
        if address is None or not matters(view, hub):
            continue
        cut = _cut_by_subnet(view, hub)
        # Static routes or a Matter server over there may serve the locks well.
        locks = view.locks_behind(hub)
        well = locks and not any(map(view.is_silent, locks))
        mild = Severity.NOTICE if well and view.is_live(hub) else Severity.WARNING
        yield RuleMatch(
            hub=hub.id,
            locks=cut,
            severity=None if cut else mild,
            parameters={"address": address},
        )


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    needs=(Part.ADAPTERS, Part.HUBS),
    parents=("home_network_down", "other_subnet"),
    references=("R17",),
)
def apple_other_subnet(view: View) -> Iterator[RuleMatch]:
    """An Apple border router is in another network than the hub of the locks."""
    hubs = [hub for hub in view.hubs if view.is_live(hub)]
    apple = [hub for hub in hubs if _vendor(hub).startswith(APPLE)]
    serving = [h for h in hubs if h not in apple and view.locks_behind(h)]
    for hub in apple:
        if _foreign_address(view, hub) is None or view.locks_behind(hub):
            continue
        near = [h for h in serving if _foreign_address(view, h) is None]
        if near:
            names = listed(h.shown_name for h in near)
            yield RuleMatch(
                hub=hub.id,
                severity=None if _is_missed(view, near, apple) else Severity.NOTICE,
                parameters={"other": names},
            )


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    needs=(Part.ADAPTERS, Part.HUBS),
    parents=("home_network_down", "other_subnet"),
    references=("R12", "core#102549", "core#96629", "addons#4634"),
)
def mdns_reflector(view: View) -> Iterator[RuleMatch]:
    """One hub is announced with addresses of several networks, as a reflector does."""
    for hub in view.hubs:
        if not view.is_live(hub) or not matters(view, hub):
            continue
        addresses = [a for a in _addresses(hub) if isinstance(a, IPv4Address)]
        inside = [a for a in addresses if _is_on_link(view, a)]
        outside = sorted(str(a) for a in set(addresses) - set(inside) if _is_of_lan(a))
        if inside and outside and not view.is_this_host(hub):
            silent = any(map(view.is_silent, view.locks_behind(hub)))
            yield RuleMatch(
                hub=hub.id,
                severity=None if silent else Severity.NOTICE,
                parameters={"address": listed(outside)},
            )


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    needs=(Part.HUBS,),
    parents=("home_network_down", "other_subnet", "container_bridged"),
    references=("R13", "core#174547", "core#138084", "core#110152"),
)
def mdns_blocked(view: View) -> Iterator[RuleMatch]:
    """A hub that works is not heard by mDNS: multicast seems to get lost on the way."""
    for hub in view.hubs:
        if hub.hearing is not Hearing.SILENT or _has_another_id(view, hub):
            continue
        if not view.lasts(hub.unheard_since, MDNS_PATIENCE):
            continue
        # Its own address answers whether the border router runs or not.
        answers = hub.answers is True and not view.is_this_host(hub)
        if answers or proves_life(view, hub):
            yield RuleMatch(
                hub=hub.id,
                severity=None if matters(view, hub) else Severity.NOTICE,
                confidence=None if answers else Confidence.MEDIUM,
            )


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LAN_CHANGES, Part.HUBS),
    parents=("home_network_down", "other_subnet", "hub_switched_off"),
    references=("issue 4",),
)
def hub_left_wifi(view: View) -> Iterator[RuleMatch]:
    """A hub went away right when the router or its network changed."""
    changed = known(view.lan.changed_at)
    if changed is None:
        return
    for hub in view.hubs:
        since = hub.offline_since
        if since is None or not is_gone(view, hub):
            continue
        if -BEFORE_CHANGE <= since - changed <= AFTER_CHANGE:
            yield RuleMatch(
                hub=hub.id,
                locks=view.left_alone_by(hub),
                severity=severity_of_absence(view, hub),
                parameters={"since": since},
            )


@rule(
    group=Group.LAN,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.HUBS, Part.LOCKS, Part.MDNS),
    parents=(
        "home_network_down",
        "wrong_thread_network",
        "ipv6_disabled",
        "matter_unavailable",
    ),
    references=("R20", "R28", "core#133673"),
)
def no_border_router(view: View) -> Iterator[RuleMatch]:
    """No border router of the silent lock's Thread network is seen at all."""
    if not view.lasts(view.evidence.started_at, QUIET_START) or _is_deaf(view):
        return
    for lock in view.silent_thread_locks:
        if lock.network and not view.hubs_of(lock) and view.is_lost(lock):
            yield RuleMatch(
                lock=lock.id, parameters={"network": view.network_name(lock.network)}
            )


def _has_another_id(view: View, hub: HubEvidence) -> bool:
    """Return whether the hub is heard at its place under another id, as after a reset."""
    return any(
        other.hearing is not Hearing.SILENT
        and other.is_live
        and other.router.is_at_place_of(hub.router)
        for other in view.hubs
        if other.id != hub.id
    )


def _is_deaf(view: View) -> bool:
    """Tell whether this host hears no border router because of where it stands."""
    if view.host.bridged_container is True:
        return True
    return view.host.matter_server_elsewhere is True and not view.hubs


def _cut_by_subnet(view: View, hub: HubEvidence) -> tuple[str, ...]:
    """Give the locks that the hub's place keeps away: none that the kernel has a way to."""
    if hub.elsewhere is not None:
        return view.left_alone_by(hub)
    if view.is_missed(hub):
        return ()
    return tuple(
        lock_id
        for lock_id in view.left_alone_by(hub)
        if view.is_silent(view.lock_by_id[lock_id])
        and view.route_state_to(view.lock_by_id[lock_id]) is not RouteState.ROUTED
    )


def _is_missed(
    view: View, near: Iterable[HubEvidence], apple: Iterable[HubEvidence]
) -> bool:
    """Tell whether Apple Home has a lock there, and no Apple device beside it."""
    if any(_foreign_address(view, hub) is None for hub in apple):
        return False
    locks = (lock for hub in near for lock in view.locks_behind(hub))
    return any(Ecosystem.APPLE_HOME in (known(lock.apps) or ()) for lock in locks)


def _is_of_lan(address: IPv4Address) -> bool:
    """Tell a private network from those that another host keeps for its containers."""
    return address.is_private and not is_of_containers(str(address))


def _vendor(hub: HubEvidence) -> str:
    return (hub.router.record.vendor_name or "").lower()


def _foreign_address(view: View, hub: HubEvidence) -> str | None:
    """Give an address of a hub none of whose addresses is in a network of this host.

    A host that lost its own IPv4 address has no network to compare.
    """
    if view.host.bridged_container is True or not _has_ipv4(view):
        return None
    if hub.elsewhere is not None:
        address = parse_address(hub.elsewhere)
        is_here = address is not None and _is_on_link(view, address)
        return None if is_here else hub.elsewhere
    addresses = _addresses(hub)
    if any(_is_on_link(view, a) for a in addresses):
        return None
    ipv4 = sorted(str(a) for a in addresses if isinstance(a, IPv4Address))
    return ipv4[0] if ipv4 else None


def _has_ipv4(view: View) -> bool:
    own = (x.interface.ip for a in view.lan_adapters for x in a.addresses)
    return any(isinstance(ip, IPv4Address) and not ip.is_link_local for ip in own)


def near_address(view: View, hub: HubEvidence) -> str | None:
    """Give an address of a hub that lies in a network of this host."""
    near = sorted(str(a) for a in _addresses(hub) if _is_on_link(view, a))
    return near[0] if near else None


def _addresses(hub: HubEvidence) -> list[Address]:
    """Give the addresses that tell a network: no link-local and no mesh address."""
    mesh = hub.router.record.omr_prefix
    every = [parse_address(text) for text in hub.router.addresses]
    found = [address for address in every if address is not None]
    return [a for a in found if not a.is_link_local and not _is_in_mesh(a, mesh)]


def _is_in_mesh(address: Address, mesh: IPv6Network | None) -> bool:
    return mesh is not None and address in mesh


def _is_on_link(view: View, address: Address) -> bool:
    """Tell whether the kernel finds it on the wire, be Home Assistant's choice another."""
    return any(
        address in own.interface.network
        for adapter in known(view.host.adapters) or ()
        for own in adapter.addresses
    )


RULES: Final[tuple[Rule, ...]] = (
    other_subnet,
    apple_other_subnet,
    mdns_reflector,
    mdns_blocked,
    hub_left_wifi,
    no_border_router,
)
