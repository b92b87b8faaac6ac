"""One line of the journal from one record: how it is dated, merged and attributed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ..access import Directory
from ..attribution import PAIR_WINDOW, Attribution, Evidence, attribute
from ..doorlock import (
    DoorLockEvent,
    EventTime,
    LockOperation,
    LockOperationType,
    RawEvent,
    TimeSource,
    event_time,
)
from .activity import (
    EntryKind,
    JournalEntry,
    activity_type,
    denied_reason,
    state_activity_type,
)
from .records import Assignment, Attempt, Epoch, Gap, Record, Unexplained

SAME_EVENT: Final = timedelta(minutes=1)
"""Two deliveries of one event never differ by more on the lock's own clock."""

_NOTHING_KNOWN: Final = Directory(lock_id="")
_UNLOCKS: Final = (LockOperationType.UNLOCK, LockOperationType.FORCED_USER_EVENT)


def dated(raw: RawEvent, trusted: bool) -> EventTime:
    """Date an event, by the lock's clock only where it is trusted."""
    if trusted:
        return event_time(raw)
    return EventTime(raw.received_at, TimeSource.RECEIVED)


def entry_time(entry: Record, trusted: bool) -> EventTime:
    """Date an entry, once for each verdict on the lock's clock."""
    found: EventTime | None = entry.memo.get(trusted)
    if found is None:
        found = entry.memo[trusted] = dated(entry.raw, trusted)
    return found


def is_same(entry: Record, raw: RawEvent, event: DoorLockEvent, *, exact: bool) -> bool:
    """Tell a replay of an event from another event with the same number.

    `exact` is for an earlier epoch, where a number is known to be used again.
    """
    if entry.raw.endpoint_id != raw.endpoint_id or entry.event != event:
        return False
    if exact:
        return entry.raw.timestamp == raw.timestamp
    before, now = event_time(entry.raw), event_time(raw)
    if TimeSource.RECEIVED in (before.source, now.source):
        return True
    return abs(before.at - now.at) <= SAME_EVENT


def is_pair(first: Record, second: Record) -> bool:
    """Tell an unlatch and the unlock of the same actor right after it."""
    unlatch, unlock = first.event, second.event
    if not isinstance(unlatch, LockOperation) or not isinstance(unlock, LockOperation):
        return False
    if unlatch.type is not LockOperationType.UNLATCH or unlock.type not in _UNLOCKS:
        return False
    if unlatch.actor != unlock.actor or _differ(first.attribution, second.attribution):
        return False
    return _between(first.raw, second.raw) <= PAIR_WINDOW


def _differ(first: Attribution | None, second: Attribution | None) -> bool:
    """Return whether an unlock is not known to be of who unlatched.

    One command explains both: what it does not explain may be somebody else's.
    """
    if first is None or second is None:
        return False
    if first.command_id != second.command_id:
        return True
    people = {(who.person_id, who.person) for who in (first, second) if who.person}
    return len(people) > 1


def _between(first: RawEvent, second: RawEvent) -> timedelta:
    """Return the time between two events of one lock, as far as it can be told.

    The same clock stamped both: it measures a span also where it is wrong.
    """
    before, after = event_time(first), event_time(second)
    if before.source is after.source is TimeSource.DEVICE:
        return abs(after.at - before.at)
    return abs(second.received_at - first.received_at)


def bounded(raw: RawEvent, when: EventTime, bound: datetime) -> EventTime:
    """A late event without a time of its own happened before the one after it."""
    if raw.live or when.source is TimeSource.DEVICE:
        return when
    return EventTime(min(when.at, bound), when.source)


def event_entry(
    epoch: Epoch, entry: Record, when: EventTime, inherited: Assignment | None
) -> JournalEntry:
    """Make the line of an entry, once as long as it says the same."""
    facts = (epoch.stream, when, inherited)
    known = entry.memo.get("line")
    if known is None or known[0] != facts:
        known = entry.memo["line"] = (facts, _new_line(epoch, entry, when, inherited))
    line: JournalEntry = known[1]
    return line


def _new_line(
    epoch: Epoch, entry: Record, when: EventTime, inherited: Assignment | None
) -> JournalEntry:
    key = epoch.entry_key(entry.key.number)
    return JournalEntry(
        key=key,
        occurred_at=when.at,
        time_source=when.source,
        type=activity_type(entry.event),
        attribution=_who(entry, when.at, inherited),
        reason=denied_reason(entry.event),
        event_number=entry.key.number,
        live=entry.raw.live,
        keys=(key,),
    )


def _who(
    entry: Record, at: datetime, inherited: Assignment | None
) -> Attribution | None:
    who = entry.attribution or attribute(entry.event, at=at, directory=_NOTHING_KNOWN)
    said = entry.assignment or inherited
    return said.applied_to(who) if who and said else who


def joined(unlatch: JournalEntry, unlock: JournalEntry) -> JournalEntry:
    """Keep the surer of both attributions; the door was opened, so it is an unlatch."""
    both = [who for who in (unlatch.attribution, unlock.attribution) if who]
    surer = min(both, key=_doubt, default=None)
    return replace(unlatch, attribution=surer, keys=unlatch.keys + unlock.keys)


def _doubt(who: Attribution) -> tuple[bool, int]:
    return Evidence.ASSIGNED_BY_HAND not in who.evidence, who.confidence.rank


def unexplained_entry(item: Unexplained) -> JournalEntry:
    """Make the line of a state change that no operation explains."""
    who = item.attribution
    if who and item.assignment:
        who = item.assignment.applied_to(who)
    return JournalEntry(
        key=item.id,
        occurred_at=item.at,
        kind=EntryKind.UNEXPLAINED,
        type=state_activity_type(item.state),
        attribution=who,
        live=True,
        keys=(item.id,),
    )


def attempt_entry(item: Attempt) -> JournalEntry:
    """Make the line of a command that failed."""
    return JournalEntry(
        key=item.id,
        occurred_at=item.at,
        kind=EntryKind.ATTEMPT,
        attribution=item.attribution,
        failed=item.failed,
        live=True,
        keys=(item.id,),
    )


def gap_entry(gap: Gap) -> JournalEntry:
    """Make the line of a gap."""
    return JournalEntry(
        key=gap.id,
        occurred_at=gap.start,
        kind=EntryKind.GAP,
        until=gap.end,
        gap_reason=gap.reason,
        keys=(gap.id,),
    )
