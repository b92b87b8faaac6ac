"""Dialogs of access that are left, or that end, because something is otherwise by now."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import PropertyMock, patch

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.access import AccessStore
from custom_components.aqara_lock.domain.access import FromTo, Wish
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from tests.component.fake_matter import FakeLock, Refusal
from tests.component.flow_steps import Flow, add_guest, fix, reconfigure, subentry_id_of
from tests.component.house import House

from .doors import (
    CODE,
    OTHER_CODE,
    access,
    apply,
    grant,
    remove_person,
    table_of,
    written,
)

NOW = dt_util.now().replace(tzinfo=None, microsecond=0)
STAY = FromTo(NOW - timedelta(days=1), NOW + timedelta(days=9))


async def change(house: House, name: str) -> Flow:
    """Open what a person is and may."""
    return await reconfigure(house, "person", subentry_id_of(house, name))


async def asked_for_code(house: House, front: FakeLock) -> str:
    """Have a code asked for."""
    await apply(house, grant(house, "ann"))
    return "needs_code"


async def opens_still(house: House, front: FakeLock) -> str:
    """Have somebody who shall not open the door and may."""
    await apply(house, grant(house, "ann"), codes={"ann": CODE})
    table_of(front).asleep = True
    await apply(house, grant(house, "ann", wish=Wish.REMOVED))
    return "still_opens"


async def drifted(house: House, front: FakeLock) -> str:
    """Have a user changed elsewhere."""
    await apply(house, grant(house, "ann"), codes={"ann": CODE})
    table_of(front).users[1].status = 3
    front.report_user_change(DataOperationType.MODIFY, 1)
    await house.pass_time(30, 5)
    return "drift"


async def stranger(house: House, front: FakeLock) -> str:
    """Have a user whom nobody asked for."""
    await apply(house, grant(house, "ann"), codes={"ann": CODE})
    table_of(front).set_user(3, 0, 4, "eve", None, 1, 0)
    front.report_user_change(DataOperationType.ADD, 4)
    await house.pass_time(30, 5)
    return "stranger"


async def interrupted(house: House, front: FakeLock) -> str:
    """Have a change that a lock was away for too long."""
    await apply(house, grant(house, "ann"), codes={"ann": CODE})
    front.become(available=False)
    await house.settle()
    await apply(house, grant(house, "ann", window=STAY))
    house.clock.tick(timedelta(hours=25))
    front.become(available=True)
    await house.pass_time(120, 5)
    return "waits"


@pytest.mark.parametrize(
    "begin", [asked_for_code, opens_still, drifted, stranger, interrupted]
)
async def test_repair_while_the_home_does_not_run(
    home: House, front: FakeLock, begin: object
) -> None:
    """Nothing is decided on what is not there."""
    assert callable(begin)
    kind = await begin(home, front)
    flow = await fix(home, f"access_{kind}_{home.subentry_id()}")
    count = len(written(front))
    await home.stop()
    given = {"decision": "restore"} if kind == "drift" else {}
    await flow.fill(**(given or ({"code": CODE} if kind == "needs_code" else {})))
    assert flow.aborted == "home_not_loaded"
    assert len(written(front)) == count


async def test_accepting_a_loss_while_the_home_does_not_run(home: House) -> None:
    with patch.object(AccessStore, "is_whole", PropertyMock(return_value=False)):
        access(home).changed.send()
        flow = await fix(home, "access_unreadable_home")
    await home.stop()
    await flow.fill()
    assert flow.aborted == "home_not_loaded"


@pytest.mark.parametrize("has_placement", [True, False])
async def test_who_left_is_named_as_the_lock_was_told(
    home: House, front: FakeLock, has_placement: bool
) -> None:
    """Or not at all, where no lock was told a name."""
    await opens_still(home, front)
    await remove_person(home, "ann")
    if not has_placement:
        placed = access(home).placements
        assert isinstance(placed, dict)
        for key, placement in list(placed.items()):
            placed[key] = replace(placement, name_asked=None)
    flow = await fix(home, f"access_still_opens_{home.subentry_id()}")
    named = "- Ann" if has_placement else "- Somebody who is not in the home any more"
    assert flow.said["people"] == named


async def test_doors_that_are_missing_are_said(home: House) -> None:
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[], window="always")
    assert (flow.step, flow.errors) == ("access", {"base": "no_doors"})


async def test_no_code_is_made_up_for_who_is_off(home: House, front: FakeLock) -> None:
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await apply(home, grant(home, "ann", wish=Wish.OFF))
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always")
    await flow.choose("make_up")
    assert (flow.step, flow.errors) == ("code", {"base": "code_while_off"})


async def test_lock_that_cannot_be_read_is_said_in_the_plan(
    home: House, front: FakeLock
) -> None:
    """Nothing is known of its table, so nothing is promised."""
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always")
    front.fail("GetUser", *[Refusal(error_code=4)] * 10)
    await flow.fill(code=CODE, code_again=CODE, next="read")
    while flow.waits:
        await flow.wait()
    assert flow.step == "plan"
    assert "Lock FRONT" in flow.said["plan"]
    assert written(front) == []


async def test_plan_needs_what_is_stored(home: House, front: FakeLock) -> None:
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always")
    with patch.object(AccessStore, "is_whole", PropertyMock(return_value=False)):
        await flow.fill(code=CODE, code_again=CODE, next="read")
        while flow.waits:
            await flow.wait()
    assert flow.aborted == "access_not_readable"


async def test_what_a_code_says_of_the_name(home: House, front: FakeLock) -> None:
    """A lock that named nobody yet may name by the code; once it did, it does."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    before = (await change(home, "Ann")).said["access"]
    front.unlock_by_code(1, 1)
    await home.settle()
    after = (await change(home, "Ann")).said["access"]
    assert before != after
    await apply(home, grant(home, "ben"), codes={"ben": OTHER_CODE})
    assert "Ben" not in (await change(home, "Ben")).said["access"]
    assert "Ann" in before
    assert "Ann" in after


async def test_times_with_an_offset_are_wall_times_of_the_home(home: House) -> None:
    flow = await add_guest(home)
    times = {"from": "2026-12-24T23:00:00+00:00", "until": "2026-12-27T11:00:00+00:00"}
    await flow.fill(
        name="Tom", doors=[home.subentry_id()], window="from_to", times=times
    )
    await flow.fill(code=CODE, code_again=CODE, next="read")
    while flow.waits:
        await flow.wait()
    assert "from 2026-12-24 3:00 PM to 2026-12-27 3:00 AM" in flow.said["when"]


async def test_what_was_agreed_to_needs_what_is_stored(
    home: House, front: FakeLock
) -> None:
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always")
    await flow.fill(code=CODE, code_again=CODE, next="read")
    while flow.waits:
        await flow.wait()
    with patch.object(AccessStore, "is_whole", PropertyMock(return_value=False)):
        await flow.choose("apply")
    assert flow.aborted == "access_not_readable"
    assert written(front) == []


async def test_lock_that_was_removed_has_no_line(home: House, front: FakeLock) -> None:
    """It is kept for a while, in case that it comes back."""
    await apply(home, grant(home, "ann"), grant(home, "ann", 1), codes={"ann": CODE})
    gone = home.subentry_id()
    home.hass.config_entries.async_remove_subentry(home.home, gone)
    await home.settle()
    assert [key for key in access(home).grants if key.door_id == gone]
    said = (await change(home, "Ann")).said["access"]
    assert ("GARAGE" in said, "FRONT" in said) == (True, False)


async def test_no_code_fits_locks_of_different_lengths(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    front.set_attribute("1/257/23", 4)
    garage.set_attribute("1/257/24", 6)
    await home.settle()
    flow = await change(home, "Ann")
    await flow.choose("access")
    doors = [home.subentry_id(0), home.subentry_id(1)]
    await flow.fill(doors=doors, window="always")
    await flow.choose("make_up")
    assert (flow.step, flow.errors) == ("code", {"base": "no_common_length"})
