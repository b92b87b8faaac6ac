"""Entities of people: a switch, the next change, how many may open a door, and a calendar."""

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.access import AccessDoor
from custom_components.aqara_lock.domain.access import (
    FromTo,
    GrantKey,
    GrantStatus,
    Person,
    Wish,
)
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from tests.component.callers import CONTROLS_EVERYTHING, options, somebody
from tests.component.fake_matter import FakeLock
from tests.component.house import House

from .doors import CODE, OTHER_CODE, access, add_person, apply, grant, opens, table_of


async def switch(house: House, state: str, context: Context | None = None) -> None:
    """Switch the access of Ann."""
    await house.hass.services.async_call(
        "switch",
        f"turn_{state}",
        {"entity_id": house.entity("switch", "ann_access")},
        blocking=True,
        context=context,
    )
    await house.settle()


def stay(days: float = 2) -> FromTo:
    """Give a stay that begins in a day."""
    now = dt_util.now().replace(tzinfo=None, microsecond=0, second=0)
    return FromTo(now + timedelta(days=1), now + timedelta(days=1 + days))


async def test_switch_is_off_at_all_doors_at_once(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """And on again; without anything granted there is nothing to switch."""
    entity_id = home.entity("switch", "ann_access")
    assert home.state(entity_id).state == "unavailable"
    await apply(home, grant(home, "ann"), grant(home, "ann", 1), codes={"ann": CODE})
    assert home.state(entity_id).state == "on"
    await switch(home, "off")
    assert home.state(entity_id).state == "off"
    assert (opens(front, CODE), opens(garage, CODE)) == ("", "")
    await switch(home, "on")
    assert (opens(front, CODE), opens(garage, CODE)) == ("opens", "opens")


async def test_only_administrators_and_automations_switch_on(
    home: House, front: FakeLock
) -> None:
    """Everybody may switch off; a script that somebody runs carries that user."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    visitor = somebody(home, CONTROLS_EVERYTHING)
    await switch(home, "off", visitor)
    assert opens(front, CODE) == ""
    with pytest.raises(Unauthorized):
        await switch(home, "on", visitor)
    assert opens(front, CODE) == ""
    await switch(home, "on", Context(parent_id=visitor.id))
    assert opens(front, CODE) == "opens"
    await switch(home, "off")
    admin = MockUser(is_owner=True).add_to_hass(home.hass)
    await switch(home, "on", Context(user_id=admin.id))
    assert opens(front, CODE) == "opens"


async def test_next_change_and_device(home: House) -> None:
    """The person stands below the home, with the moment of the next change."""
    entity_id = home.entity("sensor", "ben_next_change")
    assert home.state(entity_id).state == "unknown"
    window = stay()
    await apply(home, grant(home, "ben", window=window), codes={"ben": CODE})
    zone = dt_util.get_default_time_zone()
    starts = window.start.replace(tzinfo=zone)
    assert datetime.fromisoformat(home.state(entity_id).state) == starts
    devices = dr.async_get(home.hass)
    entry = er.async_get(home.hass).async_get(entity_id)
    assert entry is not None and entry.device_id is not None
    device = devices.async_get(entry.device_id)
    assert device is not None and device.name == "Ben"
    assert device.via_device_id is not None
    above = devices.async_get(device.via_device_id)
    assert above is not None and above.name == "Home network"


async def test_people_with_access_are_counted_and_never_named(
    home: House, front: FakeLock
) -> None:
    """Somebody switched off does not count; a stranger is an attribute."""
    entity_id = home.entity_id("sensor", "people")
    assert home.state(entity_id).state == "unknown"
    assert "strangers" not in home.state(entity_id).attributes
    await apply(
        home,
        grant(home, "ann"),
        grant(home, "ben"),
        codes={"ann": CODE, "ben": OTHER_CODE},
    )
    assert home.state(entity_id).state == "2"
    await apply(home, grant(home, "ben", wish=Wish.OFF))
    assert home.state(entity_id).state == "1"
    table_of(front).set_user(3, 0, 9, "eve", None, 1, 0)
    front.report_user_change(DataOperationType.ADD, 9)
    await home.pass_time(30, 5)
    state = home.state(entity_id)
    assert state.attributes["strangers"] == 1
    assert "Ann" not in str(state.attributes)


async def events(house: House, days: int = 10) -> list[dict[str, Any]]:
    """Give what the calendar of guests shows."""
    now = dt_util.now()
    answer = await house.hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": calendar_of(house),
            "start_date_time": now.isoformat(),
            "end_date_time": (now + timedelta(days=days)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    assert isinstance(answer, dict)
    found: Any = answer[calendar_of(house)]
    return list(found["events"])


def calendar_of(house: House) -> str:
    """Find the calendar of guests."""
    return house.entity("calendar", f"{house.home.entry_id}_guests")


async def test_calendar_of_guests(home: House) -> None:
    """One line for a guest at two doors; members of the household are not in it."""
    await add_person(home, "tom", "Tom", kind="guest")
    window = stay()
    await apply(
        home,
        grant(home, "tom", window=window),
        grant(home, "tom", 1, window=window),
        grant(home, "ann", window=window),
        codes={"tom": CODE, "ann": OTHER_CODE},
    )
    (event,) = await events(home)
    assert (event["summary"], event["description"]) == (
        "Tom",
        "Lock FRONT, Lock GARAGE",
    )
    zone = dt_util.get_default_time_zone()
    assert datetime.fromisoformat(event["start"]) == window.start.replace(tzinfo=zone)
    shown = home.state(calendar_of(home))
    assert (shown.state, shown.attributes["message"]) == ("off", "Tom")


async def test_with_names_for_administrators_there_are_no_people_to_see(
    home: House, front: FakeLock
) -> None:
    """Entities of people and the calendar go, and come back; the door still counts."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    options(home, names_visible_to="admins")
    await home.settle()
    registry = er.async_get(home.hass)
    ours = [e for e in registry.entities.values() if e.platform == "aqara_lock"]
    assert [e for e in ours if e.domain in {"switch", "calendar"}] == []
    assert [e for e in ours if e.unique_id.endswith("next_change")] == []
    assert home.state(home.entity_id("sensor", "people")).state == "1"
    options(home, names_visible_to="everyone")
    await home.settle()
    assert home.state(home.entity("switch", "ann_access")).state == "on"
    assert home.state(calendar_of(home)).state == "off"


async def test_a_new_person_gets_entities_at_once(home: House) -> None:
    """Without a reload; they go with the person."""
    await add_person(home, "cleo", "Cleo")
    assert home.state(home.entity("switch", "cleo_access")).state == "unavailable"
    assert access(home).of_person("cleo") == []


async def test_with_names_for_administrators_no_device_bears_a_person(
    home: House, front: FakeLock
) -> None:
    """Every user can list the devices; they come back with the names."""
    devices = dr.async_get(home.hass).devices

    def named() -> set[str]:
        return {str(device.name) for device in devices} & {"Ann", "Ben"}

    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert named() == {"Ann", "Ben"}
    options(home, names_visible_to="admins")
    await home.settle()
    assert named() == set()
    await home.reload()
    assert named() == set()
    options(home, names_visible_to="everyone")
    await home.settle()
    assert named() == {"Ann", "Ben"}


async def test_how_an_access_stands_costs_the_same_with_any_number_of_people(
    home: House, front: FakeLock
) -> None:
    """It is asked for every access whenever anything changes."""
    wanted = grant(home, "ann")
    await apply(home, wanted, codes={"ann": CODE})
    for number in range(5):
        await add_person(home, f"guest{number}", f"Guest {number}")
    with patch("custom_components.aqara_lock.household.Person", wraps=Person) as made:
        assert access(home).status(wanted.key) is not None
    assert made.call_count == 1


async def test_a_change_looks_at_each_access_a_few_times(
    home: House, front: FakeLock
) -> None:
    """Once for repairs, once for what is told, twice for the count of the door."""
    await apply(home, grant(home, "ann"), grant(home, "ben"), codes={"ann": CODE})
    asked: list[GrantKey] = []
    status = AccessDoor.status

    def note(door: AccessDoor, key: GrantKey) -> GrantStatus:
        asked.append(key)
        return status(door, key)

    with patch.object(AccessDoor, "status", note):
        access(home).changed.send()
    assert set(asked) == {grant(home, "ann").key, grant(home, "ben").key}
    assert len(asked) <= 4 * 2
