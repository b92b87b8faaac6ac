"""What the home remembers: hubs and router it knew, and what to undo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .domain import stored

_LOGGER = logging.getLogger(__name__)

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
        self._is_read = False
        self.memory = HomeMemory()

    async def async_load(self) -> None:
        """Read the store; a home without one, and a damaged part, begin empty."""
        content = await self._store.async_load()
        if content is not None:
            self.memory = HomeMemory(
                hubs=_hubs(content),
                undo=_parts(content, "undo"),
                bridges=_texts(content, "bridges"),
                router=_part(content, "router"),
            )
        self._is_read = True

    @callback
    def async_schedule_save(self, delay: float = SAVE_DELAY) -> None:
        """Write after this delay in seconds, and at shutdown at the latest."""
        self._store.async_delay_save(self._content, delay)

    async def async_save(self) -> None:
        """Write now; what could not be read is not written over."""
        if self._is_read:
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


def _part(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    try:
        return dict(stored.mapping(content.get(key, {}), key))
    except ValueError:
        _LOGGER.exception("What is stored of the home is damaged")
        return {}


def _parts(content: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    every = _part(content, key)
    return {name: _part(every, name) for name in every}


def _hubs(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Read the hubs; each stands under its own id, or it is damaged."""
    every = _parts(content, "hubs").items()
    return {x: data for x, data in every if data.get("border_agent_id") == x}


def _texts(content: Mapping[str, Any], key: str) -> dict[str, str]:
    every = _part(content, key).items()
    return {name: text for name, text in every if isinstance(text, str)}
