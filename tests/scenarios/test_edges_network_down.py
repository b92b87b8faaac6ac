"""Where a home network that is down is told from a hub or a lock that is away."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    Evidence,
    Gap,
    Gateway,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    APPLE,
    NOW,
    OTHER_MESH,
    adapter,
    address,
    ago,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    silent_lock,
)

SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}
OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
OWN = hub(2, addresses=("192.168.1.5",))
DOWN = lan(gateway=Gateway(answers=False, since=ago(seconds=30)))
NO_ROUTER = lan(gateway=Gap.UNKNOWN)


def cut(*parts: Any, **of_hub: Any) -> Evidence:
    """Make a home whose hub is gone; of its router nothing is known."""
    return home(*parts, gone_hub(**of_hub), NO_ROUTER)


SELF_GIVEN = adapter("169.254.7.7/16", "fe80::5/64")
UNTRIED = address("fd99::5/64", AddressFlag.TENTATIVE)
DOCKER = adapter("172.17.0.1/16", name="docker0", kind=AdapterKind.OTHER)
LEASES = {
    "address that the host gave itself": Edge(
        "home_network_down",
        cut(host(SELF_GIVEN)),
        cut(host(adapter("192.168.1.5/24", "fe80::5/64"))),
    ),
    "network of IPv6 alone": Edge(
        "home_network_down",
        cut(host(adapter("fe80::5/64", UNTRIED))),
        cut(host(adapter("fe80::5/64", "fd99::5/64"))),
    ),
    "network of containers": Edge(
        "home_network_down",
        cut(host(adapter("fe80::5/64"), DOCKER)),
        cut(host(DOCKER)),
    ),
    "unused adapter that has an address": Edge(
        "home_network_down",
        cut(host(SELF_GIVEN)),
        cut(host(SELF_GIVEN, adapter(name="wlan0", enabled=False))),
    ),
}


@pytest.mark.parametrize("name", LEASES)
def test_addresses_of_this_host(name: str) -> None:
    LEASES[name].check()


def heard(seconds: float, lock_id: str = "front") -> Any:
    return lock(lock_id, last_sign_of_life=ago(seconds=seconds))


def without_locks(evidence: Evidence) -> Evidence:
    return replace(evidence, locks=())


WORDS = {
    "a lock that spoke after the router fell silent": Edge(
        "home_network_down",
        home(DOWN, gone_hub(), heard(25)),
        home(DOWN, gone_hub(), heard(24)),
    ),
    "a lock that answered, though its server calls it unavailable": Edge(
        "home_network_down",
        home(DOWN, gone_hub(), silent_lock()),
        home(DOWN, gone_hub(), silent_lock(last_sign_of_life=ago(seconds=10))),
    ),
    "a radio of this host beside the hub that is gone": Edge(
        "home_network_down",
        home(DOWN, gone_hub(1), OWN, silent_lock()),
        home(DOWN, hub(1), OWN, silent_lock()),
    ),
    "one of two locks that spoke": Edge(
        "home_network_down",
        home(DOWN, gone_hub(), heard(60), heard(90, "back")),
        home(DOWN, gone_hub(), heard(60), heard(10, "back")),
    ),
    "one of two hubs that answers": Edge(
        "home_network_down",
        home(DOWN, gone_hub(1), gone_hub(2), silent_lock()),
        home(DOWN, gone_hub(1), hub(2), silent_lock()),
    ),
    "hub that is known to be there though it answers no probe": Edge(
        "home_network_down",
        home(DOWN, hub(**SEEN_ONLY), silent_lock()),
        home(DOWN, hub(answers=Gap.UNKNOWN), silent_lock()),
    ),
    "one of two locks that is silent": Edge(
        "home_network_down",
        home(DOWN, hub(**SEEN_ONLY), silent_lock(), silent_lock("back")),
        home(DOWN, hub(**SEEN_ONLY), silent_lock(), heard(60, "back")),
    ),
    "no lock to tell by": Edge(
        "home_network_down",
        home(DOWN, hub(**SEEN_ONLY), silent_lock()),
        without_locks(home(DOWN, hub(**SEEN_ONLY))),
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_that_deny_it(name: str) -> None:
    WORDS[name].check()


NO_LEASE = host(SELF_GIVEN, ipv6_class_since=ago(seconds=40))
NO_LEASE_FOR_LONG = host(SELF_GIVEN, ipv6_class_since=ago(hours=2))
BOTH_GONE = (
    gone_hub(1, offline_since=ago(seconds=20)),
    gone_hub(2, offline_since=ago(seconds=40)),
)
UNDATED = gone_hub(offline_since=None)
SINCE = {
    "a word between the hubs' last": Edge(
        "home_network_down",
        home(NO_LEASE, *BOTH_GONE, heard(30), NO_ROUTER),
        home(NO_LEASE, *BOTH_GONE, heard(10), NO_ROUTER),
    ),
    "hub that is gone nobody knows since when": Edge(
        "home_network_down",
        home(NO_LEASE, UNDATED, heard(60), NO_ROUTER),
        home(NO_LEASE_FOR_LONG, UNDATED, heard(60), NO_ROUTER),
    ),
    "router that answered last": Edge(
        "home_network_down",
        home(
            NO_LEASE,
            gone_hub(),
            heard(60),
            lan(gateway=Gateway(answers=True, since=ago(hours=1))),
        ),
        home(
            NO_LEASE,
            gone_hub(),
            heard(60),
            lan(gateway=Gateway(answers=False, since=ago(hours=1))),
        ),
    ),
}


@pytest.mark.parametrize("name", SINCE)
def test_since_when(name: str) -> None:
    SINCE[name].check()


def test_a_lock_that_one_of_two_hubs_carries_from_here_needs_the_network_too() -> None:
    """It is silent: the radio of this host did not carry it."""
    (down,) = diagnose(home(DOWN, gone_hub(1), OWN, silent_lock()), NOW).of_home()[:1]
    assert (down.id, down.locks) == ("home_network_down", ("front",))
    own_alone = home(DOWN, gone_hub(1, record=OTHER), OWN, silent_lock())
    (down,) = (x for x in diagnose(own_alone, NOW).findings if x.id == down.id)
    assert down.locks == ()
