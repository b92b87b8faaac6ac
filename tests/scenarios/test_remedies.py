"""What is to be done next: nothing that was done already, nothing that cannot be done."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    HubEvidence,
    IPv6Method,
    LocalOperations,
    MatterState,
    Siblings,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import NONE_TEXT, diagnose
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    answered,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lock,
    silent_lock,
    thread_state,
    unrouted_host,
)
from tests.scenarios.situations import (
    duplicate_address,
    fabric_changed,
    ghost_route,
    matter_unavailable,
    router_announcements_missing,
)

OPERATIONS = {"reboots": (ago(hours=5),), "silent_changes": 4}
NO_ROUTE = {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)}
ASK_FOR_THE_SERVER: dict[str, Evidence] = {
    "session_lost": home(silent_lock(ping=answered(80, 95))),
    "stale_subscription": home(
        lock(unconfirmed_at=ago(minutes=5), last_report=ago(minutes=30))
    ),
    "prefix_changed": home(
        hub(record={"omr_prefix": OTHER_MESH}),
        host(routes=(), choices=NO_ROUTE),
        silent_lock(),
    ),
    "operations_missing": home(lock(**OPERATIONS, operations_since_reboot=0)),
}
"""Faults for which the Matter server is to be restarted; they began five minutes ago."""
ASK_FOR_THE_HOST: dict[str, Evidence] = {
    "ghost_route": ghost_route.FOUND.evidence,
    "duplicate_address": duplicate_address.FOUND.evidence,
    "next_hop_dead": home(
        gone_hub(1, offline_since=ago(minutes=5)), hub(2), silent_lock()
    ),
}
ASK_FOR_THE_HUB: dict[str, Evidence] = {
    "mesh_silent": home(silent_lock(siblings=Siblings(3, 3))),
    "no_route_to_mesh": home(unrouted_host()),
    "router_announcements_missing": router_announcements_missing.FOUND.evidence,
    "no_source_address": home(
        host(
            adapter("192.168.1.5/24", "fe80::5/64"),
            choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=40)},
        )
    ),
    "thread_interface_off": home(
        hub(record={"state": thread_state(active=False)}, record_since=ago(seconds=40))
    ),
}


def told(evidence: Evidence, rule_id: str) -> dict[str, Any]:
    """Give the parameters of what a rule found."""
    findings = diagnose(evidence, NOW).findings
    (found,) = (x.parameters for x in findings if x.id == rule_id)
    return dict(found)


def advice(evidence: Evidence, rule_id: str) -> tuple[Any, Any]:
    """Give which remedy is told, and when the first one was done."""
    found = told(evidence, rule_id)
    return found["advice"], found["done_at"]


def with_server(evidence: Evidence, returned_at: datetime | None) -> Evidence:
    known = replace(evidence.software, server_returned_at=returned_at)
    return replace(evidence, software=known)


def with_boot(evidence: Evidence, booted_at: Any, **changes: Any) -> Evidence:
    known = replace(evidence.host, booted_at=booted_at, **changes)
    return replace(evidence, host=known)


def with_hubs(evidence: Evidence, **changes: Any) -> Evidence:
    hubs: tuple[HubEvidence, ...] = tuple(replace(x, **changes) for x in evidence.hubs)
    return replace(evidence, hubs=hubs)


@pytest.mark.parametrize("rule_id", ASK_FOR_THE_SERVER)
def test_server_that_was_restarted_is_not_to_be_restarted_again(rule_id: str) -> None:
    evidence = ASK_FOR_THE_SERVER[rule_id]
    assert advice(evidence, rule_id) == ("first", NONE_TEXT)
    after = ago(minutes=4)
    assert advice(with_server(evidence, after), rule_id) == ("next", after)
    shortly_before = ago(minutes=50)
    assert advice(with_server(evidence, shortly_before), rule_id) == (
        "next",
        shortly_before,
    )


@pytest.mark.parametrize(
    "rule_id", [x for x in ASK_FOR_THE_SERVER if x != "operations_missing"]
)
def test_server_that_was_restarted_long_before_the_fault_may_be_again(
    rule_id: str,
) -> None:
    evidence = with_server(ASK_FOR_THE_SERVER[rule_id], ago(hours=2))
    assert advice(evidence, rule_id) == ("first", NONE_TEXT)


@pytest.mark.parametrize("rule_id", ASK_FOR_THE_SERVER)
def test_server_restarts_with_the_host_that_it_runs_on(rule_id: str) -> None:
    evidence = ASK_FOR_THE_SERVER[rule_id]
    booted = ago(minutes=8)
    assert advice(with_boot(evidence, booted), rule_id) == ("next", booted)
    for place in (True, Gap.UNKNOWN):
        elsewhere = with_boot(evidence, booted, matter_server_elsewhere=place)
        assert advice(elsewhere, rule_id) == ("first", NONE_TEXT)


@pytest.mark.parametrize("rule_id", ASK_FOR_THE_HOST)
def test_host_that_was_restarted_is_not_to_be_restarted_again(rule_id: str) -> None:
    evidence = ASK_FOR_THE_HOST[rule_id]
    assert advice(with_boot(evidence, ago(days=3)), rule_id) == ("first", NONE_TEXT)
    assert advice(with_boot(evidence, Gap.UNKNOWN), rule_id) == ("first", NONE_TEXT)
    booted = ago(minutes=8)
    assert advice(with_boot(evidence, booted), rule_id) == ("next", booted)


@pytest.mark.parametrize(
    ("gone_for", "expected"), [(30, "wait"), (119, "wait"), (121, "first")]
)
def test_nobody_waits_for_a_dead_hop_that_lasts(gone_for: float, expected: str) -> None:
    gone = gone_hub(1, offline_since=ago(seconds=gone_for))
    unheard = lock(last_sign_of_life=ago(minutes=10))
    found = told(home(gone, hub(2), unheard), "next_hop_dead")
    assert found["advice"] == expected
    assert found["since"] == ago(seconds=gone_for)


def test_nobody_waits_for_a_dead_hop_since_nobody_knows_when() -> None:
    gone = gone_hub(1, offline_since=None)
    unheard = lock(last_sign_of_life=ago(minutes=10))
    found = told(home(gone, hub(2), unheard), "next_hop_dead")
    assert (found["advice"], found["since"]) == ("first", NONE_TEXT)


@pytest.mark.parametrize("rule_id", ASK_FOR_THE_HUB)
def test_hub_that_came_back_is_not_to_be_restarted_again(rule_id: str) -> None:
    evidence = ASK_FOR_THE_HUB[rule_id]
    assert advice(evidence, rule_id) == ("first", NONE_TEXT)
    back = ago(seconds=20)
    assert advice(with_hubs(evidence, returned_at=back), rule_id) == ("next", back)
    long_ago = ago(hours=5)
    assert advice(with_hubs(evidence, returned_at=long_ago), rule_id) == (
        "first",
        NONE_TEXT,
    )


def test_mesh_of_which_one_hub_was_not_restarted() -> None:
    evidence = home(
        hub(1, returned_at=ago(minutes=1)),
        hub(2),
        silent_lock(siblings=Siblings(3, 3)),
    )
    assert advice(evidence, "mesh_silent") == ("first", NONE_TEXT)


def test_lock_that_the_new_server_has_is_not_to_be_shared_again() -> None:
    evidence = fabric_changed.FOUND.evidence
    assert told(evidence, "fabric_changed")["found"] == NONE_TEXT
    there = replace(evidence.software, unconfigured_locks=("Front door",))
    found = told(replace(evidence, software=there), "fabric_changed")
    assert found["found"] == "Front door"


@pytest.mark.parametrize(
    "state", [x for x in MatterState if x is not MatterState.READY]
)
def test_matter_that_is_away_says_how(state: MatterState) -> None:
    evidence = matter_unavailable.FOUND.evidence
    changed = replace(evidence.software, matter=state)
    found = told(replace(evidence, software=changed), "matter_unavailable")
    assert found["state"] == state.value


AUTOMATIC = {"ipv6_method": IPv6Method.AUTO}
DEAF = {"sysctls": Sysctls(accept_ra=0, rt_info_max_plen=64, forwarding=0)}
FORWARDS = {"sysctls": Sysctls(accept_ra=1, rt_info_max_plen=64, forwarding=1)}
UNKNOWN = {"sysctls": Sysctls()}
ROUTER = {"sysctls": Sysctls(accept_ra=2, rt_info_max_plen=64, forwarding=1)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "accepts"),
        (ROUTER, "accepts"),
        (AUTOMATIC | DEAF, "automatic"),
        (DEAF, "open"),
        (FORWARDS, "open"),
        (UNKNOWN, "open"),
        ({"ipv6_method": IPv6Method.DISABLED} | UNKNOWN, "open"),
    ],
)
def test_settings_that_are_right_already(
    changes: dict[str, Any], expected: str
) -> None:
    own = adapter("192.168.1.5/24", "fe80::5/64", **changes)
    lost = {LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=40)}
    evidence = home(host(own, choices=lost))
    assert told(evidence, "no_source_address")["settings"] == expected


def test_one_adapter_that_is_set_right_is_not_all() -> None:
    right = adapter("192.168.1.5/24", "fe80::5/64", **AUTOMATIC)
    wrong = adapter("192.168.1.6/24", "fe80::6/64", name="eth1", **DEAF)
    lost = {LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=40)}
    evidence = home(host(right, wrong, choices=lost))
    assert told(evidence, "no_source_address")["settings"] == "open"


@pytest.mark.parametrize(("observed", "expected"), [(False, "first"), (True, "next")])
def test_lock_that_is_observed_needs_no_observer(observed: bool, expected: str) -> None:
    nameless = LocalOperations(total=10, nameless=10)
    evidence = home(lock(observed=observed, local_operations=nameless))
    assert told(evidence, "lock_names_nobody")["advice"] == expected
