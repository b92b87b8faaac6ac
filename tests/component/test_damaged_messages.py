"""What a server sends that is not what it should be stops nothing and is stored nowhere."""

from collections.abc import Mapping
from typing import Any

import pytest

from custom_components.aqara_lock.domain.door_lock import (
    LockOperationType,
    OperationSource,
)

from .fake_matter import FakeLock
from .house import House
from .test_gap_lines import unlock


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
