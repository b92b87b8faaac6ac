"""Steps that change what a person may open: doors and times, off and on, or all of it gone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult

from ..access import AccessChange, AccessDoor
from ..domain.access import Grant, Wish
from ..domain.journal import ReportsWho
from ..texts import message, status_text, window_text
from .code_steps import CODE_STEPS, CodeSteps
from .steps import CONF_NEXT, Step, StepKind, offers


class AccessSteps(CodeSteps):
    """Changes the access of somebody who is in the home, or about to be."""

    async def async_step_access(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which doors, and when."""
        if not self._doors:
            return self.async_abort(reason="no_locks")
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_NEXT] != "code":
                return await self.go_to(user_input[CONF_NEXT])
            if (error := self._take_wish(user_input)) is None:
                return await self.go_to("code")
            errors["base"] = error
        return self.show_fields(
            "access",
            self._access_fields(user_input),
            "code",
            errors=errors,
            words={"name": self._name},
        )

    async def async_step_switch_off(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the person out; code and times stay on the locks."""
        return await self._begin(self._with_wish(Wish.OFF))

    async def async_step_switch_on(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Let the person open again."""
        return await self._begin(self._with_wish(Wish.ON))

    @offers
    async def async_step_remove_access(self) -> SubentryFlowResult:
        """Ask whether the access shall be gone from the locks."""
        return self.show_choice("remove_access", "remove", name=self._name)

    async def async_step_remove(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the access away at every door."""
        return await self._begin(self._with_wish(Wish.REMOVED))

    @property
    def _access_lines(self) -> str:
        """What the person may open now, a line for each door."""
        lines = []
        for grant in self._known():
            door = self._access.doors.get(grant.key.door_id)
            if door is None:
                continue
            status = status_text(self.hass, self._access.status(grant.key), grant.wish)
            when = window_text(self.hass, grant.window)
            naming = self._naming(door, grant)
            lines.append(f"- **{door.lock.name}**, {when}: {status} {naming}".rstrip())
        return "\n".join(lines) or message(self.hass, "access_none")

    def _naming(self, door: AccessDoor, grant: Grant) -> str:
        """Say whether a lock that named nobody yet names a person by the code of ours."""
        placement = self._access.placements.get(grant.key)
        if placement is None or placement.credential is None:
            return ""
        if placement.first_used_at is not None:
            return message(self.hass, "code_names", name=self._name)
        if door.lock.reports_who in {ReportsWho.NO, ReportsWho.NOT_SEEN_YET}:
            return message(self.hass, "code_may_name", name=self._name)
        return ""

    def _with_wish(self, wish: Wish) -> AccessChange:
        known = {grant.key: replace(grant, wish=wish) for grant in self._known()}
        return AccessChange(grants=known)


ACCESS_STEPS: Final[Mapping[str, Step]] = {
    **CODE_STEPS,
    "access": Step(AccessSteps.async_step_access, StepKind.FORM, ("code",)),
    "switch_off": Step(AccessSteps.async_step_switch_off, StepKind.PASSED, ("work",)),
    "switch_on": Step(AccessSteps.async_step_switch_on, StepKind.PASSED, ("work",)),
    "remove_access": Step(
        AccessSteps.async_step_remove_access, StepKind.CHOICE, ("remove",)
    ),
    "remove": Step(AccessSteps.async_step_remove, StepKind.PASSED, ("work",)),
}
