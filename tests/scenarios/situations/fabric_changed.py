"""The Matter server was set up anew."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from tests.scenarios.home import case, home, lock, software

FOUND = case(
    home(software(fabric=2), lock(link_problem=Cause.LOCK_REMOVED)),
    "fabric_changed",
    lock="fabric_changed",
    home="fabric_changed",
)
NEAR_MISS = case(home(software(stored_fabric=None)))
