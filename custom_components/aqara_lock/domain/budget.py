"""How often anything may be asked: the one place of the radio and network budget (design §6)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

HUB_PROBE_INTERVAL: Final = 5.0
"""Seconds between probes of a hub on the LAN while all is well."""
HUB_SUSPICION_INTERVAL: Final = 1.0
HUB_SUSPICION_LASTS: Final = timedelta(seconds=10)
"""A hub that said goodbye may answer for a moment: it is looked at more often, not for long."""
UNPROBED_HUB_INTERVAL: Final = 60.0
"""Seconds between mDNS queries for a hub that answers no probe, and before the first
for one that answers but was not heard by mDNS."""
MAX_PROBED_HUBS: Final = 16
MAX_SEEN_ROUTERS: Final = 64
"""Border routers that are remembered as seen; work and texts grow with them."""
GATEWAY_PROBE_INTERVAL: Final = timedelta(seconds=30)
"""Time between probes of the home router while all is well."""
GATEWAY_SUSPICION_INTERVAL: Final = timedelta(seconds=5)
"""Time between probes of the home router while something is amiss."""
PINGS_ON_SUSPICION: Final = 3
SUSPICION_WINDOW: Final = timedelta(minutes=10)
PINGS_ON_SUSPICION_AN_HOUR: Final = 9
PINGS_FOR_RETURNS: Final = 12
"""Pings in an hour that look for a lock after its cause was cured: a reserve of their own."""
PINGS_ON_REQUEST: Final = 5
"""Pings of one connection check that the user asked for."""
CHECKS_ON_REQUEST: Final = 6
"""Connection checks of one lock in an hour."""
HOUR: Final = timedelta(hours=1)
PING_PATIENCE: Final = 15.0
"""Seconds after which a ping counts as lost: a sleepy lock takes two, the matter.js server
searches for six. An answer that the Matter server brings later still counts."""
SERVER_PATIENCE: Final = 45.0
"""Seconds after which a ping on suspicion counts as lost. With the 13 seconds after which a
command fails (measured with python-matter-server) the verdict stands within a minute."""
SLOW_SERVER_PATIENCE: Final = 70.0
"""The same for a lock whose answers came later than that before: the Matter server waits a
minute for each address of a battery device, also where another address answered at once."""
SUSPICION_DELAY: Final = 10.0
"""Seconds without an answer to a command after which the lock is pinged: the OHF server
takes 50 to 90 s to say that there is none, and the verdict is due within a minute."""
READ_LIMIT: Final = 30.0
"""Seconds after which a read of a lock has failed. A sleepy lock takes two; one was seen
that never answered GetUser, and held up everything behind it for 25 minutes."""
SEND_LIMIT: Final = 5.0
"""Seconds in which a command is handed to the Matter server, or dropped (design §6)."""
ANSWER_LIMIT: Final = 120.0
"""Seconds that somebody waits for the outcome of a command. The OHF server tells it after
90 s at the latest, measured with a lock behind a dead hub."""
INTERACTION_LIMIT_MS: Final = 15_000
"""Milliseconds that a Matter server may try for one interaction. python-matter-server
honours it; the OHF server (1.4.1) does not hand it on, and gives up after 50 to 90 s."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in any window of some seconds."""

    most: int
    window: timedelta

    @property
    def seconds(self) -> float:
        """Length of the window."""
        return self.window.total_seconds()


SUSPICION_LIMITS: Final = (
    Limit(PINGS_ON_SUSPICION, SUSPICION_WINDOW),
    Limit(PINGS_ON_SUSPICION_AN_HOUR, HOUR),
)
RETURN_LIMITS: Final = (Limit(PINGS_FOR_RETURNS, HOUR),)
CHECK_LIMITS: Final = (Limit(CHECKS_ON_REQUEST, HOUR),)
EARLY_LOOKS: Final = (
    Limit(2, timedelta(seconds=1)),
    Limit(20, timedelta(minutes=1)),
)
"""Looks at a hub before their time, for a goodbye, a new address or on suspicion: ten of
them make one suspicion, and anybody on the network can send goodbyes."""
EARLY_LOOKS_OF_ALL: Final = (
    Limit(2 * MAX_PROBED_HUBS, timedelta(seconds=1)),
    Limit(10 * MAX_PROBED_HUBS, timedelta(minutes=1)),
)
"""The same for all hubs together."""
NEW_ADDRESSES: Final = (Limit(4, timedelta(minutes=10)),)
"""Addresses of one hub that were not probed before: anybody can announce any address."""
NEW_ADDRESSES_OF_ALL: Final = (Limit(2 * MAX_PROBED_HUBS, timedelta(minutes=10)),)
"""The same for all hubs together: enough for as many as are watched, after a start."""


@dataclass(slots=True)
class Budget:
    """How often one battery lock may be asked, in sliding windows.

    Times are seconds of a monotonic clock: a clock that is set changes nothing.
    """

    limits: tuple[Limit, ...]
    _spent: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> bool:
        """Spend one; False when none is left."""
        if not self.left(now):
            return False
        self._spent.append(now)
        return True

    def give_back(self, spent: float) -> None:
        """Take one back that was not used after all."""
        if spent in self._spent:
            self._spent.remove(spent)

    def left(self, now: float) -> int:
        """Return how many may be spent now."""
        self._forget(now)
        return max(0, min(x.most - self._count(x, now) for x in self.limits))

    def wait(self, now: float) -> float:
        """Return the seconds until one may be spent."""
        self._forget(now)
        return max(self._wait(limit, now) for limit in self.limits)

    def _wait(self, limit: Limit, now: float) -> float:
        if self._count(limit, now) < limit.most:
            return 0.0
        return max(0.0, self._spent[-limit.most] + limit.seconds - now)

    def _count(self, limit: Limit, now: float) -> int:
        return sum(now - spent < limit.seconds for spent in self._spent)

    def _forget(self, now: float) -> None:
        """Drop what is over; what seems to lie ahead is of another clock."""
        longest = max(limit.seconds for limit in self.limits)
        kept = [spent for spent in self._spent if 0 <= now - spent < longest]
        if len(kept) != len(self._spent):
            self._spent = deque(kept)
