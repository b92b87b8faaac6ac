"""Nothing is known: nothing is claimed."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    HubEvidence,
    LockEvidence,
    Transport,
)
from tests.scenarios.home import FRONT, case, hub

NOTHING = case(Evidence())
A_LOCK_AND_A_HUB = case(
    Evidence(
        hubs=(HubEvidence(router=hub().router),),
        locks=(LockEvidence(id=FRONT, name="Front", transport=Transport.THREAD),),
    )
)
