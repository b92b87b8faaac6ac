"""What else may be taken for a person, and is none: docs/attribution.md has the table."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...fake_matter import FakeLock, User
from ...flow_steps import bind, person_id_of
from ...house import House, subentry
from ...nodes import CONTROLLER_NODE, OTHER_FABRIC_INDEX, OWN_FABRIC_INDEX
from .test_observers import SCANNER, last, observe, unlock_silently

ANNAS_CODE = (CredentialType.PIN, 1)
FINGER = (CredentialType.FINGERPRINT, 1)


def with_annas_code(lock: FakeLock, fabric: int | None, node: int | None) -> None:
    """Report a remote opening with which a code of Anna, user 1, went along."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        1,
        ANNAS_CODE,
        fabric,
        node,
    )


@pytest.mark.parametrize("bound", [True, False])
async def test_user_who_sends_the_code_of_another_is_named(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, bound: bool
) -> None:
    await house.start(u400_lock)
    if bound:
        await bind(house, "Anna", 1)
    ben = MockUser(name="Ben", is_owner=True).add_to_hass(hass)
    u400_lock.reacts = ()
    await house.call("unlock", context=Context(user_id=ben.id), code="2468")
    with_annas_code(u400_lock, OWN_FABRIC_INDEX, CONTROLLER_NODE)
    await house.settle()
    told = last(house)
    assert (house.changed_by, told["confidence"]) == ("Ben", "matched")
    assert (told["user_index"], told["credential_index"]) == (1, 1)
    assert "user_name" not in told


@pytest.mark.parametrize(
    ("fabric", "node", "shown"),
    [
        (OWN_FABRIC_INDEX, CONTROLLER_NODE, "Home Assistant"),
        (OWN_FABRIC_INDEX, 445566, "Home Assistant"),
        (OTHER_FABRIC_INDEX, 7, "Apple Home"),
        (None, None, None),
    ],
    ids=["ours", "our fabric", "another app", "unknown"],
)
async def test_code_that_a_controller_sends_is_nobody(
    house: House,
    u400_lock: FakeLock,
    fabric: int | None,
    node: int | None,
    shown: str | None,
) -> None:
    await house.start(u400_lock)
    await bind(house, "Anna", 1)
    asked = u400_lock.asked.count("GetUser")
    with_annas_code(u400_lock, fabric, node)
    await house.settle()
    assert house.changed_by == shown
    assert "person" not in last(house)
    assert u400_lock.asked.count("GetUser") == asked


@pytest.mark.parametrize(
    ("source", "credential"),
    [
        (OperationSource.AUTO, FINGER),
        (OperationSource.SCHEDULE, None),
        (OperationSource.MANUAL, None),
        (OperationSource.BUTTON, None),
    ],
)
async def test_user_of_the_operation_before_is_nobody(
    house: House,
    u400_lock: FakeLock,
    source: OperationSource,
    credential: tuple[CredentialType, int] | None,
) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(LockOperationType.LOCK, source, 1, credential)
    await house.settle()
    assert "person" not in last(house)


async def test_credential_of_another_user_names_nobody(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users = {1: User("Anna", [FINGER]), 2: User("Ben")}
    await house.start(u400_lock)
    await bind(house, "Ben", 2)
    u400_lock.unlock_by_finger(user=2, index=1)
    await house.settle()
    told = last(house)
    assert {"person", "user_name"}.isdisjoint(told)
    assert (told["user_index"], told["credential_index"]) == (2, 1)
    assert house.changed_by is None


@pytest.fixture
async def lock(hass: HomeAssistant, house: House, u200_lock: FakeLock) -> FakeLock:
    """Give a U200 with a scanner at its door."""
    hass.states.async_set(SCANNER, "nobody")
    await house.start(u200_lock)
    await bind(house, "Mara")
    await observe(house, SCANNER, window=60)
    return u200_lock


async def test_observation_names_one_operation(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    """Mara comes in; half a minute later somebody else locks from inside."""
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"
    await house.tick(30)
    lock.report_state(LockState.LOCKED)
    lock.report_operation(LockOperationType.LOCK, OperationSource.UNSPECIFIED)
    await house.settle()
    assert last(house)["event_type"] == "locked"
    assert "person" not in last(house)


async def test_late_observation_names_the_nearest_operation(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await unlock_silently(house, lock)
    await house.tick(30)
    lock.report_state(LockState.LOCKED)
    lock.report_operation(LockOperationType.LOCK, OperationSource.UNSPECIFIED)
    await house.tick(2)
    hass.states.async_set(SCANNER, "Mara")
    await house.settle()
    by = [house.state(house.entity_id("sensor", f"last_{x}_by")).state for x in ACTS]
    assert by == ["not reported", "Mara"]


ACTS = ("unlocked", "locked")


async def test_observation_names_an_opening_that_is_told_in_two_events(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    lock.report_state(LockState.UNLATCHED)
    for kind in (LockOperationType.UNLATCH, LockOperationType.UNLOCK):
        lock.report_operation(kind, OperationSource.UNSPECIFIED)
    await house.settle()
    by = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert by.state == "Mara"
    assert house.changed_by == "Mara"


async def test_observation_names_who_is_told_late(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    """The change of state used the observation; the operation behind it takes it over."""
    hass.states.async_set(SCANNER, "Mara")
    lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert last(house)["person"] == "Mara"
    lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await house.settle()
    by = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert by.state == "Mara"


async def test_observation_names_one_door(
    hass: HomeAssistant, house: House, lock: FakeLock, u400_lock: FakeLock
) -> None:
    """One camera sees two doors: who went in at one did not open the other."""
    facts = subentry(u400_lock)
    seen_by = [{"entity_id": SCANNER, "window": 60}]
    other = ConfigSubentry(
        data=MappingProxyType(dict(facts["data"]) | {"observations": seen_by}),
        subentry_type=facts["subentry_type"],
        title=facts["title"],
        unique_id=facts["unique_id"],
    )
    hass.config_entries.async_add_subentry(house.home, other)
    await house.settle()
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    await house.tick(5)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await house.settle()
    assert last(house)["person"] == "Mara"
    assert "person" not in house.fired("activity", 2)[-1]


@pytest.mark.parametrize(("place", "named"), [("home", True), ("Work", False)])
async def test_only_coming_home_is_being_at_the_door(
    hass: HomeAssistant, house: House, lock: FakeLock, place: str, named: bool
) -> None:
    """A person who reaches the office opens no door at home."""
    hass.states.async_set("person.mara", "not_home")
    await observe(house, "person.mara", person_id_of(house, "Mara"))
    hass.states.async_set("person.mara", place)
    await unlock_silently(house, lock)
    assert ("person" in last(house)) is named


@pytest.mark.parametrize("word", ["Unknown", "None", "no one", "idle", "Nobody"])
@pytest.mark.parametrize("attribute", [None, "who"])
async def test_word_for_nobody_is_no_name(
    hass: HomeAssistant,
    house: House,
    lock: FakeLock,
    word: str,
    attribute: str | None,
) -> None:
    camera = "sensor.camera"
    hass.states.async_set(camera, "one", {"who": "Nils"})
    more: dict[str, Any] = {"attribute": attribute} if attribute else {}
    await observe(house, camera, **more)
    hass.states.async_set(camera, word, {"who": word})
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_name_that_two_persons_share_is_no_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    other = ConfigSubentry(
        data=MappingProxyType({"person_id": "other", "name": "mara"}),
        subentry_type="person",
        title="mara",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(house.home, other)
    await house.settle()
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert "person_id" not in last(house)


async def test_observation_after_a_reconnect_is_old(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    """What was seen while the other integration was away was not seen just now."""
    hass.states.async_set(SCANNER, "Nils")
    await house.tick(600)
    hass.states.async_set(SCANNER, "unavailable")
    await house.tick(timedelta(minutes=5).total_seconds())
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert "person" not in last(house)
