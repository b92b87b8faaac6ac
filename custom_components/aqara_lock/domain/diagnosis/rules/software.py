"""Rules on the Matter integration, the Matter server and what it knows of the lock."""

from collections.abc import Iterator
from typing import Final

from ...connectivity import MATTER_GRACE, Cause
from ..evidence import LockEvidence, MatterState, Refusal, known
from .lock_silence import RECENT
from .network_down import is_network_down
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .view import View


@rule(
    group=Group.SOFTWARE,
    step=Step.MATTER_SERVER,
    severity=Severity.ERROR,
    needs=(Part.LOCKS,),
    parents=("matter_server_too_old",),
    references=("design 1",),
)
def matter_unavailable(view: View) -> Iterator[RuleMatch]:
    """The Matter integration is not connected to its server: no lock can be reached."""
    # A server on another host is away because the network between is down.
    if view.host.matter_server_elsewhere is True and is_network_down(view):
        return
    cut = [x.id for x in view.locks if _is_cut(view, x)]
    software = view.software
    ready = software.matter is MatterState.READY or known(software.matter) is None
    if not ready and view.lasts(software.matter_lost_at, MATTER_GRACE):
        cut = list(view.ids(view.locks))
    if cut:
        state = known(software.matter)
        yield RuleMatch(
            locks=tuple(cut), parameters={"state": state.value if state else "–"}
        )


@rule(
    group=Group.SOFTWARE,
    step=Step.MATTER_SERVER,
    severity=Severity.ERROR,
    needs=(Part.LOCKS,),
    references=("design 1",),
)
def matter_server_too_old(view: View) -> Iterator[RuleMatch]:
    """The Matter server is too old for what is needed here."""
    locks = [x for x in view.locks if x.link_problem is Cause.MATTER_SERVER_TOO_OLD]
    if locks:
        schema = known(view.software.server_schema)
        yield RuleMatch(
            locks=view.ids(locks),
            parameters={"schema": schema if schema is not None else "–"},
        )


@rule(
    group=Group.SOFTWARE,
    step=Step.NODE,
    severity=Severity.ERROR,
    needs=(Part.FABRIC,),
    parents=("matter_unavailable",),
    references=("R49",),
)
def fabric_changed(view: View) -> Iterator[RuleMatch]:
    """The Matter server has a new identity (fabric): it no longer knows the locks."""
    stored = known(view.software.stored_fabric)
    if stored is None or stored == view.software.fabric:
        return
    # A server that is away is not compared: the one that is there may be another.
    locks = [x for x in view.locks if x.link_problem is not Cause.MATTER_UNAVAILABLE]
    if locks:
        yield RuleMatch(locks=view.ids(locks), parameters={"found": _not_set_up(view)})


@rule(
    group=Group.SOFTWARE,
    step=Step.NODE,
    severity=Severity.ERROR,
    needs=(Part.LOCKS,),
    parents=("matter_unavailable", "fabric_changed"),
    references=("R49",),
)
def lock_removed(view: View) -> Iterator[RuleMatch]:
    """The lock is no longer among the devices of the Matter integration."""
    found = _not_set_up(view)
    for lock in view.locks:
        if lock.link_problem is Cause.LOCK_REMOVED:
            yield RuleMatch(lock=lock.id, parameters={"found": found})


@rule(
    group=Group.SOFTWARE,
    step=Step.NODE,
    severity=Severity.ERROR,
    needs=(Part.LOCKS,),
    parents=("matter_unavailable", "fabric_changed"),
    references=("design 3",),
)
def not_a_lock(view: View) -> Iterator[RuleMatch]:
    """The device is there, but has no door lock where there was one."""
    for lock in view.locks:
        if lock.link_problem is Cause.NOT_A_LOCK:
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.SOFTWARE,
    step=Step.SCOPE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.SERVER_HISTORY,),
    parents=("matter_unavailable", "fabric_changed", "home_network_down"),
    references=("R48", "addons#4214"),
)
def server_changed_kind(view: View) -> Iterator[RuleMatch]:
    """The Matter server was replaced by another make, and the lock never came back."""
    if view.software.server_changed_kind is not True:
        return
    locks = [x for x in view.locks if x.restored is False and view.is_lost(x)]
    if locks:
        yield RuleMatch(locks=view.ids(locks))


@rule(
    group=Group.SOFTWARE,
    step=Step.SESSION,
    severity=Severity.WARNING,
    needs=(Part.LOCKS,),
    references=("R45", "core#144809", "addons#4067"),
)
def command_access_refused(view: View) -> Iterator[RuleMatch]:
    """The lock refused a command because its short permission had run out (0x7e)."""
    for lock in view.locks:
        if _failed(view, lock, Refusal.UNSUPPORTED_ACCESS):
            yield RuleMatch(lock=lock.id)


@rule(
    group=Group.SOFTWARE,
    step=Step.SESSION,
    severity=Severity.WARNING,
    needs=(Part.LOCKS,),
    references=("R46", "matterjs-server#271", "addons#4437", "core#167173"),
)
def server_type_mismatch(view: View) -> Iterator[RuleMatch]:
    """The Matter server could not encode a command: a fault of its version."""
    locks = [x for x in view.locks if _failed(view, x, Refusal.DATATYPE_MISMATCH)]
    if locks:
        version = known(view.software.server_version)
        yield RuleMatch(locks=view.ids(locks), parameters={"version": version or "–"})


def _is_cut(view: View, lock: LockEvidence) -> bool:
    if lock.link_problem is not Cause.MATTER_UNAVAILABLE:
        return False
    return view.lasts(lock.link_lost_at, MATTER_GRACE)


def _not_set_up(view: View) -> str:
    """Name the locks that Matter has, and that are not set up here.

    Without its serial number nothing proves that one of them is a lock that is missed.
    """
    return ", ".join(known(view.software.unconfigured_locks) or ()) or "–"


def _failed(view: View, lock: LockEvidence, refusal: Refusal) -> bool:
    return any(
        failed.refusal is refusal and view.within(failed.at, RECENT)
        for failed in lock.failed_commands
    )


RULES: Final[tuple[Rule, ...]] = (
    matter_unavailable,
    matter_server_too_old,
    fabric_changed,
    lock_removed,
    not_a_lock,
    server_changed_kind,
    command_access_refused,
    server_type_mismatch,
)
