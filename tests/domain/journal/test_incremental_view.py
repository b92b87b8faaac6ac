"""Lines that are kept up with every change are those that a fresh derivation gives."""

from collections.abc import Callable
from datetime import timedelta
import json
from random import Random
from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.attribution.failed_command import (
    FailedAttempt,
    Outcome,
)
from custom_components.aqara_lock.domain.attribution.ladder import Attribution
from custom_components.aqara_lock.domain.doorlock.cluster import (
    EventId,
    LockOperationType,
    LockState,
)
from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.journal import incremental_view
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    GapReason,
    JournalEntry,
)
from custom_components.aqara_lock.domain.journal.journal import Added, Journal
from custom_components.aqara_lock.domain.journal.pages import MAX_PER_PAGE, Page
from custom_components.aqara_lock.domain.journal.records import EventKey

from ..who import FABRIC, LINDA, OMAR, did, later, raw

LINDAS = Attribution(person_id="linda", person="Linda")
OPENED = frozenset({ActivityType.UNLOCKED})


def fresh(kept: Journal) -> tuple[JournalEntry, ...]:
    """Derive all lines anew."""
    plain = json.loads(json.dumps(kept.as_dict()))
    return Journal.from_dict(plain, limit=kept.limit).lines()


class Story:
    """Random things that happen to a journal."""

    def __init__(self, seed: int) -> None:
        """Begin with an empty one."""
        self._random = Random(seed)
        self.kept = Journal(limit=self._random.choice([20, 60, 1000]))
        self._keys: list[EventKey | str] = []
        self._number = 10
        self._now = 0.0

    def step(self) -> None:
        """Let something happen."""
        self._now += self._random.choice([0, 0.5, 3, 20, 400])
        happens: list[Callable[[], None]] = [
            *[self._event] * 8,
            *[self._silent] * 3,
            *[self._amend] * 2,
            self._assign,
            self._gap,
            self._attempt,
            self._clock,
            self._rare,
        ]
        self._random.choice(happens)()

    def _event(self) -> None:
        choose = self._random.choice
        late = choose([0, 0, 0, 5, 90, 700])
        self._number += choose([1, 1, 1, 1, 2, -2])
        event, data = choose(
            [
                (EventId.LOCK_OPERATION, did(choose([0, 1, 1, 4, 4]), choose([1, 7]))),
                (EventId.LOCK_OPERATION, did(choose([1, 4]), 7, userIndex=1)),
                (EventId.DOOR_LOCK_ALARM, {"alarmCode": choose([0, 8])}),
                (EventId.DOOR_STATE_CHANGE, {"doorState": choose([0, 1])}),
            ]
        )
        one = raw(
            self._number,
            data,
            event,
            at=self._now - late,
            received=self._now,
            live=choose([True, True, False]),
            node_id=choose([20, 20, 20, 21]),
            **choose([{}, {}, {"timestamp": 7}]),
        )
        found = self.kept.add(
            ReceivedEvent.of(one),
            fabric=FABRIC,
            attribution=choose([None, LINDAS]),
        )
        if isinstance(found, Added):
            self._keys.append(found.key)

    def _silent(self) -> None:
        state = self._random.choice([LockState.LOCKED, LockState.UNLOCKED])
        at = later(self._now - self._random.choice([0, 1, 9, 300]))
        self._keys.append(self.kept.unexplained(at, state))

    def _amend(self) -> None:
        if self._keys:
            self.kept.amend(self._random.choice(self._keys[-6:]), LINDAS)

    def _assign(self) -> None:
        if self._keys:
            key = self._random.choice(self._keys)
            self.kept.assign(key, self._random.choice([OMAR, None]), later(self._now))

    def _gap(self) -> None:
        start = self._now - self._random.choice([5, 300])
        self.kept.gap(later(start), later(self._now), GapReason.UNKNOWN)

    def _attempt(self) -> None:
        failed = FailedAttempt(LockOperationType.UNLOCK, Outcome.REFUSED)
        self.kept.attempt(later(self._now), failed, Attribution())

    def _clock(self) -> None:
        node = self._random.choice([20, 21])
        if self.kept.trusts_clock(FABRIC, node):
            self.kept.distrust_clock(FABRIC, node)
            return
        keys = [key for key in self._keys if isinstance(key, EventKey)]
        if keys:
            self.kept.trust_clock(self._random.choice(keys[-3:]))

    def _rare(self) -> None:
        happens = self._random.randrange(4)
        if happens == 0:
            self.kept.start_up(FABRIC, 20, self._random.choice([0, self._number + 1]))
            self._number = self._random.choice([0, self._number])
        elif happens == 1:
            self.kept.forget_person(self._random.choice([LINDA.id, OMAR.id]))
        elif happens == 2:
            self.kept.max_age = timedelta(seconds=self._random.choice([100, 2000]))
            self.kept.prune(later(self._now))
        elif self._random.random() < 0.2:
            self.kept.erase()


@pytest.mark.parametrize("seed", range(25))
def test_lines_stay_in_step(seed: int) -> None:
    story = Story(seed)
    with patch(f"{incremental_view.__package__}.pages.MAX_PER_PAGE", 7):
        for _ in range(80):
            story.step()
            if story._random.random() < 0.7:
                assert story.kept.lines() == fresh(story.kept)
    lines = story.kept.lines()
    by_key = [story.kept.line(key) for line in lines for key in line.keys]
    assert by_key == [line for line in lines for _ in line.keys]
    assert tuple(story.kept.newest_first()) == lines[::-1]
    opened = [line for line in lines if line.type in OPENED]
    assert story.kept.newest_of(OPENED) == (opened[-1] if opened else None)


def long_journal(lines: int) -> Journal:
    kept = Journal(limit=lines)
    for number in range(lines):
        kept.add(
            ReceivedEvent.of(raw(number, did(number % 2, 1), at=number * 60)),
            fabric=FABRIC,
        )
    return kept


@pytest.mark.parametrize("lines", [1000, 5000])
def test_new_event_derives_a_few_lines_however_long_the_journal_is(lines: int) -> None:
    kept = long_journal(lines)
    kept.lines()
    with patch.object(
        incremental_view, "event_entry", side_effect=incremental_view.event_entry
    ) as made:
        kept.add(ReceivedEvent.of(raw(lines, did(1, 1), at=lines * 60)), fabric=FABRIC)
        assert kept.lines()[-1].event_number == lines
        kept.amend(EventKey(FABRIC, 20, 0, lines), LINDAS)
        assert kept.lines()[-1].attribution == LINDAS
    assert made.call_count <= 6
    assert len(kept.lines()) == lines


def test_late_explanation_looks_at_its_neighbours_alone() -> None:
    kept = Journal(limit=5000)
    for number in range(2000):
        kept.unexplained(later(number * 3600), LockState.UNLOCKED)
    kept.lines()
    with patch.object(
        incremental_view,
        "unexplained_entry",
        side_effect=incremental_view.unexplained_entry,
    ) as made:
        late = raw(1, did(1, 1), at=1000 * 3600, received=1000 * 3600 + 2)
        kept.add(ReceivedEvent.of(late), fabric=FABRIC)
        lines = kept.lines()
    assert len(lines) == 2000
    assert [line.event_number for line in lines].index(1) == 1000
    assert made.call_count == 0


def test_page_without_news_is_not_worked_out_again() -> None:
    kept = long_journal(5 * MAX_PER_PAGE)
    counted: list[int] = []

    def count(lines: tuple[JournalEntry, ...]) -> int:
        counted.append(len(lines))
        return len(lines)

    def whole(pages: tuple[Page, ...]) -> int:
        return sum(page.of(count) for page in pages)

    assert whole(kept.pages()) == 5 * MAX_PER_PAGE
    counted.clear()
    kept.amend(EventKey(FABRIC, 20, 0, 300), LINDAS)
    assert whole(kept.pages()) == 5 * MAX_PER_PAGE
    assert len(counted) == 1
    counted.clear()
    kept.add(ReceivedEvent.of(raw(9999, did(1, 1), at=9999 * 60)), fabric=FABRIC)
    assert whole(kept.pages()) == 5 * MAX_PER_PAGE
    assert sum(counted) <= 2 * MAX_PER_PAGE
