"""A foreign node acts on our own fabric."""

from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(other_controllers=1)), notices=("second_controller",))
NEAR_MISS = case(home(lock(other_controllers=0)))
