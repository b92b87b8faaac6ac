"""The lock is dead, the route stays and the hub answers."""

from tests.scenarios.home import case, home, silent_lock

DEAD = case(home(silent_lock()), "lock_unreachable", lock="lock_unreachable")
