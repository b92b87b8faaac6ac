"""DNS records of the advertising proxy: what the mesh said, and what the LAN is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import ipaddress
import time

from zeroconf import DNSAddress, DNSIncoming, DNSPointer, DNSRecord, DNSService, DNSText

from .meshcop import PORT as MESHCOP_PORT, SERVICE as MESHCOP, Advert

A, PTR, TXT, AAAA, SRV, ANY = 1, 12, 16, 28, 33, 255
IN, UNIQUE = 1, 0x8001
MATTER, COMMISSIONABLE = "_matter._tcp.local.", "_matterc._udp.local."
TYPES = (MATTER, COMMISSIONABLE)
HOST_TTL, OTHER_TTL = 120, 4500
"""Seconds (RFC 6762 §10)."""
LEASE = 7200
"""Seconds that a registration lives without being renewed, as an SRP lease."""
COMPRESSED_FABRIC_DIGITS = 16

Key = tuple[str, int, object]


@dataclass
class Registrations:
    """Records of the mesh with the end of their lease."""

    _leases: dict[Key, tuple[DNSRecord, float]] = field(default_factory=dict)

    def learn(self, message: DNSIncoming) -> bool:
        """Take what a device of the mesh says; tells whether something is new."""
        wanted = [record for record in message.answers() if _relevant(record)]
        new = [self._learn(record) for record in wanted]
        return any(new)

    def find(self, name: str, kind: int) -> list[DNSRecord]:
        """Return the live records of a name and type."""
        now = time.monotonic()
        found = self._leases.items()
        wanted = (name.lower(), kind)
        return [
            record for key, (record, end) in found if key[:2] == wanted and end > now
        ]

    def _learn(self, record: DNSRecord) -> bool:
        key = (record.name.lower(), record.type, _data(record))
        if record.ttl == 0:
            return self._forget(key)
        new = key not in self._leases
        if record.type in (TXT, SRV):
            self._replace(key)
        self._leases[key] = (record, time.monotonic() + LEASE)
        return new

    def _forget(self, key: Key) -> bool:
        """End a lease in a second, unless it is announced again (RFC 6762 §10.1)."""
        if key not in self._leases:
            return False
        self._leases[key] = (self._leases[key][0], time.monotonic() + 1)
        return True

    def _replace(self, key: Key) -> None:
        for other in [other for other in self._leases if other[:2] == key[:2]]:
            del self._leases[other]


def hub_records(
    advert: Advert, addresses: Iterable[str], *, thread: bool
) -> list[DNSRecord]:
    """Return the hub's own service and host."""
    instance, host = advert.instance, advert.host
    records: list[DNSRecord] = [
        DNSPointer(MESHCOP, PTR, IN, OTHER_TTL, instance),
        DNSService(instance, SRV, UNIQUE, HOST_TTL, 0, 0, MESHCOP_PORT, host),
        DNSText(instance, TXT, UNIQUE, OTHER_TTL, advert.text(thread=thread)),
    ]
    return records + [_address(host, text) for text in addresses]


def mesh_records(known: Registrations) -> list[DNSRecord]:
    """Return the devices of the mesh as the LAN sees them, without link-local addresses."""
    records: list[DNSRecord] = []
    for kind in TYPES:
        for pointer in known.find(kind, PTR):
            assert isinstance(pointer, DNSPointer)
            records += _service(known, kind, pointer.alias)
    return _without_doubles(records)


def with_ttl(record: DNSRecord, ttl: int) -> DNSRecord:
    """Return the record with another lifetime; 0 is a goodbye."""
    kind = UNIQUE if record.unique else IN
    match record:
        case DNSPointer():
            return DNSPointer(record.name, PTR, kind, ttl, record.alias)
        case DNSService():
            target = (record.priority, record.weight, record.port, record.server)
            return DNSService(record.name, SRV, kind, ttl, *target)
        case DNSText():
            return DNSText(record.name, TXT, kind, ttl, record.text)
        case DNSAddress():
            return DNSAddress(record.name, record.type, kind, ttl, record.address)
    raise TypeError(f"no such record here: {record!r}")


def additional(answers: list[DNSRecord], known: list[DNSRecord]) -> list[DNSRecord]:
    """Return what an asker wants to know next: SRV and TXT of a PTR, addresses of an SRV."""
    names = {record.alias for record in answers if isinstance(record, DNSPointer)}
    more = [record for record in known if record.name in names]
    hosts = {r.server.lower() for r in answers + more if isinstance(r, DNSService)}
    more += [record for record in known if record.name.lower() in hosts]
    return _without_doubles([record for record in more if record not in answers])


def _service(known: Registrations, kind: str, instance: str) -> list[DNSRecord]:
    services, texts = known.find(instance, SRV), known.find(instance, TXT)
    if not services or not texts:
        return []
    service, text = services[0], texts[0]
    assert isinstance(service, DNSService)
    assert isinstance(text, DNSText)
    addresses = [
        r for r in known.find(service.server, AAAA) if isinstance(r, DNSAddress)
    ]
    if not addresses:
        return []
    pointers = [DNSPointer(kind, PTR, IN, OTHER_TTL, instance)]
    pointers += [
        DNSPointer(f"{name}._sub.{kind}", PTR, IN, OTHER_TTL, instance)
        for name in _subtypes(kind, instance, _text(text.text))
    ]
    plain = [
        DNSAddress(service.server, AAAA, UNIQUE, HOST_TTL, r.address) for r in addresses
    ]
    return [*pointers, with_ttl(service, HOST_TTL), with_ttl(text, OTHER_TTL), *plain]


def _subtypes(kind: str, instance: str, text: dict[str, str]) -> list[str]:
    """Return the names by which controllers filter (Matter core §4.3.1.3, §4.3.2)."""
    if kind == MATTER:
        return [f"_I{instance[:COMPRESSED_FABRIC_DIGITS]}"]
    names = ["_CM"] if text.get("CM", "0") != "0" else []
    if "D" in text:
        names += [f"_L{text['D']}", f"_S{int(text['D']) >> 8}"]
    if "VP" in text:
        names.append(f"_V{text['VP'].split('+')[0]}")
    if "DT" in text:
        names.append(f"_T{text['DT']}")
    return names


def _text(data: bytes) -> dict[str, str]:
    """Read a TXT record (RFC 6763 §6)."""
    entries, position = {}, 0
    while position < len(data):
        end = position + 1 + data[position]
        key, _, value = data[position + 1 : end].decode(errors="replace").partition("=")
        entries[key], position = value, end
    return entries


def _address(host: str, text: str) -> DNSAddress:
    address = ipaddress.ip_address(text)
    kind = A if address.version == 4 else AAAA
    return DNSAddress(host, kind, UNIQUE, HOST_TTL, address.packed)


def _relevant(record: DNSRecord) -> bool:
    match record:
        case DNSPointer():
            return record.name.lower().endswith(TYPES)
        case DNSAddress():
            return record.type == AAAA and record.address[:2] != b"\xfe\x80"
        case DNSService() | DNSText():
            return True
    return False


def _data(record: DNSRecord) -> object:
    match record:
        case DNSPointer():
            return record.alias
        case DNSService():
            return (record.server, record.port)
        case DNSText():
            return record.text
        case DNSAddress():
            return record.address
    raise TypeError(f"no such record here: {record!r}")


def _without_doubles(records: list[DNSRecord]) -> list[DNSRecord]:
    return list(dict.fromkeys(records))
