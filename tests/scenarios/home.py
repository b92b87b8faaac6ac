"""A home in which all is well, and the changes that make a situation of it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface, IPv6Network
from typing import Any, Final

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    AddressFlag,
    Announcements,
    Battery,
    BatteryLevel,
    Evidence,
    FabricCount,
    Gateway,
    Hearing,
    HostAddress,
    HostEvidence,
    HubEvidence,
    LanEvidence,
    LocalOperations,
    LockEvidence,
    MatterState,
    NetworkManager,
    PingSeries,
    RadioLink,
    Sharing,
    Siblings,
    SoftwareEvidence,
    Sysctls,
    Transport,
    known,
)
from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.meshcop import (
    DatasetTimestamp,
    MeshcopRecord,
    StateBitmap,
    ThreadInterface,
    ThreadRole,
)
from custom_components.aqara_lock.domain.thread.path import RouteEvidence, resolve_path
from custom_components.aqara_lock.domain.thread.routing import (
    Neighbour,
    NeighbourState,
    Route,
    RouteChoice,
    RouteState,
)

NOW: Final = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
AQARA: Final = "b363bc7ef982ac73"
APPLE: Final = "64ec20cc16093cc8"
MESH: Final = IPv6Network("fd11:22:33:44::/64")
OTHER_MESH: Final = IPv6Network("fd55:66:77:88::/64")
LOCK_ADDRESS: Final = IPv6Address("fd11:22:33:44::10")
HUB_LINK_LOCAL: Final = IPv6Address("fe80::a")
HOST_ADDRESS: Final = IPv6Address("fd99::5")
FRONT: Final = "front"


def ago(**span: float) -> datetime:
    """Give the moment that long before now."""
    return NOW - timedelta(**span)


def thread_state(*, active: bool = True) -> StateBitmap:
    interface = ThreadInterface.ACTIVE if active else ThreadInterface.INACTIVE
    return StateBitmap(
        interface, ThreadRole.ROUTER if active else ThreadRole.DETACHED, active
    )


def record(number: int = 1, **changes: Any) -> MeshcopRecord:
    """Make the TXT record of the hub with that number."""
    made = MeshcopRecord(
        border_agent_id=f"{number:032x}",
        extended_address=f"{number:016x}",
        extended_pan_id=AQARA,
        network_name="AqaraHome-f8c4",
        vendor_name="Aqara",
        model_name="Hub M100",
        thread_version="1.4.0",
        software_version=None,
        state=thread_state(),
        active_timestamp=DatasetTimestamp(1000, False),
        partition_id=7,
        omr_prefix=MESH,
    )
    return replace(made, **changes)


def hub(number: int = 1, /, **changes: Any) -> HubEvidence:
    """Make a hub that is well; `record`, `addresses` and `name` go to its router."""
    of_record = changes.pop("record", {})
    addresses = changes.pop(
        "addresses", (f"192.168.1.{19 + number}", f"fe80::{number + 9:x}")
    )
    name = changes.pop("name", f"Hub {number}")
    router = BorderRouter(
        instance=f"{name}._meshcop._udp.local.",
        host=f"hub{number}.local.",
        addresses=addresses,
        record=record(number, **of_record),
    )
    well = HubEvidence(
        router=router,
        state=HubState.ONLINE,
        answers=True,
        hearing=Hearing.HEARD,
        online_since=ago(days=1),
        record_since=ago(days=1),
        outages_per_day=0,
        power_switch=None,
    )
    return replace(well, **changes)


def gone_hub(number: int = 1, /, **changes: Any) -> HubEvidence:
    """Make a hub that stopped answering some seconds ago."""
    gone = {
        "state": HubState.OFFLINE,
        "offline_since": ago(seconds=30),
        "answers": False,
        "hearing": Hearing.SILENT,
        "silent_since": ago(seconds=30),
    }
    return hub(number, **gone | changes)


def lock(lock_id: str = FRONT, /, **changes: Any) -> LockEvidence:
    """Make a lock that is well."""
    well = LockEvidence(
        id=lock_id,
        name=f"Lock {lock_id}",
        transport=Transport.THREAD,
        extended_pan_id=AQARA,
        addresses=(LOCK_ADDRESS,),
        siblings=Siblings(0, 0),
        available=True,
        last_sign_of_life=ago(seconds=60),
        last_report=ago(seconds=60),
        restored=True,
        radio=RadioLink(as_of=ago(hours=2), link_quality=3, rssi=-60),
        battery=Battery(percent=80, level=BatteryLevel.OK, drop_per_day=0.2),
        feature_map=0x183,
        fabrics=FabricCount(2, 5),
        sharing=Sharing(window_open=False),
        local_operations=LocalOperations(total=10, nameless=2),
        operations_since_reboot=10,
    )
    return replace(well, **changes)


def silent_lock(lock_id: str = FRONT, /, **changes: Any) -> LockEvidence:
    """Make a lock that the Matter server calls unavailable."""
    gone = {
        "available": False,
        "unavailable_since": ago(minutes=5),
        "last_sign_of_life": ago(minutes=10),
        "last_report": ago(minutes=10),
    }
    return lock(lock_id, **gone | changes)


def bridged_lock(lock_id: str = "zigbee", /, **changes: Any) -> LockEvidence:
    """Make a Zigbee lock behind the bridge of hub 1."""
    bridged: dict[str, Any] = {
        "transport": Transport.BRIDGED,
        "extended_pan_id": None,
        "addresses": (),
        "bridge_hub": hub().id,
        "radio": None,
    }
    return lock(lock_id, **bridged | changes)


def answered(*times: float, sent: int | None = None, **span: float) -> PingSeries:
    """Make a ping series, by default of ten seconds ago; times in ms."""
    at = ago(**span or {"seconds": 10})
    return PingSeries(at=at, sent=len(times) if sent is None else sent, times=times)


def route(**changes: Any) -> Route:
    """Make the route to the mesh that hub 1 announced."""
    made = Route(
        destination=MESH,
        next_hop=HUB_LINK_LOCAL,
        interface="eth0",
        expires=1700,
        protocol="ra",
        from_route_info=True,
    )
    return replace(made, **changes)


def choice(
    way: RouteState = RouteState.ROUTED,
    *,
    seconds: float | None = None,
    days: float = 1,
) -> RouteChoice:
    """Make what the kernel does for the lock's address, and since when."""
    since = ago(days=days) if seconds is None else ago(seconds=seconds)
    routed = way in {RouteState.ROUTED, RouteState.NO_SOURCE}
    source = HOST_ADDRESS if way is RouteState.ROUTED else IPv6Address("fe80::5")
    return RouteChoice(
        way=way,
        next_hop=HUB_LINK_LOCAL if routed else None,
        source=source if routed else None,
        interface="eth0" if routed else None,
        since=since,
    )


def address(text: str, *flags: AddressFlag) -> HostAddress:
    """Make an address of the host."""
    made = IPv6Interface(text) if ":" in text else IPv4Interface(text)
    return HostAddress(made, frozenset(flags))


def adapter(*addresses: str | HostAddress, **changes: Any) -> Adapter:
    """Make the host's adapter, with its usual addresses where none are given."""
    usual = ("192.168.1.5/24", "fe80::5/64", "fd99::5/64")
    made = tuple(
        x if isinstance(x, HostAddress) else address(x) for x in addresses or usual
    )
    sysctls = Sysctls(accept_ra=1, rt_info_max_plen=64, disable_ipv6=0, forwarding=0)
    well = Adapter(
        name="eth0",
        addresses=made,
        sysctls=sysctls,
        announcements=Announcements(count=500, unchanged_since=ago(minutes=2)),
    )
    return replace(well, **changes)


def host(*adapters: Adapter, **changes: Any) -> HostEvidence:
    """Make a host that is well."""
    well = HostEvidence(
        adapters=adapters or (adapter(),),
        ipv6_class_since=ago(days=1),
        all_interfaces=Sysctls(disable_ipv6=0, forwarding=0),
        routes=(route(),),
        choices={LOCK_ADDRESS: choice()},
        neighbours=(
            Neighbour(
                address=str(HUB_LINK_LOCAL),
                mac="54:ef:44:00:00:01",
                state=NeighbourState.REACHABLE,
            ),
            Neighbour(
                address="192.168.1.20",
                mac="54:ef:44:00:00:01",
                state=NeighbourState.REACHABLE,
            ),
        ),
        udp_stream_timeout=None,
        manager=NetworkManager.NONE,
        bridged_container=False,
        matter_server_elsewhere=False,
    )
    return replace(well, **changes)


def unrouted_host(*adapters: Adapter, **changes: Any) -> HostEvidence:
    """Make a host that lost its route to the mesh 40 s ago."""
    lost = {
        "routes": (),
        "choices": {LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=40)},
    }
    return host(*adapters, **lost | changes)


def lan(**changes: Any) -> LanEvidence:
    """Make a home network that is well."""
    well = LanEvidence(gateway=Gateway(answers=True), changed_at=None)
    return replace(well, **changes)


def software(**changes: Any) -> SoftwareEvidence:
    """Make Home Assistant and a Matter server that are well."""
    well = SoftwareEvidence(
        matter=MatterState.READY,
        server_schema=11,
        server_version="8.1.2",
        server_changed_kind=False,
        fabric=1,
        stored_fabric=1,
        unconfigured_locks=(),
        addons={},
        preferred_network=AQARA,
        datasets=frozenset({AQARA}),
        credentials_set=True,
    )
    return replace(well, **changes)


def home(*parts: Any, **changes: Any) -> Evidence:
    """Put a home together: what is not given is well. Hubs and locks may be several."""
    hubs = tuple(x for x in parts if isinstance(x, HubEvidence))
    locks = tuple(x for x in parts if isinstance(x, LockEvidence))
    made = Evidence(
        started_at=ago(days=3),
        host=_one(parts, HostEvidence) or host(),
        lan=_one(parts, LanEvidence) or lan(),
        hubs=hubs or (hub(),),
        locks=locks or (lock(),),
        software=_one(parts, SoftwareEvidence) or software(),
    )
    return with_paths(replace(made, **changes))


def with_paths(evidence: Evidence) -> Evidence:
    """Resolve the path of each lock that has none, as the home does."""
    locks = tuple(
        x if x.path is not None else replace(x, path=_path(evidence, x))
        for x in evidence.locks
    )
    return replace(evidence, locks=locks)


def _path(evidence: Evidence, one: LockEvidence) -> Any:
    addresses = known(one.addresses) or ()
    choices = known(evidence.host.choices) or {}
    way = RouteEvidence(
        addresses=addresses,
        choices=tuple(choices[a] for a in addresses if a in choices),
        routes=known(evidence.host.routes) or (),
        neighbours=known(evidence.host.neighbours) or (),
    )
    routers = [hub.router for hub in evidence.hubs]
    return resolve_path(known(one.extended_pan_id), None, routers, way)


def _one[T](parts: tuple[Any, ...], kind: type[T]) -> T | None:
    return next((x for x in parts if isinstance(x, kind)), None)


@dataclass(frozen=True)
class Case:
    """Evidence and what must be found: all serious findings, and some notices.

    `lock` and `home` are the states of the diagnosis sensors of lock `front` and home.
    """

    evidence: Evidence
    serious: frozenset[str]
    notices: frozenset[str]
    lock: str
    home: str


def case(
    evidence: Evidence,
    *serious: str,
    notices: tuple[str, ...] = (),
    lock: str = "ok",
    home: str = "ok",
) -> Case:
    """Write down a case in short."""
    return Case(evidence, frozenset(serious), frozenset(notices), lock, home)
