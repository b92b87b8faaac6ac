"""What is done in the Aqara Home app and at the lock, each step with its ways out."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult

from ..texts import message
from .lock_flow import LockFlow

WHERE_AM_I: Final = "where_am_i"
STAGES: Final = (
    ("stage_reset", ("unpacked", "reset", "reset_failed")),
    ("stage_prepare", ("prepare",)),
    ("stage_aqara_app", ("aqara_app", "aqara_app_failed")),
    (
        "stage_hub",
        (
            "rebind",
            "connect_hub",
            "connect_hub_failed",
            "arrived",
            "arrived_elsewhere",
            "arrived_unknown",
            "not_arrived",
        ),
    ),
    ("stage_calibrate", ("calibrate", "calibrate_failed")),
    (
        "stage_share",
        ("share", "share_other", "other_ecosystem", "share_failed", "code"),
    ),
    ("stage_home_assistant", ("commission_failed",)),
    ("stage_verify", ("report",)),
    ("stage_apple_home", ("apple_home", "apple_home_failed")),
    ("stage_people", ("who", "who_seen", "who_silent", "who_nothing")),
)
"""The hub-first sequence of the vendor (the seed thread), and the steps of each part."""

type Step = Callable[..., Coroutine[Any, Any, SubentryFlowResult]]


def _choice(step_id: str, *options: str) -> Step:
    """Make a step that says what to do and offers what can come of it."""

    async def step(flow: LockFlow, user_input: object = None) -> SubentryFlowResult:
        return flow.show_choice(step_id, *options)

    return step


class AppSteps(LockFlow):
    """Done, it failed, where am I: every step at the lock or in an app has these."""

    async_step_unpacked = _choice("unpacked", "prepare", "reset", WHERE_AM_I)
    async_step_reset = _choice("reset", "prepare", "reset_failed", WHERE_AM_I)
    async_step_reset_failed = _choice("reset_failed", "reset", "prepare", WHERE_AM_I)
    async_step_prepare = _choice("prepare", "aqara_app", WHERE_AM_I)
    async_step_aqara_app = _choice(
        "aqara_app", "connect_hub", "aqara_app_failed", WHERE_AM_I
    )
    async_step_aqara_app_failed = _choice(
        "aqara_app_failed", "aqara_app", "reset", WHERE_AM_I
    )
    async_step_connect_hub_failed = _choice(
        "connect_hub_failed", "connect_hub", "reset", "calibrate", WHERE_AM_I
    )
    async_step_calibrate = _choice("calibrate", "share", "calibrate_failed", WHERE_AM_I)
    async_step_calibrate_failed = _choice(
        "calibrate_failed", "calibrate", "share", WHERE_AM_I
    )

    async def async_step_share(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how the Aqara Home app gives a code; what fails leads back here."""
        self.code_step = "share"
        return self.show_choice("share", "code", "share_failed", WHERE_AM_I)

    async def async_step_share_other(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how another app gives a code; what fails leads back here."""
        self.code_step = "share_other"
        return self.show_choice("share_other", "code", "share_failed", WHERE_AM_I)

    async def async_step_share_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say what to try when the app gives no code."""
        return self.show_choice("share_failed", self.code_step, "code", WHERE_AM_I)

    async def async_step_where_am_i(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show the whole way and the place on it."""
        return self.async_show_menu(
            step_id=WHERE_AM_I,
            menu_options=["term_back", "where", "glossary"],
            description_placeholders={"way": self._way()},
        )

    def _way(self) -> str:
        here = next((i for i, (_, x) in enumerate(STAGES) if self.came_from in x), 0)
        lines = (
            f"{_mark(place, here)} {message(self.hass, stage)}"
            for place, (stage, _) in enumerate(STAGES)
        )
        return "\n".join(f"{number}. {x}" for number, x in enumerate(lines, 1))


def _mark(place: int, here: int) -> str:
    if place == here:
        return "👉"
    return "✅" if place < here else "▫️"
