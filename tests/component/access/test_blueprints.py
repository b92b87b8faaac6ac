"""Blueprints of guests and of entries that nobody expected, as automations that really run."""

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.component.blueprints import automate
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, add_person, apply, grant

PHONE = {"notify": ["notify.mobile_app_phone"]}


@pytest.fixture
def phone(hass: HomeAssistant) -> list[ServiceCall]:
    """Give a phone that can be notified."""
    return async_mock_service(hass, "notify", "mobile_app_phone")


async def test_guest_arrived(
    home: House, front: FakeLock, phone: list[ServiceCall]
) -> None:
    inputs = PHONE | {"locks": {"entity_id": home.lock_id}}
    await automate(home.hass, "guest_arrived", inputs)
    await add_person(home, "tom", "Tom", kind="guest")
    await apply(home, grant(home, "tom"), codes={"tom": CODE})
    for _ in range(2):
        front.unlock_by_code(1, 1)
        await home.settle()
        front.lock_by_hand()
        await home.settle()
    said = [call.data["message"] for call in phone]
    assert said == ["Tom opened Lock FRONT for the first time."]


@pytest.mark.parametrize(("watched", "count"), [(True, 1), (False, 0)])
async def test_unexpected_entry(
    home: House, front: FakeLock, phone: list[ServiceCall], watched: bool, count: int
) -> None:
    inputs = PHONE | {"locks": {"entity_id": home.lock_id}, "nobody_home": watched}
    await automate(home.hass, "unexpected_entry", inputs)
    home.hass.states.async_set("person.ann", "not_home")
    front.unlock_by_finger(7)
    await home.settle()
    assert len(phone) == count
