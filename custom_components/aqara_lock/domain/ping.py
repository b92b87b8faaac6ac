"""What comes of a ping to a lock, and how long it is waited for."""

from dataclasses import dataclass, replace
from typing import Final, Self

from .budget import PING_PATIENCE, SERVER_PATIENCE


@dataclass(frozen=True, slots=True)
class PingReply:
    """Whether the lock answered, and how fast in ms.

    The time is None where the Matter server waited for another address of the lock.
    """

    answered: bool
    milliseconds: float | None = None
    sent: bool = True


LOST: Final = PingReply(answered=False)
NOT_FOUND: Final = PingReply(answered=False, sent=False)
"""The Matter server searched and found no address of the lock."""


@dataclass(frozen=True, slots=True)
class PingPlan:
    """When to ping, and after how many seconds each ping counts as lost."""

    delays: tuple[float, ...]
    patience: float

    @property
    def rest(self) -> Self:
        """What is left after the first ping."""
        return replace(self, delays=self.delays[1:])

    def after(self, seconds: float) -> Self:
        """Begin with one more ping after some seconds."""
        return replace(self, delays=(seconds, *self.delays))


RETURN: Final = PingPlan((0.0, 5.0, 20.0), PING_PATIENCE)
"""After what cut the lock off is gone: the mesh needs a moment."""
CONFIRMATION: Final = PingPlan((0.0,), PING_PATIENCE)
"""When something is found that would cut the lock off: that counts beside the ping."""
SUSPICION: Final = PingPlan((0.0, 60.0, 240.0), SERVER_PATIENCE)
"""When nothing but a failed command speaks against the lock: the first ping settles it,
the others look whether the lock only restarted."""
