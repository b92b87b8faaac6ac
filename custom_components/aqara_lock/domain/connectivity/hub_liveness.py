"""Whether a hub is there: decided from probes it has learned to answer and from mDNS."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final, Self

QUIET_START: Final = timedelta(seconds=60)
MISSES_TO_OFFLINE: Final = 2
SILENT_QUERIES_WITHOUT_PROBE: Final = 3
IGNORED_PROBES: Final = 3
"""A hub that is heard this often between missed probes has ceased to answer them."""


class HubState(StrEnum):
    """Verdict on a hub."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLiveness:
    """Evidence on one hub; every transition gives a new one (design: offline rule).

    A hub that answered a probe before is offline after two misses and one unanswered
    mDNS query. A hub that never answered one is judged by mDNS and its locks' silence.
    """

    answers_probes: bool = False
    misses: int = 0
    silent_queries: int = 0
    ignored: int = 0
    heard: bool = False
    locks_silent: bool = False

    def after_probe(self, *, answered: bool) -> Self:
        """Count a probe of the hub's own address."""
        if answered:
            return replace(self, answers_probes=True, misses=0, ignored=0, heard=True)
        return replace(self, misses=self.misses + 1)

    def after_mdns(self) -> Self:
        """Note a record that the hub sent: it lives, though it may ignore probes now."""
        ignored = self.ignored + (self.misses >= MISSES_TO_OFFLINE)
        heard = replace(self, silent_queries=0, heard=True, misses=0, ignored=ignored)
        return heard.without_probe() if ignored >= IGNORED_PROBES else heard

    def without_probe(self) -> Self:
        """Forget that it answered probes: it does no more, or has no address for one."""
        return replace(self, answers_probes=False)

    def after_silent_query(self) -> Self:
        """Count an mDNS query (or take a goodbye) that leaves the hub unheard."""
        return replace(self, silent_queries=self.silent_queries + 1)

    def with_locks_silent(self, silent: bool) -> Self:
        """Note whether every lock behind the hub has fallen silent."""
        return replace(self, locks_silent=silent)

    @property
    def suspicious(self) -> bool:
        """Whether something is missing, so that a closer look is worth it."""
        missed = self.answers_probes and self.misses > 0
        return missed or self.silent_queries > 0

    def state(self, watched: timedelta) -> HubState:
        """Judge; nothing is called offline while it was watched for less than a minute."""
        if self._unheard and watched >= QUIET_START:
            return HubState.OFFLINE
        if self.heard:
            return HubState.ONLINE
        return HubState.UNKNOWN

    @property
    def _unheard(self) -> bool:
        if self.answers_probes:
            return self.misses >= MISSES_TO_OFFLINE and self.silent_queries >= 1
        silent = self.silent_queries >= SILENT_QUERIES_WITHOUT_PROBE
        return silent and self.locks_silent
