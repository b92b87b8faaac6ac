"""A user that is kept for threats shows in no table, count, repair or time of access.

Two doors have the same users; at one of them somebody is forced to open. What everybody
can see of both, and what the home does by itself, is the same.
"""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.access import Effect, FromTo
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, OTHER_CODE, access, add_person, apply, grant, table_of

UNRESTRICTED, FORCED = 0, 5


async def both_have(
    house: House, front: FakeLock, garage: FakeLock, kind_of_garage: int
) -> None:
    """Have one user at both doors that another app made."""
    for lock, kind in ((front, UNRESTRICTED), (garage, kind_of_garage)):
        table = table_of(lock)
        table.set_user(3, 0, 1, "Ben", None, 1, kind)
        table.set_credential(3, 0, 1, OTHER_CODE, 1)
    for door in access(house).doors.values():
        await door.async_check()
    await house.settle()


def shown(house: House, number: int) -> dict[str, Any]:
    """Give what everybody can see of a door: states of its entities, and repairs."""
    lock_id = house.subentry_id(number)
    states = {
        key: house.state(house.entity_id(platform, key, number)).as_dict()
        for platform, key in (("sensor", "people"), ("sensor", "last_unlocked_by"))
    }
    repairs = {
        issue_id.replace(lock_id, "LOCK"): (issue.translation_placeholders or {}).get(
            "count"
        )
        for (_, issue_id), issue in ir.async_get(house.hass).issues.items()
        if lock_id in issue_id
    }
    facts = {
        k: (x["state"], x["attributes"].get("strangers")) for k, x in states.items()
    }
    times = {k: x["last_updated"] for k, x in states.items()}
    return {"facts": facts, "repairs": repairs, "times": times}


async def test_stranger_that_is_forced_counts_as_any_other(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Found, counted and asked about alike; then taken over alike."""
    for number in (0, 1):
        await apply(home, grant(home, "ann", number), codes={"ann": CODE})
    for lock, kind in ((front, UNRESTRICTED), (garage, FORCED)):
        table_of(lock).set_user(3, 0, 4, "Eve", None, 1, kind)
        table_of(lock).set_credential(3, 0, 4, OTHER_CODE, 4)
        lock.report_user_change(DataOperationType.ADD, 4)
    await home.pass_time(30, 1)
    assert shown(home, 0)["repairs"] == {"access_stranger_LOCK": "1"}
    assert shown(home, 1) == shown(home, 0)
    found = {user.door_id: [user] for user in access(home).found_users()}
    for number in (0, 1):
        await access(home).async_adopt({"ben": found[home.subentry_id(number)]})
    await home.pass_time(120, 1)
    assert shown(home, 0)["repairs"] == {}
    assert shown(home, 1)["facts"] == shown(home, 0)["facts"]
    assert shown(home, 1)["repairs"] == {}


async def test_user_that_becomes_forced_is_asked_about_as_any_change(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Another type is a change; the repair does not say which."""
    for number in (0, 1):
        await apply(home, grant(home, "ann", number), codes={"ann": CODE})
    for lock, kind in ((front, 6), (garage, FORCED)):
        table_of(lock).users[1].type = kind
        lock.report_user_change(DataOperationType.MODIFY, 1)
    await home.pass_time(60, 1)
    assert set(shown(home, 0)["repairs"]) == {"access_drift_LOCK"}
    assert shown(home, 1)["repairs"] == shown(home, 0)["repairs"]


@pytest.mark.parametrize("effect", [Effect.DURESS, Effect.SCENE])
async def test_second_code_of_a_guest_is_no_second_line_of_the_calendar(
    home: House, front: FakeLock, effect: Effect
) -> None:
    """A door that stands there twice would tell of it."""
    await add_person(home, "zoe", "Zoe", kind="guest")
    now = dt_util.now().replace(tzinfo=None, microsecond=0)
    stay = FromTo(now - timedelta(hours=1), now + timedelta(hours=5))
    await apply(home, grant(home, "zoe", window=stay), codes={"zoe": CODE})
    before = await events(home)
    extra = grant(home, "zoe", window=stay, effect=effect)
    await apply(home, extra, codes={"zoe": OTHER_CODE})
    assert await events(home) == before != []


async def events(house: House) -> list[Any]:
    """Give what the calendar of guests shows of two days."""
    (calendar,) = [x.entity_id for x in house.hass.states.async_all("calendar")]
    start: datetime = dt_util.now() - timedelta(days=1)
    answer = await house.hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": calendar,
            "start_date_time": start.isoformat(),
            "end_date_time": (start + timedelta(days=2)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found: list[Any] = answer[calendar]["events"]  # type: ignore[index, call-overload, assignment]
    return found


async def test_who_has_a_scene_code_alone_may_not_open(
    home: House, front: FakeLock
) -> None:
    """It opens nothing, so that nobody is counted for it."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    scene = grant(home, "ben", effect=Effect.SCENE)
    await apply(home, scene, codes={"ben": OTHER_CODE})
    assert table_of(front).admits(OTHER_CODE, datetime.now()) != "opens"
    assert home.state(home.entity_id("sensor", "people")).state == "1"


async def test_times_of_a_code_for_threats_are_no_change_of_access(home: House) -> None:
    """What the lock cannot keep at all is not announced to everybody either."""
    now = dt_util.now().replace(tzinfo=None, microsecond=0)
    stay = FromTo(now + timedelta(hours=1), now + timedelta(hours=5))
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await apply(home, grant(home, "ann", window=stay, effect=Effect.DURESS))
    assert home.state(home.entity("sensor", "ann_next_change")).state == "unknown"
