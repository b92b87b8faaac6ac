"""Websocket commands for people, doors and codes; for administrators alone.

A code comes in a field called `password`, which core leaves out of its log. It is never
sent back.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import wraps
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.ulid import ulid_now
import probatio

from .access import AccessChange, NotReadError
from .const import (
    CONF_NAME,
    CONF_PERSON_ENTITY,
    CONF_PERSON_ID,
    CONF_PERSON_KIND,
    DOMAIN,
)
from .domain.access import (
    ALWAYS,
    Effect,
    FoundUser,
    Grant,
    GrantKey,
    Keeper,
    PersonKind,
    Wish,
    code_problem,
    window_from_dict,
)
from .feed import find_entry, people_view, plan_view
from .flows import add_person, async_adopt, problem_with, remove_person
from .home import Home, find_home
from .store import NotKeptError

CHANGES: Final = "changes"
PASSWORD: Final = "password"
PERSON: Final = "person"
PERSON_ID: Final = "person_id"
USERS: Final = "users"
NEW_PERSON: Final = "new"
"""Id in a change of the person that comes with it, who is not in the home yet."""
LONGEST_NAME: Final = 100
LARGEST_CHANGE: Final = 200
"""Accesses in one change: ten people at twenty doors."""

ERR_INVALID_WINDOW: Final = "invalid_window"
ERR_INVALID_CODE: Final = "invalid_code"
ERR_INVALID_NAME: Final = "invalid_name"
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


_PERSON: Final = probatio.Schema(
    {
        probatio.Required(CONF_NAME): probatio.All(
            str, probatio.Length(max=LONGEST_NAME)
        ),
        probatio.Optional(CONF_PERSON_KIND, default=PersonKind.MEMBER.value): (
            probatio.In([kind.value for kind in PersonKind])
        ),
        probatio.Optional(CONF_PERSON_ENTITY): cv.entity_domain(PERSON_DOMAIN),
    }
)
"""Somebody who is not in the home yet."""

type _Answer = Callable[
    [HomeAssistant, Home, Mapping[str, Any]], Awaitable[dict[str, Any] | None]
]


class _RefusedError(Exception):
    """What was asked for is not possible; `code` is that of the answer."""

    def __init__(self, code: str, text: str) -> None:
        """Keep why."""
        super().__init__(text)
        self.code = code
        self.text = text


def _answers(
    answer: _Answer,
) -> Callable[[HomeAssistant, ActiveConnection, dict[str, Any]], Awaitable[None]]:
    """Make a handler of a command, which says why something is refused."""

    @wraps(answer)
    async def handle(
        hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
    ) -> None:
        if (home := _home(hass, connection, msg)) is None:
            return
        try:
            result = await answer(hass, home, msg)
        except _RefusedError as err:
            connection.send_error(msg["id"], err.code, err.text)
        except NotReadError:
            connection.send_error(
                msg["id"],
                ERR_NOT_READABLE,
                "What is stored of people could not be read",
            )
        except NotKeptError:
            connection.send_error(
                msg["id"], ERR_NOT_KEPT, "It could not be written to the disk"
            )
        else:
            connection.send_result(msg["id"], result)

    return handle


@callback
def async_setup_access_websocket(hass: HomeAssistant) -> None:
    """Register the commands, once."""
    for command in (
        _subscribe,
        _plan,
        _apply,
        _cancel,
        _add_person,
        _remove_person,
        _adopt,
    ):
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
    """Sends one message for all that changes in a turn of the event loop.

    Who is no administrator any more is sent nothing.
    """

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
        if self._is_stopped or not self._connection.user.is_admin:
            return
        if self._home is not None:
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
        probatio.Optional(PERSON): _PERSON,
    }
)
@websocket_api.async_response
@_answers
async def _plan(
    hass: HomeAssistant, home: Home, msg: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer what a change needs at each door; nothing is written."""
    if PERSON in msg:
        _require_new(hass, home, msg[PERSON])
    known = _known_people(home, msg)
    grants = {x.key: x for x in (_grant(home, item, known) for item in msg[CHANGES])}
    coded = [_key(item) for item in msg[CHANGES] if item["has_code"]]
    change = AccessChange(grants=grants, codes=dict.fromkeys(coded, ""))
    plans = home.access.plan(change)
    return {"doors": [plan_view(home, plan) for plan in plans.values()]}


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/apply",
        probatio.Required(CHANGES): _CHANGES_WITH_CODES,
        probatio.Optional(PERSON): _PERSON,
    }
)
@websocket_api.async_response
@_answers
async def _apply(
    hass: HomeAssistant, home: Home, msg: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Want it from now on, and begin; how far it is comes by the subscription.

    Who comes with it is in the home only where that could be kept.
    """
    if PERSON not in msg:
        await home.access.async_apply(_change(home, msg[CHANGES], _known_people(home)))
        return None
    _require_new(hass, home, msg[PERSON])
    # Whoever is added for a change that cannot be is hard to find again.
    _change(home, msg[CHANGES], _known_people(home, msg))
    person_id = await _async_add(hass, home, msg[PERSON])
    named = [
        item | {PERSON_ID: person_id} if item[PERSON_ID] == NEW_PERSON else item
        for item in msg[CHANGES]
    ]
    try:
        await home.access.async_apply(_change(home, named, _known_people(home)))
    except NotKeptError, NotReadError:
        remove_person(hass, _entry(hass), person_id)
        raise
    return {PERSON_ID: person_id}


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/add_person",
        probatio.Required(PERSON): _PERSON,
    }
)
@websocket_api.async_response
@_answers
async def _add_person(
    hass: HomeAssistant, home: Home, msg: Mapping[str, Any]
) -> dict[str, Any]:
    """Have a person in the home who may open nothing yet."""
    _require_new(hass, home, msg[PERSON])
    return {PERSON_ID: await _async_add(hass, home, msg[PERSON])}


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/remove_person",
        probatio.Required(PERSON_ID): str,
    }
)
@websocket_api.async_response
@_answers
async def _remove_person(
    hass: HomeAssistant, home: Home, msg: Mapping[str, Any]
) -> None:
    """Take a person out of the home; its access is taken away, and shown until proved."""
    _require_person(home, msg[PERSON_ID])
    await home.async_check_disk()
    remove_person(hass, _entry(hass), msg[PERSON_ID])


@websocket_api.require_admin
@websocket_api.websocket_command(
    {
        probatio.Required("type"): "aqara_lock/access/adopt",
        probatio.Required(USERS): probatio.All(
            [
                {
                    probatio.Required("lock_id"): str,
                    probatio.Required("index"): int,
                }
            ],
            probatio.Length(min=1, max=LARGEST_CHANGE),
        ),
        probatio.Exclusive(PERSON_ID, "whose"): str,
        probatio.Exclusive(PERSON, "whose"): _PERSON,
    }
)
@websocket_api.async_response
@_answers
async def _adopt(
    hass: HomeAssistant, home: Home, msg: Mapping[str, Any]
) -> dict[str, Any]:
    """Take users that are on the locks already for a person; nothing is written there."""
    users, new = _found(home, msg[USERS]), list[str]()
    if PERSON in msg:
        _require_new(hass, home, msg[PERSON])
        new = [person_id := await _async_add(hass, home, msg[PERSON])]
    else:
        person_id = _require_person(home, msg.get(PERSON_ID, ""))
    await async_adopt(hass, _entry(hass), home, {person_id: users}, new)
    return {PERSON_ID: person_id}


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
    hass: HomeAssistant, connection: ActiveConnection, msg: Mapping[str, Any]
) -> Home | None:
    if (entry := find_entry(hass)) is not None:
        return entry.runtime_data
    connection.send_error(
        msg["id"], websocket_api.ERR_NOT_FOUND, f"{DOMAIN} is not set up"
    )
    return None


def _require_new(hass: HomeAssistant, home: Home, person: Mapping[str, Any]) -> None:
    """Make sure that somebody can be added; raises _RefusedError."""
    name, entity_id = person[CONF_NAME].strip(), person.get(CONF_PERSON_ENTITY)
    if (problem := problem_with(name, home.household)) is not None:
        raise _RefusedError(ERR_INVALID_NAME, problem)
    if entity_id is None:
        return
    taken = {x.entity_id for x in home.household.people.values()}
    if entity_id in taken or hass.states.get(entity_id) is None:
        text = "There is no such person of Home Assistant, or it is in the home already"
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, text)


async def _async_add(hass: HomeAssistant, home: Home, person: Mapping[str, Any]) -> str:
    """Add somebody to the home; returns the id. Raises NotKeptError."""
    await home.async_check_disk()
    person_id = ulid_now()
    data = {
        CONF_PERSON_ID: person_id,
        CONF_NAME: person[CONF_NAME].strip(),
        CONF_PERSON_ENTITY: person.get(CONF_PERSON_ENTITY),
        CONF_PERSON_KIND: person[CONF_PERSON_KIND],
    }
    add_person(hass, _entry(hass), data)
    await home.async_follow_subentries()
    return person_id


def _entry(hass: HomeAssistant) -> ConfigEntry[Home]:
    """Return the home's entry; raises _RefusedError where it was unloaded meanwhile."""
    if (entry := find_entry(hass)) is None:
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, f"{DOMAIN} is not set up")
    return entry


def _require_person(home: Home, person_id: str) -> str:
    """Return the id of somebody in the home; raises _RefusedError."""
    if person_id not in home.household.people:
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, "There is no such person")
    return person_id


def _known_people(home: Home, msg: Mapping[str, Any] | None = None) -> frozenset[str]:
    """Return the ids that a change may name, with that of who comes with it."""
    known = frozenset(home.household.people)
    return known | {NEW_PERSON} if msg is not None and PERSON in msg else known


def _found(home: Home, wanted: list[dict[str, Any]]) -> list[FoundUser]:
    """Return users on the locks that nobody here has; raises _RefusedError."""
    found = {(x.door_id, x.user.index): x for x in home.access.found_users()}
    keys = [(item["lock_id"], item["index"]) for item in wanted]
    if any(key not in found for key in keys):
        text = "There is no such user, or somebody here has it already"
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, text)
    return [found[key] for key in keys]


def _change(
    home: Home, items: list[dict[str, Any]], known: Collection[str]
) -> AccessChange:
    """Read a change; raises _RefusedError, which never repeats a code."""
    grants: dict[GrantKey, Grant] = {}
    codes: dict[GrantKey, str] = {}
    for item in items:
        grant = _grant(home, item, known)
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


def _grant(home: Home, item: Mapping[str, Any], people: Collection[str]) -> Grant:
    """Read an access; what is left out stays as it was; raises _RefusedError."""
    key = _key(item)
    if key.door_id not in home.access.doors:
        raise _RefusedError(websocket_api.ERR_NOT_FOUND, "There is no such lock")
    known = home.access.grants.get(key)
    if known is None and key.person_id not in people:
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
