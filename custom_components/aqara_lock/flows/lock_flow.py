"""What all steps of the lock's flow share: the home, the model, the hub and the place."""

from collections.abc import Iterable
from typing import Final, override

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult

from ..const import CONF_HUB
from ..domain.commissioning import LockModel
from ..domain.foreign_names import foreign_name
from ..domain.thread import BorderRouter
from ..home import Home
from ..locks import Lock
from ..texts import message, model_name
from .hub_search import HubSearchSteps
from .place import SetupPlace
from .running import running_home

UNNAMED_HUB: Final = "hub_unnamed"
WHERE_AM_I: Final = "where_am_i"
STAGES: Final = (
    ("stage_reset", ("reset", "reset_failed")),
    ("stage_aqara_app", ("aqara_app", "aqara_app_failed", "missing", "checked")),
    (
        "stage_hub",
        (
            "rebind",
            "connect_hub",
            "connect_hub_failed",
            "arrived_elsewhere",
            "arrived_unknown",
            "not_arrived",
        ),
    ),
    ("stage_calibrate", ("arrived", "calibrate", "calibrate_failed")),
    ("stage_share", ("share", "share_other", "other_ecosystem", "share_failed")),
    ("stage_home_assistant", ("commission_failed",)),
    ("stage_verify", ("report",)),
    ("stage_apple_home", ("apple_home", "apple_home_failed")),
    ("stage_people", ("who", "who_seen", "who_silent", "who_nothing")),
)
"""The hub-first sequence of the vendor (the seed thread), and the pages of each part."""
KEPT: Final = {
    **{page: page for _, pages in STAGES for page in pages},
    "arrived_elsewhere": "connect_hub",
    "not_arrived": "connect_hub",
    "commission_failed": "get_code",
    "who_seen": "who",
    "who_silent": "who",
    "who_nothing": "who",
}
"""Where a dialog goes on that was closed at a page: what was seen there is over."""


def stage_of(page: str) -> str | None:
    """Return the part of the way that a page belongs to, by the key of its name."""
    return next((stage for stage, pages in STAGES if page in pages), None)


def is_kept(page: str) -> bool:
    """Return whether a dialog that was closed at a page goes on there."""
    return page in KEPT


class LockFlow(HubSearchSteps):
    """State of one run; the steps are in the classes that derive from it."""

    model: LockModel = LockModel.U400
    code_step: str = "share"
    """The step that tells how to get a sharing code, and takes it."""
    intro: str = "share_intro"
    """Key of the sentence that the page with the way to a code begins with."""
    after_add: str = "users"
    """The step that follows once a lock is a part of the home."""
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
    def stage(self) -> str:
        """The part of the way that the user is at, by the key of its name."""
        stages = (stage_of(page) for page in reversed(self.trail))
        return next((x for x in stages if x is not None), STAGES[0][0])

    @property
    def words(self) -> dict[str, str]:
        """What the texts of every step are filled in with."""
        hub = self.meant_hub
        lock = self.lock
        return {
            "hub": foreign_name(hub.title) if hub else message(self.hass, UNNAMED_HUB),
            "lock": lock.name if lock else model_name(self.hass, self.model),
        }

    @override
    def show_choice(
        self, step_id: str, *options: str, **words: str
    ) -> SubentryFlowResult:
        """Show a text with what can be done next; remembers the place for a day."""
        return self.show_fields(step_id, {}, *options, words=self.words | words)

    @override
    def _enter(self, step_id: str) -> None:
        super()._enter(step_id)
        if self.source == SOURCE_USER and step_id in KEPT:
            self.home.keep_setup_place(
                SetupPlace(
                    step=step_id,
                    model=self.model.value,
                    way_to_code=self.code_step,
                    hub_id=self.hub_id,
                    lock_id=self.added_id,
                ).as_dict()
            )
