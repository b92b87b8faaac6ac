"""Checks before a lock is bound: would a lock on this hub's network reach Home Assistant?

The rules of the diagnosis judge: they are shown a home with one more lock, which hangs
on the chosen hub and does not answer yet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from ..foreign_names import foreign_name
from ..thread import RouteState
from .evidence import Evidence, Gap, Hearing, IPv6Class, MatterState, known
from .preflight_case import Case, mesh_samples
from .preflight_check import Check, CheckId, Saying, Survey, Verdict
from .reasoning import Finding
from .rules import Parameter, near_address

__all__ = [
    "CAUSES",
    "Check",
    "CheckId",
    "Saying",
    "Survey",
    "Verdict",
    "is_well",
    "mesh_samples",
    "preflight",
]

type Answer = tuple[Verdict, Saying, Mapping[str, Parameter]]
"""Result of a check that no rule spoke on."""

NONE: Final[Mapping[str, Parameter]] = {}
SEE_OTHER: Final[Answer] = (Verdict.FAILED, Saying.SEE_OTHER, NONE)


def preflight(
    evidence: Evidence, hub_id: str | None, now: datetime
) -> tuple[Check, ...]:
    """Check everything; pure. Without a hub, what concerns it is not checkable."""
    case = Case(evidence, hub_id, now)
    checks = [_check(case, check_id) for check_id in CheckId]
    explained = any(_explains(check) for check in checks)
    return tuple(check if explained else _not_yet(check) for check in checks)


def is_well(checks: Iterable[Check]) -> bool:
    """Tell whether nothing failed; a warning or what is not checkable is no failure."""
    return all(check.verdict is not Verdict.FAILED for check in checks)


def _explains(check: Check) -> bool:
    """Tell whether a check is what others may point to."""
    return check.verdict is Verdict.FAILED and check.saying is not Saying.SEE_OTHER


def _not_yet(check: Check) -> Check:
    """Point to nothing: it has not lasted long enough, or a working lock denies it."""
    if check.saying is not Saying.SEE_OTHER:
        return check
    return replace(check, verdict=Verdict.WARNING, saying=Saying.NOT_YET)


def _check(case: Case, check_id: CheckId) -> Check:
    answer = _beforehand(case, check_id)
    finding = None if answer else case.finding(CAUSES[check_id])
    if finding is not None:
        return Check(
            id=check_id,
            verdict=case.verdict(finding),
            saying=Saying.FINDING,
            finding=finding,
            parameters=finding.parameters,
        )
    verdict, saying, parameters = answer or _ANSWERS[check_id](case)
    return Check(id=check_id, verdict=verdict, saying=saying, parameters=parameters)


def _beforehand(case: Case, check_id: CheckId) -> Answer | None:
    """Tell what is sure before any rule is asked, or why a check is impossible here."""
    if check_id is CheckId.MATTER_INTEGRATION:
        missing = case.evidence.software.matter is MatterState.MISSING
        return (Verdict.FAILED, Saying.MATTER_MISSING, NONE) if missing else None
    if check_id in ABOUT_THE_HUB and case.hub_id is None:
        return Verdict.NOT_CHECKABLE, Saying.NO_HUB_CHOSEN, NONE
    if check_id not in ABOUT_THE_HOST:
        return None
    host = case.evidence.host
    if host.matter_server_elsewhere is True:
        return Verdict.NOT_CHECKABLE, Saying.SERVER_ELSEWHERE, NONE
    if host.bridged_container is True:
        return Verdict.NOT_CHECKABLE, Saying.OWN_CONTAINER, NONE
    return None


def _matter_integration(case: Case) -> Answer:
    state = case.evidence.software.matter
    if isinstance(state, Gap):
        return Verdict.NOT_CHECKABLE, Saying.NOT_READABLE, NONE
    if state is MatterState.READY:
        return Verdict.OK, Saying.MATTER_READY, NONE
    return SEE_OTHER


def _matter_server(case: Case) -> Answer:
    software = case.evidence.software
    schema, version = known(software.server_schema), known(software.server_version)
    if schema is None:
        return Verdict.NOT_CHECKABLE, Saying.SERVER_UNKNOWN, NONE
    told: dict[str, Parameter] = {"schema": schema, "version": version or "–"}
    return Verdict.OK, Saying.SERVER_VERSION, told


def _host_ipv6(case: Case) -> Answer:
    found = case.evidence.host.ipv6_class
    if isinstance(found, Gap):
        return Verdict.NOT_CHECKABLE, Saying.NOT_READABLE, NONE
    return _IPV6[found]


def _hub_on_lan(case: Case) -> Answer:
    hub = case.hub
    if hub is None:
        return Verdict.FAILED, Saying.HUB_UNKNOWN, NONE
    told = {"hub": hub.shown_name}
    if hub.answers is True:
        return Verdict.OK, Saying.HUB_ANSWERS, told
    if hub.is_live:
        return Verdict.OK, Saying.HUB_HEARD, told
    return Verdict.FAILED, Saying.HUB_UNHEARD, told


def _hub_subnet(case: Case) -> Answer:
    address = near_address(case.view, case.hub) if case.hub else None
    if case.hub is None or address is None:
        return Verdict.NOT_CHECKABLE, Saying.SUBNET_UNTOLD, NONE
    told = {"hub": case.hub.shown_name, "address": address}
    return Verdict.OK, Saying.SAME_SUBNET, told


def _thread_interface(case: Case) -> Answer:
    record = case.hub.router.record if case.hub else None
    if record is None or record.thread_active is None:
        return Verdict.NOT_CHECKABLE, Saying.THREAD_UNTOLD, NONE
    if record.thread_active is False:
        return SEE_OTHER
    network = foreign_name(record.network_name or record.extended_pan_id)
    return Verdict.OK, Saying.THREAD_ACTIVE, {"network": network}


def _route_to_mesh(case: Case) -> Answer:
    if isinstance(case.lock.addresses, Gap):
        return Verdict.NOT_CHECKABLE, Saying.NO_PREFIX, NONE
    way = case.view.route_state_to(case.lock)
    if way is None:
        return Verdict.NOT_CHECKABLE, Saying.NOT_READABLE, NONE
    path = case.lock.path
    prefix = str(path.prefix) if path and path.prefix else "–"
    if way is RouteState.ROUTED:
        return Verdict.OK, Saying.ROUTED, {"prefix": prefix}
    if any(case.verdict(x) is Verdict.FAILED for x in _errors(case)):
        return SEE_OTHER
    return Verdict.FAILED, Saying.ROUTE_MISSING, {"prefix": prefix}


def _errors(case: Case) -> Iterable[Finding]:
    """Give what other checks found, which is why there is no finding on the route."""
    causes = (case.finding(found) for found in CAUSES.values())
    return (cause for cause in causes if cause is not None)


def _mdns(case: Case) -> Answer:
    heard = sum(hub.hearing is Hearing.HEARD for hub in case.evidence.hubs)
    if heard:
        return Verdict.OK, Saying.MDNS_HEARD, {"count": heard}
    if case.evidence.host.bridged_container is True:
        return Verdict.NOT_CHECKABLE, Saying.OWN_CONTAINER, NONE
    return Verdict.WARNING, Saying.MDNS_SILENT, NONE


ABOUT_THE_HUB: Final = frozenset(
    {
        CheckId.HUB_ON_LAN,
        CheckId.HUB_SUBNET,
        CheckId.THREAD_INTERFACE,
        CheckId.ROUTE_TO_MESH,
    }
)
ABOUT_THE_HOST: Final = frozenset({CheckId.HOST_IPV6, CheckId.ROUTE_TO_MESH})
CAUSES: Final[Mapping[CheckId, frozenset[str]]] = {
    CheckId.MATTER_INTEGRATION: frozenset({"matter_unavailable"}),
    CheckId.MATTER_SERVER: frozenset({"matter_server_too_old"}),
    CheckId.HOST_IPV6: frozenset(
        {
            "ipv6_disabled",
            "ipv6_link_local_only",
            "duplicate_address",
            "addresses_deprecated",
            "bogus_prefix",
        }
    ),
    CheckId.HUB_ON_LAN: frozenset(
        {
            "home_network_down",
            "hub_switched_off",
            "hub_left_wifi",
            "hub_offline",
            "hub_unstable",
        }
    ),
    CheckId.HUB_SUBNET: frozenset({"other_subnet", "apple_other_subnet"}),
    CheckId.THREAD_INTERFACE: frozenset(
        {"thread_interface_off", "network_split", "dataset_out_of_sync"}
    ),
    CheckId.ROUTE_TO_MESH: frozenset(
        {
            "no_source_address",
            "forwarding_ignores_announcements",
            "kernel_without_route_info",
            "route_info_ignored",
            "ipv6_multicast_blocked",
            "router_announcements_missing",
            "no_route_to_mesh",
            "next_hop_dead",
        }
    ),
    CheckId.MDNS: frozenset({"container_bridged", "mdns_blocked", "mdns_reflector"}),
}
"""The rules that speak on each check."""

_IPV6: Final[Mapping[IPv6Class, Answer]] = {
    IPv6Class.NONE: SEE_OTHER,
    IPv6Class.LINK_LOCAL: (Verdict.WARNING, Saying.IPV6_LINK_LOCAL, NONE),
    IPv6Class.LOCAL: (Verdict.OK, Saying.IPV6_LOCAL, NONE),
    IPv6Class.INTERNET: (Verdict.OK, Saying.IPV6_INTERNET, NONE),
}

_ANSWERS: Final[Mapping[CheckId, Callable[[Case], Answer]]] = {
    CheckId.MATTER_INTEGRATION: _matter_integration,
    CheckId.MATTER_SERVER: _matter_server,
    CheckId.HOST_IPV6: _host_ipv6,
    CheckId.HUB_ON_LAN: _hub_on_lan,
    CheckId.HUB_SUBNET: _hub_subnet,
    CheckId.THREAD_INTERFACE: _thread_interface,
    CheckId.ROUTE_TO_MESH: _route_to_mesh,
    CheckId.MDNS: _mdns,
}
