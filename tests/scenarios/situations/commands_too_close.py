"""A second command follows the first within seconds."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FailedCommand,
    Refusal,
)
from tests.scenarios.home import ago, case, home, lock


def second(after: float) -> FailedCommand:
    return FailedCommand(
        at=ago(minutes=5),
        refusal=Refusal.TIMEOUT,
        after_previous=after,
    )


FOUND = case(
    home(lock(failed_commands=(second(12),))),
    "commands_too_close",
    lock="commands_too_close",
)
NEAR_MISS = case(home(lock(failed_commands=(second(300),))))
