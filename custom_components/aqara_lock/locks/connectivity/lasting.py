"""Whether a lock has been silent for so long that nobody knows how its door is."""

from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ...domain.connectivity import Connection, Silence
from ...domain.diagnosis import REPAIR_AFTER
from ..state import HOLD, DoorState, LockInfo
from .monitor import ConnectionMonitor
from .verdict import ConnectionVerdict


class LastingSilence:
    """Waits with a silence for as long as its repair waits; ends when the lock is heard.

    The time counts from the verdict, and goes on while the lock is being checked. What a
    lock says first may be how its door is now: until that is shown the silence lasts.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        door: DoorState,
        connections: ConnectionMonitor,
        verdict: ConnectionVerdict,
    ) -> None:
        """Initialize for a lock that answers."""
        self._hass = hass
        self._lock = lock
        self._door = door
        self._connections = connections
        self._verdict = verdict
        self._timer: CALLBACK_TYPE | None = None
        self._is_ending = self._is_stopped = False
        self.lasts = False
        connections.changed.connect(self._connection_changed)
        lock.connection_changed.connect(self._follow)
        door.written.connect(self._door_written)

    @property
    def heard_at(self) -> datetime | None:
        """When the lock was heard last; of one that never was, when it fell silent."""
        evidence, connection = self._connections.evidence, self._connections.connection
        return evidence.last_sign_of_life or connection.since

    @callback
    def resume(self, silence: Silence | None) -> None:
        """Go on with a silence of an earlier run."""
        self.lasts = silence is not None and silence.lasts
        self._follow()

    @callback
    def async_stop(self) -> None:
        """Wait for nothing any more."""
        self._is_stopped = True
        self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None

    @callback
    def _connection_changed(self, _before: Connection, _after: Connection) -> None:
        self._follow()

    @callback
    def _follow(self) -> None:
        """Wait for what comes next: the end of the delay, or that the door is shown."""
        if self._is_stopped:
            return
        connection = self._connections.connection
        if connection.responsive:
            self._heard()
        else:
            self._is_ending = False
            self._cancel()
            if connection.is_of_lock and not self.lasts:
                self._wait_for_repair()
        self._remember()

    def _heard(self) -> None:
        """Let a silence end once it is clear whether the lock says how its door is."""
        if not self.lasts:
            self._cancel()
        elif not self._is_ending:
            self._is_ending = True
            self._wait(HOLD)

    def _wait_for_repair(self) -> None:
        found = self._verdict.finding
        delay = found.repair_after if found is not None else REPAIR_AFTER
        left = (delay - self._connections.silent_for()).total_seconds()
        if left > 0:
            self._wait(left)
        else:
            self._change(lasts=True)

    def _wait(self, seconds: float) -> None:
        self._cancel()
        self._timer = async_call_later(self._hass, seconds, self._due)

    @callback
    def _due(self, _now: datetime) -> None:
        self._timer = None
        if not self._is_ending:
            self._follow()
        elif not self._door.is_held:
            self._change(lasts=False)

    @callback
    def _door_written(self) -> None:
        """Handle that the state is shown that the lock reported, before anybody writes it."""
        if self._is_ending:
            self._cancel()
            self.lasts = self._is_ending = False
            self._remember()

    def _change(self, *, lasts: bool) -> None:
        self.lasts, self._is_ending = lasts, False
        self._remember()
        self._lock.state_changed.send()

    def _remember(self) -> None:
        memory, connection = self._lock.store.memory, self._connections.connection
        silence = Silence.of(connection, self.heard_at, lasts=self.lasts)
        if silence != memory.silence:
            memory.silence = silence
            self._lock.store.async_schedule_save()
