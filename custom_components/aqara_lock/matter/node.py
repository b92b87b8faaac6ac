"""Typed reads of what the Matter server last reported of a lock; no radio traffic."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
import logging
from typing import Any, Final, Self

from matter_server.client.models.node import MatterNode

from ..domain.access import LockLimits, parse_limits
from ..domain.connectivity import RadioCounters
from ..domain.doorlock import (
    CLUSTER_ID,
    AttributeId,
    CommandId,
    DoorState,
    Feature,
    LockState,
    enum_or_none,
)
from .attributes import Attributes, number, numbers
from .thread_diagnostics import on_thread, read_counters, read_network_name, read_parent

_LOGGER = logging.getLogger(__name__)

ADMINISTER: Final = 5
"""AccessControlEntryPrivilegeEnum of the access control cluster."""
ACCESS_CONTROL: Final = 0x1F
NETWORK_COMMISSIONING: Final = 0x31
POWER_SOURCE: Final = 0x2F
ADMINISTRATOR_COMMISSIONING: Final = 0x3C
OPERATIONAL_CREDENTIALS: Final = 0x3E
THREAD_FEATURE: Final = 2
"""NetworkCommissioning's bit for Thread; a Wi-Fi network's id is its name."""
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
    bridge_available: bool | None = None
    """Whether the server has the bridge before the lock; None where there is no bridge."""
    sharing_window: bool | None = None
    """Whether the lock is open for another app; a window of its own is not told."""
    sharing_fabric_index: int | None = None
    """Who opened that window, as long as it is open."""
    frame_error_rate: int | None = None
    """Frames lost on the way to the parent, in percent."""
    radio_counters: RadioCounters | None = None
    door_state: DoorState | None = None
    """What the lock's door sensor last reported."""
    network_name: str | None = None
    """Name of the Thread network, as the lock itself knows it."""
    table_sizes: Mapping[int, int] = field(default_factory=dict)
    """What the lock says that it keeps, by attribute."""
    interviewed_at: datetime | None = None
    """When the server last read everything of the lock; no store keeps it."""

    @classmethod
    def read(cls, node: MatterNode, endpoint_id: int) -> Self | None:
        """View a node; None when the endpoint has no Door Lock cluster."""
        endpoint = node.endpoints.get(endpoint_id)
        if endpoint is None or not endpoint.has_cluster(CLUSTER_ID):
            return None
        attributes = Attributes(node, endpoint_id)
        bridged = bool(node.is_bridge_device)
        return cls(
            node_id=node.node_id,
            endpoint_id=endpoint_id,
            available=bool(node.available) and attributes.is_reachable,
            is_bridged=bridged,
            bridge_available=bool(node.available) if bridged else None,
            product_name=_text(attributes.about(3)),
            serial=_text(attributes.about(15)),
            software_version=_text(attributes.about(10)),
            lock_state=enum_or_none(LockState, attributes.lock(AttributeId.LOCK_STATE)),
            door_state=enum_or_none(DoorState, attributes.lock(AttributeId.DOOR_STATE)),
            features=Feature(number(attributes.lock(AttributeId.FEATURE_MAP)) or 0),
            accepted_commands=numbers(attributes.lock(AttributeId.ACCEPTED_COMMANDS)),
            requires_pin=attributes.lock(AttributeId.REQUIRE_PIN_FOR_REMOTE) is True,
            pin_length=attributes.pin_length,
            table_sizes=attributes.table_sizes,
            own_fabric_index=number(attributes.root(OPERATIONAL_CREDENTIALS, 5)),
            controller_nodes=_subjects(attributes.root(ACCESS_CONTROL, 0)),
            battery_percent=_half(attributes.of_device(POWER_SOURCE, 12)),
            battery_level=number(attributes.of_device(POWER_SOURCE, 14)),
            interviewed_at=node.node_data.last_interview,
            **(_NOTHING_OF_ITS_OWN if bridged else _own_connection(attributes)),
        )

    def with_lock_state(self, node: MatterNode) -> Self:
        """Return this view with LockState as the node has it now."""
        value = Attributes(node, self.endpoint_id).lock(AttributeId.LOCK_STATE)
        state = enum_or_none(LockState, value)
        return self if state is self.lock_state else replace(self, lock_state=state)

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        plain = asdict(self)
        for key in ("accepted_commands", "controller_nodes"):
            plain[key] = sorted(plain[key])
        del plain["interviewed_at"]
        return plain | {"pin_length": list(self.pin_length)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self | None:
        """Read what `as_dict` wrote, as a lock that is not heard now; None if damaged."""
        try:
            shortest, longest = stored["pin_length"]
            return cls(
                **{key: stored[key] for key in _PLAIN_FIELDS},
                available=False,
                sharing_window=None,
                frame_error_rate=stored.get("frame_error_rate"),
                radio_counters=_counters(stored.get("radio_counters")),
                network_name=stored.get("network_name"),
                table_sizes=_sizes(stored.get("table_sizes")),
                lock_state=None,
                features=Feature(stored["features"]),
                accepted_commands=frozenset(stored["accepted_commands"]),
                controller_nodes=frozenset(stored["controller_nodes"]),
                pin_length=(shortest, longest),
            )
        except (KeyError, TypeError, ValueError) as err:
            _LOGGER.warning("The stored view of a lock is damaged: %r", err)
            return None

    def is_same_door(self, other: LockNode) -> bool:
        """Return whether both views have bolt and door alike."""
        is_same_bolt = self.lock_state is other.lock_state
        return is_same_bolt and self.door_state is other.door_state

    @property
    def limits(self) -> LockLimits:
        """What the lock can keep of users, codes and schedules."""
        known: dict[int, object] = dict(self.table_sizes)
        known[AttributeId.FEATURE_MAP] = int(self.features)
        if self.accepted_commands:
            known[AttributeId.ACCEPTED_COMMANDS] = sorted(self.accepted_commands)
        return parse_limits(known)

    @property
    def has_users(self) -> bool:
        """Whether the lock keeps users that can be read over Matter."""
        readable = CommandId.GET_USER in self.accepted_commands
        return Feature.USER in self.features and readable

    @property
    def tells_radio(self) -> bool:
        """Whether the lock says anything of its radio link."""
        return bool(self.parent_extended_address or self.radio_counters)

    @property
    def can_unlatch(self) -> bool:
        """Whether bolt and latch are operated apart."""
        return Feature.UNBOLT in self.features


def door_lock_endpoints(node: MatterNode) -> list[int]:
    """Endpoints of a node that have a Door Lock cluster."""
    return sorted(
        number for number, end in node.endpoints.items() if end.has_cluster(CLUSTER_ID)
    )


def _sizes(stored: object) -> dict[int, int]:
    """Read stored sizes, whose keys are texts in a file; a store of before has none."""
    found = stored if isinstance(stored, Mapping) else {}
    return {int(key): int(value) for key, value in found.items()}


def _counters(stored: object) -> RadioCounters | None:
    """Read stored counters; a store of before has none."""
    return None if stored is None else RadioCounters.from_dict(stored)


def _subjects(entries: object) -> frozenset[int]:
    """Read our controller's node ids from the access control list, fabric-filtered.

    Controllers administer; a bound switch may only operate.
    """
    if not isinstance(entries, list):
        return frozenset()
    ours = (x for x in entries if getattr(x, "privilege", None) == ADMINISTER)
    lists = (getattr(entry, "subjects", None) for entry in ours)
    return frozenset().union(*(numbers(subjects) for subjects in lists))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_open(window_status: object) -> bool | None:
    """Read WindowStatus (Matter 1.6 §11.19.7.1): 0 is closed."""
    status = number(window_status)
    return None if status is None else status != 0


def extended_pan_id_of(node: MatterNode) -> str | None:
    """Thread network of any node; None where it does not say."""
    return _extended_pan_id(Attributes(node, 0))


def _own_connection(attributes: Attributes) -> dict[str, Any]:
    """Read what a lock that is a Matter node says of its network and its apps."""
    parent = read_parent(attributes.root)
    extended_pan_id = _extended_pan_id(attributes)
    return {
        "commissioned_fabrics": number(attributes.root(OPERATIONAL_CREDENTIALS, 3)),
        "supported_fabrics": number(attributes.root(OPERATIONAL_CREDENTIALS, 2)),
        "extended_pan_id": extended_pan_id,
        "parent_extended_address": parent.extended_address if parent else None,
        "link_quality": parent.link_quality if parent else None,
        "rssi": parent.rssi if parent else None,
        "frame_error_rate": parent.frame_error_rate if parent else None,
        "radio_counters": read_counters(attributes.root),
        "uses_thread": extended_pan_id is not None or on_thread(attributes.root),
        "network_name": read_network_name(attributes.root),
        "sharing_window": _is_open(attributes.root(ADMINISTRATOR_COMMISSIONING, 0)),
        "sharing_fabric_index": number(attributes.root(ADMINISTRATOR_COMMISSIONING, 1)),
    }


_NOTHING_OF_ITS_OWN: Final[dict[str, Any]] = {
    "commissioned_fabrics": None,
    "supported_fabrics": None,
    "extended_pan_id": None,
    "parent_extended_address": None,
    "link_quality": None,
    "rssi": None,
    "uses_thread": False,
}
"""The same of a lock behind a bridge: network and apps are the bridge's."""


def _extended_pan_id(attributes: Attributes) -> str | None:
    """Read the joined Thread network's id from NetworkCommissioning."""
    features = number(attributes.root(NETWORK_COMMISSIONING, AttributeId.FEATURE_MAP))
    if features is not None and not features & THREAD_FEATURE:
        return None
    networks = attributes.root(NETWORK_COMMISSIONING, 1)
    for network in networks if isinstance(networks, list) else []:
        network_id = getattr(network, "networkID", None)
        if isinstance(network_id, bytes) and len(network_id) == EXTENDED_PAN_ID_OCTETS:
            return network_id.hex()
    return None


def _half(value: object) -> float | None:
    """BatPercentRemaining counts half percents."""
    percent = number(value)
    return None if percent is None else percent / 2
