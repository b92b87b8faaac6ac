"""Which border agent id a name on mDNS stands for: a hub that was reset has another one."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from .border_router import BorderRouter

STABLE: Final = 600.0
"""Seconds: a hub that starts may leave its id out of its first announcements."""


class HubNames:
    """Remembers who announced a name last, and since when; times in seconds, monotonic."""

    def __init__(self) -> None:
        """Begin without any name."""
        self._owners: dict[str, tuple[str, float]] = {}

    def announced(self, router: BorderRouter, at: float) -> None:
        """Take an announcement."""
        name = router.instance.lower()
        if self.owner(name) != router.id:
            self._owners[name] = router.id, at

    def owner(self, instance: str) -> str | None:
        """Give the id that a name stands for; None when nobody announced it."""
        found = self._owners.get(instance.lower())
        return found[0] if found else None

    def replaced(
        self,
        known: Mapping[str, BorderRouter],
        now: float,
        silent: Collection[str] = (),
    ) -> Iterator[tuple[str, str]]:
        """Give each id that is no more, and the one that the same hub has now.

        Two hubs of one name would announce it by turns, and share no address. `silent`
        are ids that did not answer on mDNS for as long: where another id is announced
        from the same place, under whatever name, it is the same hub.
        """
        for router in known.values():
            owner, since = self._owners.get(router.instance.lower(), ("", now))
            heir = known.get(owner)
            if heir is None or heir.id == router.id or now - since < STABLE:
                heir = self._heir(router, known, now, silent)
            if heir is not None and _addresses(heir) & _addresses(router):
                yield router.id, heir.id

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
        owner, since = self._owners.get(router.instance.lower(), ("", now))
        return owner == router.id and now - since >= STABLE


def _addresses(router: BorderRouter) -> set[str]:
    return {text.split("%", maxsplit=1)[0].lower() for text in router.addresses}
