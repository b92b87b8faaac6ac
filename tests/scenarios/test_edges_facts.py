"""Where the rules on what a lock says of itself begin and end."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    BatteryLevel,
    Evidence,
    FabricCount,
    LocalOperations,
    RadioLink,
    Sharing,
)
from tests.scenarios.edge import Edge
from tests.scenarios.home import ago, answered, home, lock

HALF_DAY = tuple(AvailabilityChange(ago(hours=hour), False) for hour in (1, 5, 9, 24))
TOO_OLD = (*HALF_DAY[:3], AvailabilityChange(ago(hours=24, seconds=1), False))


def battery(**values: Any) -> Evidence:
    return home(lock(battery=Battery(**values)))


def drained(
    per_day: float, flips: tuple[AvailabilityChange, ...] = HALF_DAY
) -> Evidence:
    emptying = Battery(percent=70, drop_per_day=per_day)
    return home(lock(battery=emptying, flips=AvailabilityLog(flips)))


BATTERY = {
    "a fifth of the charge": Edge(
        "low_battery", battery(percent=20), battery(percent=20.5)
    ),
    "the lock's own word": Edge(
        "low_battery",
        battery(level=BatteryLevel.WARNING),
        battery(level=BatteryLevel.OK),
    ),
    "two percent a day": Edge("battery_drain", drained(2.0), drained(1.9)),
    "four dropouts in a day": Edge(
        "battery_drain", drained(3.0), drained(3.0, HALF_DAY[:3])
    ),
    "a dropout of yesterday": Edge(
        "battery_drain", drained(3.0), drained(3.0, TOO_OLD)
    ),
}


@pytest.mark.parametrize("name", BATTERY)
def test_battery(name: str) -> None:
    BATTERY[name].check()


def radio(**values: Any) -> Evidence:
    return home(lock(radio=RadioLink(**{"as_of": ago(hours=3)} | values)))


def pings(*times: float, **more: Any) -> Evidence:
    return home(lock(radio=None, ping=answered(*times, **more)))


RADIO = {
    "strength": Edge("weak_link", radio(rssi=-86), radio(rssi=-85)),
    "quality": Edge("weak_link", radio(link_quality=1), radio(link_quality=2)),
    "errors beside a quality of another scale": Edge(
        "weak_link",
        radio(frame_error_rate=50, link_quality=2),
        radio(frame_error_rate=50, link_quality=200),
    ),
    "reading of two days ago": Edge(
        "weak_link",
        radio(rssi=-95, as_of=ago(hours=48)),
        radio(rssi=-95, as_of=ago(hours=48, seconds=1)),
    ),
    "answer after two and a half seconds": Edge(
        "weak_link", pings(80, 2501, 90), pings(80, 2500, 90)
    ),
    "too few pings": Edge("weak_link", pings(80, 90, sent=3), pings(80, sent=2)),
    "pings of yesterday": Edge(
        "weak_link",
        pings(80, 90, sent=3, hours=24),
        pings(80, 90, sent=3, hours=24, seconds=1),
    ),
}


@pytest.mark.parametrize("name", RADIO)
def test_radio(name: str) -> None:
    RADIO[name].check()


def restarted(changes: int, **more: Any) -> Evidence:
    return home(
        lock(
            **{"reboots": (ago(hours=5),)} | more,
            silent_changes=changes,
            operations_since_reboot=0,
        )
    )


def nameless(total: int, unnamed: int) -> Evidence:
    return home(lock(local_operations=LocalOperations(total=total, nameless=unnamed)))


def fabrics(used: int, supported: int) -> Evidence:
    return home(lock(fabrics=FabricCount(used, supported)))


def shared(*, window_open: bool = False, **values: Any) -> Evidence:
    return home(lock(sharing=Sharing(window_open=window_open, **values)))


LIMITS = {
    "changes without an operation": Edge(
        "operations_missing", restarted(3), restarted(2)
    ),
    "five operations of nobody": Edge(
        "lock_names_nobody", nameless(5, 5), nameless(4, 4)
    ),
    "one operation that names somebody": Edge(
        "lock_names_nobody", nameless(6, 6), nameless(6, 5)
    ),
    "as many apps as it holds": Edge("fabrics_full", fabrics(5, 5), fabrics(4, 5)),
    "more apps than it says that it holds": Edge(
        "fabrics_full", fabrics(6, 5), fabrics(0, 0)
    ),
    "an app alone": Edge("fabrics_full", fabrics(1, 1), fabrics(0, 1)),
    "code that nobody used for half a minute": Edge(
        "sharing_code_expired",
        shared(missed_at=ago(seconds=30)),
        shared(missed_at=ago(seconds=29)),
    ),
    "code of an hour ago": Edge(
        "sharing_code_expired",
        shared(missed_at=ago(hours=1)),
        shared(missed_at=ago(hours=1, seconds=1)),
    ),
    "code while the next one is good": Edge(
        "sharing_code_expired",
        shared(missed_at=ago(minutes=9)),
        shared(missed_at=ago(minutes=9), window_open=True, opened_here=True),
    ),
    "window of a quarter of an hour": Edge(
        "sharing_window_open",
        shared(
            window_open=True, opened_here=True, opened_at=ago(minutes=15, seconds=1)
        ),
        shared(window_open=True, opened_here=True, opened_at=ago(minutes=15)),
    ),
    "window opened here, nobody knows when": Edge(
        "sharing_window_open",
        shared(window_open=True, opened_here=True),
        shared(opened_here=True),
    ),
    "users that the lock does not offer": Edge(
        "no_user_management",
        home(lock(feature_map=0x83)),
        home(lock(feature_map=0x100)),
    ),
    "one controller beside ours": Edge(
        "second_controller",
        home(lock(other_controllers=1)),
        home(lock(other_controllers=0)),
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    LIMITS[name].check()
