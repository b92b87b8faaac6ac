"""Who is who at the new lock: a name, a touch of the reader, done."""

import asyncio
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.util.ulid import ulid_now

from ..const import CONF_NAME, CONF_PERSON_ENTITY, CONF_PERSON_ID, SUBENTRY_PERSON
from ..domain.attribution import Attribution
from ..texts import message
from . import slots
from .identity import given_name, identity_schema, problem_with
from .lock_app import WHERE_AM_I
from .lock_verify import VerifySteps
from .running import keep, require_disk
from .teach import next_local_operation, slot_of


class WhoSteps(VerifySteps):
    """Adds people one after the other, each taught by doing."""

    _touch: asyncio.Task[Attribution | None] | None = None
    _who: dict[str, Any]
    _found: slots.LockSlot

    async def async_step_who(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Offer to name the next person, or be done."""
        people = self.home.household.people.values()
        known = ", ".join(person.name for person in people)
        known = known or message(self.hass, "nobody_yet")
        return self.show_choice("who", "who_is_it", "finish", WHERE_AM_I, known=known)

    async def async_step_who_is_it(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a Home Assistant person or a name."""
        errors: dict[str, str] = {}
        if user_input is not None:
            error = self._take_person(user_input)
            if error is None:
                return await self.async_step_who_touch()
            errors["base"] = error
        return self.async_show_form(
            step_id="who_is_it",
            data_schema=identity_schema(user_input),
            errors=errors,
            last_step=False,
        )

    async def async_step_who_touch(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait until somebody operates the lock at the door."""
        if self._touch is None:
            if (lock := self.lock) is None:
                return self.async_abort(reason="lock_gone")
            self._touch = self.hass.async_create_background_task(
                next_local_operation(self.hass, lock.id), "aqara_lock teach"
            )
        if not self._touch.done():
            return self.async_show_progress(
                step_id="who_touch",
                progress_action="who_touch",
                progress_task=self._touch,
                description_placeholders=self._placeholders,
            )
        seen, self._touch = self._touch.result(), None
        return self.async_show_progress_done(next_step_id=self._after_touch(seen))

    def _after_touch(self, seen: Attribution | None) -> str:
        if seen is None:
            return "who_nothing"
        slot = slot_of(seen)
        if slot is None or self.lock is None:
            return "who_silent"
        self._found = slots.LockSlot(self.lock, slot)
        return "who_seen"

    async def async_step_who_seen(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what the lock reported, and ask whether that was the person."""
        report = {"slot": slots.describe(self.hass, self._found)}
        return self.show_choice(
            "who_seen",
            "who_take",
            "who_touch",
            WHERE_AM_I,
            **self._placeholders | report,
        )

    async def async_step_who_take(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Bind what the lock reported."""
        await require_disk(self._get_entry())
        self._add_person()
        await self.home.async_follow_subentries()
        person_id = self._who[CONF_PERSON_ID]
        found = (self._found.lock.id, self._found.slot)
        await keep(self.home.async_bind_person(person_id, [found]))
        return await self.async_step_who()

    async def async_step_who_silent(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say plainly that this lock does not tell, and what can be done instead."""
        return self.show_choice(
            "who_silent",
            "who_touch",
            "who_keep",
            "who",
            WHERE_AM_I,
            **self._placeholders,
        )

    async def async_step_who_nothing(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say that nothing happened at the door."""
        return self.show_choice(
            "who_nothing",
            "who_touch",
            "who_keep",
            "who",
            WHERE_AM_I,
            **self._placeholders,
        )

    async def async_step_who_keep(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the person without anything bound yet."""
        await require_disk(self._get_entry())
        self._add_person()
        await self.home.async_follow_subentries()
        return await self.async_step_who()

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """End; the lock is in the home since it was added."""
        return self.async_abort(
            reason="lock_ready", description_placeholders=self.words
        )

    def _take_person(self, user_input: dict[str, Any]) -> str | None:
        """Keep name and person; gives the error key when they do not do."""
        name = given_name(self.hass, user_input)
        error = problem_with(name, self.home.household)
        if error is None:
            self._who = {
                CONF_PERSON_ID: ulid_now(),
                CONF_NAME: name,
                CONF_PERSON_ENTITY: user_input.get(CONF_PERSON_ENTITY),
            }
        return error

    def _add_person(self) -> None:
        subentry = ConfigSubentry(
            data=MappingProxyType(self._who),
            subentry_type=SUBENTRY_PERSON,
            title=self._who[CONF_NAME],
            unique_id=self._who[CONF_PERSON_ID],
        )
        self.hass.config_entries.async_add_subentry(self._get_entry(), subentry)

    @property
    def _placeholders(self) -> dict[str, str]:
        lock = self.lock
        return {"name": self._who[CONF_NAME], "lock": lock.name if lock else "–"}
