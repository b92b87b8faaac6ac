"""The preferred Thread network has no border router."""

from tests.scenarios.home import APPLE, case, home, software

FOUND = case(
    home(software(preferred_network=APPLE)), notices=("preferred_network_empty",)
)
NEAR_MISS = case(home(software(preferred_network=None)))
