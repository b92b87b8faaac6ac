"""Actions on people: for administrators, answered door by door, and never with a code."""

from datetime import datetime
from typing import Any
from unittest.mock import PropertyMock, patch

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import pytest

from custom_components.aqara_lock.access import AccessStore
from custom_components.aqara_lock.domain.access import FromTo, Wish
from tests.component.callers import CONTROLS_EVERYTHING, somebody
from tests.component.fake_matter import FakeLock, Refusal
from tests.component.house import House

from .doors import CODE, OTHER_CODE, access, apply, grant, opens, table_of, written

ACTIONS = (
    ("list_people", {}),
    ("plan_access", {"person": "Ann", "window": "always"}),
    ("enable_person", {"person": "Ann"}),
    ("disable_person", {"person": "Ann"}),
    ("remove_person", {"person": "Ann"}),
    ("set_window", {"person": "Ann", "window": "always"}),
    ("copy_access", {"from_lock": "lock.lock_front"}),
    ("check_access", {}),
    ("request_code", {"person": "Ann"}),
)


async def call(
    house: House, action: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Call an action and give its answer."""
    answer = await house.hass.services.async_call(
        "aqara_lock", action, data, blocking=True, return_response=True, context=context
    )
    await house.settle()
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(("action", "data"), ACTIONS)
async def test_only_administrators(
    home: House, front: FakeLock, action: str, data: dict[str, Any]
) -> None:
    """Who may control every lock may not say who opens it."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    count = len(front.requests)
    with pytest.raises(Unauthorized):
        await call(home, action, somebody(home, CONTROLS_EVERYTHING), **data)
    assert len(front.requests) == count
    assert opens(front, CODE) == "opens"


async def test_people_and_tables(home: House, front: FakeLock) -> None:
    """What is wanted, how it stands, and what the lock has; no code is among it."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    answer = await call(home, "list_people")
    ann, ben = answer["people"]
    (wanted,) = ann["grants"]
    assert (wanted["lock"], wanted["status"], wanted["opens"]) == (
        "Lock FRONT",
        "in_place",
        True,
    )
    assert ben["grants"] == []
    (user,) = answer["doors"][0]["users"]
    assert (user["name"], user["maker"], user["keys"], user["person_id"]) == (
        "Ann",
        "home_assistant",
        {"pin": 1},
        "ann",
    )
    assert answer["doors"][0]["free"] == {"users": 9, "codes": 14}
    assert CODE not in str(answer)


async def test_a_plan_writes_nothing(home: House, front: FakeLock) -> None:
    """Steps, their cost and what cannot be, for every door."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    count = len(front.requests)
    answer = await call(
        home,
        "plan_access",
        person="ben",
        window="weekly",
        days=["monday", "tuesday"],
        start_time="08:00",
        end_time="12:00",
        entity_id="lock.lock_front",
    )
    (door,) = answer["doors"]
    assert [step["step"] for step in door["steps"]] == [
        "SetUser",
        "SetSchedule",
        "ReadSchedule",
        "SetCode",
        "ReadUser",
    ]
    assert door["messages"] == {"writes": 3, "reads": 2}
    assert len(front.requests) == count


async def test_what_a_lock_cannot_do_is_said(home: House, front: FakeLock) -> None:
    """A full table gives nobody a code."""
    table_of(front).users_supported = 10
    for index in range(1, 11):
        table_of(front).set_user(3, 0, index, f"guest{index}", None, 1, 0)
    await call(home, "check_access", entity_id="lock.lock_front")
    answer = await call(
        home, "plan_access", person="ben", window="always", entity_id="lock.lock_front"
    )
    (door,) = answer["doors"]
    assert door["steps"] == []
    assert [item["reason"] for item in door["cannot"]] == ["table_full"]


async def test_off_on_and_gone(home: House, front: FakeLock, garage: FakeLock) -> None:
    """At one door, then at all of them."""
    both = [grant(home, "ann"), grant(home, "ann", 1)]
    await apply(home, *both, codes={"ann": CODE})
    answer = await call(
        home, "disable_person", person="Ann", entity_id="lock.lock_front"
    )
    assert [x["status"] for x in answer["doors"]] == ["in_place"]
    assert (opens(front, CODE), opens(garage, CODE)) == ("", "opens")
    await call(home, "enable_person", person="Ann")
    assert opens(front, CODE) == "opens"
    answer = await call(home, "remove_person", person="Ann")
    assert [x["status"] for x in answer["doors"]] == ["removed", "removed"]
    assert (opens(front, CODE), opens(garage, CODE)) == ("", "")


async def test_a_window_is_changed(home: House, front: FakeLock) -> None:
    """The code stays; it opens only in the new hours."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    answer = await call(
        home,
        "set_window",
        person="Ann",
        window="from_to",
        **{"from": "2027-05-01 10:00:00", "until": "2027-05-03 10:00:00"},
        entity_id="lock.lock_front",
    )
    assert [x["status"] for x in answer["doors"]] == ["in_place"]
    assert opens(front, CODE) == ""
    assert "SetCredential" not in written(front)[2:]


async def test_times_of_who_is_switched_off(home: House, front: FakeLock) -> None:
    """They hold from the moment on that the person is switched on."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    await call(home, "disable_person", person="Ann")
    at_front = {"person": "Ann", "entity_id": "lock.lock_front"}
    answer = await call(home, "set_window", window="once", **at_front)
    assert answer["doors"][0]["wish"] == "off"
    assert opens(front, CODE) == ""
    await call(home, "enable_person", person="Ann")
    assert opens(front, CODE) == "once"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"window": "weekly", "days": ["monday"]}, "window_incomplete"),
        ({"window": "after_first_use"}, "window_incomplete"),
        (
            {
                "window": "from_to",
                "from": "2027-05-03 10:00:00",
                "until": "2027-05-01 10:00:00",
            },
            "window_impossible",
        ),
        ({"window": "always", "person": "Nobody"}, "person_unknown"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    home: House, front: FakeLock, data: dict[str, Any], key: str
) -> None:
    """Nothing is wanted by it."""
    with pytest.raises(ServiceValidationError) as refused:
        await call(home, "set_window", **({"person": "Ann"} | data))
    assert refused.value.translation_key == key
    assert access(home).grants == {}


async def test_copied_access_asks_for_the_code(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """What is wanted at one door is wanted at the other; the code is not known."""
    await apply(
        home,
        grant(home, "ann"),
        grant(home, "ben"),
        codes={"ann": CODE, "ben": OTHER_CODE},
    )
    answer = await call(
        home, "copy_access", from_lock="lock.lock_front", entity_id="lock.lock_garage"
    )
    assert {x["status"] for x in answer["doors"]} == {"needs_code"}
    assert len(answer["doors"]) == 2
    assert written(garage) == []
    assert opens(front, CODE) == "opens"


async def test_a_check_finds_what_somebody_changed(
    home: House, front: FakeLock
) -> None:
    """The lock did not tell; the table that is read does."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).users[1].status = 3
    table_of(front).set_user(3, 0, 4, "eve", None, 1, 0)
    answer = await call(home, "check_access", entity_id="lock.lock_front")
    (door,) = answer["doors"]
    (found,) = door["grants"]
    assert (found["status"], found["differences"]) == ("differs", ["status"])
    assert door["strangers"] == [4]


async def test_a_requested_code_is_wanted_and_not_written(
    home: House, front: FakeLock
) -> None:
    """An administrator types it in the dialog behind the repair."""
    answer = await call(home, "request_code", person="Ann", entity_id="lock.lock_front")
    assert [x["ask"] for x in answer["doors"]] == ["code"]
    assert access(home).grants[grant(home, "ann").key].wish is Wish.ON
    assert written(front) == []


async def test_nothing_is_done_by_what_cannot_be_read(
    home: House, front: FakeLock
) -> None:
    """The switch of a person cannot be used meanwhile."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    off = {"entity_id": home.entity("switch", "ann_access")}
    with patch.object(AccessStore, "is_whole", PropertyMock(return_value=False)):
        with pytest.raises(ServiceValidationError) as refused:
            await call(home, "disable_person", person="Ann")
        assert refused.value.translation_key == "access_not_readable"
        await home.hass.services.async_call("switch", "turn_off", off, blocking=True)
    assert opens(front, CODE) == "opens"


async def test_a_lock_that_does_not_answer_a_check_is_said(
    home: House, front: FakeLock
) -> None:
    front.fail("GetUser", *[Refusal(error_code=4)] * 10)
    answer = await call(home, "check_access")
    first, second = answer["doors"]
    assert (first["lock"], "failed" in first) == ("Lock FRONT", True)
    assert "failed" not in second


async def test_who_opens_nothing_cannot_be_switched(home: House) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await call(home, "disable_person", person="Ben")
    assert refused.value.translation_key == "person_opens_nothing"


async def test_moments_with_an_offset_are_wall_times_of_the_home(home: House) -> None:
    await call(
        home,
        "set_window",
        person="Ann",
        window="from_to",
        **{"from": "2026-12-24T23:00:00+00:00", "until": "2026-12-27T11:00:00+00:00"},
    )
    (wanted, _) = access(home).of_person("ann")
    assert wanted.window == FromTo(
        datetime(2026, 12, 24, 15), datetime(2026, 12, 27, 3)
    )
