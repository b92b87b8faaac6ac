"""Two hubs of one network formed two partitions."""

from tests.scenarios.home import ago, case, home, hub, silent_lock

FOUND = case(
    home(hub(1), hub(2, record={"partition_id": 8})),
    "network_split",
    lock="network_split",
    home="network_split",
)
SILENT_SINCE_THEN = case(
    home(
        hub(1),
        hub(2, record={"partition_id": 8}),
        silent_lock(last_sign_of_life=ago(days=2)),
    ),
    "network_split",
    lock="network_split",
    home="network_split",
)
WORKED_ALL_THE_SAME = case(
    home(hub(1), hub(2, record={"partition_id": 8}), silent_lock()),
    "network_split",
    "lock_unreachable",
    lock="lock_unreachable",
    home="network_split",
)
NEAR_MISS = case(
    home(hub(1), hub(2, record={"partition_id": 8}, record_since=ago(minutes=2)))
)
