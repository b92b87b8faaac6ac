"""Triggers of people: what became of an access, and who used it when nobody expected it."""

from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.access import (
    DailyHours,
    Effect,
    Weekday,
    WeeklyHours,
    Wish,
)
from custom_components.aqara_lock.domain.doorlock import (
    CredentialType,
    DataOperationType,
    LockOperationType,
    OperationSource,
)
from tests.component.automations import Runs, attached
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, add_person, apply, grant, remove_person, table_of


async def attach(house: House, key: str, **options: object) -> Runs:
    """Attach a trigger to the front door."""
    target = {"entity_id": house.lock_id}
    return await attached(house.hass, key, target, options or None)


async def test_given_and_gone_are_told_once(home: House, front: FakeLock) -> None:
    """A reload and its gap are no news."""
    runs = await attach(home, "access_changed")
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert runs.of("access") == ["granted"]
    assert runs.of("message") == ["Ann may open Lock FRONT now."]
    assert runs.of("person") == ["Ann"]
    await home.reload()
    await home.pass_time(60, 5)
    assert runs.of("access") == ["granted"]
    await remove_person(home, "ann")
    assert runs.of("access") == ["granted", "removed"]
    runs.stop()


async def test_only_the_wanted_events_of_the_door(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Another door, and another event, are left out."""
    runs = await attach(home, "access_changed", event=["still_opens", "drift"])
    await apply(home, grant(home, "ann"), grant(home, "ann", 1), codes={"ann": CODE})
    assert runs.variables == []
    for lock in (front, garage):
        table_of(lock).users[1].status = 3
        lock.report_user_change(DataOperationType.MODIFY, 1)
    await home.pass_time(30, 5)
    assert runs.of("access") == ["drift"]
    table_of(front).asleep = True
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    runs.stop()


async def test_what_still_opens_is_told(home: House, front: FakeLock) -> None:
    """When the work at the door is over, and not while it goes on."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    runs = await attach(home, "access_changed")
    table_of(front).asleep = True
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    assert runs.of("access") == ["still_opens"]
    table_of(front).asleep = False
    await home.pass_time(120, 5)
    assert runs.of("access") == ["still_opens", "removed"]
    runs.stop()


async def test_guest_arrives_once(home: House, front: FakeLock) -> None:
    """A second use is no arrival; a member never arrives."""
    await add_person(home, "tom", "Tom", kind="guest")
    runs = await attach(home, "guest_arrived")
    await apply(home, grant(home, "tom"), codes={"tom": CODE})
    front.unlock_by_code(1, 1)
    await home.settle()
    assert runs.of("message") == ["Tom opened Lock FRONT for the first time."]
    front.lock_by_hand()
    front.unlock_by_code(1, 1)
    await home.settle()
    assert len(runs.variables) == 1
    runs.stop()


def hours_without_now() -> WeeklyHours:
    """Give hours of a day that is not today."""
    other = Weekday.of((dt_util.now() + timedelta(days=3)).date())
    start = datetime(2026, 1, 1, 8).time()
    hours = DailyHours(frozenset({other}), start, datetime(2026, 1, 1, 9).time())
    return WeeklyHours(frozenset({hours}))


async def test_a_finger_outside_of_the_own_hours(home: House, front: FakeLock) -> None:
    """The lock lets the finger in; the code of the same person has hours."""
    await apply(
        home, grant(home, "ben", window=hours_without_now()), codes={"ben": CODE}
    )
    runs = await attach(home, "unexpected_entry")
    front.unlock_by_finger(1)
    await home.settle()
    assert runs.of("why") == ["unexpected_outside_hours"]
    assert runs.of("message") == ["Ben opened Lock FRONT outside of their own hours."]
    runs.stop()


@pytest.mark.parametrize(("at_home", "count"), [("home", 0), ("not_home", 1)])
async def test_entry_while_nobody_is_at_home(
    home: House, front: FakeLock, at_home: str, count: int
) -> None:
    """By hand from inside is none; without a person of Home Assistant nobody is away."""
    runs = await attach(home, "unexpected_entry", nobody_home=True)
    front.unlock_by_finger(7)
    await home.settle()
    assert runs.variables == []
    home.hass.states.async_set("person.ann", at_home)
    front.lock_by_hand()
    front.report_operation(LockOperationType.UNLOCK, OperationSource.MANUAL)
    await home.settle()
    assert runs.variables == []
    front.unlock_by_finger(7)
    await home.settle()
    assert len(runs.variables) == count
    runs.stop()


async def test_a_code_that_opens_nothing(home: House, front: FakeLock) -> None:
    """It is reported with who it is for, and nothing else is."""
    wanted = grant(home, "ann", effect=Effect.SCENE)
    await apply(home, wanted, codes={"ann": CODE})
    runs = await attach(home, "code_used_that_does_not_open")
    front.unlock_by_finger(1)
    await home.settle()
    assert runs.variables == []
    front.report_operation(
        LockOperationType.NON_ACCESS_USER_EVENT,
        OperationSource.KEYPAD,
        1,
        (CredentialType.PIN, 1),
    )
    await home.settle()
    assert runs.of("person") == ["Ann"]
    runs.stop()
