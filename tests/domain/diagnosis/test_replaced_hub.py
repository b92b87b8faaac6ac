"""A replaced hub is recognised, and whatever only looks like one is left alone."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import HubEvidence
from custom_components.aqara_lock.domain.diagnosis.replaced_hub import (
    GONE_AFTER,
    replacement_for,
)
from tests.scenarios.home import APPLE, AQARA, NOW, ago, gone_hub, hub

NEW = "aaaaaaaaaaaaaaaa"
MEANT = hub(1).id
OLD = gone_hub(1, offline_since=ago(days=3))


def new_hub(number: int = 2, /, **changes: Any) -> HubEvidence:
    """Give a hub with a network of its own, known for two days."""
    return hub(
        number,
        **{"record": {"extended_pan_id": NEW}, "first_seen": ago(days=2)} | changes,
    )


def found(network: str | None, *hubs: HubEvidence, meant: str | None = MEANT) -> Any:
    """Give the id of what took the place of the meant hub."""
    router = replacement_for(meant, hubs, network, NOW)
    return router.id if router else None


def test_new_hub_that_serves_the_lock_took_the_place() -> None:
    served = new_hub(first_seen=ago(days=300))
    assert found(NEW, OLD, served) == served.id


def test_new_hub_that_came_when_the_old_one_left_took_the_place() -> None:
    assert found(AQARA, OLD, new_hub()) == new_hub().id
    assert found(None, OLD, new_hub()) == new_hub().id


def test_new_hub_of_the_old_network_took_the_place_if_it_came_then() -> None:
    joined = new_hub(record={"extended_pan_id": AQARA})
    assert found(AQARA, OLD, joined) == joined.id


def test_deleted_hub_is_replaced_by_the_one_that_serves_the_lock() -> None:
    assert found(NEW, new_hub(first_seen=None)) == new_hub().id


def test_both_were_plugged_in_for_a_while() -> None:
    early = new_hub(first_seen=ago(days=3, hours=20))
    assert found(AQARA, OLD, early) == early.id


@pytest.mark.parametrize(
    "old",
    [
        hub(1),
        gone_hub(1, offline_since=NOW - GONE_AFTER + timedelta(seconds=1)),
        gone_hub(1, offline_since=None),
        hub(1, state=HubState.UNKNOWN),
    ],
)
def test_hub_that_is_there_or_just_restarts_is_not_replaced(old: HubEvidence) -> None:
    assert found(NEW, old, new_hub()) is None


def test_second_hub_that_was_always_there_is_no_replacement() -> None:
    always = hub(2, first_seen=ago(days=300))
    assert found(AQARA, OLD, always) is None
    assert found(AQARA, OLD, new_hub(first_seen=ago(days=300))) is None
    assert found(AQARA, OLD, new_hub(first_seen=None)) is None


def test_hub_of_another_maker_is_not_offered() -> None:
    apple = new_hub(record={"vendor_name": "Apple Inc.", "extended_pan_id": APPLE})
    assert found(APPLE, OLD, apple) is None


def test_hub_that_is_off_itself_is_not_offered() -> None:
    assert found(NEW, OLD, gone_hub(2, record={"extended_pan_id": NEW})) is None


def test_two_that_may_be_it_leave_it_open() -> None:
    assert found(AQARA, OLD, new_hub(2), new_hub(3)) is None
    assert found(NEW, OLD, new_hub(2), new_hub(3)) is None


def test_among_two_that_serve_the_one_that_came_is_it() -> None:
    before = new_hub(3, first_seen=ago(days=300))
    assert found(NEW, OLD, new_hub(2), before) == new_hub(2).id


def test_deleted_hub_without_one_that_serves_leaves_it_open() -> None:
    assert found(AQARA, new_hub()) is None
    assert found(None, new_hub()) is None


def test_without_a_meant_hub_nothing_is_replaced() -> None:
    assert found(NEW, OLD, new_hub(), meant=None) is None
