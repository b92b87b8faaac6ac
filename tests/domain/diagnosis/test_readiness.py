"""The preflight: the rules judge a lock that is not there yet, on the chosen hub's network."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Hearing,
    HostEvidence,
    MatterState,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.readiness import (
    CAUSES,
    Check,
    CheckId,
    Saying,
    Survey,
    Verdict,
    is_well,
    mesh_samples,
    preflight,
)
from custom_components.aqara_lock.domain.thread.routing import RouteChoice, RouteState
from tests.scenarios.home import (
    APPLE,
    HOST_ADDRESS,
    HUB_LINK_LOCAL,
    NOW,
    OTHER_MESH,
    adapter,
    address,
    gone_hub,
    home,
    host,
    hub,
    lock,
    route,
    silent_lock,
    software,
    thread_state,
)

from .rules_by_id import RULE_BY_ID

SAMPLE = IPv6Address("fd11:22:33:44::1")
HUB = hub().id
DEAF = Sysctls(accept_ra=1, rt_info_max_plen=0, disable_ipv6=0, forwarding=0)


def ready(*parts: Any, way: RouteState = RouteState.ROUTED, **changes: Any) -> Evidence:
    """Give a home without a lock, whose host was asked for the way into the mesh."""
    made = home(*parts, **changes)
    kept = made.host.choices
    if not isinstance(kept, Gap):
        kept = {SAMPLE: choice_of(way)}
    routes = made.host.routes if way is RouteState.ROUTED else ()
    asked = replace(made.host, choices=kept, routes=routes)
    return replace(made, locks=(), host=asked)


def choice_of(way: RouteState) -> RouteChoice:
    """Give what the kernel says of an address that was never asked for before."""
    source = HOST_ADDRESS if way is RouteState.ROUTED else None
    return RouteChoice(way=way, next_hop=HUB_LINK_LOCAL, source=source)


def checked(evidence: Evidence, hub_id: str | None = HUB) -> dict[CheckId, Check]:
    """Run the preflight and give its checks by name."""
    return {check.id: check for check in preflight(evidence, hub_id, NOW)}


def verdicts(evidence: Evidence, hub_id: str | None = HUB) -> dict[CheckId, Verdict]:
    """Give what is not in order."""
    found = checked(evidence, hub_id).items()
    return {
        key: check.verdict for key, check in found if check.verdict is not Verdict.OK
    }


def cause(evidence: Evidence, check_id: CheckId) -> str | None:
    """Give the rule that a check rests on."""
    finding = checked(evidence)[check_id].finding
    return finding.id if finding else None


def test_all_is_well_in_a_home_that_is_well() -> None:
    checks = preflight(ready(), HUB, NOW)
    assert [check.id for check in checks] == list(CheckId)
    assert {check.verdict for check in checks} == {Verdict.OK}
    assert is_well(checks)


def test_every_cause_is_a_rule() -> None:
    assert {cause for causes in CAUSES.values() for cause in causes} <= set(RULE_BY_ID)


def test_matter_that_is_not_set_up_is_not_matter_that_is_down() -> None:
    missing = checked(
        ready(software(matter=MatterState.MISSING, server_schema=Gap.UNKNOWN))
    )
    assert missing[CheckId.MATTER_INTEGRATION].saying is Saying.MATTER_MISSING
    assert missing[CheckId.MATTER_SERVER].verdict is Verdict.NOT_CHECKABLE
    down = ready(software(matter=MatterState.RETRYING))
    assert cause(down, CheckId.MATTER_INTEGRATION) == "matter_unavailable"
    assert verdicts(down)[CheckId.MATTER_INTEGRATION] is Verdict.FAILED


def test_matter_server_too_old_is_told_once() -> None:
    old = ready(
        software(
            matter=MatterState.NOT_LOADED,
            core_issues=frozenset({"server_version_version_too_old"}),
        )
    )
    assert cause(old, CheckId.MATTER_SERVER) == "matter_server_too_old"
    assert checked(old)[CheckId.MATTER_INTEGRATION].saying is Saying.SEE_OTHER
    assert not is_well(preflight(old, HUB, NOW))


def test_server_tells_its_version() -> None:
    told = checked(ready())[CheckId.MATTER_SERVER]
    assert told.parameters == {"schema": 11, "version": "8.1.2"}


def test_unknown_state_of_matter_is_not_checkable() -> None:
    told = verdicts(ready(software(matter=Gap.UNKNOWN)))
    assert told == {CheckId.MATTER_INTEGRATION: Verdict.NOT_CHECKABLE}


def test_no_ipv6_fails_and_the_route_points_to_it() -> None:
    none = ready(host(adapter("192.168.1.5/24")), way=RouteState.NO_ROUTE)
    assert cause(none, CheckId.HOST_IPV6) == "ipv6_disabled"
    assert verdicts(none) == {
        CheckId.HOST_IPV6: Verdict.FAILED,
        CheckId.ROUTE_TO_MESH: Verdict.FAILED,
    }
    assert checked(none)[CheckId.ROUTE_TO_MESH].saying is Saying.SEE_OTHER


def test_link_local_address_with_a_route_lacks_its_source() -> None:
    narrow = ready(
        host(adapter("192.168.1.5/24", "fe80::5/64")), way=RouteState.NO_SOURCE
    )
    assert cause(narrow, CheckId.ROUTE_TO_MESH) == "no_source_address"
    told = checked(narrow)[CheckId.HOST_IPV6]
    assert (told.verdict, told.saying) == (Verdict.WARNING, Saying.IPV6_LINK_LOCAL)


def test_link_local_address_without_a_route_is_the_cause() -> None:
    narrow = ready(
        host(adapter("192.168.1.5/24", "fe80::5/64")), way=RouteState.NO_ROUTE
    )
    assert cause(narrow, CheckId.HOST_IPV6) == "ipv6_link_local_only"
    assert CheckId.ROUTE_TO_MESH in verdicts(narrow)


def test_internet_address_is_as_good_as_a_local_one() -> None:
    told = checked(ready(host(adapter("192.168.1.5/24", "2001:db8::5/64"))))
    assert told[CheckId.HOST_IPV6].saying is Saying.IPV6_INTERNET


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (host(adapter(sysctls=DEAF)), "route_info_ignored"),
        (
            host(adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=None))),
            "kernel_without_route_info",
        ),
        (host(), "no_route_to_mesh"),
    ],
)
def test_missing_route_tells_its_cause(found: HostEvidence, expected: str) -> None:
    lost = ready(found, way=RouteState.NO_ROUTE)
    assert cause(lost, CheckId.ROUTE_TO_MESH) == expected
    assert verdicts(lost) == {CheckId.ROUTE_TO_MESH: Verdict.FAILED}


def test_default_route_alone_is_doubtful_not_wrong() -> None:
    default = route(destination=IPv6Network("::/0"))
    told = verdicts(ready(host(routes=(default,)), way=RouteState.DEFAULT_ROUTE))
    assert told == {CheckId.ROUTE_TO_MESH: Verdict.WARNING}


def test_route_cannot_be_looked_for_without_a_prefix() -> None:
    told = checked(ready(hub(record={"omr_prefix": None})))[CheckId.ROUTE_TO_MESH]
    assert (told.verdict, told.saying) == (Verdict.NOT_CHECKABLE, Saying.NO_PREFIX)


def test_prefix_of_a_second_hub_of_the_network_serves_as_well() -> None:
    told = checked(ready(hub(record={"omr_prefix": None}), hub(2)))
    assert told[CheckId.ROUTE_TO_MESH].verdict is Verdict.OK


def test_routes_that_cannot_be_read_are_not_checkable() -> None:
    blind = ready(host(routes=Gap.NOT_CHECKABLE, choices=Gap.NOT_CHECKABLE))
    told = checked(blind)[CheckId.ROUTE_TO_MESH]
    assert (told.verdict, told.saying) == (Verdict.NOT_CHECKABLE, Saying.NOT_READABLE)


def test_route_that_went_seconds_ago_is_missing_without_a_cause() -> None:
    young = replace(choice_of(RouteState.NO_ROUTE), since=NOW)
    evidence = replace(ready(), host=host(routes=(), choices={SAMPLE: young}))
    told = checked(evidence)[CheckId.ROUTE_TO_MESH]
    assert (told.verdict, told.saying) == (Verdict.FAILED, Saying.ROUTE_MISSING)


def test_hub_that_is_gone_fails_even_if_another_one_carries() -> None:
    told = verdicts(ready(gone_hub(), hub(2)))
    assert told[CheckId.HUB_ON_LAN] is Verdict.FAILED
    assert cause(ready(gone_hub(), hub(2)), CheckId.HUB_ON_LAN) == "hub_offline"


def test_another_hub_that_is_gone_does_no_harm() -> None:
    assert verdicts(ready(hub(), gone_hub(2, record={"extended_pan_id": APPLE}))) == {}


def test_hub_that_answers_no_probe_is_well() -> None:
    quiet = hub(answers=Gap.UNKNOWN)
    assert checked(ready(quiet))[CheckId.HUB_ON_LAN].saying is Saying.HUB_HEARD


def test_hub_that_nobody_knows_any_more_is_not_heard() -> None:
    told = checked(ready(), "ff" * 16)
    assert told[CheckId.HUB_ON_LAN].saying is Saying.HUB_UNKNOWN
    assert told[CheckId.HUB_SUBNET].verdict is Verdict.NOT_CHECKABLE
    assert told[CheckId.THREAD_INTERFACE].verdict is Verdict.NOT_CHECKABLE


def test_hub_about_to_be_called_offline_is_not_heard() -> None:
    leaving = hub(state=HubState.UNKNOWN, hearing=Hearing.SILENT, answers=Gap.UNKNOWN)
    told = checked(ready(leaving))[CheckId.HUB_ON_LAN]
    assert (told.verdict, told.saying) == (Verdict.FAILED, Saying.HUB_UNHEARD)
    assert told.parameters == {"hub": leaving.name}


def test_hub_in_another_subnet_fails() -> None:
    away = ready(hub(addresses=("10.0.9.20",)))
    assert cause(away, CheckId.HUB_SUBNET) == "other_subnet"
    assert verdicts(away)[CheckId.HUB_SUBNET] is Verdict.FAILED


def test_hub_that_names_no_address_is_not_checkable() -> None:
    told = verdicts(ready(hub(addresses=("fe80::a",))))
    assert told == {CheckId.HUB_SUBNET: Verdict.NOT_CHECKABLE}


def test_apple_hub_in_another_network_is_a_warning() -> None:
    apple = hub(
        2,
        addresses=("10.0.9.20",),
        record={"vendor_name": "Apple Inc.", "extended_pan_id": APPLE},
    )
    evidence = ready(hub(), apple)
    assert cause(evidence, CheckId.HUB_SUBNET) == "apple_other_subnet"
    assert verdicts(evidence) == {CheckId.HUB_SUBNET: Verdict.WARNING}


@pytest.mark.parametrize("others", [(), (hub(2),)])
def test_thread_radio_that_is_off_fails(others: tuple[Any, ...]) -> None:
    off = hub(record={"state": thread_state(active=False)})
    told = verdicts(ready(off, *others))
    assert told[CheckId.THREAD_INTERFACE] is Verdict.FAILED


def test_thread_radio_that_is_off_at_a_hub_elsewhere_is_told_once() -> None:
    off = hub(record={"state": thread_state(active=False)}, addresses=("10.0.9.20",))
    told = checked(ready(off))[CheckId.THREAD_INTERFACE]
    assert told.verdict is Verdict.FAILED


def test_thread_radio_that_is_not_told_is_not_checkable() -> None:
    told = verdicts(ready(hub(record={"state": None})))
    assert told == {CheckId.THREAD_INTERFACE: Verdict.NOT_CHECKABLE}


def test_hub_that_works_but_is_not_heard_is_a_warning() -> None:
    unheard = hub(hearing=Hearing.SILENT)
    assert cause(ready(unheard), CheckId.MDNS) == "mdns_blocked"
    assert verdicts(ready(unheard)) == {CheckId.MDNS: Verdict.WARNING}


def test_nothing_heard_at_all_is_said_plainly() -> None:
    told = checked(replace(ready(), hubs=()), None)
    assert told[CheckId.MDNS].saying is Saying.MDNS_SILENT
    assert told[CheckId.HUB_ON_LAN].saying is Saying.NO_HUB_CHOSEN
    assert is_well(told.values())


def test_container_of_its_own_is_the_cause_and_hides_the_host() -> None:
    inside = ready(
        HostEvidence(
            adapters=Gap.NOT_CHECKABLE,
            routes=Gap.NOT_CHECKABLE,
            choices=Gap.NOT_CHECKABLE,
            bridged_container=True,
            matter_server_elsewhere=False,
        )
    )
    told = checked(inside)
    assert told[CheckId.HOST_IPV6].saying is Saying.OWN_CONTAINER
    assert told[CheckId.ROUTE_TO_MESH].verdict is Verdict.NOT_CHECKABLE
    assert cause(inside, CheckId.MDNS) == "container_bridged"


def test_container_with_a_server_elsewhere_hears_nothing() -> None:
    inside = replace(
        ready(HostEvidence(bridged_container=True, matter_server_elsewhere=True)),
        hubs=(),
    )
    assert checked(inside, None)[CheckId.MDNS].saying is Saying.OWN_CONTAINER


def test_server_on_another_host_leaves_this_host_out() -> None:
    away = ready(
        host(adapter("192.168.1.5/24"), matter_server_elsewhere=True),
        way=RouteState.NO_ROUTE,
    )
    assert verdicts(away) == {
        CheckId.HOST_IPV6: Verdict.NOT_CHECKABLE,
        CheckId.ROUTE_TO_MESH: Verdict.NOT_CHECKABLE,
    }
    assert checked(away)[CheckId.HOST_IPV6].saying is Saying.SERVER_ELSEWHERE


def test_host_that_cannot_be_read_is_not_checkable() -> None:
    told = checked(ready(HostEvidence()))
    assert told[CheckId.HOST_IPV6].saying is Saying.NOT_READABLE
    assert is_well(told.values())


def test_trouble_of_another_lock_is_not_that_of_the_new_one() -> None:
    other = silent_lock(extended_pan_id=APPLE, addresses=())
    evidence = replace(ready(), locks=home(hub(), other).locks)
    assert verdicts(evidence) == {}


def test_a_lock_that_works_there_proves_the_way() -> None:
    """Its last sign of life is younger than the address class that looks wrong."""
    narrow = host(adapter("192.168.1.5/24"))
    working = lock(last_sign_of_life=NOW)
    told = checked(home(narrow, working))[CheckId.HOST_IPV6]
    assert (told.verdict, told.saying) == (Verdict.WARNING, Saying.NOT_YET)


def test_samples_lie_in_their_mesh() -> None:
    routers = [
        hub().router,
        hub(2, record={"omr_prefix": OTHER_MESH}).router,
        hub(3, record={"omr_prefix": None}).router,
        hub(4, record={"omr_prefix": IPv6Network("fd00::7/128")}).router,
    ]
    assert mesh_samples(routers) == {
        SAMPLE,
        OTHER_MESH[1],
        IPv6Address("fd00::7"),
    }


def test_survey_names_its_routers() -> None:
    survey = Survey(evidence=ready(hub(), hub(2)), at=NOW)
    assert [router.id for router in survey.routers] == [hub().id, hub(2).id]


@given(
    st.sampled_from([None, HUB, "ff" * 16]),
    st.sampled_from(list(RouteState)),
    st.sampled_from(
        [
            host(),
            host(adapter("192.168.1.5/24")),
            HostEvidence(),
            host(adapter(address("fe80::5/64"))),
        ]
    ),
    st.lists(st.sampled_from([hub(), gone_hub(), hub(2), gone_hub(2)]), max_size=3),
)
def test_whatever_is_found_each_failure_says_something(
    hub_id: str | None, way: RouteState, found: HostEvidence, hubs: list[Any]
) -> None:
    evidence = replace(ready(found, way=way), hubs=tuple(hubs))
    checks = preflight(evidence, hub_id, NOW)
    assert [check.id for check in checks] == list(CheckId)
    for check in checks:
        assert (check.finding is not None) is (check.saying is Saying.FINDING)
        if check.saying is Saying.SEE_OTHER:
            others = (x for x in checks if x.saying is not Saying.SEE_OTHER)
            assert Verdict.FAILED in {x.verdict for x in others}, check
        if check.finding is not None:
            assert check.verdict is not Verdict.OK
