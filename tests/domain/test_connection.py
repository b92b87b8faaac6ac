"""Whether a lock answers: what makes a silence, what names its cause, what ends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connection import (
    Cause,
    Connection,
    ConnectionEvidence,
)

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def cause(**known: Any) -> Cause | None:
    return ConnectionEvidence(**known).cause(NOW)


def test_nothing_speaks_against_a_lock_of_which_nothing_is_known() -> None:
    assert cause() is None
    assert cause(last_sign_of_life=ago(80_000)) is None


@pytest.mark.parametrize(
    "problem", [Cause.MATTER_SERVER_TOO_OLD, Cause.LOCK_REMOVED, Cause.NOT_A_LOCK]
)
def test_a_lock_that_is_not_found_is_told_at_once(problem: Cause) -> None:
    assert cause(link_problem=problem) is problem
    assert cause(link_problem=problem, hubs_offline_since=ago(9)) is problem


def test_a_server_is_away_after_half_a_minute() -> None:
    gone: dict[str, Any] = {"link_problem": Cause.MATTER_UNAVAILABLE}
    assert cause(link_lost_at=ago(30), **gone) is Cause.MATTER_UNAVAILABLE
    assert cause(link_lost_at=ago(29), **gone) is None
    assert cause(**gone) is None
    hubs = {"hubs_offline_since": ago(9)}
    assert cause(link_lost_at=ago(29), **gone, **hubs) is None


def test_hubs_that_are_gone_cut_off_a_lock_that_said_nothing_since() -> None:
    gone = {"hubs_offline_since": ago(20)}
    assert cause(**gone) is Cause.HUB_OFFLINE
    assert cause(last_sign_of_life=ago(20), **gone) is Cause.HUB_OFFLINE
    assert cause(last_sign_of_life=ago(19), **gone) is None


def test_hubs_that_are_gone_are_named_before_the_lock() -> None:
    both = {"hubs_offline_since": ago(20), "unavailable_since": ago(300)}
    assert cause(**both) is Cause.HUB_OFFLINE
    assert cause(last_sign_of_life=ago(5), **both) is Cause.LOCK_UNREACHABLE


def test_a_lock_is_unreachable_after_a_minute() -> None:
    assert cause(unavailable_since=ago(60)) is Cause.LOCK_UNREACHABLE
    assert cause(unavailable_since=ago(59)) is None


def test_a_lost_ping_counts_until_the_lock_speaks() -> None:
    lost = {"ping_failed_at": ago(3)}
    assert cause(**lost) is Cause.LOCK_UNREACHABLE
    assert cause(last_sign_of_life=ago(3), **lost) is Cause.LOCK_UNREACHABLE
    assert cause(last_sign_of_life=ago(2), **lost) is None


def after(connection: Connection, seconds: float = 0, **known: Any) -> Connection:
    return connection.after(
        ConnectionEvidence(**known), NOW + timedelta(seconds=seconds)
    )


def test_a_silence_begins_when_it_is_noticed() -> None:
    silent = after(Connection(), hubs_offline_since=ago(20))
    assert silent == Connection(False, Cause.HUB_OFFLINE, NOW)
    assert after(Connection(), last_sign_of_life=ago(20)) == Connection()


def test_another_cause_of_the_same_silence_keeps_its_beginning() -> None:
    silent = after(Connection(), hubs_offline_since=ago(20))
    later = after(silent, 90, unavailable_since=ago(20))
    assert later == Connection(False, Cause.LOCK_UNREACHABLE, NOW)


def test_only_a_sign_of_life_ends_the_silence_of_a_lock() -> None:
    silent = after(Connection(), hubs_offline_since=ago(20))
    assert after(silent, 30) == silent
    assert after(silent, 30, last_sign_of_life=NOW) == silent
    spoke = NOW + timedelta(seconds=1)
    assert after(silent, 30, last_sign_of_life=spoke) == Connection()


@pytest.mark.parametrize("seen", [Cause.HUB_OFFLINE, Cause.LOCK_UNREACHABLE])
def test_a_lock_that_was_cut_off_is_waited_for(seen: Cause) -> None:
    silent = Connection(False, seen, NOW)
    assert after(silent, 600) == silent


@pytest.mark.parametrize(
    "seen", [x for x in Cause if x not in {Cause.HUB_OFFLINE, Cause.LOCK_UNREACHABLE}]
)
def test_a_server_that_is_back_needs_no_word_of_the_lock(seen: Cause) -> None:
    assert after(Connection(False, seen, NOW), 600) == Connection()


def test_a_lock_that_a_server_came_without_is_given_three_minutes() -> None:
    away = {"found_away": True}
    assert cause(unavailable_since=ago(180), **away) is Cause.LOCK_UNREACHABLE
    assert cause(unavailable_since=ago(179), **away) is None


@pytest.mark.parametrize(
    "known",
    [
        {"link_problem": Cause.LOCK_REMOVED},
        {"hubs_offline_since": ago(20)},
        {"unavailable_since": ago(600)},
        {"ping_failed_at": ago(3)},
    ],
)
def test_a_lock_that_is_paused_is_not_ill(known: dict[str, Any]) -> None:
    assert cause(**known) is not None
    assert cause(paused=True, **known) is None


MOMENTS = (
    "link_lost_at",
    "hubs_offline_since",
    "unavailable_since",
    "ping_failed_at",
    "last_sign_of_life",
)


@pytest.mark.parametrize("name", MOMENTS)
def test_what_seems_to_lie_ahead_is_just_over(name: str) -> None:
    ahead = ConnectionEvidence(**{name: ago(-1)})
    seen = getattr(ahead.as_of(NOW), name)
    assert seen == NOW - timedelta(microseconds=1)
    for past in (ago(0), ago(9)):
        known = ConnectionEvidence(**{name: past})
        assert known.as_of(NOW) == known


def test_what_happens_now_comes_after_what_seemed_to_lie_ahead() -> None:
    ahead = ConnectionEvidence(hubs_offline_since=ago(-3600)).as_of(NOW)
    assert ahead.cause(NOW) is Cause.HUB_OFFLINE
    spoke = ConnectionEvidence(
        hubs_offline_since=ago(-3600), last_sign_of_life=NOW
    ).as_of(NOW)
    assert spoke.cause(NOW) is None


def test_a_silence_that_seems_to_begin_ahead_has_just_begun() -> None:
    silent = Connection(False, Cause.HUB_OFFLINE, ago(-60))
    just = silent.as_of(NOW)
    assert (just.cause, just.since) == (silent.cause, NOW - timedelta(microseconds=1))
    assert after(just, last_sign_of_life=NOW) == Connection()
    for one in (Connection(), Connection(False, Cause.HUB_OFFLINE, NOW)):
        assert one.as_of(NOW) == one
