"""Operates a lock for Home Assistant: nothing twice, and every failure with its reason."""

import asyncio
from datetime import datetime
import logging
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from .activity_log import ActivityLog
from .connection_watch import ConnectionWatch
from .const import DOMAIN
from .domain.activity import ActivityType, Line
from .domain.door_lock import LockOperationType
from .domain.doorlock.positions import is_satisfied
from .door_state import DoorState
from .lock_history import LockHistory
from .matter.commands import LockCommands
from .matter.errors import Failure, LinkError
from .signal import Signal

_LOGGER = logging.getLogger(__name__)

OPTIMISTIC: Final = 30.0
"""Seconds that a command may take until the lock reports its state."""


class OperableLock(Protocol):
    """What the operator needs of a lock."""

    log: ActivityLog
    door: DoorState
    commands: LockCommands
    connections: ConnectionWatch
    history: LockHistory
    state_changed: Signal[()]
    door_written: Signal[()]
    activity: Signal[Line, Context | None]

    @property
    def name(self) -> str:
        """Name as the user knows it."""

    @property
    def is_linked(self) -> bool:
        """Whether a command can be sent at all."""

    def problem_message(self) -> str:
        """Say what is known to be wrong."""


class LockOperator:
    """Sends commands; joins one that is already on its way."""

    def __init__(self, hass: HomeAssistant, lock: OperableLock) -> None:
        """Operate one lock."""
        self._hass = hass
        self._lock = lock
        self._running: dict[LockOperationType, asyncio.Task[None]] = {}
        self._last: LockOperationType | None = None
        self._timer: CALLBACK_TYPE | None = None
        self.under_way: LockOperationType | None = None
        lock.door_written.connect(self.door_written)
        lock.activity.connect(self._told)

    @callback
    def async_stop(self) -> None:
        """End the wait for a report; a command on its way is left to finish."""
        self._settle()

    @callback
    def door_written(self) -> None:
        """Take that the reported state is about to be shown: nothing is under way."""
        self._stop_waiting()

    @callback
    def _told(self, line: Line, _context: Context | None) -> None:
        """Take that the lock says it was locked: then a locked state is no past one."""
        lock, commanded_at = self._lock, self._lock.history.commanded_at
        if not lock.history.is_in_doubt or commanded_at is None:
            return
        is_news = line.type is ActivityType.LOCKED and line.occurred_at > commanded_at
        if is_news and is_satisfied(LockOperationType.LOCK, lock.door.state):
            lock.history.confirmed()
            lock.state_changed.send()

    async def async_operate(
        self, operation: LockOperationType, pin: str | None, context: Context | None
    ) -> None:
        """Operate; raises HomeAssistantError with the reason."""
        if self._is_reached(operation):
            _LOGGER.debug("%s is already as asked: %s", self._lock.name, operation.name)
            return
        running = self._running.get(operation)
        if running is None or self._last is not operation:
            running = self._hass.async_create_task(
                self._send(operation, pin, context), "aqara_lock command"
            )
            self._running[operation] = running
            self._last = operation
        try:
            await asyncio.shield(running)
        finally:
            if running.done() and self._running.get(operation) is running:
                del self._running[operation]

    def _is_reached(self, operation: LockOperationType) -> bool:
        """Tell whether the lock is known to be as asked; a stale state is not known."""
        lock = self._lock
        sure = (
            lock.is_linked
            and lock.connections.connection.responsive
            and not lock.door.jammed
            and not lock.history.is_in_doubt
        )
        if not sure or self.under_way is not None:
            return False
        return is_satisfied(operation, lock.door.state)

    async def _send(
        self, operation: LockOperationType, pin: str | None, context: Context | None
    ) -> None:
        command = await self._lock.log.own_commands.async_sent(operation, context)
        after_previous = self._lock.history.commanded()
        self._begin(operation)
        try:
            await self._lock.commands.async_operate(operation, pin)
        except LinkError as err:
            self._lock.log.own_commands.finished(command.id, ok=False)
            self._lock.history.command_failed(err, after_previous)
            self._settle()
            raise self._explained(err) from err
        self._lock.log.own_commands.finished(command.id, ok=True)
        self._lock.connections.sign_of_life()

    def _explained(self, err: LinkError) -> HomeAssistantError:
        if err.failure is Failure.UNREACHABLE:
            self._lock.connections.suspect()
        status = f"0x{err.status:02X}" if err.status is not None else "-"
        placeholders = {
            "name": self._lock.name,
            "problem": self._lock.problem_message(),
            "status": status,
        }
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=f"command_{err.failure}",
            translation_placeholders=placeholders,
        )

    def _begin(self, operation: LockOperationType) -> None:
        self._settle()
        self.under_way = operation
        self._timer = async_call_later(self._hass, OPTIMISTIC, self._give_up)
        self._lock.state_changed.send()

    @callback
    def _give_up(self, _now: datetime) -> None:
        self._timer = None
        if not self._shows_what_was_asked():
            self._lock.history.not_confirmed()
        self._settle()

    def _shows_what_was_asked(self) -> bool:
        """Tell whether a report was not due: the lock already was as it was told to be."""
        asked = self.under_way
        return asked is not None and is_satisfied(asked, self._lock.door.state)

    def _settle(self) -> None:
        if self._stop_waiting():
            self._lock.state_changed.send()

    def _stop_waiting(self) -> bool:
        """Take that nothing is under way; True when something was."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        waited = self.under_way is not None
        self.under_way = None
        return waited
