"""Two hubs of one network formed two partitions."""

from tests.scenarios.home import ago, case, home, hub

FOUND = case(
    home(hub(1), hub(2, record={"partition_id": 8})),
    "network_split",
    lock="network_split",
    home="network_split",
)
NEAR_MISS = case(
    home(hub(1), hub(2, record={"partition_id": 8}, record_since=ago(minutes=2)))
)
