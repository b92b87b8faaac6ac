"""A Zigbee lock is silent behind a hub that answers."""

from tests.scenarios.home import FRONT, ago, bridged_lock, case, gone_hub, home

SILENT = bridged_lock(
    FRONT,
    available=False,
    unavailable_since=ago(minutes=5),
    last_sign_of_life=ago(minutes=10),
)
FOUND = case(home(SILENT), "bridged_lock_unreachable", lock="bridged_lock_unreachable")
NEAR_MISS = case(
    home(gone_hub(), SILENT), "hub_offline", lock="hub_offline", home="hub_offline"
)
