"""The binding report: what follows from its facts, and that it survives a store."""

from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.binding_report import (
    Ability,
    BindingReport,
    Hangs,
    HubNeed,
    RouterThere,
)
from custom_components.aqara_lock.domain.connectivity.check import ConnectionCheck
from custom_components.aqara_lock.domain.doorlock.cluster import Feature
from custom_components.aqara_lock.domain.journal.reporting import ReportsWho
from custom_components.aqara_lock.domain.thread.path import PathEvidence
from tests.scenarios.home import APPLE, AQARA, NOW

M100 = RouterThere(id="m100", name="Hub M100", is_aqara=True, is_live=True)
APPLE_TV = RouterThere(id="tv", name="Apple TV", is_aqara=False, is_live=True)
BOUND = BindingReport(
    at=NOW,
    lock_name="Front door",
    meant_hub="m100",
    meant_hub_name="Hub M100",
    meant_hub_live=True,
    meant_network=AQARA,
    network=AQARA,
    served_by="m100",
    path_evidence=PathEvidence.ONLY_ROUTER,
    routers=(M100,),
)


@pytest.mark.parametrize(
    ("changes", "hangs", "need"),
    [
        ({}, Hangs.YES, HubNeed.ONLY_WAY),
        ({"routers": (M100, APPLE_TV)}, Hangs.YES, HubNeed.OTHERS_CARRY),
        (
            {"routers": (M100, replace(APPLE_TV, is_live=False))},
            Hangs.YES,
            HubNeed.ONLY_WAY,
        ),
        ({"network": APPLE}, Hangs.NO, HubNeed.CARRIES_NOTHING),
        ({"network": None}, Hangs.UNKNOWN, HubNeed.UNKNOWN),
        ({"meant_network": None}, Hangs.UNKNOWN, HubNeed.UNKNOWN),
        ({"meant_hub": None}, Hangs.NO_HUB_MEANT, HubNeed.ANY_ONE),
        ({"is_bridged": True, "network": None}, Hangs.THROUGH_BRIDGE, HubNeed.BRIDGE),
    ],
)
def test_two_questions_are_answered(
    changes: dict[str, Any], hangs: Hangs, need: HubNeed
) -> None:
    report = replace(BOUND, **changes)
    assert (report.hangs, report.need) == (hangs, need)


def test_serving_hub_has_its_name() -> None:
    assert BOUND.served_by_name == "Hub M100"
    assert replace(BOUND, served_by=None).served_by_name is None


@pytest.mark.parametrize(
    ("used", "supported", "free"),
    [(2, 5, 3), (5, 5, 0), (6, 5, 0), (None, 5, None), (2, None, None), (2, 0, None)],
)
def test_room_for_more_apps(
    used: int | None, supported: int | None, free: int | None
) -> None:
    report = replace(BOUND, fabrics_used=used, fabrics_supported=supported)
    assert report.fabrics_free == free


def test_abilities_come_from_the_feature_map() -> None:
    report = replace(BOUND, features=Feature.PIN | Feature.YEAR_DAY_SCHEDULES)
    offered = {ability for ability in Ability if report.can(ability)}
    assert offered == {Ability.CODES, Ability.SCHEDULES}
    assert {BOUND.can(ability) for ability in Ability} == {None}


REPORTS = st.builds(
    BindingReport,
    at=st.just(NOW),
    lock_name=st.text(max_size=5),
    is_bridged=st.booleans(),
    model=st.none() | st.just("u400"),
    meant_hub=st.none() | st.just("m100"),
    meant_hub_name=st.none() | st.text(max_size=5),
    meant_hub_live=st.none() | st.booleans(),
    meant_network=st.sampled_from([None, AQARA]),
    meant_network_name=st.none() | st.text(max_size=5),
    network=st.sampled_from([None, AQARA, APPLE]),
    network_name=st.none() | st.text(max_size=5),
    served_by=st.none() | st.just("tv"),
    path_evidence=st.sampled_from(PathEvidence),
    routers=st.lists(st.sampled_from([M100, APPLE_TV]), max_size=2).map(tuple),
    ecosystems=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    fabrics_used=st.none() | st.integers(0, 9),
    fabrics_supported=st.none() | st.integers(0, 9),
    check=st.none()
    | st.builds(
        ConnectionCheck,
        st.integers(0, 5),
        st.lists(st.floats(0, 9000), max_size=5).map(tuple),
        untimed=st.integers(0, 5),
        unsent=st.integers(0, 5),
    ),
    battery_percent=st.none() | st.floats(0, 100),
    features=st.none() | st.sampled_from([Feature(0), Feature(0x183), ~Feature(0)]),
    reports_who=st.sampled_from(ReportsWho),
)


@given(REPORTS)
def test_report_survives_a_store(report: BindingReport) -> None:
    assert BindingReport.from_dict(report.as_dict()) == report


def test_check_of_an_earlier_version_is_read() -> None:
    stored = {**BOUND.as_dict(), "check": {"sent": 5, "times": [40.0]}}
    assert BindingReport.from_dict(stored).check == ConnectionCheck(5, (40.0,))


@pytest.mark.parametrize(
    "damage",
    [
        {"at": "yesterday"},
        {"lock_name": None},
        {"routers": [{"id": 1}]},
        {"check": {"sent": 5, "times": ["soon"]}},
        {"check": {"sent": 5, "times": [], "unsent": "some"}},
        {"battery_percent": "full"},
        {"path_evidence": "hearsay"},
        {"features": "all"},
        {"meant_hub_live": "maybe"},
    ],
)
def test_damage_is_named(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is not|has no"):
        BindingReport.from_dict({**BOUND.as_dict(), **damage})
    with pytest.raises(ValueError, match="is not a mapping"):
        BindingReport.from_dict([])
