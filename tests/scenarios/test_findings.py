"""How bad a finding is, how sure, and what it tells: by situation."""

from dataclasses import replace

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AddressFlag,
    Announcements,
    Battery,
    BatteryLevel,
    Evidence,
    FailedCommand,
    Gap,
    Hearing,
    IPv6Method,
    NetworkManager,
    PingSeries,
    Refusal,
    Siblings,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import (
    Caveat,
    Finding,
    diagnose,
)
from custom_components.aqara_lock.domain.diagnosis.rules import Confidence, Severity
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    APPLE,
    AQARA,
    FRONT,
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
    silent_lock,
    software,
    thread_state,
    unrouted_host,
)
from tests.scenarios.situations import firewall_timeout

REFUSES = Sysctls(accept_ra=1, rt_info_max_plen=0)
OLD = "2001:db8::5/64"
ELSEWHERE = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
SILENT_WAY = {LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE, seconds=500)}
NO_IPV6 = {"ipv6_class_since": ago(seconds=40)}


def found(evidence: Evidence, rule_id: str) -> Finding:
    (one,) = (x for x in diagnose(evidence, NOW).findings if x.id == rule_id)
    return one


CONFIDENCE = {
    "hub that misses its probe": (home(gone_hub()), "hub_offline", Confidence.HIGH),
    "hub that never answered one": (
        home(gone_hub(answers=Gap.UNKNOWN), silent_lock()),
        "hub_offline",
        Confidence.MEDIUM,
    ),
    "thread off by its own word": (
        home(
            hub(
                record={"state": thread_state(active=False)},
                record_since=ago(seconds=40),
            )
        ),
        "thread_interface_off",
        Confidence.HIGH,
    ),
    "goodbye alone": (
        home(hub(hearing=Hearing.GOODBYE, silent_since=ago(minutes=3)), silent_lock()),
        "thread_interface_off",
        Confidence.MEDIUM,
    ),
    "lock beside others that answer": (
        home(silent_lock(siblings=Siblings(3, 1))),
        "lock_unreachable",
        Confidence.HIGH,
    ),
    "lock that is the only device": (
        home(silent_lock()),
        "lock_unreachable",
        Confidence.MEDIUM,
    ),
    "firewall that is seen": (
        home(host(udp_stream_timeout=120), firewall_timeout.FOUND.evidence.locks[0]),
        "firewall_timeout",
        Confidence.HIGH,
    ),
    "firewall that is long enough": (
        home(host(udp_stream_timeout=3600), firewall_timeout.FOUND.evidence.locks[0]),
        "firewall_timeout",
        Confidence.LOW,
    ),
    "default route may lead there": (
        home(host(choices=SILENT_WAY), silent_lock()),
        "no_route_to_mesh",
        Confidence.LOW,
    ),
    "no route at all": (home(unrouted_host()), "no_route_to_mesh", Confidence.HIGH),
    "kernel alone": (
        home(unrouted_host(adapter(sysctls=REFUSES))),
        "route_info_ignored",
        Confidence.HIGH,
    ),
    "perhaps a manager": (
        home(
            unrouted_host(adapter(sysctls=REFUSES), manager=Gap.NOT_CHECKABLE),
        ),
        "route_info_ignored",
        Confidence.LOW,
    ),
    "unheard hub that answers": (
        home(hub(hearing=Hearing.SILENT, silent_since=ago(minutes=5))),
        "mdns_blocked",
        Confidence.HIGH,
    ),
    "unheard hub whose lock spoke": (
        home(
            gone_hub(
                answers=Gap.UNKNOWN,
                **dict.fromkeys(("offline_since", "silent_since"), ago(minutes=9)),
            )
        ),
        "mdns_blocked",
        Confidence.MEDIUM,
    ),
}


@pytest.mark.parametrize("name", CONFIDENCE)
def test_how_sure_it_is(name: str) -> None:
    evidence, rule_id, confidence = CONFIDENCE[name]
    assert found(evidence, rule_id).confidence is confidence


SEVERITY = {
    "thread off, another carries": (
        home(hub(record={"state": thread_state(active=False)}), hub(2)),
        "thread_interface_off",
        Severity.WARNING,
    ),
    "battery as good as empty": (
        home(lock(battery=Battery(level=BatteryLevel.CRITICAL))),
        "low_battery",
        Severity.ERROR,
    ),
    "battery low": (
        home(lock(battery=Battery(level=BatteryLevel.WARNING))),
        "low_battery",
        Severity.WARNING,
    ),
    "dead way of a lock that answers": (
        home(gone_hub(1), hub(2)),
        "next_hop_dead",
        Severity.WARNING,
    ),
    "hub that left the lock's network just now": (
        home(
            hub(record={"extended_pan_id": APPLE}, record_since=ago(seconds=10)),
            lock(meant_hub=hub().id),
        ),
        "wrong_thread_network",
        Severity.ERROR,
    ),
    "lock that works without the hub": (
        home(hub(record={"extended_pan_id": APPLE}), lock(meant_hub=hub().id)),
        "wrong_thread_network",
        Severity.WARNING,
    ),
    "hub whose lock has another": (
        home(gone_hub(1), hub(2)),
        "hub_offline",
        Severity.WARNING,
    ),
}


@pytest.mark.parametrize("name", SEVERITY)
def test_how_bad_it_is(name: str) -> None:
    evidence, rule_id, severity = SEVERITY[name]
    assert found(evidence, rule_id).severity is severity


PINGED = lock(
    ping=PingSeries(at=ago(minutes=2), sent=3),
    ping_failed_at=ago(minutes=3),
    last_sign_of_life=ago(minutes=8),
)
PARAMETERS: dict[str, tuple[Evidence, str, dict[str, object]]] = {
    "off in the settings": (
        home(
            unrouted_host(
                adapter("192.168.1.5/24", ipv6_method=IPv6Method.DISABLED), **NO_IPV6
            )
        ),
        "ipv6_disabled",
        {"where": "settings"},
    ),
    "off in the kernel": (
        home(
            unrouted_host(
                adapter("192.168.1.5/24", sysctls=Sysctls(disable_ipv6=1)), **NO_IPV6
            )
        ),
        "ipv6_disabled",
        {"where": "kernel"},
    ),
    "off in the whole kernel": (
        home(
            unrouted_host(
                adapter("192.168.1.5/24"),
                all_interfaces=Sysctls(disable_ipv6=1),
                **NO_IPV6,
            )
        ),
        "ipv6_disabled",
        {"where": "kernel"},
    ),
    "off, nobody knows where": (
        home(unrouted_host(adapter("192.168.1.5/24"), **NO_IPV6)),
        "ipv6_disabled",
        {"where": "unknown"},
    ),
    "route that is missing": (
        home(unrouted_host(), hub(1), gone_hub(2)),
        "no_route_to_mesh",
        {"hub": "Hub 1", "prefix": "fd11:22:33:44::/64"},
    ),
    "hub that misses its probe": (
        home(gone_hub()),
        "hub_offline",
        {"since": ago(seconds=30), "missed": "probe"},
    ),
    "hub that never answered one": (
        home(gone_hub(answers=Gap.UNKNOWN), silent_lock()),
        "hub_offline",
        {"missed": "mdns"},
    ),
    "silent since the server said so": (
        home(silent_lock()),
        "lock_unreachable",
        {"since": ago(minutes=5)},
    ),
    "silent since the first lost ping": (
        home(PINGED),
        "lock_unreachable",
        {"since": ago(minutes=3)},
    ),
    "battery without a number": (
        home(lock(battery=Battery(level=BatteryLevel.WARNING))),
        "low_battery",
        {"percent": "–"},
    ),
    "version of the server": (
        home(
            lock(
                failed_commands=(
                    FailedCommand(
                        at=ago(hours=1),
                        refusal=Refusal.DATATYPE_MISMATCH,
                    ),
                )
            )
        ),
        "server_type_mismatch",
        {"version": "8.1.2"},
    ),
    "another network": (
        home(
            hub(1),
            hub(2, record={"extended_pan_id": APPLE, "network_name": "MyHome1"}),
            lock(extended_pan_id=APPLE, meant_hub=hub().id),
        ),
        "wrong_thread_network",
        {"hub_network": "AqaraHome-f8c4", "lock_network": "MyHome1"},
    ),
    "network without a hub": (
        home(silent_lock(network_name="AqaraHome-1718"), hub(record=ELSEWHERE)),
        "no_border_router",
        {"network": "AqaraHome-1718"},
    ),
    "network without a hub and a name": (
        home(silent_lock(), hub(record=ELSEWHERE)),
        "no_border_router",
        {"network": AQARA},
    ),
    "another network that its hub names": (
        home(
            hub(1),
            hub(2, record={"extended_pan_id": APPLE, "network_name": "MyHome1"}),
            lock(extended_pan_id=APPLE, meant_hub=hub().id, network_name="old"),
        ),
        "wrong_thread_network",
        {"hub_network": "AqaraHome-f8c4", "lock_network": "MyHome1"},
    ),
    "silent mesh": (
        home(silent_lock(siblings=Siblings(3, 3))),
        "mesh_silent",
        {"hub": "Hub 1", "devices": 4},
    ),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_what_it_tells(name: str) -> None:
    evidence, rule_id, expected = PARAMETERS[name]
    told = found(evidence, rule_id).parameters
    assert expected.items() <= told.items()


NOT_HEARD_YET = {
    "state": HubState.UNKNOWN,
    **dict.fromkeys(("hearing", "answers"), Gap.UNKNOWN),
}
NONE = {
    "route of a hub that nobody has heard yet": (
        home(unrouted_host(), hub(**NOT_HEARD_YET), silent_lock()),
        "no_route_to_mesh",
    ),
    "old reports of commands": (
        home(
            lock(
                failed_commands=(
                    FailedCommand(
                        at=ago(hours=30),
                        refusal=Refusal.TIMEOUT,
                        after_previous=3,
                    ),
                )
            )
        ),
        "commands_too_close",
    ),
    "restart that is not known": (
        home(lock(reboots=(), silent_changes=4, operations_since_reboot=0)),
        "operations_missing",
    ),
    "few silent changes": (
        home(
            lock(reboots=(ago(hours=5),), silent_changes=2, operations_since_reboot=0)
        ),
        "operations_missing",
    ),
    "a command just sent": (
        home(lock(unconfirmed_at=ago(seconds=29), last_report=ago(minutes=30))),
        "stale_subscription",
    ),
    "a hub with its goodbye that does not answer": (
        home(
            hub(
                hearing=Hearing.GOODBYE,
                answers=Gap.UNKNOWN,
                silent_since=ago(minutes=3),
            ),
            silent_lock(),
        ),
        "thread_interface_off",
    ),
    "an unused adapter of another network": (
        home(host(adapter(), adapter("192.168.7.5/24", name="wlan0", enabled=False))),
        "several_adapters",
    ),
    "two adapters of one network": (
        home(host(adapter(), adapter("192.168.1.6/24", name="wlan0"))),
        "several_adapters",
    ),
    "credentials that the server has": (
        home(software(datasets=frozenset(), credentials_set=True)),
        "credentials_missing",
    ),
    "counter that never stood": (
        home(
            unrouted_host(
                adapter(announcements=Announcements(count=0, unchanged_since=None))
            )
        ),
        "router_announcements_missing",
    ),
    "no lock on Thread: several adapters": (
        home(host(adapter(), adapter("192.168.7.5/24", name="wlan0")), bridged_lock()),
        "several_adapters",
    ),
    "no lock on Thread: strange prefix": (
        home(host(adapter("192.168.1.5/24", "fc12::5/64")), bridged_lock()),
        "bogus_prefix",
    ),
    "no lock on Thread: ageing address": (
        home(host(adapter(address(OLD, AddressFlag.DEPRECATED))), bridged_lock()),
        "addresses_deprecated",
    ),
    "no lock on Thread: refused address": (
        home(host(adapter(address(OLD, AddressFlag.DAD_FAILED))), bridged_lock()),
        "duplicate_address",
    ),
    "hub of an unknown network, lock away for a moment": (
        home(
            hub(record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}),
            silent_lock(unavailable_since=ago(seconds=10)),
        ),
        "no_border_router",
    ),
    "hub whose lock spoke after the network changed": (
        home(
            gone_hub(offline_since=ago(minutes=2)),
            lock(last_sign_of_life=ago(seconds=20)),
            lan(changed_at=ago(minutes=3)),
        ),
        "hub_left_wifi",
    ),
    "hub whose Zigbee lock spoke": (
        home(
            gone_hub(answers=Gap.UNKNOWN, offline_since=ago(minutes=9)), bridged_lock()
        ),
        "hub_offline",
    ),
    "Apple TV that serves the lock itself": (
        home(
            hub(1, record={"extended_pan_id": AQARA}),
            hub(
                5,
                addresses=("192.168.7.9",),
                record={"vendor_name": "Apple Inc.", "extended_pan_id": AQARA},
            ),
        ),
        "apple_other_subnet",
    ),
    "own border router in two networks": (
        home(hub(addresses=("192.168.1.5", "10.0.3.1")), silent_lock()),
        "mdns_reflector",
    ),
    "network manager at work": (
        home(
            unrouted_host(
                adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=None)),
                manager=NetworkManager.NETWORKD,
            )
        ),
        "kernel_without_route_info",
    ),
    "hub that is live but whose lock is on another": (
        home(
            hub(1),
            hub(
                2,
                addresses=("192.168.1.21", "192.168.7.21"),
                record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH},
            ),
            silent_lock(),
        ),
        "mdns_reflector",
    ),
    "containers of another host": (
        home(
            hub(addresses=("192.168.1.7", "172.30.32.1", "172.17.0.1")), silent_lock()
        ),
        "mdns_reflector",
    ),
    "lock that answers pings in a silent mesh": (
        home(
            silent_lock(ping=answered(80, seconds=10), last_sign_of_life=ago(hours=2)),
            silent_lock("back"),
        ),
        "mesh_silent",
    ),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_not_said(name: str) -> None:
    evidence, rule_id = NONE[name]
    assert rule_id not in {x.id for x in diagnose(evidence, NOW).findings}


def test_a_border_router_that_only_the_server_may_see_is_doubted() -> None:
    other = hub(record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH})
    here = found(home(other, silent_lock()), "no_border_router")
    there = home(other, silent_lock(), host(matter_server_elsewhere=True))
    doubted = found(there, "no_border_router")
    assert (here.confidence, here.caveat) == (Confidence.MEDIUM, None)
    assert doubted.confidence is Confidence.LOW
    assert doubted.caveat is Caveat.SERVER_ELSEWHERE


def test_locks_of_a_finding_are_those_that_it_cuts_off() -> None:
    back = lock("back", extended_pan_id=APPLE, addresses=())
    other = hub(2, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH})
    gone = found(home(gone_hub(1), other, lock(), back), "hub_offline")
    assert gone.locks == (FRONT,)
    late = replace(home(gone_hub(1), other, lock(), back), started_at=ago(minutes=2))
    assert found(late, "hub_offline").locks == (FRONT,)
