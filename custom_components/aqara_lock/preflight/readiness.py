"""A look at the home network before a lock is bound, with a running home or without."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
import logging
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..diagnosis import take_evidence
from ..domain.budget import MAX_PROBED_HUBS
from ..domain.connectivity import HubState
from ..domain.diagnosis import (
    Evidence,
    Gap,
    Hearing,
    HostEvidence,
    HubEvidence,
    LanEvidence,
    Survey,
    known,
    mesh_samples,
)
from ..domain.thread import BorderRouter, ProbePolicy, unannounced
from ..home import Home, find_home
from ..hubs import async_stored_routers, policy_for
from ..matter import read_software
from ..network.host import async_read_host
from ..network.mdns import BorderRouterBrowser
from ..network.probes import HostBusy, find_method
from ..texts import async_load_messages

_LOGGER = logging.getLogger(__name__)

SURVEY_SECONDS: Final = 3.0
"""How long a home network is listened to; a hub answers a question within one second."""
QUESTIONS: Final = 2
HOST_TIMEOUT: Final = 3.0


async def async_survey(
    hass: HomeAssistant, remembered: Iterable[BorderRouter] = ()
) -> Survey:
    """Look at hubs, host and Matter; never raises, and leaves nothing running.

    Hubs of an earlier look that nobody announces now are asked at their last addresses.
    """
    await async_load_messages(hass)
    home = find_home(hass)
    if home is None:
        evidence = await _refresh_again(hass, remembered)
    else:
        evidence = await _ask_home(hass, home, remembered)
    return Survey(evidence=evidence, at=dt_util.utcnow())


async def _refresh_again(
    hass: HomeAssistant, remembered: Iterable[BorderRouter]
) -> Evidence:
    """Listen for some seconds; a hub that is only remembered is asked, too."""
    collector = _Collector()
    await _listen(hass, collector)
    seen = collector.routers.values()
    known_before = {router.id: router for router in await async_stored_routers(hass)}
    known_before |= {router.id: router for router in remembered}
    routers = [*seen, *unannounced(known_before.values(), seen)]
    host = await _read_host(hass, routers)
    policy = policy_for(host, routers)
    hubs = await _probe(map(collector.evidence, routers), policy)
    return replace(
        take_evidence(
            hass,
            started_at=dt_util.utcnow(),
            host=host,
            lan=LanEvidence(),
            routers=(),
            hubs={},
            locks=(),
        ),
        hubs=tuple(hubs),
    )


async def _ask_home(
    hass: HomeAssistant, home: Home, remembered: Iterable[BorderRouter]
) -> Evidence:
    """Take what the home knows; ask only the border routers that it does not watch."""
    await home.diagnosis.async_refresh()
    evidence = home.diagnosis.evidence
    missing = unannounced(remembered, (hub.router for hub in evidence.hubs))
    every = [*evidence.hubs, *(HubEvidence(router=router) for router in missing)]
    unwatched = [hub for hub in every if hub.id not in home.hubs]
    asked = await asyncio.gather(*(_asked(home, hub) for hub in unwatched))
    judged = await _probe(asked, home.hub_prober.policy)
    hubs = [*(hub for hub in every if hub.id in home.hubs), *judged]
    host = await _read_host(hass, (hub.router for hub in hubs))
    choices = {**(known(evidence.host.choices) or {}), **(known(host.choices) or {})}
    with_ways = host.choices if isinstance(host.choices, Gap) else choices
    return replace(
        evidence, hubs=tuple(hubs), host=replace(evidence.host, choices=with_ways)
    )


async def _asked(home: Home, hub: HubEvidence) -> HubEvidence:
    heard = await home.watch.async_query(hub.router.instance)
    return replace(hub, hearing=Hearing.HEARD if heard else Hearing.SILENT)


async def _listen(hass: HomeAssistant, collector: _Collector) -> None:
    watch = BorderRouterBrowser(hass)
    collector.listen(watch)
    await watch.async_start()
    try:
        for _ in range(QUESTIONS):
            watch.ask()
            await asyncio.sleep(SURVEY_SECONDS / QUESTIONS)
    finally:
        await watch.async_stop()


async def _probe(hubs: Iterable[HubEvidence], policy: ProbePolicy) -> list[HubEvidence]:
    """Ask each hub on its LAN address, once."""
    every = list(hubs)
    asked = (_judge(hub, policy) for hub in every[:MAX_PROBED_HUBS])
    return [*await asyncio.gather(*asked), *every[MAX_PROBED_HUBS:]]


async def _judge(hub: HubEvidence, policy: ProbePolicy) -> HubEvidence:
    """Note what a hub answers; one that never answered a probe is judged by mDNS alone."""
    address = hub.router.address_for(policy)
    with suppress(HostBusy):
        if address is not None and await find_method(address):
            return replace(hub, answers=True, state=HubState.ONLINE)
    heard = hub.hearing is Hearing.HEARD
    return replace(hub, state=HubState.ONLINE if heard else HubState.OFFLINE)


async def _read_host(
    hass: HomeAssistant, routers: Iterable[BorderRouter]
) -> HostEvidence:
    """Read this host, and how it would send into each mesh; sends nothing there."""
    try:
        async with asyncio.timeout(HOST_TIMEOUT):
            return await async_read_host(
                hass, mesh_samples(routers), read_software(hass).url
            )
    except TimeoutError:
        _LOGGER.debug("This host took too long to say how its network is")
    except Exception:
        _LOGGER.exception("This host could not be read")
    return HostEvidence()


class _Collector:
    """Remembers who is there."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.routers: dict[str, BorderRouter] = {}
        self.heard: set[str] = set()

    def listen(self, watch: BorderRouterBrowser) -> None:
        """Collect what a browser finds; who left, or was heard long ago, is not heard."""
        watch.seen.connect(self._seen)
        watch.heard.connect(self.heard.add)
        watch.gone.connect(self.heard.discard)
        watch.expired.connect(self.heard.discard)

    def _seen(self, router: BorderRouter) -> None:
        self.routers[router.id] = router

    def evidence(self, router: BorderRouter) -> HubEvidence:
        """Give what was heard of a border router."""
        heard = router.instance in self.heard
        return HubEvidence(
            router=router, hearing=Hearing.HEARD if heard else Hearing.SILENT
        )
