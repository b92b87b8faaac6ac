"""The lock is gone once a day at the same time."""

from datetime import timedelta

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from tests.scenarios.home import ago, case, home, lock


def drops(hours: float) -> tuple[AvailabilityChange, ...]:
    moments = [ago(hours=hours * turn + 1) for turn in range(5)]
    return tuple(
        flip
        for at in moments
        for flip in (
            AvailabilityChange(at, False),
            AvailabilityChange(at + timedelta(minutes=2), True),
        )
    )


FOUND = case(
    home(lock(flips=AvailabilityLog(drops(24)))), "daily_dropout", lock="daily_dropout"
)
NEAR_MISS = case(home(lock(flips=AvailabilityLog(drops(31)))))
