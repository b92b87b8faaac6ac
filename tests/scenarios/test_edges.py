"""Numbers that a text or a page tells: just on one side of them, and just on the other."""

from dataclasses import replace

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    Evidence,
    FailedCommand,
    PowerSwitch,
    RadioLink,
    Refusal,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.diagnosis.rules import Confidence
from tests.scenarios.home import (
    NOW,
    ago,
    answered,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
)
from tests.scenarios.situations import firewall_timeout
from tests.scenarios.situations.dataset_out_of_sync import OLDER


def switched_off(seconds: float) -> Evidence:
    """Let a plug be turned off so long before its hub went away."""
    off = PowerSwitch(name="Plug", is_on=False, changed_at=ago(seconds=30 + seconds))
    return home(gone_hub(power_switch=off))


def network_changed(minutes: float) -> Evidence:
    """Let the router have changed so long before the hub went away."""
    return home(lan(changed_at=ago(seconds=30, minutes=minutes)), gone_hub())


def two_hubs(minutes: float, **differs: object) -> Evidence:
    """Let the second hub announce something else for so long."""
    return home(hub(1), hub(2, record=differs, record_since=ago(minutes=minutes)))


def command_after(seconds: float) -> Evidence:
    """Let a command stay unanswered that came so long after another one."""
    failed = FailedCommand(
        at=ago(minutes=5),
        refusal=Refusal.TIMEOUT,
        after_previous=seconds,
    )
    return home(lock(failed_commands=(failed,)))


def signal(rssi: int) -> Evidence:
    """Let the lock hear its parent so loud."""
    return home(lock(radio=RadioLink(as_of=ago(hours=1), rssi=rssi)))


EDGES: dict[str, tuple[str, Evidence, Evidence]] = {
    "within two minutes of the switch": (
        "hub_switched_off",
        switched_off(120),
        switched_off(121),
    ),
    "right when the network changed": (
        "hub_left_wifi",
        network_changed(10),
        network_changed(10.1),
    ),
    "for at least ten minutes in different parts": (
        "network_split",
        two_hubs(10, partition_id=8),
        two_hubs(9.9, partition_id=8),
    ),
    "for at least ten minutes of different settings": (
        "dataset_out_of_sync",
        two_hubs(10, **OLDER),
        two_hubs(9.9, **OLDER),
    ),
    "at least 45 seconds between commands": (
        "commands_too_close",
        command_after(44),
        command_after(45),
    ),
    "less than -85 dBm": ("weak_link", signal(-86), signal(-85)),
    "slow above 2.5 seconds": (
        "weak_link",
        home(lock(ping=answered(90, 90, 2501))),
        home(lock(ping=answered(90, 90, 2500))),
    ),
    "battery of a fifth": (
        "low_battery",
        home(lock(battery=Battery(percent=20))),
        home(lock(battery=Battery(percent=20.5))),
    ),
    "outages of a day": (
        "hub_unstable",
        home(hub(outages_per_day=6)),
        home(hub(outages_per_day=5)),
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_number_that_is_told_is_the_one_that_counts(name: str) -> None:
    rule_id, inside, outside = EDGES[name]
    assert rule_id in {x.id for x in diagnose(inside, NOW).findings}
    assert rule_id not in {x.id for x in diagnose(outside, NOW).findings}


@pytest.mark.parametrize(
    ("seconds", "confidence"), [(1799, Confidence.HIGH), (1800, Confidence.LOW)]
)
def test_timeout_that_does_no_harm(seconds: int, confidence: Confidence) -> None:
    dropouts = firewall_timeout.FOUND.evidence.locks
    evidence = replace(home(host(udp_stream_timeout=seconds)), locks=dropouts)
    (found,) = (
        x for x in diagnose(evidence, NOW).findings if x.id == "firewall_timeout"
    )
    assert found.confidence is confidence
