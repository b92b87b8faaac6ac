"""Border routers on the home network, by mDNS through Home Assistant's shared zeroconf."""

import asyncio
from dataclasses import replace
import logging
from typing import Final, Protocol, override

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant, callback
from zeroconf import (
    BadTypeInNameException,
    DNSOutgoing,
    DNSPointer,
    DNSQuestion,
    DNSRecord,
    DNSText,
    RecordUpdate,
    RecordUpdateListener,
    ServiceInfo,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo

from ..domain.border_router import BorderRouter
from ..domain.meshcop import parse_txt

_LOGGER = logging.getLogger(__name__)

SERVICE_TYPE: Final = "_meshcop._udp.local."
RESOLVE_TIMEOUT_MS: Final = 3000
QUERY_TIMEOUT: Final = 1.2
FLAGS_QUERY: Final = 0
TYPE_PTR: Final = 12
CLASS_IN: Final = 1


class BorderRouterListener(Protocol):
    """Who is told what mDNS shows."""

    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that appeared or changed."""

    def border_router_heard(self, instance: str) -> None:
        """Note that a packet of this border router arrived."""

    def border_router_gone(self, instance: str) -> None:
        """Note a goodbye, or that the record expired."""


class BorderRouterWatch(RecordUpdateListener):
    """Browser for `_meshcop._udp` that also notices every sign of life."""

    def __init__(self, hass: HomeAssistant, listener: BorderRouterListener) -> None:
        """Watch on behalf of one listener; `async_start` begins."""
        self._hass = hass
        self._listener = listener
        self._zeroconf: Zeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._instance_of_host: dict[str, str] = {}
        self._routers: dict[str, BorderRouter] = {}
        self._waiters: dict[str, set[asyncio.Event]] = {}
        self._resolving: set[asyncio.Task[None]] = set()

    async def async_start(self) -> None:
        """Begin to browse; what is cached already is reported at once."""
        shared = await zeroconf.async_get_async_instance(self._hass)
        self._zeroconf = shared.zeroconf
        self._zeroconf.async_add_listener(self, None)
        self._browser = AsyncServiceBrowser(
            self._zeroconf, [SERVICE_TYPE], handlers=[self._service_changed]
        )

    async def async_stop(self) -> None:
        """Stop to browse; the shared zeroconf stays open."""
        if self._browser is not None:
            await self._browser.async_cancel()
        if self._zeroconf is not None:
            self._zeroconf.async_remove_listener(self)
        for task in self._resolving:
            task.cancel()

    async def async_query(self, instance: str) -> bool:
        """Ask once by multicast; False when the border router stays unheard."""
        heard = asyncio.Event()
        waiters = self._waiters.setdefault(instance, set())
        waiters.add(heard)
        try:
            self.ask()
            async with asyncio.timeout(QUERY_TIMEOUT):
                await heard.wait()
        except TimeoutError:
            return False
        finally:
            waiters.discard(heard)
        return True

    @callback
    def ask(self) -> None:
        """Send a question without known answers, so that every router must answer."""
        if self._zeroconf is None:
            return
        question = DNSOutgoing(FLAGS_QUERY)
        question.add_question(DNSQuestion(SERVICE_TYPE, TYPE_PTR, CLASS_IN))
        self._zeroconf.async_send(question)

    @callback
    def _service_changed(
        self,
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change is ServiceStateChange.Removed:
            self._listener.border_router_gone(name)
            return
        task = self._hass.async_create_background_task(
            self._resolve(zeroconf, name), f"aqara_lock resolve {name}"
        )
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, name: str) -> None:
        try:
            info = AsyncServiceInfo(SERVICE_TYPE, name)
        except BadTypeInNameException:
            _LOGGER.debug("Ignoring a border router with a malformed name: %s", name)
            return
        if not await info.async_request(zeroconf, RESOLVE_TIMEOUT_MS):
            _LOGGER.debug("No details of border router %s yet", name)
            return
        self._report(name, info)

    def _report(self, name: str, info: AsyncServiceInfo) -> None:
        if (record := parse_txt(info.properties)) is None:
            _LOGGER.debug("Border router %s names no address or network", name)
            return
        if info.server:
            self._instance_of_host[info.server.lower()] = name
        self._routers[name] = BorderRouter(
            instance=name,
            host=info.server,
            addresses=tuple(info.parsed_scoped_addresses()),
            record=record,
        )
        self._listener.border_router_seen(self._routers[name])

    @override
    def async_update_records(
        self, zc: Zeroconf, now: float, records: list[RecordUpdate]
    ) -> None:
        """Find out from which border routers this packet came."""
        fresh = [update.new for update in records if not update.new.is_expired(now)]
        for record in fresh:
            if isinstance(record, DNSText):
                self._take_text(record)
        for instance in {self._instance_of(record) for record in fresh} - {None}:
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
            self._routers[text.name] = replace(router, record=record)
            self._listener.border_router_seen(self._routers[text.name])

    @override
    def async_update_records_complete(self) -> None:
        """Nothing is left to do once a packet was taken in."""

    def _instance_of(self, record: DNSRecord) -> str | None:
        if isinstance(record, DNSPointer):
            return record.alias if record.name == SERVICE_TYPE else None
        if record.name.endswith(SERVICE_TYPE):
            return record.name
        return self._instance_of_host.get(record.name.lower())

    def _heard(self, instance: str) -> None:
        self._listener.border_router_heard(instance)
        for waiter in self._waiters.get(instance, ()):
            waiter.set()
