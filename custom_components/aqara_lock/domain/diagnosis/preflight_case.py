"""The home with one more lock: it hangs on the chosen hub and does not answer yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from ipaddress import IPv6Address
from typing import Final

from ..access import Ecosystem
from ..connectivity import Cause
from ..thread import BorderRouter, RouteEvidence, resolve_path
from .evidence import Evidence, Gap, HubEvidence, LockEvidence, Transport, known
from .preflight_check import Verdict
from .reasoning import Diagnosis, Finding, diagnose
from .rules import Confidence, Scope, Severity, View

IMAGINED: Final = "preflight"
"""Id of the lock that is not there yet."""
SERVER_TOO_OLD: Final = "server_version_version_too_old"
"""Repair of Home Assistant's Matter integration."""
ABOUT_ANOTHER_HUB: Final = frozenset({"apple_other_subnet"})
"""Rules whose finding stands at another hub than the chosen one (R17)."""


def mesh_samples(routers: Iterable[BorderRouter]) -> frozenset[IPv6Address]:
    """Give one address of each mesh, as a lock there could have it."""
    prefixes = (router.record.omr_prefix for router in routers)
    return frozenset(
        min(prefix.network_address + 1, prefix.broadcast_address)
        for prefix in prefixes
        if prefix is not None
    )


class Case:
    """The evidence with the lock that is not there yet, and its diagnosis."""

    def __init__(self, evidence: Evidence, hub_id: str | None, now: datetime) -> None:
        """Add the lock and diagnose."""
        self.hub_id = hub_id
        hubs = (hub for hub in evidence.hubs if hub.id == hub_id)
        self.hub: HubEvidence | None = next(hubs, None)
        self.lock = _imagined_lock(evidence, self.hub)
        self.evidence = replace(evidence, locks=(*evidence.locks, self.lock))
        self.view = View(self.evidence, now)
        self.diagnosis: Diagnosis = diagnose(self.evidence, now)

    def finding(self, causes: frozenset[str]) -> Finding | None:
        """Give the first of these causes that concerns the new lock or its hub."""
        found = (x for x in self.diagnosis.findings if x.id in causes)
        serious = (x for x in found if x.severity > Severity.NOTICE)
        return next((x for x in serious if self._matters(x)), None)

    def _matters(self, finding: Finding) -> bool:
        if finding.scope is Scope.HUB:
            about_another = finding.id in ABOUT_ANOTHER_HUB or self.hub_id is None
            return about_another or finding.subject == self.hub_id
        if finding.scope is Scope.LOCK:
            return finding.subject == IMAGINED
        return not finding.locks or IMAGINED in finding.locks

    def verdict(self, finding: Finding) -> Verdict:
        """Judge a finding; what is wrong with the chosen hub is no side matter."""
        severity = finding.severity
        if finding.subject == self.hub_id and finding.scope is Scope.HUB:
            severity = max(severity, finding.rule.severity)
        if severity is Severity.ERROR and finding.confidence > Confidence.LOW:
            return Verdict.FAILED
        return Verdict.WARNING


def _imagined_lock(evidence: Evidence, hub: HubEvidence | None) -> LockEvidence:
    """Make the lock that the rules look at: it was never heard, and nobody knows it."""
    old = SERVER_TOO_OLD in evidence.software.core_issues
    lock = LockEvidence(
        id=IMAGINED,
        name=IMAGINED,
        transport=Transport.THREAD,
        available=False,
        link_problem=Cause.MATTER_SERVER_TOO_OLD if old else None,
    )
    if hub is None:
        return lock
    routers = [item.router for item in evidence.hubs]
    way = _route_into(evidence, hub)
    return replace(
        lock,
        extended_pan_id=hub.network,
        meant_hub=hub.id,
        addresses=tuple(way.addresses) or Gap.UNKNOWN,
        path=resolve_path(hub.network, None, routers, way),
        last_sign_of_life=_heard_there(evidence, hub),
        # The guide has it shared with Apple Home, too.
        apps=frozenset({Ecosystem.APPLE_HOME}),
    )


def _route_into(evidence: Evidence, hub: HubEvidence) -> RouteEvidence:
    """Give how packets for an address of the hub's mesh would leave this host."""
    routers = (item.router for item in evidence.hubs)
    same = (r for r in routers if r.record.extended_pan_id == hub.network)
    addresses = tuple(sorted(mesh_samples(same)))
    choices = known(evidence.host.choices) or {}
    return RouteEvidence(
        addresses=addresses,
        choices=[choices[item] for item in addresses if item in choices],
        routes=known(evidence.host.routes) or (),
        neighbours=known(evidence.host.neighbours) or (),
    )


def _heard_there(evidence: Evidence, hub: HubEvidence) -> datetime | None:
    """Give when a lock of the same network was last heard: its way is the same."""
    heard = [
        lock.last_sign_of_life
        for lock in evidence.locks
        if lock.network == hub.network
        and lock.available is True
        and lock.last_sign_of_life is not None
    ]
    return max(heard, default=None)
