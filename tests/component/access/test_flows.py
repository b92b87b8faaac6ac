"""The dialogs: a guest with a code, and what a person may open."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from custom_components.aqara_lock.domain.access import (
    AfterFirstUse,
    DailyHours,
    FromTo,
    Once,
    Weekday,
    WeeklyHours,
    Window,
    Wish,
)
from tests.component.disk import full_disk
from tests.component.fake_matter import FakeLock
from tests.component.flow_steps import (
    Flow,
    add_guest,
    add_person,
    reconfigure,
    subentry_id_of,
)
from tests.component.house import House

from .doors import (
    CODE,
    OTHER_CODE,
    access,
    add_person as put_person,
    apply,
    grant,
    opens,
    remove_person,
    table_of,
    written,
)

STAY = {"from": "2026-12-24 15:00:00", "until": "2026-12-27 11:00:00"}
HOURS = DailyHours(frozenset({Weekday.MONDAY, Weekday.SATURDAY}), time(9), time(17, 30))
WHEN_OPEN = "2026-12-25T12:00:00"
WHEN_OVER = "2026-12-28T12:00:00"


async def guest(house: House, **given: Any) -> Flow:
    """Begin with a guest on both doors for a stay."""
    flow = await add_guest(house)
    doors = [house.subentry_id(0), house.subentry_id(1)]
    filled = {
        "name": "Tom",
        "doors": doors,
        "window": "from_to",
        "times": STAY,
        **given,
    }
    return await flow.fill(**filled)


async def change(house: House, name: str) -> Flow:
    """Open what a person is and may."""
    return await reconfigure(house, "person", subentry_id_of(house, name))


async def pages_of(flow: Flow) -> Flow:
    """Wait until the dialog has read or written what it has to."""
    while flow.waits:
        await flow.wait()
    return flow


async def test_a_guest_on_two_doors_in_four_pages(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Who, doors and times on one page; then the code, the plan and what came of it."""
    flow = await guest(home)
    pages = ["user", flow.step]
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    pages.append(flow.step)
    assert "from 2026-12-24 3:00 PM to 2026-12-27 11:00 AM" in flow.said["when"]
    assert flow.said["plan"].count("\n") == 1, "a line for each door"
    assert (written(front), written(garage)) == ([], []), "nothing before it was agreed"
    await pages_of(await flow.choose("apply"))
    pages.append(flow.step)
    assert flow.said["result"].count("In place, checked") == 2
    assert flow.said["code"] == ""
    await flow.choose("done")
    assert flow.is_done and flow.is_told_by_us
    assert pages == ["user", "code", "plan", "result"]
    for lock in (front, garage):
        assert opens_at(lock, CODE, WHEN_OPEN) == "opens"
        assert opens_at(lock, CODE, WHEN_OVER) == ""
    (tom,) = [x for x in home.home.subentries.values() if x.title == "Tom"]
    assert (tom.subentry_type, tom.data["kind"]) == ("person", "guest")


def opens_at(lock: FakeLock, code: str, when: str) -> str:
    """Give what a code does at a wall time."""
    return opens(lock, code, datetime.fromisoformat(when))


async def test_a_made_up_code_is_shown_once(home: House, front: FakeLock) -> None:
    """It is good on every chosen lock, and stands nowhere else."""
    flow = await guest(home)
    await pages_of(await flow.choose("make_up"))
    await pages_of(await flow.choose("apply"))
    (code,) = table_of(front).codes.values()
    assert f"**{code}**" in flow.said["code"]
    await flow.choose("done")
    assert code not in str([x.data for x in home.home.subentries.values()])


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": "  "}, "name_missing"),
        ({"name": "Ann"}, "name_taken"),
        ({"doors": []}, "no_doors"),
        ({"times": {"from": STAY["from"]}}, "window_incomplete"),
        (
            {"times": {"from": STAY["until"], "until": STAY["from"]}},
            "window_impossible",
        ),
        ({"window": "weekly", "times": {}}, "window_incomplete"),
        ({"window": "after_first_use", "times": {}}, "window_incomplete"),
    ],
)
async def test_what_is_missing_is_said_on_the_page(
    home: House, front: FakeLock, given: dict[str, Any], error: str
) -> None:
    """What was filled in stays there."""
    flow = await guest(home, **given)
    assert (flow.step, flow.errors) == ("user", {"base": error})
    assert written(front) == []


@pytest.mark.parametrize(
    ("code", "again", "error"),
    [
        (CODE, OTHER_CODE, "codes_differ"),
        ("", "", "code_not_digits"),
        ("12", "12", "code_too_short"),
        ("246813579", "246813579", "code_too_long"),
        ("4444", "4444", "code_one_digit"),
        ("456789", "456789", "code_sequence"),
        ("1212", "1212", "code_repeated"),
        ("2580", "2580", "code_pattern"),
    ],
)
async def test_a_code_that_does_not_do(
    home: House, code: str, again: str, error: str
) -> None:
    """The reason is said, and the code is not in the page that is shown again."""
    flow = await guest(home)
    await flow.fill(code=code, code_again=again, next="read")
    assert (flow.step, flow.errors) == ("code", {"base": error})
    assert flow.preset("code") is None


async def test_hours_of_the_week(home: House, front: FakeLock) -> None:
    """A cleaner on Mondays."""
    times = {"days": ["monday"], "start_time": "08:00:00", "end_time": "12:00:00"}
    flow = await guest(home, window="weekly", times=times)
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    assert "Mon 8:00 AM–12:00 PM" in flow.said["when"]
    await pages_of(await flow.choose("apply"))
    assert opens_at(front, CODE, "2026-12-07T09:00:00") == "opens"
    assert opens_at(front, CODE, "2026-12-08T09:00:00") == ""


async def test_a_lock_that_keeps_no_dates(home: House, garage: FakeLock) -> None:
    """It is said; Home Assistant ends the stay where the user agrees to that."""
    for path in ("1/257/20", "1/257/21"):
        garage.set_attribute(path, 0)
    await home.settle()
    flow = await guest(home, doors=[home.subentry_id(1)])
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    assert "Cannot: the lock keeps no dates" in flow.said["plan"]
    await flow.choose("by_home")
    assert "Cannot" not in flow.said["plan"]
    await pages_of(await flow.choose("apply"))
    assert "In place" in flow.said["result"]
    assert opens(garage, CODE) == "", "the stay has not begun"


async def test_a_door_that_is_away(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """It is said before and after; the other door is done."""
    front.become(available=False)
    await home.settle()
    flow = await guest(home)
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    assert "does not answer now" in flow.said["plan"]
    await pages_of(await flow.choose("apply"))
    first, second = flow.said["result"].split("\n")
    assert "Needs the code" in first and "In place" in second
    assert flow.choices == ["done", "again"]
    front.become(available=True)
    await home.settle()
    await pages_of(await flow.choose("again"))
    assert flow.said["result"].count("In place") == 1
    assert opens_at(front, CODE, WHEN_OPEN) == "opens"
    assert len(table_of(garage).users) == 1


async def test_a_taken_code_is_given_again(home: House, front: FakeLock) -> None:
    """Nobody is told whose it is."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    flow = await guest(home, doors=[home.subentry_id(0)])
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    await pages_of(await flow.choose("apply"))
    assert "this code is taken" in flow.said["result"]
    assert "Ann" not in flow.said["result"]


async def test_a_member_gets_a_code(home: House, front: FakeLock) -> None:
    """From the page of a new person."""
    flow = await add_person(home, name="Dora", next="access")
    assert flow.step == "access"
    await flow.fill(doors=[home.subentry_id(0)], window="always", times={})
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    await pages_of(await flow.choose("apply"))
    await flow.choose("done")
    assert opens(front, CODE) == "opens"
    (dora,) = [x for x in home.home.subentries.values() if x.title == "Dora"]
    assert "kind" not in dora.data


async def test_doors_are_changed_and_the_code_is_kept(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """A door that is not ticked any more loses the person."""
    await apply(home, grant(home, "ann"), grant(home, "ann", 1), codes={"ann": CODE})
    flow = await change(home, "Ann")
    assert "Lock FRONT**, at any time: In place" in flow.said["access"]
    await flow.choose("access")
    assert flow.preset("doors") == [home.subentry_id(0), home.subentry_id(1)]
    await flow.fill(doors=[home.subentry_id(1)], window="always", times={})
    assert flow.choices == ["keep", "read", "make_up"]
    await pages_of(await flow.choose("keep"))
    await pages_of(await flow.choose("apply"))
    assert "Removed, checked" in flow.said["result"]
    assert (opens(front, CODE), opens(garage, CODE)) == ("", "opens")


async def test_a_typed_code_is_meant_though_keeping_is_chosen_beforehand(
    home: House, front: FakeLock
) -> None:
    """Who types a code and presses Next does not wish to keep the old one."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always", times={})
    await flow.fill(code=OTHER_CODE, code_again=CODE, next="keep")
    assert (flow.step, flow.errors) == ("code", {"base": "codes_differ"})
    await pages_of(await flow.fill(code=OTHER_CODE, code_again=OTHER_CODE, next="keep"))
    await pages_of(await flow.choose("apply"))
    assert (opens(front, CODE), opens(front, OTHER_CODE)) == ("", "opens")


async def test_a_code_of_ours_may_cure_a_lock_that_names_nobody(
    home: House, front: FakeLock
) -> None:
    """The page of the person says so before, and that it did after."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    flow = await change(home, "Ann")
    assert "has named nobody yet" in flow.said["access"]
    front.unlock_by_code(1, 1)
    await home.settle()
    flow = await change(home, "Ann")
    assert "The lock has named Ann by this code." in flow.said["access"]


async def test_other_times_at_each_door_stay(home: House, front: FakeLock) -> None:
    """A form that cannot say them leaves them alone."""
    stay = FromTo(datetime(2026, 12, 24), datetime(2026, 12, 26))
    ours = [grant(home, "ann"), grant(home, "ann", 1, window=stay)]
    await apply(home, *ours, codes={"ann": CODE})
    flow = await change(home, "Ann")
    await flow.choose("access")
    assert flow.preset("window") == "as_it_is"
    doors = [home.subentry_id(0), home.subentry_id(1)]
    await flow.fill(doors=doors, window="as_it_is", times={})
    await pages_of(await flow.fill(code=OTHER_CODE, code_again=OTHER_CODE, next="read"))
    await pages_of(await flow.choose("apply"))
    assert access(home).grants[ours[1].key].window == stay
    assert opens(front, OTHER_CODE) == "opens"


async def test_off_and_on_and_gone(home: House, front: FakeLock) -> None:
    """Each in one choice; what removing takes along is said before."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    flow = await change(home, "Ann")
    await pages_of(await flow.choose("switch_off"))
    assert "Switched off" in flow.said["result"]
    assert opens(front, CODE) == ""
    flow = await change(home, "Ann")
    assert "switch_on" in flow.choices
    await pages_of(await flow.choose("switch_on"))
    assert opens(front, CODE) == "opens"
    flow = await change(home, "Ann")
    await flow.choose("remove_access")
    assert opens(front, CODE) == "opens"
    await pages_of(await flow.choose("remove"))
    assert table_of(front).users == {}


async def test_who_is_switched_off_stays_off(home: House, front: FakeLock) -> None:
    """Other times are kept for later; a code is not taken until the person is on."""
    mine = grant(home, "ann")
    await apply(home, mine, codes={"ann": CODE})
    await apply(home, grant(home, "ann", wish=Wish.OFF))
    flow = await change(home, "Ann")
    await flow.choose("access")
    doors = [home.subentry_id(0)]
    await flow.fill(doors=doors, window="from_to", times=STAY)
    await flow.fill(code=OTHER_CODE, code_again=OTHER_CODE, next="read")
    assert flow.errors == {"base": "code_while_off"}
    await flow.choose("make_up")
    assert flow.errors == {"base": "code_while_off"}
    await pages_of(await flow.choose("keep"))
    await pages_of(await flow.choose("apply"))
    assert "Switched off" in flow.said["result"]
    assert opens_at(front, CODE, WHEN_OPEN) == ""
    assert access(home).grants[mine.key].wish is Wish.OFF
    flow = await change(home, "Ann")
    await pages_of(await flow.choose("switch_on"))
    assert opens_at(front, CODE, WHEN_OPEN) == "opens"
    assert opens_at(front, CODE, WHEN_OVER) == ""


async def test_nothing_is_wanted_that_is_not_on_the_disk(
    files: Path, home: House, front: FakeLock
) -> None:
    """The dialog says so, and the lock gets nothing."""
    home.expects_errors = True
    await put_person(home, "dora", "Dora")
    flow = await change(home, "Dora")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id(0)], window="always", times={})
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    with full_disk():
        await flow.choose("apply")
    assert flow.aborted == "access_not_written"
    assert (access(home).grants, written(front)) == ({}, [])


@pytest.mark.parametrize(
    ("window", "times"),
    [
        (
            WeeklyHours(frozenset({HOURS})),
            {
                "days": ["monday", "saturday"],
                "start_time": "09:00:00",
                "end_time": "17:30:00",
            },
        ),
        (Once(), {}),
        (AfterFirstUse(90), {"minutes": 90}),
        (FromTo(datetime(2026, 12, 24, 15), datetime(2026, 12, 27, 11)), STAY),
    ],
)
async def test_the_form_shows_what_is_wanted(
    home: House, front: FakeLock, window: Window, times: dict[str, Any]
) -> None:
    """Submitting it as it stands changes nothing."""
    mine = grant(home, "ann", window=window)
    await apply(home, mine, codes={"ann": CODE})
    flow = await change(home, "Ann")
    await flow.choose("access")
    shown = flow.preset_section("times")
    assert {key: shown[key] for key in times} == times
    doors, kind = flow.preset("doors"), flow.preset("window")
    assert flow.is_folded("times") == (kind in ("always", "once"))
    await flow.fill(doors=doors, window=kind, times=shown)
    await pages_of(await flow.choose("keep"))
    await pages_of(await flow.choose("apply"))
    assert access(home).grants[mine.key] == mine


async def test_a_person_without_access_has_nothing_to_switch(home: House) -> None:
    """Only what can be done is offered."""
    await put_person(home, "cleo", "Cleo")
    flow = await change(home, "Cleo")
    assert flow.choices == ["access", "rename", "teach", "pick"]
    assert flow.said["access"] == "nothing yet"


async def test_a_restart_in_the_middle_of_the_dialog(
    home: House, front: FakeLock
) -> None:
    """The dialog finds the home that runs now."""
    flow = await guest(home)
    await home.reload()
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    await pages_of(await flow.choose("apply"))
    assert opens_at(front, CODE, WHEN_OPEN) == "opens"


async def test_scene_code_opens_nothing(home: House, front: FakeLock) -> None:
    """It is reported, and has no times."""
    flow = await guest(home, window="always", times={"effect": "scene"})
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    await pages_of(await flow.choose("apply"))
    assert opens(front, CODE) == "scene"
    assert {x.wish for x in access(home).grants.values()} == {Wish.ON}


async def test_a_person_who_is_removed_before_the_plan_is_agreed_to(
    home: House, front: FakeLock
) -> None:
    """Nobody gets the code."""
    flow = await change(home, "Ann")
    await flow.choose("access")
    await flow.fill(doors=[home.subentry_id()], window="always")
    await pages_of(await flow.fill(code=CODE, code_again=CODE, next="read"))
    assert flow.step == "plan"
    await remove_person(home, "ann")
    await flow.choose("apply")
    assert flow.aborted == "person_gone"
    assert written(front) == []
