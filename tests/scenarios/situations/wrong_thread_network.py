"""The lock is on another network than its meant hub."""

from tests.scenarios.home import APPLE, case, home, hub, lock, silent_lock

MEANT = hub().id
FOUND = case(
    home(hub(), silent_lock(extended_pan_id=APPLE, meant_hub=MEANT)),
    "wrong_thread_network",
    lock="wrong_thread_network",
)
NEAR_MISS = case(home(hub(), lock(meant_hub=MEANT)))
