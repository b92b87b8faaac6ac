"""Fix flows of the repairs that this integration raises."""

from typing import Any, Final, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import probatio as pb

from .const import DOMAIN
from .domain.people import UserSlot
from .domain.sentences import how_sentence
from .home import AqaraLockConfigEntry, Home
from .journal_by_hand import assign_line
from .messages import message
from .new_apps import confirm_new_app
from .recheck import RecheckFlow
from .spoken import spoken
from .unknown_users import UnknownUser, unknown_users
from .watched_lock import WatchedLock

CONF_USER: Final = "user"
CONF_WHO: Final = "who"
GUEST: Final = "guest"
NEVER_ASK: Final = "never_ask"


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Make the flow that belongs to an issue."""
    facts = data or {}
    home = _home(hass)
    if home is None:
        return ConfirmRepairFlow()
    if (rule := facts.get("rule")) is not None:
        return RecheckFlow(home, rule, facts.get("subject"))
    lock = home.locks.get(facts.get("lock_id", ""))
    if lock is None:
        return ConfirmRepairFlow()
    app = facts.get("app")
    return WhoWasThisFlow(lock) if app is None else KnownAppFlow(lock, app)


def _home(hass: HomeAssistant) -> Home | None:
    entries: list[AqaraLockConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    return entries[0].runtime_data if entries else None


class KnownAppFlow(ConfirmRepairFlow):
    """Asks whether an app that came to a lock is known."""

    def __init__(self, lock: WatchedLock, app: str) -> None:
        """Ask for one app of one lock."""
        self._lock = lock
        self._app = app

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, and keep the answer."""
        if user_input is not None:
            confirm_new_app(self._lock, self._app)
        return await super().async_step_confirm(user_input)


class WhoWasThisFlow(RepairsFlow):
    """Asks who an unknown user of a lock is: a person, a guest, or never mind."""

    def __init__(self, lock: WatchedLock) -> None:
        """Ask for one lock."""
        self._lock = lock

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_who()

    async def async_step_who(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask who it was, one user after the other."""
        if user_input is not None:
            self._settle(user_input)
        if not (unknown := self._unknown):
            return self._nobody_left(user_input)
        return self.async_show_form(
            step_id="who",
            data_schema=self._schema(unknown),
            description_placeholders={"lock": self._lock.name},
        )

    @property
    def _unknown(self) -> list[UnknownUser]:
        return unknown_users(
            self._lock.journal.pages(), self._lock.log.memory.directory
        )

    def _nobody_left(self, user_input: dict[str, str] | None) -> RepairsFlowResult:
        if user_input is None:
            return self.async_abort(reason="nobody_unknown")
        return self.async_create_entry(data={})

    def _settle(self, answer: dict[str, str]) -> None:
        asked = (u for u in self._unknown if str(u.user_index) == answer[CONF_USER])
        if (chosen := next(asked, None)) is None:
            return
        directory = self._lock.log.directory
        if answer[CONF_WHO] == NEVER_ASK:
            directory.hush(chosen.user_index)
            return
        person_id = None if answer[CONF_WHO] == GUEST else answer[CONF_WHO]
        directory.bind(UserSlot(chosen.user_index), person_id)
        person = self._lock.household.people.get(person_id) if person_id else None
        if person is not None:
            assign_line(self._lock, chosen.line_key, person)

    def _schema(self, unknown: list[UnknownUser]) -> pb.Schema:
        people = self._lock.household.people.values()
        who = [SelectOptionDict(value=p.id, label=p.name) for p in people]
        who += [
            SelectOptionDict(value=GUEST, label=message(self.hass, "who_guest")),
            SelectOptionDict(
                value=NEVER_ASK, label=message(self.hass, "who_never_ask")
            ),
        ]
        users = [
            SelectOptionDict(value=str(u.user_index), label=_label(self.hass, u))
            for u in unknown
        ]
        return pb.Schema(
            {
                pb.Required(CONF_USER, default=users[-1]["value"]): _select(users),
                pb.Required(CONF_WHO): _select(who),
            }
        )


def _select(choices: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=choices, mode=SelectSelectorMode.LIST)
    )


def _label(hass: HomeAssistant, user: UnknownUser) -> str:
    said = message(
        hass,
        "unknown_user_seen",
        index=str(user.user_index),
        seen=dt_util.as_local(user.last_seen).strftime("%Y-%m-%d %H:%M"),
    )
    how = how_sentence(user.method)
    return f"{said} {spoken(hass, how)}" if how else said
