"""Whom a finding is about, which locks it cuts off, and how bad it is."""

from dataclasses import replace

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    HubEvidence,
    LockEvidence,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import Finding, diagnose
from custom_components.aqara_lock.domain.diagnosis.rules import (
    RULES,
    Confidence,
    Scope,
    Severity,
)
from tests.scenarios.edge import told
from tests.scenarios.home import FRONT, NOW, OTHER_MESH, hub, lock, with_paths
from tests.scenarios.test_situations import CASES

OF_HUBS = {
    "other_subnet",
    "mdns_reflector",
    "mdns_blocked",
    "hub_left_wifi",
    "hub_switched_off",
    "hub_offline",
    "thread_interface_off",
    "hub_unstable",
    "single_border_router",
}
OF_LOCKS = {
    "lock_removed",
    "not_a_lock",
    "no_border_router",
    "wrong_thread_network",
    "prefix_changed",
    "next_hop_dead",
    "ghost_route",
    "lock_unreachable",
    "bridged_lock_unreachable",
    "bridge_unreachable",
    "weak_link",
    "command_access_refused",
    "session_lost",
    "stale_subscription",
    "commands_too_close",
    "daily_dropout",
    "second_controller",
    "low_battery",
    "battery_drain",
    "operations_missing",
    "fabrics_full",
    "sharing_code_expired",
    "sharing_window_open",
    "lock_names_nobody",
    "no_user_management",
}
OF_NO_LOCK = {
    "apple_other_subnet",
    "mdns_reflector",
    "mdns_blocked",
    "several_thread_networks",
    "preferred_network_empty",
    "credentials_missing",
    "route_conflict",
    "several_adapters",
}
"""They keep no lock from working."""
WARNINGS = {
    "apple_other_subnet",
    "mdns_reflector",
    "mdns_blocked",
    "hub_unstable",
    "network_split",
    "dataset_out_of_sync",
    "border_router_app_broken",
    "next_hop_dead",
    "ghost_route",
    "duplicate_address",
    "addresses_deprecated",
    "bogus_prefix",
    "weak_link",
    "command_access_refused",
    "server_type_mismatch",
    "firewall_timeout",
    "commands_too_close",
    "daily_dropout",
    "low_battery",
    "battery_drain",
    "operations_missing",
}
"""The lock works, or would but for what comes and goes."""
LIKELY = {
    "server_changed_kind",
    "mesh_silent",
    "hub_left_wifi",
    "no_border_router",
    "hub_switched_off",
    "dataset_out_of_sync",
    "border_router_app_broken",
    "prefix_changed",
    "ipv6_multicast_blocked",
    "router_announcements_missing",
    "next_hop_dead",
    "ipv6_link_local_only",
    "addresses_deprecated",
    "bogus_prefix",
    "bridged_lock_unreachable",
    "bridge_unreachable",
    "weak_link",
    "session_lost",
    "stale_subscription",
    "daily_dropout",
    "second_controller",
    "operations_missing",
}
PERHAPS = {"mdns_reflector", "ghost_route", "battery_drain"}
"""How sure the evidence is; what is in neither is certain."""
MENDED_IN = "name the rule in the sets at the top of tests/scenarios/test_subjects.py"
OTHERS_SUBJECT = {"apple_other_subnet": hub(5).id, "bridged_lock": "zigbee"}


def found(rule_id: str) -> Finding:
    findings = diagnose(CASES[f"{rule_id}-found"].evidence, NOW).findings
    (one,) = (x for x in findings if x.id == rule_id)
    return one


def subject(rule_id: str) -> tuple[Scope, str | None]:
    if rule_id in OF_HUBS | {"apple_other_subnet"}:
        return Scope.HUB, OTHERS_SUBJECT.get(rule_id, hub().id)
    if rule_id in OF_LOCKS | {"bridged_lock"}:
        return Scope.LOCK, OTHERS_SUBJECT.get(rule_id, FRONT)
    return Scope.HOME, None


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_finding_is_about_its_subject(rule_id: str) -> None:
    one = found(rule_id)
    assert (one.scope, one.subject) == subject(rule_id), MENDED_IN


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_finding_concerns_the_locks_that_it_keeps_from_working(rule_id: str) -> None:
    subjects = {FRONT: rule_id not in OF_NO_LOCK, "zigbee": rule_id == "bridged_lock"}
    subjects[FRONT] &= rule_id != "bridged_lock"
    assert {x: found(rule_id).concerns(x) for x in subjects} == subjects, MENDED_IN


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_finding_is_as_bad_as_its_case(rule_id: str) -> None:
    serious = rule_id in CASES[f"{rule_id}-found"].serious
    usual = Severity.WARNING if rule_id in WARNINGS else Severity.ERROR
    expected = usual if serious else Severity.NOTICE
    assert found(rule_id).severity is expected, MENDED_IN


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_finding_is_as_sure_as_its_evidence(rule_id: str) -> None:
    likely = Confidence.MEDIUM if rule_id in LIKELY else Confidence.HIGH
    expected = Confidence.LOW if rule_id in PERHAPS else likely
    assert found(rule_id).confidence is expected, MENDED_IN


def own_network() -> dict[str, object]:
    return {"extended_pan_id": "00" * 8, "omr_prefix": OTHER_MESH}


def beside(evidence: Evidence) -> Evidence:
    """Put before all else what is well, and what is not known but for its name."""
    well = hub(9, record=own_network())
    seen = HubEvidence(router=hub(8, record=own_network()).router)
    others = (
        lock("a", extended_pan_id="00" * 8, addresses=()),
        lock("b", extended_pan_id="00" * 8, addresses=Gap.UNKNOWN, path=None),
        LockEvidence(id="c", name="C"),
    )
    hubs, locks = (seen, well, *evidence.hubs), (*others, *evidence.locks)
    return with_paths(replace(evidence, hubs=hubs, locks=locks))


DENIED_BY_A_HUB_THAT_ANSWERS = {"home_network_down"}


@pytest.mark.parametrize(
    "rule_id", [x.id for x in RULES if x.id not in DENIED_BY_A_HUB_THAT_ANSWERS]
)
def test_what_is_well_does_not_hide_what_comes_after_it(rule_id: str) -> None:
    assert rule_id in told(beside(CASES[f"{rule_id}-found"].evidence))
