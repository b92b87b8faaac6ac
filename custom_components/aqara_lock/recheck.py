"""Fix flow of a cause: says what to do, and looks again when that was done."""

from collections.abc import Iterable
from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers import issue_registry as ir
import probatio as pb

from .connection_check import CheckEndedError, CheckLimitError
from .const import DOMAIN
from .home import Home, find_home
from .watched_lock import WatchedLock

REMEMBERED: Final = frozenset(
    {
        "command_access_refused",
        "commands_too_close",
        "credential_refused",
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
            description_placeholders=issue.translation_placeholders if issue else None,
        )

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

    def _locks(self, home: Home) -> Iterable[WatchedLock]:
        """Give the lock that the cause is about; of the home's own causes every lock."""
        locks = home.locks
        if self._subject is None:
            return tuple(locks.values())
        return (locks[self._subject],) if self._subject in locks else ()

    def _is_there(self) -> bool:
        home = find_home(self.hass)
        # A home that does not run has looked at nothing.
        found = home.diagnosis.diagnosis.findings if home else ()
        return home is None or any(
            (x.id, x.subject) == (self._rule, self._subject) for x in found
        )


async def _measure(lock: WatchedLock) -> None:
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
