"""A hub that has another id: when it is the same hub, and when the old one came back."""

from collections.abc import Iterator, Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..domain.thread import STABLE, BorderRouter, HubNames
from .hub import Hub

RETURNED_AFTER: Final = 30.0
"""Seconds for which an old id is announced before it counts as back."""
MOST_UNDONE: Final = 32

type Pair = tuple[str, str]
"""An old id, and the one that the same hub has now."""


class HubSuccessions:
    """Judges who took whose place: an id is claimed, and the first that was learned counts."""

    def __init__(
        self,
        hass: HomeAssistant,
        seen: Mapping[str, BorderRouter],
        watched: Mapping[str, Hub],
        names: HubNames,
    ) -> None:
        """Judge by what is seen and watched."""
        self._hass = hass
        self._seen = seen
        self._watched = watched
        self._names = names
        self._back_since: dict[str, float] = {}
        self._undone: dict[Pair, None] = {}

    @property
    def predecessors(self) -> dict[str, str]:
        """The ids that hubs had before, with the ones that they have now."""
        return {
            hub.predecessor.id: hub_id
            for hub_id, hub in self._watched.items()
            if hub.predecessor is not None
        }

    @property
    def is_any_open(self) -> bool:
        """Whether a name that a hub was learned with is announced with another id."""
        return any(self._names.is_taken(hub.router) for hub in self._watched.values())

    @callback
    def announced(self, router: BorderRouter) -> None:
        """Take an announcement; one of an id that was replaced may be its return."""
        if router.id in self.predecessors:
            self._back_since.setdefault(router.id, self._hass.loop.time())

    @callback
    def replaced(self) -> list[Pair]:
        """Return who was replaced by whom."""
        silent = {
            x.router.id for x in self._watched.values() if x.is_unheard_for(STABLE)
        }
        answered = {
            hub_id: hub.answered_at
            for hub_id, hub in self._watched.items()
            if hub.answered_at is not None
        }
        now = self._hass.loop.time()
        found = self._names.replaced(self._seen, now, answered, silent)
        return [pair for pair in found if pair not in self._undone]

    @callback
    def returned(self) -> list[Pair]:
        """Return which replaced ids are back; they are not replaced by the same again."""
        pairs = list(self._returned())
        for old, new in pairs:
            self._back_since.pop(old, None)
            self._undone[old, new] = None
            while len(self._undone) > MOST_UNDONE:
                del self._undone[next(iter(self._undone))]
        return pairs

    def _returned(self) -> Iterator[Pair]:
        predecessors = self.predecessors
        for gone in self._back_since.keys() - predecessors.keys():
            del self._back_since[gone]
        now = self._hass.loop.time()
        for old, since in self._back_since.items():
            new = predecessors[old]
            hub, before = self._watched.get(old), self._watched[new].predecessor
            if hub is None or before is None or now - since < RETURNED_AFTER:
                continue
            if hub.answers is True and before.is_at_place_of(hub.router):
                yield old, new
