"""What is wanted is brought about: step by step, with proof, and nothing that is not wanted."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.access import AccessChange, Failed, JobState
from custom_components.aqara_lock.domain.access import (
    AfterFirstUse,
    DailyHours,
    FromTo,
    Keeper,
    Once,
    Weekday,
    WeeklyHours,
    Wish,
)
from custom_components.aqara_lock.domain.doorlock import (
    DataOperationType,
    LockOperationType,
    LockState,
    OperationSource,
)
from tests.component.fake_matter import FakeLock, Refusal
from tests.component.house import House, subentry

from .doors import (
    CODE,
    OTHER_CODE,
    access,
    add_person,
    apply,
    grant,
    opens,
    progress,
    remove_person,
    state,
    table_of,
    written,
)


def wall(days: float) -> datetime:
    """Give a wall time some days from now."""
    now = dt_util.now().replace(tzinfo=None, microsecond=0)
    return now + timedelta(days=days)


async def test_a_person_gets_a_code_on_two_doors(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Two writes and one read on each, once the table is known; the code opens both."""
    anns = [grant(home, "ann"), grant(home, "ann", 1)]
    await apply(home, *anns, codes={"ann": CODE})
    for lock, wanted in zip((front, garage), anns, strict=True):
        assert written(lock) == ["SetUser", "SetCredential"]
        assert opens(lock, CODE) == "opens"
        assert state(home, wanted) == "in_place"
    uids = {next(iter(table_of(x).users.values())).unique_id for x in (front, garage)}
    assert len(uids) == 1 and None not in uids, "one number on all doors"


async def test_messages_of_a_person_once_the_table_is_known(
    home: House, front: FakeLock
) -> None:
    """Person and code cost two writes and one read; the lock's own echo costs nothing."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    before = len(front.requests)
    await apply(home, grant(home, "ben"), codes={"ben": OTHER_CODE})
    await home.pass_time(120, 5)
    assert front.asked[before:] == ["SetUser", "SetCredential", "GetUser"]


async def test_messages_of_a_change(home: House, front: FakeLock) -> None:
    """Switching off and removing cost one write and one read each."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    before = len(front.requests)
    await apply(home, grant(home, "ann", wish=Wish.OFF))
    assert front.asked[before:] == ["SetUser", "GetUser"]
    assert opens(front, CODE) == ""
    before = len(front.requests)
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    assert front.asked[before:] == ["ClearUser", "GetUser"]
    assert table_of(front).users == {}
    assert access(home).grants == {}, "what is proved gone is forgotten"


async def test_a_code_is_named_when_it_opens(home: House, front: FakeLock) -> None:
    """A code that we set is known as the person's without asking anybody."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    asked = len(front.requests)
    front.unlock_by_code(1, 1)
    await home.settle()
    await home.tick(1)
    assert home.changed_by == "Ann"
    assert front.asked[asked:] == []


async def test_a_window_stands_before_the_code(home: House, front: FakeLock) -> None:
    """While schedules are written the user is closed; the code comes last."""
    window = FromTo(wall(1), wall(3))
    wanted = grant(home, "ben", window=window)
    await apply(home, wanted, codes={"ben": CODE})
    assert written(front) == ["SetUser", "SetYearDaySchedule", "SetCredential"]
    assert opens(front, CODE) == ""
    assert opens(front, CODE, wall(2)) == "opens"
    assert opens(front, CODE, wall(4)) == ""
    assert state(home, wanted) == "in_place"


async def test_a_lock_that_takes_one_day_each(home: House, front: FakeLock) -> None:
    """A refused schedule of several days is split, and the lock is known for it."""
    table_of(front).several_days = False
    days = frozenset({Weekday.MONDAY, Weekday.TUESDAY})
    hours = DailyHours(
        days, datetime(2026, 1, 1, 8).time(), datetime(2026, 1, 1, 12).time()
    )
    wanted = grant(home, "ben", window=WeeklyHours(frozenset({hours})))
    await apply(home, wanted, codes={"ben": CODE})
    assert state(home, wanted) == "in_place"
    monday = wall((7 - dt_util.now().weekday()) % 7 or 7).replace(hour=9)
    assert opens(front, CODE, monday) == "opens"
    assert opens(front, CODE, monday + timedelta(hours=4)) == ""
    assert [len(user.week) for user in table_of(front).users.values()] == [2]


async def test_a_code_that_is_taken_leaves_nothing_open(
    home: House, front: FakeLock
) -> None:
    """The lock says that a code exists, and nobody is told whose."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    wanted = grant(home, "ben")
    await apply(home, wanted, codes={"ben": CODE})
    assert progress(home).failed == {wanted.key: Failed.CODE_TAKEN}
    assert state(home, wanted) == "needs_code"
    await apply(home, wanted, codes={"ben": OTHER_CODE})
    assert state(home, wanted) == "in_place"
    assert len(table_of(front).users) == 2


async def test_a_sleeping_keypad_is_found_out(home: House, front: FakeLock) -> None:
    """SUCCESS without anything stored is no success; asked again it is done."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).asleep = True
    wanted = grant(home, "ben")
    await apply(home, wanted, codes={"ben": OTHER_CODE})
    assert progress(home).failed == {wanted.key: Failed.NOT_STORED}
    assert state(home, wanted) == "needs_code"
    table_of(front).asleep = False
    await apply(home, wanted, codes={"ben": OTHER_CODE})
    assert state(home, wanted) == "in_place"


async def test_a_removal_that_was_not_stored_still_opens(
    home: House, front: FakeLock
) -> None:
    """It is said so, and tried again when the lock is awake."""
    wanted = grant(home, "ann", wish=Wish.REMOVED)
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).asleep = True
    await apply(home, wanted)
    assert state(home, wanted) == "still_opens"
    count = len(written(front))
    await home.pass_time(50, 5)
    assert len(written(front)) == count, "no hammering"
    table_of(front).asleep = False
    await home.pass_time(30, 5)
    assert table_of(front).users == {}
    assert access(home).grants == {}


async def test_a_changed_code_is_sent_and_not_proved_before_the_lock_says_so(
    home: House, front: FakeLock
) -> None:
    """It is changed in one message; LockUserChange proves it."""
    wanted = grant(home, "ann")
    await apply(home, wanted, codes={"ann": CODE})
    front.silent_changes = True
    before = len(front.requests)
    await apply(home, wanted, codes={"ann": OTHER_CODE})
    assert front.asked[before:] == ["SetCredential", "GetUser"]
    assert (opens(front, CODE), opens(front, OTHER_CODE)) == ("", "opens")
    assert state(home, wanted) == "sent_not_proved"
    front.unlock_by_code(1, 1)
    await home.settle()
    assert state(home, wanted) == "in_place"


async def test_a_changed_code_is_proved_by_the_lock_itself(
    home: House, front: FakeLock
) -> None:
    """The event of our own change is the proof."""
    wanted = grant(home, "ann")
    await apply(home, wanted, codes={"ann": CODE})
    await apply(home, wanted, codes={"ann": OTHER_CODE})
    assert state(home, wanted) == "in_place"


async def test_a_door_that_is_away_asks_for_the_code_again(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """The other door is done; nothing is given later without being asked."""
    front.become(available=False)
    await home.settle()
    wanted = [grant(home, "ann"), grant(home, "ann", 1)]
    await apply(home, *wanted, codes={"ann": CODE})
    assert (progress(home).state, progress(home, 1).state) == (
        JobState.AWAY,
        JobState.DONE,
    )
    assert opens(garage, CODE) == "opens"
    front.become(available=True)
    await home.settle()
    await home.pass_time(60, 5)
    assert state(home, wanted[0]) == "needs_code"
    assert table_of(front).users == {}


async def test_what_is_taken_away_is_caught_up_by_itself(
    home: House, front: FakeLock
) -> None:
    """A lock that was away when a person was removed is done when it is back."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    front.become(available=False)
    await home.settle()
    wanted = grant(home, "ann", wish=Wish.REMOVED)
    await apply(home, wanted)
    assert state(home, wanted) == "still_opens"
    front.become(available=True)
    await home.settle()
    await home.pass_time(10, 5)
    assert table_of(front).users == {}


async def test_deleting_a_person_takes_the_access_away(
    home: House, front: FakeLock
) -> None:
    """Home Assistant's own menu is enough."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await remove_person(home, "ann")
    assert table_of(front).users == {}
    assert access(home).grants == {}


async def test_a_person_deleted_while_a_dialog_was_open_gets_nothing(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """What was wanted for that person comes too late; what is there goes all the same."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await remove_person(home, "ann")
    await apply(home, grant(home, "ann"), grant(home, "ann", 1), codes={"ann": CODE})
    wanted = grant(home, "ann", 1)
    await access(home).async_request_code({wanted.key: wanted})
    await home.settle()
    assert (opens(front, CODE), opens(garage, CODE)) == ("", "")
    await home.pass_time(120, 10)
    assert access(home).grants == {}


async def test_a_person_deleted_while_nothing_ran(home: House, front: FakeLock) -> None:
    """The access of who is not there any more is taken away after the start."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await home.stop()
    await remove_person(home, "ann")
    assert opens(front, CODE) == "opens"
    await home.hass.config_entries.async_setup(home.home.entry_id)
    await home.settle()
    assert table_of(front).users == {}


async def test_a_stop_in_the_middle_gives_nothing(home: House, front: FakeLock) -> None:
    """A user without a code stays closed; after the start the code is asked for."""
    wanted = grant(home, "ben", window=FromTo(wall(-1), wall(1)))
    home.matter.hold("SetYearDaySchedule")
    change = AccessChange(grants={wanted.key: wanted}, codes={wanted.key: CODE})
    await access(home).async_apply(change)
    await home.wait_for(lambda: "SetYearDaySchedule" in front.asked)
    await home.reload()
    home.matter.release()
    await home.settle()
    await home.pass_time(60, 5)
    assert state(home, wanted) == "needs_code"
    assert opens(front, CODE) == ""
    assert "SetCredential" not in front.asked


async def test_a_door_goes_silent_between_two_steps(
    home: House, front: FakeLock
) -> None:
    """What is half done is closed; what takes away goes on, what gives is asked for."""
    wanted = grant(home, "ben", window=FromTo(wall(-1), wall(1)))
    front.fail("SetYearDaySchedule", Refusal(error_code=4))
    await apply(home, wanted, codes={"ben": CODE})
    assert progress(home).state is JobState.AWAY
    assert [user.type for user in table_of(front).users.values()] == [8]
    await home.pass_time(600, 10)
    assert state(home, wanted) == "needs_code"
    assert opens(front, CODE) == ""


async def test_home_assistant_ends_what_a_lock_cannot(
    home: House, front: FakeLock
) -> None:
    """A window that the user agreed to: it ends in time, with proof."""
    window = FromTo(wall(0), wall(0.5))
    wanted = grant(home, "ben", window=window, keeper=Keeper.HOME_ASSISTANT)
    await apply(home, wanted, codes={"ben": CODE})
    assert opens(front, CODE) == "opens"
    await home.tick(12 * 3600 + 1)
    await home.settle()
    assert table_of(front).users == {}


async def test_a_code_for_once_of_a_lock_that_cannot(
    home: House, front: FakeLock
) -> None:
    """Home Assistant takes it away after its first use."""
    wanted = grant(home, "ben", window=Once(), keeper=Keeper.HOME_ASSISTANT)
    await apply(home, wanted, codes={"ben": CODE})
    front.unlock_by_code(1, 1)
    await home.settle()
    assert table_of(front).users == {}


async def test_somebody_else_changes_a_user(home: House, front: FakeLock) -> None:
    """It is drift: shown, and never repaired by itself."""
    wanted = grant(home, "ann", wish=Wish.OFF)
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await apply(home, wanted)
    table_of(front).users[1].status = 1
    front.report_user_change(DataOperationType.MODIFY, 1)
    await home.pass_time(30, 5)
    assert state(home, wanted) == "still_opens"
    assert opens(front, CODE) == "opens"
    count = len(written(front))
    await home.pass_time(600, 10)
    assert len(written(front)) == count


async def test_a_lock_with_a_wrong_clock_gets_no_times(
    home: House, front: FakeLock
) -> None:
    """A code without times is no matter of the clock."""
    await home.pass_time(200, 20)
    for kind, bolt in (
        (LockOperationType.UNLOCK, LockState.UNLOCKED),
        (LockOperationType.LOCK, LockState.LOCKED),
    ):
        front.report_state(bolt)
        early = dt_util.utcnow() - timedelta(hours=3)
        front.report_operation(kind, OperationSource.MANUAL, at=early)
        await home.tick(10)
    wanted = grant(home, "ben", window=FromTo(wall(1), wall(3)))
    await apply(home, wanted, codes={"ben": CODE})
    assert (state(home, wanted), written(front)) == ("cannot", [])
    await apply(home, grant(home, "ann"), codes={"ann": OTHER_CODE})
    assert opens(front, OTHER_CODE) == "opens"


async def test_a_removed_lock_that_is_added_again_has_its_people(
    home: House, front: FakeLock
) -> None:
    """Nothing is written by it; the grants are there, to be read again."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    removed = home.subentry_id()
    count = len(written(front))
    home.hass.config_entries.async_remove_subentry(home.home, removed)
    await home.settle()
    assert opens(front, CODE) == "opens", "a removed lock keeps what it has"
    again = dict(subentry(front))
    home.hass.config_entries.async_add_subentry(
        home.home,
        ConfigSubentry(
            data=MappingProxyType(again["data"]),
            subentry_type="lock",
            title="Front",
            unique_id=again["unique_id"],
        ),
    )
    await home.settle()
    (wanted,) = access(home).grants.values()
    assert wanted.key.person_id == "ann"
    assert wanted.key.door_id != removed
    assert len(written(front)) == count
    await access(home).doors[wanted.key.door_id].async_check()
    assert state(home, wanted) == "in_place"


async def test_a_command_goes_before_the_next_write(
    home: House, front: FakeLock
) -> None:
    """Who stands at the door does not wait for a job."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    wanted = grant(home, "ben", window=FromTo(wall(-1), wall(1)))
    home.matter.hold("SetUser")
    change = AccessChange(grants={wanted.key: wanted}, codes={wanted.key: OTHER_CODE})
    await access(home).async_apply(change)
    await home.wait_for(lambda: front.asked[-1] == "SetUser")
    home.matter.hold("UnlockDoor", "UnboltDoor")
    unlocking = home.hass.async_create_task(home.call("unlock"))
    await home.wait_for(lambda: front.asked[-1] in {"UnlockDoor", "UnboltDoor"})
    home.matter.holding.discard("SetUser")
    held = [
        x
        for x in home.matter.held
        if "Unlock" not in str(x[1]) and "Unbolt" not in str(x[1])
    ]
    home.matter.held = [x for x in home.matter.held if x not in held]
    for client, message in held:
        home.matter._answer(client, message)
    for _ in range(50):
        await asyncio.sleep(0)
    assert front.asked[-1] in {"UnlockDoor", "UnboltDoor"}, "the next write waits"
    home.matter.release()
    await unlocking
    await home.settle()
    assert state(home, wanted) == "in_place"


async def test_what_ended_while_nothing_ran_is_taken_away_after_the_start(
    home: House, front: FakeLock
) -> None:
    """Home Assistant was away when the time that it keeps was over."""
    window = FromTo(wall(-0.1), wall(0.1))
    wanted = grant(home, "ben", window=window, keeper=Keeper.HOME_ASSISTANT)
    await apply(home, wanted, codes={"ben": CODE})
    front.unlock_by_code(1, 1)
    await home.settle()
    assert opens(front, CODE) == "opens"
    await home.stop()
    home.clock.tick(timedelta(hours=5))
    await home.hass.config_entries.async_setup(home.home.entry_id)
    await home.settle()
    assert table_of(front).users == {}


async def test_a_killed_home_proves_nothing_by_an_old_table(
    house: House, front: FakeLock, files: Path
) -> None:
    """The file of the lock is of before the job: the user is looked for at the lock."""
    await house.start(front)
    await add_person(house, "ben", "Ben")
    await access(house).doors[house.subentry_id()].async_check()
    await house.pass_time(60, 6)
    (kept,) = files.glob(f"aqara_lock.lock.{house.subentry_id()}")
    before = kept.read_text()
    await apply(house, grant(house, "ben"), codes={"ben": CODE})
    await apply(house, grant(house, "ben", wish=Wish.OFF))
    await house.stop()
    kept.write_text(before)
    kept.with_name(f"{kept.name}.told").unlink(missing_ok=True)
    await remove_person(house, "ben")
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(60, 5)
    assert table_of(front).users == {}
    assert access(house).grants == {}


@pytest.mark.parametrize("change_of_mind", ["removed", "off", "cancelled"])
async def test_a_job_that_is_not_wanted_any_more_gives_nothing(
    home: House, front: FakeLock, change_of_mind: str
) -> None:
    """Between two steps somebody changes the mind: the code is not sent."""
    wanted = grant(home, "ben")
    home.matter.hold("SetUser")
    change = AccessChange(grants={wanted.key: wanted}, codes={wanted.key: CODE})
    await access(home).async_apply(change)
    await home.wait_for(lambda: "SetUser" in front.asked)
    if change_of_mind == "cancelled":
        access(home).cancel()
    else:
        other = grant(home, "ben", wish=Wish(change_of_mind))
        await access(home).async_apply(AccessChange(grants={other.key: other}))
    home.matter.release()
    await home.settle()
    assert "SetCredential" not in front.asked
    assert opens(front, CODE) == ""


async def test_time_after_the_first_use(home: House, front: FakeLock) -> None:
    """The lock has one such time: it is written first, and the lock counts by it."""
    wanted = grant(home, "ben", window=AfterFirstUse(45))
    await apply(home, wanted, codes={"ben": CODE})
    assert table_of(front).expiring_minutes == 45
    assert state(home, wanted) == "in_place"
    assert opens(front, CODE) == "first+45"


async def test_access_that_is_refused_sporadically_is_asked_for_once_more(
    home: House, front: FakeLock
) -> None:
    """Once, at once; a second refusal stands."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    front.fail("SetUser", Refusal(status=0x7E))
    await apply(home, grant(home, "ben"), codes={"ben": OTHER_CODE})
    assert opens(front, OTHER_CODE) == "opens"
    front.fail("SetUser", Refusal(status=0x7E), Refusal(status=0x7E))
    wanted = grant(home, "ben", wish=Wish.OFF)
    await apply(home, wanted)
    assert progress(home).failed == {wanted.key: Failed.REFUSED}
    assert opens(front, OTHER_CODE) == "opens"


async def test_other_times_replace_those_of_before(
    home: House, front: FakeLock
) -> None:
    """Closed while they are rewritten; the code stays."""
    await apply(
        home, grant(home, "ben", window=FromTo(wall(1), wall(3))), codes={"ben": CODE}
    )
    hours = DailyHours(
        frozenset(Weekday),
        datetime(2026, 1, 1, 8).time(),
        datetime(2026, 1, 1, 9).time(),
    )
    wanted = grant(home, "ben", window=WeeklyHours(frozenset({hours})))
    await apply(home, wanted)
    assert state(home, wanted) == "in_place"
    (user,) = table_of(front).users.values()
    assert (len(user.week), user.year) == (1, {})
    assert opens(front, CODE, wall(2).replace(hour=8, minute=30)) == "opens"
    assert opens(front, CODE, wall(2).replace(hour=12)) == ""
    await apply(home, grant(home, "ben"))
    assert opens(front, CODE, wall(2).replace(hour=12)) == "opens"


@pytest.mark.parametrize(
    ("step", "status", "failed"),
    [
        ("SetCredential", 0x89, Failed.NO_PLACE),
        ("SetCredential", 0x03, Failed.PLACE_TAKEN),
        ("SetUser", 0x03, Failed.PLACE_TAKEN),
        ("SetUser", 0x85, Failed.REFUSED),
        ("GetYearDaySchedule", 0x85, Failed.REFUSED),
    ],
)
async def test_what_a_lock_refuses_is_said(
    home: House, front: FakeLock, step: str, status: int, failed: Failed
) -> None:
    """Nothing opens by what is half done."""
    front.fail(step, Refusal(status=status))
    wanted = grant(home, "ben", window=FromTo(wall(-1), wall(3)))
    await apply(home, wanted, codes={"ben": CODE})
    assert progress(home).failed == {wanted.key: failed}
    assert opens(front, CODE) == ""


async def test_a_kind_of_user_that_a_lock_refuses_is_not_tried_again(
    home: House, front: FakeLock
) -> None:
    """The next plan says so."""
    front.fail("SetUser", Refusal(status=0x85))
    wanted = grant(home, "ben", window=Once())
    await apply(home, wanted, codes={"ben": CODE})
    assert state(home, wanted) == "cannot"
    count = len(written(front))
    await apply(home, wanted, codes={"ben": CODE})
    assert len(written(front)) == count
