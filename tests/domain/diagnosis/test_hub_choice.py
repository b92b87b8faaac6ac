"""The list of hubs to choose from: Aqara first, network by network, with their health."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Hearing
from custom_components.aqara_lock.domain.diagnosis.hub_choice import (
    HubHealth,
    group_hubs,
)
from custom_components.aqara_lock.domain.thread.meshcop import (
    StateBitmap,
    ThreadInterface,
    ThreadRole,
)
from tests.scenarios.home import APPLE, gone_hub, home, hub, thread_state


def role(found: ThreadRole) -> dict[str, Any]:
    """Give the record of a hub with this role, its radio on."""
    return {"state": StateBitmap(ThreadInterface.ACTIVE, found, False)}


@pytest.mark.parametrize(
    ("found", "health"),
    [
        (hub(record=role(ThreadRole.LEADER)), HubHealth.LEADER),
        (hub(record=role(ThreadRole.ROUTER)), HubHealth.ROUTER),
        (hub(record=role(ThreadRole.CHILD)), HubHealth.CHILD),
        (hub(record=role(ThreadRole.DETACHED)), HubHealth.THREAD_ON),
        (hub(record={"state": thread_state(active=False)}), HubHealth.THREAD_OFF),
        (hub(record={"state": None}), HubHealth.NOT_TOLD),
        (gone_hub(), HubHealth.NOT_HEARD),
        (
            hub(state=HubState.UNKNOWN, hearing=Gap.UNKNOWN, answers=Gap.UNKNOWN),
            HubHealth.ROUTER,
        ),
        (hub(hearing=Hearing.SILENT), HubHealth.ROUTER),
    ],
)
def test_health_comes_from_the_record_and_from_being_there(
    found: Any, health: HubHealth
) -> None:
    assert [choice.health for choice in group_hubs(home(found))] == [health]


def test_aqara_networks_come_first_and_stay_together() -> None:
    apple = {
        "vendor_name": "Apple Inc.",
        "network_name": "A home",
        "extended_pan_id": APPLE,
    }
    guest = {"vendor_name": "Apple Inc."}
    found = home(
        hub(1, record=apple, name="Living room"),
        hub(2, record=guest, name="A guest of the Aqara network"),
        hub(3, record={"state": thread_state(active=False)}, name="Old hub"),
        hub(4, name="Hub M100"),
    )
    names = [(choice.name, choice.is_aqara) for choice in group_hubs(found)]
    assert names == [
        ("Hub M100", True),
        ("Old hub", True),
        ("A guest of the Aqara network", False),
        ("Living room", False),
    ]


def test_networks_of_one_name_are_kept_apart() -> None:
    other = {"extended_pan_id": APPLE}
    found = home(hub(1), hub(2, record=other), hub(3))
    networks = [choice.extended_pan_id for choice in group_hubs(found)]
    assert networks == sorted(networks)
    assert len(set(networks)) == 2


def test_hub_without_a_network_name_is_listed() -> None:
    found = home(hub(record={"network_name": None}))
    assert [choice.network_name for choice in group_hubs(found)] == [None]
