"""Matter devices as mDNS shows them, one per host: their fabrics and an open window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address
import re
from typing import Final, Self

from ..addresses import parse_address
from ..thread import BorderRouter
from .commissionable import Commissionable, parse_commissionable
from .setup_codes import AQARA_VENDOR_ID

OPERATIONAL: Final = "_matter._tcp.local."
COMMISSIONABLE: Final = "_matterc._udp.local."
DOOR_LOCK_TYPE: Final = 0x000A
"""Device type in TXT `DT` (Matter Device Library 1.6 §8.1)."""
_INSTANCE: Final = re.compile(rf"^([0-9A-F]{{16}})-([0-9A-F]{{16}})\.{OPERATIONAL}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """One service of either type: full instance name, host, addresses, raw TXT."""

    instance: str
    host: str
    addresses: tuple[str, ...] = ()
    properties: Mapping[bytes, bytes | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class OperationalInstance:
    """A device's name on one fabric: compressed fabric id and node id."""

    compressed_fabric_id: int
    node_id: int

    @classmethod
    def parse(cls, instance: str) -> Self | None:
        """Read a full instance name of `_matter._tcp`; None for any other text."""
        if (match := _INSTANCE.match(instance)) is None:
            return None
        return cls(int(match[1], 16), int(match[2], 16))

    @property
    def instance(self) -> str:
        """Full instance name."""
        return f"{self.compressed_fabric_id:016X}-{self.node_id:016X}.{OPERATIONAL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One device; `addresses` are the routable IPv6 ones."""

    host: str
    addresses: tuple[IPv6Address, ...] = ()
    has_ipv4: bool = False
    fabrics: tuple[OperationalInstance, ...] = ()
    windows: tuple[Commissionable, ...] = ()
    instances: tuple[str, ...] = ()

    @property
    def is_thread(self) -> bool:
        """Whether it is on Thread: devices on Wi-Fi or a wire have an IPv4 address."""
        return bool(self.addresses) and not self.has_ipv4

    @property
    def window_instances(self) -> tuple[str, ...]:
        """Names under which it can be asked whether its window is still open."""
        return tuple(name for name in self.instances if name.endswith(COMMISSIONABLE))

    @property
    def commissionable(self) -> Commissionable | None:
        """What it says of itself while it can be found, the open window first."""
        ordered = sorted(self.windows, key=lambda window: not window.is_open)
        return ordered[0] if ordered else None

    def after(self, earlier: Sighting | None) -> Sighting:
        """Add the fabrics that were heard earlier; some may be gone for good."""
        fabrics = {*self.fabrics, *(earlier.fabrics if earlier else ())}
        return replace(self, fabrics=tuple(sorted(fabrics)))

    def is_of(self, fabrics: Iterable[int]) -> bool:
        """Tell whether one of these fabrics, by compressed id, has the device."""
        own = set(fabrics)
        return any(item.compressed_fabric_id in own for item in self.fabrics)

    def opens_for(self, discriminator: int, *, is_short: bool) -> bool:
        """Tell whether a window is open that fits a code with this discriminator."""
        return any(
            window.is_open and window.fits(discriminator, is_short=is_short)
            for window in self.windows
        )


def sightings_of(records: Iterable[ServiceRecord]) -> dict[str, Sighting]:
    """Join the services of each host."""
    of_host: dict[str, list[ServiceRecord]] = {}
    for record in records:
        of_host.setdefault(record.host.lower(), []).append(record)
    return {host: _joined(host, found) for host, found in of_host.items()}


def best_fit(candidates: Iterable[Sighting]) -> Sighting | None:
    """Choose the most likely lock of several with an open window: Aqara's, a door lock."""
    return next(iter(best_fits(candidates, 1)), None)


def best_fits(candidates: Iterable[Sighting], most: int) -> list[Sighting]:
    """Return so many of the most likely locks with an open window, the likeliest first."""
    return sorted(candidates, key=_rank)[:most]


def is_closed_lock(
    sighting: Sighting, own_fabrics: Iterable[int], *, on_hub_network: bool
) -> bool:
    """Tell whether this may be the lock with its window closed.

    It says so itself, or it is behind a hub and unknown to Home Assistant.
    """
    window = sighting.commissionable
    if window is not None and window.vendor_id == AQARA_VENDOR_ID:
        return True
    return on_hub_network and sighting.is_thread and not sighting.is_of(own_fabrics)


def network_routers(
    addresses: Iterable[IPv6Address], routers: Iterable[BorderRouter]
) -> tuple[BorderRouter, ...]:
    """Find the border routers of the Thread network that these addresses belong to.

    A network is known by its mesh prefix, which at least one of its routers publishes.
    """
    found, every = list(addresses), sorted(routers, key=lambda router: router.id)
    for router in every:
        prefix = router.record.omr_prefix
        if prefix is not None and any(address in prefix for address in found):
            network = router.record.extended_pan_id
            return tuple(r for r in every if r.record.extended_pan_id == network)
    return ()


def _rank(sighting: Sighting) -> tuple[bool, bool, bool, str]:
    window = sighting.commissionable
    if window is None:
        return (True, True, True, sighting.host)
    return (
        window.vendor_id != AQARA_VENDOR_ID,
        window.device_type != DOOR_LOCK_TYPE,
        not sighting.is_thread,
        sighting.host,
    )


def _joined(host: str, records: list[ServiceRecord]) -> Sighting:
    texts = {text for record in records for text in record.addresses}
    every = [a for text in texts if (a := parse_address(text)) is not None]
    ipv6 = {a for a in every if isinstance(a, IPv6Address) and not a.is_link_local}
    fabrics = (OperationalInstance.parse(record.instance) for record in records)
    windows = (_window(record) for record in records)
    return Sighting(
        host=host,
        addresses=tuple(sorted(ipv6)),
        has_ipv4=any(address.version == 4 for address in every),
        fabrics=tuple(sorted(item for item in fabrics if item)),
        windows=tuple(item for item in windows if item),
        instances=tuple(sorted(record.instance for record in records)),
    )


def _window(record: ServiceRecord) -> Commissionable | None:
    if not record.instance.endswith(COMMISSIONABLE):
        return None
    return parse_commissionable(record.properties)
