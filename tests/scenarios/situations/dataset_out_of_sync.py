"""Two hubs hold different settings of one network."""

from custom_components.aqara_lock.domain.thread.meshcop import DatasetTimestamp
from tests.scenarios.home import case, home, hub

OLDER = {"active_timestamp": DatasetTimestamp(900, False)}
FOUND = case(
    home(hub(1), hub(2, record=OLDER)),
    "dataset_out_of_sync",
    lock="dataset_out_of_sync",
    home="dataset_out_of_sync",
)
NEAR_MISS = case(home(hub(1), hub(2, record={"active_timestamp": None})))
