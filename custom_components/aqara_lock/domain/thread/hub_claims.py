"""Two that claim to be one hub: an identity on mDNS is claimed by anybody, and never proved.

A hub counts by the name that it was learned with. Times are seconds of a monotonic clock.
"""

from dataclasses import dataclass, field
from typing import Final

from .border_router import BorderRouter

SAID_AFTER: Final = 60.0
"""Seconds: a hub that takes another name is heard under both for a moment."""
FORGOTTEN_AFTER: Final = 600.0
"""Seconds without a word of it after which a rival is forgotten."""
MOST_RIVALS: Final = 4
MOST_DISPUTED: Final = 64


@dataclass(slots=True)
class _Rival:
    router: BorderRouter
    since: float
    heard_at: float


@dataclass(slots=True)
class HubClaims:
    """Who else claims the border agent id of a hub, under another name."""

    _rivals: dict[str, dict[str, _Rival]] = field(default_factory=dict)

    def claim(self, router: BorderRouter, now: float) -> None:
        """Take that a border router claims an id that another name stands for."""
        rivals = self._rivals.setdefault(router.id, {})
        name = router.instance.lower()
        known = rivals.pop(name, None)
        rivals[name] = _Rival(router, known.since if known else now, now)
        while len(rivals) > MOST_RIVALS:
            del rivals[next(iter(rivals))]
        while len(self._rivals) > MOST_DISPUTED:
            del self._rivals[next(iter(self._rivals))]

    def heard(self, instance: str, now: float) -> None:
        """Take a word of whoever has a name."""
        name = instance.lower()
        for rivals in self._rivals.values():
            if name in rivals:
                rivals[name].heard_at = now

    def withdraw(self, instance: str) -> None:
        """Forget a rival that is announced no more."""
        name = instance.lower()
        for hub_id in list(self._rivals):
            self._rivals[hub_id].pop(name, None)
            if not self._rivals[hub_id]:
                del self._rivals[hub_id]

    def settle(self, hub_id: str) -> None:
        """Forget the rivals of a hub that is no more, or has the name of one now."""
        self._rivals.pop(hub_id, None)

    def rivals(self, hub_id: str, now: float) -> list[BorderRouter]:
        """Return who claims an id beside its hub, the latest last."""
        found = self._rivals.get(hub_id, {}).values()
        return [x.router for x in found if now - x.heard_at < FORGOTTEN_AFTER]

    def disputed(self, now: float) -> set[str]:
        """Return the ids that more than one has claimed for longer than a moment."""
        return {
            hub_id
            for hub_id, rivals in self._rivals.items()
            if any(
                now - x.since >= SAID_AFTER and now - x.heard_at < FORGOTTEN_AFTER
                for x in rivals.values()
            )
        }
