"""The router of the home: whether it answers, and when it was last another one."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
import logging

from homeassistant.util import dt as dt_util

from ...domain.budget import GATEWAY_PROBE_INTERVAL, GATEWAY_SUSPICION_INTERVAL
from ...domain.diagnosis import Adapter, Fact, Gap, Gateway, LanEvidence, known
from ...domain.thread import Neighbour
from . import reachability
from .reachability import HostBusy, ProbeMethod

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterIdentity:
    """What makes the router of the home this one; the MAC is None while unresolved."""

    address: IPv4Address
    subnet: IPv4Network | None = None
    mac: str | None = None

    @property
    def may_be_asked(self) -> bool:
        """Whether it is on this host's wire or at least in a private network."""
        return self.subnet is not None or self.address.is_private

    def differs_from(self, other: RouterIdentity) -> bool:
        """Tell whether it is another router or another network; unknown is no change."""
        if self.address != other.address:
            return True
        pairs = ((self.subnet, other.subnet), (self.mac, other.mac))
        return any(a is not None and b is not None and a != b for a, b in pairs)

    def completed_by(self, other: RouterIdentity) -> RouterIdentity:
        """Fill what is not known now from what was known before."""
        return replace(
            self, subnet=self.subnet or other.subnet, mac=self.mac or other.mac
        )


def identify(
    address: IPv4Address,
    interface: str,
    adapters: Fact[Iterable[Adapter]],
    neighbours: Fact[Iterable[Neighbour]],
) -> RouterIdentity:
    """Join the default route with its adapter's subnet and with the neighbour table."""
    own = (a for a in known(adapters) or () if a.name == interface)
    subnets = (
        ip.interface.network
        for adapter in own
        for ip in adapter.addresses
        if isinstance(ip.interface, IPv4Interface) and address in ip.interface.network
    )
    macs = (n.mac for n in known(neighbours) or () if n.address == str(address))
    return RouterIdentity(
        address=address, subnet=next(subnets, None), mac=next(macs, None)
    )


class GatewayMonitor:
    """Probes the home router within its budget, and remembers which one it was.

    The verdict counts only once the router has answered a probe.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._identity: RouterIdentity | None = None
        self._method: ProbeMethod | None = None
        self._answers: Gateway | None = None
        self._changed_at: datetime | None = None
        self._probed_at: datetime | None = None
        self._probing = asyncio.Lock()

    def remember(self, identity: RouterIdentity, method: ProbeMethod | None) -> None:
        """Take the router that was known earlier, and the probe that it answered."""
        self._identity, self._method = identity, method

    @property
    def identity(self) -> RouterIdentity | None:
        """The router that was seen last."""
        return self._identity

    @property
    def method(self) -> ProbeMethod | None:
        """The probe that the router answers, once one was found."""
        return self._method

    @property
    def evidence(self) -> LanEvidence:
        """What is known of the home network now."""
        return LanEvidence(
            gateway=Gap.UNKNOWN if self._answers is None else self._answers,
            changed_at=Gap.UNKNOWN if self._identity is None else self._changed_at,
        )

    def seen(self, identity: RouterIdentity) -> None:
        """Take the router of the home as it is now."""
        before, self._identity = self._identity, identity
        if before is None:
            return
        if not identity.differs_from(before):
            self._identity = identity.completed_by(before)
            return
        _LOGGER.info("The router of the home network is another one or has changed")
        self._changed_at = dt_util.utcnow()
        if identity.address != before.address:
            self._method = self._answers = self._probed_at = None

    async def async_refresh(self, suspicion: datetime | None = None) -> LanEvidence:
        """Probe if the budget allows; a probe that is under way is shared.

        `suspicion` is since when something is amiss: what was so before says nothing.
        """
        async with self._probing:
            if self._identity is not None and self._identity.may_be_asked:
                if self._is_due(suspicion):
                    await self._probe(self._identity.address)
        return self.evidence

    def _is_due(self, suspicion: datetime | None) -> bool:
        at = self._probed_at
        if at is None or (suspicion is not None and at < suspicion):
            return True
        calm = suspicion is None
        interval = GATEWAY_PROBE_INTERVAL if calm else GATEWAY_SUSPICION_INTERVAL
        return not timedelta(0) <= dt_util.utcnow() - at < interval

    async def _probe(self, address: IPv4Address) -> None:
        """Ask; one miss is not believed before every other way was tried, too."""
        self._probed_at = dt_util.utcnow()
        try:
            method = await self._find_method(str(address))
        except HostBusy:
            _LOGGER.debug("Too busy to hear whether the home router answers")
            return
        if self._is_still(address):
            self._take(method)

    async def _find_method(self, address: str) -> ProbeMethod | None:
        method = self._method
        if method is not None and await reachability.probe(address, method):
            return method
        return await reachability.find_method(address)

    def _is_still(self, address: IPv4Address) -> bool:
        return self._identity is not None and self._identity.address == address

    def _take(self, method: ProbeMethod | None) -> None:
        """Note the method that was answered; a router that never answers says nothing."""
        self._method = method or self._method
        if self._method is None:
            return
        answered = method is not None
        if self._answers is None or self._answers.answers is not answered:
            self._answers = Gateway(answers=answered, since=dt_util.utcnow())
