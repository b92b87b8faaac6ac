"""What the home remembers: hubs and router it knew, and what to undo."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..domain import codec
from .file import StoreFile

_LOGGER = logging.getLogger(__name__)

SAVE_DELAY: Final = 1.0


@dataclass(slots=True)
class StoredHome:
    """Content of the home's store; each part belongs to one reader."""

    hubs: dict[str, dict[str, Any]] = field(default_factory=dict)
    undo: dict[str, dict[str, Any]] = field(default_factory=dict)
    bridges: dict[str, str] = field(default_factory=dict)
    """Core's device of each hub that is a Matter bridge, too."""
    router: dict[str, Any] = field(default_factory=dict)
    setup: dict[str, Any] = field(default_factory=dict)
    """Where the dialog that adds a lock was closed."""
    retained: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Locks that were removed, and whose files are kept."""


class HomeStore:
    """Private, atomically written store of one home."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep the store under the entry's id."""
        self._file = StoreFile(hass, f"{DOMAIN}.{entry_id}", self._snapshot)
        self.memory = StoredHome()

    async def async_load(self) -> None:
        """Read the store; a home without one, and a damaged part, begin empty."""
        content = await self._file.async_load()
        if content is None:
            return
        damaged: list[str] = []
        self.memory = _memory(content, damaged)
        if damaged:
            await self._file.async_keep_copy()

    async def async_peek(self) -> None:
        """Read the store of a home that does not run, and leave the file as it is."""
        if content := await self._file.async_peek():
            self.memory = _memory(content, [])

    @callback
    def async_schedule_save(self, delay: float = SAVE_DELAY) -> None:
        """Write after this delay in seconds, and at shutdown at the latest."""
        self._file.schedule(delay)

    async def async_save(self) -> None:
        """Write now, because a user asked for it; raises NotKeptError."""
        await self._file.async_write_checked()

    async def async_close(self) -> None:
        """Write what changed, and nothing any more."""
        await self._file.async_close()

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._file.async_remove()

    def _snapshot(self) -> Callable[[], dict[str, Any]]:
        memory = self.memory
        content = {
            "hubs": memory.hubs,
            "undo": memory.undo,
            "bridges": memory.bridges,
            "router": memory.router,
            "setup": memory.setup,
            "retained": memory.retained,
        }
        return partial(dict, deepcopy(content))


def _memory(content: Mapping[str, Any], damaged: list[str]) -> StoredHome:
    return StoredHome(
        hubs=_hubs(content, damaged),
        undo=_parts(content, "undo", damaged),
        bridges=_texts(content, "bridges", damaged),
        router=_part(content, "router", damaged),
        setup=_part(content, "setup", damaged),
        retained=_parts(content, "retained", damaged),
    )


def _part(content: Mapping[str, Any], key: str, damaged: list[str]) -> dict[str, Any]:
    try:
        return dict(codec.mapping(content.get(key, {}), key))
    except ValueError:
        _LOGGER.exception("What is stored of the home is damaged")
        damaged.append(key)
        return {}


def _parts(
    content: Mapping[str, Any], key: str, damaged: list[str]
) -> dict[str, dict[str, Any]]:
    every = _part(content, key, damaged)
    return {name: _part(every, name, damaged) for name in every}


def _hubs(content: Mapping[str, Any], damaged: list[str]) -> dict[str, dict[str, Any]]:
    """Read the hubs; each stands under its own id, or it is damaged."""
    every = _parts(content, "hubs", damaged).items()
    sound = {x: data for x, data in every if data.get("border_agent_id") == x}
    if len(sound) < len(every):
        damaged.append("hubs")
    return sound


def _texts(content: Mapping[str, Any], key: str, damaged: list[str]) -> dict[str, str]:
    every = _part(content, key, damaged).items()
    sound = {name: text for name, text in every if isinstance(text, str)}
    if len(sound) < len(every):
        damaged.append(key)
    return sound
