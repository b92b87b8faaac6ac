"""Actions: read, correct, erase and export what happened at the doors."""

from collections.abc import Iterable
from datetime import MINYEAR, UTC, datetime
from enum import StrEnum
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import probatio

from .const import DOMAIN
from .domain.journal import (
    ATTEMPT,
    GAP,
    ActivityType,
    DeniedGroup,
    EntryFilter,
    JournalEntry,
    group_denied,
    to_csv,
    to_json,
)
from .feed import (
    Viewer,
    async_assign_line,
    async_assigner,
    async_viewer,
    can_be_assigned,
    invalid,
    targeted_locks,
)
from .locks import Lock
from .slices import async_slices

ACTION_GET_ACTIVITY: Final = "get_activity"
ACTION_ASSIGN_OPERATION: Final = "assign_operation"
ACTION_ERASE_ACTIVITY: Final = "erase_activity"
ACTION_EXPORT_ACTIVITY: Final = "export_activity"

ACTION_CHECK_CONNECTION: Final = "check_connection"

ATTR_FORMAT: Final = "format"
ATTR_GROUP_DENIED: Final = "group_denied"
ATTR_LIMIT: Final = "limit"
ATTR_LINE: Final = "line"
ATTR_PERSON: Final = "person"
ATTR_SINCE: Final = "since"
ATTR_TYPE: Final = "type"
ATTR_UNTIL: Final = "until"

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 1000


type _Found = tuple[Lock, JournalEntry | DeniedGroup]


class ExportFormat(StrEnum):
    """How a journal is exported."""

    CSV = "csv"
    JSON = "json"


WINDOW_FIELDS: Final = {
    probatio.Optional(ATTR_SINCE): cv.datetime,
    probatio.Optional(ATTR_UNTIL): cv.datetime,
}
GET_SCHEMA: Final = cv.make_entity_service_schema(
    {
        **WINDOW_FIELDS,
        probatio.Optional(ATTR_PERSON, default=[]): probatio.All(
            cv.ensure_list, [cv.string]
        ),
        probatio.Optional(ATTR_TYPE, default=[]): probatio.All(
            cv.ensure_list, [probatio.In([*ActivityType, GAP, ATTEMPT])]
        ),
        probatio.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=MAX_LIMIT)
        ),
        probatio.Optional(ATTR_GROUP_DENIED, default=False): cv.boolean,
    }
)
ASSIGN_SCHEMA: Final = cv.make_entity_service_schema(
    {
        probatio.Required(ATTR_LINE): cv.string,
        probatio.Optional(ATTR_PERSON, default=None): probatio.Any(None, cv.string),
    }
)
TARGET_SCHEMA: Final = cv.make_entity_service_schema({})
EXPORT_SCHEMA: Final = cv.make_entity_service_schema(
    {
        **WINDOW_FIELDS,
        probatio.Optional(ATTR_FORMAT, default=ExportFormat.CSV): probatio.Coerce(
            ExportFormat
        ),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once."""
    hass.services.async_register(
        DOMAIN,
        ACTION_GET_ACTIVITY,
        _get_activity,
        GET_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN, ACTION_ASSIGN_OPERATION, _assign_operation, ASSIGN_SCHEMA
    )
    hass.services.async_register(
        DOMAIN, ACTION_ERASE_ACTIVITY, _erase_activity, TARGET_SCHEMA
    )
    hass.services.async_register(
        DOMAIN,
        ACTION_EXPORT_ACTIVITY,
        _export_activity,
        EXPORT_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        ACTION_CHECK_CONNECTION,
        _check_connection,
        TARGET_SCHEMA,
        SupportsResponse.OPTIONAL,
    )


async def _get_activity(call: ServiceCall) -> ServiceResponse:
    """Give the newest lines that fit, newest first."""
    viewer = await async_viewer(call.hass, call.context)
    locks = _readable_locks(viewer, call)
    wanted, limit = _filter(viewer, call), call.data[ATTR_LIMIT]
    found: list[_Found] = []
    async for (lock,) in async_slices(locks, 1):
        found += _newest(lock, wanted, limit, grouped=call.data[ATTR_GROUP_DENIED])
    newest = sorted(found, key=_when, reverse=True)[:limit]
    lines: list[JsonValueType] = []
    async for part in async_slices(newest):
        lines += [_shown_item(viewer, *item) for item in part]
    return {"lines": lines}


def _newest(
    lock: Lock, wanted: EntryFilter, limit: int, *, grouped: bool
) -> list[_Found]:
    """Find the newest lines of a lock that fit; nothing is put into words yet."""
    lines = wanted.choose(lock.journal.lines())
    items = reversed(group_denied(lines) if grouped else lines)
    found = [(lock, item) for item in items]
    return sorted(found, key=_when, reverse=True)[:limit]


def _when(found: _Found) -> datetime:
    item = found[1]
    return item.last_at if isinstance(item, DeniedGroup) else item.occurred_at


def _shown_item(
    viewer: Viewer, lock: Lock, item: JournalEntry | DeniedGroup
) -> dict[str, Any]:
    if isinstance(item, DeniedGroup):
        return _shown_group(viewer, lock, item)
    return _shown(viewer, lock, item)


def _shown(viewer: Viewer, lock: Lock, line: JournalEntry) -> dict[str, Any]:
    return {"lock": lock.name, **viewer.line(lock, line)}


def _shown_group(viewer: Viewer, lock: Lock, group: DeniedGroup) -> dict[str, Any]:
    """Give the last attempt, with how many there were and since when."""
    return {
        **_shown(viewer, lock, group.lines[-1]),
        "count": group.count,
        "first_at": group.first_at.isoformat(),
    }


def _filter(viewer: Viewer, call: ServiceCall) -> EntryFilter:
    people = call.data.get(ATTR_PERSON, [])
    if people and not viewer.sees_names:
        raise invalid("names_hidden")
    return EntryFilter(
        types=frozenset(call.data.get(ATTR_TYPE, [])),
        people=frozenset(name for text in people for name in viewer.names_of(text)),
        since=_utc(call.data.get(ATTR_SINCE)),
        until=_utc(call.data.get(ATTR_UNTIL)),
    )


def _utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, or the edge of the calendar where it lies beyond."""
    if moment is None:
        return None
    try:
        return dt_util.as_utc(moment)
    except OverflowError:
        edge = datetime.min if moment.year == MINYEAR else datetime.max
        return edge.replace(tzinfo=UTC)


async def _assign_operation(call: ServiceCall) -> None:
    """Say by hand who a line was."""
    viewer = await async_viewer(call.hass, call.context)
    locks = targeted_locks(viewer, call.data)
    if len(locks) != 1:
        raise invalid("one_lock_at_a_time")
    viewer.require_assign(locks[0], call.context)
    line, name = call.data[ATTR_LINE], (call.data[ATTR_PERSON] or "").strip()
    person = viewer.find_person(name) if name else None
    if name and person is None:
        raise invalid("person_unknown", person=name)
    if not can_be_assigned(locks[0], line):
        raise invalid("line_unknown", line=line, name=locks[0].name)
    by = await async_assigner(call.hass, locks[0].household, call.context)
    await async_assign_line(locks[0], line, person, by, call.context)


async def _erase_activity(call: ServiceCall) -> None:
    """Forget what happened at locks; for admins."""
    viewer = await async_viewer(call.hass, call.context)
    viewer.require_admin(call.context)
    for lock_id in [lock.id for lock in targeted_locks(viewer, call.data)]:
        await viewer.require_lock(lock_id).async_erase()


async def _export_activity(call: ServiceCall) -> ServiceResponse:
    """Give journals as the text of a file, oldest line first; for admins."""
    viewer = await async_viewer(call.hass, call.context)
    viewer.require_admin(call.context)
    wanted = _filter(viewer, call)
    journals = [
        (lock.name, lock.journal.lines()) for lock in targeted_locks(viewer, call.data)
    ]
    kind: ExportFormat = call.data[ATTR_FORMAT]
    return await call.hass.async_add_executor_job(_export, journals, wanted, kind)


def _export(
    journals: Iterable[tuple[str, tuple[JournalEntry, ...]]],
    wanted: EntryFilter,
    kind: ExportFormat,
) -> dict[str, JsonValueType]:
    """Write journals; in the executor, for they are long. Lines never change."""
    rows = [
        {"lock": name, **line.as_row()}
        for name, lines in journals
        for line in wanted.choose(lines)
    ]
    write = to_csv if kind is ExportFormat.CSV else to_json
    return {"format": kind.value, "lines": len(rows), "content": write(rows)}


async def _check_connection(call: ServiceCall) -> ServiceResponse:
    """Ping locks a few times, one after the other, and say what it means."""
    viewer = await async_viewer(call.hass, call.context)
    return {
        "checks": [
            {"lock": lock.name, **await _check(viewer.require_lock(lock.id))}
            for lock in _locks_to_check(viewer, call)
        ]
    }


async def _check(lock: Lock) -> dict[str, Any]:
    """Check one lock; times are in ms."""
    result = await lock.async_check_connection()
    return {
        "result": result.advice.value,
        "sent": result.sent,
        "answered": result.answered,
        "times_ms": [round(time) for time in result.times],
        "advice": lock.checker.advice(lock.name, bridged=lock.is_bridged),
    }


def _readable_locks(viewer: Viewer, call: ServiceCall) -> list[Lock]:
    if call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        return viewer.readable()
    locks = targeted_locks(viewer, call.data)
    for lock in locks:
        viewer.require_read(lock, call.context)
    return locks


def _locks_to_check(viewer: Viewer, call: ServiceCall) -> list[Lock]:
    """Return the locks to ping; raises Unauthorized before any of them is asked."""
    locks = targeted_locks(viewer, call.data)
    if call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        return [lock for lock in locks if viewer.may_check(lock)]
    for lock in locks:
        viewer.require_check(lock, call.context)
    return locks
