"""Which ecosystem stands behind a fabric index of one lock, then and now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from .. import codec
from ..doorlock import MAX_UINT16, MAX_UINT64, unsigned_or_none
from ..foreign_names import kept_name


class Ecosystem(StrEnum):
    """Names of ecosystems as users know them."""

    APPLE_HOME = "Apple Home"
    APPLE_KEYCHAIN = "Apple Keychain"
    GOOGLE_HOME = "Google Home"
    AMAZON_ALEXA = "Amazon Alexa"
    SMARTTHINGS = "SmartThings"
    AQARA_HOME = "Aqara Home"
    HOME_ASSISTANT = "Home Assistant"
    IKEA = "IKEA Home smart"
    TUYA = "Tuya"
    LG_THINQ = "LG ThinQ"
    HOMEY = "Homey"
    NUKI = "Nuki"


ECOSYSTEM_OF_VENDOR: Final[Mapping[int, Ecosystem]] = {
    0x1349: Ecosystem.APPLE_HOME,
    0x1384: Ecosystem.APPLE_KEYCHAIN,
    0x6006: Ecosystem.GOOGLE_HOME,
    0x1217: Ecosystem.AMAZON_ALEXA,
    0x110A: Ecosystem.SMARTTHINGS,
    0x10E1: Ecosystem.SMARTTHINGS,
    0x115F: Ecosystem.AQARA_HOME,
    0x134B: Ecosystem.HOME_ASSISTANT,
    0x117C: Ecosystem.IKEA,
    0x125D: Ecosystem.TUYA,
    0x102E: Ecosystem.LG_THINQ,
    0x143C: Ecosystem.HOMEY,
    0x135D: Ecosystem.NUKI,
}
"""Administrator vendor ids of fabrics as registered with the CSA."""
LARGEST_INDEX: Final = 254
"""Of a fabric-index (Matter 1.6 §7.19.2.25)."""


@dataclass(frozen=True, slots=True)
class Fabric:
    """One entry of the lock's fabric list (OperationalCredentials 0x3E, attribute 1)."""

    index: int
    fabric_id: int
    vendor_id: int
    label: str = ""
    root_public_key_hash: str | None = None

    @property
    def ecosystem(self) -> str:
        """Name of the ecosystem; the fabric's own label for an unlisted vendor."""
        known = ECOSYSTEM_OF_VENDOR.get(self.vendor_id)
        return known or self.label or f"Matter vendor 0x{self.vendor_id:04X}"

    def is_same(self, other: Fabric) -> bool:
        """Tell whether both are one fabric: ids alone are unique per root key only."""
        keys = (self.root_public_key_hash, other.root_public_key_hash)
        if None not in keys and keys[0] != keys[1]:
            return False
        return (self.index, self.fabric_id, self.vendor_id) == (
            other.index,
            other.fabric_id,
            other.vendor_id,
        )


@dataclass(frozen=True, slots=True)
class ControllerKey:
    """A controller of an ecosystem, stable across locks; users may label it."""

    fabric_id: int
    vendor_id: int
    source_node: int

    @property
    def id(self) -> str:
        """Stable text for stores."""
        return f"{self.fabric_id:016x}-{self.vendor_id:04x}-{self.source_node:016x}"

    @classmethod
    def from_id(cls, value: str) -> ControllerKey:
        """Read what `id` gave; raises ValueError."""
        fabric_id, vendor_id, source_node = (
            int(part, 16) for part in value.split("-", 2)
        )
        return cls(fabric_id, vendor_id, source_node)


def parse_fabric(entry: object) -> Fabric | None:
    """Read a fabric of either server's list, by name or by tag; None for garbage."""
    if not isinstance(entry, Mapping):
        return None
    index = _number(entry, LARGEST_INDEX, "fabric_index", "fabricIndex", "254")
    fabric_id = _number(entry, MAX_UINT64, "fabric_id", "fabricId", "fabricID", "3")
    vendor_id = _number(entry, MAX_UINT16, "vendor_id", "vendorId", "vendorID", "2")
    if not index or fabric_id is None or vendor_id is None:
        return None
    label = _first(entry, "fabric_label", "label", "5")
    return Fabric(
        index=index,
        fabric_id=fabric_id,
        vendor_id=vendor_id,
        label=kept_name(label) if isinstance(label, str) else "",
        root_public_key_hash=_key_hash(_first(entry, "rootPublicKey", "1")),
    )


def parse_fabrics(entries: Iterable[object]) -> tuple[Fabric, ...]:
    """Read a fabric list; entries that are none are left out."""
    found = (parse_fabric(entry) for entry in entries)
    return tuple(fabric for fabric in found if fabric)


def _first(entry: Mapping[Any, Any], *keys: str) -> object:
    for key in keys:
        if entry.get(key) is not None:
            return entry[key]
    return None


def _number(entry: Mapping[Any, Any], maximum: int, *keys: str) -> int | None:
    return unsigned_or_none(_first(entry, *keys), maximum)


def _key_hash(key: object) -> str | None:
    if not isinstance(key, str) or not key:
        return None
    return sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FabricSpan:
    """A fabric held its index after `since` (None: always) and until `until` (None: now).

    `since` is the last read without it, `until` the first read without it.
    """

    fabric: Fabric
    since: datetime | None = None
    until: datetime | None = None

    def may_cover(self, when: datetime) -> bool:
        """Tell whether the fabric may have held its index then."""
        after = self.since is None or self.since <= when
        return after and (self.until is None or when < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class FabricTable:
    """Immutable; the fabrics of one lock with their history.

    `own_index` is CurrentFabricIndex, `own_nodes` are the node ids of our controller.
    """

    spans: tuple[FabricSpan, ...] = ()
    own_index: int | None = None
    own_nodes: frozenset[int] = field(default_factory=frozenset)
    read_at: datetime | None = None

    @property
    def current(self) -> tuple[Fabric, ...]:
        """Fabrics as last read, by index."""
        now = (span.fabric for span in self.spans if span.until is None)
        return tuple(sorted(now, key=lambda fabric: fabric.index))

    @property
    def apps(self) -> tuple[str, ...]:
        """Names of the ecosystems; our own is known by index, whatever its vendor."""
        return tuple(
            Ecosystem.HOME_ASSISTANT.value
            if fabric.index == self.own_index
            else str(fabric.ecosystem)
            for fabric in self.current
        )

    @property
    def fabric_ids(self) -> dict[int, int]:
        """Fabric id by index as last read, for `parse_user`."""
        return {fabric.index: fabric.fabric_id for fabric in self.current}

    def needs_refresh(self, index: int | None) -> bool:
        """Tell whether an index was reported that the last read did not show."""
        return index is not None and index not in self.fabric_ids

    def with_own(self, index: int | None, nodes: Iterable[int] = ()) -> FabricTable:
        """Take our own fabric index and the node ids of our controller."""
        return replace(self, own_index=index, own_nodes=frozenset(nodes))

    def with_fabrics(self, fabrics: Iterable[Fabric], at: datetime) -> FabricTable:
        """Take a freshly read list."""
        fresh = {fabric.index: fabric for fabric in fabrics}
        spans = tuple(_carried(span, fresh, at) for span in self.spans)
        known = {span.fabric.index for span in spans if span.until is None}
        added = tuple(
            FabricSpan(fabric, since=self.read_at)
            for index, fabric in fresh.items()
            if index not in known
        )
        return replace(self, spans=spans + added, read_at=at)

    def after_reset(self, at: datetime) -> FabricTable:
        """Take that the lock was reset: its fabrics are gone, their indices begin anew."""
        spans = tuple(
            span if span.until is not None else replace(span, until=at)
            for span in self.spans
        )
        return replace(self, spans=spans, read_at=None)

    def at(self, index: int | None, when: datetime) -> Fabric | None:
        """Give the fabric behind an index at that time; two candidates give None."""
        found = [
            span.fabric
            for span in self.spans
            if span.fabric.index == index and span.may_cover(when)
        ]
        return found[0] if len(found) == 1 else None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return codec.present(
            spans=[_span_as_dict(span) for span in self.spans],
            own_index=self.own_index,
            own_nodes=sorted(self.own_nodes),
            read_at=self.read_at.isoformat() if self.read_at else None,
        )

    @classmethod
    def from_dict(cls, value: object) -> FabricTable:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "fabric table")
        nodes = codec.items(data, "own_nodes")
        return cls(
            spans=tuple(_span_from_dict(item) for item in codec.items(data, "spans")),
            own_index=codec.optional_integer(data, "own_index"),
            own_nodes=frozenset(
                codec.integer({"own_nodes": node}, "own_nodes") for node in nodes
            ),
            read_at=codec.optional_moment(data, "read_at"),
        )


def _carried(span: FabricSpan, fresh: Mapping[int, Fabric], at: datetime) -> FabricSpan:
    if span.until is not None:
        return span
    now = fresh.get(span.fabric.index)
    if now is None or not now.is_same(span.fabric):
        return replace(span, until=at)
    key = now.root_public_key_hash or span.fabric.root_public_key_hash
    return replace(span, fabric=replace(now, root_public_key_hash=key))


def _span_as_dict(span: FabricSpan) -> dict[str, Any]:
    return codec.present(
        index=span.fabric.index,
        fabric_id=span.fabric.fabric_id,
        vendor_id=span.fabric.vendor_id,
        label=span.fabric.label,
        root_public_key_hash=span.fabric.root_public_key_hash,
        since=span.since.isoformat() if span.since else None,
        until=span.until.isoformat() if span.until else None,
    )


def _span_from_dict(value: object) -> FabricSpan:
    data = codec.mapping(value, "fabric")
    fabric = Fabric(
        index=codec.integer(data, "index"),
        fabric_id=codec.integer(data, "fabric_id"),
        vendor_id=codec.integer(data, "vendor_id"),
        label=codec.text(data, "label"),
        root_public_key_hash=codec.optional_text(data, "root_public_key_hash"),
    )
    since = codec.optional_moment(data, "since")
    return FabricSpan(fabric, since, codec.optional_moment(data, "until"))
