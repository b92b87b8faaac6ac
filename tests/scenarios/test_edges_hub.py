"""Where the rules on a hub begin and end: its absence, its Thread interface."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Gateway,
    Hearing,
    HubEvidence,
    PowerSwitch,
)
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    APPLE,
    ago,
    bridged_lock,
    gone_hub,
    home,
    hub,
    lan,
    lock,
    silent_lock,
    thread_state,
)

OFF: dict[str, Any] = {
    "record": {"state": thread_state(active=False)},
    "record_since": ago(seconds=40),
}
SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}


def plug(**changed: float) -> PowerSwitch:
    since = ago(**changed) if changed else None
    return PowerSwitch(name="Plug", is_on=False, changed_at=since)


def switched(gone: float, off: float) -> Evidence:
    """Make a home whose hub is gone, and its plug off, for so many seconds."""
    unplugged = gone_hub(
        offline_since=ago(seconds=gone), power_switch=plug(seconds=off)
    )
    return home(unplugged, silent_lock())


def left(gone: float, changed: float) -> Evidence:
    """Make a home whose hub is gone, and its network new, for so many seconds."""
    since = gone_hub(offline_since=ago(seconds=gone))
    return home(since, silent_lock(), lan(changed_at=ago(seconds=changed)))


LEFT_LONG_AGO: dict[str, Any] = {
    "answers": Gap.UNKNOWN,
    "offline_since": ago(minutes=5),
    "silent_since": ago(minutes=5),
}


def back(seconds: float, gone: float = 40) -> Evidence:
    """Make a home whose router answers again, and whose hub was gone before."""
    gateway = Gateway(answers=True, since=ago(seconds=seconds))
    return home(gone_hub(offline_since=ago(seconds=gone)), lan(gateway=gateway))


def returned(seconds: float) -> Evidence:
    """Make a home whose new router answers for so many seconds, its hub not yet."""
    gateway = Gateway(answers=True, since=ago(seconds=seconds))
    since = gone_hub(offline_since=ago(seconds=40))
    return home(since, lan(gateway=gateway, changed_at=ago(minutes=1)))


def beside(*, answers: bool) -> Evidence:
    """Make a home with a hub that is gone and one that is not."""
    gateway = Gateway(answers=answers, since=ago(seconds=3))
    return home(
        gone_hub(1, offline_since=ago(seconds=40)), hub(2), lan(gateway=gateway)
    )


def withdrawn(**span: float) -> HubEvidence:
    return hub(hearing=Hearing.GOODBYE, silent_since=ago(**span))


CHANGED = lan(changed_at=ago(minutes=1))
JUST_BACK = lan(gateway=Gateway(answers=True, since=ago(seconds=3)))
ABSENCE = {
    "plug that was turned off two minutes before": Edge(
        "hub_switched_off", switched(30, 150), switched(30, 151)
    ),
    "plug that was turned off two minutes after": Edge(
        "hub_switched_off", switched(150, 30), switched(151, 30)
    ),
    "plug of which nobody knows when it was turned off": Edge(
        "hub_switched_off",
        home(gone_hub(power_switch=plug(seconds=40))),
        home(gone_hub(power_switch=plug())),
    ),
    "hub of which nobody knows since when it is gone": Edge(
        "hub_switched_off",
        home(gone_hub(power_switch=plug(seconds=40))),
        home(gone_hub(power_switch=plug(seconds=40), offline_since=None)),
    ),
    "hub without its plug whose lock speaks": Edge(
        "hub_switched_off",
        home(gone_hub(power_switch=plug(minutes=5), **LEFT_LONG_AGO), silent_lock()),
        home(gone_hub(power_switch=plug(minutes=5), **LEFT_LONG_AGO), lock()),
    ),
    "hub that is gone though its network is back for ten seconds": Edge(
        "hub_offline", back(10), back(9)
    ),
    "hub that went with its network": Edge("hub_offline", back(6, 5.9), back(6, 6)),
    "hub that is gone since nobody knows when": Edge(
        "hub_offline", home(gone_hub(offline_since=None), JUST_BACK), home(JUST_BACK)
    ),
    "router that fell silent after one of two hubs": Edge(
        "hub_offline", beside(answers=False), beside(answers=True)
    ),
    "hub that went ten minutes after the network changed": Edge(
        "hub_left_wifi", left(30, 630), left(30, 631)
    ),
    "hub that went two minutes before the network changed": Edge(
        "hub_left_wifi", left(150, 30), left(151, 30)
    ),
    "hub that is back after the network changed": Edge(
        "hub_left_wifi",
        home(gone_hub(), CHANGED),
        home(hub(offline_since=ago(seconds=30)), CHANGED),
    ),
    "hub that left since nobody knows when": Edge(
        "hub_left_wifi",
        home(gone_hub(), CHANGED),
        home(gone_hub(offline_since=None), CHANGED),
    ),
    "hub that did not come back to a new network within ten seconds": Edge(
        "hub_left_wifi", returned(10), returned(9)
    ),
    "six times a day": Edge(
        "hub_unstable", home(hub(outages_per_day=6)), home(hub(outages_per_day=5))
    ),
    "a hub that nobody needs": Edge(
        "hub_unstable",
        home(hub(outages_per_day=9)),
        home(hub(outages_per_day=9), lock(extended_pan_id=APPLE, addresses=())),
    ),
}


@pytest.mark.parametrize("name", ABSENCE)
def test_hub_that_is_away(name: str) -> None:
    ABSENCE[name].check()


THREAD = {
    "goodbye of half a minute ago": Edge(
        "thread_interface_off",
        home(withdrawn(seconds=30), silent_lock()),
        home(withdrawn(seconds=29), silent_lock()),
    ),
    "goodbye, and one of two locks is away": Edge(
        "thread_interface_off",
        home(withdrawn(minutes=3), silent_lock(), lock("back")),
        home(withdrawn(minutes=3), lock(), lock("back")),
    ),
    "radio that is off where only Zigbee locks are": Edge(
        "thread_interface_off",
        home(hub(**OFF), silent_lock()),
        home(hub(**OFF), bridged_lock()),
    ),
    "radio of a hub that is not known to be there": Edge(
        "thread_interface_off",
        home(hub(**OFF), silent_lock()),
        home(hub(**OFF, **SEEN_ONLY), silent_lock()),
    ),
}


@pytest.mark.parametrize("name", THREAD)
def test_thread_interface(name: str) -> None:
    THREAD[name].check()
