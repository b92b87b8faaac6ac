"""Subentry flow: a member of the household or a guest, taught by touching the reader."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util.ulid import ulid_now
import probatio as pb

from ..const import CONF_NAME, CONF_PERSON_ENTITY, CONF_PERSON_ID, SAVED
from ..domain.access import Grant, Slot, UserSlot, Wish
from ..domain.attribution import Attribution, Method
from ..domain.foreign_names import foreign_name
from ..domain.journal import Sentence, how_sentence
from ..home import Home
from ..locks import Lock
from ..texts import message, spoken
from . import slots
from .access_steps import ACCESS_STEPS, AccessSteps
from .identity import given_name, identity_schema, problem_with
from .people import add_person
from .running import keep, require_disk, running_home
from .slots import LockSlot
from .steps import CONF_NEXT, Step, StepKind, offers
from .teach import next_local_operation, slot_of

CONF_LOCK: Final = "lock"
CONF_SLOTS: Final = "slots"


class PersonSteps(AccessSteps):
    """Names a person and learns which users of the locks are this person."""

    words_of: ClassVar[str] = "next_person"
    _name: str = ""
    _person_entity: str | None = None
    _subentry_id: str | None = None
    """Set once the person is in the home."""
    _lock: Lock
    _wait: asyncio.Task[Attribution | None] | None = None
    _slot: Slot
    _method: Method

    def __init__(self) -> None:
        """Begin with nothing bound."""
        super().__init__()
        self._chosen: dict[str, LockSlot] = {}
        self._bound: set[str] = set()
        """What was bound when the dialog began, or was kept by it."""

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
                return await self.go_to(user_input[CONF_NEXT])
            errors["base"] = error
        return self.show_fields(
            "user",
            identity_schema(user_input or self._named).schema,
            "learn",
            "access",
            errors=errors,
        )

    @offers
    async def async_step_reconfigure(self) -> SubentryFlowResult:
        """Show a person that is there, to rename or to teach more."""
        subentry = self.kept("person_gone")
        self._subentry_id = subentry.subentry_id
        self._person_id = subentry.data[CONF_PERSON_ID]
        self._name = subentry.data[CONF_NAME]
        self._person_entity = subentry.data.get(CONF_PERSON_ENTITY)
        bound = slots.bound_slots(self._running, self._person_id)
        self._chosen = {slot.value: slot for slot in bound}
        self._bound = set(self._chosen)
        known = self._known()
        switch = "switch_on" if _is_off(known) else "switch_off"
        changes = (switch, "remove_access") if known else ()
        return self.show_choice(
            "reconfigure",
            "access",
            *changes,
            "rename",
            "teach",
            "pick",
            access=self._access_lines,
            **self._placeholders,
        )

    async def async_step_rename(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change name or Home Assistant person."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_NEXT] != "finish":
                return await self.go_to(user_input[CONF_NEXT])
            error = self._take_identity(user_input)
            if error is None:
                return await self.go_to("finish")
            errors["base"] = error
        known = identity_schema(user_input or self._named)
        return self.show_fields("rename", known.schema, "finish", errors=errors)

    @offers
    async def async_step_learn(self) -> SubentryFlowResult:
        """Ask how the person shall be known at the door."""
        return self.show_choice(
            "learn", "teach", "pick", "finish", **self._placeholders
        )

    async def async_step_teach(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask at which door the person will unlock."""
        locks = self._running.locks
        if not locks:
            return self.async_abort(reason="no_locks")
        if user_input is not None and user_input[CONF_NEXT] != "touch":
            return await self.go_to(user_input[CONF_NEXT])
        if user_input is None and len(locks) > 1:
            return self.show_fields("teach", _lock_field(locks), "touch")
        chosen = user_input[CONF_LOCK] if user_input else next(iter(locks))
        if chosen not in locks:
            return self.async_abort(reason="lock_gone")
        self._lock = locks[chosen]
        return await self.go_to("touch")

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

    @offers
    async def async_step_confirm(self) -> SubentryFlowResult:
        """Show what the lock reported, and ask whether that was the person."""
        report = {"slot": slots.describe(self.hass, self._seen), "how": self._how}
        return self.show_choice(
            "confirm", "take", "touch", "pick", **self._placeholders | report
        )

    async def async_step_take(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the person and what the lock reported: closing the window loses nothing."""
        self._chosen[self._seen.value] = self._seen
        await self._keep()
        # There is no way back to where it was not kept.
        self.trail.clear()
        return await self.go_to("more")

    @offers
    async def async_step_more(self) -> SubentryFlowResult:
        """Go on with another finger, another door, or be done."""
        return self.show_choice("more", "finish", "teach", **self._told_last)

    @offers
    async def async_step_silent(self) -> SubentryFlowResult:
        """Say plainly that this lock does not tell, and what can be done instead."""
        return self.show_choice("silent", "teach", "pick", "finish", **self._with_lock)

    @offers
    async def async_step_nothing(self) -> SubentryFlowResult:
        """Say that nothing happened at the door."""
        return self.show_choice("nothing", "teach", "pick", "finish", **self._with_lock)

    async def async_step_pick(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Bind from the users that the locks report."""
        known = {slot.value: slot for slot in slots.user_slots(self._running)}
        known |= self._chosen
        if user_input is not None:
            if user_input[CONF_NEXT] != "finish":
                return await self.go_to(user_input[CONF_NEXT])
            wanted = user_input.get(CONF_SLOTS, [])
            self._chosen = {x: known[x] for x in wanted if x in known}
            return await self.go_to("finish")
        choices = slots.options(self.hass, known.values())
        return self.show_fields(
            "pick",
            _slots_field(choices, self._chosen),
            "finish",
            words=self._placeholders,
        )

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep what was learned, and end."""
        await self._keep()
        return self.async_abort(
            reason=SAVED, description_placeholders=self._placeholders
        )

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

    @property
    def _named(self) -> dict[str, Any]:
        """Who it is so far: it stands in the form when somebody comes back to it."""
        return {CONF_NAME: self._name, CONF_PERSON_ENTITY: self._person_entity}

    def _take_identity(self, user_input: dict[str, Any]) -> str | None:
        """Keep name and person; gives the error key when they do not do."""
        name = given_name(self.hass, user_input)
        error = problem_with(name, self._running.household, self._person_id)
        if error is None:
            self._name = name
            self._person_entity = user_input.get(CONF_PERSON_ENTITY)
        return error

    async def async_keep_person(self) -> None:
        """Keep the person before anything is wanted for it; who is there stays as it is."""
        if self._subentry_id is None:
            await self._keep()
        self._subentry()

    def _subentry(self) -> ConfigSubentry | None:
        """Return the person that is kept; ends the flow where it was removed meanwhile."""
        if self._subentry_id is None:
            return None
        found = self._get_entry().subentries.get(self._subentry_id)
        if found is None:
            raise AbortFlow("person_gone")
        return found

    async def _keep(self) -> None:
        """Write the person as it is known now; ends the flow where that fails."""
        entry, home = self._get_entry(), self._running
        await require_disk(entry)
        data = {
            CONF_PERSON_ID: self._person_id,
            CONF_NAME: self._name,
            CONF_PERSON_ENTITY: self._person_entity,
        }
        if (subentry := self._subentry()) is None:
            self._subentry_id = add_person(self.hass, entry, data)
        else:
            # What else is known of a person stays: a guest is one, whatever the name.
            self.hass.config_entries.async_update_subentry(
                entry, subentry, title=self._name, data={**subentry.data, **data}
            )
        await home.async_follow_subentries()
        await self._bind(home)

    async def _bind(self, home: Home) -> None:
        """Bind what this dialog chose; what came meanwhile by another way stays."""
        now = slots.bound_slots(home, self._person_id)
        gone = self._bound - self._chosen.keys()
        bound = {x.value: x for x in now if x.value not in gone} | {
            value: x for value, x in self._chosen.items() if value not in self._bound
        }
        chosen = [(x.lock.id, x.slot) for x in bound.values()]
        await keep(home.async_bind_person(self._person_id, chosen))
        self._chosen, self._bound = bound, set(bound)

    @property
    def _placeholders(self) -> dict[str, str]:
        bound = self._chosen.values()
        known = ", ".join(slots.describe(self.hass, slot) for slot in bound)
        known = known or message(self.hass, "nothing_yet")
        return {"name": self._name, "known": known}

    @property
    def _with_lock(self) -> dict[str, str]:
        return self._placeholders | {"lock": self._lock.name}

    @property
    def _told_last(self) -> dict[str, str]:
        """Say which user was kept, and what the lock itself calls it."""
        slot, lock = self._slot, self._lock
        user = (
            lock.log.memory.directory.user(slot.user_index)
            if isinstance(slot, UserSlot)
            else None
        )
        called = user.name if user is not None else None
        if called is None or called == self._name:
            said = message(self.hass, "taught", name=self._name)
        else:
            user_name = foreign_name(called)
            said = message(
                self.hass, "taught_other_name", name=self._name, user=user_name
            )
        return self._placeholders | {"said": said}


def _is_off(grants: Iterable[Grant]) -> bool:
    """Return whether everything that a person may open is switched off."""
    wishes = {grant.wish for grant in grants}
    return wishes == {Wish.OFF}


def _lock_field(locks: dict[str, Lock]) -> dict[Any, Any]:
    choices = [SelectOptionDict(value=k, label=lock.name) for k, lock in locks.items()]
    selector = SelectSelector(
        SelectSelectorConfig(options=choices, mode=SelectSelectorMode.LIST)
    )
    return {pb.Required(CONF_LOCK, default=choices[0]["value"]): selector}


def _slots_field(
    choices: list[SelectOptionDict], chosen: Iterable[str]
) -> dict[Any, Any]:
    selector = SelectSelector(
        SelectSelectorConfig(
            options=choices, multiple=True, mode=SelectSelectorMode.LIST
        )
    )
    return {pb.Optional(CONF_SLOTS, default=list(chosen)): selector}


PERSON_STEPS: Final[Mapping[str, Step]] = {
    **ACCESS_STEPS,
    "user": Step(PersonSteps.async_step_user, StepKind.FORM, ("access", "learn")),
    "learn": Step(
        PersonSteps.async_step_learn, StepKind.CHOICE, ("finish", "pick", "teach")
    ),
    "teach": Step(PersonSteps.async_step_teach, StepKind.FORM, ("touch",)),
    "touch": Step(
        PersonSteps.async_step_touch,
        StepKind.PROGRESS,
        ("confirm", "nothing", "silent"),
    ),
    "confirm": Step(
        PersonSteps.async_step_confirm, StepKind.CHOICE, ("pick", "take", "touch")
    ),
    "take": Step(PersonSteps.async_step_take, StepKind.PASSED, ("more",)),
    "more": Step(PersonSteps.async_step_more, StepKind.CHOICE, ("finish", "teach")),
    "silent": Step(
        PersonSteps.async_step_silent, StepKind.CHOICE, ("finish", "pick", "teach")
    ),
    "nothing": Step(
        PersonSteps.async_step_nothing, StepKind.CHOICE, ("finish", "pick", "teach")
    ),
    "pick": Step(PersonSteps.async_step_pick, StepKind.FORM, ("finish",)),
    "finish": Step(PersonSteps.async_step_finish, StepKind.END),
    "reconfigure": Step(
        PersonSteps.async_step_reconfigure,
        StepKind.CHOICE,
        (
            "access",
            "pick",
            "remove_access",
            "rename",
            "switch_off",
            "switch_on",
            "teach",
        ),
    ),
    "rename": Step(PersonSteps.async_step_rename, StepKind.FORM, ("finish",)),
}


class PersonSubentryFlow(PersonSteps):
    """Adds a member of the household or a guest, or changes one."""

    steps: ClassVar[Mapping[str, Step]] = PERSON_STEPS
