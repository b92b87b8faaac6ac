"""What is told of a lock in passing: that it is open for another app, and more."""

import pytest

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

WINDOW = "0/60/0"


async def findings(house: House) -> set[str]:
    """Diagnose, and give the ids of all that was found."""
    await house.pass_time(70, 5)
    diagnosis = house.home.runtime_data.diagnosis.diagnosis
    return {finding.id for finding in diagnosis.findings}


@pytest.mark.parametrize(
    ("status", "is_told"), [(None, False), (0, False), (1, True), (2, True)]
)
async def test_lock_that_is_open_for_another_app_is_told(
    house: House, u200_lock: FakeLock, hub: FakeHub, status: int | None, is_told: bool
) -> None:
    u200_lock.attributes[WINDOW] = status
    await house.start(u200_lock)
    assert ("sharing_window_open" in await findings(house)) is is_told
    assert house.problem.state == "ok"


async def change_server(house: House, lock: FakeLock, *, comes_back: bool) -> None:
    """Put a matter.js server in the place of the Python one."""
    lock.become(available=False)
    house.matter.stop()
    await house.settle()
    house.matter.schema_version = 12
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    if comes_back:
        lock.become(available=True)
        await house.settle()
        lock.become(available=False)
    lock.answers_ping = False
    await house.pass_time(300, 10)


@pytest.mark.parametrize("comes_back", [False, True])
async def test_lock_that_a_new_make_of_server_never_reached(
    house: House, u200_lock: FakeLock, hub: FakeHub, comes_back: bool
) -> None:
    house.matter.schema_version = 11
    await house.start(u200_lock)
    await change_server(house, u200_lock, comes_back=comes_back)
    assert ("server_changed_kind" in await findings(house)) is not comes_back
    await house.reload()
    await house.pass_time(300, 10)
    assert ("server_changed_kind" in await findings(house)) is not comes_back


async def test_battery_that_empties_fast_while_the_lock_reconnects(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u200_lock)
    assert "battery_drain" not in await findings(house)
    for _ in range(6):
        u200_lock.become(available=False)
        await house.tick(5)
        u200_lock.become(available=True)
        await house.tick(4 * 3600)
    u200_lock.set_attribute("2/47/12", 60)
    await house.tick(1)
    assert "battery_drain" in await findings(house)
