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
    """When to ping, and after how many seconds each ping counts as lost.

    `leaves`: how many pings of the budget are not for this plan.
    """

    delays: tuple[float, ...]
    patience: float
    leaves: int = 0

    @property
    def rest(self) -> Self:
        """What is left after the first ping."""
        return replace(self, delays=self.delays[1:])

    def after(self, seconds: float) -> Self:
        """Begin with one more ping after some seconds."""
        return replace(self, delays=(seconds, *self.delays))

    def with_few(self, pings: int) -> Self:
        """Leave out what comes first, where the budget has not enough for all but the last.

        The later a ping, the more surely it finds a lock that is there again.
        """
        skipped = len(self.delays) - 1 - pings
        if skipped <= 0:
            return self
        first, then = self.delays[: skipped + 1], self.delays[skipped + 1 :]
        return replace(self, delays=(sum(first), *then))


RETURN: Final = PingPlan((0.0, 5.0, 20.0, 60.0), PING_PATIENCE)
"""After what cut the lock off is gone: the mesh needs a moment, or some minutes. The last
ping waits until the budget has one again."""
CONFIRMATION: Final = PingPlan((0.0,), PING_PATIENCE, leaves=1)
"""When something is found that would cut the lock off: that counts beside the ping.
Who is called silent by a ping must be found by another one when that is over."""
SUSPICION: Final = PingPlan((0.0, 60.0, 240.0), SERVER_PATIENCE)
"""When nothing but a failed command speaks against the lock: the first ping settles it,
the others look whether the lock only restarted."""
