"""The diagnosis: evidence in, findings out, the causes before what they cause."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from .evidence import Evidence, Gap, HostEvidence
from .missing import first_gap, gaps_of
from .rules import (
    RULES,
    Confidence,
    Group,
    Parameter,
    Rule,
    RuleMatch,
    Scope,
    Severity,
    View,
    mesh_silent,
    no_route_to_mesh,
)

OK: Final = "ok"
"""State of a diagnosis sensor without a finding."""
NONE_TEXT: Final = "–"
MOST_WITHOUT_LOCKS: Final = 4
"""Findings of one rule on hubs that no lock depends on."""
CORE_ISSUES: Final[Mapping[str, frozenset[str]]] = {
    "ipv6_disabled": frozenset({"ipv6_disabled"}),
    "matter_server_too_old": frozenset(
        {"server_version_version_too_old", "server_version_version_too_new"}
    ),
}
"""Rules for which Home Assistant may already show a repair of its own."""


CERTAIN: Final = frozenset({"hub_offline", "ipv6_disabled"})
"""Rules whose finding is no guess, where it is sure at all."""
REPAIR_AFTER: Final = timedelta(minutes=2)
"""A cause that goes away sooner is told by the event alone."""
REPAIR_AFTER_CERTAIN: Final = timedelta(seconds=30)
"""The same for a cause that is certain: nobody has to wait whether it is true."""


class Caveat(StrEnum):
    """Why a finding is less sure than its rule."""

    SERVER_ELSEWHERE = "server_elsewhere"
    SERVER_PLACE_UNKNOWN = "server_place_unknown"
    OWN_CONTAINER_NETWORK = "own_container_network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One root cause that was found.

    `subject` is a hub's or lock's id, None for the home; `locks` are those it keeps
    from working. Parameters fill the placeholders of the texts: names, numbers, times.
    """

    rule: Rule
    scope: Scope
    subject: str | None
    locks: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    caveat: Caveat | None
    core_has_repair: bool
    parameters: Mapping[str, Parameter] = field(hash=False)

    @property
    def id(self) -> str:
        """Rule id, which is the diagnosis state."""
        return self.rule.id

    @property
    def concerned(self) -> tuple[str, ...]:
        """Locks that this keeps from working."""
        if self.scope is Scope.LOCK:
            return () if self.subject is None else (self.subject,)
        return self.locks

    @property
    def is_silence(self) -> bool:
        """Whether this is concluded from silence, and not a cause on the way to a lock."""
        return self.rule.group is Group.LOCK or self.rule is mesh_silent

    @property
    def is_obstacle(self) -> bool:
        """Whether this is a cause on the way to a lock that keeps it from working."""
        return self.severity is Severity.ERROR and not self.is_silence

    @property
    def repair_after(self) -> timedelta:
        """How long this has to last until there is a repair."""
        is_sure = self.is_obstacle and self.confidence is Confidence.HIGH
        is_certain = is_sure and self.id in CERTAIN
        return REPAIR_AFTER_CERTAIN if is_certain else REPAIR_AFTER

    def concerns(self, lock_id: str) -> bool:
        """Tell whether this keeps that lock from working."""
        return lock_id in self.concerned


@dataclass(frozen=True)
class Diagnosis:
    """All findings, the worst and most basic first; what could not be checked, too."""

    findings: tuple[Finding, ...] = ()
    not_checked: Mapping[str, Gap] = field(default_factory=dict, hash=False)
    kept: Mapping[str, Finding] = field(default_factory=dict, hash=False)
    """By lock: the cause that stands, though it is over, until the lock is found or lost."""

    cut: frozenset[str] = field(default=frozenset(), compare=False)
    """The locks to which no packet gets from this host, as its kernel sees it."""

    def obstacles_of(self, lock_id: str) -> frozenset[str]:
        """Return the ids of the causes on the way to a lock."""
        return frozenset(x.id for x in self._obstacles if x.concerns(lock_id))

    def certain_cause(self, lock_id: str, *, is_silent: bool) -> str | None:
        """Return the diagnosis state of what keeps every packet from a lock.

        None where that is not certain. Certain is that the kernel has no way to it, and
        that a silent lock has lost its only hub; any other cause may be wrong, and would
        keep commands from a lock that can be reached.
        """
        is_cut = lock_id in self.cut
        if not (is_silent or is_cut):
            return None
        sure = (
            x
            for x in self._obstacles
            if x.concerns(lock_id) and x.confidence is Confidence.HIGH
        )
        named = (x.id for x in sure if is_cut or x.rule.group is Group.HUB)
        return next(named, no_route_to_mesh.id if is_cut else None)

    @cached_property
    def _obstacles(self) -> tuple[Finding, ...]:
        return tuple(x for x in self.findings if x.is_obstacle)

    def keeping(self, before: Diagnosis, checking: AbstractSet[str]) -> Diagnosis:
        """Return the same for locks that are being checked, or to which a way is missing still.

        For them the cause of before stands, and nothing is concluded from their silence.
        """
        if not checking:
            return self
        causes = {lock: before.error_of(lock) for lock in checking}
        return Diagnosis(
            tuple(x for x in self.findings if not _is_concluded(x, checking)),
            self.not_checked,
            {lock: found for lock, found in causes.items() if found is not None},
            self.cut,
        )

    def error_of(self, lock_id: str) -> Finding | None:
        """Give what keeps a lock from working, the most basic cause first."""
        errors = self.of_lock(lock_id)
        return next((x for x in errors if x.severity is Severity.ERROR), None)

    def of_home(self) -> tuple[Finding, ...]:
        """Give what concerns the home network, its hubs and its software."""
        return tuple(x for x in self.findings if x.scope is not Scope.LOCK)

    def of_lock(self, lock_id: str) -> tuple[Finding, ...]:
        """Give what concerns one lock, wherever the cause sits."""
        return self._by_lock.get(lock_id, ())

    @cached_property
    def _by_lock(self) -> Mapping[str, tuple[Finding, ...]]:
        """Sort once: every entity of every lock asks."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for lock in set(finding.concerned):
                found.setdefault(lock, []).append(finding)
        for lock, cause in self.kept.items():
            found.setdefault(lock, []).insert(0, cause)
        return {lock: tuple(findings) for lock, findings in found.items()}


def _is_concluded(finding: Finding, locks: AbstractSet[str]) -> bool:
    """Tell whether something is only concluded from the silence of these locks."""
    if finding.severity is not Severity.ERROR or not finding.is_silence:
        return False
    return set(finding.concerned) <= locks


def top(findings: Iterable[Finding]) -> Finding | None:
    """Choose the first finding that is more than a notice; None when all is well."""
    serious = (x for x in findings if x.severity > Severity.NOTICE)
    return next(serious, None)


def state(findings: Iterable[Finding]) -> str:
    """Give the state of a diagnosis sensor: `ok` or the id of the top finding."""
    first = top(findings)
    return first.id if first else OK


def diagnose(evidence: Evidence, now: datetime) -> Diagnosis:
    """Find root causes; pure, and the same for any order of hubs, locks and entries."""
    view = View(evidence, now)
    not_checked: dict[str, Gap] = {}
    found: list[Finding] = []
    gaps = gaps_of(view.evidence)
    for rule in RULES:
        if (gap := first_gap(rule, gaps)) is not None:
            not_checked[rule.id] = gap
            continue
        found.extend(_finding(view, rule, hit) for hit in _hits(view, rule))
    named = sorted((_named(view, x) for x in _without_children(found)), key=_order)
    cut = frozenset(lock.id for lock in evidence.locks if view.is_cut(lock))
    return Diagnosis(tuple(_without_crowd(named)), not_checked, cut=cut)


def _hits(view: View, rule: Rule) -> Iterator[RuleMatch]:
    """Run a rule; what this host sees counts less when the Matter server is elsewhere."""
    for hit in rule.check(view):
        if rule.is_about_host and view.host_is_not_the_matter_host:
            affected = (hit.lock,) if hit.lock else hit.locks
            if affected and not any(_may_be_cut(view, x) for x in affected):
                continue
        yield hit


def _may_be_cut(view: View, lock_id: str) -> bool:
    """Tell whether a lock is silent, and nothing else of its network answers the server."""
    lock = view.lock_by_id.get(lock_id)
    if lock is None or not view.is_silent(lock):
        return False
    siblings = view.siblings(lock)
    return siblings.silent == siblings.total


def _finding(view: View, rule: Rule, hit: RuleMatch) -> Finding:
    caveat = _caveat(view.host) if rule.is_about_host else None
    confidence = hit.confidence or rule.confidence
    if caveat is not None and rule.id not in _ABOUT_THE_PLACE:
        confidence = min(confidence, _CAVEAT_CONFIDENCE[caveat])
    else:
        caveat = None
    issues = CORE_ISSUES.get(rule.id, frozenset())
    scope, subject = _subject(hit)
    return Finding(
        rule=rule,
        scope=scope,
        subject=subject,
        locks=tuple(sorted(hit.locks)),
        severity=hit.severity or rule.severity,
        confidence=confidence,
        caveat=caveat,
        core_has_repair=bool(issues & view.software.core_issues),
        parameters=hit.parameters,
    )


def _subject(hit: RuleMatch) -> tuple[Scope, str | None]:
    if hit.lock is not None:
        return Scope.LOCK, hit.lock
    if hit.hub is not None:
        return Scope.HUB, hit.hub
    return Scope.HOME, None


def _caveat(host: HostEvidence) -> Caveat | None:
    if host.matter_server_elsewhere is True:
        return Caveat.SERVER_ELSEWHERE
    if host.bridged_container is True:
        return Caveat.OWN_CONTAINER_NETWORK
    if isinstance(host.matter_server_elsewhere, Gap):
        return Caveat.SERVER_PLACE_UNKNOWN
    return None


def _without_children(found: list[Finding]) -> Iterator[Finding]:
    """Drop what a parent explains, for the locks for which it does.

    What is less bad than a finding does not explain it.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in found:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    for child in found:
        ids = child.rule.parents & by_rule.keys()
        named = [parent for rule_id in ids for parent in by_rule[rule_id]]
        parents = [parent for parent in named if parent.severity >= child.severity]
        if any(_explains(parent, child) for parent in parents):
            continue
        if not child.locks:
            yield child
            continue
        explained = {lock for parent in parents for lock in parent.concerned}
        left = tuple(lock for lock in child.locks if lock not in explained)
        if left or child.scope is Scope.HUB:
            yield replace(child, locks=left)


def _without_crowd(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Drop findings on hubs that no lock depends on, of each rule all but a few.

    Anybody on the home network can announce hubs with any fault.
    """
    counted: Counter[str] = Counter()
    for finding in findings:
        if finding.scope is Scope.HUB and not finding.locks:
            counted[finding.id] += 1
            if counted[finding.id] > MOST_WITHOUT_LOCKS:
                continue
        yield finding


def _explains(parent: Finding, child: Finding) -> bool:
    if child.scope is Scope.LOCK:
        return child.subject in parent.concerned
    if parent.scope is Scope.HOME:
        return child.scope is Scope.HUB or set(child.locks) <= set(parent.locks)
    return parent.scope is child.scope and parent.subject == child.subject


def _named(view: View, finding: Finding) -> Finding:
    """Add the names that every text may use: of the lock, the hub, the locks."""
    named: dict[str, Parameter] = dict(finding.parameters)
    if finding.scope is Scope.LOCK and finding.subject is not None:
        named["lock"] = _lock_name(view, finding.subject)
        return replace(finding, parameters=named)
    if finding.scope is Scope.HUB and finding.subject in view.hub_by_id:
        named["hub"] = view.hub_by_id[finding.subject].shown_name
    names = sorted(_lock_name(view, lock) for lock in finding.locks)
    named["locks"] = ", ".join(names) or NONE_TEXT
    return replace(finding, parameters=named)


def _lock_name(view: View, lock_id: str) -> str:
    lock = view.lock_by_id.get(lock_id)
    return lock.name if lock is not None else lock_id


def _order(finding: Finding) -> tuple[int, int, int, int, str, tuple[str, ...]]:
    return (
        -finding.severity,
        finding.rule.step,
        _PLACE[finding.id],
        -finding.confidence,
        finding.subject or "",
        finding.locks,
    )


_PLACE: Final = {rule.id: place for place, rule in enumerate(RULES)}
_ABOUT_THE_PLACE: Final = frozenset({"container_bridged"})
_CAVEAT_CONFIDENCE: Final = {
    Caveat.SERVER_ELSEWHERE: Confidence.LOW,
    Caveat.OWN_CONTAINER_NETWORK: Confidence.LOW,
    Caveat.SERVER_PLACE_UNKNOWN: Confidence.MEDIUM,
}
