"""A device that comes onto a Thread network: which one, and whether it is the meant one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..thread import BorderRouter
from .discovery import Sighting, network_routers


class ArrivalPlace(StrEnum):
    """Where a device has come to; without a meant hub every known network is meant."""

    MEANT_NETWORK = "meant_network"
    OTHER_NETWORK = "other_network"
    NETWORK_UNKNOWN = "network_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A device on Thread; `hubs` are ids of the border routers of its network."""

    host: str
    instances: tuple[str, ...]
    place: ArrivalPlace
    network: str | None = None
    network_name: str | None = None
    hubs: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str | None]:
        """The same device in another network is another arrival."""
        return self.host, self.network


type Sightings = Mapping[str, Sighting]

_ORDER: Final = list(ArrivalPlace)


def find_arrivals(
    before: Sightings,
    now: Sightings,
    routers: Collection[BorderRouter],
    hub: BorderRouter | None,
    own_fabrics: Collection[int],
) -> list[Arrival]:
    """List what is new, or has come into another network, since `before`."""
    present = find_present(now, routers, hub, own_fabrics)
    return [
        arrival
        for arrival in present
        if _is_new(before.get(arrival.host), arrival, routers)
    ]


def find_present(
    now: Sightings,
    routers: Collection[BorderRouter],
    hub: BorderRouter | None,
    own_fabrics: Collection[int],
) -> list[Arrival]:
    """List every device on Thread that no fabric of ours has, the meant network first."""
    found = [
        _arrival(sighting, routers, hub)
        for sighting in now.values()
        if _may_be_meant(sighting, own_fabrics)
    ]
    return sorted(
        found, key=lambda arrival: (_ORDER.index(arrival.place), arrival.host)
    )


def _may_be_meant(sighting: Sighting, own_fabrics: Collection[int]) -> bool:
    """What Home Assistant has already is no news."""
    return sighting.is_thread and not sighting.is_of(own_fabrics)


def _is_new(
    before: Sighting | None, arrival: Arrival, routers: Iterable[BorderRouter]
) -> bool:
    if before is None or not set(arrival.instances) <= set(before.instances):
        return True
    known = network_routers(before.addresses, routers)
    networks = {router.record.extended_pan_id for router in known}
    return arrival.network is not None and arrival.network not in networks


def _arrival(
    sighting: Sighting, routers: Iterable[BorderRouter], hub: BorderRouter | None
) -> Arrival:
    serving = network_routers(sighting.addresses, routers)
    record = serving[0].record if serving else None
    names = (r.record.network_name for r in serving if r.record.network_name)
    return Arrival(
        host=sighting.host,
        instances=sighting.instances,
        place=_place(record.extended_pan_id if record else None, hub),
        network=record.extended_pan_id if record else None,
        network_name=next(names, None),
        hubs=_ids(serving),
    )


def _place(network: str | None, hub: BorderRouter | None) -> ArrivalPlace:
    if network is None:
        return ArrivalPlace.NETWORK_UNKNOWN
    if hub is None or hub.record.extended_pan_id == network:
        return ArrivalPlace.MEANT_NETWORK
    return ArrivalPlace.OTHER_NETWORK


def _ids(routers: Iterable[BorderRouter]) -> tuple[str, ...]:
    return tuple(router.id for router in routers)
