"""Steps from a wish to what came of it: a code, a plan, and the result at every door."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
import logging
import secrets
from typing import Any, ClassVar, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import AbortFlow

from ..access import Access, AccessChange, AccessDoor, NotReadError
from ..const import SAVED
from ..domain.access import (
    BY_HOME,
    AfterFirstUse,
    CodeProblem,
    DoorPlan,
    FromTo,
    Grant,
    GrantKey,
    GrantState,
    Keeper,
    Once,
    Wish,
    code_problem,
    generated_code,
)
from ..home import Home
from ..locks import Lock
from ..matter import LinkError
from ..texts import message, plan_text, status_text, window_text
from .access_form import (
    CONF_CODE,
    CONF_CODE_AGAIN,
    AccessWish,
    IncompleteError,
    access_fields,
    code_fields,
    read_wish,
)
from .running import keep, running_home
from .steps import CONF_NEXT, Step, StepFlow, StepKind

_LOGGER = logging.getLogger(__name__)

WAIT: Final = 300.0
"""Seconds that the dialog waits for the locks; what is not done then goes on without it."""

CODE_ERRORS: Final[Mapping[CodeProblem, str]] = {
    CodeProblem.NOT_DIGITS: "code_not_digits",
    CodeProblem.TOO_SHORT: "code_too_short",
    CodeProblem.TOO_LONG: "code_too_long",
    CodeProblem.ONE_DIGIT: "code_one_digit",
    CodeProblem.SEQUENCE: "code_sequence",
    CodeProblem.REPEATED: "code_repeated",
    CodeProblem.PATTERN: "code_pattern",
    CodeProblem.GIVEN_TWICE: "code_given_twice",
}


class CodeSteps(StepFlow):
    """Gives a person a code for some doors; nothing is written before it was agreed to."""

    _person_id: str
    _name: str
    _wish: AccessWish
    _code: str | None = None
    _is_made_up: bool = False
    _code_error: str | None = None
    _work: asyncio.Task[None] | None = None
    _change: AccessChange

    proposed_window: ClassVar[str] = "always"

    def __init__(self) -> None:
        """Begin with nothing wanted."""
        super().__init__()
        self._by_home: set[str] = set()

    async def async_keep_person(self) -> None:
        """Keep the person, before anything is wanted for it."""
        # Whoever is there already needs nothing.

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a code, or make one up; one that is there may stay."""
        errors: dict[str, str] = {}
        if user_input is not None:
            chosen = user_input[CONF_NEXT]
            # Keeping is chosen beforehand: a code that was typed is meant all the same.
            if chosen == "keep" and user_input.get(CONF_CODE):
                chosen = "read"
            if chosen != "read":
                return await self.go_to(chosen)
            error = self._take_code(user_input)
            if error is None:
                return await self.go_to("read")
            errors["base"] = error
        elif self._code_error is not None:
            errors["base"], self._code_error = self._code_error, None
        return self.show_fields(
            "code",
            code_fields(),
            *(("keep",) if self._has_codes else ()),
            "read",
            "make_up",
            errors=errors,
            words={"name": self._name, "length": self._length_text},
        )

    async def async_step_keep(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Leave the code that the locks have."""
        self._code, self._is_made_up = None, False
        return await self.go_to("read")

    async def async_step_make_up(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Make a code up that every chosen lock takes."""
        if self._is_off:
            self._code_error = "code_while_off"
            return await self.go_to("code")
        limits = [door.limits for door in self._doors_of_wish()]
        self._code = generated_code(limits, lambda: secrets.randbelow(10))
        if self._code is None:
            self._code_error = "no_common_length"
            return await self.go_to("code")
        self._is_made_up = True
        return await self.go_to("read")

    async def async_step_read(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Read the tables of the chosen locks that are not known."""
        if self._work is None:
            self._work = self.hass.async_create_background_task(
                self._read_tables(),
                "aqara_lock read tables",
                eager_start=False,
            )
        if not self._work.done():
            return self.async_show_progress(
                step_id="read", progress_action="read", progress_task=self._work
            )
        self._work = None
        return self.async_show_progress_done(next_step_id="plan")

    async def async_step_plan(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what would be done at each door, and ask whether it shall be."""
        if user_input is not None:
            return await self.go_to(user_input[CONF_NEXT])
        self._change = self._make_change()
        plans = self._plans()
        options = ["apply"]
        if self._can_by_home(plans):
            options.append("by_home")
        return self.show_choice(
            "plan",
            *options,
            name=self._name,
            when=self._when,
            plan=self._plan_lines(plans),
        )

    async def async_step_by_home(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Let Home Assistant end what a lock cannot, because the user agrees."""
        self._by_home |= {
            key.door_id
            for plan in self._plans().values()
            for key, reason in plan.cannot.items()
            if reason in BY_HOME
        }
        return await self.go_to("plan")

    async def async_step_apply(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep what is wanted, and let the doors begin."""
        await self.async_keep_person()
        return await self._begin(self._change)

    async def async_step_work(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait for the locks."""
        if self._work is None:
            doors = {key.door_id for key in self._change.grants}
            self._work = self.hass.async_create_background_task(
                self._access.async_wait(doors, WAIT),
                "aqara_lock wait for locks",
                # What is done at once would hand this page's answer to the next one.
                eager_start=False,
            )
        if not self._work.done():
            return self.async_show_progress(
                step_id="work",
                progress_action="work",
                progress_task=self._work,
                description_placeholders={"name": self._name},
            )
        self._work = None
        return self.async_show_progress_done(next_step_id="result")

    async def async_step_result(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what came of it at each door; a code that was made up is shown once."""
        if user_input is not None:
            return await self.go_to(user_input[CONF_NEXT])
        # There is no way back to where nothing was written.
        self.trail.clear()
        options = ["done"]
        if any(self._is_open(key) for key in self._change.grants):
            options.append("again")
        return self.show_choice(
            "result",
            *options,
            name=self._name,
            result=self._result_lines(),
            code=self._code_text,
        )

    async def async_step_again(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Try once more what is not in place, with the code that was given."""
        keys = [key for key in self._change.grants if self._is_open(key)]
        grants = {key: self._change.grants[key] for key in keys}
        codes = {key: x for key, x in self._change.codes.items() if key in grants}
        return await self._begin(AccessChange(grants=grants, codes=codes))

    async def async_step_done(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """End."""
        return self.async_abort(reason=SAVED)

    async def _begin(self, change: AccessChange) -> SubentryFlowResult:
        self._change = change
        await keep(self._access.async_apply(change))
        return await self.go_to("work")

    async def _read_tables(self) -> None:
        """Read what a plan needs; a lock that does not answer is said in the plan."""
        await asyncio.gather(*map(self._read_table, self._wish.door_ids))

    async def _read_table(self, door_id: str) -> None:
        door = self._access.doors.get(door_id)
        if door is None or door.table.is_known or not door.is_reachable:
            return
        try:
            await door.async_check()
        except LinkError as err:
            _LOGGER.info("A lock could not be read for a plan: %s", err.failure)

    def _take_wish(self, user_input: Mapping[str, Any]) -> str | None:
        """Keep what was filled in; returns the key of the error where it does not do."""
        try:
            self._wish = read_wish(user_input)
        except IncompleteError as err:
            return err.key
        self._by_home.clear()
        return None

    def _take_code(self, user_input: Mapping[str, Any]) -> str | None:
        """Keep the code; returns the key of the error where it does not do."""
        self._code, self._is_made_up = None, False
        if self._is_off:
            return "code_while_off"
        limits = [door.limits for door in self._doors_of_wish()]
        code = (user_input.get(CONF_CODE) or "").strip()
        if code != (user_input.get(CONF_CODE_AGAIN) or "").strip():
            return "codes_differ"
        if (problem := code_problem(code, limits)) is not None:
            return CODE_ERRORS[problem]
        self._code = code
        return None

    def _make_change(self) -> AccessChange:
        """Return what is wanted now; doors that were not chosen are to be left."""
        wish, grants = self._wish, dict[GrantKey, Grant]()
        for door_id in wish.door_ids:
            key = GrantKey(self._person_id, door_id, wish.effect)
            known = self._access.grants.get(key, Grant(key=key))
            by_us = door_id in self._by_home
            grants[key] = replace(
                known.wanted_again(),
                window=known.window if wish.window is None else wish.window,
                keeper=Keeper.HOME_ASSISTANT if by_us else Keeper.LOCK,
            )
        for known in self._known():
            if known.key not in grants and known.key.effect is wish.effect:
                grants[known.key] = replace(known, wish=Wish.REMOVED)
        coded = [key for key, x in grants.items() if x.wish is Wish.ON]
        codes = dict.fromkeys(coded, self._code) if self._code else {}
        return AccessChange(grants=grants, codes=codes)

    def _plans(self) -> dict[str, DoorPlan]:
        try:
            return self._access.plan(self._make_change())
        except NotReadError:
            raise AbortFlow("access_not_readable") from None

    def _can_by_home(self, plans: Mapping[str, DoorPlan]) -> bool:
        window = self._wish.window
        is_fit = isinstance(window, FromTo | Once | AfterFirstUse)
        reasons = [x for plan in plans.values() for x in plan.cannot.values()]
        return is_fit and any(reason in BY_HOME for reason in reasons)

    def _plan_lines(self, plans: Mapping[str, DoorPlan]) -> str:
        lines = []
        for door_id, plan in plans.items():
            door = self._access.doors[door_id]
            keys = [key for key in self._change.grants if key.door_id == door_id]
            if door.is_reachable:
                lines.append(plan_text(self.hass, plan, keys, door.lock.name))
            else:
                away = message(self.hass, "plan_away")
                lines.append(f"- **{door.lock.name}**: {away}")
        return "\n".join(lines)

    def _result_lines(self) -> str:
        lines = []
        for key in self._change.grants:
            door = self._access.doors.get(key.door_id)
            name = door.lock.name if door else key.door_id
            lines.append(f"- **{name}**: {self._result_of(key)}")
        return "\n".join(lines)

    def _result_of(self, key: GrantKey) -> str:
        grant = self._access.grants.get(key)
        if grant is None:
            return message(self.hass, "access_removed")
        door = self._access.doors.get(key.door_id)
        failed = door.progress.failed.get(key) if door else None
        status = self._access.status(key)
        return status_text(self.hass, status, grant.wish, failed)

    def _is_open(self, key: GrantKey) -> bool:
        """Return whether something is left to be done for an access."""
        status = self._access.status(key)
        if key not in self._access.grants or status is None:
            return False
        return status.state not in {
            GrantState.IN_PLACE,
            GrantState.SENT_NOT_PROVED,
            GrantState.CANNOT,
        }

    @property
    def _code_text(self) -> str:
        if not self._is_made_up or self._code is None:
            return ""
        return message(self.hass, "access_made_up", code=self._code)

    @property
    def _when(self) -> str:
        window = self._wish.window
        if window is None:
            return message(self.hass, "window_as_it_is")
        return window_text(self.hass, window)

    @property
    def _length_text(self) -> str:
        limits = [door.limits for door in self._doors_of_wish()]
        shortest = max((x.shortest_code for x in limits), default=4)
        longest = min((x.longest_code for x in limits), default=8)
        return f"{shortest}–{longest}" if shortest != longest else f"{shortest}"

    @property
    def _has_codes(self) -> bool:
        """Whether a code is in place at each of the chosen doors."""
        keys = [
            GrantKey(self._person_id, door_id, self._wish.effect)
            for door_id in self._wish.door_ids
        ]
        return all(key in self._access.placements for key in keys)

    @property
    def _is_off(self) -> bool:
        """Whether the person is switched off at a chosen door: no code is sent there."""
        grants = [x for x in self._known() if x.key.door_id in self._wish.door_ids]
        return any(grant.wish is Wish.OFF for grant in grants)

    def _doors_of_wish(self) -> list[AccessDoor]:
        found = (self._access.doors.get(door_id) for door_id in self._wish.door_ids)
        return [door for door in found if door is not None]

    def _known(self) -> list[Grant]:
        every = self._access.of_person(self._person_id)
        return [grant for grant in every if grant.wish is not Wish.REMOVED]

    def _access_fields(self, given: Mapping[str, Any] | None) -> dict[Any, Any]:
        return access_fields(
            self._doors, self._known(), given, proposed=self.proposed_window
        )

    @property
    def _doors(self) -> dict[str, Lock]:
        return self._running.locks

    @property
    def _access(self) -> Access:
        return self._running.access

    @property
    def _running(self) -> Home:
        return running_home(self._get_entry())


CODE_STEPS: Final[Mapping[str, Step]] = {
    "code": Step(CodeSteps.async_step_code, StepKind.FORM, ("keep", "make_up", "read")),
    "keep": Step(CodeSteps.async_step_keep, StepKind.PASSED, ("read",)),
    "make_up": Step(CodeSteps.async_step_make_up, StepKind.PASSED, ("code", "read")),
    "read": Step(CodeSteps.async_step_read, StepKind.PROGRESS, ("plan",)),
    "plan": Step(CodeSteps.async_step_plan, StepKind.CHOICE, ("apply", "by_home")),
    "by_home": Step(CodeSteps.async_step_by_home, StepKind.PASSED, ("plan",)),
    "apply": Step(CodeSteps.async_step_apply, StepKind.PASSED, ("work",)),
    "work": Step(CodeSteps.async_step_work, StepKind.PROGRESS, ("result",)),
    "result": Step(CodeSteps.async_step_result, StepKind.CHOICE, ("again", "done")),
    "again": Step(CodeSteps.async_step_again, StepKind.PASSED, ("work",)),
    "done": Step(CodeSteps.async_step_done, StepKind.END),
    "back": Step(StepFlow.async_step_back, StepKind.PASSED),
}
