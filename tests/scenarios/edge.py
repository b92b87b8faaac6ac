"""Where a rule begins and ends: what it finds, and what it just does not."""

from dataclasses import dataclass

from custom_components.aqara_lock.domain.diagnosis.evidence import Evidence
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.home import NOW


@dataclass(frozen=True)
class Edge:
    """Two homes on both sides of the edge of one rule."""

    rule: str
    found: Evidence
    missed: Evidence

    def check(self) -> None:
        """Assert that the rule tells the one and not the other."""
        assert self.rule in told(self.found)
        assert self.rule not in told(self.missed)


def told(evidence: Evidence) -> set[str]:
    """Give the ids of what is found."""
    return {x.id for x in diagnose(evidence, NOW).findings}
