"""What the server delivers is taken as an event only if every part can be one."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.doorlock.delivered import (
    Freshness,
    received_event,
)
from custom_components.aqara_lock.domain.doorlock.events import decode

from ..who import NOW, did

EVENT = {
    "node_id": 20,
    "endpoint_id": 1,
    "event_id": 2,
    "event_number": 7,
    "timestamp": 1_730_000_000_123,
    "timestamp_type": 1,
    "data": did(1, 9),
}


def test_event_as_it_should_be() -> None:
    found = received_event(EVENT, NOW, live=True)
    assert found is not None
    raw = found.raw
    assert (raw.event_number, raw.received_at, raw.live) == (7, NOW, True)
    assert raw.data == did(1, 9)
    assert found.event == decode(2, did(1, 9))


@pytest.mark.parametrize(
    ("live", "freshness", "judged"),
    [
        (True, Freshness.LIVE, Freshness.REPLAYED),
        (False, Freshness.BACKFILLED, Freshness.BACKFILLED),
    ],
)
def test_event_is_as_fresh_as_the_way_it_came(
    live: bool, freshness: Freshness, judged: Freshness
) -> None:
    found = received_event(EVENT, NOW, live=live)
    assert found is not None
    assert (found.freshness, found.replayed().freshness) == (freshness, judged)
    assert found.is_live is live
    assert not found.replayed().is_live


@pytest.mark.parametrize("data", [None, {}])
def test_event_without_a_payload_has_an_empty_one(data: Any) -> None:
    found = received_event(EVENT | {"data": data}, NOW, live=True)
    assert found is not None
    assert found.raw.data == {}


@pytest.mark.parametrize("field", [key for key in EVENT if key != "data"])
@pytest.mark.parametrize("damage", [None, "7", -1, 1.5, True, [], 2**64])
def test_event_with_a_part_that_is_no_number_is_none(field: str, damage: Any) -> None:
    assert received_event(EVENT | {field: damage}, NOW, live=True) is None
    assert (
        received_event({k: EVENT[k] for k in EVENT if k != field}, NOW, live=True)
        is None
    )


@pytest.mark.parametrize("damage", [[1], "x", 5])
def test_event_whose_payload_is_no_mapping_is_none(damage: Any) -> None:
    assert received_event(EVENT | {"data": damage}, NOW, live=True) is None
