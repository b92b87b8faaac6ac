"""A lock that works on another network than its meant hub falls silent: that is not why."""

from custom_components.aqara_lock.domain.diagnosis.evidence import HubEvidence
from tests.scenarios.home import (
    APPLE,
    MESH,
    OTHER_MESH,
    case,
    home,
    hub,
    lock,
    silent_lock,
)

MEANT = hub(record={"omr_prefix": OTHER_MESH})


def apple() -> HubEvidence:
    of_record = {
        "vendor_name": "Apple Inc.",
        "network_name": "MyHome1",
        "extended_pan_id": APPLE,
        "omr_prefix": MESH,
    }
    return hub(5, name="Apple TV", addresses=("192.168.1.9",), record=of_record)


BATTERY_IS_EMPTY = case(
    home(MEANT, apple(), silent_lock(extended_pan_id=APPLE, meant_hub=MEANT.id)),
    "wrong_thread_network",
    "lock_unreachable",
    lock="lock_unreachable",
)
STILL_WELL = case(
    home(MEANT, apple(), lock(extended_pan_id=APPLE, meant_hub=MEANT.id)),
    "wrong_thread_network",
    lock="wrong_thread_network",
)
