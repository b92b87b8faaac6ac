"""The border-router app has a version known to fail."""

from tests.scenarios.home import case, home, hub, silent_lock, software

OWN = hub(record={"vendor_name": "HomeAssistant"})
BROKEN = software(addons={"openthread_border_router": "3.2.0"})
FOUND = case(
    home(BROKEN, OWN, silent_lock()),
    "border_router_app_broken",
    "lock_unreachable",
    lock="lock_unreachable",
    home="border_router_app_broken",
)
ALL_WORKS = case(home(BROKEN, OWN), notices=("border_router_app_broken",))
NEAR_MISS = case(home(BROKEN))
