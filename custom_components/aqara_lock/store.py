"""What the home remembers: hubs and router it knew, and what to undo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN

STORAGE_VERSION: Final = 1
SAVE_DELAY: Final = 1.0


@dataclass(slots=True)
class HomeMemory:
    """Content of the home's store; each part belongs to one reader."""

    hubs: dict[str, dict[str, Any]] = field(default_factory=dict)
    undo: dict[str, dict[str, Any]] = field(default_factory=dict)
    bridges: dict[str, str] = field(default_factory=dict)
    """Core's device of each hub that is a Matter bridge, too."""
    router: dict[str, Any] = field(default_factory=dict)


class HomeStore:
    """Private, atomically written store of one home."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep the store under the entry's id."""
        self._store = Store[dict[str, Any]](
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}",
            private=True,
            atomic_writes=True,
        )
        self.memory = HomeMemory()

    async def async_load(self) -> None:
        """Read the store; a home without one begins empty."""
        stored = await self._store.async_load()
        if stored is not None:
            self.memory = HomeMemory(
                hubs=_parts(stored, "hubs"),
                undo=_parts(stored, "undo"),
                bridges=dict(stored.get("bridges", {})),
                router=dict(stored.get("router", {})),
            )

    @callback
    def async_schedule_save(self, delay: float = SAVE_DELAY) -> None:
        """Write after this delay in seconds, and at shutdown at the latest."""
        self._store.async_delay_save(self._content, delay)

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._content())

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._store.async_remove()

    @callback
    def _content(self) -> dict[str, Any]:
        return {
            "hubs": self.memory.hubs,
            "undo": self.memory.undo,
            "bridges": self.memory.bridges,
            "router": self.memory.router,
        }


def _parts(stored: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    return {name: dict(part) for name, part in stored.get(key, {}).items()}
