"""Looking for hubs and at the way to them; the same in the flow of the home and of a lock."""

import asyncio
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowResult
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import probatio as pb

from ..domain.diagnosis import Check, Survey, is_well, preflight
from ..domain.thread import BorderRouter, find_again
from ..preflight import async_survey
from ..texts import hub_options, lines, message, why_no_hub
from .steps import StepFlow

CONF_HUB_CHOICE: Final = "hub"
NO_HUB: Final = "none"


class HubSearchSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    StepFlow[ContextT, ResultT, HandlerT]
):
    """Search for hubs and choose one; what is not there is told."""

    hass: HomeAssistant
    came_from: str
    after_hub: str
    """The step that follows once the hub is chosen."""
    hub_id: str | None = None
    survey: Survey | None = None
    seen_hubs: tuple[BorderRouter, ...] = ()
    """What was seen last: a hub that is gone by the next look still has its name."""
    _look: asyncio.Task[Survey] | None = None

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Look at hubs and network, and offer what was found."""
        if (waiting := self._looking("search")) is not None:
            return waiting
        found = self.survey is not None and bool(self.survey.routers)
        return self.async_show_progress_done(next_step_id="hub" if found else "no_hub")

    async def async_step_hub(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Choose the hub next to the door."""
        assert self.survey is not None
        if user_input is not None:
            chosen = user_input[CONF_HUB_CHOICE]
            self.hub_id = None if chosen == NO_HUB else chosen
            return await self._go_on()
        choices = hub_options(self.hass, self.survey)
        none = SelectOptionDict(
            value=NO_HUB, label=message(self.hass, "hub_not_listed")
        )
        selector = SelectSelector(
            SelectSelectorConfig(options=[*choices, none], mode=SelectSelectorMode.LIST)
        )
        known = {choice["value"] for choice in choices}
        default = self.hub_id if self.hub_id in known else choices[0]["value"]
        return self.async_show_form(
            step_id="hub",
            data_schema=pb.Schema(
                {pb.Required(CONF_HUB_CHOICE, default=default): selector}
            ),
            last_step=False,
        )

    async def async_step_no_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Say why no hub is seen; going on without one works."""
        assert self.survey is not None
        self.came_from = "no_hub"
        return self.async_show_menu(
            step_id="no_hub",
            menu_options=["search", "without_hub", "glossary"],
            description_placeholders={"why": why_no_hub(self.hass, self.survey)},
        )

    async def async_step_without_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Go on though no hub is seen."""
        self.hub_id = None
        return await self._go_on()

    @property
    def checks(self) -> tuple[Check, ...]:
        """What the last look says of the chosen hub."""
        assert self.survey is not None
        return preflight(self.survey.evidence, self.hub_id, dt_util.utcnow())

    @property
    def hub(self) -> BorderRouter | None:
        """The chosen hub, as it was seen last."""
        return next((item for item in self.seen_hubs if item.id == self.hub_id), None)

    async def look(self) -> None:
        """Look at hubs and network."""
        self._keep(await async_survey(self.hass, self.seen_hubs))

    def _keep(self, survey: Survey) -> None:
        """Keep a look; the chosen hub may be there under another id."""
        hub = self.hub
        again = find_again(hub, survey.routers) if hub else None
        self.hub_id = again.id if again else self.hub_id
        self.survey, self.seen_hubs = survey, survey.routers

    async def _go_on(self) -> ResultT:
        return await self.go_to(self.after_hub)

    def _looking(self, step: str) -> ResultT | None:
        """Show that the network is being looked at; None once that is done."""
        if self._look is None:
            # A page that is over at once would hand what was chosen on to the next.
            self._look = self.hass.async_create_task(
                async_survey(self.hass, self.seen_hubs), eager_start=False
            )
        if not self._look.done():
            return self.async_show_progress(
                step_id=step, progress_action="look", progress_task=self._look
            )
        survey, self._look = self._look.result(), None
        self._keep(survey)
        return None


class HubCheckSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    HubSearchSteps[ContextT, ResultT, HandlerT]
):
    """Shows what was checked on the way to the hub, before anything is bound."""

    after_hub: str = "checked"

    async def async_step_check(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Look at everything again."""
        if (waiting := self._looking("check")) is not None:
            return waiting
        return self.async_show_progress_done(next_step_id="checked")

    async def async_step_checked(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Show line by line what was checked, and what to do about it."""
        self.came_from = "checked"
        go_on = "go_on" if is_well(self.checks) else "go_on_anyway"
        return self.async_show_menu(
            step_id="checked",
            menu_options=[go_on, "check", "glossary"],
            description_placeholders={"results": lines(self.hass, self.checks)},
        )
