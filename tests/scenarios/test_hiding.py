"""What a cause explains is not told beside it; what it does not explain is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    FailedCommand,
    Gap,
    RadioLink,
    Refusal,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.edge import told
from tests.scenarios.home import (
    APPLE,
    FRONT,
    NOW,
    OTHER_MESH,
    ago,
    answered,
    home,
    host,
    hub,
    lock,
    silent_lock,
    software,
)
from tests.scenarios.test_situations import CASES

SYMPTOMS: dict[str, dict[str, Any]] = {
    "weak_link": {"radio": RadioLink(as_of=ago(hours=1), rssi=-95)},
    "stale_subscription": {
        "unconfirmed_at": ago(seconds=45),
        "last_report": ago(minutes=30),
    },
    "commands_too_close": {
        "failed_commands": (
            FailedCommand(
                at=ago(hours=2),
                refusal=Refusal.TIMEOUT,
                after_previous=12,
            ),
        )
    },
    "session_lost": {
        "available": False,
        "unavailable_since": ago(minutes=5),
        "last_sign_of_life": ago(minutes=10),
        "ping": answered(80, 95, 102),
    },
    "lock_unreachable": {
        "available": False,
        "unavailable_since": ago(minutes=5),
        "last_sign_of_life": ago(minutes=10),
    },
}
"""What a lock shows that is well but for this, or that a cause elsewhere cut off."""
SILENT_ONLY = (
    "container_bridged",
    "prefix_changed",
    "mesh_silent",
    "server_changed_kind",
    "no_border_router",
    "wrong_thread_network",
    "network_split",
    "home_network_down",
)
"""Causes that show only in a lock that is silent, or are as bad only then."""
AT_ONCE = (
    "matter_unavailable",
    "matter_server_too_old",
    "fabric_changed",
    "lock_removed",
    "not_a_lock",
    "ipv6_disabled",
    "ipv6_link_local_only",
    "no_source_address",
    "forwarding_ignores_announcements",
    "kernel_without_route_info",
    "route_info_ignored",
    "ipv6_multicast_blocked",
    "router_announcements_missing",
    "no_route_to_mesh",
    "next_hop_dead",
    "other_subnet",
    "hub_offline",
    "hub_left_wifi",
    "hub_switched_off",
    "thread_interface_off",
)
"""Causes that show before the lock has fallen silent."""


def with_symptom(evidence: Evidence, changes: Mapping[str, Any]) -> Evidence:
    locks = (replace(x, **changes) if x.id == FRONT else x for x in evidence.locks)
    return replace(evidence, locks=tuple(locks))


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_a_symptom_without_a_cause_is_told(symptom: str) -> None:
    assert symptom in told(home(lock(**SYMPTOMS[symptom])))


CUT_OFF = [
    pytest.param(cause, symptom, id=f"{cause}-{symptom}")
    for cause in AT_ONCE
    for symptom in SYMPTOMS
    if (cause, symptom) != ("next_hop_dead", "stale_subscription")
]
"""A way that is dead for a lock that speaks all the same is less bad than no report."""


@pytest.mark.parametrize(("cause", "symptom"), CUT_OFF)
def test_what_cuts_a_lock_off_explains_how_it_behaves(cause: str, symptom: str) -> None:
    found = told(with_symptom(CASES[f"{cause}-found"].evidence, SYMPTOMS[symptom]))
    assert cause in found
    assert symptom not in found


SILENCES = [
    pytest.param(cause, symptom, id=f"{cause}-{symptom}")
    for cause in SILENT_ONLY
    for symptom in ("lock_unreachable", "session_lost")
    if (cause, symptom) != ("mesh_silent", "session_lost")
]
"""A mesh is not silent where one of its locks answers pings."""


@pytest.mark.parametrize(("cause", "symptom"), SILENCES)
def test_what_is_behind_a_silence_explains_it(cause: str, symptom: str) -> None:
    changes = SYMPTOMS[symptom] | {"last_sign_of_life": None}
    found = told(with_symptom(CASES[f"{cause}-found"].evidence, changes))
    assert cause in found
    assert symptom not in found


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_a_server_with_a_new_identity_explains_how_a_lock_behaves(symptom: str) -> None:
    found = told(home(software(fabric=2), lock(**SYMPTOMS[symptom])))
    assert "fabric_changed" in found
    assert symptom not in found


def test_an_old_address_explains_a_silence_where_no_way_is_known() -> None:
    new = hub(record={"omr_prefix": OTHER_MESH})
    found = told(home(new, host(choices={}), silent_lock()))
    assert "prefix_changed" in found
    assert not found & {"no_route_to_mesh", "lock_unreachable"}


def test_a_lock_that_answers_no_ping_explains_that_it_reports_nothing() -> None:
    pinged = {"ping": answered(sent=3, minutes=2), "last_sign_of_life": ago(minutes=8)}
    found = told(home(lock(**SYMPTOMS["stale_subscription"] | pinged)))
    assert "lock_unreachable" in found
    assert "stale_subscription" not in found


def test_a_lost_session_explains_commands_without_an_answer() -> None:
    heard = {"last_sign_of_life": ago(seconds=10)}
    changes = SYMPTOMS["session_lost"] | SYMPTOMS["commands_too_close"] | heard
    found = told(home(lock(**changes)))
    assert "session_lost" in found
    assert "commands_too_close" not in found


def test_a_lock_that_is_away_has_no_weak_link() -> None:
    found = told(home(lock(**SYMPTOMS["lock_unreachable"] | SYMPTOMS["weak_link"])))
    assert "lock_unreachable" in found
    assert "weak_link" not in found


def test_a_lock_without_a_session_has_no_weak_link() -> None:
    heard = {"last_sign_of_life": ago(seconds=10)}
    changes = SYMPTOMS["session_lost"] | SYMPTOMS["weak_link"] | heard
    found = told(home(lock(**changes)))
    assert "session_lost" in found
    assert "weak_link" not in found


def test_a_lock_that_reports_nothing_has_no_weak_link() -> None:
    changes = SYMPTOMS["stale_subscription"] | SYMPTOMS["weak_link"]
    found = told(home(lock(**changes)))
    assert "stale_subscription" in found
    assert "weak_link" not in found


def test_a_lock_that_reports_nothing_tells_no_operation_for_that() -> None:
    restarted = {"reboots": (ago(hours=5),), "silent_changes": 4}
    missing = restarted | {"operations_since_reboot": 0}
    found = told(home(lock(**SYMPTOMS["stale_subscription"] | missing)))
    assert "operations_missing" in told(home(lock(**missing)))
    assert "stale_subscription" in found
    assert "operations_missing" not in found


def test_a_second_lock_has_lost_its_session_though_the_first_just_restarted() -> None:
    first = silent_lock(unavailable_since=ago(seconds=9), ping=answered(80))
    both = home(first, silent_lock("back", ping=answered(80)))
    found = [x for x in diagnose(both, NOW).findings if x.id == "session_lost"]
    assert [x.subject for x in found] == ["back"]


def test_a_lock_on_a_network_whose_hub_nobody_sees_is_told_of_that() -> None:
    other = hub(
        2,
        record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH},
        state=HubState.UNKNOWN,
        hearing=Gap.UNKNOWN,
        answers=Gap.UNKNOWN,
    )
    away = silent_lock(extended_pan_id=APPLE, meant_hub=hub().id)
    found = told(home(hub(), other, away))
    assert "wrong_thread_network" in found
    assert "lock_unreachable" not in found


@pytest.mark.parametrize("cause", [x for x in AT_ONCE if x != "next_hop_dead"])
def test_a_mesh_that_is_cut_off_is_not_called_silent(cause: str) -> None:
    """Both locks of the home are away: that of the situation, and one like it."""
    evidence = CASES[f"{cause}-found"].evidence
    away = with_symptom(evidence, SYMPTOMS["lock_unreachable"])
    (front,) = (x for x in away.locks if x.id == FRONT)
    found = told(replace(away, locks=(front, replace(front, id="back"))))
    assert cause in found
    assert "mesh_silent" not in found


def test_old_addresses_of_every_lock_are_no_silent_mesh() -> None:
    new = hub(record={"omr_prefix": OTHER_MESH})
    both = (silent_lock(), silent_lock("back"))
    assert "mesh_silent" in told(home(host(choices={}), *both))
    found = told(home(new, host(choices={}), *both))
    assert "prefix_changed" in found
    assert "mesh_silent" not in found
