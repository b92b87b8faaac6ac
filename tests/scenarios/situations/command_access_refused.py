"""The lock refused a timed command."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FailedCommand,
    Refusal,
)
from tests.scenarios.home import ago, case, home, lock


def failed(refusal: Refusal) -> FailedCommand:
    return FailedCommand(at=ago(hours=1), refusal=refusal)


FOUND = case(
    home(lock(failed_commands=(failed(Refusal.UNSUPPORTED_ACCESS),))),
    "command_access_refused",
    lock="command_access_refused",
)
NEAR_MISS = case(home(lock(failed_commands=(failed(Refusal.OTHER),))))
