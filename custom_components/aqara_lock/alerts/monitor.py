"""Follows the locks of a home and tells what was asked to be told, and that it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..const import CONF_TELL_WHEN
from ..diagnosis import DiagnosisEngine
from ..domain.diagnosis import REPAIR_AFTER_CERTAIN, Finding
from ..domain.journal import MOVES, JournalEntry
from ..locks import Lock
from ..texts import message
from .kinds import AT_ONCE, JAMMED, LOW_BATTERY, UNRESPONSIVE, Alert
from .messenger import Messenger, Text

type Key = tuple[str, Alert]
"""A lock by its id, and what is told of it."""

BATTERY_RULE: Final = "low_battery"


class Alerts:
    """Tells each thing once, and once that it is over.

    That a lock does not answer is told when its silence lasts, a low battery when its
    repair is due, a jam when it has lasted as long as a certain cause.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, diagnosis: DiagnosisEngine
    ) -> None:
        """Initialize for one home, of which nothing was told."""
        self._hass = hass
        self._entry = entry
        self._diagnosis = diagnosis
        self._messenger = Messenger(hass, entry)
        self._told: set[Key] = set()
        self._waiting: dict[Key, CALLBACK_TYPE] = {}
        self._locks: dict[str, Lock] = {}
        self._stop: dict[str, list[Callable[[], None]]] = {}

    @callback
    def follow(self, lock: Lock) -> None:
        """Tell of a lock from now on."""
        self._locks[lock.id] = lock
        self._stop[lock.id] = [
            lock.state_changed.connect(partial(self._look, lock)),
            lock.door.written.connect(partial(self._look, lock)),
            lock.activity.connect(partial(self._take, lock)),
        ]
        self._look(lock)

    @callback
    def forget(self, lock_id: str) -> None:
        """Take back what is shown of a lock that was removed."""
        self._leave(lock_id)
        for key in [key for key in self._told if key[0] == lock_id]:
            self._told.discard(key)
            self._messenger.take_back(lock_id, key[1])

    @callback
    def async_stop(self) -> None:
        """Tell nothing any more; what goes on is told again after the next start."""
        self._messenger.stop()
        for lock_id in list(self._locks):
            self._leave(lock_id)

    def _leave(self, lock_id: str) -> None:
        self._locks.pop(lock_id, None)
        for stop in self._stop.pop(lock_id, []):
            stop()
        for key in [key for key in self._waiting if key[0] == lock_id]:
            self._waiting.pop(key)()

    @callback
    def follow_diagnosis(self) -> None:
        """Tell of batteries that are low."""
        for lock in self._locks.values():
            found = self._low_battery(lock)
            if found is None:
                self._over(lock, LOW_BATTERY)
            else:
                self._after(lock, LOW_BATTERY, found.repair_after)

    def _low_battery(self, lock: Lock) -> Finding | None:
        found = self._diagnosis.diagnosis.findings
        low = (x for x in found if x.id == BATTERY_RULE and x.concerns(lock.id))
        return next(low, None)

    @callback
    def _look(self, lock: Lock) -> None:
        """Tell how the lock is now."""
        if lock.silence.lasts:
            self._tell(lock, UNRESPONSIVE)
        elif lock.connection.responsive:
            self._over(lock, UNRESPONSIVE)
        if lock.door.jammed:
            self._after(lock, JAMMED, REPAIR_AFTER_CERTAIN)
        else:
            self._over(lock, JAMMED)

    @callback
    def _take(self, lock: Lock, line: JournalEntry, _context: Context | None) -> None:
        """Tell what happened; that somebody operates the lock again ends it."""
        if line.type is not None and (alert := AT_ONCE.get(line.type)) is not None:
            self._tell(lock, alert)
        elif line.type in MOVES:
            for alert in AT_ONCE.values():
                self._over(lock, alert)

    def _after(self, lock: Lock, alert: Alert, delay: timedelta) -> None:
        """Tell after a delay what is not over by then."""
        key = (lock.id, alert)
        if key not in self._told and key not in self._waiting:
            self._waiting[key] = async_call_later(
                self._hass, delay, partial(self._due, lock, alert)
            )

    @callback
    def _due(self, lock: Lock, alert: Alert, _now: datetime) -> None:
        self._waiting.pop((lock.id, alert), None)
        self._tell(lock, alert)

    def _tell(self, lock: Lock, alert: Alert) -> None:
        if (lock.id, alert) in self._told or alert.kind not in self._wanted:
            return
        self._told.add((lock.id, alert))
        title = message(self._hass, alert.title, lock=lock.name)
        self._messenger.send(lock.id, alert, title, self._text(lock, alert))

    def _over(self, lock: Lock, alert: Alert) -> None:
        """Tell that something is over, where it was told."""
        key = (lock.id, alert)
        if (cancel := self._waiting.pop(key, None)) is not None:
            cancel()
        if key in self._told:
            self._told.discard(key)
            over = message(self._hass, alert.over, lock=lock.name)
            self._messenger.send_over(lock.id, alert, lock.name, over)

    def _text(self, lock: Lock, alert: Alert) -> Text:
        """Say what it is and what to do, in one line and as a whole."""
        if alert.text is not None:
            said = message(self._hass, alert.text, lock=lock.name)
            return Text(said, said)
        is_battery = alert is LOW_BATTERY
        found = self._low_battery(lock) if is_battery else lock.verdict.finding
        if found is not None:
            words = self._diagnosis.words
            return Text(words.summary(found), words.message(found))
        unknown = lock.verdict.unknown_message()
        return Text(unknown, unknown)

    @property
    def _wanted(self) -> list[str]:
        wanted: list[str] = self._entry.options.get(CONF_TELL_WHEN, [])
        return wanted
