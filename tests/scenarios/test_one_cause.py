"""A lock that falls silent is told one cause, whatever was not well with it before."""

from dataclasses import replace

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    FailedCommand,
    LockEvidence,
    RadioLink,
    Refusal,
    Transport,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Severity
from tests.scenarios.home import FRONT, NOW, ago
from tests.scenarios.test_situations import CASES

NO_SILENCE = {"stale_subscription", "low_battery", "network_split"}
"""What is found of a lock that is there, or does not alone keep it from answering."""
CAUSES = [r.id for r in RULES if r.worst is Severity.ERROR and r.id not in NO_SILENCE]
IN_VAIN = FailedCommand(
    at=ago(minutes=9),
    refusal=Refusal.TIMEOUT,
    after_previous=9,
)


def fallen_silent(lock: LockEvidence) -> LockEvidence:
    """Let a lock that had a weak link, and got commands too fast, be away since."""
    if lock.transport is not Transport.THREAD:
        return lock
    return replace(
        lock,
        available=False,
        unavailable_since=ago(minutes=5),
        last_sign_of_life=lock.last_sign_of_life and ago(minutes=8),
        unconfirmed_at=ago(minutes=7),
        radio=RadioLink(as_of=ago(hours=1), rssi=-92),
        failed_commands=(IN_VAIN,),
    )


@pytest.mark.parametrize("rule_id", CAUSES)
def test_one_cause_is_told(rule_id: str) -> None:
    evidence: Evidence = CASES[f"{rule_id}-found"].evidence
    locks = tuple(fallen_silent(lock) for lock in evidence.locks)
    found = diagnose(replace(evidence, locks=locks), NOW).of_lock(FRONT)
    told = {finding.id for finding in found if finding.severity > Severity.NOTICE}
    assert told == {rule_id}
