"""What all steps of the lock's flow share: the home, the model, the hub and the place."""

from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import (
    ConfigSubentryFlow,
    SubentryFlowContext,
    SubentryFlowResult,
)

from ..const import CONF_HUB
from ..domain.commissioning import LockModel
from ..domain.foreign_names import foreign_name
from ..domain.thread import BorderRouter
from ..home import Home
from ..locks import Lock
from ..texts import message, model_name
from .glossary import GlossarySteps
from .hub_search import HubSearchSteps
from .running import running_home

UNNAMED_HUB: Final = "hub_unnamed"


type SubentryKey = tuple[str, str]


class LockFlow(
    HubSearchSteps[SubentryFlowContext, SubentryFlowResult, SubentryKey],
    GlossarySteps[SubentryFlowContext, SubentryFlowResult, SubentryKey],
    ConfigSubentryFlow,
):
    """State of one run; the steps are in the classes that derive from it."""

    model: LockModel = LockModel.U400
    code_step: str = "share"
    """The step that tells how to get a sharing code."""
    after_replace: str = "create"
    """The step that makes a lock a part of the home."""
    added_id: str | None = None
    """Subentry of the lock that this flow has added."""

    @property
    def home(self) -> Home:
        """The running home; a flow without one ends."""
        return running_home(self._get_entry())

    @property
    def lock(self) -> Lock | None:
        """The lock that this flow is about, once it is in the home."""
        lock_id = self.added_id or self.context.get("subentry_id")
        return self.home.locks.get(lock_id) if lock_id else None

    @property
    def preferred_hub_id(self) -> str | None:
        """The hub that was chosen here, else for the home, else the only Aqara one."""
        if self.hub_id is not None:
            return self.hub_id
        chosen: str | None = self._get_entry().data.get(CONF_HUB)
        if chosen is not None:
            return chosen
        aqara = [x for x, hub in self.home.hubs.items() if hub.router.record.is_aqara]
        return aqara[0] if len(aqara) == 1 else None

    @property
    def meant_hub(self) -> BorderRouter | None:
        """The meant hub, if it is known."""
        return self.home.routers.get(self.preferred_hub_id or "") or self.hub

    def named(self, hub_ids: Iterable[str]) -> str:
        """Name border routers, as far as they are known."""
        routers = self.home.routers
        return (
            ", ".join(foreign_name(routers[x].title) for x in hub_ids if x in routers)
            or "–"
        )

    @property
    def words(self) -> dict[str, str]:
        """What the texts of every step are filled in with."""
        hub = self.meant_hub
        lock = self.lock
        return {
            "hub": foreign_name(hub.title) if hub else message(self.hass, UNNAMED_HUB),
            "lock": lock.name if lock else model_name(self.hass, self.model),
        }

    def show_choice(
        self, step_id: str, *options: str, **words: str
    ) -> SubentryFlowResult:
        """Show a text with what can be done next; remembers the place."""
        self.came_from = step_id
        return self.async_show_menu(
            step_id=step_id,
            menu_options=list(options),
            description_placeholders=self.words | words,
        )
