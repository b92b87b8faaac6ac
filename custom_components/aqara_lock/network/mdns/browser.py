"""A browser for mDNS services that sees every packet, on Home Assistant's shared zeroconf."""

import asyncio
from collections.abc import Iterable
import logging
from typing import Final, override

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant, callback
from zeroconf import (
    BadTypeInNameException,
    DNSOutgoing,
    DNSPointer,
    DNSQuestion,
    DNSRecord,
    RecordUpdate,
    RecordUpdateListener,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo

from ...signals import Signal

_LOGGER = logging.getLogger(__name__)

RESOLVE_TIMEOUT_MS: Final = 3000
RESOLVED_AT_ONCE: Final = 16
MOST_WAITING: Final = 256
"""Services whose details are asked for: a pointer without any costs a few bytes to forge."""
FLAGS_QUERY: Final = 0
CLASS_IN: Final = 1


class ServiceBrowser(RecordUpdateListener):
    """Browses some types of service between start and stop.

    `found` sends a service that appeared or changed, with its details, `gone` one that
    said goodbye, `expired` one of which nobody told for as long as its record lives,
    `packet_arrived` the records of one packet without those that say goodbye.
    """

    def __init__(self, hass: HomeAssistant, types: Iterable[str]) -> None:
        """Prepare; `async_start` begins."""
        self._hass = hass
        self._types = list(types)
        self.found: Signal[str, AsyncServiceInfo] = Signal()
        self.gone: Signal[str] = Signal()
        self.expired: Signal[str] = Signal()
        self.packet_arrived: Signal[list[DNSRecord]] = Signal()
        self._zeroconf: Zeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._resolving: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, AsyncServiceInfo] = {}
        self._goodbyes: frozenset[str] = frozenset()

    async def async_start(self) -> None:
        """Begin to browse; what is cached already is reported soon."""
        shared = await zeroconf.async_get_async_instance(self._hass)
        self._zeroconf = shared.zeroconf
        self._zeroconf.async_add_listener(self, None)
        self._browser = AsyncServiceBrowser(
            self._zeroconf, self._types, handlers=[self._service_changed]
        )

    async def async_stop(self) -> None:
        """Stop to browse; the shared zeroconf stays open."""
        if self._browser is not None:
            await self._browser.async_cancel()
            self._browser = None
        if self._zeroconf is not None:
            self._zeroconf.async_remove_listener(self)
            self._zeroconf = None
        self._waiting.clear()
        for task in self._resolving:
            task.cancel()

    @callback
    def ask(self, name: str, record_type: int) -> bool:
        """Ask without known answers, so that everybody must answer; False when stopped."""
        if self._zeroconf is None:
            return False
        question = DNSOutgoing(FLAGS_QUERY)
        question.add_question(DNSQuestion(name, record_type, CLASS_IN))
        self._zeroconf.async_send(question)
        return True

    @callback
    def _service_changed(
        self,
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change is ServiceStateChange.Removed:
            self._removed(name)
            return
        info = self.look_up(service_type, name)
        if info is None:
            return
        self._waiting[name] = info
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._resolve_next(zeroconf)

    @callback
    def look_up(self, service_type: str, name: str) -> AsyncServiceInfo | None:
        """Report a service whose details are cached; return what has to be asked for."""
        info = _details(service_type, name)
        if info is None or self._zeroconf is None:
            return None
        if not info.load_from_cache(self._zeroconf):
            return info
        self.found.send(name, info)
        return None

    def _resolve_next(self, zeroconf: Zeroconf) -> None:
        """Ask for the details of the next service; each asked one costs questions."""
        while self._waiting and len(self._resolving) < RESOLVED_AT_ONCE:
            name = next(iter(self._waiting))
            info = self._waiting.pop(name)
            task = self._hass.async_create_background_task(
                self._resolve(zeroconf, name, info), f"aqara_lock resolve {name}"
            )
            self._resolving.add(task)
            task.add_done_callback(self._resolved)

    def _resolved(self, task: asyncio.Task[None]) -> None:
        self._resolving.discard(task)
        if self._zeroconf is not None:
            self._resolve_next(self._zeroconf)

    def _removed(self, name: str) -> None:
        self._waiting.pop(name, None)
        if name in self._goodbyes:
            self.gone.send(name)
        else:
            self.expired.send(name)

    async def _resolve(
        self, zeroconf: Zeroconf, name: str, info: AsyncServiceInfo
    ) -> None:
        if not await info.async_request(zeroconf, RESOLVE_TIMEOUT_MS):
            _LOGGER.debug("No details of %s yet", name)
            return
        self.found.send(name, info)

    @override
    def async_update_records(
        self, zc: Zeroconf, now: float, records: list[RecordUpdate]
    ) -> None:
        """Hand on what a packet brought."""
        every = [update.new for update in records]
        self._goodbyes = _goodbyes(every)
        self.packet_arrived.send([x for x in every if not x.is_expired(now)])

    @override
    def async_update_records_complete(self) -> None:
        """Nothing is left to do once a packet was taken in."""


def _details(service_type: str, name: str) -> AsyncServiceInfo | None:
    try:
        return AsyncServiceInfo(service_type, name)
    except BadTypeInNameException:
        _LOGGER.debug("Ignoring a service with a malformed name: %s", name)
        return None


def _goodbyes(records: Iterable[DNSRecord]) -> frozenset[str]:
    """Name the services that take their leave: their pointers live for no time any more."""
    pointers = (record for record in records if isinstance(record, DNSPointer))
    return frozenset(pointer.alias for pointer in pointers if pointer.ttl == 0)
