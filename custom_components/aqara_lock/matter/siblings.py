"""Other Matter devices on a lock's Thread network: silent together, or not."""

from collections.abc import Iterable

from matter_server.client.models.node import MatterNode

from ..domain.diagnosis import Fact, Gap, Siblings
from .errors import LinkError
from .link import LockLink
from .node import extended_pan_id_of


def siblings_of(link: LockLink, locks: Iterable[LockLink]) -> Fact[Siblings]:
    """Count the other devices of the same network, the home's own locks left out."""
    network = link.node.extended_pan_id if link.node else None
    if network is None:
        return Gap.UNKNOWN
    try:
        nodes = link.require_client().get_nodes()
    except LinkError:
        return Gap.UNKNOWN
    own = {lock.identity.address.node_id for lock in locks}
    own.add(link.identity.address.node_id)
    same = [node for node in nodes if _is_other(node, own, network)]
    return Siblings(total=len(same), silent=sum(not node.available for node in same))


def _is_other(node: MatterNode, own: set[int], network: str) -> bool:
    return node.node_id not in own and extended_pan_id_of(node) == network
