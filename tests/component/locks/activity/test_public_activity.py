"""Who is shown as the one who moved the bolt, once it is looked up in the journal."""

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import AlarmCode, LockState

from ...fake_matter import FakeLock
from ...flow_steps import open_options
from ...house import House

SETTINGS = {"journal_lines": 1000, "journal_days": 365, "llm_tool": False}


async def look_up(house: House, visible_to: str = "everyone") -> str | None:
    """Have the journal looked up, by changing who may see names and back again."""
    for whom in ("admins", "everyone", visible_to):
        flow = await open_options(house)
        await flow.choose("settings")
        await flow.fill(**SETTINGS, names_visible_to=whom)
    return house.changed_by


@pytest.mark.parametrize(
    ("visible_to", "shown"), [("everyone", "Anna"), ("admins", "fingerprint")]
)
async def test_what_moves_no_bolt_hides_nobody(
    house: House, u400_lock: FakeLock, visible_to: str, shown: str
) -> None:
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(1)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert house.types()[-2:] == ["unlocked", "wrong_code_limit"]
    assert await look_up(house, visible_to) == shown


@pytest.mark.parametrize("visible_to", ["everyone", "admins"])
async def test_who_moved_the_bolt_before_is_not_who_moved_it_now(
    house: House, u400_lock: FakeLock, visible_to: str
) -> None:
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(1)
    await house.tick(60)
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(4.9)
    await house.tick(0.1)
    assert house.types()[-2:] == ["unlocked", "locked"]
    assert await look_up(house, visible_to) is None
