"""Fix flows of the repairs of access: here an administrator sees who it is about."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

from ..access import (
    Access,
    AccessChange,
    AccessIssue,
    Drift,
    drifted,
    still_open,
    waiting,
    without_code,
)
from ..const import DOMAIN
from ..domain.access import FoundUser, GrantKey, code_problem
from ..domain.foreign_names import foreign_name
from ..home import Home, find_home
from ..texts import message, status_text, window_text
from .access_form import CONF_CODE, CONF_CODE_AGAIN, code_fields
from .code_steps import CODE_ERRORS
from .running import keep

WAIT: Final = 60.0
"""Seconds that a repair waits for the lock."""
CONF_DECISION: Final = "decision"
USER_FIELDS: Final = (
    "user_1",
    "user_2",
    "user_3",
    "user_4",
    "user_5",
    "user_6",
    "user_7",
    "user_8",
    "user_9",
    "user_10",
)
"""Fields of a page with users; the frontend needs a text for each in advance.

A repair shows no label for a field of which the translations know nothing.
"""


class AccessRepairFlow(RepairsFlow):
    """Shows who a repair is about, and does what is decided."""

    def __init__(self, kind: AccessIssue, door_id: str) -> None:
        """Take what the repair is about."""
        self._kind = kind
        self._door_id = door_id
        self._shown: GrantKey | None = None
        """Whom the page is about: the list may be another one when it is filled in."""
        self._waiting: list[GrantKey] = []
        self._strangers: frozenset[int] = frozenset()
        """Users that the page shows, and those that no person can have."""
        self._asked: dict[str, int] = {}
        """Number of the user of each field that is shown."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin with what the repair is about."""
        match self._kind:
            case AccessIssue.NEEDS_CODE:
                return await self.async_step_code()
            case AccessIssue.WAITS:
                return await self.async_step_waits()
            case AccessIssue.DRIFT:
                return await self.async_step_drift()
            case AccessIssue.STRANGER:
                return await self.async_step_strangers()
            case AccessIssue.NOT_READABLE:
                return await self.async_step_accept()
            case _:
                return await self.async_step_try_again()

    async def async_step_try_again(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Try once more to take away what still opens."""
        access = self._access_to_door()
        keys = still_open(access, self._door_id)
        errors: dict[str, str] = {}
        if user_input is not None:
            grants = {key: access.grants[key] for key in keys}
            await self._apply(access, AccessChange(grants=grants))
            keys = still_open(access, self._door_id)
            if keys:
                errors["base"] = "still_there"
        if not keys:
            return self.async_create_entry(data={})
        lines = "\n".join(f"- {self._name(key)}" for key in keys)
        return self.async_show_form(
            step_id="try_again",
            data_schema=pb.Schema({}),
            errors=errors,
            description_placeholders={"lock": self._door, "people": lines},
        )

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for the code of one person after the other."""
        access = self._access_to_door()
        keys = without_code(access, self._door_id)
        errors: dict[str, str] = {}
        if user_input is not None and keys:
            if (error := await self._give_code(access, keys, user_input)) is not None:
                errors["base"] = error
            keys = without_code(access, self._door_id)
        if not keys:
            return self.async_create_entry(data={})
        self._shown = keys[0]
        return self.async_show_form(
            step_id="code",
            data_schema=pb.Schema(code_fields()),
            errors=errors,
            description_placeholders={
                "lock": self._door,
                "name": self._name(keys[0]),
                "when": window_text(self.hass, access.grants[keys[0]].window),
            },
        )

    async def _give_code(
        self, access: Access, keys: list[GrantKey], given: Mapping[str, Any]
    ) -> str | None:
        """Give a code to whom the page showed; returns why it was not done."""
        if (key := self._shown) is None or key not in keys:
            return "changed_meanwhile"
        if (problem := self._problem_with(given)) is not None:
            return problem
        code = {key: given[CONF_CODE].strip()}
        await self._apply(
            access, AccessChange(grants={key: access.grants[key]}, codes=code)
        )
        door = access.doors.get(self._door_id)
        failed = door.progress.failed.get(key) if door else None
        return None if failed is None else f"not_done_{failed.value}"

    async def async_step_waits(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Make changes that were interrupted, because somebody says so."""
        access = self._access_to_door()
        keys = waiting(access, self._door_id)
        errors: dict[str, str] = {}
        if user_input is not None:
            shown = {x: access.grants[x] for x in keys if x in self._waiting}
            await self._apply(access, AccessChange(grants=shown))
            keys = waiting(access, self._door_id)
            errors["base"] = "still_waits"
        if not keys:
            return self.async_create_entry(data={})
        self._waiting = keys
        return self.async_show_form(
            step_id="waits",
            data_schema=pb.Schema({}),
            errors=errors,
            description_placeholders={
                "lock": self._door,
                "people": "\n".join(self._line(access, key) for key in keys),
            },
        )

    async def async_step_drift(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask what shall be of one changed access after the other."""
        access = self._access_to_door()
        keys = drifted(access, self._door_id)
        errors: dict[str, str] = {}
        if user_input is not None and keys:
            if (key := self._shown) is not None and key in keys:
                await keep(access.async_decide(key, Drift(user_input[CONF_DECISION])))
                await access.async_wait([self._door_id], WAIT)
                keys = drifted(access, self._door_id)
            else:
                errors["base"] = "changed_meanwhile"
        if not keys:
            return self.async_create_entry(data={})
        self._shown = keys[0]
        status = access.status(keys[0])
        differences = status.differences if status else ()
        changed = ", ".join(
            message(self.hass, f"differs_{item.value}") for item in sorted(differences)
        )
        return self.async_show_form(
            step_id="drift",
            data_schema=pb.Schema(
                {
                    pb.Required(CONF_DECISION, default=Drift.ADOPT.value): _decisions(),
                }
            ),
            errors=errors,
            description_placeholders={
                "lock": self._door,
                "name": self._name(keys[0]),
                "changed": changed,
            },
        )

    async def async_step_strangers(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show users that nobody asked for; each can be taken for a person."""
        access = self._access_to_door()
        if user_input is not None:
            await self._take_strangers(access, user_input)
        new = access.new_strangers(self._door_id)
        if not new:
            return self.async_create_entry(data={})
        found = self._found_strangers(access, new)
        shown = dict(zip(USER_FIELDS, found, strict=False))
        self._asked = {field: user.user.index for field, user in shown.items()}
        later = {user.user.index for user in found} - set(self._asked.values())
        self._strangers = new - later
        names = {field: self._label(user) for field, user in shown.items()}
        makers = {
            f"{field}_maker": message(self.hass, f"maker_{user.maker.value}")
            for field, user in shown.items()
        }
        return self.async_show_form(
            step_id="strangers",
            data_schema=pb.Schema(self._people_fields(shown)),
            description_placeholders={
                "lock": self._door,
                "count": str(len(new)),
                **names,
                **makers,
            },
        )

    async def async_step_accept(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Go on with what could be read, because somebody says so."""
        if (access := self._access) is None:
            return self.async_abort(reason="home_not_loaded")
        if user_input is not None:
            await keep(access.async_accept_loss())
            return self.async_create_entry(data={})
        lines = [self._line(access, key) for key in access.grants]
        return self.async_show_form(
            step_id="accept",
            data_schema=pb.Schema({}),
            description_placeholders={
                "people": "\n".join(lines) or message(self.hass, "access_none")
            },
        )

    def _line(self, access: Access, key: GrantKey) -> str:
        """Return a line with a person, the times, and how it stands."""
        grant = access.grants[key]
        when = window_text(self.hass, grant.window)
        how = status_text(self.hass, access.status(key), grant.wish)
        return f"- {self._name(key)}: {when}, {how}"

    def _access_to_door(self) -> Access:
        """Return what is wanted; the dialog ends where the door is not there any more."""
        if (access := self._access) is None:
            raise AbortFlow("home_not_loaded")
        if self._door_id not in access.doors:
            raise AbortFlow("lock_gone")
        return access

    async def _apply(self, access: Access, change: AccessChange) -> None:
        """Want it, and wait a while for the lock."""
        await keep(access.async_apply(change))
        await access.async_wait([self._door_id], WAIT)

    def _found_strangers(
        self, access: Access, strangers: frozenset[int]
    ) -> list[FoundUser]:
        """Return those of the strangers that a person can have, by their number."""
        found = [
            x
            for x in access.found_users()
            if x.door_id == self._door_id and x.user.index in strangers
        ]
        return sorted(found, key=lambda x: x.user.index)

    async def _take_strangers(self, access: Access, given: Mapping[str, Any]) -> None:
        """Take users for the persons that were chosen; all who were shown are known."""
        people: dict[str, list[FoundUser]] = {}
        chosen = {self._asked[x]: given[x] for x in self._asked if given.get(x)}
        for user in self._found_strangers(access, self._strangers):
            if person_id := chosen.get(user.user.index):
                people.setdefault(person_id, []).append(user)
        await keep(access.async_adopt(people))
        await keep(access.async_notice_strangers(self._door_id, self._strangers))

    def _people_fields(self, fields: Iterable[str]) -> dict[Any, Any]:
        home = find_home(self.hass)
        people = home.household.people.values() if home else ()
        choices = [SelectOptionDict(value=x.id, label=x.name) for x in people]
        selector = SelectSelector(
            SelectSelectorConfig(options=choices, mode=SelectSelectorMode.DROPDOWN)
        )
        return {pb.Optional(field): selector for field in fields}

    def _label(self, found: FoundUser) -> str:
        name = foreign_name(found.user.name) if found.user.name else ""
        number = str(found.user.index)
        return message(self.hass, "stranger", number=number, name=name).strip()

    def _problem_with(self, given: Mapping[str, Any]) -> str | None:
        code = (given.get(CONF_CODE) or "").strip()
        if code != (given.get(CONF_CODE_AGAIN) or "").strip():
            return "codes_differ"
        access = self._access
        door = access.doors.get(self._door_id) if access else None
        problem = code_problem(code, [door.limits] if door else [])
        return None if problem is None else CODE_ERRORS[problem]

    def _name(self, key: GrantKey) -> str:
        home = find_home(self.hass)
        person = home.household.people.get(key.person_id) if home else None
        if person is not None:
            return person.name
        access = self._access
        placement = access.placements.get(key) if access else None
        name = placement.name_asked if placement else None
        return foreign_name(name) if name else message(self.hass, "person_left")

    @property
    def _home(self) -> Home | None:
        return find_home(self.hass)

    @property
    def _access(self) -> Access | None:
        return self._home.access if self._home else None

    @property
    def _door(self) -> str:
        home = self._home
        lock = home.locks.get(self._door_id) if home else None
        return lock.name if lock else DOMAIN


def _decisions() -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[item.value for item in Drift],
            translation_key="drift",
            mode=SelectSelectorMode.LIST,
        )
    )
