"""An event as the Matter server delivers it, taken only if its parts are what they should be."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from .events import MAX_UINT64, RawEvent, unsigned_or_none

_NUMBERS: Final = (
    "node_id",
    "endpoint_id",
    "event_id",
    "event_number",
    "timestamp",
    "timestamp_type",
)


def raw_event(
    told: Mapping[str, Any], received_at: datetime, *, live: bool
) -> RawEvent | None:
    """Give the event; None where a part is missing or cannot be stored."""
    numbers = {key: unsigned_or_none(told.get(key), MAX_UINT64) for key in _NUMBERS}
    data = told.get("data") or {}
    if None in numbers.values() or not isinstance(data, Mapping):
        return None
    facts: dict[str, Any] = numbers
    return RawEvent(**facts, data=data, received_at=received_at, live=live)
