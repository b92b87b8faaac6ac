"""Adding a lock begins: which one, what it tells, where it is now."""

from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

from ..domain.commissioning import Commissioned, LockModel
from ..texts import message, model_options, table
from .lock_found import FoundLockSteps

CONF_MODEL: Final = "model"


class StartSteps(FoundLockSteps):
    """From the first question to the branch that fits."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Offer what is there already, else begin step by step."""
        options = ["which", "glossary"]
        if found := self.new_locks():
            options.insert(0, "found")
        if self._something_to_pick_up():
            options.insert(0, "pick_up")
        names = ", ".join(lock.name for lock in found.values())
        found_text = names or message(self.hass, "no_lock_found")
        return self.show_choice("user", *options, found=found_text)

    def _something_to_pick_up(self) -> bool:
        """Tell whether a lock is being added, or was while no dialog was open."""
        commissioning = self.home.commissioning
        if commissioning.is_running:
            return True
        outcome = commissioning.outcome
        return isinstance(outcome, Commissioned) and self.is_new(outcome.lock)

    async def async_step_pick_up(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on with the lock that is being added."""
        return await self.go_to("commission")

    async def async_step_which(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the model: what a lock can tell depends on it."""
        if user_input is not None:
            self.model = LockModel(user_input[CONF_MODEL])
            return await self.async_step_tells()
        selector = SelectSelector(
            SelectSelectorConfig(
                options=model_options(self.hass), mode=SelectSelectorMode.DROPDOWN
            )
        )
        return self.async_show_form(
            step_id="which",
            data_schema=pb.Schema(
                {pb.Required(CONF_MODEL, default=self.model.value): selector}
            ),
            last_step=False,
        )

    async def async_step_tells(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say what this model tells, before anything is reset."""
        onwards = "where" if self.model.is_matter else "zigbee"
        return self.show_choice(
            "tells", onwards, "which", "glossary", table=table(self.hass, self.model)
        )

    async def async_step_zigbee(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say how a Zigbee lock comes through the hub's bridge."""
        self.code_step = "zigbee"
        return self.show_choice("zigbee", "already", "bridge_code", "glossary")

    async def async_step_bridge_code(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the code of the hub itself, which brings its locks along."""
        return await self.go_to("code")

    async def async_step_where(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how far the lock has come."""
        return self.show_choice(
            "where",
            "new_lock",
            "in_aqara_app",
            "on_hub",
            "other_ecosystem",
            "already",
            "glossary",
        )

    async def async_step_already(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take a lock that Matter has, or say why there is none."""
        if self.new_locks():
            return await self.async_step_found()
        why = message(self.hass, f"nothing_found_{self.why_none()}")
        return self.show_choice(
            "nothing_found", "already", "where", self.code_step, why=why
        )

    async def async_step_nothing_found(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say again why there is no lock to take."""
        return await self.async_step_already()

    async def async_step_new_lock(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask whether it was ever in use: a new lock needs no reset."""
        return await self._with_hub("unpacked")

    async def async_step_in_aqara_app(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on where the lock joins the hub."""
        return await self._with_hub("connect_hub")

    async def async_step_on_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Check that the lock is on the hub's network."""
        return await self._with_hub("listen")

    async def async_step_other_ecosystem(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep everything, or begin anew with the hub first."""
        self.code_step = "share_other"
        return self.show_choice(
            "other_ecosystem", "share_other", "redo", "where_am_i", "glossary"
        )

    async def async_step_redo(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say what will be lost, before it is."""
        return self.show_choice("redo", "redo_hub_first", "other_ecosystem")

    async def async_step_redo_hub_first(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Begin anew with the hub first."""
        return await self._with_hub("reset")

    async def _with_hub(self, step_id: str) -> SubentryFlowResult:
        """Go on with a hub; ask for it where it is not known yet."""
        self.code_step = "share"
        self.after_hub = step_id
        wanted = step_id if self.meant_hub is not None else "search"
        return await self.go_to(wanted)
