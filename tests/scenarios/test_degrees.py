"""How bad and how sure a finding is where several locks, hubs or hosts are concerned."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.access.fabrics import Ecosystem
from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Siblings,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import (
    Caveat,
    Finding,
    diagnose,
)
from custom_components.aqara_lock.domain.diagnosis.rules import Confidence, Severity
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.edge import told
from tests.scenarios.home import (
    APPLE,
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    bridged_lock,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lock,
    silent_lock,
    software,
    unrouted_host,
)
from tests.scenarios.situations import container_bridged, firewall_timeout
from tests.scenarios.situations.apple_other_subnet import apple

SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}
APART = {"partition_id": 8}
PUT_AWAY = gone_hub(2, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH})
IN_APPLE_HOME = lock("back", apps=frozenset({Ecosystem.APPLE_HOME}))
BROKEN_APP = software(addons={"openthread_border_router": "3.2.0"})
OWN = hub(record={"vendor_name": "HomeAssistant"})
FAR = hub(addresses=("192.168.7.20",))
REFLECTED = hub(addresses=("192.168.1.20", "192.168.7.20"))


def found(evidence: Evidence, rule_id: str) -> Finding:
    (one,) = (x for x in diagnose(evidence, NOW).findings if x.id == rule_id)
    return one


def split(heard: Any, *more: Any, changed: float = 15) -> Evidence:
    """Make a home whose network was split some minutes ago."""
    apart = hub(2, record=APART, record_since=ago(minutes=changed))
    return home(hub(1), apart, heard, *more)


SEVERITY = {
    "far hub, one of two locks is silent": (
        home(FAR, silent_lock(), lock("back")),
        "other_subnet",
        Severity.WARNING,
    ),
    "far hub, both locks are well": (
        home(FAR, lock(), lock("back")),
        "other_subnet",
        Severity.NOTICE,
    ),
    "far hub, and nobody knows whether it is there": (
        home(hub(addresses=("192.168.7.20",), **SEEN_ONLY), lock()),
        "other_subnet",
        Severity.WARNING,
    ),
    "reflected addresses, one of two locks is silent": (
        home(REFLECTED, silent_lock(), lock("back")),
        "mdns_reflector",
        Severity.WARNING,
    ),
    "split network, one of two locks fell silent with it": (
        split(lock(), silent_lock("back", last_sign_of_life=ago(hours=1))),
        "network_split",
        Severity.ERROR,
    ),
    "split network, a quiet lock": (
        split(lock(last_sign_of_life=ago(hours=1))),
        "network_split",
        Severity.WARNING,
    ),
    "split network, silent since before the last hub changed": (
        split(silent_lock(last_sign_of_life=ago(minutes=30))),
        "network_split",
        Severity.ERROR,
    ),
    "split network, silent since after the last hub changed": (
        split(silent_lock(last_sign_of_life=ago(minutes=10))),
        "network_split",
        Severity.WARNING,
    ),
    "Apple TV that one of two locks would need": (
        home(hub(), apple("192.168.7.9"), lock(), IN_APPLE_HOME),
        "apple_other_subnet",
        Severity.WARNING,
    ),
    "hub that is meant for one of two locks": (
        home(hub(), PUT_AWAY, lock(), lock("back", meant_hub=PUT_AWAY.id)),
        "hub_offline",
        Severity.WARNING,
    ),
    "broken app, one of two locks is silent": (
        home(BROKEN_APP, OWN, silent_lock(), lock("back")),
        "border_router_app_broken",
        Severity.WARNING,
    ),
    "hub beside one of which nothing is known, and a lock that speaks": (
        home(gone_hub(1), hub(2, **SEEN_ONLY)),
        "hub_offline",
        Severity.WARNING,
    ),
    "hub beside one of which nothing is known, and a silent lock": (
        home(gone_hub(1), hub(2, **SEEN_ONLY), silent_lock()),
        "hub_offline",
        Severity.ERROR,
    ),
    "hub beside another that is gone, and a lock that speaks": (
        home(gone_hub(1), gone_hub(2)),
        "hub_offline",
        Severity.ERROR,
    ),
    "hub beside one that is gone and one of which nothing is known": (
        home(gone_hub(1), hub(2, **SEEN_ONLY), lock()),
        "hub_offline",
        Severity.WARNING,
    ),
    "hub that brings a Zigbee lock, beside another hub": (
        home(gone_hub(1), hub(2), bridged_lock(extended_pan_id="b363bc7ef982ac73")),
        "hub_offline",
        Severity.ERROR,
    ),
}


@pytest.mark.parametrize("name", SEVERITY)
def test_how_bad_it_is(name: str) -> None:
    evidence, rule_id, severity = SEVERITY[name]
    findings = [x for x in diagnose(evidence, NOW).findings if x.id == rule_id]
    assert {x.severity for x in findings} == {severity}


BACK_ADDRESS = LOCK_ADDRESS + 1
BACK = silent_lock("back", addresses=(BACK_ADDRESS,))
NO_DEFAULT_FOR_ONE = host(
    routes=(),
    choices={
        LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE, seconds=500),
        BACK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=500),
    },
)
REFUSES = adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=0))
DROPS = firewall_timeout.FOUND.evidence.locks[0]
SURE = {
    "lock of whose neighbours nothing is known": (
        home(silent_lock(siblings=Gap.UNKNOWN)),
        "lock_unreachable",
        Confidence.MEDIUM,
    ),
    "lock beside others, and a hub of which nothing is known": (
        home(hub(**SEEN_ONLY), silent_lock(siblings=Siblings(3, 1))),
        "lock_unreachable",
        Confidence.MEDIUM,
    ),
    "one of two locks has not even a default route": (
        home(NO_DEFAULT_FOR_ONE, silent_lock(), BACK),
        "no_route_to_mesh",
        Confidence.HIGH,
    ),
    "firewall that forgets just before a report": (
        home(host(udp_stream_timeout=1799), DROPS),
        "firewall_timeout",
        Confidence.HIGH,
    ),
    "firewall that forgets after every report": (
        home(host(udp_stream_timeout=1800), DROPS),
        "firewall_timeout",
        Confidence.LOW,
    ),
    "settings, and nobody knows whether they count": (
        home(unrouted_host(REFUSES, manager=Gap.UNKNOWN)),
        "route_info_ignored",
        Confidence.LOW,
    ),
}


@pytest.mark.parametrize("name", SURE)
def test_how_sure_it_is(name: str) -> None:
    evidence, rule_id, confidence = SURE[name]
    assert found(evidence, rule_id).confidence is confidence


CAVEATS = [
    ({}, Confidence.HIGH, None),
    (
        {"matter_server_elsewhere": Gap.UNKNOWN},
        Confidence.MEDIUM,
        Caveat.SERVER_PLACE_UNKNOWN,
    ),
    (
        {"bridged_container": True},
        Confidence.LOW,
        Caveat.OWN_CONTAINER_NETWORK,
    ),
    (
        {"matter_server_elsewhere": True, "bridged_container": True},
        Confidence.LOW,
        Caveat.SERVER_ELSEWHERE,
    ),
]


@pytest.mark.parametrize(("place", "confidence", "caveat"), CAVEATS)
def test_what_this_host_sees_counts_by_where_the_server_is(
    place: dict[str, Any], confidence: Confidence, caveat: Caveat | None
) -> None:
    away = {"available": False, "unavailable_since": ago(minutes=5)}
    silent = replace(DROPS, last_sign_of_life=ago(minutes=10), **away)
    evidence = home(host(udp_stream_timeout=120, **place), silent)
    one = found(evidence, "firewall_timeout")
    assert (one.confidence, one.caveat) == (confidence, caveat)


def test_that_a_container_stands_apart_is_sure_because_it_does() -> None:
    one = found(container_bridged.FOUND.evidence, "container_bridged")
    assert (one.confidence, one.caveat) == (Confidence.HIGH, None)
    unknown = found(
        home(
            host(
                bridged_container=True,
                matter_server_elsewhere=Gap.UNKNOWN,
            ),
            silent_lock(last_sign_of_life=None),
        ),
        "container_bridged",
    )
    assert (unknown.confidence, unknown.caveat) == (Confidence.HIGH, None)


def test_a_dead_hop_that_the_server_does_not_use_is_not_told() -> None:
    elsewhere = host(matter_server_elsewhere=True)
    assert "next_hop_dead" in told(home(gone_hub(1), hub(2)))
    assert "next_hop_dead" not in told(home(elsewhere, gone_hub(1), hub(2)))
    silent = home(elsewhere, gone_hub(1), hub(2), silent_lock())
    assert found(silent, "next_hop_dead").caveat is Caveat.SERVER_ELSEWHERE


def test_one_silent_lock_is_enough_to_doubt_the_way_of_both() -> None:
    ways = {
        LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40),
        BACK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40),
    }
    elsewhere = host(routes=(), choices=ways, matter_server_elsewhere=True)
    other = hub(2, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH})
    back = lock("back", extended_pan_id=APPLE, addresses=(BACK_ADDRESS,))
    well = home(elsewhere, hub(), other, lock(), back)
    assert "no_route_to_mesh" not in told(well)
    silent = home(elsewhere, hub(), other, silent_lock(), back)
    assert found(silent, "no_route_to_mesh").locks == ("back", "front")


def test_a_lock_beside_one_that_answers_a_server_elsewhere_has_its_way() -> None:
    ways = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40)}
    elsewhere = host(routes=(), choices=ways, matter_server_elsewhere=True)
    alone, beside = Siblings(3, 3), Siblings(3, 2)
    cut = home(elsewhere, silent_lock(siblings=alone))
    assert "no_route_to_mesh" in told(cut)
    assert "no_route_to_mesh" not in told(home(elsewhere, silent_lock(siblings=beside)))
