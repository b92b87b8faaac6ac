"""What a server sends that is not what it should be stops nothing and is stored nowhere."""

from collections.abc import Callable, Coroutine, Mapping
from copy import deepcopy
from typing import Any, Final
from unittest.mock import DEFAULT, patch

from matter_server.common.models import APICommand, CommandMessage, EventType
import pytest

from custom_components.aqara_lock.domain.attribution.ladder import attribute
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)
from custom_components.aqara_lock.matter.errors import Failure, LinkError
from custom_components.aqara_lock.matter.reads import LockReads

from ...callers import activity
from ...fake_matter import FakeLock
from ...house import House
from .test_gap_entries import unlock

ATTRIBUTE: Final = "custom_components.aqara_lock.locks.activity.attributor.attribute"


@pytest.mark.parametrize(
    "damage",
    [
        {"timestamp": None},
        {"timestamp": "x"},
        {"data": [1]},
        {"event_number": "7"},
        {"event_number": None},
        {"event_number": 2**80},
        {"timestamp": 2**80},
        {"event_id": [1]},
    ],
)
async def test_damaged_recent_event_stops_nothing(
    house: House,
    u400_lock: FakeLock,
    damage: Mapping[str, Any],
) -> None:
    """Nothing was attributed or told any more."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, silently=True
    )
    house.matter.recent_events[-1].update(damage)
    await house.reload()
    await unlock(house, u400_lock, 2)
    assert house.types()[-1] == "unlocked"
    assert house.changed_by == "Ben"
    assert "gap" in [line["kind"] for line in await activity(house)]


@pytest.mark.parametrize("damage", [{"timestamp": None}, {"event_number": -1}])
async def test_damaged_event_is_a_gap_in_the_record(
    house: House, u400_lock: FakeLock, damage: Mapping[str, Any]
) -> None:
    """It was only in the log of Home Assistant that something was left out."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    tell = house.matter.tell

    def broken(event: EventType, data: Any) -> None:
        tell(event, data | damage if event is EventType.NODE_EVENT else data)

    house.matter.tell = broken  # type: ignore[method-assign]
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.MANUAL)
    await house.settle()
    assert (await activity(house))[0]["kind"] == "gap"
    house.matter.tell = tell  # type: ignore[method-assign]
    u400_lock.requests.clear()
    await house.tick(60)
    await unlock(house, u400_lock, 2)
    assert (house.changed_by, u400_lock.asked) == ("Ben", ["GetUser"])


async def test_event_that_cannot_be_attributed_stops_no_other(
    house: House, u400_lock: FakeLock
) -> None:
    """All that came after it waited for the next event of the lock."""
    house.expects_errors = True
    await house.start(u400_lock)
    failing = patch(
        ATTRIBUTE, side_effect=[RuntimeError("odd"), DEFAULT], wraps=attribute
    )
    with failing:
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(2)
        await house.settle()
    assert house.types() == ["unlocked"]
    assert len(await activity(house)) == 2


@pytest.mark.parametrize("index", [[3], "3", {}, 2.5])
async def test_damaged_chain_of_users_stops_nothing(
    house: House, u400_lock: FakeLock, index: object
) -> None:
    answer = u400_lock.answer

    def broken(name: str, payload: Mapping[str, Any]) -> Any:
        found = answer(name, payload)
        return found | {"nextUserIndex": index} if name == "GetUser" else found

    u400_lock.answer = broken  # type: ignore[method-assign]
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    assert house.types()[-1] == "unlocked"


ODD_ANSWERS: Final = (
    (APICommand.PING_NODE, 7),
    (APICommand.PING_NODE, []),
    (APICommand.PING_NODE, None),
    (APICommand.GET_NODE_IP_ADDRESSES, 7),
    (APICommand.GET_NODE_IP_ADDRESSES, [[None]]),
    (APICommand.SERVER_DIAGNOSTICS, {"nodes": 255}),
    (APICommand.SERVER_DIAGNOSTICS, {"info": {}, "nodes": [], "events": None}),
    (APICommand.READ_ATTRIBUTE, 5),
    (APICommand.READ_ATTRIBUTE, {"0/62/1": [7]}),
    ("read", {"attributes": {}, "events": [7]}),
)


@pytest.mark.parametrize(("command", "answer"), ODD_ANSWERS)
async def test_odd_answer_is_a_fault_of_the_server(
    house: House, u400_lock: FakeLock, command: str, answer: object
) -> None:
    """It came through as whatever the client or we stumbled over."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    (lock,) = house.home.runtime_data.locks.values()
    reads = LockReads(lock.link)
    asked: tuple[Callable[[], Coroutine[Any, Any, object]], ...] = (
        lock.commands.async_ping,
        lambda: reads.async_recent_events(1),
        reads.async_remembered_events,
        reads.async_fabrics,
    )
    right = house.matter._result

    def odd(message: CommandMessage, name: str, of: FakeLock | None) -> Any:
        return deepcopy(answer) if name == command else right(message, name, of)

    failed = []
    with patch.object(house.matter, "_result", odd):
        for ask in asked:
            try:
                await ask()
            except LinkError as err:
                failed.append(err.failure)
    assert set(failed) <= {Failure.SERVER_FAULT}
    assert failed or command == "read"


async def test_odd_answer_to_a_ping_says_nothing_of_the_lock(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    right = house.matter._result

    def odd(message: CommandMessage, name: str, of: FakeLock | None) -> Any:
        is_ping = name == APICommand.PING_NODE
        return [] if is_ping else right(message, name, of)

    (lock,) = house.home.runtime_data.locks.values()
    with patch.object(house.matter, "_result", odd):
        check = house.hass.async_create_task(lock.async_check_connection())
        for _ in range(60):
            await house.turn(1)
        result = await check
    assert (result.sent, result.answered) == (0, 0)
    assert house.responsive == "on"
