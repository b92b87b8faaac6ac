"""The router was replaced, and the hub did not come back."""

from tests.scenarios.home import ago, case, gone_hub, home, lan

FOUND = case(
    home(lan(changed_at=ago(minutes=2)), gone_hub()),
    "hub_left_wifi",
    lock="hub_left_wifi",
    home="hub_left_wifi",
)
NEAR_MISS = case(
    home(lan(changed_at=ago(minutes=40)), gone_hub()),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
