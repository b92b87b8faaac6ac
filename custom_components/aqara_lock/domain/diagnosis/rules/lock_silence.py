"""Rules on a lock that is away, or that only seems to be there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ..evidence import LockEvidence, Transport
from .locks_and_hubs import grace_of, silent_since
from .parents import NO_LOCK_AT_THE_SERVER, NO_WAY_TO_THE_MESH
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .tried import after_server_restart
from .view import View

UNCONFIRMED_FOR: Final = timedelta(seconds=30)
"""Core shows `locking` for this long without a report, then the old state again."""
RECENT: Final = timedelta(hours=24)

ABOVE_SILENCE: Final = (
    *NO_LOCK_AT_THE_SERVER,
    *NO_WAY_TO_THE_MESH,
    "network_split",
    "prefix_changed",
    "mesh_silent",
)


@rule(
    group=Group.LOCK,
    step=Step.PING,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=(*ABOVE_SILENCE, "session_lost", "low_battery"),
    references=("R21", "core#136599"),
)
def lock_unreachable(view: View) -> Iterator[RuleMatch]:
    """Only this lock is away; nothing on the way to it is known to be wrong."""
    for lock in view.locks:
        if lock.transport is Transport.BRIDGED or not view.is_lost(lock):
            continue
        siblings = view.siblings(lock)
        sure = bool(view.carriers_of(lock)) and siblings.silent < siblings.total
        yield RuleMatch(
            lock=lock.id,
            confidence=Confidence.HIGH if sure else None,
            parameters={"since": silent_since(lock) or "–"},
        )


@rule(
    group=Group.LOCK,
    step=Step.PING,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=ABOVE_SILENCE,
    references=("R57",),
)
def bridged_lock_unreachable(view: View) -> Iterator[RuleMatch]:
    """The hub that brings this lock into Home Assistant says that it does not answer."""
    for lock in view.locks:
        if _is_lost_behind_bridge(view, lock) and _is_told(lock):
            yield RuleMatch(
                lock=lock.id, parameters={"since": lock.unavailable_since or "–"}
            )


@rule(
    group=Group.LOCK,
    step=Step.PING,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=ABOVE_SILENCE,
    references=("R57",),
)
def bridge_unreachable(view: View) -> Iterator[RuleMatch]:
    """The hub that brings this lock into Home Assistant does not answer itself."""
    for lock in view.locks:
        if _is_lost_behind_bridge(view, lock) and not _is_told(lock):
            yield RuleMatch(
                lock=lock.id, parameters={"since": silent_since(lock) or "–"}
            )


@rule(
    group=Group.LOCK,
    step=Step.SESSION,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=ABOVE_SILENCE,
    references=("R41", "core#180484", "core#167410", "addons#4751"),
)
def session_lost(view: View) -> Iterator[RuleMatch]:
    """The lock answers pings, yet the Matter server does not get it back."""
    for lock in view.locks:
        if not view.lasts(lock.unavailable_since, grace_of(lock)):
            continue
        # The answer itself is a sign of life: the lock is not silent any more.
        if lock.available is False and view.ping_answers(lock):
            since = lock.unavailable_since
            advice = after_server_restart(view, since)
            yield RuleMatch(lock=lock.id, parameters={"since": since or "–", **advice})


@rule(
    group=Group.LOCK,
    step=Step.SESSION,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=(*ABOVE_SILENCE, "lock_unreachable"),
    references=("R40", "matterjs-server#940", "core#124276", "core#176683"),
)
def stale_subscription(view: View) -> Iterator[RuleMatch]:
    """The lock accepted a command, but no report of its new state arrives."""
    for lock in view.locks:
        if lock.available is True and _is_unconfirmed(view, lock):
            advice = after_server_restart(view, lock.unconfirmed_at)
            reported = lock.last_report or "–"
            yield RuleMatch(
                lock=lock.id, parameters={"last_report": reported, **advice}
            )


@rule(
    group=Group.LOCK,
    step=Step.SESSION,
    severity=Severity.WARNING,
    needs=(Part.LOCKS,),
    parents=(*ABOVE_SILENCE, "session_lost"),
    references=("R47", "addons#4446"),
)
def commands_too_close(view: View) -> Iterator[RuleMatch]:
    """A command got no answer because another one was sent shortly before it."""
    for lock in view.locks:
        gaps = [
            failed.after_previous
            for failed in lock.failed_commands
            if failed.is_crowded and view.within(failed.at, RECENT)
        ]
        if gaps and not view.is_silent(lock):
            shortest = min(gap for gap in gaps if gap is not None)
            yield RuleMatch(lock=lock.id, parameters={"seconds": round(shortest)})


def _is_lost_behind_bridge(view: View, lock: LockEvidence) -> bool:
    return lock.transport is Transport.BRIDGED and view.is_lost(lock)


def _is_told(lock: LockEvidence) -> bool:
    """Tell whether the bridge says it of the lock; one that is away says nothing."""
    return lock.available is False and lock.bridge_answers is not False


def _is_unconfirmed(view: View, lock: LockEvidence) -> bool:
    sent = lock.unconfirmed_at
    if sent is None or not view.lasts(sent, UNCONFIRMED_FOR):
        return False
    return lock.last_report is None or lock.last_report <= sent


RULES: Final[tuple[Rule, ...]] = (
    lock_unreachable,
    bridged_lock_unreachable,
    bridge_unreachable,
    session_lost,
    stale_subscription,
    commands_too_close,
)
