"""Repairs of access: each names the door; who it is about stands in the dialog behind it."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.access import NotReadError
from custom_components.aqara_lock.domain.access import FromTo, Wish
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from custom_components.aqara_lock.flows import access_repairs
from tests.component.fake_matter import FakeLock
from tests.component.flow_steps import Flow, fix
from tests.component.house import House

from .doors import (
    CODE,
    OTHER_CODE,
    access,
    add_person,
    apply,
    grant,
    opens,
    state,
    table_of,
    written,
)


def issues(house: House) -> dict[str, ir.IssueEntry]:
    """Give the repairs of access, without the ids of locks."""
    found = ir.async_get(house.hass).issues
    return {
        issue_id.rpartition("_")[0]: issue
        for (domain, issue_id), issue in found.items()
        if domain == "aqara_lock" and issue_id.startswith("access_")
    }


async def repair(house: House, kind: str) -> Flow:
    """Open a repair of the front door."""
    return await fix(house, f"access_{kind}_{house.subentry_id()}")


async def test_all_well_raises_nothing(home: House) -> None:
    """A code that is in place asks nobody."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert issues(home) == {}


async def test_what_still_opens(home: House, front: FakeLock) -> None:
    """The door stands in the repair, the person behind it, and trying again ends it."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).asleep = True
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    (issue,) = issues(home).values()
    assert issue.translation_key == "access_still_opens"
    assert issue.translation_placeholders == {"lock": "Lock FRONT", "count": "1"}
    assert "Ann" not in str(issue)
    flow = await repair(home, "still_opens")
    assert flow.said["people"] == "- Ann"
    await flow.fill()
    assert flow.errors == {"base": "still_there"}
    table_of(front).asleep = False
    await flow.fill()
    assert issues(home) == {}
    assert opens(front, CODE) == ""


async def test_a_code_is_asked_for(home: House, front: FakeLock) -> None:
    """One person after the other; a code that does not do is said."""
    await apply(home, grant(home, "ann"), grant(home, "ben"))
    assert issues(home)["access_needs_code"].translation_placeholders == {
        "lock": "Lock FRONT",
        "count": "2",
    }
    flow = await repair(home, "needs_code")
    assert flow.said == {"lock": "Lock FRONT", "name": "Ann", "when": "at any time"}
    await flow.fill(code=CODE, code_again=OTHER_CODE)
    assert flow.errors == {"base": "codes_differ"}
    await flow.fill(code="1111", code_again="1111")
    assert flow.errors == {"base": "code_one_digit"}
    await flow.fill(code=CODE, code_again=CODE)
    assert (flow.said["name"], flow.errors) == ("Ben", {})
    await flow.fill(code=CODE, code_again=CODE)
    assert (flow.said["name"], flow.errors) == ("Ben", {"base": "not_done_code_taken"})
    await flow.fill(code=OTHER_CODE, code_again=OTHER_CODE)
    assert issues(home) == {}
    assert (opens(front, CODE), opens(front, OTHER_CODE)) == ("opens", "opens")


@pytest.mark.parametrize(
    ("decision", "after", "at_keypad", "writes"),
    [
        ("adopt", "in_place", "", 0),
        ("restore", "in_place", "opens", 1),
        ("leave", "differs", "", 0),
    ],
)
async def test_drift_is_decided(
    home: House,
    front: FakeLock,
    decision: str,
    after: str,
    at_keypad: str,
    writes: int,
) -> None:
    """Only bringing back writes to the lock; none of them is asked about again."""
    wanted = grant(home, "ann")
    await apply(home, wanted, codes={"ann": CODE})
    table_of(front).users[1].status = 3
    front.report_user_change(DataOperationType.MODIFY, 1)
    await home.pass_time(30, 5)
    assert set(issues(home)) == {"access_drift"}
    count = len(written(front))
    flow = await repair(home, "drift")
    assert (flow.said["name"], flow.said["changed"]) == (
        "Ann",
        "whether it is switched on",
    )
    await flow.fill(decision=decision)
    assert state(home, wanted) == after
    assert opens(front, CODE) == at_keypad
    assert len(written(front)) - count == writes
    assert issues(home) == {}


async def test_a_user_that_is_gone_is_adopted_as_gone(
    home: House, front: FakeLock
) -> None:
    """Nothing is wanted any more."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).clear_user(1)
    front.report_user_change(DataOperationType.CLEAR, 1)
    await home.pass_time(30, 5)
    flow = await repair(home, "drift")
    await flow.fill(decision="adopt")
    assert access(home).grants == {}
    assert issues(home) == {}


async def test_strangers_are_flagged_once(home: House, front: FakeLock) -> None:
    """Taken for a person, or known of; nothing is written."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    for index, name in ((4, "eve"), (5, "ben")):
        table_of(front).set_user(3, 0, index, name, None, 1, 0)
        front.report_user_change(DataOperationType.ADD, index)
    await home.pass_time(30, 5)
    assert issues(home)["access_stranger"].translation_placeholders == {
        "lock": "Lock FRONT",
        "count": "2",
    }
    table_of(front).set_credential(3, 0, 5, OTHER_CODE, 5)
    front.report_user_change(DataOperationType.MODIFY, 5)
    await home.pass_time(30, 5)
    count = len(written(front))
    flow = await repair(home, "stranger")
    # A repair shows no label for a field that the translations do not know.
    assert flow.fields == ["user_1", "user_2"]
    assert flow.said["user_1"] == "User 4 eve"
    assert flow.said["user_1_maker"] == "made by another app"
    await flow.fill(user_2="ben")
    assert issues(home) == {}
    assert len(written(front)) == count
    assert state(home, grant(home, "ben")) == "in_place"
    table_of(front).set_user(3, 0, 6, "zoe", None, 1, 0)
    front.report_user_change(DataOperationType.ADD, 6)
    await home.pass_time(30, 5)
    assert issues(home)["access_stranger"].translation_placeholders["count"] == "1"  # type: ignore[index]


async def test_many_strangers_come_a_page_at_a_time(
    home: House, front: FakeLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was shown is known; the rest is asked next."""
    monkeypatch.setattr(access_repairs, "USER_FIELDS", ("user_1", "user_2"))
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    for index in (4, 5, 6):
        table_of(front).set_user(3, 0, index, f"u{index}", None, 1, 0)
        front.report_user_change(DataOperationType.ADD, index)
    await home.pass_time(60, 5)
    flow = await repair(home, "stranger")
    assert (flow.fields, flow.said["count"]) == (["user_1", "user_2"], "3")
    await flow.fill()
    assert (flow.fields, flow.said["user_1"]) == (["user_1"], "User 6 u6")
    await flow.fill()
    assert issues(home) == {}


async def test_no_room(home: House, front: FakeLock) -> None:
    """Nobody is thrown out; it is said what to do."""
    for index in range(1, 11):
        table_of(front).set_user(3, 0, index, f"guest{index}", None, 1, 0)
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert "access_no_room" not in issues(home), "not wanted without a code"
    assert written(front) == []


async def test_two_managers(home: House, front: FakeLock) -> None:
    """A user of Lock Code Manager at a door where we have people, too."""
    table_of(front).set_user(2, 0, 7, "lcm1", None, 1, 0)
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert "access_two_managers" in issues(home)
    assert opens(front, CODE) == "opens"


async def test_lock_code_manager_at_the_same_lock(home: House, front: FakeLock) -> None:
    """It manages the lock, and has nobody on it yet."""
    lcm = MockConfigEntry(
        domain="lock_code_manager",
        data={"locks": ["lock.somewhere", home.lock_id], "slots": {"1": {}}},
    )
    lcm.add_to_hass(home.hass)
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert set(issues(home)) == {"access_two_managers"}


async def test_a_reload_keeps_what_is_so_and_drops_what_is_over(
    home: House, front: FakeLock
) -> None:
    """The issues of a run are those of its own look."""
    await apply(home, grant(home, "ann"))
    assert set(issues(home)) == {"access_needs_code"}
    await home.reload()
    assert set(issues(home)) == {"access_needs_code"}


async def test_a_dialog_over_a_reload_finds_the_home_that_runs(
    home: House, front: FakeLock
) -> None:
    """Its answer is written by the home of now."""
    await apply(home, grant(home, "ann"))
    flow = await repair(home, "needs_code")
    await home.reload()
    await flow.fill(code=CODE, code_again=CODE)
    assert opens(front, CODE) == "opens"


@pytest.mark.parametrize(
    "damage",
    [
        {"grants": [{"person": "ann"}]},
        {"grants": "everything"},
        {"jobs": [{"id": 5}]},
        {"learned": [{"door": "x", "several_days": "perhaps"}]},
    ],
)
async def test_a_damaged_file_decides_nothing(
    house: House,
    front: FakeLock,
    files: Path,
    damage: dict[str, Any],
) -> None:
    """Nothing is planned or written until an administrator goes on with what is left."""
    await house.start(front)
    await add_person(house, "ann", "Ann")
    await apply(house, grant(house, "ann"), codes={"ann": CODE})
    await house.stop()
    (file,) = files.glob("aqara_lock.access.*")
    content = json.loads(file.read_text())
    content["data"] |= damage
    file.write_text(json.dumps(content))
    house.expects_errors = True
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert not access(house).is_readable
    assert set(issues(house)) == {"access_unreadable"}
    count = len(front.requests)
    with pytest.raises(NotReadError):
        await apply(house, grant(house, "ann", wish=Wish.REMOVED))
    await house.pass_time(120, 10)
    assert len(front.requests) == count
    assert opens(front, CODE) == "opens"
    flow = await fix(house, "access_unreadable_home")
    await flow.fill()
    assert access(house).is_readable
    assert "access_unreadable" not in issues(house)


async def test_a_code_goes_to_whom_the_dialog_showed(
    home: House, front: FakeLock
) -> None:
    """Meanwhile somebody else gave that person a code: nobody gets this one."""
    await apply(home, grant(home, "ann"), grant(home, "ben"))
    flow = await repair(home, "needs_code")
    assert flow.said["name"] == "Ann"
    await apply(home, grant(home, "ann"), codes={"ann": OTHER_CODE})
    await flow.fill(code=CODE, code_again=CODE)
    assert opens(front, CODE) == ""
    assert (flow.said["name"], flow.errors) == ("Ben", {"base": "changed_meanwhile"})
    await flow.fill(code=CODE, code_again=CODE)
    assert opens(front, CODE) == "opens"
    assert state(home, grant(home, "ben")) == "in_place"


async def test_a_decision_is_about_whom_the_dialog_showed(
    home: House, front: FakeLock
) -> None:
    """Meanwhile that person is as wanted again: nothing is decided for the next."""
    await apply(
        home,
        grant(home, "ann"),
        grant(home, "ben"),
        codes={"ann": CODE, "ben": OTHER_CODE},
    )
    for index in (1, 2):
        table_of(front).users[index].status = 3
        front.report_user_change(DataOperationType.MODIFY, index)
    await home.pass_time(30, 5)
    flow = await repair(home, "drift")
    assert flow.said["name"] == "Ann"
    table_of(front).users[1].status = 1
    front.report_user_change(DataOperationType.MODIFY, 1)
    await home.pass_time(30, 5)
    await flow.fill(decision="restore")
    assert opens(front, OTHER_CODE) == ""
    assert (flow.said["name"], flow.errors) == ("Ben", {"base": "changed_meanwhile"})


async def test_a_stranger_who_came_while_the_dialog_was_open(
    home: House, front: FakeLock
) -> None:
    """Nobody was told of that one: the repair stays."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    for index in (5, 6):
        if index == 6:
            flow = await repair(home, "stranger")
            assert flow.said["count"] == "1"
        table_of(front).set_user(3, 0, index, f"eve{index}", None, 1, 0)
        front.report_user_change(DataOperationType.ADD, index)
        await home.pass_time(30, 5)
    await flow.fill()
    assert flow.said["count"] == "1"
    assert flow.said["user_1"] == "User 6 eve6"
    assert "access_stranger" in issues(home)
    await flow.fill()
    assert issues(home) == {}


async def test_a_change_that_was_interrupted_for_too_long(
    home: House, front: FakeLock
) -> None:
    """Nobody gets other hours a day later without being asked; then it is done."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    front.become(available=False)
    await home.settle()
    now = dt_util.now().replace(tzinfo=None)
    stay = FromTo(now - timedelta(days=1), now + timedelta(days=9))
    wanted = grant(home, "ann", window=stay)
    await apply(home, wanted)
    home.clock.tick(timedelta(hours=25))
    front.become(available=True)
    await home.pass_time(120, 5)
    assert (state(home, wanted), set(issues(home))) == ("pending", {"access_waits"})
    count = len(written(front))
    flow = await repair(home, "waits")
    assert flow.said["lock"] == "Lock FRONT"
    assert flow.said["people"].startswith("- Ann: from ")
    await flow.fill()
    assert flow.is_done
    assert (state(home, wanted), issues(home)) == ("in_place", {})
    assert len(written(front)) > count


async def test_only_the_changes_that_were_shown_are_made(
    home: House, front: FakeLock
) -> None:
    """One that was wanted otherwise meanwhile is left out."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    front.become(available=False)
    await home.settle()
    now = dt_util.now().replace(tzinfo=None)
    stay = FromTo(now - timedelta(days=1), now + timedelta(days=9))
    await apply(home, grant(home, "ann", window=stay))
    home.clock.tick(timedelta(hours=25))
    front.become(available=True)
    await home.pass_time(120, 5)
    flow = await repair(home, "waits")
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    count = len(written(front))
    await flow.fill()
    assert flow.is_done
    assert len(written(front)) == count
    assert opens(front, CODE) == ""


@pytest.mark.parametrize("kind", ["still_opens", "needs_code", "drift", "stranger"])
async def test_a_dialog_of_a_lock_that_was_removed_meanwhile_ends(
    home: House, front: FakeLock, kind: str
) -> None:
    """There is nothing left to decide, and nothing is written to what is gone."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table = table_of(front)
    if kind == "still_opens":
        table.asleep = True
        await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    elif kind == "needs_code":
        await apply(home, grant(home, "ben"))
    elif kind == "drift":
        table.users[1].status = 3
        front.report_user_change(DataOperationType.MODIFY, 1)
    else:
        table.set_user(3, 0, 4, "eve", None, 1, 0)
        front.report_user_change(DataOperationType.ADD, 4)
    await home.pass_time(30, 5)
    flow = await repair(home, kind)
    lock_id, count = home.subentry_id(), len(written(front))
    home.hass.config_entries.async_remove_subentry(home.home, lock_id)
    await home.settle()
    given = {
        "needs_code": {"code": CODE, "code_again": CODE},
        "drift": {"decision": "restore"},
    }
    await flow.fill(**given.get(kind, {}))
    assert flow.is_done or flow.aborted
    assert len(written(front)) == count


async def test_name_of_a_stranger_is_no_markup_in_its_dialog(
    home: House, front: FakeLock
) -> None:
    """What another app called a user is foreign; the repair itself says no name."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).set_user(3, 0, 4, "eve", None, 1, 0)
    table_of(front).users[4].name = "![x](http://evil.example)\u202e"
    front.report_user_change(DataOperationType.ADD, 4)
    await home.pass_time(30, 5)
    assert "evil" not in str(issues(home)["access_stranger"])
    (label,) = (await repair(home, "stranger")).fields
    assert "![" not in label and "](" not in label and "\u202e" not in label
