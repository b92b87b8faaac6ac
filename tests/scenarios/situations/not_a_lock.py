"""The device has no door lock any more."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(link_problem=Cause.NOT_A_LOCK)), "not_a_lock", lock="not_a_lock")
NEAR_MISS = case(home(lock(link_problem=None)))
