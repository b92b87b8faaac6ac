"""Fix flows of the repairs that this integration raises."""

from collections.abc import Iterable
from typing import Any, Final, override

from homeassistant.components.http import KEY_HASS_USER
from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.http import current_request
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

from .access import AccessIssue
from .automations import async_unknown_names, edit_page
from .const import DOMAIN
from .domain.access import UserSlot
from .domain.diagnosis import Finding
from .domain.journal import Assigner, how_sentence
from .feed import HOME_ASSISTANT, async_assign_line
from .flows import REPAIRS_PAGE, AccessRepairFlow, links
from .home import Home, find_home, find_lock
from .issues import UnknownUser, async_confirm_new_ecosystem, unknown_users
from .locks import CheckEndedError, CheckLimitError, Lock
from .store import NotKeptError
from .texts import message, moment_text, spoken

REMEMBERED: Final = frozenset(
    {
        "command_access_refused",
        "commands_too_close",
        "server_type_mismatch",
    }
)
"""Causes that rest on failures of the last day alone: looking again shows nothing new."""
REMEMBERED_OF_A_HUB: Final = "hub_unstable"
MEASURED: Final = "weak_link"
SILENT: Final = frozenset({"lock_unreachable", "session_lost", "bridge_unreachable"})


class RecheckFlow(RepairsFlow):
    """Says what to do, and looks again; ends when the cause is gone."""

    def __init__(self, rule: str, subject: str | None) -> None:
        """Look for one cause."""
        self._rule = rule
        self._subject = subject

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with what to do."""
        return await self.async_step_recheck()

    async def async_step_recheck(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Look again when the user says that something was done."""
        errors: dict[str, str] = {}
        if user_input is not None:
            await self._look()
            if not self._is_there():
                return self.async_create_entry(data={})
            errors["base"] = "still_there"
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="recheck",
            data_schema=pb.Schema({}),
            errors=errors,
            description_placeholders={
                **((issue.translation_placeholders or {}) if issue else {}),
                "links": self._links(),
            },
        )

    def _links(self) -> str:
        """Return links to the pages of the locks that do not answer because of this."""
        home = find_home(self.hass)
        found = self._found(home) if home is not None else None
        if home is None or found is None:
            return links(self.hass, here=REPAIRS_PAGE)
        locks = (x for x in home.locks.values() if found.concerns(x.id))
        silent = (x for x in locks if not x.connection.responsive)
        return links(self.hass, *silent, here=REPAIRS_PAGE)

    async def _look(self) -> None:
        """Forget what is over, or ask the lock because the user does, then diagnose."""
        home = find_home(self.hass)
        if home is None:
            return
        for lock in self._locks(home):
            if self._rule in REMEMBERED:
                lock.history.forget_failures()
            elif self._rule == MEASURED:
                await _measure(lock)
            elif self._rule in SILENT:
                lock.connections.expect_return()
        hub = home.hubs.get(self._subject or "")
        if hub is not None and self._rule == REMEMBERED_OF_A_HUB:
            hub.forget_outages()
        # A measurement takes seconds, in which the home may have been loaded anew.
        if (home := find_home(self.hass)) is not None:
            await home.diagnosis.async_refresh()

    def _locks(self, home: Home) -> Iterable[Lock]:
        """Give the lock that the cause is about; of the home's own causes every lock."""
        locks = home.locks
        if self._subject is None:
            return tuple(locks.values())
        return (locks[self._subject],) if self._subject in locks else ()

    def _is_there(self) -> bool:
        home = find_home(self.hass)
        # A home that does not run has looked at nothing.
        return home is None or self._found(home) is not None

    def _found(self, home: Home) -> Finding | None:
        """Return the cause as it is found now; None once it is gone."""
        wanted = (self._rule, self._subject)
        found = home.diagnosis.diagnosis.findings
        return next((x for x in found if (x.id, x.subject) == wanted), None)


async def _measure(lock: Lock) -> None:
    """Measure anew; a lock that answers is not blamed for what it counted before.

    Where it was measured often enough in this hour, or the home was unloaded meanwhile,
    what was found before stands.
    """
    try:
        result = await lock.async_check_connection()
    except CheckLimitError, CheckEndedError:
        return
    if result.answered:
        lock.radio.count_anew(lock.node)


CONF_USER: Final = "user"
CONF_WHO: Final = "who"
GUEST: Final = "guest"
NEVER_ASK: Final = "never_ask"


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Make the flow that belongs to an issue."""
    facts = data or {}
    if (rule := facts.get("rule")) is not None:
        return RecheckFlow(rule, facts.get("subject"))
    if (automation := facts.get("automation")) is not None:
        return NameFlow(automation)
    if (lock_id := facts.get("lock_id")) is None:
        return ConfirmRepairFlow()
    # What cannot be asked while the home does not run is said by the flows themselves:
    # a step of another flow would have no text, and submitting would answer it.
    if (kind := facts.get("access")) is not None:
        return AccessRepairFlow(AccessIssue(kind), lock_id)
    app = facts.get("app")
    return WhoWasThisFlow(lock_id) if app is None else KnownAppFlow(lock_id, app)


class NameFlow(RepairsFlow):
    """Says which name nobody has, and looks again."""

    def __init__(self, automation: str) -> None:
        """Look at one automation or script."""
        self._automation = automation

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the name."""
        return await self.async_step_recheck()

    async def async_step_recheck(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Look again when the user says that something was done."""
        home = find_home(self.hass)
        found = await async_unknown_names(self.hass, home) if home is not None else {}
        if home is None or not (names := found.get(self._automation)):
            return self.async_create_entry(data={})
        state = self.hass.states.get(self._automation)
        people = sorted(person.name for person in home.household.people.values())
        return self.async_show_form(
            step_id="recheck",
            data_schema=pb.Schema({}),
            errors={} if user_input is None else {"base": "still_there"},
            description_placeholders={
                "automation": state.name if state is not None else self._automation,
                "names": _listed(sorted(names)),
                "people": _listed(people) or "–",
                "page": edit_page(self.hass, self._automation),
            },
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


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
        if (lock := find_lock(self.hass, self._lock_id)) is None:
            return self.async_abort(reason="lock_gone")
        try:
            await async_confirm_new_ecosystem(lock, self._app)
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
        if (lock := find_lock(self.hass, self._lock_id)) is None:
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

    async def _settle(self, lock: Lock, answer: dict[str, str]) -> None:
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
            await async_assign_line(lock, chosen.entry_key, person, _assigner(lock))
        else:
            await lock.async_save()

    def _schema(self, lock: Lock, unknown: list[UnknownUser]) -> pb.Schema:
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


def _unknown(lock: Lock) -> list[UnknownUser]:
    return unknown_users(lock.journal.pages(), lock.log.memory.directory)


def _assigner(lock: Lock) -> Assigner:
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
        seen=moment_text(hass, user.last_seen),
    )
    how = how_sentence(user.method)
    return f"{said} {spoken(hass, how)}" if how else said
