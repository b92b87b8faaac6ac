"""What Home Assistant's own logbook shows of a lock, asked as its pages ask."""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.logbook.helpers import async_determine_event_types
from homeassistant.components.logbook.processor import EventProcessor
from homeassistant.core import Context, Event, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.aqara_lock.const import EVENT_ACTIVITY
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)

from .callers import hide_names, options
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .flow_steps import bind
from .house import House

type Line = dict[str, Any]

MOST_AT_THE_DOOR: Final = 4
"""Lines of ours that one operation at the door may make on the page of its device."""
BY_ANNA: Final = "was unlocked by Anna with a fingerprint"
PICTURE: Final = "/local/anna.png"


@pytest.fixture(autouse=True)
def ready_for_custom(recorder_db_url: str, ready_for_custom: None) -> None:
    """The database comes before everything else."""


@pytest.fixture
async def recorded(recorder_mock: object, house: House) -> House:
    """Prepare a new home in which everything is recorded."""
    house.all_entities = False
    assert await async_setup_component(house.hass, "logbook", {})
    return house


class Logbook:
    """The logbook from a moment on."""

    def __init__(self, house: House, lock: FakeLock) -> None:
        """Begin now: the database leaves out what happened at that very moment."""
        self._house = house
        self._lock = lock
        self._since: datetime = dt_util.utcnow() - timedelta(seconds=0.5)

    async def ask(self, entities: list[str], devices: list[str]) -> list[Line]:
        """Return the lines for some entities and devices, the newest first."""
        await async_wait_recording_done(self._house.hass)
        hass = self._house.hass
        types = async_determine_event_types(hass, entities, devices)
        processor = EventProcessor(hass, types, entities or None, devices or None)
        end = dt_util.utcnow() + timedelta(seconds=1)
        lines = await hass.async_add_executor_job(
            processor.get_events, self._since, end
        )
        return lines[::-1]

    async def of_device(self) -> list[Line]:
        """Return what the page of the device shows: of its entities, and of itself."""
        device = self._house.device_of(self._lock).id
        entities = [
            entry.entity_id
            for entry in er.async_entries_for_device(
                er.async_get(self._house.hass), device
            )
        ]
        return await self.ask(entities, [device])

    async def ours_of_device(self) -> list[Line]:
        """Return the lines on the page of the device that are not core's."""
        core = self._house.core_lock(self._lock).entity_id
        return [x for x in await self.of_device() if x.get("entity_id") != core]


def sentences(lines: list[Line]) -> list[str]:
    """Return what the lines say that are no states."""
    return [line["message"] for line in lines if "message" in line]


def lock_at_the_door(lock: FakeLock) -> None:
    """Let Ben lock the door by a code."""
    lock.report_state(LockState.LOCKED)
    lock.report_operation(LockOperationType.LOCK, OperationSource.KEYPAD, 2)


async def test_one_operation_is_one_sentence_wherever_the_lock_is(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    await recorded.tick(10)
    book = Logbook(recorded, u400_lock)
    shown: list[str] = []

    @callback
    def note(_event: Event[Any]) -> None:
        who = recorded.entity_id("sensor", "last_unlocked_by")
        shown.extend((recorded.lock.state, recorded.state(who).state))

    recorded.hass.bus.async_listen(EVENT_ACTIVITY, note)
    u400_lock.unlock_by_finger(user=1)
    await recorded.tick(10)
    page = await book.ours_of_device()
    assert len(page) <= MOST_AT_THE_DOOR
    # The newest line stands at the top, so the sentence is told after all states.
    assert shown == ["unlocked", "Anna"]
    for lines in (
        page,
        await book.ask([recorded.lock_id], []),
        await book.ask([], []),
    ):
        assert sentences(lines) == [BY_ANNA]
    (told,) = (x for x in page if "message" in x)
    assert told["entity_id"] == recorded.lock_id


async def test_every_operation_at_the_door_makes_few_lines(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    for act in (
        lambda: u400_lock.unlock_by_finger(user=1),
        lambda: lock_at_the_door(u400_lock),
        lambda: u400_lock.report_denied(
            OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD
        ),
        lambda: u400_lock.report_alarm(AlarmCode.DOOR_AJAR),
    ):
        await recorded.tick(60)
        book = Logbook(recorded, u400_lock)
        act()
        await recorded.tick(10)
        page = await book.ours_of_device()
        assert 1 <= len(page) <= MOST_AT_THE_DOOR
        assert len(sentences(page)) == 1


async def test_a_command_of_home_assistant_adds_only_that_it_is_under_way(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    zoe = MockUser(name="Zoe", is_owner=True).add_to_hass(recorded.hass)
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    await recorded.call("unlock", context=Context(user_id=zoe.id))
    await recorded.tick(10)
    page = await book.ours_of_device()
    of_lock = [x for x in page if x.get("entity_id") == recorded.lock_id]
    states = [x["state"] for x in of_lock if "state" in x]
    assert "unlocked" in states
    assert set(states) <= {"unlocked", "unlocking"}
    assert len(page) <= MOST_AT_THE_DOOR + 1
    assert sentences(page) == ["was unlocked by Zoe through Home Assistant"]


async def test_matters_lock_entity_bears_the_sentence_where_it_is_kept(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock, replace=False)
    await recorded.tick(10)
    book = Logbook(recorded, u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await recorded.tick(10)
    core = recorded.core_lock(u400_lock).entity_id
    views = (await book.of_device(), await book.ask([core], []), await book.ask([], []))
    for lines in views:
        assert sentences(lines) == [BY_ANNA]
    (told,) = (x for x in views[1] if "message" in x)
    assert (told["entity_id"], told["domain"]) == (core, "lock")


async def test_our_disabled_lock_entity_bears_nothing(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    er.async_get(recorded.hass).async_update_entity(
        recorded.lock_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    await recorded.reload()
    await recorded.tick(10)
    book = Logbook(recorded, u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await recorded.tick(10)
    core = recorded.core_lock(u400_lock).entity_id
    assert sentences(await book.ask([core], [])) == [BY_ANNA]
    assert sentences(await book.ask([], [])) == [BY_ANNA]


async def test_an_outage_is_told_where_the_lock_is(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    await recorded.pass_time(65, 5)
    book = Logbook(recorded, u400_lock)
    recorded.lan.unplug(hub)
    await recorded.pass_time(65, 5)
    u400_lock.unlock_by_finger(user=2)
    await recorded.settle()
    told = sentences(await book.ask([recorded.lock_id], []))
    assert told[2].startswith("stopped answering: ")
    assert told[1].startswith("answers again after ")


async def test_refusals_in_a_row_are_told_together(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    for _ in range(5):
        u400_lock.report_denied(
            OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD
        )
        await recorded.tick(8)
    assert recorded.types() == ["denied"] * 5
    told = sentences(await book.ask([recorded.lock_id], []))
    assert told == ["refused a wrong code"]
    await recorded.tick(30)
    told = sentences(await book.ask([recorded.lock_id], []))
    assert told == ["refused a wrong code 5 times", "refused a wrong code"]
    await recorded.tick(200)
    assert sentences(await book.ask([recorded.lock_id], [])) == told


@pytest.mark.parametrize("ends", ["unlock", "another reason", "unload"])
async def test_something_else_ends_a_row_of_refusals(
    recorded: House, u400_lock: FakeLock, hub: FakeHub, ends: str
) -> None:
    await recorded.start(u400_lock)
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    for _ in range(2):
        u400_lock.report_denied(
            OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD
        )
        await recorded.tick(4)
    match ends:
        case "unlock":
            u400_lock.unlock_by_finger(user=1)
        case "another reason":
            u400_lock.report_denied(OperationError.RESTRICTED, OperationSource.KEYPAD)
        case _:
            await recorded.stop()
    await recorded.tick(4)
    told = sentences(await book.ask([], []))
    assert told[-2:] == ["refused a wrong code 2 times", "refused a wrong code"]
    assert len(told) == (2 if ends == "unload" else 3)


async def anna(house: House) -> str:
    """Make Anna a Home Assistant user with a picture, and bind her; gives the user's id."""
    user = MockUser(name="Anna").add_to_hass(house.hass)
    house.hass.states.async_set(
        "person.anna", "home", {"user_id": user.id, "entity_picture": PICTURE}
    )
    await bind(house, "Anna", 1, person_entity="person.anna")
    return user.id


async def test_the_line_of_the_lock_itself_tells_who(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await recorded.start(u400_lock)
    user_id = await anna(recorded)
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await recorded.tick(1)
    lines = await book.ask([recorded.lock_id], [])
    assert [x["context_user_id"] for x in lines] == [user_id, user_id]
    assert {"message", "state"} <= {key for line in lines for key in line}
    # No line is the cause of another one: one deed, one person.
    assert not any(key in line for line in lines for key in ("context_state",))
    last = recorded.state(recorded.entity_id("sensor", "last_unlocked_by"))
    assert last.attributes["entity_picture"] == PICTURE
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    lock_at_the_door(u400_lock)
    await recorded.tick(10)
    lines = await book.ask([recorded.lock_id], [])
    assert not any("context_user_id" in line for line in lines)


@pytest.mark.parametrize("replace", [True, False])
async def test_names_for_administrators_are_in_no_line_nor_context(
    recorded: House, u400_lock: FakeLock, hub: FakeHub, replace: bool
) -> None:
    await recorded.start(u400_lock, replace=replace)
    user_id = await anna(recorded)
    hide_names(recorded)
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await recorded.tick(10)
    lines = await book.ask([], [])
    assert sentences(lines) == ["was unlocked with a fingerprint"]
    assert "Anna" not in str(lines)
    assert user_id not in str(lines)
    last = recorded.state(recorded.entity_id("sensor", "last_unlocked_by"))
    assert "entity_picture" not in last.attributes
    every = str([x.as_dict() for x in recorded.hass.states.async_all()])
    assert user_id not in every.replace(
        str(recorded.state("person.anna").as_dict()), ""
    )


async def test_a_guess_is_no_user_of_a_context(
    recorded: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Only what the lock itself reported makes a Home Assistant user of somebody."""
    await recorded.start(u400_lock)
    user_id = await anna(recorded)
    options(recorded, names_visible_to="everyone")
    await recorded.tick(60)
    book = Logbook(recorded, u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    await recorded.tick(10)
    assert user_id not in str(await book.ask([], []))
