"""How often anything may be asked: the one place of the radio and network budget (design §6)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
GATEWAY_PROBE_INTERVAL: Final = timedelta(seconds=30)
"""Time between probes of the home router while all is well."""
GATEWAY_SUSPICION_INTERVAL: Final = timedelta(seconds=5)
"""Time between probes of the home router while something is amiss."""
PINGS_ON_SUSPICION: Final = 3
PINGS_ON_REQUEST: Final = 5
"""Pings of one connection check that the user asked for."""
PING_PATIENCE: Final = 15.0
"""Seconds after which a ping counts as lost: a sleepy lock takes two. An answer that the
Matter server brings later still counts."""
SERVER_PATIENCE: Final = 70.0
"""Seconds in which a Matter server says what came of a ping: it waits a minute for each
address of a battery device, also where another address answered at once."""
SUSPICION_WINDOW: Final = timedelta(minutes=10)
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


@dataclass(slots=True)
class PingBudget:
    """Pings to one battery lock that nobody asked for: at most 3 in 10 minutes."""

    _spent: deque[datetime] = field(default_factory=deque)

    def take(self, now: datetime, leaves: int = 0) -> bool:
        """Spend one ping; False when so many would not be left any more."""
        if self.left(now) <= leaves:
            return False
        self._spent.append(now)
        return True

    def left(self, now: datetime) -> int:
        """Tell how many pings may be spent now."""
        while self._spent and not self._counts(self._spent[0], now):
            self._spent.popleft()
        return max(0, PINGS_ON_SUSPICION - len(self._spent))

    @staticmethod
    def _counts(spent: datetime, now: datetime) -> bool:
        """Tell whether a ping was lately; what seems to be in the future says nothing."""
        return timedelta(0) <= now - spent < SUSPICION_WINDOW

    def wait(self, now: datetime, leaves: int = 0) -> timedelta:
        """Tell how long it takes until a ping may be spent and so many are left."""
        missing = leaves + 1 - self.left(now)
        if missing <= 0:
            return timedelta(0)
        return max(timedelta(0), self._spent[missing - 1] + SUSPICION_WINDOW - now)
