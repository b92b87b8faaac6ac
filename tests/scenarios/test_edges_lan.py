"""Where the rules on the home network begin and end: subnets, multicast."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.access.fabrics import Ecosystem
from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    Gap,
    Hearing,
    MatterState,
)
from custom_components.aqara_lock.domain.diagnosis.rules import View
from custom_components.aqara_lock.domain.diagnosis.rules.lan import near_address
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    APPLE,
    AQARA,
    NOW,
    OTHER_MESH,
    adapter,
    ago,
    gone_hub,
    home,
    host,
    hub,
    lock,
    silent_lock,
    software,
    unrouted_host,
)

FAR = ("192.168.7.20",)
IN_APPLE_HOME = lock(apps=frozenset({Ecosystem.APPLE_HOME}))
RADIO = adapter("fd11:22:33:44::1/64", name="wpan0", kind=AdapterKind.THREAD)
CONTAINER = adapter("172.18.0.5/16")
VLAN = adapter("192.168.7.5/24")
SECOND = adapter("192.168.7.5/24", "fe80::7/64", name="eth0.7", enabled=False)
REFLECTED = ("192.168.1.20", "192.168.7.20")
PRIVATE = ("192.168.1.20", "10.0.0.20")


def apple(*addresses: str, number: int = 5, network: str = APPLE, **more: Any) -> Any:
    of_record = {
        "vendor_name": "Apple Inc.",
        "extended_pan_id": network,
        "omr_prefix": OTHER_MESH,
    }
    return hub(number, addresses=addresses, record=of_record, **more)


FAR_TV = apple("192.168.7.9")
FAR_TV_FOUND = home(hub(), FAR_TV)
SUBNETS = {
    "hub that is far by all that tells its network": Edge(
        "other_subnet",
        home(hub(addresses=(*FAR, "fe80::a"))),
        home(hub(addresses=(*FAR, "fd99::20"))),
    ),
    "address in the mesh is no address in the home": Edge(
        "other_subnet",
        home(host(adapter(), RADIO), hub(addresses=(*FAR, "fd11:22:33:44::20"))),
        home(host(adapter(), RADIO), hub()),
    ),
    "an adapter that is not used finds it on the wire": Edge(
        "other_subnet",
        home(hub(addresses=FAR)),
        home(host(adapter(), SECOND), hub(addresses=FAR)),
    ),
    "a container's network tells nothing": Edge(
        "other_subnet",
        home(host(CONTAINER)),
        home(host(CONTAINER, bridged_container=True)),
    ),
    "no adapter is known to be in the home": Edge(
        "other_subnet",
        home(host(VLAN)),
        home(host(replace(VLAN, kind=AdapterKind.OTHER))),
    ),
    "host that gave itself an address": Edge(
        "other_subnet",
        home(host(VLAN)),
        home(host(adapter("169.254.7.7/16", "fe80::5/64"))),
    ),
    "hub that answers elsewhere": Edge(
        "other_subnet",
        home(gone_hub(elsewhere="192.168.7.20")),
        home(gone_hub(elsewhere="192.168.1.77")),
    ),
    "hub that tells no address of the older kind": Edge(
        "other_subnet",
        home(hub(addresses=("fd98::20", "192.168.7.20"))),
        home(hub(addresses=("fd98::20",))),
    ),
    "hub that no lock needs": Edge(
        "other_subnet",
        home(hub(1, addresses=FAR)),
        home(hub(1), hub(2, addresses=FAR, record={"extended_pan_id": APPLE})),
    ),
    "reflected addresses of a hub that is gone": Edge(
        "mdns_reflector",
        home(hub(addresses=REFLECTED)),
        home(gone_hub(addresses=REFLECTED)),
    ),
    "address of the internet": Edge(
        "mdns_reflector",
        home(hub(addresses=PRIVATE)),
        home(hub(addresses=("192.168.1.20", "8.8.8.8"))),
    ),
    "second range of IPv6": Edge(
        "mdns_reflector",
        home(hub(addresses=(*PRIVATE, "fd98::20"))),
        home(hub(addresses=("192.168.1.20", "fd98::20"))),
    ),
}


@pytest.mark.parametrize("name", SUBNETS)
def test_networks_of_hubs(name: str) -> None:
    SUBNETS[name].check()


APPLE_DEVICES = {
    "Apple TV that is gone": Edge(
        "apple_other_subnet",
        FAR_TV_FOUND,
        home(hub(), replace(FAR_TV, state=HubState.OFFLINE, hearing=Hearing.SILENT)),
    ),
    "Apple TV that serves a lock that is well": Edge(
        "apple_other_subnet",
        home(hub(), FAR_TV, IN_APPLE_HOME),
        home(hub(), apple("192.168.7.9", network=AQARA), IN_APPLE_HOME),
    ),
    "Apple TV beside the hub, both far": Edge(
        "apple_other_subnet", FAR_TV_FOUND, home(hub(addresses=FAR), FAR_TV)
    ),
    "the hub that is near serves no lock": Edge(
        "apple_other_subnet",
        FAR_TV_FOUND,
        home(
            hub(1, addresses=FAR),
            hub(2, record={"extended_pan_id": "11" * 8}),
            FAR_TV,
        ),
    ),
    "the lock hangs on another Apple TV, which is near": Edge(
        "apple_other_subnet",
        FAR_TV_FOUND,
        home(apple("192.168.1.9", number=6, network=AQARA), FAR_TV),
    ),
    "second Apple TV, where the first is near": Edge(
        "apple_other_subnet",
        home(hub(), apple("192.168.1.9", number=4), FAR_TV),
        home(hub(), apple("192.168.1.9", number=4)),
    ),
    "Apple TV that is meant to serve a lock": Edge(
        "apple_other_subnet",
        home(hub(), FAR_TV, lock()),
        home(hub(), FAR_TV, lock(meant_hub=FAR_TV.id)),
    ),
    "hub of an unknown maker": Edge(
        "apple_other_subnet",
        FAR_TV_FOUND,
        home(hub(), hub(2, addresses=FAR, record={"vendor_name": None})),
    ),
}


@pytest.mark.parametrize("name", APPLE_DEVICES)
def test_apple_devices(name: str) -> None:
    APPLE_DEVICES[name].check()


OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
UNHEARD: dict[str, Any] = {
    "hearing": Hearing.SILENT,
    "silent_since": ago(minutes=5),
}
LEFT_LONG_AGO: dict[str, Any] = {
    "answers": Gap.UNKNOWN,
    "offline_since": ago(minutes=5),
    "silent_since": ago(minutes=5),
}
DOCKER = adapter("172.17.0.1/16", name="docker0", kind=AdapterKind.OTHER)
ELSEWHERE = host(matter_server_elsewhere=True)
NO_IPV6 = unrouted_host(adapter("192.168.1.5/24"), ipv6_class_since=ago(minutes=9))
AWAY = software(matter=MatterState.RETRYING, matter_lost_at=ago(minutes=1))
DEAF = host(matter_server_elsewhere=True, bridged_container=True)
HEARING = {
    "silent for half a minute": Edge(
        "mdns_blocked",
        home(hub(hearing=Hearing.SILENT, silent_since=ago(seconds=30))),
        home(hub(hearing=Hearing.SILENT, silent_since=ago(seconds=29))),
    ),
    "second hub that is silent, where the first just fell silent": Edge(
        "mdns_blocked",
        home(
            hub(1, hearing=Hearing.SILENT, silent_since=ago(seconds=9)),
            hub(2, **UNHEARD),
        ),
        home(
            hub(1, hearing=Hearing.SILENT, silent_since=ago(seconds=9)),
            hub(2, hearing=Hearing.GOODBYE, silent_since=ago(minutes=5)),
        ),
    ),
    "silent, and only the lock has been heard": Edge(
        "mdns_blocked",
        home(gone_hub(**LEFT_LONG_AGO)),
        home(hub(state=HubState.UNKNOWN, answers=Gap.UNKNOWN, **UNHEARD)),
    ),
    "silent, and the lock may have come another way": Edge(
        "mdns_blocked",
        home(gone_hub(**LEFT_LONG_AGO)),
        home(gone_hub(1, **LEFT_LONG_AGO), hub(2)),
    ),
    "every host has the addresses of containers": Edge(
        "mdns_blocked",
        home(
            host(adapter(), DOCKER),
            hub(addresses=("192.168.1.20", "172.17.0.1"), **UNHEARD),
        ),
        home(host(adapter(), DOCKER), hub(addresses=("192.168.1.5",), **UNHEARD)),
    ),
    "hosts on other wires have the same link-local address": Edge(
        "mdns_blocked",
        home(hub(addresses=("192.168.1.20", "fe80::5"), **UNHEARD)),
        home(hub(addresses=("fd99::5", "fe80::5"), **UNHEARD)),
    ),
    "network of a lock on which no border router is": Edge(
        "no_border_router",
        home(hub(record=OTHER), silent_lock()),
        home(hub(record=OTHER), silent_lock(extended_pan_id=Gap.UNKNOWN)),
    ),
    "no border router at all, but perhaps over there": Edge(
        "no_border_router",
        replace(home(silent_lock()), hubs=()),
        replace(home(silent_lock(), ELSEWHERE), hubs=()),
    ),
    "a container hears too little": Edge(
        "no_border_router",
        home(hub(record=OTHER), silent_lock(), ELSEWHERE),
        home(hub(record=OTHER), silent_lock(), DEAF),
    ),
    "host without IPv6": Edge(
        "no_border_router",
        home(hub(record=OTHER), silent_lock()),
        home(hub(record=OTHER), silent_lock(), NO_IPV6),
    ),
    "server that is away": Edge(
        "no_border_router",
        home(hub(record=OTHER), silent_lock()),
        home(hub(record=OTHER), silent_lock(), AWAY),
    ),
    "a minute after the start": Edge(
        "no_border_router",
        home(hub(record=OTHER), silent_lock(), started_at=ago(seconds=60)),
        home(hub(record=OTHER), silent_lock(), started_at=ago(seconds=59)),
    ),
}


@pytest.mark.parametrize("name", HEARING)
def test_hubs_that_are_not_heard(name: str) -> None:
    HEARING[name].check()


@pytest.mark.parametrize(
    ("addresses", "near"),
    [
        (("10.0.0.20", "192.168.1.21", "192.168.1.20"), "192.168.1.20"),
        (("10.0.0.20", "fd99::20", "fe80::a"), "fd99::20"),
        (("10.0.0.20", "fe80::a"), None),
        ((), None),
    ],
)
def test_the_address_that_is_near_is_one_of_this_hosts_networks(
    addresses: tuple[str, ...], near: str | None
) -> None:
    one = hub(addresses=addresses)
    assert near_address(View(home(one), NOW), one) == near
