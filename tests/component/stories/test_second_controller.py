"""Another controller with Home Assistant's own Matter identity, as the lock tells of it."""

from collections.abc import Awaitable, Callable

from homeassistant.core import Context, HomeAssistant
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    DataOperationType,
    LockOperationType,
    OperationSource,
)

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, FakeMatterServer
from ..house import House
from ..nodes import (
    CONTROLLER_NODE,
    OTHER_FABRIC_INDEX,
    OWN_FABRIC_INDEX,
    U200_NODE,
    u200,
)

STRANGER = 445566
SECOND = "second_controller"
type Act = Callable[[House, FakeLock], Awaitable[None]]


@pytest.fixture
async def lock(house: House, u400_lock: FakeLock, hub: FakeHub) -> FakeLock:
    """Have a lock in the home."""
    await house.start(u400_lock)
    return u400_lock


async def told(house: House) -> bool:
    """Diagnose, and say whether another controller is told of."""
    await house.pass_time(40, 10)
    assert house.problem.state == "ok"
    return SECOND in {x["id"] for x in house.problem.attributes["findings"]}


async def by_us(house: House, lock: FakeLock) -> None:
    """Unlock and lock by our own entity."""
    await house.call("unlock")
    await house.call("lock")
    await house.settle()


async def by_core(house: House, lock: FakeLock) -> None:
    """Unlock by core's own entity, of which the lock tells the same."""
    entity_id = house.core_lock(lock).entity_id
    for state in ("locked", "unlocking"):
        house.hass.states.async_set(entity_id, state, context=Context())
        await house.settle()
    lock.report_own(LockOperationType.UNLOCK)
    await house.settle()


def by_node(
    node: int,
    fabric: int = OWN_FABRIC_INDEX,
    source: OperationSource = OperationSource.REMOTE,
) -> Act:
    """Unlock by a controller that Home Assistant knows nothing of."""

    async def act(house: House, lock: FakeLock) -> None:
        lock.report_operation(
            LockOperationType.UNLOCK, source, fabric=fabric, node=node
        )
        await house.settle()

    return act


async def changes_users(house: House, lock: FakeLock) -> None:
    """Give somebody a slot, by a controller that Home Assistant knows nothing of."""
    lock.report_user_change(
        DataOperationType.ADD, 3, fabricIndex=OWN_FABRIC_INDEX, sourceNode=STRANGER
    )
    await house.settle()


async def happens(house: House, lock: FakeLock, *acts: Act) -> None:
    """Let one thing happen after the other, some minutes apart."""
    for act in acts:
        await act(house, lock)
        await house.pass_time(180, 60)


STRANGER_ACTS = by_node(STRANGER)


@pytest.mark.parametrize(
    ("first", "stranger", "last"),
    [
        (by_us, STRANGER_ACTS, by_us),
        (by_core, STRANGER_ACTS, by_us),
        (by_us, STRANGER_ACTS, by_core),
        (by_us, changes_users, by_us),
    ],
)
async def test_another_controller_between_our_commands_is_told(
    house: House, lock: FakeLock, first: Act, stranger: Act, last: Act
) -> None:
    await happens(house, lock, first, stranger)
    assert not await told(house)
    await happens(house, lock, last)
    assert await told(house)


async def test_it_is_told_even_if_the_lock_lets_it_in_by_name(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes["0/31/0"][0]["3"] = [CONTROLLER_NODE, STRANGER]
    await house.start(u400_lock)
    await happens(house, u400_lock, by_us, STRANGER_ACTS, by_us)
    assert await told(house)


async def test_it_is_told_after_a_restart_and_no_more_after_days(
    house: House, lock: FakeLock
) -> None:
    await happens(house, lock, by_us, STRANGER_ACTS, by_us)
    await house.reload()
    assert await told(house)
    await house.tick(3 * 86_400)
    assert not await told(house)


@pytest.mark.parametrize(
    "other",
    [
        by_us,
        by_core,
        by_node(CONTROLLER_NODE),
        by_node(STRANGER, fabric=OTHER_FABRIC_INDEX),
        by_node(STRANGER, source=OperationSource.BUTTON),
        by_node(U200_NODE),
    ],
    ids=["us", "core", "our server", "other app", "button", "bound switch"],
)
async def test_who_is_no_other_controller(
    house: House,
    matter: FakeMatterServer,
    u400_lock: FakeLock,
    hub: FakeHub,
    other: Act,
) -> None:
    matter.add(U200_NODE, u200())
    await house.start(u400_lock)
    await happens(house, u400_lock, by_us, other, by_us)
    assert not await told(house)


async def test_a_migrated_server_with_another_node_id_is_our_own(
    house: House, lock: FakeLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await happens(house, lock, by_us, by_node(CONTROLLER_NODE))
    lock.attributes["0/31/0"][0]["3"] = [STRANGER]
    house.matter.stop()
    await house.settle()
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await happens(house, lock, STRANGER_ACTS)
    assert not await told(house)
    monkeypatch.setattr("tests.component.fake_matter.CONTROLLER_NODE", STRANGER)
    await happens(house, lock, by_us)
    assert not await told(house)
    monkeypatch.undo()
    lock.attributes["0/31/0"][0]["3"] = [CONTROLLER_NODE]
    await happens(house, lock, by_us)
    assert not await told(house)


async def test_events_are_no_proof_without_a_command_of_ours(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    ours = by_node(CONTROLLER_NODE)
    await happens(house, lock, ours, STRANGER_ACTS, ours, STRANGER_ACTS, ours)
    assert not await told(house)
