"""Where the rules on this host begin and end: addresses, settings."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    AdapterKind,
    AddressFlag,
    Gap,
    HostEvidence,
    NetworkManager,
    Sysctls,
)
from custom_components.aqara_lock.domain.thread.routing import RouteChoice, RouteState
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    LOCK_ADDRESS,
    OTHER_MESH,
    adapter,
    address,
    ago,
    choice,
    home,
    host,
    hub,
    route,
    silent_lock,
    unrouted_host,
)

NO_IPV6 = adapter("192.168.1.5/24")
LINK_LOCAL = adapter("192.168.1.5/24", "fe80::5/64")
OLD = address("2001:db8::5/64", AddressFlag.DEPRECATED)
NEW = address("2001:db8::6/64", AddressFlag.TENTATIVE)
TAKEN = address("2001:db8::5/64", AddressFlag.DAD_FAILED)
OTHER_NETWORK = adapter("192.168.7.5/24", name="wlan0")
SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}


def lost(
    seconds: float, way: RouteState = RouteState.NO_ROUTE
) -> dict[str, dict[object, RouteChoice]]:
    return {"choices": {LOCK_ADDRESS: choice(way, seconds=seconds)}}


def unused(*addresses: str, **changes: Any) -> Adapter:
    return adapter(*addresses, enabled=False, **changes)


def of_no_lan(one: Adapter) -> Adapter:
    return replace(one, kind=AdapterKind.OTHER)


NEVER_HEARD = silent_lock(last_sign_of_life=None)


def contained(**changes: Any) -> HostEvidence:
    return host(adapter("172.18.0.5/16"), bridged_container=True, **changes)


CONTAINERS = {
    "the server has a network of its own": Edge(
        "container_bridged",
        home(contained(), NEVER_HEARD),
        home(contained(matter_server_elsewhere=True), NEVER_HEARD),
    ),
    "the lock spoke before": Edge(
        "container_bridged",
        home(contained(), NEVER_HEARD),
        home(contained(), silent_lock()),
    ),
    "nobody knows whether it is a container": Edge(
        "container_bridged",
        home(contained(), NEVER_HEARD),
        home(host(bridged_container=Gap.UNKNOWN), NEVER_HEARD),
    ),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers(name: str) -> None:
    CONTAINERS[name].check()


ADDRESSES = {
    "no IPv6 for ten seconds": Edge(
        "ipv6_disabled",
        home(unrouted_host(NO_IPV6, ipv6_class_since=ago(seconds=10))),
        home(unrouted_host(NO_IPV6, ipv6_class_since=ago(seconds=9), **lost(9))),
    ),
    "no adapter in the home network": Edge(
        "ipv6_disabled",
        home(unrouted_host(NO_IPV6, ipv6_class_since=ago(seconds=40))),
        home(unrouted_host(of_no_lan(NO_IPV6), ipv6_class_since=ago(seconds=40))),
    ),
    "link-local alone for ten seconds": Edge(
        "ipv6_link_local_only",
        home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=10))),
        home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=9), **lost(9))),
    ),
    "link-local alone, and no hub that is known to be there": Edge(
        "ipv6_link_local_only",
        home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=40))),
        home(
            unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=40)),
            hub(**SEEN_ONLY),
        ),
    ),
    "link-local alone, where a route just came": Edge(
        "ipv6_link_local_only",
        home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=40))),
        home(
            unrouted_host(
                LINK_LOCAL,
                ipv6_class_since=ago(seconds=40),
                **lost(5, RouteState.NO_SOURCE),
            )
        ),
    ),
    "an address that is still being tried is not ageing": Edge(
        "addresses_deprecated",
        home(host(adapter("192.168.1.5/24", OLD, NEW))),
        home(host(adapter("192.168.1.5/24", NEW))),
    ),
    "an address that was refused, and one that ages": Edge(
        "duplicate_address",
        home(host(adapter("192.168.1.5/24", TAKEN))),
        home(host(adapter("192.168.1.5/24", TAKEN, OLD))),
    ),
    "an address of no range": Edge(
        "bogus_prefix",
        home(host(adapter("192.168.1.5/24", "fd99::5/64", "fcff::5/64"))),
        home(host(adapter("192.168.1.5/24", "fd99::5/64", "::1/128"))),
    ),
    "the first address of the internet": Edge(
        "bogus_prefix",
        home(host(adapter("fd99::5/64", "1fff::5/64"))),
        home(host(adapter("fd99::5/64", "2000::5/64"))),
    ),
    "one adapter in two networks": Edge(
        "several_adapters",
        home(host(adapter(), OTHER_NETWORK)),
        home(host(adapter("192.168.1.5/24", "192.168.7.5/24", "fd99::5/64"))),
    ),
    "adapters of which none is used": Edge(
        "several_adapters",
        home(host(adapter(), OTHER_NETWORK)),
        home(host(unused(), unused("192.168.7.5/24", name="wlan0"))),
    ),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses(name: str) -> None:
    ADDRESSES[name].check()


def sysctls(**changes: Any) -> Sysctls:
    well = Sysctls(accept_ra=1, rt_info_max_plen=64, disable_ipv6=0, forwarding=0)
    return replace(well, **changes)


REFUSES = adapter(sysctls=sysctls(rt_info_max_plen=0))
READS_NONE = adapter(sysctls=sysctls(accept_ra=0))
OLD_KERNEL = adapter(sysctls=sysctls(rt_info_max_plen=None))
FORWARDS = adapter(sysctls=sysctls(forwarding=1))
WELL = adapter("192.168.1.6/24", "fd99::6/64", name="wlan0")
LEARNED = route(destination=OTHER_MESH)


def perhaps_managed(*routes: Any) -> Any:
    """Make a host whose kernel reads no announcements; perhaps somebody else does."""
    return unrouted_host(READS_NONE, routes=routes, manager=Gap.NOT_CHECKABLE)


SETTINGS = {
    "longest route that is learned": Edge(
        "route_info_ignored",
        home(unrouted_host(adapter(sysctls=sysctls(rt_info_max_plen=63)))),
        home(unrouted_host(adapter(sysctls=sysctls(rt_info_max_plen=64)))),
    ),
    "only one of two adapters refuses routes": Edge(
        "route_info_ignored",
        home(unrouted_host(REFUSES)),
        home(unrouted_host(REFUSES, WELL)),
    ),
    "no adapter of the home network refuses routes": Edge(
        "route_info_ignored",
        home(unrouted_host(REFUSES)),
        home(unrouted_host(of_no_lan(REFUSES))),
    ),
    "no adapter of the home network forwards": Edge(
        "forwarding_ignores_announcements",
        home(unrouted_host(FORWARDS)),
        home(unrouted_host(of_no_lan(FORWARDS))),
    ),
    "a kernel without routes, where there is one": Edge(
        "kernel_without_route_info",
        home(unrouted_host(OLD_KERNEL)),
        home(host(OLD_KERNEL)),
    ),
    "forwarding, and nobody knows who else reads announcements": Edge(
        "forwarding_ignores_announcements",
        home(unrouted_host(FORWARDS, manager=Gap.UNKNOWN)),
        home(unrouted_host(FORWARDS, manager=NetworkManager.NETWORKD)),
    ),
    "somebody reads announcements": Edge(
        "route_info_ignored",
        home(perhaps_managed(replace(LEARNED, protocol="static"))),
        home(perhaps_managed(LEARNED)),
    ),
    "somebody reads announcements on another adapter": Edge(
        "route_info_ignored",
        home(perhaps_managed(replace(LEARNED, interface="wlan0"))),
        home(perhaps_managed(LEARNED)),
    ),
    "the kernel itself learned a route, of those that it does not refuse": Edge(
        "route_info_ignored",
        home(unrouted_host(REFUSES, routes=(LEARNED,))),
        home(unrouted_host(READS_NONE, routes=(LEARNED,))),
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str) -> None:
    SETTINGS[name].check()
