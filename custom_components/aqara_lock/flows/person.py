"""Subentry flow: a member of the household or a guest, taught by touching the reader."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util.ulid import ulid_now
import probatio as pb

from ..const import CONF_NAME, CONF_PERSON_ENTITY, CONF_PERSON_ID, SAVED
from ..domain.access import Slot
from ..domain.attribution import Attribution, Method
from ..domain.journal import Sentence, how_sentence
from ..home import Home
from ..locks import Lock
from ..texts import message, spoken
from . import slots
from .identity import given_name, identity_schema, problem_with
from .running import keep, require_disk, running_home
from .slots import LockSlot
from .teach import next_local_operation, slot_of

CONF_LOCK: Final = "lock"
CONF_SLOTS: Final = "slots"


class PersonSubentryFlow(ConfigSubentryFlow):
    """Names a person and learns which users of the locks are this person."""

    _name: str
    _person_entity: str | None
    _person_id: str
    _is_new: bool = True
    _lock: Lock
    _wait: asyncio.Task[Attribution | None] | None = None
    _slot: Slot
    _method: Method

    def __init__(self) -> None:
        """Begin with nothing bound."""
        super().__init__()
        self._chosen: dict[str, LockSlot] = {}

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask who it is: a Home Assistant person or a name."""
        running_home(self._get_entry())
        self._person_id = ulid_now()
        errors: dict[str, str] = {}
        if user_input is not None:
            error = self._take_identity(user_input)
            if error is None:
                return await self.async_step_learn()
            errors["base"] = error
        return self.async_show_form(
            step_id="user", data_schema=identity_schema(user_input), errors=errors
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show a person that is there, to rename or to bind anew."""
        data = self._get_reconfigure_subentry().data
        self._is_new = False
        self._person_id = data[CONF_PERSON_ID]
        self._name = data[CONF_NAME]
        self._person_entity = data.get(CONF_PERSON_ENTITY)
        bound = slots.bound_slots(self._home, self._person_id)
        self._chosen = {slot.value: slot for slot in bound}
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["rename", "teach", "pick"],
            description_placeholders=self._placeholders,
        )

    async def async_step_rename(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change name or Home Assistant person."""
        errors: dict[str, str] = {}
        if user_input is not None:
            error = self._take_identity(user_input)
            if error is None:
                return await self._finish()
            errors["base"] = error
        known = user_input or {
            CONF_NAME: self._name,
            CONF_PERSON_ENTITY: self._person_entity,
        }
        return self.async_show_form(
            step_id="rename", data_schema=identity_schema(known), errors=errors
        )

    async def async_step_learn(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how the person shall be known at the door."""
        return self.async_show_menu(
            step_id="learn",
            menu_options=["teach", "pick", "finish"],
            description_placeholders=self._placeholders,
        )

    async def async_step_teach(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask at which door the reader will be touched."""
        locks = self._home.locks
        if not locks:
            return self.async_abort(reason="no_locks")
        if user_input is None and len(locks) > 1:
            return self.async_show_form(
                step_id="teach", data_schema=_lock_schema(locks)
            )
        chosen = user_input[CONF_LOCK] if user_input else next(iter(locks))
        self._lock = locks[chosen]
        return await self.async_step_touch()

    async def async_step_touch(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait until somebody operates the lock at the door."""
        if self._wait is None:
            self._wait = self.hass.async_create_background_task(
                next_local_operation(self.hass, self._lock.id), "aqara_lock teach"
            )
        if not self._wait.done():
            return self.async_show_progress(
                step_id="touch",
                progress_action="touch",
                progress_task=self._wait,
                description_placeholders=self._placeholders | {"lock": self._lock.name},
            )
        seen = self._wait.result()
        self._wait = None
        return self.async_show_progress_done(next_step_id=self._after_touch(seen))

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what the lock reported, and ask whether that was the person."""
        report = {"slot": slots.describe(self.hass, self._seen), "how": self._how}
        return self.async_show_menu(
            step_id="confirm",
            menu_options=["take", "touch", "pick"],
            description_placeholders=self._placeholders | report,
        )

    async def async_step_take(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Bind what the lock reported."""
        self._chosen[self._seen.value] = self._seen
        return await self.async_step_more()

    async def async_step_more(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on with another finger, another door, or be done."""
        return self.async_show_menu(
            step_id="more",
            menu_options=["teach", "finish"],
            description_placeholders=self._placeholders,
        )

    async def async_step_silent(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say plainly that this lock does not tell, and what can be done instead."""
        return self.async_show_menu(
            step_id="silent",
            menu_options=["teach", "pick", "finish"],
            description_placeholders=self._placeholders | {"lock": self._lock.name},
        )

    async def async_step_nothing(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say that nothing happened at the door."""
        return self.async_show_menu(
            step_id="nothing",
            menu_options=["teach", "pick", "finish"],
            description_placeholders=self._placeholders | {"lock": self._lock.name},
        )

    async def async_step_pick(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Bind from the users that the locks report."""
        known = {slot.value: slot for slot in slots.user_slots(self._home)}
        known |= self._chosen
        if user_input is not None:
            wanted = user_input.get(CONF_SLOTS, [])
            self._chosen = {x: known[x] for x in wanted if x in known}
            return await self._finish()
        return self.async_show_form(
            step_id="pick",
            data_schema=_slots_schema(
                slots.options(self.hass, known.values()), self._chosen
            ),
            description_placeholders=self._placeholders,
        )

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep what was learned."""
        return await self._finish()

    def _after_touch(self, seen: Attribution | None) -> str:
        if seen is None:
            return "nothing"
        if (slot := slot_of(seen)) is None:
            return "silent"
        self._slot, self._method = slot, seen.method
        return "confirm"

    @property
    def _seen(self) -> LockSlot:
        return LockSlot(self._lock, self._slot)

    @property
    def _how(self) -> str:
        sentence = how_sentence(self._method)
        return spoken(self.hass, sentence or Sentence("how_untold"))

    def _take_identity(self, user_input: dict[str, Any]) -> str | None:
        """Keep name and person; gives the error key when they do not do."""
        name = given_name(self.hass, user_input)
        error = problem_with(name, self._home.household, self._person_id)
        if error is None:
            self._name = name
            self._person_entity = user_input.get(CONF_PERSON_ENTITY)
        return error

    async def _finish(self) -> SubentryFlowResult:
        await require_disk(self._get_entry())
        chosen = [(slot.lock.id, slot.slot) for slot in self._chosen.values()]
        await keep(self._home.async_bind_person(self._person_id, chosen))
        data = {
            CONF_PERSON_ID: self._person_id,
            CONF_NAME: self._name,
            CONF_PERSON_ENTITY: self._person_entity,
        }
        if self._is_new:
            return self.async_create_entry(
                title=self._name, data=data, unique_id=self._person_id
            )
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._name,
            data=data,
            reason=SAVED,
        )

    @property
    def _home(self) -> Home:
        return running_home(self._get_entry())

    @property
    def _placeholders(self) -> dict[str, str]:
        bound = self._chosen.values()
        known = ", ".join(slots.describe(self.hass, slot) for slot in bound)
        known = known or message(self.hass, "nothing_yet")
        return {"name": self._name, "known": known}


def _lock_schema(locks: dict[str, Lock]) -> pb.Schema:
    choices = [SelectOptionDict(value=k, label=lock.name) for k, lock in locks.items()]
    selector = SelectSelector(
        SelectSelectorConfig(options=choices, mode=SelectSelectorMode.LIST)
    )
    return pb.Schema({pb.Required(CONF_LOCK): selector})


def _slots_schema(choices: list[SelectOptionDict], chosen: Iterable[str]) -> pb.Schema:
    selector = SelectSelector(
        SelectSelectorConfig(
            options=choices, multiple=True, mode=SelectSelectorMode.LIST
        )
    )
    return pb.Schema({pb.Optional(CONF_SLOTS, default=list(chosen)): selector})
