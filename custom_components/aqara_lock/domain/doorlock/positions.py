"""The one table of what a value of LockState means, and what it means after another one.

Entity, journal, commands and jams read these tables; nothing else says which operation
belongs to which state. They rest on the specification (Matter 1.6 §5.2.9.1: not fully
locked is "somewhere between Locked and Unlocked") and on what locks were seen to do:

* SwitchBot locks report NotFullyLocked for an open door (home-assistant/core#120694,
  home-assistant/core#121099).
* A Level Bolt reports it for a bolt that is partly out (home-assistant/core#153610), and
  SmartThings shows it as a state of its own (SmartThingsCommunity/SmartThingsEdgeDrivers#1595).
* A jammed lock reports it as well, or goes on to report Unlocked as the U200 does
  (home-assistant/core#175670, home-assistant/core#153479).
* Unlatched is a moment in most locks: the latch falls back to Unlocked by itself
  (project-chip/connectedhomeip#32023). Nuki locks rest in it (home-assistant/core#160689).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .cluster import LockOperationType, LockState

_LOCK: Final = LockOperationType.LOCK
_UNLOCK: Final = LockOperationType.UNLOCK
_UNLATCH: Final = LockOperationType.UNLATCH
_OPENING_OPERATIONS: Final = frozenset(
    {_UNLOCK, LockOperationType.FORCED_USER_EVENT, _UNLATCH}
)


class Shown(StrEnum):
    """What the lock entity shows, unless a jam or a command hides it."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What one value of LockState means."""

    shown: Shown
    stands_for: LockOperationType | None = None
    """Operation of the journal entry where the lock moved here and reported none."""
    explained_by: frozenset[LockOperationType] = frozenset()
    """Operations that can have led here, reported before or after the state."""
    satisfies: frozenset[LockOperationType] = frozenset()
    """Commands that have nothing left to do; they are sent all the same."""
    ends_jam: bool = False
    """Whether the bolt has come through, reported as a new value after the alarm."""


POSITIONS: Final[Mapping[LockState | None, Position]] = {
    LockState.LOCKED: Position(
        shown=Shown.LOCKED,
        stands_for=_LOCK,
        explained_by=frozenset({_LOCK}),
        satisfies=frozenset({_LOCK}),
        ends_jam=True,
    ),
    LockState.UNLOCKED: Position(
        shown=Shown.UNLOCKED,
        stands_for=_UNLOCK,
        explained_by=_OPENING_OPERATIONS,
        satisfies=frozenset({_UNLOCK}),
        ends_jam=True,
    ),
    # The latch is held back only by a bolt that is fully in, so this ends a jam, too.
    LockState.UNLATCHED: Position(
        shown=Shown.OPEN,
        stands_for=_UNLATCH,
        explained_by=_OPENING_OPERATIONS,
        satisfies=frozenset({_UNLOCK, _UNLATCH}),
        ends_jam=True,
    ),
    # An open door of some locks, a bolt that is half out of others: never shown as
    # locked, every command is sent, and it says nothing about a jam.
    LockState.NOT_FULLY_LOCKED: Position(
        shown=Shown.UNLOCKED,
        stands_for=_UNLOCK,
        explained_by=_OPENING_OPERATIONS,
    ),
    None: Position(shown=Shown.UNKNOWN),
}


class Movement(StrEnum):
    """What it means that one value of LockState follows another."""

    OPENING = "opening"
    """The door can be opened now, or its latch is pulled now."""
    CLOSING = "closing"
    """The door is locked now."""
    STILL_OPEN = "still_open"
    """The bolt or the latch moved on a door that was open: no second opening."""
    REPEATED = "repeated"
    """The same value once more, as after a renewed subscription."""
    LOST = "lost"
    """The lock does not know its position any more; nobody moved the bolt."""
    FOUND = "found"
    """The lock knows its position again: compared with the last one it knew.

    Where it never knew one, nothing moved as far as anybody can tell.
    """


_NOT_FULLY: Final = LockState.NOT_FULLY_LOCKED
_LOCKED: Final = LockState.LOCKED
_UNLOCKED: Final = LockState.UNLOCKED
_UNLATCHED: Final = LockState.UNLATCHED

MOVEMENTS: Final[Mapping[tuple[LockState | None, LockState | None], Movement]] = {
    (_LOCKED, _LOCKED): Movement.REPEATED,
    # Open, to a lock that has no other word for it.
    (_LOCKED, _NOT_FULLY): Movement.OPENING,
    (_LOCKED, _UNLOCKED): Movement.OPENING,
    (_LOCKED, _UNLATCHED): Movement.OPENING,
    (_LOCKED, None): Movement.LOST,
    (_NOT_FULLY, _LOCKED): Movement.CLOSING,
    (_NOT_FULLY, _NOT_FULLY): Movement.REPEATED,
    # It was told when the door left Locked; the bolt only came in the whole way.
    (_NOT_FULLY, _UNLOCKED): Movement.STILL_OPEN,
    # As from Unlocked: pulling the latch is a deed of its own.
    (_NOT_FULLY, _UNLATCHED): Movement.OPENING,
    (_NOT_FULLY, None): Movement.LOST,
    (_UNLOCKED, _LOCKED): Movement.CLOSING,
    # A bolt that did not come out the whole way.
    (_UNLOCKED, _NOT_FULLY): Movement.STILL_OPEN,
    (_UNLOCKED, _UNLOCKED): Movement.REPEATED,
    (_UNLOCKED, _UNLATCHED): Movement.OPENING,
    (_UNLOCKED, None): Movement.LOST,
    (_UNLATCHED, _LOCKED): Movement.CLOSING,
    (_UNLATCHED, _NOT_FULLY): Movement.STILL_OPEN,
    # The latch falls back by itself.
    (_UNLATCHED, _UNLOCKED): Movement.STILL_OPEN,
    (_UNLATCHED, _UNLATCHED): Movement.REPEATED,
    (_UNLATCHED, None): Movement.LOST,
    (None, _LOCKED): Movement.FOUND,
    (None, _NOT_FULLY): Movement.FOUND,
    (None, _UNLOCKED): Movement.FOUND,
    (None, _UNLATCHED): Movement.FOUND,
    (None, None): Movement.REPEATED,
}


def position(state: LockState | None) -> Position:
    """Return what a value of LockState means; None is the attribute's null."""
    return POSITIONS[state]


def movement(before: LockState | None, after: LockState | None) -> Movement:
    """Return what it means that one reported value follows another."""
    return MOVEMENTS[before, after]


def leads_to(operation: LockOperationType | None) -> frozenset[LockState]:
    """Return the states that belong to a successful operation.

    Empty where the bolt does not move, and for a type that is not known.
    """
    return _LEADS_TO.get(operation, frozenset())


def is_satisfied(command: LockOperationType, state: LockState | None) -> bool:
    """Return whether a command has nothing left to do in a reported state."""
    return command in position(state).satisfies


def is_opening(operation: LockOperationType | None) -> bool:
    """Return whether an operation opens the door."""
    return operation in _OPENING_OPERATIONS


def _states_after(operation: LockOperationType) -> frozenset[LockState]:
    return frozenset(
        state
        for state, meaning in POSITIONS.items()
        if state is not None and operation in meaning.explained_by
    )


_LEADS_TO: Final[Mapping[LockOperationType | None, frozenset[LockState]]] = {
    operation: _states_after(operation) for operation in LockOperationType
}
