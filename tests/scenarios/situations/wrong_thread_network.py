"""The lock is on another network than its meant hub."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Battery, BatteryLevel
from tests.scenarios.home import APPLE, ago, case, home, hub, lock, silent_lock

MEANT = hub().id
EMPTY = Battery(level=BatteryLevel.CRITICAL)
FOUND = case(
    home(hub(), silent_lock(extended_pan_id=APPLE, meant_hub=MEANT)),
    "wrong_thread_network",
    lock="wrong_thread_network",
)
NOBODY_SEES_ITS_HUB_BUT_IT_WORKS = case(
    home(hub(), lock(extended_pan_id=APPLE, meant_hub=MEANT, battery=EMPTY)),
    "wrong_thread_network",
    "low_battery",
    lock="low_battery",
)
NOT_HEARD_SINCE_ITS_HUB_MOVED = case(
    home(
        hub(record_since=ago(seconds=20)),
        lock(extended_pan_id=APPLE, meant_hub=MEANT, battery=EMPTY),
    ),
    "wrong_thread_network",
    "low_battery",
    lock="wrong_thread_network",
)
"""Only an error makes anybody ask the lock."""
NEAR_MISS = case(home(hub(), lock(meant_hub=MEANT)))
