from datetime import timedelta
from homeassistant.util import dt as dt_util
from custom_components.aqara_lock.domain.door_lock import *
from .fake_matter import FakeLock
from .house import House

async def test_a(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    u200_lock.report_state(LockState.UNLOCKED)
    u200_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1, at=dt_util.utcnow() - timedelta(hours=2))
    await house.settle()
    print([l for l in house.home.runtime_data.locks.values()][0]._store.memory.journal.lines())
    for c in house.changes: print(c.data["entity_id"], c.data["new_state"])

async def test_b(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    u200_lock.report_state(LockState.NOT_FULLY_LOCKED)
    await house.tick(6)
    for c in house.changes: print(c.data["entity_id"], c.data["new_state"])
    print([l for l in house.home.runtime_data.locks.values()][0]._store.memory.journal.lines())

async def test_c(house: House, u200_lock: FakeLock) -> None:
    await house.start(u200_lock)
    await house.call("unlock")
    await house.tick(6)
    print([s.state for s in house.written(house.lock_id)])
    print([s.state for s in house.written(house.core_lock(u200_lock).entity_id)])
