"""After a restart the lock changes state and tells nothing."""

from tests.scenarios.home import ago, case, home, lock

FOUND = case(
    home(lock(reboots=(ago(hours=5),), silent_changes=4, operations_since_reboot=0)),
    "operations_missing",
    lock="operations_missing",
)
NEAR_MISS = case(
    home(lock(reboots=(ago(hours=5),), silent_changes=4, operations_since_reboot=1))
)
