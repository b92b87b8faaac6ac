"""The lock restarts itself every three days (R42)."""

from datetime import timedelta

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from tests.scenarios.home import ago, case, home, lock, silent_lock


def restarts(now_away: bool) -> tuple[AvailabilityChange, ...]:
    moments = [ago(hours=72 * turn, seconds=8) for turn in range(4)]
    drops = tuple(AvailabilityChange(at, False) for at in moments)
    returns = tuple(
        AvailabilityChange(at + timedelta(seconds=30), True) for at in moments[1:]
    )
    return drops + (
        returns if now_away else (*returns, AvailabilityChange(ago(seconds=1), True))
    )


BACK_AGAIN = case(home(lock(flips=AvailabilityLog(restarts(now_away=False)))))
JUST_NOW = case(
    home(
        silent_lock(
            unavailable_since=ago(seconds=8),
            last_sign_of_life=ago(seconds=20),
            flips=AvailabilityLog(restarts(now_away=True)),
        )
    )
)
