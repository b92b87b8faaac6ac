"""What a finding tells: names in order, numbers, dates, and a dash for the unknown."""

from ipaddress import IPv6Address
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.connectivity.dropouts import (
    AvailabilityChange,
    AvailabilityLog,
)
from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    Battery,
    Evidence,
    FabricCount,
    FailedCommand,
    Gap,
    IPv6Method,
    LocalOperations,
    MatterState,
    RadioLink,
    Refusal,
    Siblings,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import Finding, diagnose
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    RouteState,
)
from tests.scenarios.home import (
    APPLE,
    LOCK_ADDRESS,
    NOW,
    OTHER_MESH,
    adapter,
    address,
    ago,
    answered,
    bridged_lock,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    route,
    silent_lock,
    software,
    unrouted_host,
)
from tests.scenarios.situations import firewall_timeout
from tests.scenarios.situations.apple_other_subnet import apple

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
OTHER_ADDRESS = IPv6Address("fd55:66:77:88::10")
SEEN_ONLY: dict[str, Any] = {
    "state": HubState.UNKNOWN,
    "hearing": Gap.UNKNOWN,
    "answers": Gap.UNKNOWN,
}
OLD = address("2001:db8::5/64", AddressFlag.DEPRECATED)
OLDER = address("2001:db8::4/64", AddressFlag.DEPRECATED)
TAKEN = address("fd99::5/64", AddressFlag.DAD_FAILED)
REFUSES = adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=0))


def found(evidence: Evidence, rule_id: str) -> Finding:
    (one,) = (x for x in diagnose(evidence, NOW).findings if x.id == rule_id)
    return one


def failed(refusal: Refusal, **more: Any) -> FailedCommand:
    return FailedCommand(**{"at": ago(hours=2)} | more, refusal=refusal)


HOST: dict[str, tuple[Evidence, str, dict[str, object]]] = {
    "one of two adapters has IPv6 off in the settings": (
        home(
            unrouted_host(
                adapter("192.168.1.5/24"),
                adapter(
                    "192.168.1.6/24", name="wlan0", ipv6_method=IPv6Method.DISABLED
                ),
                ipv6_class_since=ago(seconds=40),
            )
        ),
        "ipv6_disabled",
        {"where": "settings"},
    ),
    "ageing addresses": (
        home(host(adapter(OLD, OLDER, address("fe80::5/64")))),
        "addresses_deprecated",
        {"addresses": "2001:db8::4/64, 2001:db8::5/64"},
    ),
    "an ageing address beside one that is being tried": (
        home(host(adapter(OLD, address("2001:db8::6/64", AddressFlag.TENTATIVE)))),
        "addresses_deprecated",
        {"addresses": "2001:db8::5/64"},
    ),
    "refused address": (
        home(host(adapter(TAKEN))),
        "duplicate_address",
        {"addresses": "fd99::5/64"},
    ),
    "strange address": (
        home(host(adapter("192.168.1.5/24", "fd99::5/64", "fc12::5/64"))),
        "bogus_prefix",
        {"addresses": "fc12::5/64"},
    ),
    "adapters": (
        home(host(adapter("192.168.7.5/24", name="wlan0"), adapter())),
        "several_adapters",
        {"adapters": "eth0, wlan0"},
    ),
    "hubs that should have announced a route": (
        home(unrouted_host(), hub(2), hub(1)),
        "no_route_to_mesh",
        {"hub": "Hub 1, Hub 2"},
    ),
    "ranges of two meshes without a route": (
        home(
            host(
                routes=(),
                choices={
                    LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40),
                    OTHER_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40),
                },
            ),
            hub(1, record=OTHER),
            hub(2),
            lock("a", extended_pan_id=APPLE, addresses=(OTHER_ADDRESS,)),
            lock("b"),
        ),
        "no_route_to_mesh",
        {"prefix": "fd11:22:33:44::/64, fd55:66:77:88::/64", "hub": "Hub 1, Hub 2"},
    ),
    "hub of which only its name is known": (
        home(
            host(choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=40)}),
            hub(**SEEN_ONLY),
        ),
        "no_source_address",
        {"hub": "–"},
    ),
    "range that no hub tells": (
        home(unrouted_host(), hub(record={"omr_prefix": None})),
        "no_route_to_mesh",
        {"prefix": "–"},
    ),
    "settings that perhaps a manager makes up for": (
        home(unrouted_host(REFUSES, manager=Gap.UNKNOWN)),
        "route_info_ignored",
        {"hub": "Hub 1", "prefix": "fd11:22:33:44::/64"},
    ),
    "other hubs than the dead next hop": (
        home(
            host(
                neighbours=(Neighbour(address="fe80::a", state=NeighbourState.FAILED),)
            ),
            hub(3),
            hub(1),
            hub(2),
            silent_lock(),
        ),
        "next_hop_dead",
        {"hub": "Hub 2, Hub 3"},
    ),
    "ghost": (
        home(
            host(
                routes=(
                    route(),
                    route(next_hop=IPv6Address("fe80::dead"), metric=1),
                ),
                choices=Gap.UNKNOWN,
            ),
            silent_lock(),
        ),
        "ghost_route",
        {"next_hop": "fe80::dead"},
    ),
    "meshes that the home network wins over the radio": (
        home(
            host(
                adapter(),
                adapter(name="wpan0", kind=AdapterKind.THREAD),
                routes=(
                    route(destination=OTHER_MESH, interface="wpan0", metric=120),
                    route(interface="wpan0", metric=120),
                    route(destination=OTHER_MESH, metric=105),
                    route(metric=105),
                ),
            )
        ),
        "route_conflict",
        {"prefix": "fd11:22:33:44::/64"},
    ),
    "firewall that is seen": (
        firewall_timeout.FOUND.evidence,
        "firewall_timeout",
        {"timeout": 120},
    ),
    "firewall that is not seen": (
        firewall_timeout.UNSEEN_FIREWALL.evidence,
        "firewall_timeout",
        {"timeout": "–"},
    ),
}
HUBS: dict[str, tuple[Evidence, str, dict[str, object]]] = {
    "hub that is gone since nobody knows when": (
        home(gone_hub(offline_since=None)),
        "hub_offline",
        {"since": "–"},
    ),
    "hub that is gone": (home(gone_hub()), "hub_offline", {"since": ago(seconds=30)}),
    "hub that left": (
        home(gone_hub(), lan(changed_at=ago(minutes=1))),
        "hub_left_wifi",
        {"since": ago(seconds=30), "hub": "Hub 1"},
    ),
    "outages": (home(hub(outages_per_day=7)), "hub_unstable", {"outages": 7}),
    "lowest address of a hub that is far": (
        home(hub(addresses=("fd98::20", "192.168.7.21", "192.168.7.20"))),
        "other_subnet",
        {"address": "192.168.7.20"},
    ),
    "hubs that an Apple TV is far from": (
        home(hub(2), hub(1), apple("192.168.7.9")),
        "apple_other_subnet",
        {"other": "Hub 1, Hub 2", "hub": "Apple TV"},
    ),
    "reflected addresses": (
        home(hub(addresses=("192.168.1.20", "192.168.9.20", "192.168.7.20"))),
        "mdns_reflector",
        {"address": "192.168.7.20, 192.168.9.20"},
    ),
    "network that no hub serves": (
        home(hub(record=OTHER), silent_lock()),
        "no_border_router",
        {"network": "b363bc7ef982ac73"},
    ),
    "networks without a name": (
        home(
            hub(record={"network_name": None}),
            lock(extended_pan_id=APPLE, meant_hub=hub().id),
        ),
        "wrong_thread_network",
        {"hub_network": "b363bc7ef982ac73", "lock_network": APPLE},
    ),
    "split network": (
        home(
            hub(2, record={"partition_id": 8, "network_name": "Older"}),
            hub(1, record={"network_name": "Newer"}),
        ),
        "network_split",
        {"network": "Newer", "hubs": "Hub 1, Hub 2"},
    ),
    "new ranges": (
        home(
            hub(1, record={"omr_prefix": OTHER_MESH}),
            hub(2, record={"omr_prefix": OTHER_MESH.supernet()}),
            host(choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=400)}),
            silent_lock(),
        ),
        "prefix_changed",
        {"prefix": "fd55:66:77:88::/63, fd55:66:77:88::/64"},
    ),
    "mesh of which one lock's server knows more": (
        home(
            silent_lock(siblings=Siblings(2, 2)),
            silent_lock("back", siblings=Gap.UNKNOWN),
        ),
        "mesh_silent",
        {"devices": 4, "locks": "Lock back, Lock front"},
    ),
    "the only hub": (home(), "single_border_router", {"locks": "Lock front"}),
    "networks of the house": (
        home(hub(1), hub(2, record={**OTHER, "network_name": "A home"})),
        "several_thread_networks",
        {"networks": "A home, AqaraHome-f8c4"},
    ),
}
MISMATCH = failed(Refusal.DATATYPE_MISMATCH)
CROWDED = (
    failed(Refusal.TIMEOUT, after_previous=30.4),
    failed(Refusal.TIMEOUT, after_previous=11.6),
)
DROPS = AvailabilityLog(
    tuple(AvailabilityChange(ago(hours=hour), False) for hour in range(1, 6))
)
SOFTWARE: dict[str, tuple[Evidence, str, dict[str, object]]] = {
    "state of the integration": (
        home(software(matter=MatterState.NOT_LOADED)),
        "matter_unavailable",
        {"state": "not_loaded"},
    ),
    "state that is not known": (
        home(
            software(matter=Gap.UNKNOWN),
            lock(link_problem=Cause.MATTER_UNAVAILABLE),
        ),
        "matter_unavailable",
        {"state": "–"},
    ),
    "schema": (
        home(lock(link_problem=Cause.MATTER_SERVER_TOO_OLD)),
        "matter_server_too_old",
        {"schema": 11},
    ),
    "schema that is not known": (
        home(
            software(server_schema=Gap.UNKNOWN),
            lock(link_problem=Cause.MATTER_SERVER_TOO_OLD),
        ),
        "matter_server_too_old",
        {"schema": "–"},
    ),
    "version that is not known": (
        home(software(server_version=Gap.UNKNOWN), lock(failed_commands=(MISMATCH,))),
        "server_type_mismatch",
        {"version": "–"},
    ),
    "version of the app": (
        home(
            software(addons={"openthread_border_router": "3.0.0"}),
            hub(record={"vendor_name": "Home Assistant"}),
        ),
        "border_router_app_broken",
        {"version": "3.0.0"},
    ),
    "networks without credentials": (
        home(
            software(datasets=frozenset(), credentials_set=False),
            lock(),
            lock("back", extended_pan_id=APPLE, addresses=()),
        ),
        "credentials_missing",
        {"networks": f"{APPLE}, b363bc7ef982ac73"},
    ),
}
LOCKS: dict[str, tuple[Evidence, str, dict[str, object]]] = {
    "silent since nobody knows when": (
        home(silent_lock(unavailable_since=None)),
        "lock_unreachable",
        {"since": "–"},
    ),
    "silent since a ping": (
        home(
            lock(
                ping=answered(sent=5, minutes=2),
                ping_failed_at=None,
                last_sign_of_life=ago(minutes=8),
            )
        ),
        "lock_unreachable",
        {"since": ago(minutes=2)},
    ),
    "bridged lock": (
        home(
            bridged_lock(
                available=False,
                unavailable_since=ago(minutes=5),
                last_sign_of_life=ago(minutes=10),
            )
        ),
        "bridged_lock_unreachable",
        {"since": ago(minutes=5)},
    ),
    "bridged lock since nobody knows when": (
        home(bridged_lock(available=False)),
        "bridged_lock_unreachable",
        {"since": "–"},
    ),
    "bridge": (
        home(
            bridged_lock(
                available=False,
                bridge_answers=False,
                unavailable_since=ago(minutes=5),
                last_sign_of_life=ago(minutes=10),
            )
        ),
        "bridge_unreachable",
        {"since": ago(minutes=5)},
    ),
    "bridge since nobody knows when": (
        home(bridged_lock(available=False, bridge_answers=False)),
        "bridge_unreachable",
        {"since": "–"},
    ),
    "session": (
        home(silent_lock(ping=answered(80))),
        "session_lost",
        {"since": ago(minutes=5)},
    ),
    "session since nobody knows when": (
        home(silent_lock(ping=answered(80), unavailable_since=None)),
        "session_lost",
        {"since": "–"},
    ),
    "last report": (
        home(lock(unconfirmed_at=ago(minutes=1), last_report=ago(hours=3))),
        "stale_subscription",
        {"last_report": ago(hours=3)},
    ),
    "no report ever": (
        home(lock(unconfirmed_at=ago(minutes=1), last_report=None)),
        "stale_subscription",
        {"last_report": "–"},
    ),
    "shortest time between commands": (
        home(lock(failed_commands=CROWDED)),
        "commands_too_close",
        {"seconds": 12},
    ),
    "charge": (
        home(lock(battery=Battery(percent=14.6))),
        "low_battery",
        {"percent": 15},
    ),
    "drain": (
        home(lock(battery=Battery(percent=70, drop_per_day=2.34), flips=DROPS)),
        "battery_drain",
        {"per_day": 2.3, "dropouts": 5},
    ),
    "changes without an operation": (
        home(
            lock(reboots=(ago(hours=5),), silent_changes=7, operations_since_reboot=0)
        ),
        "operations_missing",
        {"changes": 7},
    ),
    "apps": (
        home(lock(fabrics=FabricCount(6, 5))),
        "fabrics_full",
        {"supported": 5},
    ),
    "operations of nobody": (
        home(lock(local_operations=LocalOperations(total=8, nameless=8))),
        "lock_names_nobody",
        {"operations": 8},
    ),
    "nothing is acknowledged": (
        home(lock(radio=RadioLink(as_of=ago(hours=1), acknowledged=0.0))),
        "weak_link",
        {"unacknowledged": 100},
    ),
    "weak radio": (
        home(
            lock(
                radio=RadioLink(
                    as_of=ago(hours=1),
                    rssi=-90,
                    link_quality=1,
                    frame_error_rate=12,
                    acknowledged=0.7,
                    detached_per_day=6.4,
                ),
                ping=answered(80, 3100.6, 2600, sent=4),
            )
        ),
        "weak_link",
        {
            "rssi": -90,
            "link_quality": 1,
            "frame_errors": 12,
            "unacknowledged": 30,
            "detached": 6,
            "lost": 1,
            "sent": 4,
            "slowest": 3101,
        },
    ),
}
TOLD = HOST | HUBS | SOFTWARE | LOCKS


@pytest.mark.parametrize("name", TOLD)
def test_what_it_tells(name: str) -> None:
    evidence, rule_id, expected = TOLD[name]
    told = found(evidence, rule_id).parameters
    assert {key: told[key] for key in expected} == expected


def test_a_measure_that_is_good_is_not_told() -> None:
    radio = RadioLink(as_of=ago(hours=1), rssi=-90, link_quality=3, acknowledged=0.99)
    told = found(home(lock(radio=radio)), "weak_link").parameters
    assert set(told) == {"lock", "rssi"}
    slow = home(lock(radio=None, ping=answered(80, 2600, 90)))
    assert set(found(slow, "weak_link").parameters) == {"lock", "slowest"}
