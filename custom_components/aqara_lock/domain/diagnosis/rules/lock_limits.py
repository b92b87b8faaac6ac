"""Notices on what this lock cannot do, or cannot do for now."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ...commissioning import LONGEST_WINDOW
from ...doorlock import Feature
from ..evidence import Sharing, Transport, known
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .tried import Advice
from .view import View

JOINER_GRACE: Final = timedelta(seconds=30)
"""The end of a window and the new app are told one after the other."""
CODE_MATTERS: Final = timedelta(hours=1)
"""Who wants to add the lock to an app knows of it by then, or has given up."""
ENOUGH_OPERATIONS: Final = 5


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    references=("R50",),
)
def fabrics_full(view: View) -> Iterator[RuleMatch]:
    """The lock holds as many apps (fabrics) as it can."""
    for lock in view.locks:
        count = known(lock.fabrics)
        if count is not None and 0 < count.supported <= count.used:
            yield RuleMatch(lock=lock.id, parameters={"supported": count.supported})


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    references=("R51", "core#151346", "addons#4677"),
)
def sharing_code_expired(view: View) -> Iterator[RuleMatch]:
    """A sharing code was made, nobody joined, and the lock listens no more."""
    for lock in view.locks:
        sharing = known(lock.sharing)
        if sharing is not None and _was_missed(view, sharing):
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    references=("R51",),
)
def sharing_window_open(view: View) -> Iterator[RuleMatch]:
    """The lock listens for another app, without a code that was made here."""
    for lock in view.locks:
        sharing = known(lock.sharing)
        if sharing is None or not sharing.window_open:
            continue
        if not (sharing.opened_here and view.within(sharing.opened_at, LONGEST_WINDOW)):
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.LOCK,
    step=Step.SESSION,
    severity=Severity.NOTICE,
    confidence=Confidence.MEDIUM,
    needs=(Part.LOCKS,),
    references=("R53",),
)
def second_controller(view: View) -> Iterator[RuleMatch]:
    """Another controller works with Home Assistant's own Matter identity (fabric)."""
    for lock in view.locks:
        if lock.other_controllers > 0:
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    references=("R56", "core#159410", "core#178611", "matterjs-server#1037"),
)
def lock_names_nobody(view: View) -> Iterator[RuleMatch]:
    """The lock tells of operations at the door, but never who it was."""
    for lock in view.locks:
        count = known(lock.local_operations)
        if count is None or count.total < ENOUGH_OPERATIONS:
            continue
        if count.nameless == count.total:
            yield RuleMatch(
                lock=lock.id,
                parameters={
                    "operations": count.total,
                    "advice": Advice.NEXT if lock.observed else Advice.FIRST,
                },
            )


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    references=("R57", "core#166896", "core#144779"),
)
def bridged_lock(view: View) -> Iterator[RuleMatch]:
    """The lock comes through a hub's bridge, which passes on only a part of it."""
    for lock in view.locks:
        if lock.transport is Transport.BRIDGED:
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.LOCK,
    step=Step.LOCK,
    severity=Severity.NOTICE,
    needs=(Part.LOCKS,),
    parents=("bridged_lock",),
    references=("R58", "core#166896"),
)
def no_user_management(view: View) -> Iterator[RuleMatch]:
    """The lock does not offer its users over Matter (feature USR)."""
    for lock in view.locks:
        features = known(lock.feature_map)
        if features is not None and not features & Feature.USER:
            yield RuleMatch(lock=lock.id)


def _was_missed(view: View, sharing: Sharing) -> bool:
    at = sharing.missed_at
    if sharing.window_open or not view.lasts(at, JOINER_GRACE):
        return False
    return view.within(at, CODE_MATTERS)


RULES: Final[tuple[Rule, ...]] = (
    fabrics_full,
    sharing_code_expired,
    sharing_window_open,
    second_controller,
    lock_names_nobody,
    bridged_lock,
    no_user_management,
)
