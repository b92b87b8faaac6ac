"""What of the evidence is missing, so that a rule that needs it cannot be checked."""

from collections.abc import Callable, Mapping
from typing import Final

from .evidence import Evidence, Fact, Gap
from .rules import Part, Rule


def gaps_of(evidence: Evidence) -> Mapping[Part, Gap | None]:
    """Give why a part is missing; None for one that is there."""
    return {part: read(evidence) for part, read in _GAPS.items()}


def first_gap(rule: Rule, gaps: Mapping[Part, Gap | None]) -> Gap | None:
    """Give why a rule cannot be checked; None where it can."""
    for part in rule.needs:
        if (gap := gaps.get(part)) is not None:
            return gap
    return None


def _gap_of[T](read: Callable[[Evidence], Fact[T]]) -> Callable[[Evidence], Gap | None]:
    def gap(evidence: Evidence) -> Gap | None:
        fact = read(evidence)
        return fact if isinstance(fact, Gap) else None

    return gap


def _sysctls_gap(evidence: Evidence) -> Gap | None:
    adapters = evidence.host.adapters
    if isinstance(adapters, Gap):
        return adapters
    facts = [
        fact
        for x in adapters
        for fact in (x.sysctls.accept_ra, x.sysctls.rt_info_max_plen)
    ]
    gaps = [fact for fact in facts if isinstance(fact, Gap)]
    return gaps[0] if gaps and len(gaps) == len(facts) else None


def _routes_gap(evidence: Evidence) -> Gap | None:
    """Either the route table or the kernel's own choices will do."""
    routes, choices = evidence.host.routes, evidence.host.choices
    if isinstance(routes, Gap) and isinstance(choices, Gap):
        return routes
    return None


_GAPS: Final[Mapping[Part, Callable[[Evidence], Gap | None]]] = {
    Part.ADAPTERS: _gap_of(lambda x: x.host.adapters),
    Part.SYSCTLS: _sysctls_gap,
    Part.ROUTES: _routes_gap,
    Part.ROUTE_TABLE: _gap_of(lambda x: x.host.routes),
    Part.ROUTE_CHOICES: _gap_of(lambda x: x.host.choices),
    Part.NEIGHBOURS: _gap_of(lambda x: x.host.neighbours),
    Part.CONTAINER: _gap_of(lambda x: x.host.bridged_container),
    Part.LAN_CHANGES: _gap_of(lambda x: x.lan.changed_at),
    Part.FABRIC: _gap_of(lambda x: x.software.fabric),
    Part.SERVER_HISTORY: _gap_of(lambda x: x.software.server_changed_kind),
    Part.ADDONS: _gap_of(lambda x: x.software.addons),
    Part.DATASETS: _gap_of(lambda x: x.software.datasets),
}
