"""Which events a lock's own clock dates, and which are dated by when they were received."""

from collections.abc import Callable
from typing import Any

from .. import codec

type Node = tuple[str, int]
"""Compressed fabric id and node id."""
type Place = tuple[int, int]
"""Epoch and number of an event."""
type Trusts = Callable[[Place], bool]


class ClockTrust:
    """Nodes whose clock was wrong; some are right again from an event on."""

    def __init__(self) -> None:
        """Trust every clock."""
        self._again_from: dict[Node, Place | None] = {}

    def distrust(self, node: Node) -> None:
        """Take that a clock is wrong: nobody knows since when."""
        self._again_from[node] = None

    def trust_again(self, node: Node, place: Place) -> None:
        """Take that a clock that was wrong is right from an event on."""
        if not self.trusts_now(node):
            self._again_from[node] = place

    def trusts_now(self, node: Node) -> bool:
        """Tell whether a clock dates what comes next."""
        return self._again_from.get(node, (0, 0)) is not None

    def trusts(self, node: Node) -> Trusts:
        """Give what tells whether the node's clock dates one of its events."""
        if node not in self._again_from:
            return lambda _place: True
        first = self._again_from[node]
        return lambda place: first is not None and place >= first

    def copy(self) -> ClockTrust:
        """Give the same, apart from what is found out later."""
        found = ClockTrust()
        found._again_from = dict(self._again_from)
        return found

    def as_list(self) -> list[list[Any]]:
        """Give plain data for a store."""
        every = sorted(self._again_from.items(), key=lambda item: item[0])
        return [[*node, *(place or ())] for node, place in every]

    def load(self, value: object) -> None:
        """Read an item of the list; raises ValueError."""
        if not isinstance(value, list) or len(value) not in (2, 4):
            raise codec.DamagedError("distrusted is not a pair")
        keys = ("fabric", "node", "epoch", "number")
        found = dict(zip(keys, value, strict=False))
        node = codec.text(found, "fabric"), codec.integer(found, "node")
        self._again_from[node] = None
        if len(value) == len(keys):
            place = codec.integer(found, "epoch"), codec.integer(found, "number")
            self._again_from[node] = place
