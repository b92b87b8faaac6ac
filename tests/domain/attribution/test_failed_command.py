"""A command that failed is an entry of its own: not an operation, and never more than known."""

from dataclasses import replace
from datetime import timedelta
import json

import pytest

from custom_components.aqara_lock.domain.access.people import Person
from custom_components.aqara_lock.domain.attribution.commands import Command, Origin
from custom_components.aqara_lock.domain.attribution.failed_command import (
    FailedAttempt,
    Outcome,
    who_tried,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
)
from custom_components.aqara_lock.domain.journal.activity import EntryKind, GapReason
from custom_components.aqara_lock.domain.journal.entry_filter import EntryFilter
from custom_components.aqara_lock.domain.journal.export_file import COLUMNS, to_csv
from custom_components.aqara_lock.domain.journal.journal import Journal
from custom_components.aqara_lock.domain.journal.own_entries import MOST_ATTEMPTS
from custom_components.aqara_lock.domain.journal.sentences import (
    CAUSE,
    Sentence,
    line_sentence,
    render,
)

from ..journal.test_sentences import NOW, TEXTS

LINDA = Person("linda", "Linda")
UNLOCK = FailedAttempt(LockOperationType.UNLOCK, Outcome.NOT_SENT, "hub_offline")
COMMAND = Command(
    id="c",
    operation=LockOperationType.UNLOCK,
    sent_at=NOW,
    user_id="u",
    user_name="linda.b",
    person_id="linda",
    origin=Origin.USER,
)
BY_LINDA = who_tried(COMMAND, {"linda": LINDA})


def english(sentence: Sentence) -> str:
    """Put into English; the name of a cause stands for itself."""

    def text(key: str) -> str:
        if key.startswith(CAUSE):
            return key.removeprefix(CAUSE)
        said: str = TEXTS[key]["message"]
        return said

    return render(sentence, text)


def said(kept: Journal, *, names: bool = True) -> list[str]:
    """Give what the entries of a journal say."""
    return [english(line_sentence(x, str, names=names)) for x in kept.lines()]


def test_entry_says_who_tried_what_and_why_it_failed() -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, BY_LINDA)
    (text,) = said(kept)
    assert text.startswith("did not answer when Linda tried to unlock it ")
    assert text.endswith("through Home Assistant (hub_offline); nothing was sent")
    assert "Linda" not in said(kept, names=False)[0]


@pytest.mark.parametrize("operation", ["lock", "unlock", "unlatch"])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("cause", [None, "hub_offline"])
def test_every_outcome_has_its_words(
    operation: str, outcome: Outcome, cause: str | None
) -> None:
    kept = Journal()
    asked = LockOperationType[operation.upper()]
    kept.attempt(NOW, FailedAttempt(asked, outcome, cause), BY_LINDA)
    (text,) = said(kept)
    assert "Linda tried to" in text
    assert "{" not in text
    assert "  " not in text
    assert "()" not in text


@pytest.mark.parametrize(
    ("command", "who"),
    [
        (replace(COMMAND, person_id=None), "linda.b tried"),
        (
            replace(
                COMMAND,
                user_id=None,
                user_name=None,
                person_id=None,
                origin=Origin.AUTOMATION,
                origin_name="Night",
            ),
            "“Night” in Home Assistant tried",
        ),
        (
            replace(COMMAND, user_id=None, user_name=None, person_id=None),
            "somebody in Home Assistant tried",
        ),
    ],
)
def test_whoever_tried_is_named_as_far_as_known(command: Command, who: str) -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, who_tried(command, {"linda": LINDA}))
    assert who in said(kept)[0]


def test_entry_is_stored_and_a_store_of_before_has_none() -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, BY_LINDA)
    plain = json.loads(json.dumps(kept.as_dict()))
    assert Journal.from_dict(plain).lines() == kept.lines()
    del plain["attempts"]
    assert Journal.from_dict(plain).lines() == ()


@pytest.mark.parametrize("damage", [{"outcome": "odd"}, {"operation": 9}, {"cause": 1}])
def test_damaged_entry_is_told(damage: dict[str, object]) -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, BY_LINDA)
    plain = json.loads(json.dumps(kept.as_dict()))
    plain["attempts"][0]["failed"] |= damage
    with pytest.raises(ValueError, match=next(iter(damage))):
        Journal.from_dict(plain)


def test_person_who_was_removed_stands_in_no_entry() -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, BY_LINDA)
    assert kept.people() == {"linda"}
    assert kept.forget_person("omar") == 0
    assert kept.forget_person("linda") == 1
    assert kept.people() == set()
    assert "Linda" not in str(kept.as_dict())
    assert "somebody" in said(kept)[0]


def test_nobody_can_be_assigned_to_what_nobody_did() -> None:
    kept = Journal()
    key = kept.attempt(NOW, UNLOCK, BY_LINDA)
    assert not kept.assign(key, LINDA, NOW)


def test_attempts_in_a_row_crowd_nothing_out() -> None:
    kept = Journal(limit=1000)
    for minute in range(MOST_ATTEMPTS + 20):
        kept.attempt(NOW + timedelta(minutes=minute), UNLOCK, BY_LINDA)
    assert len(kept.lines()) == MOST_ATTEMPTS
    kept.max_age = timedelta(minutes=10)
    assert kept.prune(NOW + timedelta(minutes=MOST_ATTEMPTS + 20))
    assert len(kept.lines()) == 10
    kept.erase()
    assert kept.lines() == ()


def test_gap_goes_on_over_a_command_that_failed() -> None:
    """A server that comes and goes makes one gap, whatever was tried meanwhile."""
    kept = Journal()
    reason, second = GapReason.MATTER_SERVER_AWAY, timedelta(seconds=1)
    kept.gap(NOW, NOW + 5 * second, reason)
    kept.attempt(NOW + 2 * second, UNLOCK, BY_LINDA)
    kept.gap(NOW + 7 * second, NOW + 9 * second, reason)
    kinds = [line.kind for line in kept.lines()]
    assert kinds == [EntryKind.GAP, EntryKind.ATTEMPT]


def test_filter_and_export_know_it() -> None:
    kept = Journal()
    kept.attempt(NOW, UNLOCK, BY_LINDA)
    lines = kept.lines()
    assert EntryFilter().choose(lines) == list(lines)
    assert EntryFilter(types=frozenset({"attempt"})).choose(lines) == list(lines)
    assert EntryFilter(types=frozenset({"unlocked"})).choose(lines) == []
    assert EntryFilter(people=frozenset({"omar"})).choose(lines) == []
    row = lines[0].as_row()
    assert row.keys() <= set(COLUMNS)
    assert "attempt" in to_csv([row])
    assert "hub_offline" in to_csv([row])


def test_what_was_noted_while_the_clock_was_behind_is_moved() -> None:
    """A command that failed, a mere state and a gap have no time of the lock."""
    kept = Journal()
    hours, day = timedelta(hours=6), timedelta(days=1)
    keys = [
        kept.attempt(NOW, UNLOCK, BY_LINDA),
        kept.unexplained(NOW, LockState.LOCKED),
        kept.gap(NOW - day, NOW, GapReason.UNKNOWN),
    ]
    earlier = kept.attempt(NOW - day, UNLOCK, BY_LINDA)
    kept.shift([*keys, "u77"], hours)
    found = {line.key: line for line in kept.lines()}
    assert [found[x].occurred_at for x in keys[:2]] == [NOW + hours, NOW + hours]
    gap = found[keys[2]]
    assert (gap.occurred_at, gap.until) == (NOW - day, NOW + hours)
    assert found[earlier].occurred_at == NOW - day
    assert set(found) == {*keys, earlier}
