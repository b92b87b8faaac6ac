"""Rules on a lock that answers: radio, battery, habits, what it refuses."""

from collections.abc import Iterator
from typing import Final

from ...connectivity import DropoutPattern
from ..evidence import Battery, BatteryLevel, known
from .lock_silence import ABOVE_SILENCE, RECENT
from .rule import (
    Confidence,
    Group,
    Parameter,
    Part,
    Rule,
    RuleMatch,
    Severity,
    Step,
    rule,
)
from .tried import after_server_restart
from .view import View
from .weak_radio import weakness

FEWEST_CHANGES: Final = 3
LOW_BATTERY: Final = 20.0
DRAIN_PER_DAY: Final = 2.0
MANY_FLIPS: Final = 4

_STRONG_CAUSES: Final = (*ABOVE_SILENCE, "lock_unreachable", "session_lost")


@rule(
    group=Group.LOCK,
    step=Step.PING,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=(*_STRONG_CAUSES, "stale_subscription"),
    references=("R35", "core#128343"),
)
def weak_link(view: View) -> Iterator[RuleMatch]:
    """The radio link between the lock and the mesh is weak or loses packets."""
    for lock in view.thread_locks:
        parameters = weakness(view, lock)
        if parameters:
            yield RuleMatch(lock=lock.id, parameters=parameters)


@rule(
    group=Group.LOCK,
    step=Step.SESSION,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=("matter_unavailable", "hub_unstable"),
    references=("R43", "matterjs-server#1037", "matterjs-server#938"),
)
def daily_dropout(view: View) -> Iterator[RuleMatch]:
    """The lock drops out once a day at the same time."""
    for lock_id, beat in view.dropout_patterns.items():
        if beat is DropoutPattern.DAILY:
            yield RuleMatch(lock=lock_id)


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.WARNING,
    worst=Severity.ERROR,
    needs=(Part.LOCKS,),
    references=("R59",),
)
def low_battery(view: View) -> Iterator[RuleMatch]:
    """The lock's battery is low."""
    for lock in view.locks:
        battery = known(lock.battery)
        if battery is None or not _is_low(battery):
            continue
        critical = battery.level is BatteryLevel.CRITICAL
        yield RuleMatch(
            lock=lock.id,
            severity=Severity.ERROR if critical else None,
            parameters={"percent": _percent(battery)},
        )


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    needs=(Part.LOCKS,),
    references=("R60", "matterjs-server#748"),
)
def battery_drain(view: View) -> Iterator[RuleMatch]:
    """The battery empties fast while the lock keeps reconnecting."""
    for lock in view.locks:
        battery = known(lock.battery)
        drop = battery.drop_per_day if battery is not None else None
        if drop is None or drop < DRAIN_PER_DAY:
            continue
        drops = lock.flips.drops_since(view.now - RECENT)
        if drops >= MANY_FLIPS:
            yield RuleMatch(
                lock=lock.id,
                parameters={"per_day": round(drop, 1), "dropouts": drops},
            )


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    parents=("stale_subscription",),
    references=("R55", "rs-matter-stack#39"),
)
def operations_missing(view: View) -> Iterator[RuleMatch]:
    """Since its restart the lock changes state, but does not tell of operations."""
    for lock in view.locks:
        silent = lock.silent_changes >= FEWEST_CHANGES
        if lock.reboots and silent and lock.operations_since_reboot == 0:
            advice = after_server_restart(view, lock.reboots[-1])
            parameters = {"changes": lock.silent_changes, **advice}
            yield RuleMatch(lock=lock.id, parameters=parameters)


def _is_low(battery: Battery) -> bool:
    if battery.level in {BatteryLevel.WARNING, BatteryLevel.CRITICAL}:
        return True
    return battery.percent is not None and battery.percent <= LOW_BATTERY


def _percent(battery: Battery) -> Parameter:
    return round(battery.percent) if battery.percent is not None else "–"


RULES: Final[tuple[Rule, ...]] = (
    weak_link,
    daily_dropout,
    low_battery,
    battery_drain,
    operations_missing,
)
