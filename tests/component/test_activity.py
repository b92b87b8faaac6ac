"""Events of what was done at the door."""

from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House


async def test_unlock_by_finger_names_the_user(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    fired = house.fired("activity")
    assert [item["event_type"] for item in fired] == ["unlocked"]
    assert fired[0]["user_name"] == "Ben"
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["changed_by"] == "Ben"
