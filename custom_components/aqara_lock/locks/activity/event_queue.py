"""Events of one lock that wait to be attributed and told, one after the other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
import logging
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback

from ...domain.attribution import Attribution
from ...domain.doorlock import DoorLockEvent, RawEvent
from ...domain.journal import EventKey

_LOGGER = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """An event of the journal that is not attributed yet."""

    raw: RawEvent
    key: EventKey
    is_new_line: bool
    proven_live: bool
    is_news: bool
    """Whether it happened just now, as far as could be told when it arrived."""


class Attributed(NamedTuple):
    """An event with who it was; None for what nobody does."""

    waiting: Waiting
    event: DoorLockEvent
    who: Attribution | None


class EventQueue:
    """Attributes in order of arrival, at once where nothing has to be read first.

    What was attributed in one go is told in one go: before that it is to be written down.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        is_open: asyncio.Event,
        attribute: Callable[[Waiting], Awaitable[Attributed]],
        tell: Callable[[list[Attributed]], Awaitable[None]],
    ) -> None:
        """Attribute as long as it is open, then tell."""
        self._hass = hass
        self._is_open = is_open
        self._attribute = attribute
        self._tell = tell
        self._waiting: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._current: Waiting | None = None

    @callback
    def async_stop(self) -> None:
        """Attribute nothing more."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    async def async_finish(self) -> None:
        """Wait for what is being attributed."""
        if self._worker is not None:
            await asyncio.wait([self._worker])

    def raws(self) -> list[RawEvent]:
        """Give the events that wait."""
        return [item.raw for item in self._waiting]

    def holds(self, key: EventKey) -> bool:
        """Return whether an event waits, or is being attributed."""
        is_current = self._current is not None and self._current.key == key
        return is_current or any(item.key == key for item in self._waiting)

    @callback
    def take_out(self) -> list[Waiting]:
        """Let those that wait make room for others."""
        found = list(self._waiting)
        self._waiting.clear()
        return found

    @callback
    def put(self, items: Iterable[Waiting]) -> None:
        """Have events attributed."""
        self._waiting.extend(items)
        if self._worker is not None and not self._worker.done():
            return
        self._worker = self._hass.async_create_background_task(
            self._drain(), "aqara_lock attribution", eager_start=True
        )

    async def _drain(self) -> None:
        while self._waiting:
            await self._is_open.wait()
            if found := await self._attribute_all():
                await self._tell(found)

    async def _attribute_all(self) -> list[Attributed]:
        found: list[Attributed] = []
        while self._waiting and self._is_open.is_set():
            self._current = self._waiting.popleft()
            try:
                found.append(await self._attribute(self._current))
            except Exception:
                # It has its line; those behind it must not wait for ever.
                _LOGGER.exception("An event of the lock could not be attributed")
            finally:
                self._current = None
        return found
