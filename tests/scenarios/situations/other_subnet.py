"""The hub got into another network; it still answers there."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gateway
from tests.scenarios.home import (
    APPLE,
    adapter,
    ago,
    case,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
)

FOUND = case(
    home(gone_hub(elsewhere="192.168.7.20")),
    "other_subnet",
    lock="other_subnet",
    home="other_subnet",
)
SEEN_THROUGH_REFLECTOR = case(
    home(
        hub(addresses=("192.168.7.20",)),
        lock(meant_hub=hub().id, extended_pan_id=APPLE),
    ),
    "other_subnet",
    "wrong_thread_network",
    lock="wrong_thread_network",
    home="other_subnet",
)
BEHIND_A_SILENT_ROUTER = case(
    home(
        gone_hub(elsewhere="192.168.7.20"),
        lan(gateway=Gateway(answers=False, since=ago(seconds=20))),
    ),
    "other_subnet",
    lock="other_subnet",
    home="other_subnet",
)
THIS_HOST_LOST_ITS_ADDRESS = case(
    home(gone_hub(), host(adapter("fe80::5/64", "2001:db8::5/64"))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
NEAR_MISS = case(
    home(gone_hub()), "hub_offline", lock="hub_offline", home="hub_offline"
)
