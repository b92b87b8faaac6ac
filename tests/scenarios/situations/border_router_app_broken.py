"""The border-router app has a version known to fail."""

from tests.scenarios.home import case, home, hub, software

OWN = {"vendor_name": "HomeAssistant"}
FOUND = case(
    home(software(addons={"openthread_border_router": "3.2.0"}), hub(record=OWN)),
    "border_router_app_broken",
    lock="border_router_app_broken",
    home="border_router_app_broken",
)
NEAR_MISS = case(home(software(addons={"openthread_border_router": "3.2.0"})))
