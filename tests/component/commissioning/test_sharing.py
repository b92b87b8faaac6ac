"""A sharing code that nobody used is told; one that somebody used, or still may, is not."""

import pytest

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House
from ..nodes import OTHER_FABRIC_INDEX, OWN_FABRIC_INDEX

WINDOW, OPENER, APPS = "0/60/0", "0/60/1", "0/62/3"
EXPIRED, OPEN = "sharing_code_expired", "sharing_window_open"


@pytest.fixture
async def closed_lock(house: House, u200_lock: FakeLock, hub: FakeHub) -> FakeLock:
    """Have a lock in the home that is open for nobody."""
    u200_lock.attributes |= {WINDOW: 0, OPENER: None}
    await house.start(u200_lock)
    return u200_lock


def told(house: House) -> set[str]:
    """Give what the sensor of the lock's problems shows."""
    return {finding["id"] for finding in house.problem.attributes["findings"]}


async def open_window(
    house: House, lock: FakeLock, fabric: int = OTHER_FABRIC_INDEX
) -> None:
    """Open a lock for another app, by an app that it has."""
    lock.set_attribute(WINDOW, 1)
    lock.set_attribute(OPENER, fabric)
    await house.pass_time(60, 10)


async def close_window(house: House, lock: FakeLock) -> None:
    """Close it, and let the diagnosis look at it."""
    lock.set_attribute(WINDOW, 0)
    lock.set_attribute(OPENER, None)
    await house.pass_time(70, 10)


def count_apps(lock: FakeLock, apps: int) -> None:
    """Let a lock count its apps."""
    lock.set_attribute(APPS, apps)


async def test_code_that_nobody_used_is_told_for_an_hour(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    assert EXPIRED not in told(house)
    await close_window(house, closed_lock)
    assert EXPIRED in told(house)
    assert house.problem.state == "ok"
    await house.pass_time(3600, 60)
    assert EXPIRED not in told(house)


async def test_code_that_somebody_used_is_not_told(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    count_apps(closed_lock, 3)
    await house.tick(1)
    await close_window(house, closed_lock)
    assert EXPIRED not in told(house)


async def test_joiner_that_is_told_after_the_window_counts(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    closed_lock.set_attribute(WINDOW, 0)
    await house.tick(2)
    count_apps(closed_lock, 3)
    for _ in range(12):
        await house.tick(10)
        assert EXPIRED not in told(house)


async def test_notice_goes_when_an_app_joins_or_a_new_code_is_made(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    await close_window(house, closed_lock)
    assert EXPIRED in told(house)
    await open_window(house, closed_lock)
    assert EXPIRED not in told(house)
    await close_window(house, closed_lock)
    assert EXPIRED in told(house)
    count_apps(closed_lock, 3)
    await house.pass_time(40, 10)
    assert EXPIRED not in told(house)


async def test_app_that_was_there_before_did_not_use_the_code(
    house: House, closed_lock: FakeLock
) -> None:
    count_apps(closed_lock, 3)
    await house.pass_time(600, 60)
    await open_window(house, closed_lock)
    await close_window(house, closed_lock)
    assert EXPIRED in told(house)


@pytest.mark.parametrize(("apps", "is_told"), [(2, True), (3, False)])
async def test_restart_while_the_code_lives_loses_nothing(
    house: House, closed_lock: FakeLock, apps: int, is_told: bool
) -> None:
    await open_window(house, closed_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    closed_lock.set_attribute(WINDOW, 0)
    count_apps(closed_lock, apps)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(100, 10)
    assert (EXPIRED in told(house)) is is_told


async def test_window_that_closed_long_ago_is_no_news_after_a_restart(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    closed_lock.set_attribute(WINDOW, 0)
    await house.tick(2 * 3600)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(100, 10)
    assert EXPIRED not in told(house)


async def test_window_that_was_open_when_the_lock_was_found_may_have_been_used(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    u200_lock.attributes |= {WINDOW: 1, OPENER: OTHER_FABRIC_INDEX}
    await house.start(u200_lock)
    await house.pass_time(60, 10)
    await close_window(house, u200_lock)
    assert EXPIRED not in told(house)


async def server_restarts(house: House, lock: FakeLock, meanwhile: int) -> None:
    """Restart the Matter server, which shows the window as it last knew it."""
    house.matter.stop()
    await house.settle()
    lock.data.available = False
    lock.attributes[WINDOW] = meanwhile
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.pass_time(40, 10)


async def test_server_that_restarts_makes_no_code(
    house: House, closed_lock: FakeLock
) -> None:
    await server_restarts(house, closed_lock, meanwhile=1)
    assert not told(house) & {EXPIRED, OPEN}
    closed_lock.attributes[WINDOW] = 0
    closed_lock.become(available=True)
    await house.pass_time(100, 10)
    assert not told(house) & {EXPIRED, OPEN}


async def test_server_that_restarts_claims_nothing_of_what_it_missed(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    await close_window(house, closed_lock)
    await server_restarts(house, closed_lock, meanwhile=0)
    assert EXPIRED not in told(house)
    closed_lock.attributes[APPS] = 3
    closed_lock.become(available=True)
    await house.pass_time(100, 10)
    assert EXPIRED not in told(house)


@pytest.mark.parametrize(
    ("fabric", "is_told"), [(OWN_FABRIC_INDEX, False), (OTHER_FABRIC_INDEX, True)]
)
async def test_window_that_home_assistant_opened_is_no_surprise(
    house: House, closed_lock: FakeLock, fabric: int, is_told: bool
) -> None:
    await open_window(house, closed_lock, fabric)
    assert (OPEN in told(house)) is is_told
    await close_window(house, closed_lock)
    assert OPEN not in told(house)
    assert EXPIRED in told(house)


async def test_window_that_home_assistant_opened_should_have_closed(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock, OWN_FABRIC_INDEX)
    await house.pass_time(900, 60)
    assert OPEN in told(house)


async def test_lock_that_was_taken_in_anew_may_have_been_by_this_code(
    house: House, closed_lock: FakeLock
) -> None:
    await open_window(house, closed_lock)
    house.matter.remove(closed_lock)
    await house.settle()
    house.matter.add(closed_lock.node_id + 20, closed_lock.attributes | {WINDOW: 0})
    await house.pass_time(100, 10)
    assert house.problem.state == "ok"
    assert EXPIRED not in told(house)
