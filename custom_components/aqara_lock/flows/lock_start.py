"""Adding a lock begins: which one, what it tells, where it is now."""

from contextlib import suppress
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
from .lock_commission import CommissionSteps
from .lock_flow import KEPT, is_kept, stage_of
from .place import SetupPlace
from .steps import CONF_NEXT, offers

CONF_MODEL: Final = "model"
FOR_ANY_MODEL: Final = frozenset({"already", "tells", "glossary", "back"})
"""Choices that lead to the same page for a lock behind a bridge."""


class StartSteps(CommissionSteps):
    """From the first question to the branch that fits."""

    @offers
    async def async_step_user(self) -> SubentryFlowResult:
        """Offer what is there already; with nothing there, ask for the lock at once."""
        found, place = self.new_locks(), self._place_of_before()
        options = ["where", "glossary"]
        labels: dict[str, str] = {}
        if found:
            options.insert(0, "found")
            labels["found"] = self._add_label([lock.name for lock in found.values()])
        if place is not None:
            options.insert(0, "resume")
            stage = message(self.hass, stage_of(place.step) or "")
            labels["resume"] = message(self.hass, "resume", stage=stage)
        if self._something_to_pick_up():
            options.insert(0, "pick_up")
        if options[0] == "where":
            return await self.go_to("where")
        return self.show_fields("user", {}, *options, words=self.words, labels=labels)

    def _add_label(self, names: list[str]) -> str:
        if len(names) > 1:
            return message(self.hass, "add_one_of", number=str(len(names)))
        return message(self.hass, "add_found", lock=names[0])

    def _something_to_pick_up(self) -> bool:
        """Tell whether a lock is being added, or was while no dialog was open."""
        commissioning = self.home.commissioning
        if commissioning.is_running:
            return True
        outcome = commissioning.outcome
        return isinstance(outcome, Commissioned) and self.is_new(outcome.lock)

    def _place_of_before(self) -> SetupPlace | None:
        """Return where a dialog was closed; None if that is over."""
        place = None
        with suppress(ValueError):
            place = SetupPlace.from_dict(self.home.setup_place)
        if place is None or place.is_over or not is_kept(place.step):
            return None
        is_gone = place.lock_id is not None and place.lock_id not in self.home.locks
        return None if is_gone else place

    async def async_step_pick_up(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on with the lock that is being added."""
        return await self.go_to("commission")

    async def async_step_resume(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on where a dialog was closed."""
        place = self._place_of_before()
        if place is None:
            return await self.go_to("where")
        self.model = LockModel(place.model)
        self.code_step, self.hub_id = place.way_to_code, place.hub_id
        self.added_id = place.lock_id
        if self.added_id is not None:
            self.trail.clear()
        return await self.go_to(KEPT[place.step])

    async def async_step_where(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the model, and how far the lock has come."""
        if user_input is not None:
            self.model = LockModel(user_input[CONF_MODEL])
            wanted: str = user_input[CONF_NEXT]
            if self.model.is_matter or wanted in FOR_ANY_MODEL:
                return await self.go_to(wanted)
            return await self.go_to("zigbee")
        selector = SelectSelector(
            SelectSelectorConfig(
                options=model_options(self.hass), mode=SelectSelectorMode.DROPDOWN
            )
        )
        return self.show_fields(
            "where",
            {pb.Required(CONF_MODEL, default=self.model.value): selector},
            "new_lock",
            "used_lock",
            "in_aqara_app",
            "on_hub",
            "other_ecosystem",
            "already",
            "tells",
            "glossary",
        )

    @offers
    async def async_step_tells(self) -> SubentryFlowResult:
        """Say what this model tells, before anything is reset."""
        return self.show_choice(
            "tells", "where", "glossary", table=table(self.hass, self.model)
        )

    async def async_step_already(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take a lock that Matter has, or say why there is none."""
        if self.new_locks():
            return await self.go_to("found")
        return await self.go_to("nothing_found")

    @offers
    async def async_step_nothing_found(self) -> SubentryFlowResult:
        """Say why there is no lock to take, and what can be done instead."""
        why = message(self.hass, f"nothing_found_{self.why_none()}", **self.words)
        return self.show_choice(
            "nothing_found", "get_code", "already", "where", why=why
        )

    async def async_step_new_lock(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Begin with the Aqara Home app: a new lock needs no reset."""
        return await self._with_checked_hub("aqara_app")

    async def async_step_used_lock(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Begin with the reset: the lock was in an app before."""
        return await self._with_checked_hub("reset")

    async def async_step_in_aqara_app(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on where the lock joins the hub."""
        return await self._with_checked_hub("connect_hub")

    async def async_step_on_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on to the code; the lock is on the hub's network already."""
        return await self._with_hub("listen")

    @offers
    async def async_step_other_ecosystem(self) -> SubentryFlowResult:
        """Keep everything, or begin again with the hub first."""
        self.code_step = "share_other"
        return self.show_choice("other_ecosystem", "share_other", "redo", "glossary")

    @offers
    async def async_step_redo(self) -> SubentryFlowResult:
        """Say what will be lost, before it is."""
        return self.show_choice("redo", "other_ecosystem", "redo_hub_first")

    async def async_step_redo_hub_first(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Begin again with the hub first."""
        return await self._with_checked_hub("reset")

    async def _with_checked_hub(self, step_id: str) -> SubentryFlowResult:
        """Go on once the way to the hub was checked: a lock is to be connected to it."""
        self.after_check = step_id
        return await self._with_hub("check")

    async def _with_hub(self, step_id: str) -> SubentryFlowResult:
        """Go on with a hub; ask for it where it is not known yet."""
        self.code_step = "share"
        self.after_hub = step_id
        if self.meant_hub is None:
            return await self.go_to("search")
        self.hub_id = self.preferred_hub_id
        return await self.go_to(step_id)
