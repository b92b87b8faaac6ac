"""Fix flows of the repairs that this integration raises."""

from typing import Any, Final, override

from homeassistant.components.http import KEY_HASS_USER
from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import current_request
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import probatio as pb

from .domain.journal_entries import Assigner
from .domain.people import UserSlot
from .domain.sentences import how_sentence
from .home import find_home
from .journal_by_hand import HOME_ASSISTANT, async_assign_line
from .messages import message
from .new_apps import async_confirm_new_app
from .recheck import RecheckFlow
from .spoken import spoken
from .store_file import NotKeptError
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
    if find_home(hass) is None:
        return ConfirmRepairFlow()
    if (rule := facts.get("rule")) is not None:
        return RecheckFlow(rule, facts.get("subject"))
    lock_id = facts.get("lock_id", "")
    if _find_lock(hass, lock_id) is None:
        return ConfirmRepairFlow()
    app = facts.get("app")
    return WhoWasThisFlow(lock_id) if app is None else KnownAppFlow(lock_id, app)


def _find_lock(hass: HomeAssistant, lock_id: str) -> WatchedLock | None:
    """Return the lock as it runs now: a dialog may be open over a reload."""
    home = find_home(hass)
    return home.locks.get(lock_id) if home else None


class KnownAppFlow(ConfirmRepairFlow):
    """Asks whether an app that came to a lock is known."""

    def __init__(self, lock_id: str, app: str) -> None:
        """Ask for one app of one lock."""
        self._lock_id = lock_id
        self._app = app

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, and keep the answer."""
        if user_input is None:
            return await super().async_step_confirm()
        if (lock := _find_lock(self.hass, self._lock_id)) is None:
            return self.async_abort(reason="lock_gone")
        try:
            await async_confirm_new_app(lock, self._app)
        except NotKeptError as err:
            return self.async_abort(reason=err.reason)
        return await super().async_step_confirm(user_input)


class WhoWasThisFlow(RepairsFlow):
    """Asks who an unknown user of a lock is: a person, a guest, or never mind."""

    def __init__(self, lock_id: str) -> None:
        """Ask for one lock."""
        self._lock_id = lock_id

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_who()

    async def async_step_who(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask who it was, one user after the other."""
        if (lock := _find_lock(self.hass, self._lock_id)) is None:
            return self.async_abort(reason="lock_gone")
        if user_input is not None:
            try:
                await self._settle(lock, user_input)
            except NotKeptError as err:
                return self.async_abort(reason=err.reason)
        if not (unknown := _unknown(lock)):
            return self._nobody_left(user_input)
        return self.async_show_form(
            step_id="who",
            data_schema=self._schema(lock, unknown),
            description_placeholders={"lock": lock.name},
        )

    def _nobody_left(self, user_input: dict[str, str] | None) -> RepairsFlowResult:
        if user_input is None:
            return self.async_abort(reason="nobody_unknown")
        return self.async_create_entry(data={})

    async def _settle(self, lock: WatchedLock, answer: dict[str, str]) -> None:
        """Keep who a user is; raises NotKeptError where that is not on the disk."""
        asked = (u for u in _unknown(lock) if str(u.user_index) == answer[CONF_USER])
        if (chosen := next(asked, None)) is None:
            return
        directory = lock.log.directory
        if answer[CONF_WHO] == NEVER_ASK:
            directory.hush(chosen.user_index)
            await lock.async_save()
            return
        person_id = None if answer[CONF_WHO] == GUEST else answer[CONF_WHO]
        directory.bind(UserSlot(chosen.user_index), person_id)
        person = lock.household.people.get(person_id) if person_id else None
        if person is not None:
            await async_assign_line(lock, chosen.line_key, person, _assigner(lock))
        else:
            await lock.async_save()

    def _schema(self, lock: WatchedLock, unknown: list[UnknownUser]) -> pb.Schema:
        people = lock.household.people.values()
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


def _unknown(lock: WatchedLock) -> list[UnknownUser]:
    return unknown_users(lock.journal.pages(), lock.log.memory.directory)


def _assigner(lock: WatchedLock) -> Assigner:
    """Return the administrator who answers: the user of the request."""
    request = current_request.get()
    user = request.get(KEY_HASS_USER) if request is not None else None
    person = lock.household.of_user(user.id) if user else None
    name = (user.name if user else None) or HOME_ASSISTANT
    return Assigner(name, person.id if person else None)


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
