"""Of a damaged journal everything that is sound is kept, and the rest shows as a gap."""

from collections.abc import Callable
from datetime import datetime
import json
from typing import Any

import pytest

from custom_components.aqara_lock.domain import codec
from custom_components.aqara_lock.domain.access.salvage import (
    sound_directory,
    sound_fabrics,
)
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.journal.activity import EntryKind, GapReason
from custom_components.aqara_lock.domain.journal.journal import Journal
from custom_components.aqara_lock.domain.journal.salvage import sound_journal

from ..who import FABRIC, did, later, raw

TIMES = [later(minutes * 60) for minutes in range(4)]


def content() -> dict[str, Any]:
    """Return a journal of four operations, a minute apart, as it is stored."""
    kept = Journal()
    for number in range(len(TIMES)):
        done = raw(100 + number, did(1, 9, userIndex=1), at=number * 60)
        kept.add(ReceivedEvent.of(done), fabric=FABRIC)
    found: dict[str, Any] = json.loads(json.dumps(kept.as_dict()))
    return found


def events(data: dict[str, Any]) -> list[Any]:
    """Return the stored events."""
    found: list[Any] = data["epochs"][0]["events"]
    return found


def numbers(kept: Journal) -> list[int | None]:
    """Return the numbers of the events that are left."""
    return [x.event_number for x in kept.lines() if x.kind is EntryKind.EVENT]


def gaps(kept: Journal) -> list[tuple[datetime, datetime | None]]:
    """Return from when to when something could not be read."""
    lines = [x for x in kept.lines() if x.kind is EntryKind.GAP]
    assert all(x.gap_reason is GapReason.FILE_DAMAGED for x in lines)
    return [(x.occurred_at, x.until) for x in lines]


def test_sound_journal_is_read_as_it_is() -> None:
    assert sound_journal(content()).as_dict() == content()


@pytest.mark.parametrize(
    ("damaged", "gap"),
    [
        ({0}, (1, 1)),
        ({1}, (0, 2)),
        ({1, 2}, (0, 3)),
        ({3}, (2, 2)),
        ({0, 1, 2}, (3, 3)),
    ],
)
def test_run_without_a_time_lies_between_its_neighbours(
    damaged: set[int], gap: tuple[int, int]
) -> None:
    data = content()
    for number in damaged:
        events(data)[number] = "damaged"
    kept = sound_journal(data)
    assert numbers(kept) == [100 + x for x in range(4) if x not in damaged]
    assert gaps(kept) == [(TIMES[gap[0]], TIMES[gap[1]])]


def test_run_with_times_is_no_longer_than_they_say() -> None:
    data = content()
    for number in (1, 2):
        del events(data)[number]["data"]
    assert gaps(sound_journal(data)) == [(TIMES[1], TIMES[2])]


def test_two_runs_are_two_gaps() -> None:
    data = content()
    for number in (0, 2):
        del events(data)[number]["endpoint"]
    assert gaps(sound_journal(data)) == [(TIMES[0], TIMES[0]), (TIMES[2], TIMES[2])]


def test_nothing_is_said_of_a_time_that_nobody_knows() -> None:
    data = content()
    events(data)[:] = [5, None]
    kept = sound_journal(data)
    assert not kept.lines()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data["epochs"][0].pop("node"),
        lambda data: data["epochs"].insert(0, 5),
        lambda data: data["epochs"].append(dict(data["epochs"][0])),
    ],
)
def test_epoch_that_cannot_be_read_costs_no_other(
    damage: Callable[[dict[str, Any]], object],
) -> None:
    data = content()
    kept = Journal()
    kept.add(ReceivedEvent.of(raw(7, did(1, 9, userIndex=1))), fabric="OTHER")
    other = json.loads(json.dumps(kept.as_dict()))["epochs"][0]
    damage(data)
    data["epochs"].append(other)
    assert 7 in numbers(sound_journal(data))


def test_lines_of_home_assistants_own_are_kept_apart() -> None:
    kept = Journal()
    kept.unexplained(TIMES[0], LockState.LOCKED)
    kept.unexplained(TIMES[1], LockState.UNLOCKED)
    kept.gap(TIMES[2], TIMES[3], GapReason.LOCK_PAUSED)
    data = json.loads(json.dumps(kept.as_dict()))
    data["unexplained"][0]["state"] = "x"
    data["gaps"][0]["reason"] = "x"
    data["next_id"] = None
    found = sound_journal(data)
    assert [x.kind for x in found.lines()].count(EntryKind.UNEXPLAINED) == 1
    assert gaps(found) == [(TIMES[0], TIMES[0]), (TIMES[2], TIMES[3])]
    key = found.unexplained(TIMES[3], LockState.LOCKED)
    assert key not in {"u1", "u2", "g3"}
    assert len({x.key for x in found.lines()}) == 4


def test_gap_of_a_part_is_taken_with_it() -> None:
    whole = Journal.from_dict(content())
    data = content()
    events(data)[:3] = []
    del events(data)[0]["data"]
    whole.merge(sound_journal(data))
    assert gaps(whole) == [(TIMES[3], TIMES[3])]


def test_newer_journal_is_not_repaired() -> None:
    with pytest.raises(codec.NewerError):
        sound_journal(content() | {"version": 99})


@pytest.mark.parametrize(
    "read", [sound_journal, sound_fabrics, lambda x: sound_directory(x, "lock")]
)
@pytest.mark.parametrize("value", [None, 5, "x", []])
def test_what_is_no_part_at_all_is_damaged(
    read: Callable[[object], object], value: object
) -> None:
    with pytest.raises(codec.DamagedError):
        read(value)
