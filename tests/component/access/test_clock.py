"""What Home Assistant ends by its own clock, and a clock that cannot be right."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.access import FromTo, Grant, Keeper
from tests.component.fake_matter import FakeLock
from tests.component.host_kernel import Kernel, unset_clock
from tests.component.house import House

from .doors import CODE, access, apply, grant, state, table_of, written

ENABLED = 1


@pytest.fixture(autouse=True)
def kernel() -> Iterator[Kernel]:
    """Give a host whose clock nobody has set yet."""
    with unset_clock() as made:
        yield made


def stay(house: House, hours: float) -> Grant:
    """Want a stay that began an hour ago, and that Home Assistant ends."""
    now = dt_util.now().replace(tzinfo=None, microsecond=0)
    window = FromTo(now - timedelta(hours=1), now + timedelta(hours=hours))
    return grant(house, "ben", window=window, keeper=Keeper.HOME_ASSISTANT)


async def start_with_clock(house: House, by: timedelta) -> None:
    """Start again on a host whose clock went wrong meanwhile."""
    await house.stop()
    house.clock.tick(by)
    assert await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(300, 30)


async def test_a_clock_that_is_behind_takes_nothing_away(
    home: House, front: FakeLock
) -> None:
    """The stay has begun, whatever the clock shows: nobody is left outside."""
    wanted = stay(home, hours=5)
    await apply(home, wanted, codes={"ben": CODE})
    before = written(front)
    await start_with_clock(home, timedelta(hours=-3))
    assert table_of(front).users[1].status == ENABLED
    assert (state(home, wanted), written(front)) == ("in_place", before)


async def test_a_clock_that_is_far_ahead_takes_nothing_away(
    home: House, front: FakeLock, kernel: Kernel
) -> None:
    """Until it is synchronised: then the stay is over, or the clock was wrong."""
    wanted = stay(home, hours=5)
    await apply(home, wanted, codes={"ben": CODE})
    await start_with_clock(home, timedelta(days=400))
    assert table_of(front).users[1].status == ENABLED
    kernel.synchronised = True
    await home.pass_time(180, 30)
    assert table_of(front).users == {}


async def test_a_clock_that_stood_still(home: House, front: FakeLock) -> None:
    """A machine that slept: its timers know nothing of the time that passed."""
    await apply(home, stay(home, hours=5), codes={"ben": CODE})
    loop_time = home.hass.loop.time
    with patch.object(home.hass.loop, "time", lambda: loop_time() - 6 * 3600):
        home.clock.tick(timedelta(hours=6))
        await home.pass_time(70, 5)
    assert table_of(front).users == {}


async def test_an_end_that_came_in_a_sleep_is_not_forgotten(
    home: House, front: FakeLock
) -> None:
    """Something else happens first when the machine wakes up."""
    await apply(home, stay(home, hours=5), codes={"ben": CODE})
    loop_time = home.hass.loop.time
    with patch.object(home.hass.loop, "time", lambda: loop_time() - 6 * 3600):
        home.clock.tick(timedelta(hours=6))
        door = access(home).doors[home.subentry_id()]
        door.changed.send()
        await home.pass_time(70, 5)
    assert table_of(front).users == {}


async def test_nothing_is_written_again_while_the_clock_is_looked_at(
    home: House, front: FakeLock
) -> None:
    """The looks cost no traffic, and nobody is told."""
    wanted = stay(home, hours=5)
    await apply(home, wanted, codes={"ben": CODE})
    await home.pass_time(120, 5)
    asked, told = len(front.asked), []
    stop = access(home).changed.connect(lambda: told.append(dt_util.utcnow()))
    await home.pass_time(600, 30)
    stop()
    assert (len(front.asked), told) == (asked, [])
