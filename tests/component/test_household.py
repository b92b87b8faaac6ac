"""Persons of the home meet Home Assistant's own: pictures, users and labels."""

from homeassistant.core import Context, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)

from .callers import options
from .fake_matter import FakeLock
from .flow_steps import bind, person_id_of, reconfigure, subentry_id_of
from .house import House
from .nodes import OTHER_FABRIC_INDEX

PERSON = "person.mara"


def at_home(
    hass: HomeAssistant, picture: str | None = None, user: MockUser | None = None
) -> str:
    """Have a Home Assistant person, perhaps with a picture and a user."""
    facts = {"entity_picture": picture, "user_id": user.id if user else None}
    present = {key: value for key, value in facts.items() if value is not None}
    hass.states.async_set(PERSON, "home", {"friendly_name": "Mara", **present})
    return PERSON


async def by(house: House, user: MockUser) -> dict[str, object]:
    """Let a Home Assistant user unlock; gives what is told."""
    await house.call("unlock", context=Context(user_id=user.id))
    await house.settle()
    return dict(house.fired("activity")[-1])


def picture(house: House, key: str = "last_unlocked_by") -> object:
    """Give the picture that a sensor shows."""
    return house.state(house.entity_id("sensor", key)).attributes.get("entity_picture")


async def test_command_carries_the_name_of_the_persons_user(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="mara@example.org", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    await bind(house, "Mum", person_entity=at_home(hass, "/mara.jpg", user))
    told = await by(house, user)
    assert (told["person"], told["person_id"]) == ("Mum", person_id_of(house, "Mum"))
    assert told["confidence"] == "matched"
    assert picture(house) == "/mara.jpg"
    assert picture(house, "last_locked_by") is None


async def test_user_without_a_person_of_the_home_has_its_own_name(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    at_home(hass, "/mara.jpg", user)
    await house.start(u400_lock)
    await bind(house, "Guest")
    told = await by(house, user)
    assert told["person"] == "Dora"
    assert "person_id" not in told
    assert picture(house) is None


async def test_person_without_a_user_gives_no_name_to_commands(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    await bind(house, "Mum", person_entity=at_home(hass))
    assert (await by(house, user))["person"] == "Dora"


@pytest.mark.parametrize("gone", [True, False])
async def test_person_without_a_picture(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, gone: bool
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mum", 1, person_entity=at_home(hass))
    if gone:
        hass.states.async_remove(PERSON)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.state(house.entity_id("sensor", "last_unlocked_by")).state == "Mum"
    assert picture(house) is None


async def test_new_home_assistant_person_counts_at_once(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    await bind(house, "Mum")
    at_home(hass, user=user)
    flow = await reconfigure(house, "person", subentry_id_of(house, "Mum"))
    await flow.choose("rename")
    await flow.fill(name="Mum", person_entity=PERSON)
    assert (await by(house, user))["person"] == "Mum"


async def test_damaged_label_is_left_out(
    house: House, u400_lock: FakeLock, caplog: pytest.LogCaptureFixture
) -> None:
    await house.start(u400_lock)
    options(house, controllers={"no key": "Apple TV"})
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OTHER_FABRIC_INDEX,
        node=5,
    )
    await house.settle()
    told = house.fired("activity")[-1]
    assert told["ecosystem"] == "Apple Home"
    assert "controller" not in told
    assert "controller label has no readable key" in caplog.text
