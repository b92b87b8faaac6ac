"""The lines on the system information page."""

from typing import Any

from homeassistant.components.system_health import DOMAIN as SYSTEM_HEALTH, get_info
from homeassistant.setup import async_setup_component

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap

from .fake_host import FakeHost
from .fake_lan import FakeHub, FakeLan
from .fake_matter import FakeLock, FakeMatterServer
from .house import House


async def lines(house: House) -> dict[str, Any]:
    """Give what the page shows of us."""
    assert await async_setup_component(house.hass, SYSTEM_HEALTH, {})
    info: dict[str, Any] = (await get_info(house.hass))["aqara_lock"]
    return info


async def test_healthy_home(house: House, u400_lock: FakeLock, hub: FakeHub) -> None:
    await house.start(u400_lock)
    assert await lines(house) == {
        "local_ipv6": "local",
        "matter_server": "emulated (schema 12)",
        "locks_responsive": "1 / 1",
        "hubs_online": "1 / 1",
    }


async def test_what_is_away_is_not_counted(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, lan: FakeLan, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    await house.pass_time(70, 5)
    u200_lock.become(available=False)
    await house.tick(61)
    assert (await lines(house))["locks_responsive"] == "1 / 2"
    lan.unplug(hub)
    await house.pass_time(30, 5)
    assert (await lines(house))["hubs_online"] == "0 / 1"


async def test_without_matter_the_server_is_unknown(
    house: House, u400_lock: FakeLock, matter: FakeMatterServer
) -> None:
    matter.stop()
    await house.start(u400_lock)
    assert (await lines(house))["matter_server"] == "-"


async def test_what_cannot_be_looked_up_is_unknown(
    house: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    host.changes = {"adapters": Gap.NOT_CHECKABLE}
    await house.start(u400_lock)
    assert (await lines(house))["local_ipv6"] == "-"


async def test_home_that_is_not_set_up_says_nothing(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    assert await lines(house) == {}
