"""The lock's device is gone from the Matter integration."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from tests.scenarios.home import case, home, lock, silent_lock

FOUND = case(
    home(lock(link_problem=Cause.LOCK_REMOVED)), "lock_removed", lock="lock_removed"
)
NEAR_MISS = case(home(silent_lock()), "lock_unreachable", lock="lock_unreachable")
