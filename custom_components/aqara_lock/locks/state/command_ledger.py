"""Commands that Home Assistant sent to one lock, kept until the lock reports them."""

import asyncio
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ...domain.attribution import (
    Command,
    CommandLedger,
    CoreTransition,
    Matched,
    OwnCommand,
    Pending,
)
from ...domain.doorlock import LockOperationType
from ...household import Household
from .origin import async_source_of

_LOGGER = logging.getLogger(__name__)

COMMAND_TIMEOUT: Final = 5.0
"""Seconds that an operation waits for the result of the command behind it."""


class LockCommandLedger:
    """Finds the command behind an operation of our own fabric."""

    def __init__(self, hass: HomeAssistant, household: Household) -> None:
        """Begin without any command."""
        self._hass = hass
        self._household = household
        self._ledger = CommandLedger()
        self._contexts: dict[str, Context] = {}
        self._finished = asyncio.Event()

    async def async_prepare(
        self, operation: LockOperationType, context: Context | None
    ) -> OwnCommand:
        """Return a command of our own entity with whoever is behind its context.

        It explains nothing before `sent`.
        """
        source = await async_source_of(self._hass, context)
        person = self._household.of_user(source.user_id)
        return OwnCommand(
            id=ulid_now(),
            operation=operation,
            sent_at=dt_util.utcnow(),
            user_id=source.user_id,
            user_name=source.user_name,
            person_id=person.id if person else None,
            origin=source.origin,
            origin_name=source.name,
            context_id=context.id if context else None,
        )

    @callback
    def sent(self, prepared: OwnCommand, context: Context | None) -> OwnCommand:
        """Record a command that goes out now; returns it with its time."""
        command = replace(prepared, sent_at=dt_util.utcnow())
        self._note(command, context)
        return command

    async def async_seen_at_core(
        self, operation: LockOperationType, context: Context
    ) -> None:
        """Note a transition of core's own lock entity."""
        seen_at = dt_util.utcnow()
        source = await async_source_of(self._hass, context)
        person = self._household.of_user(source.user_id)
        transition = CoreTransition(
            id=ulid_now(),
            operation=operation,
            sent_at=seen_at,
            user_id=source.user_id,
            user_name=source.user_name,
            person_id=person.id if person else None,
            origin=source.origin,
            origin_name=source.name,
            context_id=context.id,
        )
        self._note(transition, context)

    @callback
    def finished(self, command_id: str, *, ok: bool) -> None:
        """Note what became of a command."""
        self._ledger = self._ledger.finish(command_id, ok=ok)
        self._finished.set()

    async def async_behind(
        self, operation: LockOperationType, at: datetime
    ) -> Command | None:
        """Find the one command behind an operation; waits for one under way."""
        match = self._ledger.match(operation, at)
        if isinstance(match, Pending):
            await self._await_result()
            match = self._ledger.match(operation, at)
        if not isinstance(match, Matched):
            return None
        self._ledger = self._ledger.use(match.command.id, operation, at)
        return match.command

    def context_of(self, command_id: str | None) -> Context | None:
        """Give Home Assistant's context of a command."""
        return self._contexts.get(command_id) if command_id else None

    def _note(self, command: Command, context: Context | None) -> None:
        self._ledger = self._ledger.with_command(command)
        kept = {item.command.id for item in self._ledger.sent}
        self._contexts = {k: v for k, v in self._contexts.items() if k in kept}
        if context is not None:
            self._contexts[command.id] = context

    async def _await_result(self) -> None:
        self._finished.clear()
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                await self._finished.wait()
        except TimeoutError:
            _LOGGER.debug("The result of a command is still open")
