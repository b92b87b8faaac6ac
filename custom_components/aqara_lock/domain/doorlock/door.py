"""How reports, operations and jams of one door explain each other."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .cluster import DoorState, LockOperationType, LockState, OperationSource
from .jam import SAME_REPORT, Jam, JamSource
from .positions import Movement, is_opening, leads_to, movement, position

EXPLAINS_WITHIN: Final = timedelta(seconds=5)
"""An operation explains what moves this long before or after it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A movement that waits for the operation behind it."""

    number: int
    state: LockState
    at: datetime
    movement: Movement
    left_locked: bool
    """Whether the door was locked before."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The last successful operation, as long as it may explain what follows."""

    type: LockOperationType
    at: datetime
    source: OperationSource | None = None


class Outcome(StrEnum):
    """What a report of LockState means for who is shown."""

    EXPLAINED = "explained"
    """The operation before it says who."""
    MOVED = "moved"
    """Somebody moved the bolt, and an operation may still say who."""
    SETTLED = "settled"
    """The door is as open as before, by whoever opened it."""
    REPEATED = "repeated"
    """Nothing moved as far as anybody can tell."""
    LOST = "lost"
    """The lock does not know its position."""
    JAMMED = "jammed"
    """The bolt moves within a jam, which is told as no movement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What is known of the bolt; every method returns the door after an event.

    `known` is the last value of LockState that was not null. `reported_at` is when the
    last value was reported. `changes` are the movements that no operation has explained yet.
    """

    state: LockState | None = None
    known: LockState | None = None
    jam: Jam | None = None
    changes: tuple[Change, ...] = ()
    operation: Operation | None = None
    count: int = 0
    reported_at: datetime | None = None

    def found(self, state: LockState | None, at: datetime) -> Door:
        """Return the door as the server has it now; nobody saw how it came there."""
        jam = self.jam.after_report(state, at) if self.jam else None
        return replace(self._at(state), jam=jam, operation=None)

    def reported(self, state: LockState | None, at: datetime) -> tuple[Door, Outcome]:
        """Return the door after a report of LockState, and what it means."""
        jam = self.jam.after_report(state, at) if self.jam else None
        door = replace(self._at(state), jam=jam, reported_at=at)
        if jam is not None:
            return replace(door, jam=self._moved_within(jam, state)), Outcome.JAMMED
        if state is None:
            return door, Outcome.LOST
        moved = self._movement_to(state)
        if moved is Movement.REPEATED:
            return door, Outcome.REPEATED
        if self._is_explained(state, at):
            return _locked_again(door), Outcome.EXPLAINED
        if moved in (Movement.OPENING, Movement.CLOSING):
            was_locked = self.known is LockState.LOCKED or self._left_locked
            left_locked = was_locked and moved is Movement.OPENING
            change = Change(self.count, state, at, moved, left_locked)
            return _waiting(door, change), Outcome.MOVED
        return _settled(door, state), Outcome.SETTLED

    def operated(
        self,
        kind: LockOperationType | None,
        at: datetime,
        source: OperationSource | None = None,
    ) -> Door:
        """Return the door after a successful operation, which ends a jam.

        What does not move the bolt changes nothing.
        """
        if kind is None or not (states := leads_to(kind)):
            return self
        explained = self._explained_by(kind)
        changes = tuple(change for change in self.changes if change is not explained)
        # One that explains an earlier movement says nothing of what comes next.
        is_past = explained is not None and self.state not in states
        operation = None if is_past else Operation(kind, at, source)
        door = replace(self, jam=None, changes=changes, operation=operation)
        return _locked_again(door)

    def overtaken(
        self, kind: LockOperationType | None, at: datetime
    ) -> tuple[Change, ...]:
        """Return the pending movements that a successful operation is newer than.

        A lock tells its operations in their order, so that none will explain them any
        more. What one report holds may come in any order, and a half opening may be the
        operation's own way.
        """
        if kind is None or not leads_to(kind):
            return ()
        explained = self._explained_by(kind)
        count = self.changes.index(explained) if explained else len(self.changes)
        older = self.changes[:count]
        whole = (x for x in older if x.state is not LockState.NOT_FULLY_LOCKED)
        return tuple(item for item in whole if at - item.at >= SAME_REPORT)

    def jammed(self, at: datetime, source: JamSource = JamSource.ALARM) -> Door:
        """Return the door after a jam was told, which takes back what came with it."""
        changes = tuple(change for change in self.changes if not _is_of_jam(change, at))
        withdrawn = any(
            change.left_locked for change in self.changes if change not in changes
        )
        before = self.jam
        if before is not None and before.source is JamSource.ALARM:
            source = JamSource.ALARM
        left_locked = withdrawn or (before is not None and before.left_locked)
        jam = Jam(
            at=at,
            state=self.known,
            source=source,
            left_locked=left_locked,
            is_state_told=self._is_in_report(at),
        )
        return replace(self, jam=jam, changes=changes, operation=None)

    def freed(self) -> Door:
        """Return the door after it was learnt that a jam is over."""
        return replace(self, jam=None)

    def door_moved(self, state: DoorState | None, at: datetime) -> Door:
        """Return the door after a report of DoorState."""
        if state is DoorState.JAMMED:
            return self.jammed(at, JamSource.DOOR_STATE)
        jam = self.jam.after_door(state) if self.jam else None
        return replace(self, jam=jam)

    def given_up(self, number: int) -> Door:
        """Return the door without a change that nothing explained in time."""
        changes = tuple(item for item in self.changes if item.number != number)
        return replace(self, changes=changes)

    def _at(self, state: LockState | None) -> Door:
        return replace(self, state=state, known=self.known if state is None else state)

    def _movement_to(self, state: LockState) -> Movement:
        """Return what moved, compared with the last position that was known."""
        if self._left_locked and is_opening(position(state).stands_for):
            return Movement.OPENING
        return movement(self.known, state)

    def _is_in_report(self, at: datetime) -> bool:
        """Return whether the last value of LockState came in the report of that moment."""
        reported = self.reported_at
        return reported is not None and abs(at - reported) < SAME_REPORT

    @property
    def _left_locked(self) -> bool:
        """Whether the bolt left Locked in a jam, which was told as no opening."""
        return self.jam is not None and self.jam.left_locked

    def _moved_within(self, jam: Jam, state: LockState | None) -> Jam:
        if state is LockState.LOCKED:
            return replace(jam, left_locked=False)
        moved = movement(self.known, state)
        left = self.known is LockState.LOCKED and moved is Movement.OPENING
        return replace(jam, left_locked=jam.left_locked or left)

    def _is_explained(self, state: LockState, at: datetime) -> bool:
        before = self.operation
        if before is None or abs(at - before.at) > EXPLAINS_WITHIN:
            return False
        return state in leads_to(before.type)

    def _explained_by(self, kind: LockOperationType) -> Change | None:
        moved = Movement.OPENING if is_opening(kind) else Movement.CLOSING
        waiting = (item for item in self.changes if item.movement is moved)
        return next(waiting, None)


def _waiting(door: Door, change: Change) -> Door:
    """Return the door with a pending change; a bolt that goes on to the latch opens once."""
    before = door.changes[-1] if door.changes else None
    if before is not None and before.movement is change.movement is Movement.OPENING:
        return _last_change_at(door, change.state)
    return replace(
        door,
        changes=(*door.changes, change),
        count=door.count + 1,
        operation=None,
    )


def _settled(door: Door, state: LockState) -> Door:
    """Return the door with a half opening made whole where the bolt came in completely."""
    before = door.changes[-1] if door.changes else None
    is_half = before is not None and before.state is LockState.NOT_FULLY_LOCKED
    return _last_change_at(door, state) if is_half else door


def _last_change_at(door: Door, state: LockState) -> Door:
    last = replace(door.changes[-1], state=state)
    return replace(door, changes=(*door.changes[:-1], last))


def _locked_again(door: Door) -> Door:
    """Return the door without a half opening that a lock operation passed on its way.

    A lock that reports its operations would have reported an unlock. One that
    relocks by itself had been opened before.
    """
    by = door.operation
    if by is None or by.type is not LockOperationType.LOCK:
        return door
    if door.state is not LockState.LOCKED or by.source is OperationSource.AUTO:
        return door
    changes = tuple(
        item for item in door.changes if item.state is not LockState.NOT_FULLY_LOCKED
    )
    return replace(door, changes=changes)


def _is_of_jam(change: Change, at: datetime) -> bool:
    """Return whether a change came with a jam: in one report, or as a bolt half out."""
    in_report = abs(at - change.at) < SAME_REPORT
    return in_report or change.state is LockState.NOT_FULLY_LOCKED
