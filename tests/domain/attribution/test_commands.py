"""A command of Home Assistant explains one operation, or nobody is named."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.attribution.commands import (
    Ambiguous,
    Command,
    CommandLedger,
    Matched,
    NoMatch,
    OperationTime,
    Origin,
    Pending,
    Sender,
)
from custom_components.aqara_lock.domain.doorlock.cluster import LockOperationType

from ..who import NOW, later

LOCK = LockOperationType.LOCK
UNLOCK = LockOperationType.UNLOCK
UNLATCH = LockOperationType.UNLATCH


def sent(
    name: str = "a",
    operation: LockOperationType = UNLOCK,
    at: float = 0,
    user: str | None = "linda",
    ok: bool | None = True,
    **facts: Any,
) -> Command:
    return Command(
        id=name, operation=operation, sent_at=later(at), ok=ok, user_id=user, **facts
    )


def moved(name: str = "t", at: float = 0, user: str | None = "omar") -> Command:
    return Command(
        sender=Sender.CORE, id=name, operation=UNLOCK, sent_at=later(at), user_id=user
    )


def called(
    name: str = "c",
    operation: LockOperationType = UNLOCK,
    at: float = 0,
    user: str | None = "omar",
    **facts: Any,
) -> Command:
    """Give a call of core's entity that showed no state."""
    return sent(name, operation, at, user, None, sender=Sender.CALL, **facts)


def exactly(seconds: float) -> OperationTime:
    return OperationTime.exactly(later(seconds))


def between(earliest: float | None, at: float, latest: float) -> OperationTime:
    first = None if earliest is None else later(earliest)
    return OperationTime(later(at), first, later(latest))


def ledger(*commands: Command) -> CommandLedger:
    kept = CommandLedger()
    for command in commands:
        kept = kept.with_command(command)
    return kept


@pytest.mark.parametrize("command", [sent(), moved()])
def test_one_command_matches(command: Command) -> None:
    assert ledger(command).match(UNLOCK, exactly(3)) == Matched(command)


@pytest.mark.parametrize(
    ("operation", "at"),
    [(LOCK, 3), (UNLOCK, 31), (UNLOCK, -1), (None, 3), (UNLATCH, 3)],
)
def test_another_operation_or_time_does_not(
    operation: LockOperationType | None, at: float
) -> None:
    assert ledger(sent()).match(operation, exactly(at)) == NoMatch()


def test_failed_command_never_matches() -> None:
    assert ledger(sent(ok=False)).match(UNLOCK, exactly(1)) == NoMatch()


def test_command_under_way_waits_for_its_result() -> None:
    waiting = ledger(sent(ok=None), moved())
    assert waiting.match(UNLOCK, exactly(1)) == Pending(("a",))
    failed = waiting.finish("a", ok=False)
    assert failed.match(UNLOCK, exactly(1)) == Matched(moved())
    assert waiting.finish("a", ok=True).match(UNLOCK, exactly(1)) == Ambiguous(
        ("a", "t")
    )


def test_finish_of_another_command_changes_nothing() -> None:
    assert ledger(sent(), moved()).finish("t", ok=False) == ledger(sent(), moved())


def test_each_command_is_used_once() -> None:
    used = ledger(sent("a"), sent("b", at=1)).use("a", UNLOCK, later(2))
    assert used.match(UNLOCK, exactly(3)) == Matched(sent("b", at=1))
    assert used.use("b", UNLOCK, later(3)).match(UNLOCK, exactly(4)) == NoMatch()


def test_opening_explains_unlatch_and_the_unlock_after_it() -> None:
    command = sent(operation=UNLATCH)
    used = ledger(command).use("a", UNLATCH, later(1))
    assert used.match(UNLATCH, exactly(2)) == NoMatch()
    assert used.match(UNLOCK, exactly(2)) == Matched(command)
    assert used.match(UNLOCK, exactly(12)) == NoMatch()


def test_call_that_showed_no_state_competes_and_names_nobody() -> None:
    assert ledger(called()).match(UNLOCK, exactly(1)) == NoMatch()
    both = ledger(sent(), called(at=1))
    assert both.match(UNLOCK, exactly(2)) == Ambiguous(("a", "c"))
    assert both.match(UNLOCK, exactly(0.5)) == Matched(sent())
    assert both.match(UNLOCK, exactly(32)) == NoMatch()
    assert ledger(sent(), called(user="linda")).match(UNLOCK, exactly(2)) == Matched(
        sent()
    )


def test_call_between_unlatch_and_unlock_leaves_the_unlock_open() -> None:
    opened = ledger(sent(operation=UNLATCH)).use("a", UNLATCH, later(1))
    assert opened.with_command(called(at=5)).match(UNLOCK, exactly(6)) == Ambiguous(
        ("a", "c")
    )


def test_call_that_waits_for_another_command_is_not_what_is_waited_for() -> None:
    waiting = ledger(sent(ok=None), called(at=1))
    assert waiting.match(UNLOCK, exactly(2)) == Pending(("a",))
    assert waiting.finish("c", ok=False).match(UNLOCK, exactly(2)) == Pending(("a",))


@pytest.mark.parametrize("first", ["call", "state"])
def test_call_that_showed_a_state_is_one_command(first: str) -> None:
    shown = replace(moved(user=None), context_id="x")
    call = called(user=None, context_id="x")
    both = (call, shown) if first == "call" else (shown, call)
    assert ledger(*both).match(UNLOCK, exactly(1)) == Matched(shown)


@pytest.mark.parametrize(
    "other",
    [
        called(user=None, context_id="y"),
        called(user=None),
        called(operation=UNLATCH, user=None, context_id="x"),
    ],
    ids=["of another context", "without a context", "another operation"],
)
def test_another_call_competes_with_a_state(other: Command) -> None:
    shown = replace(moved(user=None), context_id="x")
    assert isinstance(ledger(other, shown).match(UNLOCK, exactly(1)), Ambiguous)


@pytest.mark.parametrize(
    ("when", "named"),
    [
        (between(-46, 14, 54), False),
        (between(-46, 14, 52), True),
        (between(None, 14, 54), False),
        (exactly(14), True),
    ],
    ids=["may be after it", "is before it", "nobody knows", "certain"],
)
def test_command_that_fits_another_time_competes(
    when: OperationTime, named: bool
) -> None:
    """The lock's clock is 40 s slow: was it the command 14 s or the one 1 s before?"""
    kept = ledger(sent("a"), sent("b", at=53, user="omar"))
    expected = Matched(sent("a")) if named else Ambiguous(("a", "b"))
    assert kept.match(UNLOCK, when) == expected


def test_earlier_command_competes_where_the_operation_may_be_older() -> None:
    kept = ledger(sent("a", at=-60, user="omar"), sent("b"))
    assert kept.match(UNLOCK, between(-30, 5, 5)) == Ambiguous(("b", "a"))
    assert kept.match(UNLOCK, between(-29, 5, 5)) == Matched(sent("b"))
    used = kept.use("a", UNLOCK, later(-59))
    assert used.match(UNLOCK, between(-30, 5, 5)) == Matched(sent("b"))


def test_second_half_competes_within_ten_seconds_of_any_possible_time() -> None:
    opened = ledger(sent(operation=UNLATCH), sent("b", at=9, user="omar"))
    opened = opened.use("a", UNLATCH, later(1))
    assert opened.match(UNLOCK, between(11, 14, 14)) == Ambiguous(("b", "a"))
    assert opened.match(UNLOCK, between(12, 14, 14)) == Matched(
        sent("b", at=9, user="omar")
    )


def test_two_automations_name_nobody() -> None:
    commands = [
        sent(name, user=None, origin=Origin.AUTOMATION, origin_name=name)
        for name in ("a", "b")
    ]
    assert ledger(*commands).match(UNLOCK, exactly(1)) == Ambiguous(("a", "b"))


def test_two_anonymous_commands_are_no_one_actor() -> None:
    commands = [sent(name, user=None) for name in ("a", "b")]
    assert isinstance(ledger(*commands).match(UNLOCK, exactly(1)), Ambiguous)


def test_old_commands_are_forgotten() -> None:
    kept = ledger(*(sent(str(order), at=order * 60) for order in range(50)))
    assert len(kept.sent) <= 4


people = st.sampled_from(["linda", "omar", None])
commands = st.builds(
    sent,
    st.uuids().map(str),
    st.sampled_from([LOCK, UNLOCK, UNLATCH]),
    st.integers(-40, 10),
    people,
    st.sampled_from([True, False, None]),
)


@given(st.lists(commands, max_size=5), st.sampled_from([LOCK, UNLOCK, UNLATCH]))
def test_two_candidates_name_nobody(
    found: list[Command], operation: LockOperationType
) -> None:
    kept = ledger(*sorted(found, key=lambda item: item.sent_at))
    match = kept.match(operation, OperationTime.exactly(NOW))
    assert match == kept.match(operation, OperationTime.exactly(NOW))
    if not isinstance(match, Matched):
        return
    assert match.command.ok is True
    fitting = [
        item
        for item in found
        if timedelta() <= NOW - item.sent_at <= timedelta(seconds=30)
        and item.ok is not False
        and (
            item.operation is operation
            or (item.operation is UNLATCH and operation is UNLOCK)
        )
    ]
    assert {item.user_id for item in fitting} == {match.command.user_id}
