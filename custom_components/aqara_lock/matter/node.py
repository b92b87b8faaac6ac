"""Typed reads of what the Matter server last reported of a lock; no radio traffic."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
import logging
from typing import Any, Final, Self

from chip.clusters.Types import NullValue
from matter_server.client.models.node import MatterNode

from ..domain.door_lock import CLUSTER_ID, AttributeId, CommandId, Feature, LockState

_LOGGER = logging.getLogger(__name__)

ACCESS_CONTROL: Final = 0x1F
BASIC_INFORMATION: Final = 0x28
NETWORK_COMMISSIONING: Final = 0x31
GENERAL_DIAGNOSTICS: Final = 0x33
POWER_SOURCE: Final = 0x2F
THREAD_INTERFACE: Final = 4
"""InterfaceType of a NetworkInterface (Matter 1.6 §11.12.4.3)."""
THREAD_DIAGNOSTICS: Final = 0x35
OPERATIONAL_CREDENTIALS: Final = 0x3E
EXTENDED_PAN_ID_OCTETS: Final = 8
LOCK_STATE_PATH: Final = f"{CLUSTER_ID}/{AttributeId.LOCK_STATE.value}"


_PLAIN_FIELDS: Final = (
    "node_id",
    "endpoint_id",
    "is_bridged",
    "product_name",
    "serial",
    "software_version",
    "requires_pin",
    "own_fabric_index",
    "commissioned_fabrics",
    "extended_pan_id",
    "supported_fabrics",
    "parent_extended_address",
    "link_quality",
    "rssi",
    "battery_percent",
    "battery_level",
    "uses_thread",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockNode:
    """One door-lock endpoint as the server knows it now; facts it lacks are None."""

    node_id: int
    endpoint_id: int
    available: bool
    is_bridged: bool
    product_name: str | None
    serial: str | None
    software_version: str | None
    lock_state: LockState | None
    features: Feature
    accepted_commands: frozenset[int]
    requires_pin: bool
    pin_length: tuple[int, int]
    own_fabric_index: int | None
    controller_nodes: frozenset[int]
    commissioned_fabrics: int | None
    supported_fabrics: int | None
    extended_pan_id: str | None
    parent_extended_address: str | None
    link_quality: int | None
    rssi: int | None
    battery_percent: float | None
    battery_level: int | None
    uses_thread: bool

    @classmethod
    def read(cls, node: MatterNode, endpoint_id: int) -> Self | None:
        """View a node; None when the endpoint has no Door Lock cluster."""
        if endpoint_id not in door_lock_endpoints(node):
            return None
        attributes = _Attributes(node, endpoint_id)
        parent = _parent(attributes.root(THREAD_DIAGNOSTICS, 7))
        extended_pan_id = _extended_pan_id(attributes)
        return cls(
            node_id=node.node_id,
            endpoint_id=endpoint_id,
            available=bool(node.available),
            is_bridged=bool(node.is_bridge_device),
            product_name=_text(attributes.root(BASIC_INFORMATION, 3)),
            serial=_text(attributes.root(BASIC_INFORMATION, 15)),
            software_version=_text(attributes.root(BASIC_INFORMATION, 10)),
            lock_state=_lock_state(attributes.lock(AttributeId.LOCK_STATE)),
            features=Feature(_number(attributes.lock(AttributeId.FEATURE_MAP)) or 0),
            accepted_commands=_numbers(attributes.lock(AttributeId.ACCEPTED_COMMANDS)),
            requires_pin=attributes.lock(AttributeId.REQUIRE_PIN_FOR_REMOTE) is True,
            pin_length=attributes.pin_length,
            own_fabric_index=_number(attributes.root(OPERATIONAL_CREDENTIALS, 5)),
            controller_nodes=_subjects(attributes.root(ACCESS_CONTROL, 0)),
            commissioned_fabrics=_number(attributes.root(OPERATIONAL_CREDENTIALS, 3)),
            supported_fabrics=_number(attributes.root(OPERATIONAL_CREDENTIALS, 2)),
            extended_pan_id=extended_pan_id,
            parent_extended_address=parent.extended_address if parent else None,
            link_quality=parent.link_quality if parent else None,
            rssi=parent.rssi if parent else None,
            battery_percent=_half(attributes.anywhere(POWER_SOURCE, 12)),
            battery_level=_number(attributes.anywhere(POWER_SOURCE, 14)),
            uses_thread=extended_pan_id is not None or _is_thread(attributes),
        )

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        plain = asdict(self)
        for key in ("accepted_commands", "controller_nodes"):
            plain[key] = sorted(plain[key])
        return plain | {"pin_length": list(self.pin_length)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self | None:
        """Read what `as_dict` wrote, as a lock that is not heard now; None if damaged."""
        try:
            shortest, longest = stored["pin_length"]
            return cls(
                **{key: stored[key] for key in _PLAIN_FIELDS},
                available=False,
                lock_state=None,
                features=Feature(stored["features"]),
                accepted_commands=frozenset(stored["accepted_commands"]),
                controller_nodes=frozenset(stored["controller_nodes"]),
                pin_length=(shortest, longest),
            )
        except (KeyError, TypeError, ValueError) as err:
            _LOGGER.warning("The stored view of a lock is damaged: %r", err)
            return None

    @property
    def has_users(self) -> bool:
        """Whether the lock keeps users that can be read over Matter."""
        readable = CommandId.GET_USER in self.accepted_commands
        return Feature.USER in self.features and readable

    @property
    def can_unlatch(self) -> bool:
        """Whether bolt and latch are operated apart."""
        return Feature.UNBOLT in self.features


@dataclass(frozen=True, slots=True)
class _Attributes:
    """Attributes as last reported; None for one that is null, absent or unknown."""

    node: MatterNode
    endpoint_id: int

    def root(self, cluster_id: int, attribute_id: int) -> object:
        """Read from endpoint 0."""
        return self._read(0, cluster_id, attribute_id)

    def lock(self, attribute: AttributeId) -> object:
        """Read from the Door Lock cluster."""
        return self._read(self.endpoint_id, CLUSTER_ID, attribute.value)

    def anywhere(self, cluster_id: int, attribute_id: int) -> object:
        """Read from the first endpoint that has the cluster."""
        for endpoint_id in sorted(self.node.endpoints):
            value = self._read(endpoint_id, cluster_id, attribute_id)
            if value is not None:
                return value
        return None

    def _read(self, endpoint_id: int, cluster_id: int, attribute_id: int) -> object:
        endpoint = self.node.endpoints.get(endpoint_id)
        if endpoint is None or not endpoint.has_cluster(cluster_id):
            return None
        value = endpoint.get_attribute_value(cluster_id, attribute_id)
        return None if value == NullValue else value

    @property
    def pin_length(self) -> tuple[int, int]:
        """Shortest and longest PIN, in digits."""
        shortest = _number(self.lock(AttributeId.MIN_PIN_LENGTH))
        longest = _number(self.lock(AttributeId.MAX_PIN_LENGTH))
        return (shortest or 4, longest or 10)


def door_lock_endpoints(node: MatterNode) -> list[int]:
    """Endpoints of a node that have a Door Lock cluster."""
    return sorted(
        number for number, end in node.endpoints.items() if end.has_cluster(CLUSTER_ID)
    )


def _lock_state(value: object) -> LockState | None:
    if not isinstance(value, int):
        return None
    try:
        return LockState(value)
    except ValueError:
        return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _numbers(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        return frozenset()
    return frozenset(item for item in value if isinstance(item, int))


def _subjects(entries: object) -> frozenset[int]:
    """Read our controller's node ids from the access control list, fabric-filtered."""
    if not isinstance(entries, list):
        return frozenset()
    lists = (getattr(entry, "subjects", None) for entry in entries)
    return frozenset().union(*(_numbers(subjects) for subjects in lists))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def extended_pan_id_of(node: MatterNode) -> str | None:
    """Thread network of any node; None where it does not say."""
    return _extended_pan_id(_Attributes(node, 0))


def _extended_pan_id(attributes: _Attributes) -> str | None:
    """Read the joined Thread network's id from NetworkCommissioning."""
    networks = attributes.root(NETWORK_COMMISSIONING, 1)
    for network in networks if isinstance(networks, list) else []:
        network_id = getattr(network, "networkID", None)
        if isinstance(network_id, bytes) and len(network_id) == EXTENDED_PAN_ID_OCTETS:
            return network_id.hex()
    return None


def _is_thread(attributes: _Attributes) -> bool:
    interfaces = attributes.root(GENERAL_DIAGNOSTICS, 0)
    found = interfaces if isinstance(interfaces, list) else []
    return any(getattr(item, "type", None) == THREAD_INTERFACE for item in found)


@dataclass(frozen=True, slots=True)
class _Parent:
    """The router that a sleepy device talks through; quality 0-3, signal in dBm."""

    extended_address: str
    link_quality: int | None
    rssi: int | None


def _parent(neighbors: object) -> _Parent | None:
    """Give a sleepy device's parent: the one neighbor that is not its child."""
    if not isinstance(neighbors, list):
        return None
    parents = [item for item in neighbors if getattr(item, "isChild", None) is False]
    address = getattr(parents[0], "extAddress", None) if len(parents) == 1 else None
    if not isinstance(address, int):
        return None
    return _Parent(
        extended_address=f"{address:016x}",
        link_quality=_number(getattr(parents[0], "lqi", None)),
        rssi=_number(getattr(parents[0], "averageRssi", None)),
    )


def _half(value: object) -> float | None:
    """BatPercentRemaining counts half percents."""
    number = _number(value)
    return None if number is None else number / 2
