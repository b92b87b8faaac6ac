"""Commands that Home Assistant sent, matched to what the lock reports afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from ..doorlock import LockOperationType

MATCH_WINDOW: Final = timedelta(seconds=30)
KEPT_FOR: Final = 6 * MATCH_WINDOW
"""Longer than the clock of a lock that is believed can be off (60 s) in both directions."""
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
    CALL = "call"
    """A call of core's entity that shows no state: a door that is unlocked is unlocked.

    It may have sent nothing, and so it names nobody. It only competes with others.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that Home Assistant sent, and who is behind it.

    `ok` is None while it is under way, and for one of core's entity, which does not tell
    what became of it. `person_id` is the person of `user_id` where one is known.
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
class OperationTime:
    """When an operation took place, as well as is known.

    `at` is the best that can be said, `latest` is when it was received at the latest.
    `earliest` is None where nobody knows for how long the lock kept it.
    """

    at: datetime
    earliest: datetime | None
    latest: datetime

    @classmethod
    def exactly(cls, at: datetime) -> Self:
        """Return the time of an operation that is known for certain."""
        return cls(at, at, at)

    def may_follow(self, sent_at: datetime) -> bool:
        """Return whether a command that was sent then may have led to the operation."""
        if sent_at > self.latest:
            return False
        return self.earliest is None or self.earliest - sent_at <= MATCH_WINDOW


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

    def fits(self, operation: LockOperationType | None, at: datetime) -> bool:
        """Return whether the command explains an operation of that time."""
        return self._is_open_for(operation, at, at) and in_time(self.command, at)

    def competes(
        self, operation: LockOperationType | None, when: OperationTime
    ) -> bool:
        """Return whether the command explains an operation of any time it may have had."""
        earliest = when.earliest or self.command.sent_at
        if not self._is_open_for(operation, earliest, when.latest):
            return False
        return when.may_follow(self.command.sent_at)

    def _is_open_for(
        self, operation: LockOperationType | None, earliest: datetime, latest: datetime
    ) -> bool:
        if not explains(self.command, operation) or operation in self.used_for:
            return False
        if self.command.ok is False:
            return False
        if self.used_at is None:
            return True
        return earliest - PAIR_WINDOW <= self.used_at <= latest + PAIR_WINDOW


@dataclass(frozen=True, slots=True)
class CommandLedger:
    """Immutable; the recent commands for one lock, each used once."""

    sent: tuple[_Sent, ...] = ()

    def with_command(self, command: Command) -> CommandLedger:
        """Return the ledger with a command; without those that are too old to match.

        A call that showed a state is one command, not two.
        """
        if any(_is_call_of(command, item.command) for item in self.sent):
            return self
        oldest = command.sent_at - KEPT_FOR
        kept = tuple(
            item
            for item in self.sent
            if item.command.sent_at >= oldest and not _is_call_of(item.command, command)
        )
        return CommandLedger((*kept, _Sent(command)))

    def finish(self, command_id: str, *, ok: bool) -> CommandLedger:
        """Record the result of a command of our own entity."""
        return CommandLedger(
            tuple(_finished(item, command_id, ok) for item in self.sent)
        )

    def match(self, operation: LockOperationType | None, when: OperationTime) -> Match:
        """Find the command behind a remote operation of our own fabric.

        `when` is when a live operation was received, or the lock's own time of a late
        one; a late one without a time of its own cannot be matched. Where the time is
        not certain, a command of somebody else that fits another time competes.
        """
        fitting = [item.command for item in self.sent if item.fits(operation, when.at)]
        if all(command.sender is Sender.CALL for command in fitting):
            return NoMatch()
        rivals = [item.command for item in self.sent if item.competes(operation, when)]
        if len({_actor(command) for command in (*fitting, *rivals)}) > 1:
            return _undecided((*fitting, *rivals))
        proven = [command for command in fitting if is_proven(command)]
        return Matched(proven[0]) if proven else _undecided(fitting)

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
    if command.sender is not Sender.OWN or command.id != command_id:
        return item
    return replace(item, command=replace(command, ok=ok))


def _is_call_of(call: Command, command: Command) -> bool:
    """Return whether a call of core's entity is what led to a command of it."""
    if call.sender is not Sender.CALL or command.sender is not Sender.CORE:
        return False
    same = call.context_id is not None and call.context_id == command.context_id
    return same and call.operation is command.operation


def _undecided(commands: Iterable[Command]) -> Ambiguous | Pending:
    """A command under way may still fail, and then no longer competes."""
    found = list(dict.fromkeys(commands))
    pending = tuple(
        item.id for item in found if item.sender is Sender.OWN and item.ok is None
    )
    if pending:
        return Pending(pending)
    return Ambiguous(tuple(item.id for item in found))


def _actor(command: Command) -> tuple[object, ...]:
    if command.user_id is None and command.origin_name is None:
        return (command.id,)
    return (command.user_id, command.origin, command.origin_name)
