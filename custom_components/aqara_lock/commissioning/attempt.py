"""One try to add a lock by its code, and what is heard of the lock meanwhile."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import IPv6Address
import logging
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..domain.commissioning import (
    LEAST_FABRICS,
    Commissioned,
    CommissioningFailure,
    CommissioningOutcome,
    Failed,
    FailureFacts,
    OperationalInstance,
    ServerWord,
    SetupCode,
    Sighting,
    best_fit,
    best_fits,
    is_closed_lock,
    judge,
    network_routers,
)
from ..domain.diagnosis import known
from ..domain.identity import LockIdentity
from ..domain.thread import BorderRouter, RouteState
from ..matter import (
    CommissionRefused,
    async_commission,
    async_wait_for_lock,
    fabric_names,
    find_lock_of_node,
    is_other_device,
    own_fabrics,
    read_software,
    supported_fabrics,
)
from ..network.host import async_read_host
from ..network.mdns import MatterServiceBrowser
from ..network.probes import answers_echo

_LOGGER = logging.getLogger(__name__)

HEARING_SECONDS: Final = 3.0
"""What is on the home network is heard by then; before, silence means nothing."""
ECHO_TIMEOUT: Final = 5.0
"""Seconds: a lock whose window is open listens at least that often."""
ASK_SECONDS: Final = 3.0
"""How often it is asked by multicast whether the window is still open."""
NO_FACTS: Final = frozenset(
    {ServerWord.UNAVAILABLE, ServerWord.TOO_OLD, ServerWord.GONE}
)
"""Then the lock has nothing to do with it."""
MOST_ASKED: Final = 4
"""Devices that are asked for by turns: anybody can announce a window for any code."""
MOST_WINDOWS: Final = 4
MOST_FABRICS: Final = 16
"""Names of one device that are asked for; a lock has room for five fabrics or so."""


class CommissioningAttempt:
    """Sends the code once and explains a failure by what mDNS showed."""

    def __init__(
        self,
        hass: HomeAssistant,
        routers: Callable[[], Iterable[BorderRouter]],
        code: SetupCode,
        hub: BorderRouter | None,
    ) -> None:
        """Take the code, which is let go of as soon as it is handed over."""
        self._hass = hass
        self._routers = routers
        self._text: str | None = code.text
        self._discriminator = code.discriminator
        self._is_short = code.is_short
        self._hub = hub
        self._services = MatterServiceBrowser(hass)
        self._services.changed.connect(self._heard)
        self._windows: dict[str, Sighting] = {}
        self._open: list[float] = []

    async def async_run(self) -> CommissioningOutcome:
        """Add the lock; the outcome says why not."""
        await self._services.async_start()
        try:
            return await self._commission()
        finally:
            await self._services.async_stop()

    async def _commission(self) -> CommissioningOutcome:
        began = monotonic()
        try:
            node_id = await self._send()
        except CommissionRefused as err:
            return await self._explain(err.word, monotonic() - began)
        if (lock := await async_wait_for_lock(self._hass, node_id)) is not None:
            _LOGGER.debug("A lock was added to Matter as node %s", node_id)
            return Commissioned(lock)
        if is_other_device(self._hass, node_id):
            return Failed(failure=CommissioningFailure.NOT_A_LOCK)
        return Failed(failure=CommissioningFailure.INTERVIEW_FAILED)

    async def _send(self) -> int:
        text, self._text = self._text or "", None
        asking = self._hass.async_create_background_task(
            self._ask_for_windows(), "aqara_lock commissioning windows"
        )
        try:
            return await async_commission(self._hass, text)
        finally:
            asking.cancel()

    @callback
    def _heard(self) -> None:
        """Remember every device that had an open window for this code."""
        for host, sighting in self._services.sightings.items():
            known = self._windows.get(host)
            if self._fits(sighting):
                self._windows[host] = sighting.after(known)
            elif known is not None:
                self._windows[host] = known.after(sighting)

    def _fits(self, sighting: Sighting) -> bool:
        return sighting.opens_for(self._discriminator, is_short=self._is_short)

    async def _ask_for_windows(self) -> None:
        """Note when the window is open; what is cached may be stale."""
        while True:
            for lock in best_fits(self._windows.values(), MOST_ASKED):
                if await self._is_open(lock):
                    self._open.append(monotonic())
            await asyncio.sleep(ASK_SECONDS)

    async def _explain(self, word: ServerWord, seconds: float) -> Failed:
        if word in NO_FACTS:
            return Failed(failure=judge(FailureFacts(word=word)))
        await asyncio.sleep(max(0.0, HEARING_SECONDS - self._services.seconds))
        lock = best_fit(self._windows.values())
        if lock is None:
            facts = FailureFacts(
                word=word, seconds=seconds, closed_lock=self._hears_closed_lock()
            )
            return Failed(failure=judge(facts))
        lock = replace(lock, fabrics=await self._answering(lock))
        facts = await self._look_at(lock, word, seconds)
        failure = judge(facts)
        _LOGGER.debug("No lock was added: %s, judged by %s", failure, facts)
        return self._failed(failure, lock)

    def _hears_closed_lock(self) -> bool:
        """Tell whether a lock may be there, without an open window for this code."""
        own = own_fabrics(self._hass)
        return any(
            is_closed_lock(
                sighting, own, on_hub_network=self._on_hub_network(sighting) is True
            )
            for sighting in self._services.sightings.values()
        )

    async def _look_at(
        self, lock: Sighting, word: ServerWord, seconds: float
    ) -> FailureFacts:
        is_open = await self._is_open(lock)
        way = await self._route_to(lock.addresses)
        window = lock.commissionable
        supported = supported_fabrics(
            self._hass,
            window.vendor_id if window else None,
            window.product_id if window else None,
        )
        return FailureFacts(
            word=word,
            seconds=seconds,
            was_open=True,
            is_open=is_open,
            open_seconds=self._open[-1] - self._open[0] if self._open else 0.0,
            in_home_assistant=self._known_lock(lock) is not None,
            fabrics=len(lock.fabrics),
            supported_fabrics=supported or LEAST_FABRICS,
            way=way,
            on_hub_network=self._on_hub_network(lock),
            answers=await self._answers(lock, way) if is_open else None,
        )

    async def _is_open(self, lock: Sighting) -> bool:
        """Ask whether the window is announced."""
        answers = [
            await self._services.async_is_there(instance)
            for instance in lock.window_instances[:MOST_WINDOWS]
        ]
        return any(answers)

    async def _answering(self, lock: Sighting) -> tuple[OperationalInstance, ...]:
        """Ask which fabrics are still announced: those that left may be cached."""
        own = set(own_fabrics(self._hass))
        ours_first = sorted(
            lock.fabrics, key=lambda x: x.compressed_fabric_id not in own
        )
        asked = ours_first[:MOST_FABRICS]
        there = await asyncio.gather(
            *(self._services.async_is_there(item.instance) for item in asked)
        )
        return tuple(f for f, is_there in zip(asked, there, strict=True) if is_there)

    async def _route_to(self, addresses: Iterable[IPv6Address]) -> RouteState | None:
        """Find how this host would send to the lock; None if the server is elsewhere."""
        url = read_software(self._hass).url
        host = await async_read_host(self._hass, addresses, url)
        if known(host.matter_server_elsewhere) is True:
            return None
        ways = [choice.way for choice in (known(host.choices) or {}).values()]
        return min(ways, key=list(RouteState).index, default=None)

    async def _answers(self, lock: Sighting, way: RouteState | None) -> bool | None:
        """Send the lock one echo, because somebody waits for it at the door."""
        if way is not RouteState.ROUTED:
            return None
        return await answers_echo(str(lock.addresses[0]), ECHO_TIMEOUT)

    def _failed(self, failure: CommissioningFailure, lock: Sighting) -> Failed:
        names = fabric_names(self._hass)
        ids = (fabric.compressed_fabric_id for fabric in lock.fabrics)
        routers = network_routers(lock.addresses, self._routers())
        labels = (r.record.network_name for r in routers if r.record.network_name)
        return Failed(
            failure=failure,
            ecosystems=tuple(sorted({names[item] for item in ids if item in names})),
            fabrics=len(lock.fabrics),
            lock=self._known_lock(lock),
            network=routers[0].record.extended_pan_id if routers else None,
            network_name=next(labels, None),
            hubs=tuple(router.id for router in routers),
        )

    def _known_lock(self, lock: Sighting) -> LockIdentity | None:
        own = own_fabrics(self._hass)
        nodes = (f.node_id for f in lock.fabrics if f.compressed_fabric_id in own)
        found = (find_lock_of_node(self._hass, node_id) for node_id in nodes)
        return next((identity for identity in found if identity), None)

    def _on_hub_network(self, lock: Sighting) -> bool | None:
        """Tell whether the meant hub, else any Aqara hub, is on the lock's network.

        None if the network is unknown.
        """
        routers = network_routers(lock.addresses, self._routers())
        if not routers:
            return None
        if self._hub is not None:
            meant = self._hub.record.extended_pan_id
            return routers[0].record.extended_pan_id == meant
        return any(router.record.is_aqara for router in routers)
