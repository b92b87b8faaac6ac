"""Two Thread networks; the hub of the other one is off."""

from tests.scenarios.home import APPLE, OTHER_MESH, case, gone_hub, home, hub, lock

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH, "network_name": "Other"}
BACK = lock("back", extended_pan_id=APPLE, addresses=())
OTHER_HUB_OFF = case(
    home(hub(1), gone_hub(2, record=OTHER), lock(), BACK),
    "hub_offline",
    lock="ok",
    home="hub_offline",
)
ALL_IS_WELL = case(
    home(hub(1), hub(2, record=OTHER), lock(), BACK),
    notices=("several_thread_networks",),
)
