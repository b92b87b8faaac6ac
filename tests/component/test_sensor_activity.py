"""Sensors that read the journal: who, when and how, and whether the lock says so."""

from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)

from .callers import act, activity
from .fake_matter import FakeLock, Refusal
from .flow_steps import bind
from .house import OFF_BY_DEFAULT, House
from .locks.activity.test_gap_entries import start_server, stop_server
from .nodes import OTHER_FABRIC_INDEX

UNLOCKED = ("last_unlocked_by", "last_unlocked_at")


def shown(house: House, key: str) -> str:
    """Give the state of one of the first lock's sensors."""
    return house.state(house.entity_id("sensor", key)).state


def how(house: House, key: str = "last_unlocked_by") -> str:
    """Give how the lock was operated, as a sensor says it."""
    told: str = house.state(house.entity_id("sensor", key)).attributes["how"]
    return told


async def operate(
    house: House,
    lock: FakeLock,
    kind: LockOperationType,
    source: OperationSource,
    user: int | None = None,
) -> None:
    """Let the lock report an operation."""
    lock.report_operation(kind, source, user)
    await house.settle()


async def test_nothing_is_known_at_first(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    for key in (*UNLOCKED, "last_locked_by"):
        assert shown(house, key) == "unknown"
    assert shown(house, "reports_who") == "not_seen_yet"


async def test_who_when_and_how(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    now = dt_util.utcnow().replace(microsecond=0).isoformat()
    assert [shown(house, key) for key in UNLOCKED] == ["Ben", now]
    assert how(house) == "fingerprint"
    assert shown(house, "last_locked_by") == "unknown"
    await house.tick(60)
    await operate(
        house, u400_lock, LockOperationType.LOCK, OperationSource.KEYPAD, user=1
    )
    assert shown(house, "last_locked_by") == "Anna"
    assert (how(house), how(house, "last_locked_by")) == ("fingerprint", "pin")
    assert [shown(house, key) for key in UNLOCKED] == ["Ben", now]


async def test_not_reported_rather_than_the_previous_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await operate(
        house, u400_lock, LockOperationType.LOCK, OperationSource.KEYPAD, user=1
    )
    await house.tick(60)
    await operate(house, u400_lock, LockOperationType.UNLOCK, OperationSource.MANUAL)
    await operate(house, u400_lock, LockOperationType.LOCK, OperationSource.AUTO)
    assert shown(house, "last_unlocked_by") == "not reported"
    assert how(house) == "manual"
    assert shown(house, "last_locked_by") == "not reported"


async def test_state_alone_is_a_line_too(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.tick(60)
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(6)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert shown(house, "last_unlocked_by") == "not reported"
    assert how(house) == "unknown"
    assert shown(house, "last_locked_by") == "not reported"


async def test_app_is_named_where_no_person_is(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OTHER_FABRIC_INDEX,
        node=5,
    )
    await house.settle()
    assert shown(house, "last_unlocked_by") == "Apple Home"
    assert how(house) == "remote"


async def test_refused_attempt_opened_nothing(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    u400_lock.report_denied(OperationError.RESTRICTED, OperationSource.KEYPAD, 1)
    await operate(
        house,
        u400_lock,
        LockOperationType.NON_ACCESS_USER_EVENT,
        OperationSource.KEYPAD,
        user=1,
    )
    assert shown(house, "last_unlocked_by") == "Ben"


async def test_pulled_latch_counts_as_unlocked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await operate(
        house, u400_lock, LockOperationType.UNLATCH, OperationSource.RFID, user=1
    )
    assert (shown(house, "last_unlocked_by"), how(house)) == ("Anna", "tag")


async def test_late_history_lands_at_its_own_time(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.KEYPAD,
        1,
        number=990,
        at=dt_util.utcnow() - timedelta(minutes=30),
    )
    await house.settle()
    assert shown(house, "last_unlocked_by") == "Ben"
    assert len(await activity(house)) == 2


async def test_sensors_survive_a_reload_by_the_journal(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await operate(house, u400_lock, LockOperationType.LOCK, OperationSource.MANUAL)
    before = {key: shown(house, key) for key in (*UNLOCKED, "last_locked_by")}
    await hass.config_entries.async_unload(house.home.entry_id)
    for key in before:
        assert shown(house, key) == "unavailable"
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert {key: shown(house, key) for key in before} == before
    assert before["last_unlocked_by"] == "Ben"
    assert shown(house, "reports_who") == "yes"


async def test_assigned_by_hand(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    await bind(house, "Mara")
    await operate(house, u200_lock, LockOperationType.UNLOCK, OperationSource.MANUAL)
    key = (await activity(house))[0]["key"]
    await act(house, "assign_operation", line=key, person="Mara")
    await house.settle()
    assert shown(house, "last_unlocked_by") == "Mara (assigned)"


@pytest.mark.parametrize("by_hand", [True, False])
async def test_name_of_any_length_fits_into_a_state(
    house: House, u200_lock: FakeLock, by_hand: bool
) -> None:
    """The state became unknown, with an error in the log."""
    await house.start(u200_lock)
    await bind(house, "M" * 300, 1)
    source = OperationSource.MANUAL if by_hand else OperationSource.KEYPAD
    user = None if by_hand else 1
    await operate(house, u200_lock, LockOperationType.UNLOCK, source, user=user)
    if by_hand:
        key = (await activity(house))[0]["key"]
        await act(house, "assign_operation", line=key, person="M" * 300)
    await house.settle()
    mark = " (assigned)" if by_hand else ""
    name = "M" * (254 - len(mark))
    assert shown(house, "last_unlocked_by") == f"{name}…{mark}"


SAYS: list[tuple[list[tuple[OperationSource, int | None]], str]] = [
    ([(OperationSource.KEYPAD, 1)], "yes"),
    ([(OperationSource.KEYPAD, None)], "no"),
    ([(OperationSource.UNSPECIFIED, None)], "no"),
    ([(OperationSource.UNSPECIFIED, 1)], "yes"),
    ([(OperationSource.KEYPAD, 1), (OperationSource.RFID, None)], "partly"),
    ([(OperationSource.MANUAL, None), (OperationSource.BUTTON, None)], "not_seen_yet"),
    ([(OperationSource.REMOTE, None)], "not_seen_yet"),
]


@pytest.mark.parametrize(("operations", "answer"), SAYS)
async def test_says_who_unlocked(
    house: House,
    u400_lock: FakeLock,
    operations: list[tuple[OperationSource, int | None]],
    answer: str,
) -> None:
    await house.start(u400_lock)
    for source, user in operations:
        await operate(house, u400_lock, LockOperationType.UNLOCK, source, user)
    assert shown(house, "reports_who") == answer


async def test_only_what_an_operation_changes_is_written(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """A state that is written unchanged costs as much as one that is new."""
    await house.start(u400_lock)
    await operate(house, u400_lock, LockOperationType.LOCK, OperationSource.MANUAL)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    for kind in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        hass.bus.async_listen(kind, note, event_filter=callback(lambda _: True))
    await house.tick(60)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    keys = ("last_unlocked_by", "last_locked_by", "reports_who")
    sensors = {house.entity_id("sensor", key): key for key in keys}
    assert {sensors[x] for x in written if x in sensors} == {"last_unlocked_by"}


async def test_the_sensor_of_an_earlier_version_is_removed(
    house: House, u400_lock: FakeLock
) -> None:
    """How it was is an attribute of who it was."""
    await house.start(u400_lock)
    lock_id = house.subentry_id()
    registry = er.async_get(house.hass)
    old = registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{lock_id}_last_unlocked_how",
        config_entry=house.home,
        config_subentry_id=lock_id,
    )
    await house.reload()
    assert registry.async_get(old.entity_id) is None
    assert house.hass.states.get(old.entity_id) is None
    assert shown(house, "last_unlocked_by") == "unknown"


async def test_what_only_repeats_is_off_by_default(
    house: House, u400_lock: FakeLock
) -> None:
    house.all_entities = False
    await house.start(u400_lock)
    registry = er.async_get(house.hass)
    for platform, key in OFF_BY_DEFAULT:
        entry = registry.async_get(house.entity_id(platform, key))
        assert entry is not None
        assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_how_and_when_are_told_with_who(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for key in ("last_unlocked_by", "last_locked_by"):
        told = house.state(house.entity_id("sensor", key)).attributes
        assert not {"how", "at"} & set(told)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    told = house.state(house.entity_id("sensor", "last_unlocked_by")).attributes
    assert told["how"] == "fingerprint"
    assert abs(told["at"] - dt_util.utcnow()) < timedelta(seconds=1)


async def test_nobody_is_shown_while_it_is_looked_up_who_it_was(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """*Not reported* stood there for a moment, and was a line of the logbook."""
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    await stop_server(house)
    await start_server(house, forgetful=True)
    house.matter.hold("GetUser")
    u400_lock.unlock_by_finger(user=2)
    await house.wait_for(lambda: house.matter.held)
    by = house.entity_id("sensor", "last_unlocked_by")
    before = len(house.written(by))
    # What else is recorded meanwhile has every sensor look at the journal.
    u400_lock.fail("LockDoor", Refusal(status=1))
    with pytest.raises(HomeAssistantError):
        await house.call("lock")
    assert shown(house, "last_unlocked_by") == "Anna"
    house.matter.release()
    await house.settle()
    assert shown(house, "last_unlocked_by") == "Ben"
    states = {state.state for state in house.written(by)[before:]}
    assert "not reported" not in states
