"""A moved hub and a cut hub look alike until it is found (trap 4)."""

from tests.scenarios.home import case, gone_hub, home

NOT_FOUND = case(
    home(gone_hub()), "hub_offline", lock="hub_offline", home="hub_offline"
)
FOUND_AGAIN = case(
    home(gone_hub(elsewhere="10.0.7.20")),
    "other_subnet",
    lock="other_subnet",
    home="other_subnet",
)
MOVED_WITHIN = case(
    home(gone_hub(elsewhere="192.168.1.77")),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
