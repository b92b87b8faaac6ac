"""Whether a lock does not answer, and why: the one place that says it."""

from homeassistant.core import HomeAssistant, callback

from ...domain.connectivity import Connection
from ...domain.diagnosis import Diagnosis, Finding
from ...signals import AsyncSignal
from ...texts import FindingTexts, message
from ..state import LockInfo
from .monitor import ConnectionMonitor


class ConnectionVerdict:
    """Joins what the monitor knows of a lock with what the diagnosis found."""

    def __init__(
        self, hass: HomeAssistant, lock: LockInfo, connections: ConnectionMonitor
    ) -> None:
        """Begin without a diagnosis."""
        self._hass = hass
        self._lock = lock
        self._connections = connections
        self._found = self._diagnosis = Diagnosis()
        self._words = FindingTexts(hass)
        self._announced: str | None = None
        self.refresh_requested = AsyncSignal()
        """Sent when a new diagnosis is needed now, and waited for."""

    @callback
    def judge(self, found: Diagnosis) -> None:
        """Have the monitor decide whether what was found is a reason to ask the lock."""
        self._found = found
        causes, is_cut = found.obstacles_of(self._lock.id), self._lock.id in found.cut
        self._connections.route_judged(causes, is_cut=is_cut)

    @callback
    def update(self, diagnosis: Diagnosis, words: FindingTexts) -> None:
        """Update the diagnosis that counts, and how its findings are said."""
        self._diagnosis, self._words = diagnosis, words

    @callback
    def announce(self) -> None:
        """Send that the connection changed where a silence has another cause now."""
        is_silent = not self.connection.responsive
        before, self._announced = self._announced, self.cause if is_silent else None
        if is_silent and self._announced != before:
            self._lock.connection_changed.send()

    async def async_refresh(self) -> None:
        """Have the home diagnosed anew, and wait for it."""
        await self.refresh_requested.async_send()

    @property
    def connection(self) -> Connection:
        """Whether the lock answers."""
        return self._connections.connection

    @property
    def finding(self) -> Finding | None:
        """What keeps the lock from working, the most basic cause first."""
        return self._diagnosis.error_of(self._lock.id)

    @property
    def cause(self) -> str | None:
        """Id of the cause of the silence: the diagnosis, else what is sure at once."""
        if (found := self.finding) is not None:
            return found.id
        cause = self.connection.cause
        return cause.value if cause else None

    @property
    def certain_cause(self) -> str | None:
        """Diagnosis state of what keeps every packet from the lock for certain."""
        is_silent = not self.connection.responsive
        return self._found.certain_cause(self._lock.id, is_silent=is_silent)

    def problem_message(self) -> str:
        """Return what is wrong, what still works and what to do; empty if well."""
        if (found := self.finding) is not None:
            return self._words.message(found)
        return "" if self.connection.responsive else self.unknown_message()

    def problem_summary(self) -> str:
        """Return in one line what is wrong and what to do first; empty if well."""
        if (found := self.finding) is not None:
            return self._words.summary(found)
        return "" if self.connection.responsive else self.unknown_message()

    def unknown_message(self) -> str:
        """Return that the lock does not answer and nobody knows why."""
        return message(self._hass, "problem_unknown", name=self._lock.name)
