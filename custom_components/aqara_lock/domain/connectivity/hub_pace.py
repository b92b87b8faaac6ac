"""How often the hubs of the home are looked at, and where, whatever mDNS says of them.

Times are seconds of a monotonic clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..budget import (
    EARLY_LOOKS,
    EARLY_LOOKS_OF_ALL,
    HUB_PROBE_INTERVAL,
    NEW_ADDRESSES,
    NEW_ADDRESSES_OF_ALL,
    Budget,
)

SLACK: Final = 0.1
"""Seconds by which a timer may be early."""
MOST_MET: Final = 8
"""Addresses of one hub that are remembered: an address record lives for two minutes only."""


@dataclass(slots=True)
class HomePace:
    """What all hubs may cost together."""

    early_looks: Budget = field(default_factory=lambda: Budget(EARLY_LOOKS_OF_ALL))
    new_addresses: Budget = field(default_factory=lambda: Budget(NEW_ADDRESSES_OF_ALL))


class HubPace:
    """What one hub may cost: looks before their time, and addresses that are new."""

    def __init__(self, home: HomePace, known: Iterable[str] = ()) -> None:
        """Begin; `known` are addresses at which the hub answered in an earlier run."""
        self._home = home
        self._early = Budget(EARLY_LOOKS)
        self._new = Budget(NEW_ADDRESSES)
        self._looked_at: float | None = None
        self._met = dict.fromkeys(known)

    def wait(self, now: float) -> float:
        """Return the seconds until the hub may be looked at; 0 for now."""
        regular = self._until_regular(now)
        if regular <= 0:
            return 0.0
        early = max(self._early.wait(now), self._home.early_looks.wait(now))
        return min(early, regular)

    def look(self, now: float) -> None:
        """Take that the hub is looked at now."""
        if self._until_regular(now) > 0:
            self._early.take(now)
            self._home.early_looks.take(now)
        self._looked_at = now

    def may_meet(self, address: str, now: float) -> bool:
        """Take an address that shall be probed; False for one new address too many."""
        if address in self._met:
            return True
        if not (self._new.left(now) and self._home.new_addresses.left(now)):
            return False
        self._new.take(now)
        self._home.new_addresses.take(now)
        while len(self._met) >= MOST_MET:
            del self._met[next(iter(self._met))]
        self._met[address] = None
        return True

    def _until_regular(self, now: float) -> float:
        if self._looked_at is None:
            return 0.0
        waited = now - self._looked_at
        left = HUB_PROBE_INTERVAL - waited
        return left if waited >= 0 and left > SLACK else 0.0
