"""A Zigbee lock comes through the hub's bridge."""

from tests.scenarios.home import bridged_lock, case, home, lock

FOUND = case(home(bridged_lock()), notices=("bridged_lock",))
NEAR_MISS = case(home(lock()))
