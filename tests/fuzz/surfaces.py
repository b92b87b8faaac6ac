"""What comes from outside and is read without a running Home Assistant, with real samples."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import MagicMock

from matter_server.client.models.node import MatterNode
from matter_server.common.helpers.util import dataclass_from_dict
from matter_server.common.models import MatterNodeData
from zeroconf import DNSCache, DNSIncoming, DNSOutgoing, DNSRecord
from zeroconf.asyncio import AsyncServiceInfo

from custom_components.aqara_lock.diagnostics import reports_who
from custom_components.aqara_lock.domain.access import (
    ALWAYS,
    FromTo,
    Grant,
    GrantKey,
    WantedGrant,
    grants_as_dict,
    grants_from_dict,
    job_as_dict,
    job_from_dict,
    job_of,
    next_change,
    sound_table,
    table_as_dict,
    table_from_dict,
    unproved,
)
from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.directory_codec import (
    directory_as_dict,
    directory_from_dict,
)
from custom_components.aqara_lock.domain.access.fabrics import (
    ControllerKey,
    FabricTable,
    parse_fabrics,
)
from custom_components.aqara_lock.domain.access.user_response import parse_user
from custom_components.aqara_lock.domain.addresses import parse_address
from custom_components.aqara_lock.domain.commissioning.binding_report import (
    BindingReport,
)
from custom_components.aqara_lock.domain.commissioning.discovery import (
    COMMISSIONABLE,
    OPERATIONAL,
    ServiceRecord,
    best_fit,
    network_routers,
    sightings_of,
)
from custom_components.aqara_lock.domain.commissioning.fabric_id import (
    compressed_fabric_id,
    decode_public_key,
)
from custom_components.aqara_lock.domain.commissioning.setup_codes import (
    SetupCodeError,
    parse_setup_code,
)
from custom_components.aqara_lock.domain.commissioning.sharing import SharingHistory
from custom_components.aqara_lock.domain.connectivity.pings import PingTrust
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.doorlock.delivered import received_event
from custom_components.aqara_lock.domain.identity import NodeAddress
from custom_components.aqara_lock.domain.journal.journal import Journal
from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.meshcop import parse_txt
from custom_components.aqara_lock.domain.thread.routing import best_route
from custom_components.aqara_lock.hubs.store import StoredHub, restore_hub, store_hub
from custom_components.aqara_lock.matter.node import LockNode, extended_pan_id_of
from custom_components.aqara_lock.network.host.adapters import kind_of, parse_flags
from custom_components.aqara_lock.network.host.advertisements import parse_counter
from custom_components.aqara_lock.network.host.default_gateway import (
    parse_gateway,
    read_default_gateway,
)
from custom_components.aqara_lock.network.host.matter_server_host import (
    host_of,
    is_elsewhere,
)
from custom_components.aqara_lock.network.host.neighbours import read_neighbours
from custom_components.aqara_lock.network.host.netlink import UNREADABLE, Netlink
from custom_components.aqara_lock.network.host.procfs import read_int
from custom_components.aqara_lock.network.host.routes import (
    parse_listed_routes,
    read_choices,
    read_routes,
)
from custom_components.aqara_lock.network.host.supervisor import (
    parse_apps,
    parse_manager,
    parse_methods,
)
from custom_components.aqara_lock.network.mdns.border_routers import (
    SERVICE_TYPE as BORDER_ROUTERS,
    BorderRouterBrowser,
)
from custom_components.aqara_lock.network.mdns.matter_services import (
    MatterServiceBrowser,
)
from tests.bench.journal import varied_journal
from tests.component.fake_lan import FakeHub, FakeService, apple_tv
from tests.component.network.test_parsing import (
    DEV_SNMP6,
    IF_INET6,
    IPV4_ROUTE,
    IPV6_ROUTE,
    NAMES,
    neighbour_message,
    netlink,
    route_message,
)
from tests.component.nodes import (
    bridge_with_lock,
    bridge_with_lock_of_parts,
    u200,
    u400,
)
from tests.domain.access.doors import ANN, BEN, FRONT, Trial, door_of, table_of
from tests.domain.access.spec_lock import SpecLock

from .mutate import Mutator
from .watch import Caught, codes_in

NOW: Final = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
RESPONSE: Final = 0x8400
"""Flags of an mDNS packet that answers."""
_FOLDER: Final = TemporaryDirectory(prefix="fuzz")
SECRET: Final = "73915628"
"""A code that stands in samples where one may stand; no text may show it."""


@dataclass(frozen=True)
class Surface:
    """Something that comes from outside."""

    samples: Callable[[], list[Any]]
    work: Callable[[Any], object]
    expected: tuple[type[Exception], ...] = ()
    secrets: Callable[[Any], tuple[str, ...]] = lambda _: ()
    make: Callable[[Mutator, Any], Any] = Mutator.changed


def _txt() -> list[Any]:
    more = {b"sv": b"4.3", b"at": bytes(7) + b"\1", b"pt": bytes(4), b"mn": b"M100"}
    return [FakeHub().txt(), apple_tv().txt(), FakeHub(more=more).txt()]


def _read_txt(given: Any) -> object:
    if not isinstance(given, Mapping):
        return None
    told = {k: v for k, v in given.items() if isinstance(k, bytes)}
    told = {k: v if isinstance(v, bytes) else None for k, v in told.items()}
    record = parse_txt(told)
    if record is None:
        return None
    found = BorderRouter(
        instance="Hub._meshcop._udp.local.",
        host=None,
        addresses=("10.10.10.20", "fe80::1%2", "fd00::1"),
        record=record,
    )
    _ = record.is_aqara, record.thread_active, found.is_at_place_of(found)
    address = IPv6Address("fd20:be89:495a:1::1")
    near = network_routers([address], [found])
    back = restore_hub(json.loads(json.dumps(store_hub(StoredHub(found, None, NOW)))))
    return [repr(record), found.title, found.probe_address, near, back]


def _packets() -> list[Any]:
    lock = FakeService("2906C908D115D362-0000000000000008")
    window = FakeService("A1B2", COMMISSIONABLE, text={b"D": b"3840", b"CM": b"1"})
    return [_packet(one) for one in (FakeHub(), apple_tv(), lock, window)]


def _packet(one: FakeHub | FakeService) -> bytes:
    made = DNSOutgoing(RESPONSE)
    for record in one.records():
        made.add_answer_at_time(record, 0)
    return made.packets()[0]


class _Heard:
    """Who is told what mDNS shows; a signal would hide what fails while it is sent."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._routers: list[BorderRouter] = []
        self._instances: list[str] = []

    def listen(self, watch: BorderRouterBrowser) -> None:
        """Keep what a browser sends."""
        watch.seen.connect(self._routers.append)
        for signal in (watch.heard, watch.gone, watch.expired):
            signal.connect(self._instances.append)

    @property
    def told(self) -> list[object]:
        """What a home reads of the border routers, and who gave a sign of life."""
        read = ((repr(x), x.probe_address, x.title) for x in self._routers)
        return [*read, *self._instances]


def _hear(given: Any) -> object:
    """Take a packet as the watches do; what is no packet is refused by zeroconf."""
    if not isinstance(given, bytes):
        return None
    packet = DNSIncoming(given)
    if not packet.valid:
        return None
    records, heard = packet.answers(), _Heard()
    cache = DNSCache()
    cache.async_add_records(records)
    hub = _info(BORDER_ROUTERS, cache, records)
    device = _info(COMMISSIONABLE, cache, records)
    watch = BorderRouterBrowser(MagicMock())
    heard.listen(watch)
    watch.packet_arrived(records)
    if hub is not None:
        watch.service_found(hub.name, hub)
    watch.packet_arrived(records)
    matter = MatterServiceBrowser(MagicMock())
    if device is not None:
        matter.service_found(device.name, device)
    matter.packet_arrived(records)
    return [heard.told, repr(matter.sightings)]


def _info(
    kind: str, cache: DNSCache, records: Iterable[DNSRecord]
) -> AsyncServiceInfo | None:
    """Return the details of the first service of a type."""
    names = [x.name for x in records if x.name.lower().endswith(f".{kind}")]
    with Caught() as refused:
        info = AsyncServiceInfo(kind, names[0])
        info.load_from_cache(MagicMock(cache=cache))
    return info if refused.error is None else None


def _services() -> list[Any]:
    window = {b"D": b"3840", b"CM": b"1", b"VP": b"4447+8194", b"DT": b"10"}
    return [
        {
            "instance": f"2906C908D115D362-0000000000000008.{OPERATIONAL}",
            "properties": {b"SII": b"500"},
        },
        {
            "instance": f"ABCDEF0123456789.{COMMISSIONABLE}",
            "properties": window | {b"DN": b"Lock", b"PH": b"33", b"PI": b"5"},
        },
    ]


def _read_services(given: Any) -> object:
    if not isinstance(given, Mapping) or not isinstance(given.get("instance"), str):
        return None
    properties = given.get("properties")
    told = properties if isinstance(properties, Mapping) else {}
    record = ServiceRecord(
        instance=given["instance"],
        host="A.local.",
        addresses=("fd00::1%3", "10.0.0.1"),
        properties={
            k: v if isinstance(v, bytes) else None
            for k, v in told.items()
            if isinstance(k, bytes)
        },
    )
    found = sightings_of([record])
    best = best_fit(found.values())
    return [repr(best), [x.commissionable for x in found.values()]]


def _events() -> list[Any]:
    operation = {
        "lockOperationType": 1,
        "operationSource": 7,
        "userIndex": 1,
        "fabricIndex": None,
        "sourceNode": None,
        "credentials": [{"credentialType": 3, "credentialIndex": 1}],
    }
    place = {"node_id": 8, "endpoint_id": 1, "cluster_id": 257, "priority": 2}
    told = {**place, "timestamp": 1_795_000_000_000, "timestamp_type": 1}
    return [
        [
            {**told, "event_id": 2, "event_number": 1001, "data": operation},
            {
                **told,
                "event_id": 2,
                "event_number": 1002,
                "data": operation | {"lockOperationType": 4, "PINCode": SECRET},
            },
            {
                **told,
                "event_id": 3,
                "event_number": 1003,
                "data": operation | {"operationError": 1},
            },
            {**told, "event_id": 0, "event_number": 1004, "data": {"alarmCode": 0}},
            {**told, "event_id": 1, "event_number": 1005, "data": {"doorState": 1}},
            {
                **told,
                "event_id": 4,
                "event_number": 1006,
                "data": {"lockDataType": 2, "dataOperationType": 1, "dataIndex": 3},
            },
        ]
    ]


def _read_events(given: Any) -> object:
    journal = Journal(limit=50)
    for number, told in enumerate(given if isinstance(given, list) else []):
        if not isinstance(told, Mapping):
            continue
        at = NOW + timedelta(seconds=number)
        received = received_event(told, at, live=number % 2 == 0)
        if received is not None:
            journal.add(received, fabric="F")
    journal.prune(NOW + timedelta(days=1))
    text = json.dumps(journal.as_dict())
    assert SECRET not in text, "a code stands in the journal"
    again = Journal.from_dict(json.loads(text), limit=50)
    assert again.lines() == journal.lines()
    return [line.as_row() for line in journal.lines()]


def _users() -> list[Any]:
    answer = {
        "userIndex": 1,
        "userName": "Anna",
        "userUniqueID": 5,
        "userStatus": 1,
        "userType": 0,
        "credentialRule": 0,
        "credentials": [{"credentialType": 1, "credentialIndex": 1}],
        "creatorFabricIndex": 1,
        "lastModifiedFabricIndex": 1,
        "nextUserIndex": 2,
    }
    fabrics = [
        {"fabricIndex": 1, "fabricID": 1, "vendorID": 4447, "label": "Home"},
        {"254": 2, "3": 9, "2": 4937, "5": "Casa", "1": "BPU5" + "A" * 84},
    ]
    key = "BPU5" + "A" * 84
    return [{"user": answer, "fabrics": fabrics, "key": key, "id": "1-115f-2"}]


def _read_users(given: Any) -> object:
    told = given if isinstance(given, Mapping) else {}
    user = parse_user(told.get("user"), {1: 7})
    listed = told.get("fabrics")
    fabrics = parse_fabrics(listed if isinstance(listed, list) else [])
    table = FabricTable().with_fabrics(fabrics, NOW)
    json.dumps(table.as_dict())
    ecosystems = [str(fabric.ecosystem) for fabric in fabrics]
    key = decode_public_key(told.get("key"))
    compressed = [compressed_fabric_id(key, fabric.fabric_id) for fabric in fabrics]
    return [user, ecosystems, compressed]


def _identities() -> list[Any]:
    return [
        "deviceid_2906C908D115D362-0000000000000008-MatterNodeDevice",
        "deviceid_2906C908D115D362-0000000000000008-12",
        "00000000059d2a1-1349-000000000001b669",
    ]


def _read_identities(given: Any) -> object:
    text = given if isinstance(given, str) else str(given)
    return [NodeAddress.parse(text), ControllerKey.from_id(text)]


def _nodes() -> list[Any]:
    made = (
        u200(),
        u400("56EF44FFFE000012"),
        bridge_with_lock(),
        bridge_with_lock_of_parts(),
    )
    return [_node(attributes) for attributes in made]


def _node(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "node_id": 8,
        "date_commissioned": NOW.isoformat(),
        "last_interview": NOW.isoformat(),
        "interview_version": 6,
        "available": True,
        "is_bridge": False,
        "attributes": deepcopy(dict(attributes)),
        "attribute_subscriptions": [],
    }


def _read_node(given: Any) -> object:
    """Take what the client makes a node of; what it refuses never comes to us."""
    with Caught() as refused:
        node = MatterNode(dataclass_from_dict(MatterNodeData, given))
    if refused.error is not None:
        return None
    found = [LockNode.read(node, endpoint) for endpoint in (0, 1, 2, 12)]
    kept = [item.as_dict() for item in found if item is not None]
    extended_pan_id_of(node)
    plain = json.loads(json.dumps(kept))
    return [repr(LockNode.from_dict(item)) for item in plain]


def _files() -> list[Any]:
    return [IF_INET6, IPV6_ROUTE, IPV4_ROUTE, DEV_SNMP6, "2\n"]


def _read_files(given: Any) -> object:
    """Read a file as each of the files that there are."""
    text = str(given)
    found: list[object] = []
    for parse in (parse_flags, parse_listed_routes, parse_gateway, parse_counter):
        try:
            found.append(parse(text))
        except UNREADABLE:
            found.append(None)
    path = Path(_FOLDER.name) / "value"
    path.write_bytes(text.encode())
    found.append(read_int(path))
    routes = found[1] if isinstance(found[1], tuple) else ()
    best_route(IPv6Address("fd11:22:33:44::1"), routes)
    return [repr(found), kind_of(text.partition(" ")[0])]


def _messages() -> list[Any]:
    listed = [
        route_message(),
        route_message(dst_len=0, RTA_GATEWAY="10.99.0.1", RTA_DST=None, proto=3),
        {**route_message(), "attrs": [("RTA_MULTIPATH", [{"attrs": [], "oif": 2}])]},
    ]
    around = [neighbour_message("fe80::1", 2, "aa:bb:cc:dd:ee:ff")]
    return [{"routes": listed, "neighbours": around, "names": NAMES}]


def _read_messages(given: Any) -> object:
    told = given if isinstance(given, Mapping) else {}
    kernel: Netlink = netlink(
        get_routes=told.get("routes"),
        get_neighbours=told.get("neighbours"),
        route=told.get("routes"),
    )
    names = dict.fromkeys(range(1, 4), "eth0")
    routes = read_routes(kernel, names)
    choices = read_choices(kernel, [IPv6Address("fd11:22:33:44::1")], routes, names)
    found = routes, choices, read_neighbours(kernel, names)
    return [repr(found), repr(read_default_gateway(kernel, names))]


def _supervisor() -> list[Any]:
    interface = {"interface": "end0", "ipv6": {"method": "auto", "address": []}}
    app = {"slug": "core_matter_server", "version": "8.1.0", "repository": "core"}
    return [
        {
            "info": {"hassos": "16.2", "hostname": "homeassistant"},
            "network": {"interfaces": [interface], "docker": {}},
            "apps": [app, {"slug": "local_mine", "version": "1"}],
            "url": "ws://core-matter-server:5580/ws",
        }
    ]


def _read_supervisor(given: Any) -> object:
    told = given if isinstance(given, Mapping) else {}
    url = told.get("url")
    url = url if isinstance(url, str) else None
    host = host_of(url)
    literal = parse_address(host) if host else None
    addresses = frozenset({literal}) if literal else Gap.UNKNOWN
    return [
        parse_manager(told.get("info")),
        parse_methods(told.get("network")),
        parse_apps(told.get("apps")),
        is_elsewhere(url, addresses, (), supervised=True),
    ]


def _codes() -> list[Any]:
    return [
        "34970112332",
        "3497-011-2332",
        "MT:Y.K9042C00KA0648G00",
        "749701123365521327694",
    ]


def _read_code(given: Any) -> object:
    text = str(given)
    code = parse_setup_code(text, None)
    assert code.text not in repr(code), "a code stands in its repr"
    return [code.discriminator, code.vendor_id]


def _parts() -> list[Any]:
    """Stored parts of a lock and of the home, each with what reads it."""
    journal = varied_journal(8, 30)
    directory = {
        "lock_id": "l",
        "users": [
            {"index": 1, "name": "Anna", "status": 1, "type": 0, "credentials": []}
        ],
        "bindings": [],
        "verified": [{"user_index": 1}],
        "touched": [1],
        "quiet": [2],
    }
    span = {"index": 1, "fabric_id": 1, "vendor_id": 4447, "label": "Home"}
    fabrics = {"spans": [span | {"since": NOW.isoformat()}], "own_nodes": [1]}
    report = BindingReport(at=NOW, lock_name="Door", ecosystems=("Apple Home",))
    record = parse_txt(FakeHub().txt())
    assert record is not None
    hub = BorderRouter(instance="H", host="h.", addresses=("10.0.0.1",), record=record)
    node = next(x for x in _stored_nodes() if x is not None)
    return [
        ["journal", journal.as_dict()],
        ["directory", directory],
        ["fabrics", fabrics],
        ["binding", report.as_dict()],
        ["sharing", SharingHistory(node=8, opened_at=NOW).as_dict()],
        ["ping", PingTrust(server="python").as_dict()],
        ["hub", store_hub(StoredHub(hub, None, NOW, frozenset({"aa:bb:cc:dd:ee:ff"})))],
        ["node", node],
        *_access_parts(),
    ]


def _access_parts() -> list[Any]:
    """What is stored of people: grants with what was left of them, a job, and a table."""
    lock = SpecLock()
    windows = (ALWAYS, FromTo(datetime(2026, 12, 1), datetime(2026, 12, 3)))
    wanted = {
        (
            grant := Grant(key=GrantKey(person.id, FRONT), window=window)
        ).key: WantedGrant(grant=grant, person=person)
        for person, window in zip((ANN, BEN), windows, strict=True)
    }
    trial = Trial(lock, wanted)
    trial.codes = dict(zip(wanted, ("246813", "975310"), strict=True))
    items, door = trial.items(), door_of(lock)
    job = job_of(trial.plan(), items, door.table, "job", NOW)
    trial.run()
    grants = [item.grant for item in wanted.values()]
    return [
        ["grants", grants_as_dict(grants, trial.placements)],
        ["job", job_as_dict(job.sent())],
        ["table", table_as_dict(door_of(lock).table)],
    ]


def _read_grants(value: object) -> object:
    grants, placements = grants_from_dict(value)
    again = grants_as_dict(grants, placements)
    assert grants_from_dict(json.loads(json.dumps(again))) == (grants, placements)
    return [next_change(grant.window, NOW, UTC) for grant in grants]


def _read_job(value: object) -> object:
    job = job_from_dict(value)
    assert job_from_dict(json.loads(json.dumps(job_as_dict(job)))) == job
    return [job.next_step, job.performed, unproved(job, table_of(SpecLock()))]


def _read_table(value: object) -> object:
    table = table_from_dict(value, table_of(SpecLock()))
    found = sound_table(value, table_of(SpecLock()))
    return [json.dumps(table_as_dict(table)), found.is_known]


def _stored_nodes() -> list[dict[str, Any] | None]:
    return [
        found.as_dict() if found else None
        for data in _nodes()
        for found in [
            LockNode.read(MatterNode(dataclass_from_dict(MatterNodeData, data)), 1)
        ]
    ]


def _read_journal(value: object) -> object:
    journal = Journal.from_dict(value, limit=40)
    journal.max_age = timedelta(days=365)
    journal.people()
    journal.prune(NOW)
    journal.distrust_clock("0000000000000001", 8)
    reports_who(journal.pages())
    text = json.dumps(journal.as_dict())
    again = Journal.from_dict(json.loads(text), limit=40)
    assert again.lines() == journal.lines()
    return [line.as_row() for line in journal.lines()]


def _read_directory(value: object) -> object:
    found: Directory = directory_from_dict(value)
    return json.dumps(directory_as_dict(found.after_gap()))


def _read_hub(value: object) -> object:
    found = restore_hub(value) if isinstance(value, dict) else None
    return [found and found.router.probe_address, found and found.router.title]


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "journal": _read_journal,
    "directory": _read_directory,
    "fabrics": lambda value: json.dumps(FabricTable.from_dict(value).as_dict()),
    "binding": lambda value: json.dumps(BindingReport.from_dict(value).as_dict()),
    "sharing": lambda value: json.dumps(SharingHistory.from_dict(value).as_dict()),
    "ping": lambda value: json.dumps(PingTrust.from_dict(value).as_dict()),
    "hub": _read_hub,
    "grants": _read_grants,
    "job": _read_job,
    "table": _read_table,
    "node": lambda value: LockNode.from_dict(value if isinstance(value, dict) else {}),
}


def _make_part(mutator: Mutator, sample: Any) -> Any:
    part, value = sample
    return [part, mutator.changed(value)]


def _read_part(given: Any) -> object:
    """Read what came out of a file: JSON has no octets, and texts for keys."""
    part, value = given
    plain = json.loads(json.dumps(value, default=str))
    return _READERS[part](plain)


SURFACES: Final[dict[str, Surface]] = {
    "packets": Surface(_packets, _hear, make=Mutator.packet),
    "txt": Surface(_txt, _read_txt),
    "services": Surface(_services, _read_services),
    "events": Surface(_events, _read_events, secrets=lambda _: (SECRET,)),
    "users": Surface(_users, _read_users),
    "identities": Surface(_identities, _read_identities, (ValueError,)),
    "nodes": Surface(_nodes, _read_node),
    "proc": Surface(_files, _read_files, make=Mutator.lines),
    "netlink": Surface(_messages, _read_messages),
    "supervisor": Surface(_supervisor, _read_supervisor),
    "codes": Surface(
        _codes,
        _read_code,
        (SetupCodeError,),
        secrets=lambda given: codes_in(str(given)),
    ),
    "stores": Surface(_parts, _read_part, (ValueError,), make=_make_part),
}
