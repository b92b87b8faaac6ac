"""A lock whose clock runs behind is followed like any other."""

from datetime import timedelta

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.door_lock import (
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)

from .fake_matter import FakeLock
from .house import House
from .test_gap_lines import start_server, stop_server


def unlock_late(lock: FakeLock, user: int, behind: float) -> None:
    """Unlock just now, by a clock that is behind."""
    lock.report_state(LockState.UNLOCKED)
    lock.emit(
        EventId.LOCK_OPERATION,
        {
            "lockOperationType": LockOperationType.UNLOCK,
            "operationSource": OperationSource.BIOMETRIC,
            "userIndex": user,
        },
        at=dt_util.utcnow() - timedelta(seconds=behind),
    )


@pytest.mark.parametrize("behind", [20, 61, 100, 121])
async def test_operation_of_now_is_told(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """Between one minute and two it was late for ever and its clock never wrong."""
    await house.start(u400_lock)
    await house.tick(300)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("behind", [20, 61, 100, 121])
async def test_slot_is_read_again_after_a_gap(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """More than ten seconds behind, and nobody was named any more after a gap."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await stop_server(house)
    await start_server(house, forgetful=True)
    await house.tick(300)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("behind", [100, 7200])
async def test_operation_soon_after_a_start_is_told(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """Nobody can know yet that the clock is wrong; the state that comes with it is new."""
    await house.start(u400_lock)
    await house.tick(40)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    await house.tick(10)
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"
