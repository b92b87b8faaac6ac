"""What holds for any evidence: no alarm from health or ignorance, no matter the order."""

from dataclasses import fields, replace
from datetime import timedelta
from graphlib import TopologicalSorter
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    Evidence,
    FabricCount,
    Gap,
    Gateway,
    Hearing,
    HostEvidence,
    NetworkManager,
    PowerSwitch,
    RadioLink,
    Siblings,
    SoftwareEvidence,
    Sysctls,
    Transport,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import (
    Caveat,
    Diagnosis,
    Finding,
    diagnose,
    state,
    top,
)
from custom_components.aqara_lock.domain.diagnosis.rules import (
    RULES,
    Confidence,
    Scope,
    Severity,
)
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    APPLE,
    AQARA,
    FRONT,
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    answered,
    bridged_lock,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    route,
    silent_lock,
    software,
    thread_state,
    unrouted_host,
    with_paths,
)

from .rules_by_id import NOTICES, RULE_BY_ID

MOMENTS = st.sampled_from([1, 20, 40, 70, 400, 4000]).map(lambda s: ago(seconds=s))
GAPS = st.sampled_from(Gap)

HUBS = st.builds(
    lambda number, network, active, part, **values: hub(
        number,
        record={
            "extended_pan_id": network,
            "state": thread_state(active=active),
            "partition_id": part,
        },
        **values,
    ),
    st.integers(1, 4),
    st.sampled_from([AQARA, APPLE]),
    st.booleans(),
    st.sampled_from([7, 8]),
    state=st.sampled_from(HubState),
    offline_since=st.none() | MOMENTS,
    answers=st.booleans() | GAPS,
    hearing=st.sampled_from(Hearing) | GAPS,
    silent_since=st.none() | MOMENTS,
    outages_per_day=st.integers(0, 9) | GAPS,
    power_switch=st.none()
    | GAPS
    | st.builds(
        PowerSwitch, name=st.just("Plug"), is_on=st.booleans(), changed_at=MOMENTS
    ),
)
LOCKS = st.builds(
    lambda number, **values: lock(f"lock{number}", **values),
    st.integers(1, 4),
    transport=st.sampled_from(Transport) | GAPS,
    extended_pan_id=st.sampled_from([AQARA, APPLE]) | GAPS,
    addresses=st.sampled_from([(), (LOCK_ADDRESS,)]) | GAPS,
    available=st.booleans() | GAPS,
    unavailable_since=st.none() | MOMENTS,
    last_sign_of_life=st.none() | MOMENTS,
    last_report=st.none() | MOMENTS,
    siblings=GAPS | st.builds(Siblings, st.just(3), st.integers(0, 3)),
    link_problem=st.none() | st.sampled_from(Cause),
    meant_hub=st.none() | st.just(hub().id),
    ping=st.none()
    | st.sampled_from([answered(sent=3), answered(80, sent=3), answered(70, 80, 90)]),
    radio=GAPS
    | st.none()
    | st.builds(
        RadioLink,
        as_of=st.just(NOW),
        link_quality=st.none() | st.integers(0, 255),
        rssi=st.none() | st.integers(-128, 0),
        frame_error_rate=st.none() | st.integers(0, 100),
        acknowledged=st.none() | st.floats(0, 1),
        detached_per_day=st.none() | st.floats(0, 100),
    ),
    battery=GAPS | st.just(Battery(percent=5)),
    fabrics=GAPS | st.just(FabricCount(5, 5)),
)
HOSTS = st.builds(
    host,
    st.sampled_from(
        [
            adapter(),
            adapter("192.168.1.5/24"),
            adapter("192.168.1.5/24", "fe80::5/64"),
            adapter(sysctls=Sysctls(accept_ra=0, rt_info_max_plen=0)),
            replace(adapter(), addresses=()),
        ]
    ),
    routes=GAPS | st.sampled_from([(), (route(),)]),
    choices=GAPS
    | st.sampled_from(
        [{LOCK_ADDRESS: choice(way, seconds=90)} for way in RouteState] + [{}]  # type: ignore[list-item]
    ),
    manager=GAPS | st.sampled_from(NetworkManager),
    bridged_container=GAPS | st.booleans(),
    matter_server_elsewhere=GAPS | st.booleans(),
)
LANS = st.builds(
    lan,
    gateway=GAPS | st.builds(Gateway, answers=st.booleans(), since=MOMENTS),
    changed_at=GAPS | st.none() | MOMENTS,
)


@st.composite
def homes(draw: st.DrawFn) -> Evidence:
    """Draw any home, sound or broken, with gaps anywhere."""
    hubs = draw(st.lists(HUBS, max_size=4, unique_by=lambda x: x.id))
    locks = draw(st.lists(LOCKS, max_size=4, unique_by=lambda x: x.id))
    return with_paths(
        Evidence(
            started_at=ago(days=1),
            host=draw(HOSTS),
            lan=draw(LANS),
            hubs=tuple(hubs),
            locks=tuple(locks),
            software=software(),
        )
    )


def keys(diagnosis: Diagnosis) -> set[tuple[str, str | None]]:
    return {(x.id, x.subject) for x in diagnosis.findings}


def serious(diagnosis: Diagnosis) -> list[Finding]:
    return [x for x in diagnosis.findings if x.severity > Severity.NOTICE]


@given(homes(), st.randoms(use_true_random=False))
def test_order_of_evidence_does_not_matter(evidence: Evidence, random: Random) -> None:
    hubs, locks = list(evidence.hubs), list(evidence.locks)
    random.shuffle(hubs)
    random.shuffle(locks)
    shuffled = replace(evidence, hubs=tuple(hubs), locks=tuple(locks))
    assert diagnose(shuffled, NOW) == diagnose(evidence, NOW)


@given(homes())
def test_a_well_lock_on_a_well_network_of_its_own_adds_nothing(
    evidence: Evidence,
) -> None:
    own = {"extended_pan_id": "00" * 8, "omr_prefix": OTHER_MESH}
    well = with_paths(
        replace(
            evidence,
            hubs=(hub(9, record=own),),
            locks=(lock("new", extended_pan_id="00" * 8, addresses=()),),
        )
    )
    more = replace(
        evidence,
        hubs=(*evidence.hubs, *well.hubs),
        locks=(*evidence.locks, *well.locks),
    )
    before, after = serious(diagnose(evidence, NOW)), serious(diagnose(more, NOW))
    new = {(x.id, x.subject) for x in after} - {(x.id, x.subject) for x in before}
    gone = {x.id for x in before} - {x.id for x in after}
    assert {x for x, _ in new if x not in HOST_WIDE} <= explained_by(gone)


def explained_by(parents: set[str]) -> set[str]:
    """Give the rules that were hidden by causes that turned out to be none."""
    return {rule.id for rule in RULES if rule.parents & parents}


HOST_WIDE = {
    "ipv6_disabled",
    "addresses_deprecated",
    "fabric_changed",
    "home_network_down",
    "no_border_router",
}
"""They speak of the host; the first lock on Thread, or the first hub that this host
hears at all, makes them worth telling."""

HEALTHY_HOST: dict[str, Any] = {
    x.name: getattr(host(), x.name) for x in fields(HostEvidence)
}
HEALTHY_LOCK: dict[str, Any] = {
    name: getattr(lock(), name)
    for name in (
        "radio",
        "battery",
        "feature_map",
        "fabrics",
        "sharing",
        "local_operations",
        "restored",
    )
}
HEALTHY_HUB: dict[str, Any] = {"outages_per_day": 0, "power_switch": None}
HEALTHY_SOFTWARE: dict[str, Any] = {
    x.name: getattr(software(), x.name) for x in fields(SoftwareEvidence)
}


def filled[T](part: T, healthy: dict[str, Any], wanted: set[str]) -> T:
    """Replace the gaps of the wanted facts by healthy ones."""
    news = {
        name: value
        for name, value in healthy.items()
        if name in wanted and isinstance(getattr(part, name), Gap)
    }
    return replace(part, **news)  # type: ignore[type-var]


@given(homes(), st.sets(st.sampled_from(sorted(HEALTHY_HOST))))
def test_health_of_the_host_adds_no_finding(
    evidence: Evidence, wanted: set[str]
) -> None:
    better = replace(evidence, host=filled(evidence.host, HEALTHY_HOST, wanted))
    before, after = keys(diagnose(evidence, NOW)), keys(diagnose(better, NOW))
    assert after - before <= allowed_instead(before - after)


def allowed_instead(
    gone: set[tuple[str, str | None]],
) -> set[tuple[str, str | None]]:
    """Give what may take the place of findings that turned out not to be the cause."""
    ids = {x for x, _ in gone}
    if not ids:
        return set()
    subjects = {None} | {x.id for x in (lock(f"lock{n}") for n in range(1, 5))}
    return {(x, s) for x in INSTEAD for s in subjects if ids & INSTEAD[x]}


ROUTE_CAUSES = {
    "forwarding_ignores_announcements",
    "kernel_without_route_info",
    "route_info_ignored",
    "ipv6_multicast_blocked",
    "router_announcements_missing",
    "no_route_to_mesh",
    "ipv6_link_local_only",
}
INSTEAD: dict[str, set[str]] = {
    "no_route_to_mesh": ROUTE_CAUSES,
    "router_announcements_missing": ROUTE_CAUSES,
    "prefix_changed": {*ROUTE_CAUSES, "no_source_address"},
    "lock_unreachable": {*ROUTE_CAUSES, "no_source_address", "prefix_changed"},
    "mesh_silent": {*ROUTE_CAUSES, "no_source_address"},
    "session_lost": {*ROUTE_CAUSES, "no_source_address", "prefix_changed"},
    "weak_link": {*ROUTE_CAUSES, "no_source_address", "prefix_changed"},
}
"""Another explanation of the same silence, where the first one was disproved."""


@given(homes(), st.sets(st.sampled_from(sorted(HEALTHY_LOCK))))
def test_health_of_a_lock_adds_no_finding(evidence: Evidence, wanted: set[str]) -> None:
    locks = tuple(filled(x, HEALTHY_LOCK, wanted) for x in evidence.locks)
    better = replace(evidence, locks=locks)
    assert keys(diagnose(better, NOW)) <= keys(diagnose(evidence, NOW))


@given(homes(), st.sets(st.sampled_from(sorted(HEALTHY_HUB))))
def test_health_of_a_hub_adds_no_finding(evidence: Evidence, wanted: set[str]) -> None:
    hubs = tuple(filled(x, HEALTHY_HUB, wanted) for x in evidence.hubs)
    better = replace(evidence, hubs=hubs)
    assert keys(diagnose(better, NOW)) <= keys(diagnose(evidence, NOW))


@given(homes(), st.sets(st.sampled_from(sorted(HEALTHY_SOFTWARE))))
def test_health_of_software_adds_no_finding(
    evidence: Evidence, wanted: set[str]
) -> None:
    unknown = replace(evidence, software=SoftwareEvidence())
    better = replace(
        evidence, software=filled(SoftwareEvidence(), HEALTHY_SOFTWARE, wanted)
    )
    before, after = keys(diagnose(unknown, NOW)), keys(diagnose(better, NOW))
    assert {x for x in after - before if x[0] not in NOTICES} == set()


@given(homes())
def test_a_hub_that_turns_out_to_live_takes_its_blame_away(evidence: Evidence) -> None:
    alive = tuple(
        replace(
            x,
            state=HubState.ONLINE,
            answers=True,
            hearing=Hearing.HEARD,
            elsewhere=None,
        )
        for x in evidence.hubs
    )
    found = {x.id for x in diagnose(replace(evidence, hubs=alive), NOW).findings}
    assert not found & {"hub_offline", "hub_left_wifi", "hub_switched_off"}
    assert "mdns_blocked" not in found


@given(homes(), st.integers(1, 20))
def test_any_home_in_which_all_is_well_has_no_serious_finding(
    evidence: Evidence, count: int
) -> None:
    well = home(*(lock(f"lock{n}") for n in range(count)), *map(hub, range(1, 4)))
    places = replace(
        host(),
        manager=evidence.host.manager,
        bridged_container=evidence.host.bridged_container,
        matter_server_elsewhere=evidence.host.matter_server_elsewhere,
    )
    assert serious(diagnose(replace(well, host=places), NOW)) == []


@given(homes())
def test_paused_locks_are_not_ill(evidence: Evidence) -> None:
    locks = tuple(replace(x, paused=True) for x in evidence.locks)
    diagnosis = diagnose(replace(evidence, locks=locks), NOW)
    assert {x.scope for x in diagnosis.findings} <= {Scope.HOME, Scope.HUB}
    assert not any(x.locks for x in diagnosis.findings)


@given(homes())
def test_bridged_locks_get_no_thread_finding(evidence: Evidence) -> None:
    one = bridged_lock("zigbee", bridge_hub=None)
    more = replace(evidence, locks=(*evidence.locks, one))
    found = {x.id for x in diagnose(more, NOW).of_lock("zigbee")}
    allowed = {"bridged_lock", "home_network_down", "matter_unavailable"}
    assert found <= allowed | {"fabric_changed"}


@given(homes())
def test_parents_hide_children_and_findings_are_in_order(evidence: Evidence) -> None:
    findings = diagnose(evidence, NOW).findings
    for child in findings:
        for parent in findings:
            if parent.id not in child.rule.parents or parent.severity < child.severity:
                continue
            if child.scope is Scope.LOCK:
                assert not parent.concerns(child.subject or "")
            if child.scope is Scope.HOME:
                assert not set(parent.concerned) & set(child.locks)
    assert all(x.severity <= x.rule.worst for x in findings)
    severities = [x.severity for x in findings]
    assert severities == sorted(severities, reverse=True)


@given(homes())
def test_what_is_hidden_is_not_worse_than_what_hides_it(evidence: Evidence) -> None:
    """A silent Thread lock always has an error of its own, or one that concerns it."""
    diagnosis = diagnose(evidence, NOW)
    for one in evidence.locks:
        long_gone = one.available is False and one.unavailable_since == ago(seconds=400)
        if not long_gone or one.last_sign_of_life not in {None, ago(seconds=4000)}:
            continue
        found = top(diagnosis.of_lock(one.id))
        assert found is not None
        assert found.severity is Severity.ERROR


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_whole(rule: Any) -> None:
    assert rule.summary.endswith(".")
    assert rule.references
    assert rule.parents <= set(RULE_BY_ID)
    assert rule.id not in rule.parents


def test_ids_are_unique_and_include_every_cause() -> None:
    assert len(RULE_BY_ID) == len(RULES)
    assert {cause.value for cause in Cause} <= set(RULE_BY_ID)


def test_no_rule_is_its_own_ancestor() -> None:
    order = TopologicalSorter({rule.id: rule.parents for rule in RULES})
    assert set(order.static_order()) == set(RULE_BY_ID)


def test_nothing_known_names_what_was_not_checked() -> None:
    diagnosis = diagnose(Evidence(), NOW)
    assert diagnosis.findings == ()
    assert diagnosis.not_checked["ipv6_disabled"] is Gap.UNKNOWN
    assert "hub_offline" not in diagnosis.not_checked


def test_what_cannot_be_checked_is_told_from_what_is_unknown() -> None:
    bare = HostEvidence(
        adapters=Gap.NOT_CHECKABLE, routes=Gap.NOT_CHECKABLE, choices=Gap.NOT_CHECKABLE
    )
    not_checked = diagnose(home(bare), NOW).not_checked
    assert not_checked["ipv6_disabled"] is Gap.NOT_CHECKABLE
    assert not_checked["no_route_to_mesh"] is Gap.NOT_CHECKABLE


def test_findings_name_hubs_and_locks() -> None:
    found = top(diagnose(home(gone_hub()), NOW).findings)
    assert found is not None
    assert found.parameters["hub"] == "Hub 1"
    assert found.parameters["locks"] == f"Lock {FRONT}"
    assert found.parameters["since"] == ago(seconds=30)


def test_a_server_elsewhere_lowers_the_confidence_and_says_so() -> None:
    elsewhere = unrouted_host(matter_server_elsewhere=True)
    here = top(diagnose(home(unrouted_host(), silent_lock()), NOW).findings)
    there = top(diagnose(home(elsewhere, silent_lock()), NOW).findings)
    assert here is not None
    assert there is not None
    assert (here.confidence, here.caveat) == (Confidence.HIGH, None)
    assert (there.confidence, there.caveat) == (
        Confidence.LOW,
        Caveat.SERVER_ELSEWHERE,
    )


def test_core_has_its_own_repair() -> None:
    off = unrouted_host(adapter("192.168.1.5/24"), ipv6_class_since=ago(minutes=1))
    issues = software(core_issues=frozenset({"ipv6_disabled"}))
    with_issue = top(diagnose(home(off, issues), NOW).findings)
    without = top(diagnose(home(off), NOW).findings)
    assert with_issue is not None
    assert without is not None
    assert (with_issue.core_has_repair, without.core_has_repair) == (True, False)


def test_an_offline_hub_hides_the_route_only_for_its_own_locks() -> None:
    other = {"extended_pan_id": APPLE}
    address = LOCK_ADDRESS + 1
    ways = {
        LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40),
        address: choice(RouteState.NO_ROUTE, seconds=40),
    }
    back = lock("back", extended_pan_id=APPLE, addresses=(address,))
    evidence = home(host(choices=ways), gone_hub(1), hub(2, record=other), lock(), back)
    diagnosis = diagnose(evidence, NOW)
    assert state(diagnosis.of_lock(FRONT)) == "hub_offline"
    assert state(diagnosis.of_lock("back")) == "no_route_to_mesh"


@settings(max_examples=30)
@given(st.integers(0, 59))
def test_a_restarting_lock_is_not_called_unreachable(seconds: int) -> None:
    since = NOW - timedelta(seconds=seconds)
    away = silent_lock(unavailable_since=since, last_sign_of_life=ago(minutes=2))
    assert state(diagnose(home(away), NOW).of_lock(FRONT)) == "ok"
