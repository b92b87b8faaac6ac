"""The sharing code and the way into Matter; a closed dialog loses nothing."""

import asyncio
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry, SubentryFlowResult
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
import probatio as pb

from ..commissioning import Commissioning, CommissioningNotStarted
from ..const import SUBENTRY_LOCK
from ..domain.commissioning import (
    AQARA_VENDOR_ID,
    LONGEST_SECONDS,
    TYPICAL_SECONDS,
    Commissioned,
    CommissioningFailure,
    CommissioningOutcome,
    Failed,
    LockModel,
    SetupCodeError,
    parse_setup_code,
)
from ..domain.foreign_names import foreign_name
from ..domain.identity import LockIdentity
from ..matter import find_locks
from ..texts import message
from .lock_app import WHERE_AM_I
from .lock_found import FoundLockSteps, unique_id_of
from .running import require_disk

CONF_CODE: Final = "code"


class CommissionSteps(FoundLockSteps):
    """Takes a code, adds the lock to Matter and to the home."""

    _commissioning: asyncio.Task[CommissioningOutcome | None] | None = None

    async def async_step_code(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the one-time code; what was typed is handed on and forgotten."""
        self.came_from = "code"
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = user_input.get(CONF_CODE, "")
            if not typed.strip():
                return await self.go_to(self.code_step)
            try:
                code = parse_setup_code(typed, self._vendor_id)
            except SetupCodeError as err:
                errors[CONF_CODE] = err.problem.value
            else:
                self.home.commissioning.start(code, self.meant_hub)
                return await self.async_step_commission()
        return self.async_show_form(
            step_id="code",
            data_schema=_CODE_SCHEMA,
            errors=errors,
            description_placeholders=self.words,
            last_step=False,
        )

    @property
    def _vendor_id(self) -> int | None:
        """The maker whose code is expected; any for a lock of an unknown make."""
        return None if self.model is LockModel.OTHER_MATTER else AQARA_VENDOR_ID

    async def async_step_commission(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show that the lock is being added; attaches to what runs already."""
        if self._commissioning is None:
            self._commissioning = self.hass.async_create_background_task(
                self._outcome(self.home.commissioning),
                "aqara_lock wait for the lock",
                eager_start=False,
            )
        if not self._commissioning.done():
            return self.async_show_progress(
                step_id="commission",
                progress_action="commission",
                progress_task=self._commissioning,
                description_placeholders=self.words
                | {
                    "typical": str(TYPICAL_SECONDS),
                    "longest": str(LONGEST_SECONDS // 60),
                },
            )
        outcome, self._commissioning = self._commissioning.result(), None
        return self.async_show_progress_done(next_step_id=self._after(outcome))

    async def _outcome(
        self, commissioning: Commissioning
    ) -> CommissioningOutcome | None:
        """Wait for the outcome; None when the home was unloaded meanwhile."""
        try:
            return await commissioning.wait()
        except CommissioningNotStarted:
            return None

    def _after(self, outcome: CommissioningOutcome | None) -> str:
        if outcome is None:
            return "code"
        return "commission_failed" if isinstance(outcome, Failed) else "commissioned"

    async def async_step_commissioned(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the lock that was added, or the lock of the home that came back."""
        outcome = self.home.commissioning.outcome
        self.home.commissioning.forget()
        if not isinstance(outcome, Commissioned):
            return await self.go_to("found")
        if (known := self._subentry_of(outcome.lock)) is not None:
            self.added_id = known
            return await self.go_to("verify")
        return await self._take(outcome.lock)

    def _subentry_of(self, lock: LockIdentity) -> str | None:
        """Find a lock that was in the home before it was added anew."""
        every = self._get_entry().subentries.values()
        wanted = unique_id_of(lock)
        return next((x.subentry_id for x in every if x.unique_id == wanted), None)

    async def _take(self, lock: LockIdentity) -> SubentryFlowResult:
        """Make a lock of Matter a part of the home; a bridge may bring several."""
        fitting = (x for x in find_locks(self.hass) if x.identity == lock)
        chosen = next(fitting, None)
        if chosen is None or len(self.new_locks()) > 1:
            return await self.go_to("found")
        self.chosen = chosen
        self.after_replace = "add"
        return await self.async_step_replace()

    async def async_step_add(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add the lock now, so that it can be checked while the dialog is open."""
        await require_disk(self._get_entry())
        subentry = ConfigSubentry(
            data=MappingProxyType(self.lock_data()),
            subentry_type=SUBENTRY_LOCK,
            title=self.chosen.name,
            unique_id=unique_id_of(self.chosen.identity),
        )
        self.hass.config_entries.async_add_subentry(self._get_entry(), subentry)
        self.added_id = subentry.subentry_id
        await self.home.async_follow_subentries()
        return await self.go_to("verify")

    async def async_step_commission_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say what went wrong and what to do; the place is kept."""
        outcome = self.home.commissioning.outcome
        if not isinstance(outcome, Failed):
            return await self.go_to("code")
        options = ["code", self.code_step, WHERE_AM_I]
        if outcome.lock is not None:
            self.added_id = self._subentry_of(outcome.lock)
            options.insert(0, "verify" if self.added_id else "found")
        if outcome.failure is CommissioningFailure.WRONG_THREAD_NETWORK:
            options.insert(1, "connect_hub")
        return self.show_choice(
            "commission_failed", *options, problem=self._problem(outcome)
        )

    def _problem(self, failed: Failed) -> str:
        return message(
            self.hass,
            f"commission_{failed.failure}",
            ecosystems=", ".join(map(foreign_name, failed.ecosystems)) or "–",
            fabrics=str(failed.fabrics or 0),
            network=failed.network_name or failed.network or "–",
            hubs=self.named(failed.hubs),
            **self.words,
        )


_CODE_SCHEMA: Final = pb.Schema(
    {
        pb.Optional(CONF_CODE, default=""): TextSelector(
            TextSelectorConfig(autocomplete="off")
        )
    }
)
