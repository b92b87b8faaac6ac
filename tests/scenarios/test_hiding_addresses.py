"""Faults of a host's addresses are told unless another fault explains them."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    Evidence,
    Gap,
    Hearing,
    HostAddress,
    known,
)
from tests.scenarios.edge import told
from tests.scenarios.home import (
    adapter,
    address,
    ago,
    home,
    host,
    hub,
    route,
    silent_lock,
    unrouted_host,
    with_paths,
)
from tests.scenarios.test_hiding_hosts import (
    FAULTS,
    FINDS_NO_HUB,
    FORWARDS,
    HAS_NO_ROUTE,
    HAS_NO_SOURCE,
    HEARS_NO_ROUTER,
    KNOWS_NO_ROUTES,
    REFUSES_ROUTES,
    Fault,
    also,
)
from tests.scenarios.test_situations import CASES

LINK_LOCAL = (address("192.168.1.5/24"), address("fe80::5/64"))
OLD = address("2001:db8::5/64", AddressFlag.DEPRECATED)
TAKEN = address("2001:db8::5/64", AddressFlag.DAD_FAILED)
OLD_AND_TAKEN = address(
    "2001:db8::5/64", AddressFlag.DEPRECATED, AddressFlag.DAD_FAILED
)
STRANGE = address("fc12::5/64")


def addresses(*own: HostAddress) -> Fault:
    return Fault({}, {"addresses": own}, {"ipv6_class_since": ago(seconds=40)})


ONLY_IPV4 = addresses(LINK_LOCAL[0])
ONLY_LINK_LOCAL = addresses(*LINK_LOCAL)
AGEING = addresses(*LINK_LOCAL, OLD)
REFUSED = addresses(*LINK_LOCAL, TAKEN)
BOGUS = addresses(*LINK_LOCAL, address("fd99::5/64"), STRANGE)
ADDRESS_FAULTS = {
    "ipv6_disabled": ONLY_IPV4,
    "ipv6_link_local_only": ONLY_LINK_LOCAL,
    "addresses_deprecated": AGEING,
    "duplicate_address": REFUSED,
    "bogus_prefix": BOGUS,
}


@pytest.mark.parametrize("name", ADDRESS_FAULTS)
def test_a_fault_of_addresses_is_told(name: str) -> None:
    assert name in told(home(ADDRESS_FAULTS[name].of(unrouted_host()), silent_lock()))


def with_carrier(evidence: Evidence, fault: Fault) -> Evidence:
    """Add a fault of the host, and a hub that is there though it answers no probe."""
    there = hub(3, answers=Gap.UNKNOWN)
    with_fault = also(evidence, fault)
    return with_paths(replace(with_fault, hubs=(*evidence.hubs, there)))


@pytest.mark.parametrize("name", ADDRESS_FAULTS)
@pytest.mark.parametrize("cause", ["home_network_down", "container_bridged"])
def test_a_host_that_stands_apart_explains_its_addresses(cause: str, name: str) -> None:
    evidence = CASES[f"{cause}-found"].evidence
    found = told(with_carrier(evidence, ADDRESS_FAULTS[name]))
    assert cause in found
    assert not found & set(ADDRESS_FAULTS)


@pytest.mark.parametrize("cause", ["home_network_down", "container_bridged"])
def test_a_host_that_stands_apart_has_any_number_of_adapters(cause: str) -> None:
    evidence = CASES[f"{cause}-found"].evidence
    second = adapter("192.168.7.5/24", "fd97::5/64", name="wlan0")
    host = replace(
        evidence.host, adapters=(*(known(evidence.host.adapters) or ()), second)
    )
    assert "several_adapters" not in told(replace(evidence, host=host))


def radio_of_its_own(evidence: Evidence) -> Evidence:
    """Add a Thread radio to the host, which the home network wins over."""
    radio = adapter("fd11:22:33:44::1/64", name="wpan0", kind=AdapterKind.THREAD)
    adapters = (*(known(evidence.host.adapters) or ()), radio)
    routes = (route(metric=105), route(interface="wpan0", metric=120, next_hop=None))
    host = replace(evidence.host, adapters=adapters, routes=routes)
    return replace(evidence, host=host)


@pytest.mark.parametrize("cause", ["home_network_down", "container_bridged"])
def test_a_host_that_stands_apart_explains_a_conflict_of_routes(cause: str) -> None:
    evidence = CASES[f"{cause}-found"].evidence
    assert "route_conflict" in told(radio_of_its_own(home()))
    assert "route_conflict" not in told(radio_of_its_own(evidence))


@pytest.mark.parametrize(
    "cause",
    ["hub_offline", "hub_left_wifi", "hub_switched_off", "thread_interface_off"],
)
def test_a_hub_that_is_away_explains_addresses_that_run_out(cause: str) -> None:
    found = told(also(CASES[f"{cause}-found"].evidence, AGEING))
    assert cause in found
    assert "addresses_deprecated" not in found


TRIED_AND_OLD = address("2001:db8::5/64", AddressFlag.DEPRECATED, AddressFlag.TENTATIVE)
ADDRESS_ORDER = (
    ("forwarding_ignores_announcements", FORWARDS | ONLY_LINK_LOCAL),
    ("kernel_without_route_info", KNOWS_NO_ROUTES | ONLY_LINK_LOCAL),
    ("route_info_ignored", REFUSES_ROUTES | ONLY_LINK_LOCAL),
    ("ipv6_multicast_blocked", FINDS_NO_HUB | ONLY_LINK_LOCAL),
    ("router_announcements_missing", HEARS_NO_ROUTER | ONLY_LINK_LOCAL),
    ("no_source_address", HAS_NO_SOURCE | ONLY_LINK_LOCAL),
    ("ipv6_link_local_only", HAS_NO_ROUTE | ONLY_LINK_LOCAL),
    ("ipv6_disabled", HAS_NO_ROUTE | ONLY_IPV4),
    ("ipv6_disabled", HAS_NO_SOURCE | ONLY_IPV4),
    ("ipv6_disabled", FINDS_NO_HUB | ONLY_IPV4),
    ("ipv6_disabled", HEARS_NO_ROUTER | ONLY_IPV4),
    ("ipv6_disabled", addresses(LINK_LOCAL[0], TRIED_AND_OLD)),
    ("ipv6_multicast_blocked", FINDS_NO_HUB | AGEING),
    ("router_announcements_missing", HEARS_NO_ROUTER | AGEING),
)


@pytest.mark.parametrize("number", range(len(ADDRESS_ORDER)))
def test_a_fault_of_addresses_comes_before_or_after_that_of_routes(number: int) -> None:
    first, both = ADDRESS_ORDER[number]
    every = set(FAULTS) | set(ADDRESS_FAULTS)
    assert told(home(both.of(unrouted_host()))) & every == {first}


def test_an_address_that_was_refused_is_not_called_old() -> None:
    found = told(home(addresses(*LINK_LOCAL, OLD_AND_TAKEN).of(unrouted_host())))
    assert "duplicate_address" in found
    assert "addresses_deprecated" not in found


def test_a_hub_in_another_network_explains_that_this_one_gives_no_addresses() -> None:
    far = hub(addresses=("192.168.7.20",))
    found = told(home(far, ONLY_LINK_LOCAL.of(unrouted_host()), silent_lock()))
    assert "other_subnet" in found
    assert "ipv6_link_local_only" not in found


def test_a_hub_that_left_the_network_explains_that_it_gives_no_addresses() -> None:
    left = hub(hearing=Hearing.GOODBYE, silent_since=ago(minutes=3))
    found = told(home(left, ONLY_LINK_LOCAL.of(unrouted_host()), silent_lock()))
    assert "thread_interface_off" in found
    assert "ipv6_link_local_only" not in found


NEVER_HEARD = silent_lock(last_sign_of_life=None)
NO_WAY_KNOWN: dict[str, Any] = {"choices": {}, "ipv6_class_since": ago(minutes=9)}
WITHOUT_A_WAY = {
    "container_bridged": home(host(bridged_container=True), NEVER_HEARD),
    "other_subnet": home(
        hub(addresses=("192.168.7.20",)), host(**NO_WAY_KNOWN), silent_lock()
    ),
    "ipv6_link_local_only": home(
        host(adapter("192.168.1.5/24", "fe80::5/64"), **NO_WAY_KNOWN), silent_lock()
    ),
    "ipv6_disabled": home(
        host(adapter("192.168.1.5/24"), **NO_WAY_KNOWN), silent_lock()
    ),
}


@pytest.mark.parametrize("cause", WITHOUT_A_WAY)
def test_a_silence_is_explained_though_nobody_knows_of_a_way(cause: str) -> None:
    found = told(WITHOUT_A_WAY[cause])
    assert cause in found
    assert not found & {"lock_unreachable", "no_route_to_mesh"}
