"""Homes of every shape in which all is well: nobody is alarmed."""

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    Gap,
    Gateway,
    Hearing,
    HubEvidence,
    NetworkManager,
    Sysctls,
)
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    APPLE,
    AQARA,
    FRONT,
    LOCK_ADDRESS,
    OTHER_MESH,
    adapter,
    address,
    ago,
    bridged_lock,
    case,
    choice,
    home,
    host,
    hub,
    lan,
    lock,
)

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH, "network_name": "MyHome1"}


def apple(number: int, /, **changes: object) -> HubEvidence:
    return hub(number, record={**OTHER, "vendor_name": "Apple Inc."}, **changes)


def seen_only(number: int, /) -> HubEvidence:
    of_record = {"extended_pan_id": "11" * 8, "vendor_name": "Google Inc."}
    made = hub(number, record=of_record, addresses=(f"192.168.1.{100 + number}",))
    return HubEvidence(router=made.router, hearing=Hearing.HEARD)


TWENTY_LOCKS_ON_TWO_NETWORKS = case(
    home(
        hub(1),
        hub(2),
        apple(3),
        apple(4),
        seen_only(5),
        lock(),
        *(lock(f"aqara{n}") for n in range(9)),
        *(lock(f"apple{n}", extended_pan_id=APPLE, addresses=()) for n in range(10)),
    )
)
ONLY_APPLE_CARRIES = case(
    home(hub(1), apple(3), lock(extended_pan_id=APPLE, addresses=())),
    notices=("several_thread_networks",),
)
ONLY_A_ZIGBEE_LOCK = case(home(hub(1), bridged_lock(FRONT)))
QUIET_SINCE_YESTERDAY = case(
    home(lock(last_sign_of_life=ago(hours=20), last_report=ago(hours=20)))
)
OFF = Sysctls(accept_ra=0, rt_info_max_plen=0, disable_ipv6=1)
IPV6_OFF_ON_AN_UNUSED_ADAPTER = case(
    home(host(adapter(), adapter("192.168.1.6/24", name="wlan0", sysctls=OFF)))
)
DOCKER = adapter("172.17.0.1/16", name="docker0", kind=AdapterKind.OTHER)
TUNNEL = adapter(
    "100.101.1.2/32", "fd7a:115c:a1e0::1/128", name="tailscale0", kind=AdapterKind.OTHER
)
ZEROTIER = adapter("fc12:3456::1/40", name="zt0", kind=AdapterKind.OTHER)
CONTAINERS_AND_TUNNELS = case(home(host(adapter(), DOCKER, TUNNEL, ZEROTIER)))
TWO_ADAPTERS_ON_ONE_LAN = case(
    home(host(adapter(), adapter("192.168.1.6/24", "fd99::6/64", name="wlan0")))
)
MIXED = adapter(
    "192.168.1.5/24",
    "fe80::5/64",
    "fd99::5/64",
    "2001:db8::5/64",
    address("2001:db8::77/64", AddressFlag.DEPRECATED),
    address("2001:db8:1::5/64", AddressFlag.TENTATIVE),
)
LOCAL_AND_INTERNET_ADDRESSES = case(home(host(MIXED)))
OLD_PREFIX = address("2001:db8:1::5/64", AddressFlag.DEPRECATED)
PREFIX_OF_THE_PROVIDER_CHANGED = case(
    home(host(adapter("192.168.1.5/24", "2001:db8::5/64", OLD_PREFIX)))
)
NOT_READABLE = {
    "routes": Gap.NOT_CHECKABLE,
    "choices": Gap.NOT_CHECKABLE,
    "neighbours": Gap.NOT_CHECKABLE,
    "manager": Gap.NOT_CHECKABLE,
}
NOTHING_IS_READ = case(home(host(adapters=Gap.UNKNOWN, **NOT_READABLE)))
MACOS = case(
    home(
        host(
            adapter(name="en0", sysctls=Sysctls(), announcements=Gap.UNKNOWN),
            **NOT_READABLE,
        )
    )
)
NETWORKD = case(
    home(
        host(
            adapter(sysctls=Sysctls(accept_ra=0, rt_info_max_plen=0)),
            manager=NetworkManager.NETWORKD,
        )
    )
)
ROUTER_LEADS_TO_THE_MESH = case(
    home(host(choices={LOCK_ADDRESS: choice(RouteState.DEFAULT_ROUTE)}, routes=()))
)
ONE_HUB_PUBLISHES_FOR_BOTH = case(home(hub(1), hub(2, record={"omr_prefix": None})))
HUBS_SAY_LITTLE = {"state": None, "partition_id": None, "active_timestamp": None}
FIRMWARE_THAT_SAYS_LITTLE = case(home(hub(1, record=HUBS_SAY_LITTLE)))
ROUTER_ANSWERS_NO_PROBE = case(home(lan(gateway=Gateway(answers=False))))
LAPTOP_WOKE_UP = case(
    home(
        hub(online_since=ago(seconds=2), outages_per_day=1),
        lan(gateway=Gateway(answers=True, since=ago(seconds=2))),
        lock(last_sign_of_life=ago(hours=8), last_report=ago(hours=8)),
    )
)
CLOCK_WAS_SET_BACK = case(
    home(
        hub(online_since=ago(hours=-1), record_since=ago(hours=-1)),
        lock(last_sign_of_life=ago(hours=-1), last_report=ago(hours=-1)),
    )
)
HUB_THAT_IS_NEVER_HEARD_BUT_ANSWERS = case(
    home(hub(state=HubState.ONLINE, hearing=Gap.UNKNOWN))
)
SAME_NETWORK_TWO_MAKERS = case(
    home(hub(1), hub(2, record={"vendor_name": "Apple Inc.", "extended_pan_id": AQARA}))
)
