"""A command of Home Assistant explains one operation, or nobody is named."""

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


def ledger(*commands: Command) -> CommandLedger:
    kept = CommandLedger()
    for command in commands:
        kept = kept.with_command(command)
    return kept


@pytest.mark.parametrize("command", [sent(), moved()])
def test_one_command_matches(command: Command) -> None:
    assert ledger(command).match(UNLOCK, later(3)) == Matched(command)


@pytest.mark.parametrize(
    ("operation", "at"),
    [(LOCK, 3), (UNLOCK, 31), (UNLOCK, -1), (None, 3), (UNLATCH, 3)],
)
def test_another_operation_or_time_does_not(
    operation: LockOperationType | None, at: float
) -> None:
    assert ledger(sent()).match(operation, later(at)) == NoMatch()


def test_failed_command_never_matches() -> None:
    assert ledger(sent(ok=False)).match(UNLOCK, later(1)) == NoMatch()


def test_command_under_way_waits_for_its_result() -> None:
    waiting = ledger(sent(ok=None), moved())
    assert waiting.match(UNLOCK, later(1)) == Pending(("a",))
    failed = waiting.finish("a", ok=False)
    assert failed.match(UNLOCK, later(1)) == Matched(moved())
    assert waiting.finish("a", ok=True).match(UNLOCK, later(1)) == Ambiguous(("a", "t"))


def test_finish_of_another_command_changes_nothing() -> None:
    assert ledger(sent(), moved()).finish("t", ok=False) == ledger(sent(), moved())


def test_each_command_is_used_once() -> None:
    used = ledger(sent("a"), sent("b", at=1)).use("a", UNLOCK, later(2))
    assert used.match(UNLOCK, later(3)) == Matched(sent("b", at=1))
    assert used.use("b", UNLOCK, later(3)).match(UNLOCK, later(4)) == NoMatch()


def test_opening_explains_unlatch_and_the_unlock_after_it() -> None:
    command = sent(operation=UNLATCH)
    used = ledger(command).use("a", UNLATCH, later(1))
    assert used.match(UNLATCH, later(2)) == NoMatch()
    assert used.match(UNLOCK, later(2)) == Matched(command)
    assert used.match(UNLOCK, later(12)) == NoMatch()


def test_two_automations_name_nobody() -> None:
    commands = [
        sent(name, user=None, origin=Origin.AUTOMATION, origin_name=name)
        for name in ("a", "b")
    ]
    assert ledger(*commands).match(UNLOCK, later(1)) == Ambiguous(("a", "b"))


def test_two_anonymous_commands_are_no_one_actor() -> None:
    commands = [sent(name, user=None) for name in ("a", "b")]
    assert isinstance(ledger(*commands).match(UNLOCK, later(1)), Ambiguous)


def test_old_commands_are_forgotten() -> None:
    kept = ledger(*(sent(str(order), at=order * 60) for order in range(50)))
    assert len(kept.sent) <= 3


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
    match = kept.match(operation, NOW)
    assert match == kept.match(operation, NOW)
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
