"""Commands that Home Assistant sent, matched to what the lock reports afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..doorlock import LockOperationType

MATCH_WINDOW: Final = timedelta(seconds=30)
PAIR_WINDOW: Final = timedelta(seconds=10)
"""UnlockDoor gives Unlatch and Unlock within this time (Matter 1.6 §5.2.6)."""


class Origin(StrEnum):
    """What inside Home Assistant sent a command."""

    USER = "user"
    AUTOMATION = "automation"
    SCRIPT = "script"
    UNKNOWN = "unknown"


class Sender(StrEnum):
    """Through which lock entity a command was sent."""

    OWN = "own"
    CORE = "core"
    """Seen by the state that core's entity takes: locking, unlocking or opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that Home Assistant sent, and who is behind it.

    `ok` is None while it is under way, and for one of core's entity, which shows only
    commands that were sent. `person_id` is the person of `user_id` where one is known.
    """

    id: str
    operation: LockOperationType
    sent_at: datetime
    sender: Sender = Sender.OWN
    ok: bool | None = None
    user_id: str | None = None
    user_name: str | None = None
    person_id: str | None = None
    origin: Origin = Origin.UNKNOWN
    origin_name: str | None = None
    context_id: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Exactly one actor fits."""

    command: Command


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Commands of different actors fit: nobody is named."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A command that fits is still under way: ask again when it finished."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No command fits."""


type Match = Matched | Ambiguous | Pending | NoMatch


def explains(command: Command, operation: LockOperationType | None) -> bool:
    """Return whether a command leads to an operation: opening unlatches and unlocks."""
    if command.operation is LockOperationType.UNLATCH:
        return operation in (LockOperationType.UNLATCH, LockOperationType.UNLOCK)
    return command.operation is operation


def in_time(command: Command, at: datetime) -> bool:
    """Return whether a command was sent at most 30 s before."""
    return timedelta() <= at - command.sent_at <= MATCH_WINDOW


def is_proven(command: Command) -> bool:
    """Return whether a command took place: sent with success, or seen at core's entity."""
    return command.sender is Sender.CORE or command.ok is True


@dataclass(frozen=True, slots=True)
class _Sent:
    """A command and the operations that it already explained."""

    command: Command
    used_for: frozenset[LockOperationType] = frozenset()
    used_at: datetime | None = None

    def is_open_for(self, operation: LockOperationType | None, at: datetime) -> bool:
        if not explains(self.command, operation) or operation in self.used_for:
            return False
        if self.command.ok is False:
            return False
        paired = self.used_at is None or abs(at - self.used_at) <= PAIR_WINDOW
        return paired and in_time(self.command, at)


@dataclass(frozen=True, slots=True)
class CommandLedger:
    """Immutable; the recent commands for one lock, each used once."""

    sent: tuple[_Sent, ...] = ()

    def with_command(self, command: Command) -> CommandLedger:
        """Return the ledger with a command; without those that are too old to match."""
        oldest = command.sent_at - 4 * MATCH_WINDOW
        kept = tuple(item for item in self.sent if item.command.sent_at >= oldest)
        return CommandLedger((*kept, _Sent(command)))

    def finish(self, command_id: str, *, ok: bool) -> CommandLedger:
        """Record the result of a command of our own entity."""
        return CommandLedger(
            tuple(_finished(item, command_id, ok) for item in self.sent)
        )

    def match(self, operation: LockOperationType | None, at: datetime) -> Match:
        """Find the command behind a remote operation of our own fabric.

        `at` is when a live operation was received, or the lock's own time of a late
        one; a late one without a time of its own cannot be matched.
        """
        found = [item for item in self.sent if item.is_open_for(operation, at)]
        if not found:
            return NoMatch()
        commands = [item.command for item in found]
        if len({_actor(command) for command in commands}) > 1:
            return _undecided(commands)
        proven = [command for command in commands if is_proven(command)]
        return Matched(proven[0]) if proven else _undecided(commands)

    def use(
        self, command_id: str, operation: LockOperationType, at: datetime
    ) -> CommandLedger:
        """Return the ledger with a command that explained an operation."""
        return CommandLedger(
            tuple(
                replace(item, used_for=item.used_for | {operation}, used_at=at)
                if item.command.id == command_id
                else item
                for item in self.sent
            )
        )


def _finished(item: _Sent, command_id: str, ok: bool) -> _Sent:
    command = item.command
    if command.sender is Sender.CORE or command.id != command_id:
        return item
    return replace(item, command=replace(command, ok=ok))


def _undecided(commands: Iterable[Command]) -> Ambiguous | Pending:
    """A command under way may still fail, and then no longer competes."""
    found = list(commands)
    pending = tuple(item.id for item in found if not is_proven(item))
    if pending:
        return Pending(pending)
    return Ambiguous(tuple(item.id for item in found))


def _actor(command: Command) -> tuple[object, ...]:
    if command.user_id is None and command.origin_name is None:
        return (command.id,)
    return (command.user_id, command.origin, command.origin_name)
