"""Two doors whose locks do what the specification says, and the people of the home."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util

from custom_components.aqara_lock.access import Access, AccessChange, DoorProgress
from custom_components.aqara_lock.domain.access import (
    ALWAYS,
    Effect,
    Grant,
    GrantKey,
    Keeper,
    Window,
    Wish,
)
from tests.component.fake_matter import FakeLock, FakeMatterServer
from tests.component.house import House
from tests.component.nodes import u400
from tests.domain.access.spec_lock import SpecLock

CODE: Final = "246813"
OTHER_CODE: Final = "975310"
WRITES: Final = (
    "SetUser",
    "ClearUser",
    "SetCredential",
    "SetWeekDaySchedule",
    "ClearWeekDaySchedule",
    "SetYearDaySchedule",
    "ClearYearDaySchedule",
)


def door(
    matter: FakeMatterServer, node_id: int, serial: str, **options: Any
) -> FakeLock:
    """Commission a lock with an empty table that keeps schedules and times."""
    attributes = u400() | {
        "0/40/15": serial,
        "0/40/3": f"Lock {serial}",
        "1/257/20": 7,
        "1/257/21": 1,
        "1/257/53": 30,
    }
    lock = matter.add(node_id, attributes)
    lock.table = SpecLock(**options)
    return lock


def table_of(lock: FakeLock) -> SpecLock:
    """Give the table of a lock."""
    assert lock.table is not None
    return lock.table


def access(house: House) -> Access:
    """Give what decides who may open."""
    found: Access = house.home.runtime_data.access
    return found


async def add_person(house: House, person_id: str, name: str, **more: Any) -> str:
    """Add a person to the home."""
    subentry = ConfigSubentry(
        data=MappingProxyType({"person_id": person_id, "name": name, **more}),
        subentry_type="person",
        title=name,
        unique_id=person_id,
    )
    house.hass.config_entries.async_add_subentry(house.home, subentry)
    await house.settle()
    return person_id


async def remove_person(house: House, person_id: str) -> None:
    """Delete a person by Home Assistant's own menu."""
    found = [
        x.subentry_id
        for x in house.home.subentries.values()
        if x.unique_id == person_id
    ]
    house.hass.config_entries.async_remove_subentry(house.home, found[0])
    await house.settle()


def grant(
    house: House,
    person_id: str,
    number: int = 0,
    *,
    window: Window = ALWAYS,
    wish: Wish = Wish.ON,
    keeper: Keeper = Keeper.LOCK,
    effect: Effect = Effect.OPENS,
) -> Grant:
    """Want an access at a door of the house."""
    key = GrantKey(person_id, house.subentry_id(number), effect)
    return Grant(key=key, window=window, wish=wish, keeper=keeper)


async def apply(
    house: House, *grants: Grant, codes: Mapping[str, str] | None = None
) -> None:
    """Want these, with the codes of their persons, and let the doors work."""
    given = codes or {}
    change = AccessChange(
        grants={x.key: x for x in grants},
        codes={
            x.key: given[x.key.person_id] for x in grants if x.key.person_id in given
        },
    )
    await access(house).async_apply(change)
    await house.settle()


def state(house: House, wanted: Grant) -> str:
    """Give how a grant stands."""
    found = access(house).status(wanted.key)
    assert found is not None
    return found.state.value


def progress(house: House, number: int = 0) -> DoorProgress:
    """Give how far the work at a door is."""
    return access(house).doors[house.subentry_id(number)].progress


def written(lock: FakeLock) -> list[str]:
    """Give the writes that reached a lock."""
    return [name for name in lock.asked if name in WRITES]


def opens(lock: FakeLock, code: str, wall: datetime | None = None) -> str:
    """Give what a code does at a keypad now, or at a wall time."""
    now = dt_util.now().replace(tzinfo=None)
    return table_of(lock).admits(code, wall or now)
