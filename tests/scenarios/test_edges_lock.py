"""Where the rules on a lock begin and end: its silence, and how it is judged."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    BatteryLevel,
    Evidence,
    FailedCommand,
    Gap,
    Hearing,
    Refusal,
)
from tests.scenarios.edge import Edge, told
from tests.scenarios.home import NOW, ago, answered, home, hub, lock, silent_lock

LEFT = hub(hearing=Hearing.GOODBYE, silent_since=ago(minutes=9))


def silent(**changes: Any) -> Evidence:
    """Make a home in which any silent lock is told at once, for the sake of its hub."""
    return home(LEFT, silent_lock(**changes))


def pinged(**changes: Any) -> Evidence:
    return home(LEFT, lock(**changes))


LOST = answered(sent=3, minutes=2)
SILENCE = {
    "away for two seconds": Edge(
        "thread_interface_off",
        silent(unavailable_since=ago(seconds=2)),
        silent(unavailable_since=ago(seconds=1)),
    ),
    "away from this moment on": Edge(
        "thread_interface_off",
        silent(unavailable_since=ago(seconds=-1)),
        silent(unavailable_since=NOW),
    ),
    "a word after the server called it unavailable": Edge(
        "thread_interface_off",
        silent(unavailable_since=ago(minutes=5), last_sign_of_life=ago(minutes=5)),
        silent(unavailable_since=ago(minutes=5), last_sign_of_life=ago(minutes=4)),
    ),
    "a word of an hour ago": Edge(
        "thread_interface_off",
        silent(
            unavailable_since=ago(hours=3), last_sign_of_life=ago(hours=1, seconds=1)
        ),
        silent(unavailable_since=ago(hours=3), last_sign_of_life=ago(hours=1)),
    ),
    "unavailable since nobody knows when": Edge(
        "thread_interface_off",
        silent(unavailable_since=None, last_sign_of_life=ago(seconds=1)),
        pinged(available=Gap.UNKNOWN, last_sign_of_life=ago(seconds=1)),
    ),
    "pings without an answer": Edge(
        "thread_interface_off",
        pinged(ping=LOST, last_sign_of_life=ago(minutes=3)),
        pinged(ping=LOST, last_sign_of_life=ago(minutes=1)),
    ),
    "pings of a lock that never gave a sign": Edge(
        "thread_interface_off",
        pinged(ping=LOST, last_sign_of_life=None),
        pinged(ping=None, last_sign_of_life=None),
    ),
    "one answer among the pings": Edge(
        "thread_interface_off",
        pinged(ping=answered(sent=3), last_sign_of_life=ago(minutes=3)),
        pinged(ping=answered(80, sent=3), last_sign_of_life=ago(minutes=3)),
    ),
}


@pytest.mark.parametrize("name", SILENCE)
def test_silence(name: str) -> None:
    SILENCE[name].check()


def failed(refusal: Refusal = Refusal.TIMEOUT, /, **span: float) -> FailedCommand:
    return FailedCommand(at=ago(**span), refusal=refusal)


def needed(*commands: FailedCommand, **changes: Any) -> Evidence:
    """Make a home whose lock was pinged once, just now, after commands that failed."""
    pinged_now = {
        "ping": answered(sent=1, seconds=5),
        "ping_failed_at": ago(seconds=5),
        "last_sign_of_life": ago(minutes=8),
    }
    return home(lock(failed_commands=commands, **pinged_now | changes))


UNREACHABLE = {
    "away for a minute": Edge(
        "lock_unreachable",
        home(silent_lock(unavailable_since=ago(seconds=60))),
        home(silent_lock(unavailable_since=ago(seconds=59))),
    ),
    "away for three minutes since its server started": Edge(
        "lock_unreachable",
        home(silent_lock(found_away=True, unavailable_since=ago(seconds=180))),
        home(silent_lock(found_away=True, unavailable_since=ago(seconds=179))),
    ),
    "silent to pings for a minute": Edge(
        "lock_unreachable",
        needed(ping_failed_at=ago(seconds=60)),
        needed(ping_failed_at=ago(seconds=59)),
    ),
    "a command just before the ping": Edge(
        "lock_unreachable", needed(failed(seconds=14)), needed(failed(seconds=15))
    ),
    "a command that the lock refused": Edge(
        "lock_unreachable",
        needed(failed(seconds=6)),
        needed(failed(Refusal.UNSUPPORTED_ACCESS, seconds=6)),
    ),
    "the first ping after the command counts": Edge(
        "lock_unreachable",
        needed(failed(seconds=21), ping_failed_at=ago(seconds=20)),
        needed(failed(seconds=6), ping_failed_at=ago(seconds=20)),
    ),
    "nobody knows which ping was the first": Edge(
        "lock_unreachable",
        needed(failed(seconds=6), ping_failed_at=None),
        needed(failed(seconds=40), ping_failed_at=None),
    ),
    "five pings that somebody asked for": Edge(
        "lock_unreachable",
        needed(ping=answered(sent=5, seconds=5)),
        needed(ping=answered(sent=4, seconds=5)),
    ),
    "answers to pings of somebody who asked": Edge(
        "lock_unreachable",
        home(silent_lock(unavailable_since=ago(seconds=90))),
        home(
            silent_lock(
                unavailable_since=ago(seconds=30), ping=answered(80, 90, 70, 85, 80)
            )
        ),
    ),
}


@pytest.mark.parametrize("name", UNREACHABLE)
def test_lock_that_is_unreachable(name: str) -> None:
    UNREACHABLE[name].check()


SESSION = {
    "answered since it is unavailable": Edge(
        "session_lost",
        home(silent_lock(ping=answered(80, minutes=4, seconds=59))),
        home(silent_lock(ping=answered(80, minutes=5))),
    ),
    "answered, and nobody knows since when it is unavailable": Edge(
        "session_lost",
        home(silent_lock(unavailable_since=None, ping=answered(80))),
        home(silent_lock(unavailable_since=None, ping=answered(sent=3))),
    ),
    "answered an hour ago": Edge(
        "session_lost",
        home(silent_lock(unavailable_since=ago(hours=3), ping=answered(80, hours=1))),
        home(
            silent_lock(
                unavailable_since=ago(hours=3), ping=answered(80, hours=1, seconds=1)
            )
        ),
    ),
    "unavailable for a minute": Edge(
        "session_lost",
        home(silent_lock(unavailable_since=ago(seconds=60), ping=answered(80))),
        home(silent_lock(unavailable_since=ago(seconds=59), ping=answered(80))),
    ),
    "unavailable for three minutes since its server started": Edge(
        "session_lost",
        home(
            silent_lock(
                found_away=True,
                unavailable_since=ago(seconds=180),
                ping=answered(80),
            )
        ),
        home(
            silent_lock(
                found_away=True,
                unavailable_since=ago(seconds=179),
                ping=answered(80),
            )
        ),
    ),
    "available": Edge(
        "session_lost",
        home(silent_lock(ping=answered(80))),
        home(lock(ping=answered(80), unavailable_since=ago(minutes=5))),
    ),
}


@pytest.mark.parametrize("name", SESSION)
def test_session(name: str) -> None:
    SESSION[name].check()


def unconfirmed(**changes: Any) -> Evidence:
    return home(
        lock(**{"unconfirmed_at": ago(seconds=45), "last_report": None} | changes)
    )


def crowded(*gaps: float, **changes: Any) -> Evidence:
    commands = (replace(failed(hours=2), after_previous=gap) for gap in gaps)
    return home(lock(failed_commands=tuple(commands), **changes))


JUST_GONE = {"available": False, "unavailable_since": ago(seconds=10)}
COMMANDS = {
    "half a minute without a report": Edge(
        "stale_subscription",
        unconfirmed(unconfirmed_at=ago(seconds=30)),
        unconfirmed(unconfirmed_at=ago(seconds=29)),
    ),
    "a report since the command": Edge(
        "stale_subscription",
        unconfirmed(last_report=ago(seconds=45)),
        unconfirmed(last_report=ago(seconds=44)),
    ),
    "no report of a lock that just fell silent": Edge(
        "stale_subscription", unconfirmed(), unconfirmed(**JUST_GONE)
    ),
    "second command within 45 seconds": Edge(
        "commands_too_close", crowded(44.9), crowded(45)
    ),
    "commands of a lock that just fell silent": Edge(
        "commands_too_close",
        crowded(12),
        crowded(12, last_sign_of_life=ago(minutes=1), **JUST_GONE),
    ),
    "commands of yesterday": Edge(
        "commands_too_close",
        home(lock(failed_commands=(replace(failed(hours=24), after_previous=3),))),
        home(
            lock(
                failed_commands=(
                    replace(failed(hours=24, seconds=1), after_previous=3),
                )
            )
        ),
    ),
    "the lock refused permission": Edge(
        "command_access_refused",
        home(lock(failed_commands=(failed(Refusal.UNSUPPORTED_ACCESS, hours=24),))),
        home(lock(failed_commands=(failed(Refusal.UNSUPPORTED_ACCESS, hours=25),))),
    ),
    "the server could not say it": Edge(
        "server_type_mismatch",
        home(lock(failed_commands=(failed(Refusal.DATATYPE_MISMATCH, hours=24),))),
        home(lock(failed_commands=(failed(Refusal.UNSUPPORTED_ACCESS, hours=1),))),
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    COMMANDS[name].check()


def test_an_empty_battery_explains_the_silence_of_its_own_lock_alone() -> None:
    empty = Battery(percent=1, level=BatteryLevel.CRITICAL)
    own, other = (
        home(silent_lock(battery=empty)),
        home(silent_lock("back"), lock(battery=empty)),
    )
    assert "lock_unreachable" not in told(own)
    assert "lock_unreachable" in told(other)
