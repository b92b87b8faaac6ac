"""Operates a lock for Home Assistant: nothing late, nothing twice, every failure with its reason."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...domain.attribution import Attribution, Command, FailedAttempt, Outcome
from ...domain.budget import ANSWER_LIMIT, SEND_LIMIT, SUSPICION_DELAY
from ...domain.doorlock import (
    LockOperationError,
    LockOperationType,
    LockState,
    OperationSource,
    is_satisfied,
    leads_to,
)
from ...domain.journal import ActivityType, JournalEntry
from ...matter import Failure, LinkError, SentCommand
from ...texts import message
from ..activity import LockActivity
from ..connectivity import ConnectionMonitor, ConnectionVerdict
from ..state import LockInfo, Operation
from .turn import turn_of

_LOGGER = logging.getLogger(__name__)

REPORT_DUE: Final = 30.0
"""Seconds in which a lock reports what an accepted command changed, as core waits."""
LOOK_LIMIT: Final = 3.0
"""Seconds for a fresh look at a way that something is known to be wrong with."""
QUICK_LOOK_LIMIT: Final = 0.5
"""Seconds that a command waits for a fresh look where all was well."""
CERTAIN: Final = frozenset({Outcome.NOT_SENT, Outcome.MAY_ARRIVE})
"""Outcomes with a cause that is certain: where none has a name, no packet gets out."""
LOOK_INTERVAL: Final = 1.0
"""Seconds between two looks at what is known, while a command is out."""


class CommandFailed(Exception):
    """A command failed; `status` is the lock's own answer where it gave one."""

    def __init__(
        self, outcome: Outcome, cause: str | None = None, status: int | None = None
    ) -> None:
        """Keep the reason; `cause` is a diagnosis state."""
        super().__init__(outcome.value)
        self.outcome = outcome
        self.cause = cause
        self.status = status


@dataclass(slots=True, eq=False)
class _Order:
    """A command from the moment it is sent until what it changed is reported."""

    own: Command
    context: Context | None
    after_previous: float | None
    is_seen: bool = False
    """Whether a state that it leads to was reported since it was sent."""
    is_told: bool = False
    """Whether an operation that it asks for was reported since it was sent."""

    @property
    def operation(self) -> LockOperationType:
        """What the lock is to do."""
        return self.own.operation


@dataclass(frozen=True, slots=True)
class _Call:
    """A call whose outcome a further one like it shares."""

    operation: LockOperationType
    pin: str | None = field(repr=False)
    task: asyncio.Task[None]

    def is_joined_by(self, operation: LockOperationType, pin: str | None) -> bool:
        """Return whether another call asks for the same while this one is open."""
        asks_the_same = (self.operation, self.pin) == (operation, pin)
        return asks_the_same and not self.task.done()


class CommandDispatcher:
    """Sends one command at a time, and follows it until the lock reports."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        activity: LockActivity,
        connections: ConnectionMonitor,
        verdict: ConnectionVerdict,
    ) -> None:
        """Initialize for one lock."""
        self._hass = hass
        self._lock = lock
        self._log = activity.log
        self._connections = connections
        self._verdict = verdict
        self._turn = turn_of(hass, lock.id)
        self._last_call: _Call | None = None
        self._runs: set[asyncio.Task[None]] = set()
        self._out: _Order | None = None
        self._accepted: _Order | None = None
        self._timer: CALLBACK_TYPE | None = None
        self._shown: _Order | None = None
        self._is_reported = False
        self._is_stopped = False
        activity.door.written.connect(self._door_written)
        lock.activity.connect(self._told)
        lock.operated.connect(self._operated)

    @property
    def under_way(self) -> LockOperationType | None:
        """What the lock accepted and has not reported yet."""
        return self._shown.operation if self._shown else None

    @property
    def context(self) -> Context | None:
        """Context of what is under way."""
        return self._shown.context if self._shown else None

    async def async_end_commands(self) -> None:
        """Fail every command without an outcome: nobody is there to follow it from now on.

        What the Matter server has may still arrive, and keeps its turn as long as that.
        """
        self._is_stopped = True
        for run in self._runs:
            run.cancel()
        if self._runs:
            await asyncio.wait(self._runs)
        if await self._lock.commands.async_let_go():
            self._turn.keep(ANSWER_LIMIT)

    @callback
    def async_stop(self) -> None:
        """End the wait for a report: what is due is in doubt from now on."""
        if self._is_reported:
            self._confirm()
        if self._accepted is not None:
            self._give_up(dt_util.utcnow())

    @callback
    def _door_written(self) -> None:
        """Handle that the reported state is about to be shown.

        What was reported is not under way any more; a state that was held back since
        before the command says nothing of it. A doubt ends only now: a report is held
        back for a moment, and the state of before must not be shown meanwhile.
        """
        if self._shown is not self._accepted:
            self._shown = None
        if self._is_reported:
            self._confirm()

    @callback
    def state_reported(self, state: LockState | None) -> None:
        """Handle a report of LockState, or that the server has read the lock.

        What was accepted before is no longer due, and no doubt outlives it.
        """
        if self._out is not None and state in leads_to(self._out.operation):
            self._out.is_seen = True
        self._wait_no_more()
        self._is_reported = True

    def _confirm(self) -> None:
        self._is_reported = False
        history = self._lock.history
        if history.is_in_doubt or history.in_doubt_since is not None:
            history.confirmed()
            self._lock.schedule_save()

    @callback
    def _operated(self, event: Operation, _who: Attribution) -> None:
        """Handle an operation that was reported, or that the lock refused after all."""
        if isinstance(event, LockOperationError):
            self._refused(event)
            return
        for order in (self._out, self._accepted):
            if order is not None:
                order.is_told = order.is_told or event.type is order.operation

    def _refused(self, event: LockOperationError) -> None:
        """Handle that the lock did not do what it had accepted."""
        accepted = self._accepted
        is_remote = event.actor.source is OperationSource.REMOTE
        if accepted is not None and is_remote and event.type is accepted.operation:
            self._settle()
            self._lock.history.confirmed()
            self._lock.state_changed.send()

    @callback
    def _told(self, line: JournalEntry, _context: Context | None) -> None:
        """Handle what the lock says of a bolt whose state it does not report."""
        if line.type is ActivityType.JAMMED and self._accepted is not None:
            self._settle()
            self._lock.history.confirmed()
        self._take_locked(line)

    def _take_locked(self, line: JournalEntry) -> None:
        """Handle that the lock says it was locked: then a locked state is no past one."""
        lock, commanded_at = self._lock, self._lock.history.commanded_at
        is_open = self._accepted is not None or lock.history.is_in_doubt
        if not is_open or commanded_at is None:
            return
        is_news = line.type is ActivityType.LOCKED and line.occurred_at > commanded_at
        if is_news and is_satisfied(LockOperationType.LOCK, self._reported):
            self._settle()
            lock.history.confirmed()
            lock.state_changed.send()

    @property
    def _reported(self) -> LockState | None:
        return self._lock.node.lock_state if self._lock.node else None

    async def async_operate(
        self, operation: LockOperationType, pin: str | None, context: Context | None
    ) -> None:
        """Operate; raises HomeAssistantError with the reason.

        Every command is sent, also where the last reported state is as asked: that state
        may be a past one, and unlocking pulls the latch of many locks. Only a call that
        repeats one whose outcome is still open shares that one.
        """
        call = self._last_call
        if call is None or not call.is_joined_by(operation, pin):
            run = self._run(operation, pin, context)
            task = self._hass.async_create_task(run, "aqara_lock command")
            task.add_done_callback(_error_of)
            self._runs.add(task)
            task.add_done_callback(self._runs.discard)
            call = self._last_call = _Call(operation, pin, task)
        try:
            # A caller that is cancelled leaves the command alone, and its error is no news.
            await asyncio.wait({call.task})
            call.task.result()
        finally:
            if call.task.done() and self._last_call is call:
                self._last_call = None

    async def _run(
        self, operation: LockOperationType, pin: str | None, context: Context | None
    ) -> None:
        own = await self._log.own_commands.async_prepare(operation, context)
        sent: SentCommand | None = None
        try:
            send_until = self._hass.loop.time() + SEND_LIMIT
            sent = await self._send(own, pin, context, send_until)
            await self._hand_over(sent, send_until)
            await self._outcome(sent)
        except CommandFailed as failed:
            raise self._recorded(own, failed) from None
        except asyncio.CancelledError:
            if not self._is_stopped:
                raise
            if (cut_off := _cut_off(sent)) is not None:
                raise self._recorded(own, cut_off) from None

    def _recorded(self, own: Command, failed: CommandFailed) -> HomeAssistantError:
        """Record a command that failed; returns the error that tells why."""
        attempt = FailedAttempt(own.operation, failed.outcome, failed.cause)
        self._log.attempt_failed(own, attempt)
        return self._explained(failed)

    async def _send(
        self,
        own: Command,
        pin: str | None,
        context: Context | None,
        send_until: float,
    ) -> SentCommand:
        """Send a command to the client in its turn, or drop it."""
        await self._take_turn(send_until)
        try:
            await self._look(send_until)
            return self._start(own, pin, context, send_until)
        except BaseException:
            self._turn.release()
            raise

    def _start(
        self,
        own: Command,
        pin: str | None,
        context: Context | None,
        send_until: float,
    ) -> SentCommand:
        """Send, unless it is certain that nothing would arrive."""
        if (cause := self._verdict.certain_cause) is not None:
            raise CommandFailed(Outcome.NOT_SENT, cause)
        commands = self._log.own_commands
        # The lock may report before the client knows that the command is out.
        own = commands.sent(own, context)
        order = self._out = _Order(own, context, self._lock.history.commanded())
        try:
            sent = self._lock.commands.start_operation(own.operation, pin)
        except LinkError as err:
            self._out = None
            commands.finished(own.id, ok=False)
            raise _failed(err) from None
        self._follow(sent, order, send_until)
        return sent

    async def _take_turn(self, until: float) -> None:
        """Wait until the server has answered the command before."""
        try:
            async with asyncio.timeout_at(until):
                await self._turn.async_take()
        except TimeoutError:
            raise CommandFailed(Outcome.WAITING) from None

    def _follow(self, sent: SentCommand, order: _Order, send_until: float) -> None:
        """Handle what the server answers, whether anybody waits for it or not."""
        timer = self._hass.loop.call_at(send_until, sent.give_up)
        doubt = async_call_later(self._hass, SUSPICION_DELAY, self._suspect)

        @callback
        def answered(answer: asyncio.Task[None]) -> None:
            timer.cancel()
            doubt()
            self._out = None
            self._turn.release()
            self._answered(order, answer)

        sent.answer.add_done_callback(answered)

    @callback
    def _suspect(self, _now: datetime) -> None:
        """Request a probe of the lock, since the server has no answer of it yet."""
        if self._verdict.certain_cause is None:
            self._connections.suspect()

    async def _hand_over(self, sent: SentCommand, until: float) -> None:
        """Drop a command that the client cannot write to its connection in time."""
        try:
            async with asyncio.timeout_at(until):
                while not sent.is_with_server:
                    await asyncio.wait({sent.answer}, timeout=LOOK_INTERVAL)
        except TimeoutError:
            sent.drop()
            raise CommandFailed(Outcome.NOT_TAKEN) from None

    async def _look(self, until: float) -> None:
        """Refresh the route to the lock: from this host's own tables, not from the lock.

        A command whose turn came late is not sent later for it.
        """
        is_well = self._connections.connection.responsive and not self._verdict.cause
        look = self._hass.async_create_background_task(
            self._verdict.async_refresh(), "aqara_lock look before a command"
        )
        limit = QUICK_LOOK_LIMIT if is_well else LOOK_LIMIT
        left = max(0.0, until - self._hass.loop.time())
        await asyncio.wait({look}, timeout=min(limit, left))

    async def _outcome(self, sent: SentCommand) -> None:
        """Wait for the answer, as long as there is hope; raises CommandFailed."""
        try:
            async with asyncio.timeout(ANSWER_LIMIT):
                while not sent.answer.done():
                    self._check_hope()
                    await asyncio.wait({sent.answer}, timeout=LOOK_INTERVAL)
        except TimeoutError:
            sent.give_up()
            raise CommandFailed(Outcome.UNREACHABLE, self._verdict.cause) from None
        except CommandFailed:
            sent.give_up()
            raise
        err = _error_of(sent.answer)
        if isinstance(err, LinkError):
            is_lost = err.failure is Failure.UNREACHABLE
            raise _failed(err, self._verdict.cause if is_lost else None)
        if err is not None:
            # Its text may repeat the request, and the code in it.
            _LOGGER.error("A command broke off: %s", type(err).__name__)
            raise CommandFailed(Outcome.SERVER_FAULT)

    def _check_hope(self) -> None:
        """Raise CommandFailed where it became certain that no answer can come."""
        if (cause := self._verdict.certain_cause) is not None:
            raise CommandFailed(Outcome.MAY_ARRIVE, cause)

    def _answered(self, order: _Order, answer: asyncio.Task[None]) -> None:
        """Handle the server's answer to a command."""
        err = _error_of(answer)
        self._log.own_commands.finished(order.own.id, ok=err is None)
        if err is None:
            self._connections.sign_of_life()
            self._begin(order)
        elif isinstance(err, LinkError):
            # A lock that is just back leaves commands unanswered for other reasons.
            after = order.after_previous if self._log.is_steady else None
            self._lock.history.command_failed(err, after)
            if (
                err.failure is Failure.UNREACHABLE
                and self._verdict.certain_cause is None
            ):
                self._connections.suspect()

    def _explained(self, failed: CommandFailed) -> HomeAssistantError:
        status = f"0x{failed.status:02X}" if failed.status is not None else "-"
        name = self._lock.name
        unnamed = "problem_no_way" if failed.outcome in CERTAIN else "problem_unknown"
        problem = self._verdict.problem_summary()
        placeholders = {
            "name": name,
            "problem": problem or message(self._hass, unnamed, name=name),
            "status": status,
        }
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=f"command_{failed.outcome}",
            translation_placeholders=placeholders,
        )

    def _begin(self, order: _Order) -> None:
        """Wait for the report of an accepted command, where one is due.

        Only now it is shown as under way: what failed leaves the state and its time as
        they were.
        """
        if self._is_stopped or not self._is_due(order):
            return
        self._settle()
        if self._is_reported:
            self._confirm()
        self._accepted = self._shown = order
        self._timer = async_call_later(self._hass, REPORT_DUE, self._give_up)
        if self._reported is not None:
            self._lock.history.accepted()
            self._lock.schedule_save()
        self._lock.state_changed.send()

    def _is_due(self, order: _Order) -> bool:
        """Return whether the lock has something to report that it did not report yet."""
        return not order.is_seen and self._reported not in leads_to(order.operation)

    @callback
    def _give_up(self, _now: datetime) -> None:
        """Handle that nothing was reported: what the lock accepted is unconfirmed."""
        order, history = self._accepted, self._lock.history
        is_known = self._reported is not None
        self._settle()
        if order is not None and is_known:
            history.outdated() if order.is_told else history.not_confirmed()
            self._lock.schedule_save()
        self._lock.state_changed.send()

    def _settle(self) -> None:
        """End the wait for a report, and show nothing as pending."""
        self._wait_no_more()
        self._shown = None

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None
        self._accepted = None


def _cut_off(sent: SentCommand | None) -> CommandFailed | None:
    """Return how a command failed that was under way at an unload; None if it did not."""
    if sent is None or not sent.is_with_server:
        return CommandFailed(Outcome.UNLOADED)
    if not sent.answer.done():
        return CommandFailed(Outcome.NOT_FOLLOWED)
    err = _error_of(sent.answer)
    return _failed(err) if isinstance(err, LinkError) else None


def _error_of(answer: asyncio.Task[None]) -> BaseException | None:
    """Return what the server said, or that it can say nothing any more."""
    if answer.cancelled():
        return LinkError(Failure.MATTER_UNAVAILABLE)
    return answer.exception()


def _failed(err: LinkError, cause: str | None = None) -> CommandFailed:
    return CommandFailed(Outcome(err.failure.value), cause, err.status)
