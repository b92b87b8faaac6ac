"""Of several faults of a host that is cut off, the first in the way is told."""

from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Announcements,
    Evidence,
    Gap,
    HostEvidence,
    known,
)
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    RouteChoice,
    RouteState,
)
from tests.scenarios.edge import told
from tests.scenarios.home import (
    LOCK_ADDRESS,
    ago,
    choice,
    home,
    hub,
    route,
    silent_lock,
    unrouted_host,
    with_paths,
)
from tests.scenarios.test_situations import CASES


@dataclass(frozen=True)
class Fault:
    """What is wrong with a host: in its settings, its adapters, its tables."""

    sysctls: dict[str, Any]
    adapter: dict[str, Any]
    host: dict[str, Any]

    def __or__(self, other: Fault) -> Fault:
        """Put two faults into one host."""
        return Fault(
            self.sysctls | other.sysctls,
            self.adapter | other.adapter,
            self.host | other.host,
        )

    def of(self, host: HostEvidence) -> HostEvidence:
        """Let a host have it."""
        adapters = tuple(
            replace(x, sysctls=replace(x.sysctls, **self.sysctls), **self.adapter)
            for x in known(host.adapters) or ()
        )
        return replace(host, adapters=adapters, **UNROUTED | self.host)


def lost(way: RouteState = RouteState.NO_ROUTE) -> dict[str, dict[object, RouteChoice]]:
    return {"choices": {LOCK_ADDRESS: choice(way, seconds=40)}}


UNROUTED: dict[str, Any] = {"routes": (), **lost()}
UNFOUND = tuple(
    Neighbour(address=x, state=NeighbourState.FAILED) for x in ("fe80::a", "fe80::c")
)
STILL = Announcements(count=9, unchanged_since=ago(minutes=11))
FORWARDS = Fault({"forwarding": 1}, {}, {})
KNOWS_NO_ROUTES = Fault({"rt_info_max_plen": None}, {}, {})
REFUSES_ROUTES = Fault({"rt_info_max_plen": 0}, {}, {})
READS_NOTHING = Fault({"accept_ra": 0}, {}, {})
FINDS_NO_HUB = Fault({}, {}, {"neighbours": UNFOUND})
HEARS_NO_ROUTER = Fault({}, {"announcements": STILL}, {})
HAS_NO_ROUTE = Fault({}, {}, {})
HAS_NO_SOURCE = Fault({}, {}, lost(RouteState.NO_SOURCE))
FAULTS = {
    "forwarding_ignores_announcements": FORWARDS,
    "kernel_without_route_info": KNOWS_NO_ROUTES,
    "route_info_ignored": REFUSES_ROUTES,
    "ipv6_multicast_blocked": FINDS_NO_HUB,
    "router_announcements_missing": HEARS_NO_ROUTER,
    "no_route_to_mesh": HAS_NO_ROUTE,
    "no_source_address": HAS_NO_SOURCE,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_host_is_told(name: str) -> None:
    assert name in told(home(FAULTS[name].of(unrouted_host())))


ORDER = (
    ("forwarding_ignores_announcements", FORWARDS | KNOWS_NO_ROUTES),
    ("forwarding_ignores_announcements", FORWARDS | REFUSES_ROUTES),
    ("forwarding_ignores_announcements", FORWARDS | FINDS_NO_HUB),
    ("forwarding_ignores_announcements", FORWARDS | HEARS_NO_ROUTER),
    ("kernel_without_route_info", KNOWS_NO_ROUTES | READS_NOTHING),
    ("kernel_without_route_info", KNOWS_NO_ROUTES | FINDS_NO_HUB),
    ("kernel_without_route_info", KNOWS_NO_ROUTES | HEARS_NO_ROUTER),
    ("route_info_ignored", REFUSES_ROUTES | FINDS_NO_HUB),
    ("route_info_ignored", REFUSES_ROUTES | HEARS_NO_ROUTER),
    ("ipv6_multicast_blocked", FINDS_NO_HUB | HEARS_NO_ROUTER),
)


@pytest.mark.parametrize("number", range(len(ORDER)))
def test_the_first_of_two_faults_is_told_alone(number: int) -> None:
    first, both = ORDER[number]
    assert told(home(both.of(unrouted_host()))) & set(FAULTS) == {first}


ABOVE = (
    "home_network_down",
    "container_bridged",
    "ipv6_disabled",
    "other_subnet",
    "hub_offline",
    "hub_left_wifi",
    "hub_switched_off",
    "thread_interface_off",
)


def also(evidence: Evidence, fault: Fault) -> Evidence:
    """Add a fault of the host, and a hub of which nothing is known but its name."""
    unknown = hub(3, state=HubState.UNKNOWN, hearing=Gap.UNKNOWN, answers=Gap.UNKNOWN)
    return with_paths(
        replace(
            evidence,
            host=fault.of(evidence.host),
            hubs=(*evidence.hubs, unknown),
            locks=(silent_lock(last_sign_of_life=None),),
        )
    )


MANY_ROUTERS = tuple(
    route(next_hop=IPv6Address(f"fe80::dead:{number}"), metric=number)
    for number in range(1, 5)
)
A_GHOST = Fault({}, {}, {"routes": MANY_ROUTERS, "choices": Gap.UNKNOWN})


@pytest.mark.parametrize("cause", [x for x in ABOVE if x != "ipv6_disabled"])
def test_a_network_that_is_away_explains_a_route_to_nowhere(cause: str) -> None:
    assert "ghost_route" in told(also(home(), A_GHOST))
    found = told(also(CASES[f"{cause}-found"].evidence, A_GHOST))
    assert cause in found
    assert "ghost_route" not in found


HIDDEN = [name for name in FAULTS if name != "ipv6_multicast_blocked"]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("cause", ABOVE)
def test_a_network_that_is_away_explains_what_a_host_lacks(
    cause: str, name: str
) -> None:
    found = told(also(CASES[f"{cause}-found"].evidence, FAULTS[name]))
    assert cause in found
    assert not found & set(FAULTS)


SOON_LATE = Announcements(count=9, unchanged_since=ago(seconds=21), longest_gap=20)
UNDECIDED = Fault(
    {},
    {"announcements": SOON_LATE},
    {"choices": {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=20)}},
)
"""It shows in a moment whether announcements are missing: no route is told yet."""


@pytest.mark.parametrize(
    "name",
    [
        "forwarding_ignores_announcements",
        "kernel_without_route_info",
        "route_info_ignored",
        "ipv6_multicast_blocked",
    ],
)
def test_a_fault_that_is_known_at_once_explains_a_silence_at_once(name: str) -> None:
    fault = FAULTS[name] | UNDECIDED
    found = told(home(fault.of(unrouted_host()), silent_lock()))
    assert name in found
    assert not found & {"no_route_to_mesh", "lock_unreachable"}


def test_a_silence_is_told_while_nobody_knows_what_is_missing() -> None:
    found = told(home(UNDECIDED.of(unrouted_host()), silent_lock()))
    assert "lock_unreachable" in found
    assert "no_route_to_mesh" not in found
