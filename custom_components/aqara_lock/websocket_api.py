"""Websocket commands for the dashboard card: locks, their history and a live feed."""

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import probatio

from .const import DOMAIN
from .feed import ActivityFeed, HealthFeed, Viewer, find_entry, lock_entity_id
from .locks import Lock
from .slices import async_slices

LOCK_ID: Final = "lock_id"
LOCK_IDS: Final = "lock_ids"
BEFORE: Final = "before"
LIMIT: Final = "limit"
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 500

_LIMIT: Final = probatio.All(int, probatio.Range(min=1, max=MAX_LIMIT))


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands, once."""
    for command in (_locks, _subscribe, _list, _erase, _health):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command({probatio.Required("type"): "aqara_lock/locks"})
@callback
def _locks(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Give what a card needs to know of every lock that the user may read."""
    if (viewer := _viewer(hass, connection, msg)) is None:
        return
    locks = [_shown_lock(viewer, lock) for lock in viewer.readable()]
    connection.send_result(msg["id"], {"locks": locks, "is_admin": viewer.is_admin})


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/activity/subscribe",
        probatio.Optional(LOCK_IDS): [str],
        probatio.Optional(LIMIT, default=DEFAULT_LIMIT): _LIMIT,
    }
)
@callback
def _subscribe(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send the recent lines, then every line that is new, amended or gone.

    Without lock ids: of every lock that the user may read, also of later ones.
    """
    if (viewer := _viewer(hass, connection, msg)) is None:
        return
    wanted: list[str] | None = msg.get(LOCK_IDS)
    for lock_id in wanted or ():
        if _readable_lock(viewer, connection, msg, lock_id) is None:
            return
    ids = None if wanted is None else frozenset(wanted)
    feed = ActivityFeed(hass, connection, msg["id"], ids, msg[LIMIT])
    connection.subscriptions[msg["id"]] = feed.async_stop
    connection.send_result(msg["id"])
    feed.async_start()


@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/activity/list",
        probatio.Required(LOCK_ID): str,
        probatio.Optional(BEFORE): str,
        probatio.Optional(LIMIT, default=DEFAULT_LIMIT): _LIMIT,
    }
)
@websocket_api.async_response
async def _list(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Give a page of a lock's history, newest first; `before` is a key of the feed."""
    if (viewer := _viewer(hass, connection, msg)) is None:
        return
    lock = _readable_lock(viewer, connection, msg, msg[LOCK_ID])
    if lock is None:
        return
    lines = lock.journal.lines()
    end = lock.journal.position(msg[BEFORE]) if BEFORE in msg else len(lines)
    if end is None:
        connection.send_error(
            msg["id"], websocket_api.ERR_NOT_FOUND, "There is no such line"
        )
        return
    start = max(0, end - msg[LIMIT])
    shown = [
        viewer.line(lock, line)
        async for part in async_slices(reversed(lines[start:end]))
        for line in part
    ]
    connection.send_result(msg["id"], {"lines": shown, "has_more": start > 0})


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/activity/erase",
        probatio.Required(LOCK_ID): str,
    }
)
@websocket_api.async_response
async def _erase(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Forget the history of a lock."""
    if (viewer := _viewer(hass, connection, msg)) is None:
        return
    lock = _readable_lock(viewer, connection, msg, msg[LOCK_ID])
    if lock is not None:
        await lock.async_erase()
        connection.send_result(msg["id"])


@websocket_api.websocket_command(
    {probatio.Required("type"): "aqara_lock/health/subscribe"}
)
@callback
def _health(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send how the path to every lock is that the user may read, whenever it changes."""
    feed = HealthFeed(hass, connection, msg["id"])
    connection.subscriptions[msg["id"]] = feed.async_stop
    connection.send_result(msg["id"])
    feed.async_start()


def _viewer(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> Viewer | None:
    if (entry := find_entry(hass)) is not None:
        return Viewer(hass, entry, connection.user)
    connection.send_error(
        msg["id"], websocket_api.ERR_NOT_FOUND, f"{DOMAIN} is not set up"
    )
    return None


def _readable_lock(
    viewer: Viewer, connection: ActiveConnection, msg: dict[str, Any], lock_id: str
) -> Lock | None:
    """Find a lock; raises Unauthorized where it may not be read."""
    if (lock := viewer.home.locks.get(lock_id)) is None:
        connection.send_error(
            msg["id"], websocket_api.ERR_NOT_FOUND, "There is no such lock"
        )
        return None
    viewer.require_read(lock)
    return lock


def _shown_lock(viewer: Viewer, lock: Lock) -> dict[str, Any]:
    connection = lock.connection
    return {
        LOCK_ID: lock.id,
        "name": lock.name,
        "device_id": lock.device.id if lock.device else None,
        "entity_ids": dict(_entities(viewer, lock)),
        "responsive": connection.responsive,
        "cause": lock.verdict.cause,
        "since": connection.since.isoformat() if connection.since else None,
        "message": lock.verdict.problem_message() or None,
        "summary": lock.verdict.problem_summary() or None,
        "served_by": _serving_hub(viewer, lock),
        "reports_who": lock.reports_who.value,
        "shows_names": viewer.sees_names,
        "may_assign": viewer.may_assign(lock),
    }


def _entities(viewer: Viewer, lock: Lock) -> Iterable[tuple[str, str]]:
    """Give the entity ids that the user may read, by key."""
    registry = er.async_get(viewer.hass)
    for entry in er.async_entries_for_config_entry(registry, viewer.entry.entry_id):
        ours = entry.config_subentry_id == lock.id and entry.disabled_by is None
        if ours and viewer.may_see_entity(entry.entity_id):
            yield entry.unique_id.removeprefix(f"{lock.id}_"), entry.entity_id
    shown = lock_entity_id(viewer.hass, lock)
    if shown is not None and viewer.may_see_entity(shown):
        yield Platform.LOCK.value, shown


def _serving_hub(viewer: Viewer, lock: Lock) -> str | None:
    serving = lock.path.serving if lock.path else None
    hub = viewer.home.hubs.get(serving) if serving else None
    return hub.router.title if hub else None
