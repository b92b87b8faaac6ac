"""What is wrong with a hub is told unless the hub, or the network, is away anyway."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Gateway,
    Hearing,
    PowerSwitch,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.thread.meshcop import DatasetTimestamp
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.edge import told
from tests.scenarios.home import (
    FRONT,
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    silent_lock,
    software,
    thread_state,
)
from tests.scenarios.situations.apple_other_subnet import apple

OFF: dict[str, Any] = {
    "record": {"state": thread_state(active=False)},
    "record_since": ago(seconds=40),
    "answers": Gap.UNKNOWN,
}
PLUG = PowerSwitch(name="Plug", is_on=False, changed_at=ago(seconds=30))
DOWN = lan(gateway=Gateway(answers=False, since=ago(seconds=30)))
FAR = ("192.168.7.20",)
UNHEARD = {"hearing": Hearing.SILENT, "silent_since": ago(minutes=5)}
SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}
LOST_LONG_AGO: dict[str, Any] = {
    "answers": Gap.UNKNOWN,
    "offline_since": ago(minutes=9),
    "silent_since": ago(minutes=9),
}

NETWORK_DOWN = {
    "hub_offline": home(DOWN, gone_hub(), silent_lock()),
    "hub_switched_off": home(DOWN, gone_hub(power_switch=PLUG), silent_lock()),
    "hub_left_wifi": home(
        lan(gateway=DOWN.gateway, changed_at=ago(minutes=1)), gone_hub(), silent_lock()
    ),
    "hub_unstable": home(DOWN, gone_hub(outages_per_day=9), silent_lock()),
    "thread_interface_off": home(DOWN, gone_hub(1), hub(2, **OFF), silent_lock()),
    "single_border_router": home(DOWN, hub(**SEEN_ONLY), silent_lock()),
    "mdns_blocked": home(DOWN, gone_hub(**LOST_LONG_AGO), lock()),
    "mdns_reflector": home(
        DOWN,
        gone_hub(1),
        hub(2, answers=Gap.UNKNOWN, addresses=("192.168.1.21", "192.168.7.21")),
        silent_lock(),
    ),
    "other_subnet": home(
        DOWN, gone_hub(1), hub(2, answers=Gap.UNKNOWN, addresses=FAR), silent_lock()
    ),
    "apple_other_subnet": home(
        DOWN,
        gone_hub(1),
        hub(2, answers=Gap.UNKNOWN),
        replace(apple("192.168.7.9"), answers=Gap.UNKNOWN),
        silent_lock(),
    ),
    "no_border_router": home(
        DOWN, gone_hub(), silent_lock(extended_pan_id="11" * 8, addresses=())
    ),
    "wrong_thread_network": home(
        DOWN, gone_hub(), silent_lock(extended_pan_id="11" * 8, meant_hub=hub().id)
    ),
    "network_split": home(
        DOWN,
        gone_hub(1),
        hub(2, answers=Gap.UNKNOWN),
        hub(3, answers=Gap.UNKNOWN, record={"partition_id": 8}),
        silent_lock(),
    ),
    "dataset_out_of_sync": home(
        DOWN,
        gone_hub(1),
        hub(2, answers=Gap.UNKNOWN),
        hub(
            3,
            answers=Gap.UNKNOWN,
            record={"active_timestamp": DatasetTimestamp(900, False)},
        ),
        silent_lock(),
    ),
    "prefix_changed": home(
        DOWN,
        gone_hub(1, record={"omr_prefix": OTHER_MESH}),
        hub(2, answers=Gap.UNKNOWN, record={"omr_prefix": OTHER_MESH}),
        host(choices={}),
        silent_lock(),
    ),
    "server_changed_kind": home(
        DOWN,
        gone_hub(),
        silent_lock(restored=False),
        software(server_changed_kind=True),
    ),
    "next_hop_dead": home(
        DOWN, gone_hub(1), hub(2, answers=Gap.UNKNOWN), silent_lock()
    ),
}


@pytest.mark.parametrize("rule_id", NETWORK_DOWN)
def test_a_home_network_that_is_down_explains_its_hubs(rule_id: str) -> None:
    found = told(NETWORK_DOWN[rule_id])
    assert "home_network_down" in found
    assert rule_id not in found


def there(evidence: Evidence) -> Evidence:
    """Let the router of the home answer, so that what it explained is told."""
    gateway = Gateway(answers=True, since=ago(days=1))
    return replace(evidence, lan=replace(evidence.lan, gateway=gateway))


@pytest.mark.parametrize("rule_id", NETWORK_DOWN)
def test_a_home_network_that_is_up_does_not(rule_id: str) -> None:
    assert rule_id in told(there(NETWORK_DOWN[rule_id]))


MOVED = {"elsewhere": "192.168.7.20"}
ELSEWHERE = {
    "hub_offline": home(gone_hub(**MOVED)),
    "hub_switched_off": home(gone_hub(power_switch=PLUG, **MOVED)),
    "hub_left_wifi": home(gone_hub(**MOVED), lan(changed_at=ago(minutes=1))),
    "hub_unstable": home(gone_hub(outages_per_day=9, **MOVED)),
    "thread_interface_off": home(hub(**OFF, **MOVED), silent_lock()),
    "mdns_blocked": home(hub(**UNHEARD, **MOVED), silent_lock()),
    "mdns_reflector": home(
        hub(addresses=("192.168.1.20", "192.168.7.20"), **MOVED), silent_lock()
    ),
}


@pytest.mark.parametrize("rule_id", ELSEWHERE)
def test_a_hub_in_another_network_is_told_as_that(rule_id: str) -> None:
    found = told(ELSEWHERE[rule_id])
    assert "other_subnet" in found
    assert rule_id not in found


def lock_findings(evidence: Evidence) -> set[str]:
    return {x.id for x in diagnose(evidence, NOW).of_lock(FRONT)}


def test_a_lock_whose_two_hubs_fail_is_told_of_the_one_that_is_gone() -> None:
    evidence = home(gone_hub(1), hub(2, **OFF), silent_lock())
    assert {"hub_offline", "thread_interface_off"} <= told(evidence)
    assert "hub_offline" in lock_findings(evidence)
    assert "thread_interface_off" not in lock_findings(evidence)


@pytest.mark.parametrize(
    ("cause", "gone"),
    [
        ("hub_switched_off", home(gone_hub(1, power_switch=PLUG), hub(2, **OFF))),
        (
            "hub_left_wifi",
            home(gone_hub(1), hub(2, **OFF), lan(changed_at=ago(minutes=1))),
        ),
    ],
)
def test_a_lock_is_told_why_the_one_that_is_gone_left(
    cause: str, gone: Evidence
) -> None:
    assert "thread_interface_off" in told(gone)
    assert cause in lock_findings(gone)
    assert "thread_interface_off" not in lock_findings(gone)


def test_a_hub_that_is_gone_is_not_called_the_only_one() -> None:
    assert "single_border_router" in told(home())
    assert "single_border_router" not in told(home(gone_hub()))


OLD_AND_APART = {"partition_id": 8, "active_timestamp": DatasetTimestamp(900, False)}


def test_hubs_that_do_not_hear_each_other_have_different_settings_for_that() -> None:
    found = told(home(hub(1), hub(2, record=OLD_AND_APART)))
    assert "network_split" in found
    assert "dataset_out_of_sync" not in found


def test_a_hub_in_another_network_explains_an_address_that_nobody_reaches() -> None:
    nowhere = host(
        choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)}, routes=()
    )
    moved = {"omr_prefix": OTHER_MESH}
    near, far = hub(record=moved), hub(record=moved, addresses=FAR)
    assert "prefix_changed" in told(home(near, nowhere, silent_lock()))
    found = told(home(far, nowhere, silent_lock()))
    assert "other_subnet" in found
    assert "prefix_changed" not in found


def test_a_hub_whose_plug_is_off_did_not_leave_the_network() -> None:
    changed = lan(changed_at=ago(minutes=1))
    found = told(home(gone_hub(power_switch=PLUG), changed))
    assert "hub_switched_off" in found
    assert "hub_left_wifi" not in found


def test_each_plug_is_compared_with_its_own_hub() -> None:
    old = PowerSwitch(name="Old", is_on=False, changed_at=ago(hours=5))
    evidence = home(gone_hub(1, power_switch=old), gone_hub(2, power_switch=PLUG))
    found = [x for x in diagnose(evidence, NOW).findings if x.id == "hub_switched_off"]
    assert [(x.subject, x.parameters["switch"]) for x in found] == [(hub(2).id, "Plug")]


def test_a_container_that_stands_apart_hears_no_hub_for_that() -> None:
    container = host(adapter("172.18.0.5/16"), bridged_container=True)
    never = silent_lock(last_sign_of_life=None)
    unheard = home(container, hub(**UNHEARD), never)
    far = home(container, gone_hub(**MOVED), never)
    assert "mdns_blocked" in told(home(hub(**UNHEARD), silent_lock()))
    assert "mdns_blocked" not in told(unheard)
    assert "other_subnet" not in told(far)
    assert "mdns_blocked" in told(home(container, hub(**UNHEARD), lock()))
