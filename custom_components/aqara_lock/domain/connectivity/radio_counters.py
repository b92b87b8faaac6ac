"""What a lock counts of its radio since its start, and what two readings say together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from .. import codec

DAY: Final = 86_400
FEWEST_REQUESTS: Final = 100
"""Frames below which a few lost ones would look like a bad link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioCounters:
    """Counters of cluster 0x35 with the boot they belong to; None: the lock does not say.

    `requested` frames asked for an acknowledgement, `acknowledged` of them got one;
    `detached`: how often the lock lost the mesh; `uptime` in seconds.
    """

    boot: int | None = None
    uptime: int | None = None
    requested: int | None = None
    acknowledged: int | None = None
    detached: int | None = None

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read what `asdict` gave; raises ValueError where that is damaged."""
        content: Mapping[str, Any] = codec.mapping(value, "radio counters")
        return cls(
            **{key: codec.optional_integer(content, key) for key in cls.__slots__}
        )

    def since(self, earlier: Self | None) -> Self:
        """Give what was counted since an earlier reading of the same boot, else all."""
        if earlier is None or not self.continues(earlier):
            return self
        return replace(
            self,
            uptime=_less(self.uptime, earlier.uptime),
            requested=_less(self.requested, earlier.requested),
            acknowledged=_less(self.acknowledged, earlier.acknowledged),
            detached=_less(self.detached, earlier.detached),
        )

    def continues(self, earlier: Self) -> bool:
        """Tell whether both are of one boot, and nothing was set back between them."""
        if self.boot != earlier.boot:
            return False
        steps = (
            _less(self.uptime, earlier.uptime),
            _less(self.requested, earlier.requested),
            _less(self.acknowledged, earlier.acknowledged),
            _less(self.detached, earlier.detached),
        )
        return steps[0] is not None and all(step is None or step >= 0 for step in steps)

    @property
    def acknowledged_share(self) -> float | None:
        """Part of the frames that got their acknowledgement; None with too few."""
        requested, acknowledged = self.requested, self.acknowledged
        if requested is None or acknowledged is None or requested < FEWEST_REQUESTS:
            return None
        return acknowledged / requested if acknowledged <= requested else None

    @property
    def detached_per_day(self) -> float | None:
        """How often a day the lock lost the mesh; None before a day is over."""
        if self.detached is None or self.uptime is None or self.uptime < DAY:
            return None
        return self.detached * DAY / self.uptime


def count_from(
    kept: RadioCounters | None, before: RadioCounters | None, now: RadioCounters
) -> RadioCounters | None:
    """Choose the reading to count from: the last one of this boot that is a day older.

    So a link that became good is not blamed for what was counted weeks ago.
    """
    if before is not None and now.continues(before):
        passed = now.since(before).uptime
        if passed is not None and passed >= DAY:
            return before
    return kept if kept is not None and now.continues(kept) else None


def _less(now: int | None, earlier: int | None) -> int | None:
    return None if now is None or earlier is None else now - earlier
