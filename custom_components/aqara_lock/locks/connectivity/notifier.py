"""Tells that a lock stopped answering, or answers again, with the cause as it is diagnosed."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.connectivity import Connection
from ...domain.journal import JournalEntry
from ...texts import duration_text, headline, message
from ..state import ConnectionNotice, DoorState, LockInfo, NoticeType
from .publisher import publish
from .verdict import ConnectionVerdict


class Words(NamedTuple):
    """A change of the connection in three lengths."""

    whole: str
    summary: str
    headline: str


class ConnectionNotifier:
    """Diagnoses a change before it is told; one change after the other."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        door: DoorState,
        verdict: ConnectionVerdict,
    ) -> None:
        """Tell of one lock."""
        self._hass = hass
        self._lock = lock
        self._door = door
        self._verdict = verdict
        self._telling = asyncio.Lock()
        self._told_cause: str | None = None
        self._causes: set[str] = set()
        self._untold: list[tuple[Connection, Connection]] = []
        self._is_heard = False
        lock.connection_changed.connect(self._note_cause)

    @callback
    def _note_cause(self) -> None:
        """Remember every cause that triggers may have told of this silence."""
        if self._verdict.connection.responsive:
            return
        if (cause := self._verdict.cause) is not None:
            self._causes.add(cause)

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
            await self._verdict.async_refresh()
            if before.responsive and not after.responsive:
                self._tell_silence(after)
            elif after.responsive and not before.responsive:
                self._tell_return(before)
            self._lock.connection_changed.send()

    def _tell_silence(self, silence: Connection) -> None:
        self._told_cause = self._verdict.cause
        self._causes.clear()
        verdict = self._verdict
        unknown = verdict.unknown_message()
        words = Words(
            verdict.problem_message() or unknown,
            verdict.problem_summary() or unknown,
            self._stopped(),
        )
        self._notice(NoticeType.UNRESPONSIVE, silence, words)

    def _stopped(self) -> str:
        found = self._verdict.finding
        if found is None:
            return message(self._hass, "stopped_unknown")
        return message(self._hass, "stopped", why=headline(self._hass, found))

    def _tell_return(self, silence: Connection) -> None:
        now = dt_util.utcnow()
        lasted = now - (silence.noticed_at or now)
        name, duration = self._lock.name, duration_text(lasted)
        text = message(self._hass, "recovered", name=name, duration=duration)
        short = message(self._hass, "returned", duration=duration)
        self._notice(NoticeType.RECOVERED, silence, Words(text, text, short))

    def _notice(self, kind: NoticeType, silence: Connection, words: Words) -> None:
        since, noticed_at = silence.since, silence.noticed_at
        if silence.cause is None or since is None or noticed_at is None:
            return
        state = self._door.state
        cause = self._told_cause or silence.cause.value
        notice = ConnectionNotice(
            type=kind,
            cause=cause,
            causes=frozenset({cause, *self._causes}),
            message=words.whole,
            summary=words.summary,
            headline=words.headline,
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
