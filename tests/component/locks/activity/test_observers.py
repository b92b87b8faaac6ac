"""What other integrations see at the door fills in what the lock does not say."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_matter import FakeLock
from ...flow_steps import bind, person_id_of, reconfigure, subentry_id_of
from ...house import House, subentry

SCANNER = "sensor.scanner"
DOORBELL = "binary_sensor.doorbell_mara"
SAYS_NAME = "says_name"


async def observe(
    house: House, entity_id: str, person: str = SAYS_NAME, **more: Any
) -> None:
    """Let an entity see the first lock's door."""
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("add_observer")
    await flow.fill(entity_id=entity_id, person=person, **{"window": 30} | more)
    assert flow.is_done


@pytest.fixture
async def lock(hass: HomeAssistant, house: House, u200_lock: FakeLock) -> FakeLock:
    """Give a U200 with a scanner at its door."""
    hass.states.async_set(SCANNER, "nobody")
    hass.states.async_set(DOORBELL, "off")
    await house.start(u200_lock)
    await bind(house, "Mara")
    await observe(house, SCANNER)
    return u200_lock


async def unlock_silently(house: House, lock: FakeLock) -> None:
    """Unlock as a real U200 reports it: nothing but the type is told."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await house.settle()


def last(house: House) -> dict[str, Any]:
    """Give the last event."""
    return dict(house.fired("activity")[-1])


async def line(house: House) -> dict[str, Any]:
    """Give the newest line of the journal."""
    return (await activity(house))[0]


async def test_state_names_the_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, " mara ")
    await unlock_silently(house, lock)
    told = last(house)
    assert told["person"] == "Mara"
    assert told["person_id"] == person_id_of(house, "Mara")
    assert told["confidence"] == "inferred"
    assert house.changed_by == "Mara"


async def test_name_of_a_stranger_is_shown_without_a_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Postman")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Postman"
    assert "person_id" not in last(house)


async def test_entity_stands_for_a_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.states.async_set(DOORBELL, "on")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_going_off_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.states.async_set(DOORBELL, "on")
    await house.tick(60)
    hass.states.async_set(DOORBELL, "off")
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_mere_attribute_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set("device_tracker.mara", "home", {"latitude": 1})
    await observe(house, "device_tracker.mara", person_id_of(house, "Mara"))
    await house.tick(60)
    hass.states.async_set("device_tracker.mara", "home", {"latitude": 2})
    hass.states.async_set(SCANNER, "nobody", {"battery": 80})
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_same_person_again_is_a_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    await house.tick(600)
    hass.states.async_set(SCANNER, "Mara", force_update=True)
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_attribute_holds_the_name(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    log = "event.access_log"
    hass.states.async_set(log, "2026-01-01T00:00:00", {"who": "Nils"})
    await observe(house, log, attribute="who")
    hass.states.async_set(log, "2026-01-01T00:01:00", {"who": "Mara"})
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_new_name_in_the_attribute_of_the_same_state(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    camera = "binary_sensor.camera"
    hass.states.async_set(camera, "on", {"who": "Nils"})
    await observe(house, camera, attribute="who")
    await house.tick(60)
    hass.states.async_set(camera, "on", {"who": "Nils", "battery": 5})
    await unlock_silently(house, lock)
    assert "person" not in last(house)
    hass.states.async_set(camera, "on", {"who": "Mara", "battery": 5})
    assert (await line(house))["person"] == "Mara"


@pytest.mark.parametrize("attributes", [{}, {"who": None}, {"who": " "}, {"who": 5}])
async def test_attribute_without_a_name_says_nothing(
    hass: HomeAssistant, house: House, lock: FakeLock, attributes: dict[str, Any]
) -> None:
    log = "event.access_log"
    hass.states.async_set(log, "2026-01-01T00:00:00")
    await observe(house, log, attribute="who")
    hass.states.async_set(log, "2026-01-01T00:01:00", attributes)
    await unlock_silently(house, lock)
    assert "person" not in last(house)
    assert last(house)["confidence"] == "unknown"


async def test_two_that_disagree_name_nobody(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.states.async_set(DOORBELL, "on")
    hass.states.async_set(SCANNER, "Nils")
    await unlock_silently(house, lock)
    assert "person" not in last(house)
    assert last(house)["confidence"] == "unknown"


async def test_two_that_agree_name_the_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.states.async_set(DOORBELL, "on")
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_late_contradiction_takes_the_name_away(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.states.async_set(SCANNER, "Nils")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Nils"
    hass.states.async_set(DOORBELL, "on")
    await house.settle()
    assert "person" not in await line(house)
    assert house.state(house.entity_id("sensor", "last_unlocked_by")).state == (
        "not reported"
    )
    assert house.types() == ["unlocked"]


async def test_lock_is_never_overruled(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    await house.settle()
    assert last(house)["person"] == "Clara"
    hass.states.async_set(SCANNER, "Nils")
    await house.settle()
    told = await line(house)
    assert (told["person"], told["confidence"]) == ("Clara", "reported")


@pytest.mark.parametrize("source", [OperationSource.AUTO, OperationSource.SCHEDULE])
async def test_nobody_stood_at_the_door(
    hass: HomeAssistant, house: House, lock: FakeLock, source: OperationSource
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    lock.report_operation(LockOperationType.LOCK, source)
    await house.settle()
    assert "person" not in last(house)


async def test_late_observation_amends_the_line_without_a_second_event(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await unlock_silently(house, lock)
    sensor = house.entity_id("sensor", "last_unlocked_by")
    assert house.state(sensor).state == "not reported"
    await house.tick(20)
    hass.states.async_set(SCANNER, "Mara")
    await house.settle()
    told = await line(house)
    assert (told["person"], told["confidence"]) == ("Mara", "inferred")
    assert house.state(sensor).state == "Mara"
    assert house.types() == ["unlocked"]
    assert "person" not in last(house)


async def test_late_observation_names_who_changed_a_mere_state(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert house.types() == ["unlocked"]
    hass.states.async_set(SCANNER, "Mara")
    await house.settle()
    assert (await line(house))["person"] == "Mara"
    assert house.types() == ["unlocked"]


async def test_early_observation_names_who_changed_a_mere_state(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert last(house)["person"] == "Mara"
    assert last(house)["confidence"] == "inferred"


@pytest.mark.parametrize("away", ["unavailable", "unknown"])
async def test_going_away_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock, away: str
) -> None:
    hass.states.async_set(SCANNER, away)
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_restart_of_the_other_integration_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "Mara")
    await house.tick(60)
    hass.states.async_set(SCANNER, "unavailable", {"restored": True})
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_restart_that_goes_through_unknown_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    """A message that a broker kept named who was there yesterday."""
    hass.states.async_set(SCANNER, "Mara")
    await house.tick(60)
    hass.states.async_set(SCANNER, "unavailable", {"restored": True})
    hass.states.async_set(SCANNER, "unknown")
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert "person" not in last(house)
    await house.tick(60)
    hass.states.async_set(SCANNER, "off")
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_entity_that_comes_and_goes_is_no_statement(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_remove(SCANNER)
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_first_reading_of_a_new_entity_counts(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    hass.states.async_set(SCANNER, "unknown")
    hass.states.async_set(SCANNER, "Mara")
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


@pytest.mark.parametrize(("passed", "named"), [(29, True), (31, False)])
@pytest.mark.parametrize("observed_first", [True, False])
async def test_window_is_respected(
    hass: HomeAssistant,
    house: House,
    lock: FakeLock,
    passed: float,
    named: bool,
    observed_first: bool,
) -> None:
    if observed_first:
        hass.states.async_set(SCANNER, "Mara")
    else:
        await unlock_silently(house, lock)
    await house.tick(passed)
    if observed_first:
        await unlock_silently(house, lock)
    else:
        hass.states.async_set(SCANNER, "Mara")
    assert ("person" in await line(house)) is named


async def test_window_is_each_observers_own(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, SCANNER, window=120)
    hass.states.async_set(SCANNER, "Mara")
    await house.tick(100)
    await unlock_silently(house, lock)
    assert last(house)["person"] == "Mara"


async def test_old_observations_are_forgotten(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, SCANNER, window=600)
    hass.states.async_set(SCANNER, "Mara")
    await house.tick(601)
    lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.UNSPECIFIED,
        at=dt_util.utcnow() - timedelta(seconds=30),
    )
    await house.settle()
    assert "person" not in last(house)


async def test_removed_person_is_not_named_by_its_observer(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await observe(house, DOORBELL, person_id_of(house, "Mara"))
    hass.config_entries.async_remove_subentry(house.home, subentry_id_of(house, "Mara"))
    await house.settle()
    hass.states.async_set(DOORBELL, "on")
    await unlock_silently(house, lock)
    assert "person" not in last(house)


async def test_observation_is_no_name_for_another_door(
    hass: HomeAssistant, house: House, lock: FakeLock, u400_lock: FakeLock
) -> None:
    facts = subentry(u400_lock)
    other = ConfigSubentry(
        data=MappingProxyType(dict(facts["data"])),
        subentry_type=facts["subentry_type"],
        title=facts["title"],
        unique_id=facts["unique_id"],
    )
    hass.config_entries.async_add_subentry(house.home, other)
    await house.settle()
    hass.states.async_set(SCANNER, "Mara")
    u400_lock.lock_by_hand()
    await house.settle()
    assert "person" not in house.fired("activity", 2)[-1]
