"""A lock that was reset and commissioned again: nothing read of it before is believed."""

from custom_components.aqara_lock.domain.door_lock import (
    LockOperationType,
    OperationSource,
)

from .fake_matter import FakeLock, User
from .flow_steps import bind
from .house import House
from .nodes import APPLE_FABRIC, OWN_FABRIC, U400_NODE, u400
from .test_gap_lines import gaps, unlock

GOOGLE_FABRIC = APPLE_FABRIC | {"2": 0x6006}


async def test_event_of_the_same_number_joins_no_record(
    house: House, u400_lock: FakeLock
) -> None:
    """The new node had counted up to the old one's last event: it passed for seamless."""
    house.matter.schema_version = 11
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    assert house.changed_by == "Mara"
    last = u400_lock.event_number
    house.matter.remove(u400_lock)
    await house.settle()
    house.matter.recent_events.clear()
    house.matter.hold("diagnostics")
    fresh = house.matter.add(U400_NODE + 20, u400())
    fresh.users = {2: User("Zoe")}
    fresh.event_number = last - 1
    fresh.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, silently=True
    )
    await house.wait_for(lambda: house.matter.held)
    house.matter.release()
    await house.settle()
    told = await unlock(house, fresh, 2)
    assert told["person"] == "Zoe"
    assert "person_id" not in told
    assert len(await gaps(house)) == 1


async def test_index_of_an_app_begins_anew(house: House, u400_lock: FakeLock) -> None:
    """As many apps as before: the list was not read again, and the old name was told."""
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.REMOTE, fabric=3, node=9
    )
    await house.settle()
    assert house.fired("activity")[-1]["ecosystem"] == "Apple Home"
    house.matter.remove(u400_lock)
    await house.tick(60)
    house.matter.hold("read_attribute")
    fresh = house.matter.add(U400_NODE + 20, u400())
    fresh.fabrics = [OWN_FABRIC, GOOGLE_FABRIC]
    house.matter.release()
    await house.tick(60)
    fresh.report_operation(
        LockOperationType.LOCK, OperationSource.REMOTE, fabric=3, node=9
    )
    await house.settle()
    assert house.fired("activity")[-1]["ecosystem"] == "Google Home"
