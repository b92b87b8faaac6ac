"""A server that is away, or another one, explains what the locks seem to lack."""

import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.connectivity.dropouts import AvailabilityLog
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gateway,
    MatterState,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.edge import told
from tests.scenarios.home import (
    FRONT,
    NOW,
    ago,
    bridged_lock,
    gone_hub,
    home,
    hub,
    lan,
    lock,
    silent_lock,
    software,
)
from tests.scenarios.situations import (
    container_bridged,
    daily_dropout,
    firewall_timeout,
)
from tests.scenarios.test_situations import CASES

AWAY = {"matter": MatterState.RETRYING, "matter_lost_at": ago(minutes=1)}
DOWN = lan(gateway=Gateway(answers=False, since=ago(minutes=3)))
DAILY = AvailabilityLog(daily_dropout.drops(24))
BEAT = AvailabilityLog(firewall_timeout.beat(338))
UNSTABLE = hub(outages_per_day=9)
REMOVED = lock(link_problem=Cause.LOCK_REMOVED)
NO_LOCK = lock(link_problem=Cause.NOT_A_LOCK)
OLD = lock(link_problem=Cause.MATTER_SERVER_TOO_OLD)
NEVER_BACK = silent_lock(restored=False)

PAIRS = {
    "too old to connect": (
        home(software(**AWAY), OLD),
        "matter_server_too_old",
        "matter_unavailable",
    ),
    "away, and another one": (
        home(software(fabric=2, **AWAY)),
        "matter_unavailable",
        "fabric_changed",
    ),
    "away, so that no lock is there": (
        home(software(**AWAY), REMOVED),
        "matter_unavailable",
        "lock_removed",
    ),
    "away, so that nothing is a lock": (
        home(software(**AWAY), NO_LOCK),
        "matter_unavailable",
        "not_a_lock",
    ),
    "another one, which has no lock": (
        home(software(fabric=2), REMOVED),
        "fabric_changed",
        "lock_removed",
    ),
    "another one, which has something else": (
        home(software(fabric=2), NO_LOCK),
        "fabric_changed",
        "not_a_lock",
    ),
    "of another make, and away": (
        home(software(server_changed_kind=True, **AWAY), NEVER_BACK),
        "matter_unavailable",
        "server_changed_kind",
    ),
    "of another make, with another identity": (
        home(software(server_changed_kind=True, fabric=2), NEVER_BACK),
        "fabric_changed",
        "server_changed_kind",
    ),
    "away, as on the beat of a day": (
        home(software(**AWAY), lock(flips=DAILY)),
        "matter_unavailable",
        "daily_dropout",
    ),
    "away, as on the beat of a firewall": (
        home(software(**AWAY), lock(flips=BEAT)),
        "matter_unavailable",
        "firewall_timeout",
    ),
    "container in a network that is down": (
        home(
            container_bridged.BRIDGED,
            DOWN,
            gone_hub(),
            silent_lock(last_sign_of_life=None),
        ),
        "home_network_down",
        "container_bridged",
    ),
    "hub that comes and goes every day": (
        home(UNSTABLE, lock(flips=DAILY)),
        "hub_unstable",
        "daily_dropout",
    ),
    "hub that comes and goes by the minute": (
        home(UNSTABLE, lock(flips=BEAT)),
        "hub_unstable",
        "firewall_timeout",
    ),
    "bridge that offers no users": (
        home(bridged_lock(feature_map=0x83)),
        "bridged_lock",
        "no_user_management",
    ),
    "away, as a silent mesh": (
        home(software(**AWAY), silent_lock(), silent_lock("back")),
        "matter_unavailable",
        "mesh_silent",
    ),
    "of another make, as a silent mesh": (
        home(
            software(server_changed_kind=True),
            NEVER_BACK,
            silent_lock("back", restored=False),
        ),
        "server_changed_kind",
        "mesh_silent",
    ),
    "away, as a silent bridge": (
        home(software(**AWAY), bridged_lock(available=False)),
        "matter_unavailable",
        "bridged_lock_unreachable",
    ),
    "hub that is gone with its bridge": (
        home(gone_hub(), bridged_lock(available=False)),
        "hub_offline",
        "bridged_lock_unreachable",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_first_cause_is_told_alone(name: str) -> None:
    evidence, cause, explained = PAIRS[name]
    found = told(evidence)
    assert cause in found
    assert explained not in found


EFFECTS = {
    "daily_dropout": home(lock(flips=DAILY)),
    "firewall_timeout": home(lock(flips=BEAT)),
    "no_user_management": home(lock(feature_map=0x83)),
    "bridged_lock_unreachable": home(bridged_lock(available=False)),
    "server_changed_kind": home(software(server_changed_kind=True), NEVER_BACK),
}


@pytest.mark.parametrize("rule_id", EFFECTS)
def test_what_nothing_explains_is_told(rule_id: str) -> None:
    assert rule_id in told(EFFECTS[rule_id])


def silent_mesh(evidence: Evidence) -> bool:
    return "mesh_silent" in told(evidence)


def test_a_mesh_is_not_silent_where_its_hub_is_cut_off() -> None:
    """Both its locks are away, and so is all that the hub's network was on."""
    two = (silent_lock(), silent_lock("back"))
    split = hub(2, record={"partition_id": 8})
    cut = [silent_lock(x, last_sign_of_life=ago(days=2)) for x in (FRONT, "back")]
    assert silent_mesh(home(*two))
    assert not silent_mesh(home(gone_hub(), *two))
    assert silent_mesh(home(hub(1), hub(2), *cut))
    assert not silent_mesh(home(hub(1), split, *cut))


def test_no_situation_is_worse_than_the_worst_that_its_rule_says() -> None:
    every = [x for y in CASES.values() for x in diagnose(y.evidence, NOW).findings]
    assert [x.id for x in every if x.severity > x.rule.worst] == []


def test_rules_say_a_worst_case_that_comes_to_pass() -> None:
    """Those that only sometimes are as bad as that."""
    every = [x for y in CASES.values() for x in diagnose(y.evidence, NOW).findings]
    worst = {x.id for x in every if x.severity is x.rule.worst}
    assert {x.id for x in every} == worst
