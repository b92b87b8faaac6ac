"""The battery falls fast while the lock keeps reconnecting."""

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import Battery
from tests.scenarios.home import ago, case, home, lock

FLIPS = tuple(
    AvailabilityChange(ago(minutes=minutes), False) for minutes in (55, 300, 490, 800)
)
FAST = Battery(percent=70, drop_per_day=3.1)
FOUND = case(
    home(lock(battery=FAST, flips=AvailabilityLog(FLIPS))),
    "battery_drain",
    lock="battery_drain",
)
NEAR_MISS = case(home(lock(battery=FAST, flips=AvailabilityLog(FLIPS[:2]))))
