"""The battery is at 15 percent."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Battery, BatteryLevel
from tests.scenarios.home import case, gone_hub, home, lock, silent_lock

FOUND = case(home(lock(battery=Battery(percent=15))), "low_battery", lock="low_battery")
LOCK_SAYS_SO = case(
    home(lock(battery=Battery(level=BatteryLevel.CRITICAL))),
    "low_battery",
    lock="low_battery",
)
EMPTY = Battery(percent=2, level=BatteryLevel.CRITICAL)
AND_THEN_IT_FELL_SILENT = case(
    home(silent_lock(battery=EMPTY)), "low_battery", lock="low_battery"
)
THE_HUB_IS_OFF_TOO = case(
    home(gone_hub(), silent_lock(battery=EMPTY)),
    "hub_offline",
    "low_battery",
    lock="hub_offline",
    home="hub_offline",
)
LOW_BUT_NOT_EMPTY = case(
    home(silent_lock(battery=Battery(percent=15))),
    "low_battery",
    "lock_unreachable",
    lock="lock_unreachable",
)
NEAR_MISS = case(home(lock(battery=Battery(percent=21, level=BatteryLevel.OK))))
