"""The lock does not offer its users."""

from tests.scenarios.home import bridged_lock, case, home, lock

FOUND = case(home(lock(feature_map=0x81)), notices=("no_user_management",))
NEAR_MISS = case(home(bridged_lock(feature_map=0x81)))
