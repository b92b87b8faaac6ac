"""Two Thread networks live in the house."""

from tests.scenarios.home import APPLE, case, gone_hub, home, hub

NEST = {"extended_pan_id": APPLE, "network_name": "NEST-PAN-E1AF"}
FOUND = case(home(hub(1), hub(2, record=NEST)), notices=("several_thread_networks",))
NEAR_MISS = case(home(hub(1), gone_hub(2, record=NEST)), notices=("hub_offline",))
