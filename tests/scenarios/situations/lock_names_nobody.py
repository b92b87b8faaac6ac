"""The lock never says who was at the door."""

from custom_components.aqara_lock.domain.diagnosis.evidence import LocalOperations
from tests.scenarios.home import case, home, lock

FOUND = case(
    home(lock(local_operations=LocalOperations(total=6, nameless=6))),
    notices=("lock_names_nobody",),
)
NEAR_MISS = case(home(lock(local_operations=LocalOperations(total=6, nameless=5))))
