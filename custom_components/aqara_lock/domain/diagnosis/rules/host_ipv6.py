"""Rules on the IPv6 addresses of this host."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from ...thread import RouteState
from ..evidence import (
    ASSIGNED_UNIQUE_LOCAL,
    GLOBAL_UNICAST,
    Adapter,
    AddressFlag,
    Gap,
    HostAddress,
    IPv6Class,
    IPv6Method,
    LockEvidence,
    class_of,
    known,
)
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .tried import after_host_restart
from .view import HOST_GRACE, View

NOT_THE_HOST: Final = ("home_network_down", "container_bridged")
NO_HUB: Final = (
    "hub_offline",
    "hub_left_wifi",
    "hub_switched_off",
    "thread_interface_off",
)
"""A hub that is away gives this host neither routes nor addresses."""
ALWAYS: Final = 2
"""Value of `accept_ra` that a host needs which forwards packets."""
_REACHING: Final = frozenset({IPv6Class.LOCAL, IPv6Class.INTERNET})


class Settings(StrEnum):
    """Whether this host takes the addresses that hubs and router announce."""

    AUTOMATIC = "automatic"
    """Home Assistant's network settings say so."""
    ACCEPTS = "accepts"
    """The kernel does."""
    OPEN = "open"
    """It does not, or that is not known."""


class TurnedOff(StrEnum):
    """Where IPv6 was turned off."""

    SETTINGS = "settings"
    KERNEL = "kernel"
    UNKNOWN = "unknown"


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.ERROR,
    needs=(Part.ADAPTERS,),
    parents=NOT_THE_HOST,
    references=("R01", "R02", "core#164532", "core#121941", "addons#3889"),
)
def ipv6_disabled(view: View) -> Iterator[RuleMatch]:
    """No adapter that Home Assistant uses has an IPv6 address: Thread devices need one."""
    if view.host.ipv6_class is not IPv6Class.NONE or not view.lan_adapters:
        return
    if not view.lasts(view.host.ipv6_class_since, HOST_GRACE):
        return
    if locks := _unheard(view):
        parameters = {"where": _where(view), "settings": settings_of(view)}
        yield RuleMatch(locks=view.ids(locks), parameters=parameters)


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.ADAPTERS, Part.HUBS),
    parents=(
        *NOT_THE_HOST,
        "forwarding_ignores_announcements",
        "route_info_ignored",
        "kernel_without_route_info",
        "ipv6_multicast_blocked",
        "router_announcements_missing",
        "other_subnet",
        *NO_HUB,
    ),
    references=("R03", "core#164532", "core#174653"),
)
def ipv6_link_local_only(view: View) -> Iterator[RuleMatch]:
    """Only link-local IPv6 here, so no way to the lock's network, which is visible."""
    if view.host.ipv6_class is not IPv6Class.LINK_LOCAL:
        return
    if not view.lasts(view.host.ipv6_class_since, HOST_GRACE):
        return
    seen = [x for x in _unheard(view) if view.carriers_of(x)]
    # Where there is a route, its missing source is the more exact word.
    unexplained = [
        x for x in seen if view.route_state_to(x) is not RouteState.NO_SOURCE
    ]
    if unexplained:
        parameters = {"settings": settings_of(view)}
        yield RuleMatch(locks=view.ids(unexplained), parameters=parameters)


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.ADAPTERS,),
    parents=(
        *NOT_THE_HOST,
        *NO_HUB,
        "ipv6_disabled",
        "duplicate_address",
        "ipv6_multicast_blocked",
        "router_announcements_missing",
    ),
    references=("R08",),
)
def addresses_deprecated(view: View) -> Iterator[RuleMatch]:
    """Every wider IPv6 address is about to go, and there is no local one to stay."""
    wider = [x for x in _addresses(view) if _reaches(x)]
    ageing = [x for x in wider if AddressFlag.DEPRECATED in x.flags]
    if ageing and not any(x.is_preferred for x in wider) and view.thread_locks:
        yield RuleMatch(
            locks=view.ids(view.thread_locks),
            parameters={"addresses": _texts(ageing)},
        )


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.WARNING,
    needs=(Part.ADAPTERS,),
    parents=NOT_THE_HOST,
    references=("R08",),
)
def duplicate_address(view: View) -> Iterator[RuleMatch]:
    """An IPv6 address was refused because another device has it, and none is left."""
    failed = [x for x in _addresses(view) if AddressFlag.DAD_FAILED in x.flags]
    left = any(_reaches(x) and x.is_usable for x in _addresses(view))
    if failed and not left and view.thread_locks:
        # An address is refused anew at each start.
        advice = after_host_restart(view, view.now)
        yield RuleMatch(
            locks=view.ids(view.thread_locks),
            parameters={"addresses": _texts(failed), **advice},
        )


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.ADAPTERS,),
    parents=NOT_THE_HOST,
    references=("R09",),
)
def bogus_prefix(view: View) -> Iterator[RuleMatch]:
    """An address lies outside of the ranges for local, link-local and internet use."""
    strange = [x for x in _addresses(view) if _is_strange(x)]
    if strange and view.thread_locks:
        yield RuleMatch(
            locks=view.ids(view.thread_locks),
            severity=None if view.silent_thread_locks else Severity.NOTICE,
            parameters={"addresses": _texts(strange)},
        )


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.NOTICE,
    needs=(Part.ADAPTERS,),
    parents=NOT_THE_HOST,
    references=("R16", "core#105055"),
)
def several_adapters(view: View) -> Iterator[RuleMatch]:
    """Home Assistant uses several adapters in different networks."""
    used = [adapter for adapter in view.lan_adapters if adapter.enabled]
    networks = {network for adapter in used for network in _ipv4_networks(adapter)}
    if len(used) > 1 and len(networks) > 1 and view.thread_locks:
        yield RuleMatch(
            parameters={"adapters": ", ".join(sorted(x.name for x in used))}
        )


def _unheard(view: View) -> list[LockEvidence]:
    """Give the locks that nothing proves reachable: no word from them, and no way."""
    since = view.host.ipv6_class_since
    unheard = (x for x in view.thread_locks if not view.heard_since(x, since))
    return [lock for lock in unheard if _lacks_route(view, lock)]


def _lacks_route(view: View, lock: LockEvidence) -> bool:
    """Tell whether the kernel has no way; where that is not known, silence must show it."""
    way = view.route_state_to(lock)
    return view.is_silent(lock) if way is None else way is not RouteState.ROUTED


def settings_of(view: View) -> Settings:
    """Return whether every adapter is set to take what is announced."""
    adapters = view.lan_adapters
    if not adapters:
        return Settings.OPEN
    if all(x.ipv6_method is IPv6Method.AUTO for x in adapters):
        return Settings.AUTOMATIC
    accepts = all(_accepts(view, adapter) for adapter in adapters)
    return Settings.ACCEPTS if accepts else Settings.OPEN


def _accepts(view: View, adapter: Adapter) -> bool:
    """Tell whether the kernel takes announcements; one that forwards needs `accept_ra` 2."""
    if adapter.ipv6_method not in {Gap.UNKNOWN, Gap.NOT_CHECKABLE}:
        return False
    accept = known(adapter.sysctls.accept_ra)
    off = (view.host.all_interfaces.forwarding, adapter.sysctls.forwarding)
    return accept == ALWAYS or (accept == 1 and off == (0, 0))


def _where(view: View) -> TurnedOff:
    """Tell where IPv6 was turned off, as far as it is known."""
    if any(x.ipv6_method is IPv6Method.DISABLED for x in view.lan_adapters):
        return TurnedOff.SETTINGS
    kernel = [x.sysctls.disable_ipv6 for x in view.lan_adapters]
    off = view.host.all_interfaces.disable_ipv6 == 1 or 1 in kernel
    return TurnedOff.KERNEL if off else TurnedOff.UNKNOWN


def _addresses(view: View) -> list[HostAddress]:
    found = (address for x in view.lan_adapters for address in x.addresses)
    return [address for address in found if address.ipv6 is not None]


def _reaches(address: HostAddress) -> bool:
    return address.ipv6 is not None and class_of(address.ipv6) in _REACHING


def _is_strange(address: HostAddress) -> bool:
    own = address.ipv6
    if own is None or own.is_link_local or own.is_loopback:
        return False
    return own not in ASSIGNED_UNIQUE_LOCAL and own not in GLOBAL_UNICAST


def _ipv4_networks(adapter: Adapter) -> set[str]:
    return {str(x.interface.network) for x in adapter.addresses if x.ipv6 is None}


def _texts(addresses: list[HostAddress]) -> str:
    return ", ".join(sorted(str(x.interface) for x in addresses))


RULES: Final[tuple[Rule, ...]] = (
    ipv6_disabled,
    ipv6_link_local_only,
    duplicate_address,
    addresses_deprecated,
    bogus_prefix,
    several_adapters,
)
