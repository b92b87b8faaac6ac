"""Websocket commands for people, doors and codes; for administrators alone.

A code comes in a field called `password`, which core leaves out of its log. It is never
sent back.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import probatio

from .access import AccessChange, NotReadError
from .const import DOMAIN
from .domain.access import (
    ALWAYS,
    Effect,
    Grant,
    GrantKey,
    Keeper,
    Wish,
    code_problem,
    window_from_dict,
)
from .feed import find_entry, people_view, plan_view
from .home import Home, find_home
from .store import NotKeptError

CHANGES: Final = "changes"
PASSWORD: Final = "password"
LARGEST_CHANGE: Final = 200
"""Accesses in one change: ten people at twenty doors."""

ERR_INVALID_WINDOW: Final = "invalid_window"
ERR_INVALID_CODE: Final = "invalid_code"
ERR_NOT_READABLE: Final = "not_readable"
ERR_NOT_KEPT: Final = "not_kept"

_CHANGE: Final = {
    probatio.Required("person_id"): str,
    probatio.Required("lock_id"): str,
    probatio.Optional("effect", default=Effect.OPENS.value): probatio.In(
        [effect.value for effect in Effect]
    ),
    probatio.Optional("window"): dict,
    probatio.Optional("wish", default=Wish.ON.value): probatio.In(
        [wish.value for wish in Wish]
    ),
    probatio.Optional("keeper", default=Keeper.LOCK.value): probatio.In(
        [keeper.value for keeper in Keeper]
    ),
}
_CHANGES: Final = probatio.All(
    [probatio.Schema({**_CHANGE, probatio.Optional("has_code", default=False): bool})],
    probatio.Length(min=1, max=LARGEST_CHANGE),
)
_CHANGES_WITH_CODES: Final = probatio.All(
    [probatio.Schema({**_CHANGE, probatio.Optional(PASSWORD): str})],
    probatio.Length(min=1, max=LARGEST_CHANGE),
)


class _RefusedError(Exception):
    """What was asked for is not possible; `code` is that of the answer."""

    def __init__(self, code: str, text: str) -> None:
        """Keep why."""
        super().__init__(text)
        self.code = code
        self.text = text


@callback
def async_setup_access_websocket(hass: HomeAssistant) -> None:
    """Register the commands, once."""
    for command in (_subscribe, _plan, _apply, _cancel):
        websocket_api.async_register_command(hass, command)


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): "aqara_lock/access/subscribe"}
)
@callback
def _subscribe(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send people, tables and jobs, and again whenever something of it changed."""
    if (home := _home(hass, connection, msg)) is None:
        return
    feed = _PeopleFeed(hass, connection, msg["id"], home)
    connection.subscriptions[msg["id"]] = feed.async_stop
    connection.send_result(msg["id"])
    feed.send()


class _PeopleFeed:
    """Sends one message for all that changes in a turn of the event loop."""

    def __init__(
        self, hass: HomeAssistant, connection: ActiveConnection, number: int, home: Home
    ) -> None:
        """Follow a home until it is stopped."""
        self._hass = hass
        self._connection = connection
        self._number = number
        self._home: Home | None = home
        self._is_planned = self._is_stopped = False
        self._end: CALLBACK_TYPE | None = home.access.changed.connect(self._changed)
        self._end_entry = async_dispatcher_connect(
            hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Follow the home that a reload puts in the place of the one before."""
        home = find_home(self._hass) if entry.domain == DOMAIN else self._home
        if home is self._home:
            return
        self._leave()
        self._home = home
        if home is not None:
            self._end = home.access.changed.connect(self._changed)
            self._changed()

    @callback
    def _changed(self) -> None:
        if not self._is_planned:
            self._is_planned = True
            self._hass.loop.call_soon(self.send)

    @callback
    def send(self) -> None:
        """Send how everything stands now."""
        self._is_planned = False
        if not self._is_stopped and self._home is not None:
            self._connection.send_event(self._number, people_view(self._home))

    @callback
    def async_stop(self) -> None:
        """Send nothing more."""
        self._is_stopped = True
        self._leave()
        self._end_entry()

    def _leave(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/plan",
        probatio.Required(CHANGES): _CHANGES,
    }
)
@callback
def _plan(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Answer what a change needs at each door; nothing is written."""
    if (home := _home(hass, connection, msg)) is None:
        return
    try:
        grants = {x.key: x for x in (_grant(home, item) for item in msg[CHANGES])}
        coded = [_key(item) for item in msg[CHANGES] if item["has_code"]]
        change = AccessChange(grants=grants, codes=dict.fromkeys(coded, ""))
        plans = home.access.plan(change)
    except _RefusedError as err:
        connection.send_error(msg["id"], err.code, err.text)
        return
    except NotReadError:
        _send_unreadable(connection, msg)
        return
    doors = [plan_view(home, plan) for plan in plans.values()]
    connection.send_result(msg["id"], {"doors": doors})


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/apply",
        probatio.Required(CHANGES): _CHANGES_WITH_CODES,
    }
)
@websocket_api.async_response
async def _apply(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Want it from now on, and begin; how far it is comes by the subscription."""
    if (home := _home(hass, connection, msg)) is None:
        return
    try:
        await home.access.async_apply(_change(home, msg[CHANGES]))
    except _RefusedError as err:
        connection.send_error(msg["id"], err.code, err.text)
    except NotReadError:
        _send_unreadable(connection, msg)
    except NotKeptError:
        connection.send_error(
            msg["id"], ERR_NOT_KEPT, "It could not be written to the disk"
        )
    else:
        connection.send_result(msg["id"])


@websocket_api.require_admin
@websocket_api.websocket_command(
    {probatio.Required("type"): "aqara_lock/access/cancel"}
)
@callback
def _cancel(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Give nothing more of what was asked for; what takes away goes on."""
    if (home := _home(hass, connection, msg)) is not None:
        home.access.cancel()
        connection.send_result(msg["id"])


def _home(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> Home | None:
    if (entry := find_entry(hass)) is not None:
        return entry.runtime_data
    connection.send_error(
        msg["id"], websocket_api.ERR_NOT_FOUND, f"{DOMAIN} is not set up"
    )
    return None


def _send_unreadable(connection: ActiveConnection, msg: dict[str, Any]) -> None:
    connection.send_error(
        msg["id"], ERR_NOT_READABLE, "What is stored of people could not be read"
    )


def _change(home: Home, items: list[dict[str, Any]]) -> AccessChange:
    """Read a change; raises _RefusedError, which never repeats a code."""
    grants: dict[GrantKey, Grant] = {}
    codes: dict[GrantKey, str] = {}
    for item in items:
        grant = _grant(home, item)
        grants[grant.key] = grant
        if PASSWORD in item:
            codes[grant.key] = item[PASSWORD]
    _require_good_codes(home, codes)
    return AccessChange(grants=grants, codes=codes)


def _require_good_codes(home: Home, codes: Mapping[GrantKey, str]) -> None:
    for key, code in codes.items():
        others = [x for k, x in codes.items() if _is_another(k, key)]
        limits = [home.access.doors[key.door_id].limits]
        if (problem := code_problem(code, limits, others)) is not None:
            raise _RefusedError(ERR_INVALID_CODE, problem.value)


def _is_another(one: GrantKey, other: GrantKey) -> bool:
    """Return whether two codes have to differ: another person, or another effect."""
    return (one.person_id, one.effect) != (other.person_id, other.effect)


def _key(item: Mapping[str, Any]) -> GrantKey:
    return GrantKey(item["person_id"], item["lock_id"], Effect(item["effect"]))


def _grant(home: Home, item: Mapping[str, Any]) -> Grant:
    """Read an access; what is left out stays as it was; raises _RefusedError."""
    key = _key(item)
    if key.door_id not in home.access.doors:
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, "There is no such lock")
    known = home.access.grants.get(key)
    if known is None and key.person_id not in home.household.people:
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, "There is no such person")
    window = known.window if known else ALWAYS
    if "window" in item:
        try:
            window = window_from_dict(item["window"])
        except ValueError, TypeError, KeyError:
            text = "This is no window"
            raise _RefusedError(ERR_INVALID_WINDOW, text) from None
    return Grant(
        key=key,
        window=window,
        wish=Wish(item["wish"]),
        keeper=Keeper(item["keeper"]),
        **({"means": known.means} if known else {}),
    )
