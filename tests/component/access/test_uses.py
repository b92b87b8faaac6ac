"""A use that Home Assistant sees late ends what it keeps, as one that it sees at once."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.access import AccessChange
from custom_components.aqara_lock.domain.access import (
    AfterFirstUse,
    FromTo,
    Grant,
    Keeper,
    Once,
    Reason,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    EventId,
    LockOperationType,
    OperationSource,
)
from tests.component.automations import attached
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, access, add_person, apply, grant, opens, table_of

OURS = Keeper.HOME_ASSISTANT
USED = {
    "lockOperationType": LockOperationType.UNLOCK.value,
    "operationSource": OperationSource.KEYPAD.value,
    "userIndex": 1,
    "fabricIndex": None,
    "sourceNode": None,
    "credentials": [{"credentialType": CredentialType.PIN.value, "credentialIndex": 1}],
}


def use_unseen(lock: FakeLock, minutes_ago: float = 0.0) -> None:
    """Open with the code while nobody listens: only the lock remembers it."""
    at = dt_util.utcnow() - timedelta(minutes=minutes_ago)
    lock.emit(EventId.LOCK_OPERATION, USED, at=at, silently=True)


async def start(home: House) -> None:
    """Start the product again, and let it read what was missed."""
    await home.hass.config_entries.async_setup(home.home.entry_id)
    await home.settle()
    await home.pass_time(60, 5)


async def given(home: House, wanted: Grant) -> Grant:
    """Give Ben a code, and some time in which the lock is quiet."""
    await apply(home, wanted, codes={"ben": CODE})
    await home.pass_time(120, 10)
    return wanted


async def test_once_while_home_assistant_was_away(home: House, front: FakeLock) -> None:
    """The code is spent all the same."""
    await given(home, grant(home, "ben", window=Once(), keeper=OURS))
    await home.stop()
    home.clock.tick(timedelta(hours=1))
    use_unseen(front, minutes_ago=20)
    await start(home)
    assert table_of(front).users == {}


async def test_minutes_after_a_use_that_was_missed(
    home: House, front: FakeLock
) -> None:
    """They count from the use, not from when it was seen."""
    wanted = await given(
        home, grant(home, "ben", window=AfterFirstUse(60), keeper=OURS)
    )
    await home.stop()
    home.clock.tick(timedelta(hours=1))
    use_unseen(front, minutes_ago=40)
    used_at = dt_util.utcnow() - timedelta(minutes=40)
    await start(home)
    found = access(home).placements[wanted.key].first_used_at
    # The lock tells milliseconds.
    assert found == used_at.replace(microsecond=used_at.microsecond // 1000 * 1000)
    assert opens(front, CODE) == "opens"
    await home.tick(20 * 60)
    await home.settle()
    assert table_of(front).users == {}


@pytest.mark.parametrize("window", [Once(), AfterFirstUse(5)])
async def test_a_kill_right_after_the_use(
    house: House, front: FakeLock, files: Path, window: Once | AfterFirstUse
) -> None:
    """The journal has the use, the file of the access does not."""
    await house.start(front)
    await add_person(house, "ben", "Ben")
    await given(house, grant(house, "ben", window=window, keeper=OURS))
    (kept,) = files.glob("aqara_lock.access.*")
    before, there = kept.read_text(), table_of(front)
    users, codes = deepcopy(there.users), dict(there.codes)
    front.unlock_by_code(1, 1)
    await house.settle()
    await house.stop()
    kept.write_text(before)
    there.users, there.codes = users, codes
    await start(house)
    await house.tick(300)
    await house.settle()
    assert table_of(front).users == {}


async def test_a_use_of_who_had_the_place_before(home: House, front: FakeLock) -> None:
    """It is older than the code, and says nothing of it."""
    use_unseen(front)
    await home.pass_time(600, 60)
    wanted = await given(home, grant(home, "ben", window=Once(), keeper=OURS))
    await home.reload()
    await home.pass_time(60, 5)
    assert opens(front, CODE) == "opens"
    assert access(home).placements[wanted.key].first_used_at is None


async def test_a_guest_who_came_unseen_does_not_arrive_again(
    home: House, front: FakeLock
) -> None:
    """The first use was missed, and what is late is no news."""
    await add_person(home, "tom", "Tom", kind="guest")
    await apply(home, grant(home, "tom"), codes={"tom": CODE})
    await home.pass_time(120, 10)
    await home.stop()
    home.clock.tick(timedelta(hours=1))
    use_unseen(front, minutes_ago=20)
    await start(home)
    runs = await attached(home.hass, "guest_arrived", {"entity_id": home.lock_id}, None)
    front.unlock_by_code(1, 1)
    await home.settle()
    assert runs.variables == []
    runs.stop()


async def test_a_lock_that_does_not_say_who_is_given_no_code_for_once(
    home: House, front: FakeLock
) -> None:
    """Nobody would see the use; a stay does not need to be seen."""
    front.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD)
    await home.pass_time(60, 5)
    once = grant(home, "ben", window=Once(), keeper=OURS)
    await access(home).doors[once.key.door_id].async_check()
    found = access(home).plan(AccessChange(grants={once.key: once}))
    assert found[once.key.door_id].cannot == {once.key: Reason.USE_NOT_TOLD}
    now = dt_util.now().replace(tzinfo=None)
    stay = grant(home, "ben", window=FromTo(now, now + timedelta(days=1)), keeper=OURS)
    await apply(home, stay, codes={"ben": CODE})
    assert opens(front, CODE) == "opens"


@pytest.mark.parametrize("window", [Once(), AfterFirstUse(5)])
async def test_what_was_used_before_the_window_changed_counts_no_more(
    home: House, front: FakeLock, window: Once | AfterFirstUse
) -> None:
    """One time means one time from now on, also over a restart."""
    await given(home, grant(home, "ben"))
    front.unlock_by_code(1, 1)
    await home.pass_time(600, 30)
    wanted = grant(home, "ben", window=window, keeper=OURS)
    await apply(home, wanted)
    await home.pass_time(600, 30)
    assert opens(front, CODE) == "opens"
    await home.reload()
    await home.pass_time(600, 30)
    assert opens(front, CODE) == "opens"
    front.unlock_by_code(1, 1)
    await home.settle()
    await home.pass_time(600, 30)
    assert table_of(front).users == {}
