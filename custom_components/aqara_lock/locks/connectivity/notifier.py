"""Tells that a lock stopped answering, or answers again, with the cause as it is diagnosed."""

import asyncio
from datetime import datetime
from typing import Protocol

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ...domain.connectivity import Connection
from ...domain.diagnosis import Finding
from ...domain.journal import Journal, JournalEntry
from ...signals import Signal
from ...texts import duration_text, headline, message
from ..state import ConnectionNotice, DoorState, NoticeType
from .publisher import publish


class Doctor(Protocol):
    """Who knows why a lock does not answer."""

    def error_of(self, lock_id: str) -> Finding | None:
        """Give what keeps a lock from working, the most basic cause first."""

    def certain_cause(self, lock_id: str, *, is_silent: bool) -> str | None:
        """Return the diagnosis state of what keeps every packet from a lock for certain."""

    def say(self, finding: Finding) -> str:
        """Say what is wrong and what to do."""

    async def async_refresh(self) -> None:
        """Look anew."""


class SilentLock(Protocol):
    """What is told of a lock."""

    device: dr.DeviceEntry | None
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


class ConnectionNotifier:
    """Diagnoses a change before it is told; one change after the other."""

    def __init__(self, hass: HomeAssistant, lock: SilentLock) -> None:
        """Tell of one lock."""
        self._hass = hass
        self._lock = lock
        self._telling = asyncio.Lock()
        self._told_cause: str | None = None
        self._causes: set[str] = set()
        self._untold: list[tuple[Connection, Connection]] = []
        self._is_heard = False
        lock.connection_changed.connect(self._note_cause)

    @callback
    def _note_cause(self) -> None:
        """Remember every cause that triggers may have told of this silence."""
        if not self._lock.connection.responsive and (cause := self.cause) is not None:
            self._causes.add(cause)

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

    @callback
    def async_start(self) -> None:
        """Begin to tell: entities and triggers are there to hear it."""
        self._is_heard = True
        untold, self._untold = self._untold, []
        for before, after in untold:
            self.tell(before, after)

    @callback
    def tell(self, before: Connection, after: Connection) -> None:
        """Have a change told, as soon as somebody can hear it."""
        if not self._is_heard:
            self._untold.append((before, after))
            return
        self._hass.async_create_task(
            self._tell(before, after), "aqara_lock connection notice"
        )

    async def _tell(self, before: Connection, after: Connection) -> None:
        """Diagnose, and tell the change with its cause."""
        async with self._telling:
            if self._lock.doctor is not None:
                await self._lock.doctor.async_refresh()
            if before.responsive and not after.responsive:
                self._tell_silence(after)
            elif after.responsive and not before.responsive:
                self._tell_return(before)
            self._lock.connection_changed.send()

    def _finding(self) -> Finding | None:
        doctor = self._lock.doctor
        return doctor.error_of(self._lock.id) if doctor else None

    def _tell_silence(self, silence: Connection) -> None:
        self._told_cause = self.cause
        self._causes.clear()
        text = self.problem_message() or self._cause_unknown()
        self._notice(NoticeType.UNRESPONSIVE, silence, text, self._stopped())

    def _stopped(self) -> str:
        found = self._finding()
        if found is None:
            return message(self._hass, "stopped_unknown")
        return message(self._hass, "stopped", why=headline(self._hass, found))

    def _tell_return(self, silence: Connection) -> None:
        now = dt_util.utcnow()
        lasted = now - (silence.noticed_at or now)
        name, duration = self._lock.name, duration_text(lasted)
        text = message(self._hass, "recovered", name=name, duration=duration)
        short = message(self._hass, "returned", duration=duration)
        self._notice(NoticeType.RECOVERED, silence, text, short)

    def _notice(
        self, kind: NoticeType, silence: Connection, text: str, short: str
    ) -> None:
        since, noticed_at = silence.since, silence.noticed_at
        if silence.cause is None or since is None or noticed_at is None:
            return
        state = self._lock.door.state
        cause = self._told_cause or silence.cause.value
        notice = ConnectionNotice(
            type=kind,
            cause=cause,
            causes=frozenset({cause, *self._causes}),
            message=text,
            headline=short,
            since=since,
            noticed_at=noticed_at,
            last_known_state=state.name.lower() if state is not None else None,
            happened_meanwhile=self._happened_since(kind, since),
        )
        self._lock.connection_noticed.send(notice)
        publish(self._hass, self._lock, notice)

    def _happened_since(self, kind: NoticeType, since: datetime) -> tuple[str, ...]:
        if kind is NoticeType.UNRESPONSIVE:
            return ()
        return tuple(
            line.type.value
            for page in self._lock.journal.pages()
            if page.of(_latest) > since
            for line in page.lines
            if line.occurred_at > since and line.type is not None
        )


def _latest(lines: tuple[JournalEntry, ...]) -> datetime:
    return max(line.occurred_at for line in lines)
