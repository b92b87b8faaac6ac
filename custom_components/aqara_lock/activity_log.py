"""Turns what a lock reports into attributed lines of its journal."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .domain.activity import Duress, Line, duress
from .domain.attribution import Attribution, attribute, is_own_remote, unverified_user
from .domain.commands import Command, CommandLedger, Matched, OwnCommand, Pending
from .domain.directory import parse_user
from .domain.door_lock import ALL_INDICES, LockOperationType, LockState
from .domain.fabrics import parse_fabrics
from .domain.journal import Added
from .domain.journal_entries import EventKey
from .domain.operations import (
    Actor,
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    LockUserChange,
    RawEvent,
    TimeSource,
    clock_is_wrong,
    decode,
    event_time,
)
from .lock_store import LockMemory, LockStore
from .matter.commands import LockCommands
from .matter.errors import LinkError
from .matter.node import LockNode
from .matter.reads import LockReads

_LOGGER = logging.getLogger(__name__)

READ_TIMEOUT: Final = 3.0
"""Seconds that an operation waits for the name of its user or ecosystem."""
COMMAND_TIMEOUT: Final = 5.0
"""Seconds that an operation waits for the result of the command behind it."""
CATCH_UP_TIMEOUT: Final = 60.0
"""Seconds for back-fill and the first walk through the users of a sleepy lock."""
USER_CHANGE_DEBOUNCE: Final = 10.0
LATE_AFTER: Final = timedelta(seconds=60)
"""An operation older than this on the lock's own clock is history, not news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A live event with its line, who did it, and Home Assistant's own context of it."""

    event: DoorLockEvent
    line: Line | None
    attribution: Attribution | None
    context: Context | None
    is_new_line: bool


class LogListener(Protocol):
    """Who is told what was logged."""

    def operation_arrived(self, operation: LockOperationType | None) -> None:
        """Note a live operation before it is known who did it."""

    def told(self, told: Told) -> None:
        """Take a live event once it is attributed."""

    def duress_noticed(self, notice: Duress) -> None:
        """Take a private notice."""


class ActivityLog:
    """Journal, users, fabrics and own commands of one lock, kept together."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        commands: LockCommands,
        reads: LockReads,
        listener: LogListener,
    ) -> None:
        """Log into a store on behalf of one listener."""
        self._hass = hass
        self._store = store
        self._commands = commands
        self._reads = reads
        self._listener = listener
        self._ledger = CommandLedger()
        self._contexts: dict[str, Context] = {}
        self._command_done = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._queue: asyncio.Queue[tuple[RawEvent, EventKey, bool]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._stale_users: set[int | None] = set()
        self._reread: CALLBACK_TYPE | None = None
        self._fabric = ""
        self._state_reported_at: datetime | None = None

    @property
    def memory(self) -> LockMemory:
        """What is remembered of the lock."""
        return self._store.memory

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        if self._reread is not None:
            self._reread()
            self._reread = None
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    @callback
    def follow_node(self, node: LockNode, compressed_fabric_id: int) -> None:
        """Take which fabric and controller are our own."""
        self._fabric = f"{compressed_fabric_id:016X}"
        memory = self.memory
        memory.fabrics = memory.fabrics.with_own(
            node.own_fabric_index, node.controller_nodes
        )

    async def async_catch_up(self, node: LockNode) -> None:
        """Fill in what was missed since the last tie to the lock; reads users once.

        New operations wait: until then nobody knows which slots changed hands.
        """
        self._caught_up.clear()
        memory = self.memory
        try:
            async with asyncio.timeout(CATCH_UP_TIMEOUT):
                await self._backfill()
                if node.has_users and not memory.users_read:
                    await self._read_all_users()
        except (LinkError, TimeoutError) as err:
            _LOGGER.info("Could not catch up with the lock: %r", err)
            memory.directory = memory.directory.after_gap()
        finally:
            self._caught_up.set()
        self._store.async_schedule_save()

    @callback
    def state_reported(self, at: datetime) -> None:
        """Note a report of LockState: events that come with it are live."""
        self._state_reported_at = at

    @callback
    def state_unexplained(self, state: LockState, at: datetime) -> Line | None:
        """Log a state change that no operation explained in time."""
        journal = self.memory.journal
        key = journal.unexplained(at, state)
        self._store.async_schedule_save()
        return journal.line(key)

    @callback
    def command_sent(self, command: OwnCommand, context: Context | None) -> None:
        """Note a command of our own entity."""
        self._ledger = self._ledger.with_command(command)
        if context is not None:
            self._contexts[command.id] = context

    @callback
    def command_finished(self, command_id: str, *, ok: bool) -> None:
        """Note what became of a command."""
        self._ledger = self._ledger.finish(command_id, ok=ok)
        self._command_done.set()

    @callback
    def take(self, raw: RawEvent) -> None:
        """Log an event as it arrives; replays change nothing."""
        self._judge_clock(raw)
        event = decode(raw.event_id, raw.data)
        added = self.memory.journal.add(raw, fabric=self._fabric)
        if not isinstance(added, Added):
            return
        self.memory.last_event_number = added.key.number
        if isinstance(event, LockUserChange):
            self._users_changed(event)
        live = self._is_news(raw)
        if live and isinstance(event, LockOperation):
            self._listener.operation_arrived(event.type)
        self._queue.put_nowait((raw, added.key, live and added.continues is None))
        self._work()

    @callback
    def _work(self) -> None:
        """Attribute in order of arrival, at once where nothing has to be read first."""
        if self._worker is not None and not self._worker.done():
            return
        self._worker = self._hass.async_create_background_task(
            self._drain(), "aqara_lock attribution", eager_start=True
        )

    async def _drain(self) -> None:
        await self._caught_up.wait()
        while not self._queue.empty():
            raw, key, fires = self._queue.get_nowait()
            await self._attribute(raw, key, fires=fires)

    async def _attribute(self, raw: RawEvent, key: EventKey, *, fires: bool) -> None:
        event = decode(raw.event_id, raw.data)
        at = event_time(raw).at
        await self._read_first(event)
        command = await self._own_command(event, raw.received_at)
        who = self._who(event, at, command)
        journal = self.memory.journal
        if who is not None:
            journal.amend(key, who)
        self._store.async_schedule_save()
        if not self._is_news(raw):
            return
        self._tell(event, key, who, fires=fires)

    def _tell(
        self,
        event: DoorLockEvent,
        key: EventKey,
        who: Attribution | None,
        *,
        fires: bool,
    ) -> None:
        journal = self.memory.journal
        line_key = journal.line_key(key)
        context_id = who.command_id if who else None
        self._listener.told(
            Told(
                event=event,
                line=journal.line(line_key) if line_key else None,
                attribution=who,
                context=self._contexts.get(context_id) if context_id else None,
                is_new_line=fires,
            )
        )
        self._tell_duress(event, who)

    def _tell_duress(self, event: DoorLockEvent, who: Attribution | None) -> None:
        index = who.user_index if who else None
        user = self.memory.directory.user(index) if index is not None else None
        notice = duress(
            event,
            at=dt_util.utcnow(),
            attribution=who,
            user_type=user.type if user else None,
        )
        if notice is not None:
            self._listener.duress_noticed(notice)

    def _who(
        self, event: DoorLockEvent, at: datetime, command: Command | None
    ) -> Attribution | None:
        memory = self.memory
        return attribute(
            event,
            at=at,
            directory=memory.directory,
            fabrics=memory.fabrics,
            command=command,
        )

    async def _read_first(self, event: DoorLockEvent) -> None:
        """Read an unverified user or an unknown fabric: the lock is awake just now."""
        index = unverified_user(event, self.memory.directory)
        if index is not None and self.memory.users_read:
            await self._within(self._read_user(index))
        actor = _actor(event)
        if actor is not None and self.memory.fabrics.needs_refresh(actor.fabric_index):
            if not is_own_remote(actor, self.memory.fabrics):
                await self._within(self._read_fabrics())

    async def _within(self, read: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                await read
        except TimeoutError:
            _LOGGER.debug("The lock did not give details in time")
        except LinkError as err:
            _LOGGER.debug("The lock did not give details: %s", err.failure)

    async def _own_command(self, event: DoorLockEvent, at: datetime) -> Command | None:
        """Find the command behind an operation; waits for one that is under way."""
        if not isinstance(event, LockOperation) or event.type is None:
            return None
        if not is_own_remote(event.actor, self.memory.fabrics):
            return None
        match = self._ledger.match(event.type, at)
        if isinstance(match, Pending):
            await self._await_command()
            match = self._ledger.match(event.type, at)
        if not isinstance(match, Matched):
            return None
        self._ledger = self._ledger.use(match.command.id, event.type, at)
        return match.command

    async def _await_command(self) -> None:
        self._command_done.clear()
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                await self._command_done.wait()
        except TimeoutError:
            _LOGGER.debug("The result of a command is still open")

    def _judge_clock(self, raw: RawEvent) -> None:
        reported_at = self._state_reported_at
        if reported_at is not None and clock_is_wrong(raw, reported_at):
            self.memory.journal.distrust_clock(self._fabric, raw.node_id)

    def _is_news(self, raw: RawEvent) -> bool:
        if not raw.live:
            return False
        if not self.memory.journal.trusts_clock(self._fabric, raw.node_id):
            return True
        when = event_time(raw)
        late = raw.received_at - when.at > LATE_AFTER
        return not (late and when.source is TimeSource.DEVICE)

    async def _backfill(self) -> None:
        memory = self.memory
        events = await self._reads.async_recent_events(memory.last_event_number)
        last = memory.last_event_number
        seamless = last is None or any(raw.event_number == last for raw in events)
        if not seamless:
            memory.directory = memory.directory.after_gap()
        self._add_missed(events)

    def _add_missed(self, events: Iterable[RawEvent]) -> None:
        for raw in events:
            self.take(raw)

    @callback
    def _users_changed(self, change: LockUserChange) -> None:
        """Take a change of the table, and read what it touched once it is quiet."""
        memory = self.memory
        memory.directory = memory.directory.after_change(change)
        if not memory.users_read:
            return
        self._stale_users.add(_one_user(change))
        if self._reread is not None:
            self._reread()
        self._reread = async_call_later(
            self._hass, USER_CHANGE_DEBOUNCE, self._reread_users
        )

    async def _reread_users(self, _now: datetime) -> None:
        self._reread = None
        stale, self._stale_users = self._stale_users, set()
        try:
            if None in stale:
                await self._read_all_users()
            for index in sorted(index for index in stale if index is not None):
                await self._read_user(index)
        except LinkError as err:
            _LOGGER.info("Users that changed could not be read: %s", err.failure)
        self._store.async_schedule_save()

    async def _read_user(self, index: int) -> None:
        response = await self._commands.async_get_user(index)
        self._take_users([response])

    async def _read_all_users(self) -> None:
        self._take_users(await self._commands.async_walk_users())
        self.memory.users_read = True

    def _take_users(self, responses: Iterable[object]) -> None:
        memory = self.memory
        for response in responses:
            user = parse_user(response, memory.fabrics.fabric_ids)
            if user is not None:
                memory.directory = memory.directory.with_user(user)

    async def _read_fabrics(self) -> None:
        memory = self.memory
        found = parse_fabrics(await self._reads.async_fabrics())
        memory.fabrics = memory.fabrics.with_fabrics(found, dt_util.utcnow())


def _actor(event: DoorLockEvent) -> Actor | None:
    if isinstance(event, LockOperation | LockOperationError | LockUserChange):
        return event.actor
    return None


def _one_user(change: LockUserChange) -> int | None:
    """Give the user that a change touched; None when it may be any."""
    index = change.actor.user_index
    return index if index is not None and 0 < index < ALL_INDICES else None
