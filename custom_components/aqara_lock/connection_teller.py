"""Tells that a lock stopped answering, or answers again, with the cause as it is diagnosed."""

import asyncio
from datetime import datetime
from typing import Protocol

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .connection_notice import ConnectionNotice, NoticeType
from .domain.connection import Connection
from .domain.diagnosis import Finding
from .domain.journal import Journal
from .door_state import DoorState
from .messages import duration_text, message
from .signal import Signal


class Doctor(Protocol):
    """Who knows why a lock does not answer."""

    def error_of(self, lock_id: str) -> Finding | None:
        """Give what keeps a lock from working, the most basic cause first."""

    def is_cut(self, lock_id: str) -> bool:
        """Tell whether no packet gets from here to the lock's network."""

    def say(self, finding: Finding) -> str:
        """Say what is wrong and what to do."""

    async def async_refresh(self) -> None:
        """Look anew."""


class SilentLock(Protocol):
    """What is told of a lock."""

    door: DoorState
    doctor: Doctor | None
    connection_changed: Signal[()]
    connection_noticed: Signal[ConnectionNotice]

    @property
    def id(self) -> str:
        """Id of the subentry."""

    @property
    def name(self) -> str:
        """Name as the user knows it."""

    @property
    def connection(self) -> Connection:
        """Whether the lock answers."""

    @property
    def journal(self) -> Journal:
        """Journal of the lock."""


class ConnectionTeller:
    """Diagnoses a change before it is told; one change after the other."""

    def __init__(self, hass: HomeAssistant, lock: SilentLock) -> None:
        """Tell of one lock."""
        self._hass = hass
        self._lock = lock
        self._telling = asyncio.Lock()
        self._told_cause: str | None = None

    @property
    def cause(self) -> str | None:
        """Id of the cause of the silence: the diagnosis, else what is sure at once."""
        found = self._finding()
        if found is not None:
            return found.id
        cause = self._lock.connection.cause
        return cause.value if cause else None

    def problem_message(self) -> str:
        """Say what is wrong, what still works and what to do first; empty if well."""
        doctor, found = self._lock.doctor, self._finding()
        if doctor is not None and found is not None:
            return doctor.say(found)
        if self._lock.connection.responsive:
            return ""
        return self._cause_unknown()

    def _cause_unknown(self) -> str:
        return message(self._hass, "problem_unknown", name=self._lock.name)

    async def async_tell(self, before: Connection, after: Connection) -> None:
        """Diagnose, and tell the change with its cause."""
        async with self._telling:
            if self._lock.doctor is not None:
                await self._lock.doctor.async_refresh()
            if before.responsive and not after.responsive:
                self._told_cause = self.cause
                text = self.problem_message() or self._cause_unknown()
                self._notice(NoticeType.UNRESPONSIVE, after, text)
            elif after.responsive and not before.responsive:
                self._notice(NoticeType.RECOVERED, before, self._recovered(before))
            self._lock.connection_changed.send()

    def _finding(self) -> Finding | None:
        doctor = self._lock.doctor
        return doctor.error_of(self._lock.id) if doctor else None

    def _recovered(self, silence: Connection) -> str:
        lasted = dt_util.utcnow() - (silence.since or dt_util.utcnow())
        name, duration = self._lock.name, duration_text(lasted)
        return message(self._hass, "recovered", name=name, duration=duration)

    def _notice(self, kind: NoticeType, silence: Connection, text: str) -> None:
        if silence.cause is None or silence.since is None:
            return
        state = self._lock.door.state
        self._lock.connection_noticed.send(
            ConnectionNotice(
                type=kind,
                cause=self._told_cause or silence.cause.value,
                message=text,
                since=silence.since,
                last_known_state=state.name.lower() if state is not None else None,
                happened_meanwhile=self._happened_since(kind, silence.since),
            )
        )

    def _happened_since(self, kind: NoticeType, since: datetime) -> tuple[str, ...]:
        if kind is NoticeType.UNRESPONSIVE:
            return ()
        lines = self._lock.journal.lines()
        recent = (line for line in lines if line.occurred_at >= since)
        return tuple(line.type.value for line in recent if line.type is not None)
