"""Another controller acts on the lock with our own Matter identity (fabric)."""

from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(other_controllers=1)), notices=("second_controller",))
NEAR_MISS = case(home(lock(other_controllers=0)))
