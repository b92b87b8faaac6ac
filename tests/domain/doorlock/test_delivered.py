"""What the server delivers is taken as an event only if every part can be one."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.doorlock.delivered import raw_event

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
    found = raw_event(EVENT, NOW, live=True)
    assert found is not None
    assert (found.event_number, found.received_at, found.live) == (7, NOW, True)
    assert found.data == did(1, 9)


@pytest.mark.parametrize("data", [None, {}])
def test_event_without_a_payload_has_an_empty_one(data: Any) -> None:
    found = raw_event(EVENT | {"data": data}, NOW, live=True)
    assert found is not None
    assert found.data == {}


@pytest.mark.parametrize("field", [key for key in EVENT if key != "data"])
@pytest.mark.parametrize("damage", [None, "7", -1, 1.5, True, [], 2**64])
def test_event_with_a_part_that_is_no_number_is_none(field: str, damage: Any) -> None:
    assert raw_event(EVENT | {field: damage}, NOW, live=True) is None
    assert raw_event({k: EVENT[k] for k in EVENT if k != field}, NOW, live=True) is None


@pytest.mark.parametrize("damage", [[1], "x", 5])
def test_event_whose_payload_is_no_mapping_is_none(damage: Any) -> None:
    assert raw_event(EVENT | {"data": damage}, NOW, live=True) is None
