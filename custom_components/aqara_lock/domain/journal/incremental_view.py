"""Lines derived from what the journal keeps: merged, explained and in order.

A change costs as much as what it touches, however long the journal is.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ..doorlock import LockOperation
from .activity import JournalEntry
from .clock import ClockTrust, Trusts
from .entry_view import (
    attempt_entry,
    bounded,
    entry_time,
    event_entry,
    gap_entry,
    is_pair,
    joined,
    unexplained_entry,
)
from .explained import Claims
from .own_entries import OwnEntries, id_of
from .pages import EntryPages, Order
from .records import Assignment, Epoch, Record

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_AFTER_EVENTS: Final = 1 << 64
"""Own lines stand after events of the same moment."""

type _Place = tuple[str, int, int]
type _Shown = tuple[Order, JournalEntry]
type _Change = tuple[_Shown | None, _Shown | None]
"""A line as it was and as it is; None where there is none."""


@dataclass(slots=True)
class _Step:
    """What an entry adds, going from the newest back."""

    entry: Record
    line: JournalEntry
    bound: datetime
    """Nothing before it happened later."""
    bound_before: datetime
    follower: Record | None
    """The operation after it."""
    takes: int | None = None
    """Number of the operation whose line joins this one."""
    is_taken: bool = False


class _EpochEntries:
    """Lines of one epoch, as they were derived last."""

    def __init__(self, epoch: Epoch) -> None:
        """Derive nothing yet."""
        self.epoch = epoch
        self._steps: dict[int, _Step] = {}
        self._shown: dict[int, _Shown] = {}
        self._bound = _LATEST

    @property
    def bound(self) -> datetime:
        """Time of the earliest event: nothing of the epoch before happened later."""
        numbers = self.epoch.numbers
        return self._steps[numbers[0]].bound if numbers else self._bound

    def update(
        self,
        touched: Iterable[int],
        bound: datetime,
        trusts: Trusts,
        claims: Claims,
    ) -> list[_Change]:
        """Derive again what is touched; returns lines as they were and as they are."""
        numbers, again, changed = self.epoch.numbers, set[int](), set[int]()
        for number in touched:
            if number in self.epoch.entries:
                again.add(number)
            elif (step := self._steps.pop(number, None)) is not None:
                changed |= {number, *self._let_go(step)}
                below = bisect_left(numbers, number) - 1
                again.update(numbers[below : below + 1] if below >= 0 else ())
        if bound != self._bound and numbers:
            again.add(numbers[-1])
        self._bound = bound
        for number in sorted(again, reverse=True):
            if number in again:
                changed |= self._run_back(number, again, trusts, claims)
        return [self._show(number) for number in changed]

    def _run_back(
        self,
        number: int,
        again: set[int],
        trusts: Trusts,
        claims: Claims,
    ) -> set[int]:
        """Go back from an entry to the first that comes out as before."""
        numbers = self.epoch.numbers
        changed, moved = set[int](), set[int]()
        for place in range(bisect_left(numbers, number), -1, -1):
            number = numbers[place]
            bound, follower = self._after(place)
            before = self._steps.get(number)
            if before is not None and number not in again:
                known = before.bound_before == bound and before.follower is follower
                if known and (follower is None or follower.key.number not in moved):
                    break
            again.discard(number)
            trusted = trusts((self.epoch.epoch, number))
            said = claims.said_by_hand(self.epoch.key(number))
            step = self._step(number, bound, follower, trusted, said)
            if before is None or (before.bound, before.line) != (step.bound, step.line):
                moved.add(number)
            changed |= {number, *self._put(number, step, before)}
        return changed

    def _after(self, place: int) -> tuple[datetime, Record | None]:
        """Return what is known of the time after an entry."""
        if place + 1 == len(self.epoch.numbers):
            return self._bound, None
        after = self._steps[self.epoch.numbers[place + 1]]
        is_operation = isinstance(after.entry.event, LockOperation)
        return after.bound, after.entry if is_operation else after.follower

    def _step(
        self,
        number: int,
        bound: datetime,
        follower: Record | None,
        trusted: bool,
        said: Assignment | None,
    ) -> _Step:
        """Nothing happened later than the event after it."""
        entry = self.epoch.entries[number]
        when = bounded(entry.raw, entry_time(entry, trusted), bound)
        line = event_entry(self.epoch, entry, when, said)
        step = _Step(entry, line, min(bound, when.at), bound, follower)
        if follower is not None and is_pair(entry, follower):
            step.takes = follower.key.number
        return step

    def _put(self, number: int, step: _Step, before: _Step | None) -> set[int]:
        """Take a step; returns the numbers of the lines that joined it, or do now."""
        released = self._let_go(before) if before is not None else set[int]()
        step.is_taken = before is not None and before.is_taken
        self._steps[number] = step
        if step.takes is None:
            return released
        self._steps[step.takes].is_taken = True
        return {*released, step.takes}

    def _let_go(self, step: _Step) -> set[int]:
        if step.takes is None or (other := self._steps.get(step.takes)) is None:
            return set()
        other.is_taken = False
        return {step.takes}

    def _show(self, number: int) -> _Change:
        before, now = self._shown.pop(number, None), self._now(number)
        if now is not None:
            self._shown[number] = now
        return before, now

    def _now(self, number: int) -> _Shown | None:
        step = self._steps.get(number)
        if step is None or step.is_taken or step.line.type is None:
            return None
        line = step.line
        if step.takes is not None:
            line = joined(line, self._steps[step.takes].line)
        epoch = self.epoch
        node = f"{epoch.fabric} {epoch.node}"
        return (step.bound, epoch.stream, epoch.epoch, number, node), line

    def numbers(self) -> list[int]:
        """Return the numbers of all entries, as they were derived last."""
        return list(self._steps)

    def shown(self) -> list[_Shown]:
        """Return all lines, as they were derived last."""
        return list(self._shown.values())


class EntryView:
    """Keeps the lines of a journal in step with what it keeps."""

    def __init__(self) -> None:
        """Start without a line."""
        self.pages = EntryPages()
        self._epochs: dict[_Place, _EpochEntries] = {}
        self._claims = Claims()
        self._own: dict[str, _Shown] = {}
        self._where: dict[str, Order] = {}
        self._is_new = True

    def order(self, key: str) -> Order | None:
        """Return where a line stands, also by the key of an event that joined it."""
        return self._where.get(key)

    def is_after(self, epoch: Epoch, moment: datetime) -> bool:
        """Tell whether no event of an epoch is older; the lines must be in step."""
        return bool(epoch.numbers) and self._epochs[_place(epoch)].bound >= moment

    def update(
        self, epochs: list[Epoch], own: OwnEntries, clocks: ClockTrust, *, redate: bool
    ) -> None:
        """Derive what was touched; `redate` where a clock is judged otherwise."""
        changes = self._forget_epochs(epochs)
        dirty = self._touched(epochs, redate=redate)
        touched_own, own.touched = own.touched, set()
        if self._is_new:
            touched_own |= {*own.unexplained, *own.gaps, *own.attempts}
            self._is_new = False
        self._settle(epochs, own, dirty, touched_own)
        changes += self._update_epochs(epochs, clocks, dirty)
        changes += [self._show_own(key, own) for key in touched_own]
        self._apply(changes)

    def _forget_epochs(self, epochs: list[Epoch]) -> list[_Change]:
        """Take the lines back of epochs that are kept no longer."""
        gone = self._epochs.keys() - map(_place, epochs)
        changes: list[_Change] = []
        for place in gone:
            known = self._epochs.pop(place)
            for number in known.numbers():
                self._claims.update_entry(known.epoch.key(number), None)
            changes += [(shown, None) for shown in known.shown()]
        return changes

    def _touched(self, epochs: list[Epoch], *, redate: bool) -> dict[_Place, set[int]]:
        """Take what is touched of each epoch; all of one that is new."""
        found: dict[_Place, set[int]] = {}
        for epoch in epochs:
            place = _place(epoch)
            touched, epoch.touched = epoch.touched, set()
            if redate or place not in self._epochs:
                touched |= epoch.entries.keys()
            self._epochs.setdefault(place, _EpochEntries(epoch))
            if touched:
                found[place] = touched
        return found

    def _settle(
        self,
        epochs: list[Epoch],
        own: OwnEntries,
        dirty: dict[_Place, set[int]],
        touched_own: set[str],
    ) -> None:
        """Let operations explain state changes; what was said of these is theirs."""
        for epoch in epochs:
            for number in dirty.get(_place(epoch), ()):
                self._claims.update_entry(epoch.key(number), epoch.entries.get(number))
        for key in touched_own:
            self._claims.update_item(key, own.unexplained.get(key))
        items, operations = self._claims.settle()
        operations |= {x for key in touched_own if (x := self._claims.claim_of(key))}
        touched_own |= items
        for fabric, node, epoch_number, number in operations:
            dirty.setdefault((fabric, node, epoch_number), set()).add(number)

    def _update_epochs(
        self, epochs: list[Epoch], clocks: ClockTrust, dirty: dict[_Place, set[int]]
    ) -> list[_Change]:
        """Go from the newest epoch of each node back."""
        changes: list[_Change] = []
        bounds: dict[tuple[str, int], datetime] = {}
        for epoch in reversed(epochs):
            node, known = (epoch.fabric, epoch.node), self._epochs[_place(epoch)]
            changes += known.update(
                dirty.get(_place(epoch), ()),
                bounds.get(node, _LATEST),
                clocks.trusts(node),
                self._claims,
            )
            bounds[node] = known.bound
        return changes

    def _show_own(self, key: str, own: OwnEntries) -> _Change:
        before, now = self._own.pop(key, None), self._own_line(key, own)
        if now is not None:
            self._own[key] = now
        return before, now

    def _own_line(self, key: str, own: OwnEntries) -> _Shown | None:
        if (silent := own.unexplained.get(key)) is not None:
            if self._claims.claim_of(key) is not None:
                return None
            return _own_order(silent.at, 0, key), unexplained_entry(silent)
        if (gap := own.gaps.get(key)) is not None:
            return _own_order(gap.start, 1, key), gap_entry(gap)
        if (attempt := own.attempts.get(key)) is not None:
            return _own_order(attempt.at, 2, key), attempt_entry(attempt)
        return None

    def _apply(self, changes: list[_Change]) -> None:
        changes = [(before, now) for before, now in changes if before != now]
        for before, _ in changes:
            if before is not None:
                self.pages.remove(before[0])
                for key in before[1].keys:
                    self._where.pop(key, None)
        shown = [now for _, now in changes if now is not None]
        for order, line in shown:
            for key in line.keys:
                self._where[key] = order
        if len(self.pages) == 0:
            self.pages.fill(shown)
            return
        for order, line in shown:
            self.pages.put(order, line)


def _place(epoch: Epoch) -> _Place:
    return epoch.fabric, epoch.node, epoch.epoch


def _own_order(at: datetime, kind: int, key: str) -> Order:
    return at, _AFTER_EVENTS, kind, id_of(key), key
