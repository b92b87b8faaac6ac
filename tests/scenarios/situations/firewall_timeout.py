"""The lock drops out every 5 minutes and 38 seconds."""

from datetime import timedelta

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from tests.scenarios.home import ago, case, home, host, lock


def beat(seconds: float, begin: float = 70) -> tuple[AvailabilityChange, ...]:
    flips = []
    for turn in range(6):
        back = ago(minutes=begin) + turn * timedelta(seconds=seconds + 9)
        flips += [
            AvailabilityChange(back, True),
            AvailabilityChange(back + timedelta(seconds=seconds), False),
        ]
    return tuple(flips)


FOUND = case(
    home(host(udp_stream_timeout=120), lock(flips=AvailabilityLog(beat(338)))),
    "firewall_timeout",
    lock="firewall_timeout",
    home="firewall_timeout",
)
UNSEEN_FIREWALL = case(
    home(lock(flips=AvailabilityLog(beat(638)))),
    "firewall_timeout",
    lock="firewall_timeout",
    home="firewall_timeout",
)
NEAR_MISS = case(
    home(host(udp_stream_timeout=120), lock(flips=AvailabilityLog(beat(437))))
)
CURED = case(home(lock(flips=AvailabilityLog(beat(338, begin=200)))))
