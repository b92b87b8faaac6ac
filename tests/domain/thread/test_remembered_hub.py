"""Hubs of an earlier look, beside those that are announced now."""

from hypothesis import given, strategies as st

from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.remembered_hub import (
    find_again,
    unannounced,
)
from tests.scenarios.home import hub

ROUTERS = st.builds(
    lambda number, name, address: (
        hub(number, name=f"Hub {name}", addresses=(f"192.168.1.{address}",)).router
    ),
    *(st.integers(1, 4) for _ in range(3)),
)
SEVERAL = st.lists(ROUTERS, max_size=5)


def test_hub_is_known_by_its_id_before_its_name() -> None:
    renamed = hub(1, name="New name").router
    impostor = hub(2, name="Hub 1").router
    assert find_again(hub(1).router, [impostor, renamed]) == renamed


def test_hub_that_was_reset_is_known_by_its_name() -> None:
    reset = hub(2, name="Hub 1").router
    assert find_again(hub(1).router, [hub(3).router, reset]) == reset


def test_hub_that_is_gone_is_not_found() -> None:
    assert find_again(hub(1).router, [hub(2).router]) is None


@given(SEVERAL, SEVERAL)
def test_nothing_of_what_is_announced_is_called_missing(
    remembered: list[BorderRouter], announced: list[BorderRouter]
) -> None:
    missing = unannounced(remembered, announced)
    assert not {x.id for x in missing} & {x.id for x in announced}
    assert not {x.instance for x in missing} & {x.instance for x in announced}
    taken = {address for x in announced for address in x.addresses}
    assert all(taken.isdisjoint(x.addresses) for x in missing)


@given(SEVERAL)
def test_what_is_not_announced_stays_as_it_was(remembered: list[BorderRouter]) -> None:
    assert list(unannounced(remembered, ())) == remembered
