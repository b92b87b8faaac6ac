"""Border routers on the home network, by mDNS through Home Assistant's shared zeroconf."""

import asyncio
from dataclasses import replace
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from zeroconf import DNSPointer, DNSRecord, DNSText, ServiceInfo
from zeroconf.asyncio import AsyncServiceInfo

from ...domain.thread import BorderRouter, parse_txt
from ...signals import Signal
from .browser import ServiceBrowser
from .lock_records import MOST_ADDRESSES

_LOGGER = logging.getLogger(__name__)

SERVICE_TYPE: Final = "_meshcop._udp.local."
QUERY_TIMEOUT: Final = 1.2
QUESTIONS: Final = 2
"""One is soon lost on a Wi-Fi, and nobody sends it again."""
QUESTION_INTERVAL: Final = 0.25
"""Seconds between questions: each one is to all border routers, whoever wants an answer."""
MOST_KNOWN: Final = 128
"""Border routers that are told apart; a home has a dozen, a forger any number."""
TYPE_PTR: Final = 12


class BorderRouterBrowser:
    """Browser for `_meshcop._udp` that also notices every sign of life.

    `seen` sends a border router that appeared or changed. The others send its instance:
    `heard` for every packet of it, `gone` for a goodbye, `expired` when it was not heard
    for as long as its record lives.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; `async_start` begins."""
        self._services = ServiceBrowser(hass, [SERVICE_TYPE])
        self._services.found.connect(self.service_found)
        self._services.gone.connect(self._service_gone)
        self._services.expired.connect(self._service_expired)
        self._services.packet_arrived.connect(self.packet_arrived)
        self.seen: Signal[BorderRouter] = Signal()
        self.heard: Signal[str] = Signal()
        self.gone: Signal[str] = Signal()
        self.expired: Signal[str] = Signal()
        self._instance_of_host: dict[str, str] = {}
        self._routers: dict[str, BorderRouter] = {}
        self._waiters: dict[str, set[asyncio.Event]] = {}
        self._hass = hass
        self._asked_at = -QUESTION_INTERVAL
        self._question: asyncio.Task[None] | None = None

    async def async_start(self) -> None:
        """Begin to browse; what is cached already is reported at once."""
        await self._services.async_start()

    async def async_stop(self) -> None:
        """Stop to browse and to ask."""
        if self._question is not None:
            self._question.cancel()
        await self._services.async_stop()

    async def async_query(self, instance: str) -> bool:
        """Ask by multicast, which loses packets; False when the border router stays unheard."""
        heard = asyncio.Event()
        waiters = self._waiters.setdefault(instance, set())
        waiters.add(heard)
        try:
            for _ in range(QUESTIONS):
                await self._ask_soon()
                if await _comes(heard, QUERY_TIMEOUT / QUESTIONS):
                    return True
        finally:
            waiters.discard(heard)
            if not waiters:
                self._waiters.pop(instance, None)
        return False

    async def _ask_soon(self) -> None:
        """Ask once for everybody who wants an answer now, and not too soon again."""
        if self._question is None or self._question.done():
            self._question = self._hass.async_create_background_task(
                self._ask_once(), "aqara_lock question", eager_start=False
            )
        # Who waits is neither cancelled with the question, nor the question with him.
        await asyncio.wait({self._question})

    async def _ask_once(self) -> None:
        since = self._hass.loop.time() - self._asked_at
        if 0 <= since < QUESTION_INTERVAL:
            await asyncio.sleep(QUESTION_INTERVAL - since)
        self.ask()

    @callback
    def ask(self) -> None:
        """Ask every border router to answer."""
        self._asked_at = self._hass.loop.time()
        self._services.ask(SERVICE_TYPE, TYPE_PTR)

    @callback
    def look_up(self, instance: str) -> None:
        """Read a border router that was forgotten from what is cached; asks nobody."""
        self._services.look_up(SERVICE_TYPE, instance)

    @callback
    def service_found(self, name: str, info: AsyncServiceInfo) -> None:
        """Take the details of a border router."""
        if (router := router_of(name, info)) is None:
            _LOGGER.debug("Border router %s names no address or network", name)
            return
        self._keep(router)
        self.seen.send(router)

    def _keep(self, router: BorderRouter) -> None:
        """Keep what was read last, of the latest border routers only."""
        self._routers.pop(router.instance, None)
        self._routers[router.instance] = router
        if router.host:
            self._instance_of_host[router.host.lower()] = router.instance
        while len(self._routers) > MOST_KNOWN:
            self._forget(next(iter(self._routers)))

    def _forget(self, instance: str) -> None:
        router = self._routers.pop(instance, None)
        host = (router.host or "").lower() if router else ""
        if self._instance_of_host.get(host) == instance:
            del self._instance_of_host[host]

    @callback
    def _service_gone(self, name: str) -> None:
        """Note that a border router left."""
        self._forget(name)
        self.gone.send(name)

    @callback
    def _service_expired(self, name: str) -> None:
        """Note that nobody told of a border router for long."""
        self._forget(name)
        self.expired.send(name)

    @callback
    def packet_arrived(self, records: list[DNSRecord]) -> None:
        """Find out from which border routers a packet came."""
        for record in records:
            if isinstance(record, DNSText):
                self._take_text(record)
        for instance in {self._instance_of(record) for record in records} - {None}:
            self._heard(str(instance))

    def _take_text(self, text: DNSText) -> None:
        """Take a record that a hub sends again, which the browser does not report.

        It returns to what it said seconds ago, and that is still in the cache.
        """
        if (router := self._routers.get(text.name)) is None:
            return
        said = ServiceInfo(SERVICE_TYPE, text.name, properties=text.text)
        record = parse_txt(said.properties)
        if record is not None and record != router.record:
            self._keep(replace(router, record=record))
            self.seen.send(self._routers[text.name])

    def _instance_of(self, record: DNSRecord) -> str | None:
        if isinstance(record, DNSPointer):
            return record.alias if record.name == SERVICE_TYPE else None
        if record.name.endswith(SERVICE_TYPE):
            return record.name
        return self._instance_of_host.get(record.name.lower())

    def _heard(self, instance: str) -> None:
        if (router := self._routers.pop(instance, None)) is not None:
            self._routers[instance] = router
        self.heard.send(instance)
        for waiter in self._waiters.get(instance, ()):
            waiter.set()


async def _comes(event: asyncio.Event, timeout: float) -> bool:
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return False
    return True


def router_of(name: str, info: AsyncServiceInfo) -> BorderRouter | None:
    """Read a border router; None where its record names no address or network."""
    if (record := parse_txt(info.properties)) is None:
        return None
    return BorderRouter(
        instance=name,
        host=info.server,
        addresses=tuple(info.parsed_scoped_addresses()[:MOST_ADDRESSES]),
        record=record,
    )
