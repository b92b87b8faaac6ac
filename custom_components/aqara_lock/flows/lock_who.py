"""Who is who at the new lock: a table of its users, or a name and a touch of the reader."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.util.ulid import ulid_now

from ..const import CONF_NAME, CONF_PERSON_ENTITY, CONF_PERSON_ID
from ..domain.attribution import Attribution
from ..locks import Lock
from ..texts import message
from . import slots
from .identity import given_name, identity_schema, problem_with
from .lock_flow import WHERE_AM_I
from .lock_links import links
from .lock_verify import VerifySteps
from .people import PeopleTable, add_person
from .running import keep, require_disk
from .steps import CONF_NEXT, offers
from .teach import next_local_operation, slot_of

USERS_TAKE: Final = 20.0
"""Seconds at most in which a lock that sleeps lists its users."""


class WhoSteps(VerifySteps):
    """Names the users of a lock, all at once or one after the other."""

    after_who: str = "finish"
    """The step that ends the flow once people are named."""
    _touch: asyncio.Task[Attribution | None] | None = None
    _who: Mapping[str, Any] = MappingProxyType({})
    """Who was named, and stands in the form when somebody comes back to it."""
    _listing: asyncio.Task[None] | None = None
    _shown_users: frozenset[str] = frozenset()
    _found: slots.LockSlot

    async def async_step_users(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait until the lock has listed its users; one that did is not waited for."""
        if (lock := self.lock) is None:
            return self.async_abort(reason="lock_gone")
        if self._listing is None:
            if not slots.is_listing(lock):
                return await self.go_to("who")
            self._listing = self.hass.async_create_background_task(
                slots.async_listed(lock, USERS_TAKE), "aqara_lock list of users"
            )
        if not self._listing.done():
            return self.async_show_progress(
                step_id="users",
                progress_action="users",
                progress_task=self._listing,
                description_placeholders=self.words,
            )
        self._listing = None
        return self.async_show_progress_done(next_step_id="who")

    async def async_step_who(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the person behind each user; what is filled in is kept at once."""
        if (lock := self.lock) is None:
            return self.async_abort(reason="lock_gone")
        table = PeopleTable(self.hass, self._get_entry(), self.home, lock)
        if user_input is not None:
            await table.async_keep(user_input, self._shown_users)
            return await self.go_to(user_input[CONF_NEXT])
        people = self.home.household.people.values()
        known = ", ".join(person.name for person in people)
        fields, self._shown_users = table.fields(), table.labels
        return self.show_fields(
            "who",
            fields,
            *self._after_who(is_listed=bool(fields)),
            words=self.words
            | {
                "known": known or message(self.hass, "nobody_yet"),
                "listed": self._said_of_users(lock, is_listed=bool(fields)),
            },
        )

    def _said_of_users(self, lock: Lock, *, is_listed: bool) -> str:
        """Say what the lock has listed, and whether it was here before."""
        key = "users_listed" if is_listed else "users_not_listed"
        listed = message(self.hass, key, **self.words)
        if not lock.is_known_again:
            return listed
        return f"{message(self.hass, 'known_again')}\n\n{listed}"

    def _after_who(self, *, is_listed: bool) -> tuple[str, ...]:
        """List what can follow: without a table, naming by touch comes first."""
        # Only while a lock is set up is there a place to be at.
        place = (WHERE_AM_I,) if self.after_who == "finish" else ()
        if is_listed:
            return (self.after_who, "who_is_it", *place)
        return ("who_is_it", self.after_who, *place)

    async def async_step_who_is_it(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a Home Assistant person or a name."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_NEXT] != "who_touch":
                return await self.go_to(user_input[CONF_NEXT])
            error = self._take_person(user_input)
            if error is None:
                return await self.go_to("who_touch")
            errors["base"] = error
        return self.show_fields(
            "who_is_it",
            identity_schema(user_input or self._who).schema,
            "who_touch",
            words=self.words,
            errors=errors,
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

    @offers
    async def async_step_who_seen(self) -> SubentryFlowResult:
        """Show what the lock reported, and ask whether that was the person."""
        report = {"slot": slots.describe(self.hass, self._found)}
        return self.show_choice(
            "who_seen", "who_take", "who_touch", **self._placeholders | report
        )

    async def async_step_who_take(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the person, and which user the lock reported."""
        await require_disk(self._get_entry())
        await self._add_person()
        person_id = self._who[CONF_PERSON_ID]
        found = (self._found.lock.id, self._found.slot)
        await keep(self.home.async_bind_person(person_id, [found]))
        return await self.go_to("who")

    @offers
    async def async_step_who_silent(self) -> SubentryFlowResult:
        """Say plainly that this lock does not tell, and what can be done instead."""
        return self.show_choice(
            "who_silent", "who_touch", "who_keep", "who", **self._placeholders
        )

    @offers
    async def async_step_who_nothing(self) -> SubentryFlowResult:
        """Say that nothing happened at the door."""
        return self.show_choice(
            "who_nothing", "who_touch", "who_keep", "who", **self._placeholders
        )

    async def async_step_who_keep(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the person without anything bound yet."""
        await require_disk(self._get_entry())
        await self._add_person()
        return await self.go_to("who")

    async def async_step_finish(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """End; the lock is in the home since it was added."""
        self.home.keep_setup_place({})
        lock = self.lock
        if lock is None:
            return self.async_abort(reason="lock_gone")
        words = self.words | {"links": links(self.hass, lock)}
        return self.async_abort(reason="lock_ready", description_placeholders=words)

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

    async def _add_person(self) -> None:
        add_person(self.hass, self._get_entry(), dict(self._who))
        await self.home.async_follow_subentries()

    @property
    def _placeholders(self) -> dict[str, str]:
        lock = self.lock
        return {"name": self._who[CONF_NAME], "lock": lock.name if lock else "–"}
