"""A doubt in the reported position of a bolt, and what ends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from .. import codec
from .cluster import LockState


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The lock accepted a command, and did not report the state that it leads to.

    `state` is what was reported before, `interviewed_at` when the Matter server had read
    the whole lock last; each is None where that is not known. `is_told`: the lock told of
    the operation, so that its subscription is well.
    """

    since: datetime
    state: LockState | None
    interviewed_at: datetime | None
    is_told: bool = False

    def is_over(self, state: LockState | None, interviewed_at: datetime | None) -> bool:
        """Return whether a Matter server shows something newer than what is in doubt.

        The same value says nothing, whoever connects to the server: it keeps what the
        subscription brought last, and whether that is all is what is in doubt.
        """
        is_reported = None not in (self.state, state) and state is not self.state
        read, known = interviewed_at, self.interviewed_at
        return is_reported or (None not in (read, known) and read != known)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        read = self.interviewed_at
        return {
            "since": self.since.isoformat(),
            "state": self.state,
            "interviewed_at": read.isoformat() if read is not None else None,
            "is_told": self.is_told,
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "doubt")
        return cls(
            since=codec.moment(data, "since"),
            state=codec.optional_choice(LockState, data, "state"),
            interviewed_at=codec.optional_moment(data, "interviewed_at"),
            is_told=codec.truth(data, "is_told"),
        )
