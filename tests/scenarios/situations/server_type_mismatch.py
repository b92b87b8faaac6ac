"""The Matter server cannot encode the command."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FailedCommand,
    Refusal,
)
from tests.scenarios.home import ago, case, home, lock


def failed(hours: float) -> FailedCommand:
    return FailedCommand(
        at=ago(hours=hours),
        refusal=Refusal.DATATYPE_MISMATCH,
    )


FOUND = case(
    home(lock(failed_commands=(failed(1),))),
    "server_type_mismatch",
    lock="server_type_mismatch",
    home="server_type_mismatch",
)
NEAR_MISS = case(home(lock(failed_commands=(failed(30),))))
