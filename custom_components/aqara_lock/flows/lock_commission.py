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
from .lock_flow import WHERE_AM_I
from .lock_found import FoundLockSteps, unique_id_of
from .running import require_disk
from .steps import CONF_NEXT, offers

CONF_CODE: Final = "code"
WITH_CODE: Final = "commission"
"""Chosen where the code was typed; every other choice leaves it alone."""


class CommissionSteps(FoundLockSteps):
    """Takes a code, adds the lock to Matter and to the home."""

    _commissioning: asyncio.Task[CommissioningOutcome | None] | None = None

    async def async_step_share(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how the Aqara Home app gives a code, and take it."""
        self.code_step = "share"
        if (next_page := await self._take_code(user_input)) is not None:
            return next_page
        intro = message(self.hass, self.intro, **self.words)
        return self.show_fields(
            "share",
            _CODE,
            WITH_CODE,
            "share_failed",
            WHERE_AM_I,
            words=self.words | {"intro": intro},
            errors=self._errors,
        )

    async def async_step_share_other(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how another app gives a code, and take it."""
        self.code_step = "share_other"
        if (next_page := await self._take_code(user_input)) is not None:
            return next_page
        return self.show_fields(
            "share_other",
            _CODE,
            WITH_CODE,
            "share_failed",
            WHERE_AM_I,
            words=self.words,
            errors=self._errors,
        )

    async def async_step_zigbee(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how a Zigbee lock comes through the hub's bridge; takes the hub's code."""
        self.code_step = "zigbee"
        if (next_page := await self._take_code(user_input)) is not None:
            return next_page
        return self.show_fields(
            "zigbee",
            _CODE,
            WITH_CODE,
            "already",
            "glossary",
            words=self.words,
            errors=self._errors,
        )

    _errors: dict[str, str] | None = None

    async def _take_code(
        self, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult | None:
        """Go where the user chose to go; what was typed is handed on and forgotten.

        Returns None where the page is to be shown, with what is wrong with the code.
        """
        self._errors = None
        if user_input is None:
            return None
        if user_input[CONF_NEXT] != WITH_CODE:
            return await self.go_to(user_input[CONF_NEXT])
        typed = user_input.get(CONF_CODE, "")
        if not typed.strip():
            self._errors = {CONF_CODE: "code_missing"}
            return None
        try:
            code = parse_setup_code(typed, self._vendor_id)
        except SetupCodeError as err:
            self._errors = {CONF_CODE: err.problem.value}
            return None
        self.home.commissioning.start(code, self.meant_hub)
        return await self.go_to(WITH_CODE)

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
            return "get_code"
        return "commission_failed" if isinstance(outcome, Failed) else "commissioned"

    async def async_step_commissioned(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the lock that was added, or the lock of the home that came back."""
        outcome = self.home.commissioning.outcome
        self.home.commissioning.forget()
        self.after_add = "verify"
        if not isinstance(outcome, Commissioned):
            return await self.go_to("found")
        if (known := self._subentry_of(outcome.lock)) is not None:
            self.added_id = known
            return await self.go_to("verify")
        return await self._take(outcome.lock)

    def _subentry_of(self, lock: LockIdentity) -> str | None:
        """Find a lock that was in the home before it was added again."""
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
        return await self.go_to("door")

    async def async_step_add(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add the lock now: what follows needs it, and a closed window loses nothing."""
        await require_disk(self._get_entry())
        self.name_door()
        subentry = ConfigSubentry(
            data=MappingProxyType(self.lock_data()),
            subentry_type=SUBENTRY_LOCK,
            title=self.door_name,
            unique_id=unique_id_of(self.chosen.identity),
        )
        self.hass.config_entries.async_add_subentry(self._get_entry(), subentry)
        self.added_id = subentry.subentry_id
        await self.home.async_follow_subentries()
        # There is no way back to where it was not added.
        self.trail.clear()
        return await self.go_to(self.after_add)

    @offers
    async def async_step_commission_failed(self) -> SubentryFlowResult:
        """Say what went wrong and what to do; the place is kept."""
        outcome = self.home.commissioning.outcome
        if not isinstance(outcome, Failed):
            return await self.go_to("get_code")
        options = ["get_code", WHERE_AM_I]
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


_CODE: Final = {
    pb.Optional(CONF_CODE, default=""): TextSelector(
        TextSelectorConfig(autocomplete="off")
    )
}
