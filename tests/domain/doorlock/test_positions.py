"""The table of positions: complete, consistent, and what single lines of it say."""

from itertools import product
from pathlib import Path
import re

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
)
from custom_components.aqara_lock.domain.doorlock.positions import (
    MOVEMENTS,
    POSITIONS,
    Movement,
    is_opening,
    is_satisfied,
    leads_to,
    movement,
    position,
)
from custom_components.aqara_lock.domain.journal.activity import (
    MOVES,
    ActivityType,
    state_activity_type,
    states_after,
)

STATES = (*LockState, None)
COMMANDS = {
    "lock": LockOperationType.LOCK,
    "unlock": LockOperationType.UNLOCK,
    "open": LockOperationType.UNLATCH,
}
OPEN = frozenset({LockState.NOT_FULLY_LOCKED, LockState.UNLOCKED, LockState.UNLATCHED})


def test_every_state_and_every_pair_has_its_row() -> None:
    assert set(POSITIONS) == set(STATES)
    assert set(MOVEMENTS) == set(product(STATES, STATES))


@pytest.mark.parametrize("state", STATES)
def test_the_same_value_again_is_no_movement(state: LockState | None) -> None:
    assert movement(state, state) is Movement.REPEATED


@pytest.mark.parametrize(("before", "after"), product(OPEN, OPEN))
def test_only_the_latch_opens_an_open_door(before: LockState, after: LockState) -> None:
    opens = after is LockState.UNLATCHED and before is not after
    assert (movement(before, after) is Movement.OPENING) is opens


@pytest.mark.parametrize("state", OPEN)
def test_leaving_and_reaching_locked_is_always_a_movement(state: LockState) -> None:
    assert movement(LockState.LOCKED, state) is Movement.OPENING
    assert movement(state, LockState.LOCKED) is Movement.CLOSING


@pytest.mark.parametrize("state", LockState)
def test_an_unknown_position_moves_nothing(state: LockState) -> None:
    assert movement(state, None) is Movement.LOST
    assert movement(None, state) is Movement.FOUND


@pytest.mark.parametrize("state", LockState)
def test_the_line_of_a_state_leads_to_the_state(state: LockState) -> None:
    told = state_activity_type(state)
    assert told in MOVES
    assert state in states_after(told)
    stands_for = position(state).stands_for
    assert stands_for in position(state).explained_by
    assert is_opening(stands_for) is (state in OPEN)


def test_operations_lead_to_states() -> None:
    assert leads_to(LockOperationType.LOCK) == {LockState.LOCKED}
    for kind in (
        LockOperationType.UNLOCK,
        LockOperationType.FORCED_USER_EVENT,
        LockOperationType.UNLATCH,
    ):
        assert leads_to(kind) == OPEN
    assert leads_to(LockOperationType.NON_ACCESS_USER_EVENT) == frozenset()
    assert leads_to(None) == frozenset()
    assert states_after(ActivityType.JAMMED) == frozenset()


@pytest.mark.parametrize(
    ("state", "commands"),
    [
        (LockState.LOCKED, {LockOperationType.LOCK}),
        (LockState.UNLOCKED, {LockOperationType.UNLOCK}),
        (LockState.UNLATCHED, {LockOperationType.UNLOCK, LockOperationType.UNLATCH}),
        (LockState.NOT_FULLY_LOCKED, set()),
        (None, set()),
    ],
)
def test_commands_with_nothing_left_to_do(
    state: LockState | None, commands: set[LockOperationType]
) -> None:
    assert {kind for kind in LockOperationType if is_satisfied(kind, state)} == commands


def test_only_a_whole_way_ends_a_jam() -> None:
    ending = {state for state in STATES if position(state).ends_jam}
    assert ending == {LockState.LOCKED, LockState.UNLOCKED, LockState.UNLATCHED}


def rows(text: str) -> dict[str, list[str]]:
    """Read a table of the page: the first cell, and the others."""
    lines = (line.strip().strip("|") for line in text.splitlines() if "|" in line)
    cells = ([cell.strip(" `") for cell in line.split("|")] for line in lines)
    return {row[0]: row[1:] for row in cells}


def test_the_page_for_owners_says_the_same() -> None:
    page = Path(__file__).parents[3] / "docs" / "positions.md"
    first, second = re.split("^## What counts", page.read_text(), flags=re.MULTILINE)
    names = {state: state.name if state is not None else "nothing" for state in STATES}
    shown = rows(first)
    for state, meaning in POSITIONS.items():
        told = state_activity_type(state)
        commands = {
            word
            for word, kind in COMMANDS.items()
            if kind in meaning.satisfies and word in shown[names[state]][2].split(", ")
        }
        assert shown[names[state]][0] == meaning.shown.value
        assert shown[names[state]][1] == (told.value if told else "–")
        assert len(commands) == len(meaning.satisfies)
        assert shown[names[state]][3] == ("yes" if meaning.ends_jam else "no")
    pairs = rows(second)
    columns = pairs["from \\ to"]
    for before, after in product(LockState, LockState):
        said = pairs[before.name][columns.index(f"{after.name}")]
        moved = movement(before, after)
        words = "–" if moved is Movement.REPEATED else moved.value.replace("_", " ")
        assert said == words
