"""Attributes of a node as the Matter server last had them; no radio traffic."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from chip.clusters.ClusterObjects import ALL_CLUSTERS
from chip.clusters.Types import Nullable
from matter_server.client.models.node import MatterNode, get_object_params

from ..domain.access import TABLE_SIZES
from ..domain.doorlock import CLUSTER_ID, AttributeId

BASIC_INFORMATION: Final = 0x28
BRIDGED_INFORMATION: Final = 0x39
"""BridgedDeviceBasicInformation, with the attribute ids of BasicInformation."""
REACHABLE: Final = 17
PARTS: Final = (0x1D, 3)
"""Descriptor cluster and its list of endpoints that a device consists of."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes as last reported; None for one that is null, absent or unknown."""

    node: MatterNode
    endpoint_id: int

    def root(self, cluster_id: int, attribute_id: int) -> object:
        """Read from endpoint 0."""
        return self._read(0, cluster_id, attribute_id)

    def lock(self, attribute: AttributeId) -> object:
        """Read from the Door Lock cluster."""
        return self._read(self.endpoint_id, CLUSTER_ID, attribute.value)

    def about(self, attribute_id: int) -> object:
        """Read what the device says of itself, not what its bridge says."""
        if self.node.is_bridge_device:
            return self._read(self._whole, BRIDGED_INFORMATION, attribute_id)
        return self.root(BASIC_INFORMATION, attribute_id)

    @property
    def is_reachable(self) -> bool:
        """Whether a bridge, if there is one, reaches the lock."""
        return self.about(REACHABLE) is not False

    def of_device(self, cluster_id: int, attribute_id: int) -> object:
        """Read from the device's first endpoint that has the cluster."""
        for endpoint_id in self._endpoints:
            value = self._read(endpoint_id, cluster_id, attribute_id)
            if value is not None:
                return value
        return None

    @property
    def _endpoints(self) -> list[int]:
        """Endpoints of the device; behind a bridge others have theirs beside it."""
        if not self.node.is_bridge_device:
            return sorted(self.node.endpoints)
        parts = self._read(self._whole, *PARTS)
        return [self.endpoint_id, self._whole, *sorted(numbers(parts))]

    @property
    def _whole(self) -> int:
        """Endpoint that stands for a device of several parts, of which the lock is one."""
        whole = self.node.get_compose_parent(self.endpoint_id)
        return whole.endpoint_id if whole else self.endpoint_id

    def _read(self, endpoint_id: int, cluster_id: int, attribute_id: int) -> object:
        endpoint = self.node.endpoints.get(endpoint_id)
        cluster = endpoint.clusters.get(cluster_id) if endpoint else None
        if cluster is None:
            return None
        value = getattr(cluster, _name_of(cluster_id, attribute_id))
        return None if isinstance(value, Nullable) else value

    @property
    def table_sizes(self) -> dict[int, int]:
        """What the lock says that it keeps; what it does not say is left out."""
        found = {x: self._read(self.endpoint_id, CLUSTER_ID, x) for x in TABLE_SIZES}
        return {x: size for x, value in found.items() if (size := number(value))}

    @property
    def pin_length(self) -> tuple[int, int]:
        """Shortest and longest PIN, in digits."""
        shortest = number(self.lock(AttributeId.MIN_PIN_LENGTH))
        longest = number(self.lock(AttributeId.MAX_PIN_LENGTH))
        return (shortest or 4, longest or 10)


@cache
def _name_of(cluster_id: int, attribute_id: int) -> str:
    """Name an attribute; a cluster makes its descriptor anew each time it is asked."""
    name: str
    name, _ = get_object_params(ALL_CLUSTERS[cluster_id].descriptor, attribute_id)
    return name


def number(value: object) -> int | None:
    """Take a number, and nothing else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def numbers(value: object) -> frozenset[int]:
    """Take a list of numbers; empty for what is none."""
    if not isinstance(value, list):
        return frozenset()
    return frozenset(item for item in value if isinstance(item, int))
