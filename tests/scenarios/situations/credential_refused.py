"""The lock refuses a code that does not suit it."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FailedCommand,
    Refusal,
    Request,
)
from tests.scenarios.home import ago, case, home, lock


def refused(refusal: Refusal) -> FailedCommand:
    return FailedCommand(at=ago(hours=1), request=Request.CREDENTIAL, refusal=refusal)


FOUND = case(
    home(lock(failed_commands=(refused(Refusal.INVALID_FIELD),))),
    "credential_refused",
    lock="credential_refused",
)
NEAR_MISS = case(home(lock(failed_commands=(refused(Refusal.TIMEOUT),))))
