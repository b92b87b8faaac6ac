"""What is told of a lock in passing: newer firmware, and that it is open for another app."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House

WINDOW = "0/60/0"


async def findings(house: House) -> set[str]:
    """Diagnose, and give the ids of all that was found."""
    await house.pass_time(70, 5)
    diagnosis = house.home.runtime_data.diagnosis.diagnosis
    return {finding.id for finding in diagnosis.findings}


def offer(house: House, lock: FakeLock, state: str, platform: str = "matter") -> None:
    """Have an update entity on the lock's device."""
    entry = er.async_get(house.hass).async_get_or_create(
        "update", platform, "offer", device_id=house.device_of(lock).id
    )
    versions = {"installed_version": "077", "latest_version": "085"}
    house.hass.states.async_set(entry.entity_id, state, versions)


async def test_newer_firmware_that_core_offers_is_told(
    hass: HomeAssistant, house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u200_lock)
    offer(house, u200_lock, "on")
    assert "firmware_old" in await findings(house)
    found = house.home.runtime_data.diagnosis.diagnosis.findings
    (old,) = (x for x in found if x.id == "firmware_old")
    assert old.parameters["newest"] == "085"


@pytest.mark.parametrize(
    ("state", "platform"), [("off", "matter"), ("unavailable", "matter"), ("on", "xy")]
)
async def test_firmware_without_an_offer_of_core_is_not_old(
    house: House, u200_lock: FakeLock, hub: FakeHub, state: str, platform: str
) -> None:
    await house.start(u200_lock)
    offer(house, u200_lock, state, platform)
    assert "firmware_old" not in await findings(house)


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
