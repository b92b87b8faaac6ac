"""Actions on people and what they may open; for administrators, and none with a code."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio as pb

from .access import AccessChange, NotReadError
from .const import DOMAIN
from .domain.access import (
    AfterFirstUse,
    Always,
    DailyHours,
    FromTo,
    Grant,
    GrantKey,
    Keeper,
    Once,
    Person,
    Weekday,
    WeeklyHours,
    Window,
    Wish,
)
from .feed import (
    Viewer,
    async_viewer,
    grant_view,
    invalid,
    people_view,
    plan_view,
    targeted_locks,
)
from .locks import Lock
from .matter import LinkError

LIST_PEOPLE: Final = "list_people"
PLAN_ACCESS: Final = "plan_access"
ENABLE_PERSON: Final = "enable_person"
DISABLE_PERSON: Final = "disable_person"
REMOVE_PERSON: Final = "remove_person"
SET_WINDOW: Final = "set_window"
COPY_ACCESS: Final = "copy_access"
CHECK_ACCESS: Final = "check_access"
REQUEST_CODE: Final = "request_code"

ATTR_PERSON: Final = "person"
ATTR_FROM_LOCK: Final = "from_lock"
ATTR_WINDOW: Final = "window"
ATTR_FROM: Final = "from"
ATTR_UNTIL: Final = "until"
ATTR_DAYS: Final = "days"
ATTR_START: Final = "start_time"
ATTR_END: Final = "end_time"
ATTR_MINUTES: Final = "minutes"
ATTR_BY_HOME_ASSISTANT: Final = "by_home_assistant"

WAIT: Final = 120.0
"""Seconds that an action waits for the locks; what is not done then goes on."""
WINDOWS: Final = ("always", "weekly", "from_to", "once", "after_first_use")

_PERSON: Final = {pb.Required(ATTR_PERSON): cv.string}
_WINDOW: Final = {
    pb.Required(ATTR_WINDOW): pb.In(WINDOWS),
    pb.Optional(ATTR_FROM): cv.datetime,
    pb.Optional(ATTR_UNTIL): cv.datetime,
    pb.Optional(ATTR_DAYS): pb.All(
        cv.ensure_list, [pb.In([day.name.lower() for day in Weekday])]
    ),
    pb.Optional(ATTR_START): cv.time,
    pb.Optional(ATTR_END): cv.time,
    pb.Optional(ATTR_MINUTES): pb.All(pb.Coerce(int), pb.Range(min=1, max=2880)),
    pb.Optional(ATTR_BY_HOME_ASSISTANT, default=False): cv.boolean,
}
PERSON_SCHEMA: Final = pb.Schema(
    {**cv.TARGET_SERVICE_FIELDS, **_PERSON},
)
WINDOW_SCHEMA: Final = pb.Schema({**cv.TARGET_SERVICE_FIELDS, **_PERSON, **_WINDOW})
COPY_SCHEMA: Final = pb.Schema(
    {
        **cv.TARGET_SERVICE_FIELDS,
        pb.Required(ATTR_FROM_LOCK): cv.entity_id,
        pb.Optional(ATTR_PERSON): cv.string,
    }
)
TARGET_SCHEMA: Final = pb.Schema({**cv.TARGET_SERVICE_FIELDS})

type _Answer = Callable[[Viewer, ServiceCall], Coroutine[Any, Any, dict[str, Any]]]


@callback
def async_setup_access_actions(hass: HomeAssistant) -> None:
    """Register the actions, once."""
    only, optional = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
    hass.services.async_register(
        DOMAIN, LIST_PEOPLE, _for_admins(_list_people), pb.Schema({}), only
    )
    hass.services.async_register(
        DOMAIN, PLAN_ACCESS, _for_admins(_plan_access), WINDOW_SCHEMA, only
    )
    hass.services.async_register(
        DOMAIN, ENABLE_PERSON, _for_admins(_enable_person), PERSON_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, DISABLE_PERSON, _for_admins(_disable_person), PERSON_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, REMOVE_PERSON, _for_admins(_remove_person), PERSON_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, SET_WINDOW, _for_admins(_set_window), WINDOW_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, COPY_ACCESS, _for_admins(_copy_access), COPY_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, CHECK_ACCESS, _for_admins(_check_access), TARGET_SCHEMA, optional
    )
    hass.services.async_register(
        DOMAIN, REQUEST_CODE, _for_admins(_request_code), PERSON_SCHEMA, optional
    )


def _for_admins(
    answer: _Answer,
) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
    """Make a handler that refuses everybody else, and says what is unreadable."""

    async def handle(call: ServiceCall) -> ServiceResponse:
        viewer = await async_viewer(call.hass, call.context)
        viewer.require_admin(call.context)
        try:
            return await answer(viewer, call)
        except NotReadError:
            raise invalid("access_not_readable") from None

    return handle


async def _list_people(viewer: Viewer, _call: ServiceCall) -> dict[str, Any]:
    """Return people, what they may open and how it stands, and the table of each door."""
    return people_view(viewer.home)


async def _plan_access(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Return what a window for a person needs at each door; nothing is written."""
    grants = _with_window(viewer, call)
    # Whoever gives a code types it in the dialog: the plan takes it as given.
    new = [key for key in grants if key not in viewer.home.access.placements]
    plans = viewer.home.access.plan(
        AccessChange(grants=grants, codes=dict.fromkeys(new, ""))
    )
    return {"doors": [plan_view(viewer.home, plan) for plan in plans.values()]}


async def _enable_person(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Let a person open again what was switched off."""
    return await _wish(viewer, call, Wish.ON)


async def _disable_person(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Switch the access of a person off; codes and windows stay on the locks."""
    return await _wish(viewer, call, Wish.OFF)


async def _remove_person(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Take the access of a person away."""
    return await _wish(viewer, call, Wish.REMOVED)


async def _set_window(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Change when a person may open; a door that has no code of theirs asks for it."""
    return await _apply(viewer, _with_window(viewer, call))


async def _copy_access(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Want at other doors what is wanted at one; codes cannot be copied."""
    source = targeted_locks(viewer, {"entity_id": [call.data[ATTR_FROM_LOCK]]})[0]
    name = call.data.get(ATTR_PERSON)
    wanted = _person(viewer, name).id if name else None
    access = viewer.home.access
    grants: dict[GrantKey, Grant] = {}
    for lock in _doors(viewer, call):
        for grant in list(access.grants.values()):
            key = replace(grant.key, door_id=lock.id)
            is_of = wanted in {None, grant.key.person_id}
            if grant.key.door_id != source.id or not is_of or key in access.grants:
                continue
            if grant.wish is not Wish.REMOVED:
                grants[key] = replace(grant, key=key)
    return await _apply(viewer, grants)


async def _check_access(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Read the tables of locks now, and return what somebody else changed."""
    return {"doors": [await _check(viewer, lock) for lock in _doors(viewer, call)]}


async def _check(viewer: Viewer, lock: Lock) -> dict[str, Any]:
    access = viewer.home.access
    try:
        await access.doors[lock.id].async_check()
    except LinkError as err:
        return {"lock": lock.name, "lock_id": lock.id, "failed": err.failure.value}
    grants = [x for key, x in access.grants.items() if key.door_id == lock.id]
    return {
        "lock": lock.name,
        "lock_id": lock.id,
        "grants": [grant_view(viewer.home, grant) for grant in grants],
        "strangers": sorted(access.doors[lock.id].strangers()),
    }


async def _request_code(viewer: Viewer, call: ServiceCall) -> dict[str, Any]:
    """Ask an administrator for a code, by a repair that leads to the dialog."""
    access, person = viewer.home.access, _person(viewer, call.data[ATTR_PERSON])
    keys = {GrantKey(person.id, lock.id) for lock in _doors(viewer, call)}
    known = {key: access.grants.get(key, Grant(key=key)) for key in keys}
    await access.async_request_code(known)
    return {"doors": [grant_view(viewer.home, access.grants[key]) for key in keys]}


async def _wish(viewer: Viewer, call: ServiceCall, wish: Wish) -> dict[str, Any]:
    person = _person(viewer, call.data[ATTR_PERSON])
    doors = {lock.id for lock in _doors(viewer, call)}
    grants = {
        grant.key: replace(grant, wish=wish)
        for grant in viewer.home.access.of_person(person.id)
        if grant.key.door_id in doors and grant.wish is not Wish.REMOVED
    }
    if not grants:
        raise invalid("person_opens_nothing", person=person.name)
    return await _apply(viewer, grants)


async def _apply(viewer: Viewer, grants: Mapping[GrantKey, Grant]) -> dict[str, Any]:
    access = viewer.home.access
    await access.async_apply(AccessChange(grants=grants))
    await access.async_wait({key.door_id for key in grants}, WAIT)
    return {
        "doors": [
            grant_view(viewer.home, access.grants[key])
            if key in access.grants
            else {**_removed(viewer, key), "status": "removed"}
            for key in grants
        ]
    }


def _removed(viewer: Viewer, key: GrantKey) -> dict[str, Any]:
    door = viewer.home.access.doors.get(key.door_id)
    return {
        "person_id": key.person_id,
        "lock_id": key.door_id,
        "lock": door.lock.name if door else None,
    }


def _with_window(viewer: Viewer, call: ServiceCall) -> dict[GrantKey, Grant]:
    person, window = _person(viewer, call.data[ATTR_PERSON]), _window(call.data)
    by_us = call.data[ATTR_BY_HOME_ASSISTANT]
    keeper = Keeper.HOME_ASSISTANT if by_us else Keeper.LOCK
    access = viewer.home.access
    found: dict[GrantKey, Grant] = {}
    for lock in _doors(viewer, call):
        key = GrantKey(person.id, lock.id)
        known = access.grants.get(key, Grant(key=key))
        found[key] = replace(known.wanted_again(), window=window, keeper=keeper)
    return found


def _window(data: Mapping[str, Any]) -> Window:
    """Read a window; raises ServiceValidationError where something is missing."""
    try:
        return _make_window(data)
    except KeyError as err:
        raise invalid("window_incomplete", field=str(err.args[0])) from None
    except ValueError:
        raise invalid("window_impossible") from None


def _make_window(data: Mapping[str, Any]) -> Window:
    match data[ATTR_WINDOW]:
        case "weekly":
            days = frozenset(Weekday[day.upper()] for day in data[ATTR_DAYS])
            start: time = data[ATTR_START]
            return WeeklyHours(frozenset({DailyHours(days, start, data[ATTR_END])}))
        case "from_to":
            return FromTo(_wall(data[ATTR_FROM]), _wall(data[ATTR_UNTIL]))
        case "once":
            return Once()
        case "after_first_use":
            return AfterFirstUse(data[ATTR_MINUTES])
        case _:
            return Always()


def _wall(moment: datetime) -> datetime:
    """Return a moment in the wall time of the home, in which a lock keeps it."""
    if moment.tzinfo is not None:
        moment = dt_util.as_local(moment)
    return moment.replace(tzinfo=None, second=0, microsecond=0)


def _person(viewer: Viewer, text: str) -> Person:
    person = viewer.household.find(text.strip())
    if person is None:
        raise invalid("person_unknown", person=text)
    return person


def _doors(viewer: Viewer, call: ServiceCall) -> Iterable[Lock]:
    """Return the locks that a call means: without a target every lock of the home."""
    if not any(str(key) in call.data for key in cv.ENTITY_SERVICE_FIELDS):
        return list(viewer.home.locks.values())
    return targeted_locks(viewer, call.data)
