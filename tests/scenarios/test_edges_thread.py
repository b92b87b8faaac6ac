"""Where the rules on Thread networks begin and end."""

from ipaddress import IPv6Address
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Hearing,
    Siblings,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.thread.meshcop import DatasetTimestamp
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    APPLE,
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    ago,
    answered,
    bridged_lock,
    choice,
    home,
    host,
    hub,
    lock,
    route,
    silent_lock,
    thread_state,
)

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
APART = {"partition_id": 8}
OLD_SETTINGS = {"active_timestamp": DatasetTimestamp(900, False)}
SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}
ELSEWHERE = lock(extended_pan_id=APPLE, addresses=())
SPLIT = home(hub(1), hub(2, record=APART))
TWO_NETWORKS = home(hub(1), hub(2, record=OTHER))

NETWORKS = {
    "hubs that stand for ten minutes": Edge(
        "network_split",
        home(hub(1), hub(2, record=APART, record_since=ago(minutes=10))),
        home(hub(1), hub(2, record=APART, record_since=ago(minutes=9, seconds=59))),
    ),
    "hub that does not say where it is": Edge(
        "network_split", SPLIT, home(hub(1), hub(2, record={"partition_id": None}))
    ),
    "hub of which nobody knows since when it stands": Edge(
        "network_split", SPLIT, home(hub(1), hub(2, record=APART, record_since=None))
    ),
    "hub whose Thread interface is off": Edge(
        "network_split",
        SPLIT,
        home(hub(1), hub(2, record={**APART, "state": thread_state(active=False)})),
    ),
    "network that no lock is on": Edge(
        "network_split", SPLIT, home(hub(1), hub(2, record=APART), ELSEWHERE)
    ),
    "settings of a network that no lock is on": Edge(
        "dataset_out_of_sync",
        home(hub(1), hub(2, record=OLD_SETTINGS)),
        home(hub(1), hub(2, record=OLD_SETTINGS), ELSEWHERE),
    ),
    "lock that does not say on which network it is": Edge(
        "wrong_thread_network",
        home(hub(), lock(extended_pan_id=APPLE, meant_hub=hub().id)),
        home(
            hub(),
            lock(extended_pan_id=Gap.UNKNOWN, addresses=(), meant_hub=hub().id),
        ),
    ),
    "two networks where only Zigbee locks are": Edge(
        "several_thread_networks",
        TWO_NETWORKS,
        home(hub(1), hub(2, record=OTHER), bridged_lock()),
    ),
    "second network that is not there any more": Edge(
        "several_thread_networks",
        TWO_NETWORKS,
        home(hub(1), hub(2, record=OTHER, **SEEN_ONLY)),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name: str) -> None:
    NETWORKS[name].check()


NEW_PREFIX = hub(record={"omr_prefix": OTHER_MESH})
SAYS_NOTHING = hub(2, record={"omr_prefix": None})
BOTH_ADDRESSES = (LOCK_ADDRESS, IPv6Address("fd55:66:77:88::10"))
NO_ROUTE = host(choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)})
NO_SOURCE = host(choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=400)})
EMPTY_TABLE = host(choices={}, routes=())
OLD_ADDRESS = home(NEW_PREFIX, NO_ROUTE, silent_lock())

PREFIX = {
    "one of two hubs does not say its prefix": Edge(
        "prefix_changed",
        OLD_ADDRESS,
        home(NEW_PREFIX, SAYS_NOTHING, NO_ROUTE, silent_lock()),
    ),
    "the lock has a new address too": Edge(
        "prefix_changed",
        OLD_ADDRESS,
        home(NEW_PREFIX, NO_ROUTE, silent_lock(addresses=BOTH_ADDRESSES)),
    ),
    "the old range still has its route": Edge(
        "prefix_changed", OLD_ADDRESS, home(NEW_PREFIX, NO_SOURCE, silent_lock())
    ),
    "a link-local address tells no range": Edge(
        "prefix_changed",
        home(NEW_PREFIX, EMPTY_TABLE, silent_lock()),
        home(
            NEW_PREFIX,
            EMPTY_TABLE,
            silent_lock(addresses=(IPv6Address("fe80::9"),)),
        ),
    ),
    "the lock speaks": Edge(
        "prefix_changed", OLD_ADDRESS, home(NEW_PREFIX, NO_ROUTE, lock())
    ),
}


@pytest.mark.parametrize("name", PREFIX)
def test_address_range(name: str) -> None:
    PREFIX[name].check()


TWO_AWAY = home(silent_lock(), silent_lock("back"))
ALL_SILENT = silent_lock(siblings=Siblings(3, 3))
GONE = hub(state=HubState.OFFLINE, hearing=Hearing.SILENT)
MESH = {
    "one of two locks is there": Edge(
        "mesh_silent", TWO_AWAY, home(silent_lock(), lock("back"))
    ),
    "one of two locks has been away for less than a minute": Edge(
        "mesh_silent",
        home(silent_lock(), silent_lock("back", unavailable_since=ago(seconds=60))),
        home(silent_lock(), silent_lock("back", unavailable_since=ago(seconds=59))),
    ),
    "one of two locks answers pings": Edge(
        "mesh_silent",
        TWO_AWAY,
        home(silent_lock(), silent_lock("back", ping=answered(80))),
    ),
    "nobody knows whether the hub is there": Edge(
        "mesh_silent",
        TWO_AWAY,
        home(hub(**SEEN_ONLY), silent_lock(), silent_lock("back")),
    ),
    "the hub is gone": Edge(
        "mesh_silent", TWO_AWAY, home(GONE, silent_lock(), silent_lock("back"))
    ),
    "a lock alone": Edge(
        "mesh_silent",
        home(silent_lock(siblings=Siblings(1, 1))),
        home(silent_lock(siblings=Siblings(0, 0))),
    ),
    "a lock that is paused counts for nothing": Edge(
        "mesh_silent", TWO_AWAY, home(silent_lock(), silent_lock("back", paused=True))
    ),
    "a device that only the second lock's server knows answers": Edge(
        "mesh_silent",
        home(ALL_SILENT, silent_lock("back", siblings=Gap.UNKNOWN)),
        home(ALL_SILENT, silent_lock("back", siblings=Siblings(3, 2))),
    ),
}


@pytest.mark.parametrize("name", MESH)
def test_mesh(name: str) -> None:
    MESH[name].check()


def subjects(evidence: Evidence, rule_id: str) -> list[object]:
    findings = diagnose(evidence, NOW).findings
    return [x.subject or x.locks for x in findings if x.id == rule_id]


FIRST_ADDRESS = LOCK_ADDRESS + 1
FIRST_LOCKS = [
    silent_lock("a", addresses=()),
    silent_lock("a", addresses=(LOCK_ADDRESS, BOTH_ADDRESSES[1])),
    silent_lock("a", addresses=(FIRST_ADDRESS,)),
]


@pytest.mark.parametrize("number", range(len(FIRST_LOCKS)))
def test_the_first_lock_does_not_hide_the_old_address_of_the_second(
    number: int,
) -> None:
    ways = {
        LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400),
        FIRST_ADDRESS: choice(RouteState.NO_SOURCE, seconds=400),
    }
    first, second = FIRST_LOCKS[number], silent_lock("b")
    evidence = home(NEW_PREFIX, host(routes=(), choices=ways), first, second)
    assert subjects(evidence, "prefix_changed") == ["b"]


BACK = {"extended_pan_id": APPLE, "addresses": ()}
FIRST_MESHES = [
    (lock("a"), silent_lock("b")),
    (silent_lock("a"), silent_lock("b", ping=answered(80))),
    (ALL_SILENT, silent_lock("b", siblings=Siblings(3, 2))),
]


@pytest.mark.parametrize("number", range(len(FIRST_MESHES)))
def test_a_mesh_that_answers_does_not_hide_one_that_is_silent(number: int) -> None:
    second = (silent_lock("y", **BACK), silent_lock("z", **BACK))
    routes = (route(), route(destination=OTHER_MESH))
    evidence = home(
        host(routes=routes),
        hub(1),
        hub(2, record=OTHER),
        *FIRST_MESHES[number],
        *second,
    )
    assert subjects(evidence, "mesh_silent") == [("y", "z")]
