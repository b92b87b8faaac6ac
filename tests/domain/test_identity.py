"""Which node a device of several nodes stands for."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from custom_components.aqara_lock.domain.identity import (
    NodeAddress,
    NodePresence,
    choose_node,
)

FABRIC = 0x2906C908D115D362
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def node(
    number: int,
    *,
    there: bool = True,
    available: bool = True,
    age: int = 0,
    unique_id: str | None = None,
) -> NodePresence:
    return NodePresence(
        address=NodeAddress(FABRIC, number),
        is_on_server=there,
        is_available=there and available,
        commissioned_at=YEAR - timedelta(days=age) if there else None,
        unique_id=unique_id,
    )


def chosen(*nodes: NodePresence, current: int | None = None) -> int:
    """Choose in every order; the order must not matter."""
    address = None if current is None else NodeAddress(FABRIC, current)
    found = {choose_node(order, address) for order in permutations(nodes)}
    assert len(found) == 1
    (only,) = found
    assert only is not None
    return only.address.node_id


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose_node([]) is None


def test_a_node_that_is_there_beats_one_that_is_gone() -> None:
    assert chosen(node(9), node(29, there=False), current=29) == 9


def test_an_available_node_beats_one_that_is_not() -> None:
    assert chosen(node(9, available=False), node(29), current=9) == 29
    assert chosen(node(9), node(29, available=False), current=29) == 9


@pytest.mark.parametrize("available", [True, False])
def test_the_followed_node_stays_among_equals(available: bool) -> None:
    """The old node that returns takes nothing back, and neither does a stranger."""
    nodes = node(9, available=available), node(29, available=available)
    assert chosen(*nodes, current=29) == 29
    assert chosen(*nodes, current=9) == 9


def test_a_newer_node_of_the_same_unique_id_is_the_same_lock() -> None:
    nodes = node(9, age=9, unique_id="A"), node(29, unique_id="A")
    assert chosen(*nodes, current=9) == 29
    assert chosen(*nodes, current=29) == 29


def test_without_a_followed_node_the_newest_wins() -> None:
    """A server that was set up anew counts its nodes from the start."""
    assert chosen(node(9), node(29, age=9)) == 9


def test_the_highest_node_wins_where_nothing_tells_them_apart() -> None:
    assert chosen(node(9), node(29), node(12)) == 29
    assert chosen(node(9, there=False), node(29, there=False)) == 29
