"""What is done in the Aqara Home app and at the lock, each step with its ways out."""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.config_entries import SubentryFlowResult

from ..domain.diagnosis import is_well
from ..texts import message
from .lock_flow import STAGES, WHERE_AM_I, LockFlow
from .steps import offers

type MadeStep = Callable[..., Coroutine[Any, Any, SubentryFlowResult]]


def _choice(step_id: str, *options: str) -> MadeStep:
    """Make a step that says what to do and offers what can come of it."""

    @offers
    async def step(flow: LockFlow) -> SubentryFlowResult:
        return flow.show_choice(step_id, *options)

    return step


class AppSteps(LockFlow):
    """Done, it did not work, where am I: every step at the lock or in an app has these."""

    async_step_reset = _choice("reset", "aqara_app", "reset_failed", WHERE_AM_I)
    async_step_reset_failed = _choice("reset_failed", "reset", "aqara_app", WHERE_AM_I)
    async_step_aqara_app_failed = _choice(
        "aqara_app_failed", "aqara_app", "reset", WHERE_AM_I
    )
    async_step_missing = _choice("missing", "aqara_app", WHERE_AM_I)
    async_step_connect_hub_failed = _choice(
        "connect_hub_failed", "connect_hub", "reset", "calibrate", WHERE_AM_I
    )
    async_step_calibrate = _choice(
        "calibrate", "get_code", "calibrate_failed", WHERE_AM_I
    )
    async_step_calibrate_failed = _choice(
        "calibrate_failed", "calibrate", "get_code", WHERE_AM_I
    )

    @offers
    async def async_step_aqara_app(self) -> SubentryFlowResult:
        """Say what has to be ready, and how the lock gets into the Aqara Home app."""
        return self.show_choice(
            "aqara_app",
            "connect_hub",
            "missing",
            "aqara_app_failed",
            WHERE_AM_I,
            way=message(self.hass, self._way_to_hub(), **self.words),
        )

    def _way_to_hub(self) -> str:
        """Name the sentence on what was checked before."""
        if self.survey is None:
            return "way_not_checked"
        return "way_in_order" if is_well(self.checks) else "way_not_in_order"

    async def async_step_get_code(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on to where this lock gets its code."""
        return await self.go_to(self.code_step)

    @offers
    async def async_step_share_failed(self) -> SubentryFlowResult:
        """Say what to try when the app gives no code."""
        return self.show_choice("share_failed", "get_code", WHERE_AM_I)

    @offers
    async def async_step_where_am_i(self) -> SubentryFlowResult:
        """Show the whole way and the place on it."""
        return self.show_choice(
            WHERE_AM_I, "where", "glossary", **self._place(self.stage)
        )

    def _place(self, here: str) -> dict[str, str]:
        """Give the way as a list, and the place on it in a sentence."""
        stages = [stage for stage, _ in STAGES]
        told = [message(self.hass, stage) for stage in stages]
        place = stages.index(here)
        way = "\n".join(
            f"{number}. {f'**{text}**' if number == place + 1 else text}"
            for number, text in enumerate(told, 1)
        )
        return {"here": told[place], "way": way}
