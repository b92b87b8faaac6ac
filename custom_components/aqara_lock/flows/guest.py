"""Subentry flow: a guest with a code, for some doors and some time."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import TextSelector
from homeassistant.util.ulid import ulid_now
import probatio as pb

from ..const import CONF_NAME, CONF_PERSON_ID, CONF_PERSON_KIND
from ..domain.access import PersonKind
from .code_steps import CODE_STEPS, CodeSteps
from .identity import problem_with
from .people import add_person
from .running import require_disk
from .steps import Step, StepKind


class GuestSteps(CodeSteps):
    """Names a guest, and gives a code for a stay."""

    words_of: ClassVar[str] = "next_guest"
    proposed_window: ClassVar[str] = "from_to"
    _name = ""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask who, which doors and when, on one page."""
        if not self._doors:
            return self.async_abort(reason="no_locks")
        if not hasattr(self, "_person_id"):
            self._person_id = ulid_now()
        errors: dict[str, str] = {}
        if user_input is not None:
            if (error := self._take_guest(user_input)) is None:
                return await self.go_to("code")
            errors["base"] = error
        name = {"suggested_value": (user_input or {}).get(CONF_NAME)}
        return self.show_fields(
            "user",
            {
                pb.Optional(CONF_NAME, description=name): TextSelector(),
                **self._access_fields(user_input),
            },
            "code",
            errors=errors,
        )

    async def async_keep_person(self) -> None:
        """Keep the guest before anything is wanted for it."""
        entry = self._get_entry()
        await require_disk(entry)
        data = {
            CONF_PERSON_ID: self._person_id,
            CONF_NAME: self._name,
            CONF_PERSON_KIND: PersonKind.GUEST.value,
        }
        add_person(self.hass, entry, data)
        await self._running.async_follow_subentries()

    def _take_guest(self, user_input: Mapping[str, Any]) -> str | None:
        """Keep name, doors and times; returns the key of the error where they do not do."""
        name = (user_input.get(CONF_NAME) or "").strip()
        if not name:
            return "name_missing"
        if (problem := problem_with(name, self._running.household)) is not None:
            return problem
        self._name = name
        return self._take_wish(user_input)


GUEST_STEPS: Final[Mapping[str, Step]] = {
    **CODE_STEPS,
    "user": Step(GuestSteps.async_step_user, StepKind.FORM, ("code",)),
}


class GuestSubentryFlow(GuestSteps):
    """Adds a guest with a code."""

    steps: ClassVar[Mapping[str, Step]] = GUEST_STEPS
