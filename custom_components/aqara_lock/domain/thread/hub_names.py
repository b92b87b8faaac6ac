"""Which border agent id a name on mDNS stands for: a hub that was reset has another one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..addresses import unscoped
from .border_router import BorderRouter

STABLE: Final = 600.0
"""Seconds: a hub that starts may leave its id out of its first announcements."""
MOST_NAMES: Final = 256
"""Names that are remembered; the latest stay."""
MOST_FORMER: Final = 4
RETURNS: Final = 2
"""Returns of an id to its name that make a dispute: one may be a record that was cached."""


@dataclass(slots=True)
class _Name:
    """Who announced a name last and since when, and whom it stood for before."""

    owner: str
    since: float
    former: list[str] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)

    def take(self, owner: str, at: float, *, is_same: bool) -> None:
        """Take another owner; one that had the name before disputes it.

        A hub that leaves its id out while it starts has two, and `is_same`.
        """
        if owner in self.former:
            self.former.remove(owner)
            if not is_same:
                self.returns = [*self.returns, at][-RETURNS:]
        self.former = [*self.former, self.owner][-MOST_FORMER:]
        self.owner, self.since = owner, at


class HubNames:
    """Remembers who announced a name last, and since when; times in seconds, monotonic."""

    def __init__(self) -> None:
        """Begin without any name."""
        self._names: dict[str, _Name] = {}

    def announced(self, router: BorderRouter, at: float) -> None:
        """Take an announcement."""
        name = router.instance.lower()
        known = self._names.get(name)
        if known is not None and known.owner != router.id:
            unnamed = router.record.extended_address
            known.take(router.id, at, is_same=unnamed in (known.owner, router.id))
        elif known is None:
            self._names[name] = _Name(router.id, at)
            while len(self._names) > MOST_NAMES:
                del self._names[next(iter(self._names))]

    def owner(self, instance: str) -> str | None:
        """Give the id that a name stands for; None when nobody announced it."""
        found = self._names.get(instance.lower())
        return found.owner if found else None

    def is_disputed(self, router: BorderRouter, now: float) -> bool:
        """Return whether two ids have announced the name by turns of late."""
        name = self._names.get(router.instance.lower())
        if name is None or len(name.returns) < RETURNS:
            return False
        return now - name.returns[0] < STABLE

    def is_taken(self, router: BorderRouter) -> bool:
        """Return whether another id was announced last under the name."""
        return self.owner(router.instance) not in (None, router.id)

    def replaced(
        self,
        known: Mapping[str, BorderRouter],
        now: float,
        answered: Mapping[str, str],
        silent: Collection[str] = (),
    ) -> Iterator[tuple[str, str]]:
        """Give each id that is no more, and the one that the same hub has now.

        Two hubs of one name would announce it by turns, and share no address. `silent`
        are ids that did not answer on mDNS for as long: where another id is announced
        from the same place, under whatever name, it is the same hub. A name is only
        claimed: the new id must have `answered` (address by id) at an address of the old.
        """
        for router in known.values():
            heir = self._owner_of(router, known, now)
            if heir is None:
                heir = self._heir(router, known, now, silent)
            if heir is None or not heir.shares_address(router):
                continue
            address = unscoped(answered.get(heir.id, ""))
            if address in router.plain_addresses:
                yield router.id, heir.id

    def _owner_of(
        self, router: BorderRouter, known: Mapping[str, BorderRouter], now: float
    ) -> BorderRouter | None:
        """Return the other id that has had the name of a border router for long."""
        name = self._names.get(router.instance.lower())
        if name is None or name.owner == router.id or now - name.since < STABLE:
            return None
        return known.get(name.owner)

    def _heir(
        self,
        router: BorderRouter,
        known: Mapping[str, BorderRouter],
        now: float,
        silent: Collection[str],
    ) -> BorderRouter | None:
        """Return the one id that is announced from the place of a silent one."""
        if router.id not in silent:
            return None
        heirs = [
            other
            for other in known.values()
            if other.id not in silent
            and other.is_at_place_of(router)
            and self._is_stable(other, now)
        ]
        return heirs[0] if len(heirs) == 1 else None

    def _is_stable(self, router: BorderRouter, now: float) -> bool:
        name = self._names.get(router.instance.lower())
        if name is None or name.owner != router.id:
            return False
        return now - name.since >= STABLE
