"""When a lock is pinged, what comes of it, and how far its pings can be believed."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

from .. import codec
from ..budget import PING_PATIENCE, SERVER_PATIENCE


@dataclass(frozen=True, slots=True)
class PingReply:
    """Whether the lock answered, and how fast in ms.

    The time is None where the Matter server waited for another address of the lock;
    `masked`: that address is link-local, and cannot be reached from there at all.
    `waited` is false where the answer was not waited for to the end: that says nothing.
    """

    answered: bool
    milliseconds: float | None = None
    sent: bool = True
    masked: bool = False
    waited: bool = True


LOST: Final = PingReply(answered=False)
GIVEN_UP: Final = PingReply(answered=False, waited=False)
NOT_FOUND: Final = PingReply(answered=False, sent=False)
"""The Matter server searched and found no address of the lock."""


class Purpose(StrEnum):
    """Why a lock is pinged; each purpose has a budget of its own."""

    SUSPICION = "suspicion"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class PingPlan:
    """When to ping, in seconds after the plan begins, and when each ping counts as lost.

    `yields`: after how many seconds a ping that is out makes room for the first of the
    plan; None waits until it is settled. `after_command`: a command had no answer before.
    """

    purpose: Purpose
    moments: tuple[float, ...]
    patience: float
    yields: float | None = None
    after_command: bool = False


RETURN: Final = PingPlan(
    Purpose.RETURN, (0.0, 15.0, 60.0, 300.0, 900.0), PING_PATIENCE, yields=5.0
)
"""After what cut the lock off is gone: the mesh needs a moment, or some minutes. A ping of
before the cure is not waited for: python-matter-server may wait a minute for it."""
LATE_RETURN: Final = replace(RETURN, moments=RETURN.moments[1:])
"""When a hub is back and something else still seems to cut the lock off."""
AFTER_RELOAD: Final = replace(RETURN, moments=(5.0, *RETURN.moments[2:]))
"""For a lock that was silent before a reload of the home; by then the home is known."""
CONFIRMATION: Final = PingPlan(Purpose.SUSPICION, (0.0,), PING_PATIENCE)
"""When something is found that would cut the lock off: that counts beside the ping."""
SUSPICION: Final = PingPlan(
    Purpose.SUSPICION, (0.0, 60.0, 300.0), SERVER_PATIENCE, after_command=True
)
"""When nothing but a failed command speaks against the lock: the first ping settles it,
the others look whether the lock only restarted."""
ONE_QUESTION: Final = replace(SUSPICION, moments=(0.0,))
"""The same while a silent lock is looked for anyway."""

IGNORED_PINGS: Final = 3
"""A lock that was there this often while a ping got lost does not answer pings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PingTrust:
    """Whether a lost ping to one lock, by one make of Matter server, says anything.

    As with the probes of a hub it is learned: a lock that never answered a ping and was
    there all the same does not answer pings. `ignored` counts up to `IGNORED_PINGS`.
    """

    server: str | None = None
    answered: bool = False
    ignored: int = 0

    @property
    def is_deaf(self) -> bool:
        """Whether a lost ping says nothing of this lock."""
        return self.ignored >= IGNORED_PINGS

    @property
    def never_worked(self) -> bool:
        """Whether no ping to this lock was ever answered: then nothing may rest on one alone."""
        return not self.answered

    def by(self, server: str | None) -> Self:
        """Return the trust in the pings of a server: of another make it is begun anew."""
        return self if server in (None, self.server) else type(self)(server=server)

    def after_answer(self) -> Self:
        """Return the trust after a ping was answered."""
        return replace(self, answered=True, ignored=0)

    def after_ignored(self, *, after_command: bool = False) -> Self:
        """Return the trust after a ping got lost, and the lock spoke again.

        Without anything else against the lock it was there, and one lost ping is enough
        where none was ever answered. A lock that left a command unanswered as well may
        have been away in between: that has to happen more often.
        """
        is_proved = not (self.answered or after_command)
        ignored = IGNORED_PINGS if is_proved else self.ignored + 1
        return replace(self, ignored=min(ignored, IGNORED_PINGS))

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return {
            "server": self.server,
            "answered": self.answered,
            "ignored": self.ignored,
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "ping trust")
        return cls(
            server=codec.optional_text(data, "server"),
            answered=codec.truth(data, "answered"),
            ignored=codec.integer(data, "ignored"),
        )
