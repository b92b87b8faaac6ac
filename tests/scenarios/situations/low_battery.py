"""The battery is at 15 percent."""

from custom_components.aqara_lock.domain.evidence import Battery, BatteryLevel
from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(battery=Battery(percent=15))), "low_battery", lock="low_battery")
LOCK_SAYS_SO = case(
    home(lock(battery=Battery(level=BatteryLevel.CRITICAL))),
    "low_battery",
    lock="low_battery",
)
NEAR_MISS = case(home(lock(battery=Battery(percent=21, level=BatteryLevel.OK))))
