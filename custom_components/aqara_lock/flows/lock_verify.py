"""The report of a check: is the lock on the hub, does it answer, does it name people."""

import asyncio
from typing import Any

from homeassistant.config_entries import SubentryFlowResult

from ..domain.commissioning import BindingReport
from ..preflight import async_verify
from ..texts import report, report_in_short
from .lock_app import AppSteps
from .lock_flow import WHERE_AM_I
from .lock_links import links
from .steps import offers


class VerifySteps(AppSteps):
    """Checks the lock on request and shows what was found."""

    _verifying: asyncio.Task[BindingReport | None] | None = None
    after_report: tuple[str, ...] = ("users", "report_details", "apple_home", "verify")

    async def async_step_verify(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask the lock a few times how it is reached, because the user wants it."""
        if self._verifying is None:
            if (lock := self.lock) is None:
                return self.async_abort(reason="lock_gone")
            self._verifying = self.hass.async_create_background_task(
                async_verify(self.hass, lock.id),
                "aqara_lock verify",
                eager_start=False,
            )
        if not self._verifying.done():
            return self.async_show_progress(
                step_id="verify",
                progress_action="verify",
                progress_task=self._verifying,
                description_placeholders=self.words,
            )
        self._verifying.result()
        self._verifying = None
        return self.async_show_progress_done(next_step_id="report")

    @offers
    async def async_step_report(self) -> SubentryFlowResult:
        """Answer in three lines; the report is kept with the lock."""
        lock = self.lock
        if lock is None or lock.binding is None:
            return self.async_abort(reason="lock_gone")
        return self.show_choice(
            "report",
            *self.after_report,
            report=report_in_short(self.hass, lock.binding),
            links=links(self.hass, lock),
        )

    @offers
    async def async_step_report_details(self) -> SubentryFlowResult:
        """Explain every line of the report."""
        lock = self.lock
        if lock is None or lock.binding is None:
            return self.async_abort(reason="lock_gone")
        return self.show_choice(
            "report_details", "report", report=report(self.hass, lock.binding)
        )

    @offers
    async def async_step_apple_home(self) -> SubentryFlowResult:
        """Say how Apple Home gets the lock as well; nobody needs it."""
        return self.show_choice("apple_home", "users", "apple_home_failed", WHERE_AM_I)

    @offers
    async def async_step_apple_home_failed(self) -> SubentryFlowResult:
        """Say what to try, and what need not be done again."""
        return self.show_choice("apple_home_failed", "apple_home", "users", WHERE_AM_I)
