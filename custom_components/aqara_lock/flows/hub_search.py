"""Looking for hubs and at the way to them, before a lock is connected to one."""

import asyncio
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
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
from .glossary import GlossarySteps
from .steps import CONF_NEXT, offers

CONF_HUB_CHOICE: Final = "hub"
NO_HUB: Final = "none"
PATIENCE: Final = 5.0
"""Seconds that a button may take before a page says what it waits for."""


class HubSearchSteps(GlossarySteps):
    """Search for hubs, choose one and check the way to it; what is amiss is told."""

    after_hub: str
    """The step that follows once the hub is chosen."""
    after_check: str = "aqara_app"
    """The step that follows once the way to the hub was checked."""
    hub_id: str | None = None
    survey: Survey | None = None
    seen_hubs: tuple[BorderRouter, ...] = ()
    """What was seen last: a hub that is gone by the next look still has its name."""
    _look: asyncio.Task[Survey] | None = None
    _is_shown: bool = False
    """The user sees a page that says what is waited for."""

    async def async_step_search(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Look at hubs and network, and offer what was found."""
        if (waiting := await self._looking("search")) is not None:
            return waiting
        found = self.survey is not None and bool(self.survey.routers)
        return await self._after_look("hub" if found else "no_hub")

    async def async_step_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose the hub next to the door."""
        assert self.survey is not None
        if user_input is not None and user_input[CONF_NEXT] != "hub_taken":
            return await self.go_to(user_input[CONF_NEXT])
        if user_input is not None:
            chosen = user_input[CONF_HUB_CHOICE]
            self.hub_id = None if chosen == NO_HUB else chosen
            return await self.go_to("hub_taken")
        choices = hub_options(self.hass, self.survey)
        none = SelectOptionDict(
            value=NO_HUB, label=message(self.hass, "hub_not_listed")
        )
        selector = SelectSelector(
            SelectSelectorConfig(options=[*choices, none], mode=SelectSelectorMode.LIST)
        )
        known = {choice["value"] for choice in choices}
        default = self.hub_id if self.hub_id in known else choices[0]["value"]
        return self.show_fields(
            "hub",
            {pb.Required(CONF_HUB_CHOICE, default=default): selector},
            "hub_taken",
            "search",
            "glossary",
        )

    async def async_step_hub_taken(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on with the chosen hub, or without one."""
        return await self.go_to(self.after_hub)

    @offers
    async def async_step_no_hub(self) -> SubentryFlowResult:
        """Say why no hub is seen; going on without one works."""
        assert self.survey is not None
        return self.show_choice(
            "no_hub",
            "search",
            "without_hub",
            "glossary",
            why=why_no_hub(self.hass, self.survey),
        )

    async def async_step_without_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on though no hub is seen."""
        self.hub_id = None
        return await self.go_to(self.after_hub)

    async def async_step_check(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Look at the way to the hub; the page is shown where something is amiss."""
        if (waiting := await self._looking("check")) is not None:
            return waiting
        return await self._after_look("checked")

    async def async_step_checked(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show line by line what was checked, and what to do about it."""
        if user_input is not None:
            return await self.go_to(user_input[CONF_NEXT])
        if is_well(self.checks):
            return await self.go_to(self.after_check)
        return self.show_choice(
            "checked",
            "check",
            "go_on_anyway",
            "glossary",
            results=lines(self.hass, self.checks),
        )

    async def async_step_go_on_anyway(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Go on though a check failed."""
        return await self.go_to(self.after_check)

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

    async def _looking(self, step: str) -> SubentryFlowResult | None:
        """Look at the network; shows that only where it takes long, else None."""
        if self._look is None:
            self._look = self.hass.async_create_background_task(
                async_survey(self.hass, self.seen_hubs), "aqara_lock look"
            )
            await asyncio.wait({self._look}, timeout=PATIENCE)
            self._is_shown = not self._look.done()
        if not self._look.done():
            return self.async_show_progress(
                step_id=step, progress_action="look", progress_task=self._look
            )
        survey, self._look = self._look.result(), None
        self._keep(survey)
        return None

    async def _after_look(self, step_id: str) -> SubentryFlowResult:
        """Go on after a look; from a page that showed it, as the framework wants it."""
        if self._is_shown:
            self._is_shown = False
            return self.async_show_progress_done(next_step_id=step_id)
        return await self.go_to(step_id)
