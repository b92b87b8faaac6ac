"""Whether a lock answers: what makes a silence, what names its cause, what ends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.connection import (
    Cause,
    Connection,
    ConnectionEvidence,
    ReportGaps,
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
    assert cause(last_sign_of_life=ago(200), **both) is Cause.HUB_OFFLINE
    heard = {"hubs_offline_since": ago(250), "unavailable_since": ago(300)}
    assert cause(last_sign_of_life=ago(200), **heard) is Cause.LOCK_UNREACHABLE


@pytest.mark.parametrize("key", ["last_report", "listening_since"])
@pytest.mark.parametrize(
    ("server", "waits"), [("matter_js", 180), ("python", 0), (None, 180)]
)
def test_a_server_that_calls_a_lock_away_has_waited_by_itself(
    server: str | None, waits: float, key: str
) -> None:
    """Only its reason may follow a moment later."""
    tells_why = 0.3
    away = {"server": server, "unavailable_since": ago(tells_why)}
    heard = {key: ago(tells_why + waits)}
    assert cause(**away, **heard) is Cause.LOCK_UNREACHABLE
    just_now = {**away, "unavailable_since": ago(tells_why - 0.1)}
    assert cause(**just_now, **heard) is None
    shortly = {key: ago(tells_why + waits - 1)}
    assert cause(**away, **shortly) is None
    regained = {**heard, "regained_at": ago(tells_why + waits - 1)}
    assert cause(**away, **regained) is None


def test_a_way_that_just_returned_may_take_the_lock_away_for_a_moment() -> None:
    heard = {"last_report": ago(900), "unavailable_since": ago(1)}
    assert cause(**heard) is Cause.LOCK_UNREACHABLE
    assert cause(way_returned_at=ago(31), **heard) is None
    assert cause(way_returned_at=ago(32), **heard) is Cause.LOCK_UNREACHABLE
    heard["unavailable_since"] = ago(2)
    assert cause(way_returned_at=ago(3), **heard) is Cause.LOCK_UNREACHABLE


def test_a_report_of_a_lock_that_is_away_is_proof_for_a_minute() -> None:
    away = {"unavailable_since": ago(900)}
    assert cause(last_report=ago(59), **away) is None
    assert cause(last_report=ago(60), **away) is Cause.LOCK_UNREACHABLE
    answered = {"last_answer": ago(100), **away}
    assert cause(last_report=ago(70), **answered) is None


@pytest.mark.parametrize("heard", [178, 100, 60, 59.9, None])
def test_a_lock_that_was_heard_lately_may_restart(heard: float | None) -> None:
    """Also one that reports that it shuts down, just after the server calls it away."""
    moment = None if heard is None else ago(heard)
    said: dict[str, Any] = {"last_report": moment, "last_sign_of_life": moment}
    assert cause(unavailable_since=ago(59), **said) is None
    assert cause(unavailable_since=ago(60), **said) is Cause.LOCK_UNREACHABLE


@pytest.mark.parametrize("server", ["matter_js", "python", None])
@pytest.mark.parametrize("apart", [-5, 0, 5])
def test_a_lock_that_says_that_it_shuts_down_restarts(
    server: str | None, apart: float
) -> None:
    """Before or just after the server calls it away; longer before is no reason."""
    said: dict[str, Any] = {"last_report": ago(900), "server": server}
    down = {"shut_down_at": ago(59 + apart)}
    assert cause(unavailable_since=ago(59), **said, **down) is None
    down = {"shut_down_at": ago(60 + apart)}
    assert cause(unavailable_since=ago(60), **said, **down) is Cause.LOCK_UNREACHABLE
    long_ago = {"shut_down_at": ago(20 + 5.1)}
    assert cause(unavailable_since=ago(20), **said, **long_ago) is not None


def test_a_server_gets_three_minutes_to_have_a_lock_back_that_answers_pings() -> None:
    away = {"unavailable_since": ago(900), "last_report": ago(1500)}
    assert cause(last_answer=ago(179), **away) is None
    assert cause(last_answer=ago(180), **away) is Cause.LOCK_UNREACHABLE
    assert cause(last_answer=ago(901), **away) is Cause.LOCK_UNREACHABLE


def test_a_server_gets_three_minutes_to_have_a_lock_back_whose_cause_is_cured() -> None:
    away = {"unavailable_since": ago(900)}
    assert cause(cured_at=ago(179), **away) is None
    assert cause(cured_at=ago(180), **away) is Cause.LOCK_UNREACHABLE


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


def test_a_silence_of_the_lock_alone_begins_when_it_was_heard_last() -> None:
    heard = {"last_sign_of_life": ago(700), "last_report": ago(700)}
    silent = after(Connection(), unavailable_since=ago(20), **heard)
    assert (silent.since, silent.noticed_at) == (ago(700), NOW)
    assert after(silent, 30, unavailable_since=ago(20), **heard) == silent
    asked = after(Connection(), ping_failed_at=ago(5), **heard)
    assert (asked.since, asked.noticed_at) == (ago(700), NOW)


def test_a_silence_of_a_known_cause_begins_when_it_is_noticed() -> None:
    heard = {"last_sign_of_life": ago(700), "last_report": ago(700)}
    silent = after(Connection(), hubs_offline_since=ago(20), **heard)
    assert (silent.since, silent.noticed_at) == (NOW, NOW)
    confirmed = {"ping_failed_at": ago(5), "is_cause_seen": True}
    assert after(Connection(), **confirmed, **heard).since == NOW


def test_a_lock_whose_cause_is_cured_is_being_checked() -> None:
    silent = after(Connection(), hubs_offline_since=ago(20))
    assert not silent.checking
    cured = after(silent, 30, cured_at=NOW)
    assert (cured.responsive, cured.checking, cured.cause) == (
        False,
        True,
        Cause.HUB_OFFLINE,
    )
    assert cured.since == silent.since
    denied = after(cured, 40, cured_at=NOW, ping_failed_at=NOW)
    assert (denied.checking, denied.cause) == (False, Cause.LOCK_UNREACHABLE)
    again = after(cured, 40, hubs_offline_since=NOW)
    assert (again.checking, again.cause) == (False, Cause.HUB_OFFLINE)
    spoke = NOW + timedelta(seconds=1)
    assert after(cured, 40, last_sign_of_life=spoke) == Connection()


def test_a_silence_without_a_cause_is_not_being_checked() -> None:
    silent = after(Connection(), ping_failed_at=ago(5))
    assert not after(silent, 600).checking
    assert not after(Connection(), cured_at=NOW).checking


def test_a_server_that_is_back_is_no_word_of_a_lock_that_was_silent_before() -> None:
    silent = after(Connection(), hubs_offline_since=ago(20))
    gone = after(silent, 60, link_problem=Cause.LOCK_REMOVED)
    assert gone.cause is Cause.LOCK_REMOVED
    back = after(gone, 90)
    assert not back.responsive
    assert after(back, 95, last_sign_of_life=NOW + timedelta(seconds=94)).responsive


PROVED = {"matter_js": 340 + 180, "python": 640 + 180, None: 640 + 180}


@pytest.mark.parametrize(("server", "seconds"), PROVED.items())
def test_a_subscription_that_outlives_the_outage_proves_life(
    server: str | None, seconds: int
) -> None:
    after_cure = NOW + timedelta(seconds=seconds)
    known = ConnectionEvidence(cured_at=NOW, server=server)
    assert known.outlived_at == after_cure
    asked = ConnectionEvidence(cured_at=ago(60), denied_at=NOW, server=server)
    assert asked.outlived_at == after_cure
    lost = ConnectionEvidence(ping_failed_at=NOW, server=server)
    assert lost.outlived_at == after_cure


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"cured_at": NOW, "unavailable_since": ago(5)},
        {"cured_at": NOW, "link_problem": Cause.MATTER_UNAVAILABLE},
    ],
)
def test_a_server_without_the_lock_proves_nothing(known: dict[str, Any]) -> None:
    assert ConnectionEvidence(**known).outlived_at is None


def test_a_report_of_the_last_minute_is_remembered() -> None:
    said = ConnectionEvidence(last_report=NOW)
    assert said.reported_lately(NOW + timedelta(seconds=59))
    assert not said.reported_lately(NOW + timedelta(seconds=60))
    assert not ConnectionEvidence(last_sign_of_life=NOW).reported_lately(NOW)


def test_gaps_between_reports_are_learned() -> None:
    gaps, now = ReportGaps(), 0.0
    for number in range(21):
        now = number * 600.0
        gaps = gaps.after_report(now, was_silent=False)
        gaps = gaps.after_report(now + 0.2, was_silent=False)
    now += 0.2
    assert (gaps.count, gaps.longest) == (20, pytest.approx(599.8))
    assert not gaps.is_exceeded(now + 599)
    assert gaps.is_exceeded(now + 601)


def test_few_gaps_teach_nothing_and_an_outage_is_none() -> None:
    assert not ReportGaps().is_exceeded(1e9)
    few = ReportGaps(longest=600.0, count=19, last=0.0)
    assert not few.is_exceeded(1e9)
    outage = few.after_report(90_000.0, was_silent=True)
    assert outage == ReportGaps(longest=600.0, count=19, last=90_000.0)
    known = outage.after_report(90_700.0, was_silent=False)
    assert (known.count, known.longest) == (20, 700.0)


def test_a_clock_that_is_set_moves_what_was_noted() -> None:
    hour = timedelta(hours=1)
    known = ConnectionEvidence(unavailable_since=ago(9), paused=True)
    assert known.shifted(hour).unavailable_since == ago(9) + hour
    assert known.shifted(hour).paused
    silent = after(Connection(), unavailable_since=ago(90))
    assert silent.shifted(hour).noticed_at == NOW + hour


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
    "denied_at",
    "cured_at",
    "last_sign_of_life",
    "last_report",
    "last_answer",
    "shut_down_at",
    "regained_at",
    "way_returned_at",
    "listening_since",
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
