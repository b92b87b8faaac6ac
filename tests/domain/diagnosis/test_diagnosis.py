"""How findings stand to each other: order, whose they are, what hides what."""

from dataclasses import replace
from ipaddress import IPv6Address

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    Evidence,
    Gateway,
    LockEvidence,
    PowerSwitch,
    RadioLink,
    Siblings,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import (
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
from custom_components.aqara_lock.domain.diagnosis.rules.rule import Step
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    APPLE,
    FRONT,
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
    lan,
    lock,
    route,
    silent_lock,
    software,
    unrouted_host,
)

from .rules_by_id import NOTICES, RULE_BY_ID

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
BACK_ADDRESS = LOCK_ADDRESS + 1
WEAK = RadioLink(as_of=ago(hours=1), rssi=-95)


def back(**changes: object) -> LockEvidence:
    """Make a second lock, on a network of its own."""
    return lock("back", extended_pan_id=APPLE, addresses=(), **changes)


def of(evidence: Evidence, rule_id: str) -> list[Finding]:
    return [x for x in diagnose(evidence, NOW).findings if x.id == rule_id]


def test_a_home_in_which_all_is_well_has_the_state_ok() -> None:
    diagnosis = diagnose(home(hub(1), hub(2)), NOW)
    assert diagnosis == Diagnosis()
    assert state(diagnosis.findings) == "ok"
    assert top(diagnosis.findings) is None


def test_a_notice_changes_no_state() -> None:
    diagnosis = diagnose(home(), NOW)
    assert [x.id for x in diagnosis.findings] == ["single_border_router"]
    assert state(diagnosis.findings) == "ok"


def test_the_worst_comes_first_then_what_is_more_basic() -> None:
    evidence = home(
        hub(1, outages_per_day=9),
        hub(2, record=OTHER),
        silent_lock(),
        back(radio=WEAK, battery=Battery(percent=10)),
    )
    found = [x.id for x in diagnose(evidence, NOW).findings if x.severity > 1]
    assert found == ["lock_unreachable", "hub_unstable", "weak_link", "low_battery"]


def test_of_equal_findings_the_surer_comes_first() -> None:
    routes = (route(), route(destination=OTHER_MESH))
    evidence = home(
        host(routes=routes),
        hub(1),
        hub(2, record=OTHER),
        silent_lock("a"),
        silent_lock("z", extended_pan_id=APPLE, addresses=(), siblings=Siblings(3, 1)),
    )
    found = of(evidence, "lock_unreachable")
    assert [(x.subject, x.confidence) for x in found] == [
        ("z", Confidence.HIGH),
        ("a", Confidence.MEDIUM),
    ]


def test_equal_findings_come_by_their_subject() -> None:
    evidence = home(lock("b", radio=WEAK), lock("a", radio=WEAK), lock("c", radio=WEAK))
    assert [x.subject for x in of(evidence, "weak_link")] == ["a", "b", "c"]


def test_a_finding_of_a_hub_is_that_hubs_alone() -> None:
    evidence = home(gone_hub(1), hub(2), hub(3, outages_per_day=9))
    of_hubs = [x for x in diagnose(evidence, NOW).findings if x.scope is Scope.HUB]
    assert [(x.subject, x.id) for x in of_hubs] == [
        (hub(1).id, "hub_offline"),
        (hub(3).id, "hub_unstable"),
    ]


def test_what_concerns_a_lock_is_no_matter_of_the_home() -> None:
    diagnosis = diagnose(home(gone_hub(1), hub(2), lock(radio=WEAK)), NOW)
    scopes = {x.scope for x in diagnosis.of_home()}
    assert Scope.LOCK not in scopes
    assert Scope.LOCK in {x.scope for x in diagnosis.of_lock(FRONT)}


def test_a_lock_has_what_is_its_own_and_what_cuts_it_off() -> None:
    evidence = home(gone_hub(1), hub(2, record=OTHER), lock(), back(radio=WEAK))
    diagnosis = diagnose(evidence, NOW)
    own = {x: {y.id for y in diagnosis.of_lock(x)} for x in (FRONT, "back", "none")}
    assert "hub_offline" in own[FRONT]
    assert "weak_link" not in own[FRONT]
    assert "weak_link" in own["back"]
    assert "hub_offline" not in own["back"]
    assert own["none"] == set()
    (gone,) = of(evidence, "hub_offline")
    assert gone.concerns(FRONT)
    assert not gone.concerns("back")


def unrouted(*locks: LockEvidence) -> Evidence:
    """Make a home with no route to two networks, of which one hub is gone."""
    way = choice(RouteState.NO_ROUTE, seconds=40)
    seen = host(routes=(), choices={LOCK_ADDRESS: way, BACK_ADDRESS: way})
    return home(seen, gone_hub(1), hub(2, record=OTHER), *locks)


def test_a_cause_of_one_lock_leaves_the_others_to_theirs() -> None:
    other = lock("back", extended_pan_id=APPLE, addresses=(BACK_ADDRESS,))
    (route,) = of(unrouted(lock(), other), "no_route_to_mesh")
    assert route.locks == ("back",)
    assert route.parameters["locks"] == "Lock back"
    assert of(unrouted(lock(), back()), "no_route_to_mesh") == []


def test_a_cause_that_is_less_bad_hides_nothing() -> None:
    """The hub is a warning, for another carries the lock; the silence is an error."""
    evidence = home(gone_hub(1), hub(2), silent_lock(extended_pan_id=APPLE))
    assert of(evidence, "lock_unreachable") or of(evidence, "no_border_router")
    mild = home(
        lock(unconfirmed_at=ago(minutes=1), last_report=None), gone_hub(1), hub(2)
    )
    (warned,) = of(mild, "next_hop_dead")
    assert warned.severity is Severity.WARNING
    assert of(mild, "stale_subscription") != []


def test_a_hub_whose_locks_have_another_cause_is_still_told() -> None:
    """It is told for the hub; the lock has the cause that comes first."""
    off = PowerSwitch(name="Plug", is_on=False, changed_at=ago(seconds=30))
    evidence = home(gone_hub(1, power_switch=off), gone_hub(2), lock(), bridged_lock())
    plug, second = of(evidence, "hub_switched_off"), of(evidence, "hub_offline")
    assert [x.subject for x in plug] == [hub(1).id]
    assert [(x.subject, x.locks) for x in second] == [(hub(2).id, ())]
    assert second[0].parameters["locks"] == "–"


def test_a_home_that_is_down_explains_every_hub() -> None:
    down = lan(gateway=Gateway(answers=False, since=ago(seconds=30)))
    evidence = home(down, gone_hub(1), gone_hub(2, record=OTHER), silent_lock())
    assert of(evidence, "home_network_down") != []
    assert of(evidence, "hub_offline") == []


def test_a_finding_names_what_it_is_about() -> None:
    own = of(home(lock(radio=WEAK)), "weak_link")[0].parameters
    assert own["lock"] == f"Lock {FRONT}"
    assert not {"hub", "locks"} & set(own)
    two = home(unrouted_host(), lock("b"), lock("a"))
    assert of(two, "no_route_to_mesh")[0].parameters["locks"] == "Lock a, Lock b"
    nobody = of(home(hub(1), hub(2, record=OTHER)), "several_thread_networks")[0]
    assert nobody.parameters["locks"] == "–"
    assert "lock" not in nobody.parameters


def test_names_are_in_order_whatever_the_locks_are_called_inside() -> None:
    two = home(unrouted_host(), lock("a", name="Yard"), lock("b", name="Attic"))
    assert of(two, "no_route_to_mesh")[0].parameters["locks"] == "Attic, Yard"


def test_where_the_server_is_matters_only_for_what_this_host_sees() -> None:
    (gone,) = of(home(host(matter_server_elsewhere=True), gone_hub()), "hub_offline")
    assert (gone.confidence, gone.caveat) == (Confidence.HIGH, None)


def test_the_second_lock_is_doubted_though_the_first_is_well() -> None:
    third = replace(choice(), next_hop=IPv6Address("fe80::c"))
    choices = {LOCK_ADDRESS: choice(), BACK_ADDRESS: third}
    locks = (
        lock("a", extended_pan_id=APPLE, addresses=(BACK_ADDRESS,)),
        silent_lock("b"),
    )
    hubs = (gone_hub(1), hub(2), gone_hub(3, record=OTHER), hub(4, record=OTHER))
    here = home(host(choices=choices), *hubs, *locks)
    elsewhere = host(choices=choices, matter_server_elsewhere=True)
    assert {x.subject for x in of(here, "next_hop_dead")} == {"a", "b"}
    doubted = of(home(elsewhere, *hubs, *locks), "next_hop_dead")
    assert [x.subject for x in doubted] == ["b"]


def test_the_repair_of_home_assistant_for_ipv6_is_known() -> None:
    off = unrouted_host(adapter("192.168.1.5/24"), ipv6_class_since=ago(minutes=1))
    issues = software(core_issues=frozenset({"ipv6_disabled"}))
    (one,) = of(home(off, issues), "ipv6_disabled")
    assert one.core_has_repair


def test_rules_stand_in_the_order_of_decision() -> None:
    steps = [rule.step for rule in RULES]
    assert steps == sorted(steps)
    assert {rule.step for rule in RULES} == set(Step)


def test_a_rule_is_a_notice_or_sometimes_serious() -> None:
    assert {x.id for x in RULES if x.worst is Severity.NOTICE} == NOTICES
    assert {x.severity for x in RULES if x.id not in NOTICES} <= {
        Severity.WARNING,
        Severity.ERROR,
    }


def test_locks_of_a_finding_are_in_order() -> None:
    two = home(unrouted_host(), lock("b"), lock("a"))
    assert of(two, "no_route_to_mesh")[0].locks == ("a", "b")


def test_a_rule_says_its_worst_case() -> None:
    assert RULE_BY_ID["next_hop_dead"].worst is Severity.ERROR
    assert RULE_BY_ID["weak_link"].worst is RULE_BY_ID["weak_link"].severity


def test_rules_on_hosts_and_on_what_hosts_see_depend_on_the_servers_place() -> None:
    about = {x for x, rule in RULE_BY_ID.items() if rule.is_about_host}
    assert {"ipv6_disabled", "firewall_timeout", "other_subnet"} <= about
    assert "no_border_router" in about
    assert not {"hub_offline", "lock_unreachable", "matter_unavailable"} & about


def test_a_paused_lock_has_no_name_in_any_finding() -> None:
    evidence = home(unrouted_host(), lock("a"), replace(lock("b"), paused=True))
    assert of(evidence, "no_route_to_mesh")[0].locks == ("a",)
