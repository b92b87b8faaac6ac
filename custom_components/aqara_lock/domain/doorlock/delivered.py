"""An event as the Matter server delivers it, decoded once and only if its parts are sound."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from .events import MAX_UINT64, DoorLockEvent, RawEvent, decode, unsigned_or_none

_NUMBERS: Final = (
    "node_id",
    "endpoint_id",
    "event_id",
    "event_number",
    "timestamp",
    "timestamp_type",
)


class Freshness(StrEnum):
    """How an event reached this home."""

    LIVE = "live"
    """Reported by the subscription as it happened, as far as that can be told."""
    REPLAYED = "replayed"
    """Reported by the subscription, and kept by the lock or the server before."""
    BACKFILLED = "backfilled"
    """Read afterwards: nobody listened when it happened."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event with its decoded content, and how it reached this home."""

    raw: RawEvent
    event: DoorLockEvent
    freshness: Freshness

    @classmethod
    def of(cls, raw: RawEvent) -> Self:
        """Return an event decoded; one of the subscription is live until it is judged."""
        freshness = Freshness.LIVE if raw.live else Freshness.BACKFILLED
        return cls(raw, decode(raw.event_id, raw.data), freshness)

    @property
    def is_live(self) -> bool:
        """Whether it is news."""
        return self.freshness is Freshness.LIVE

    def replayed(self) -> Self:
        """Return the event as one that is no news; a backfilled one stays that."""
        if not self.is_live:
            return self
        return replace(self, freshness=Freshness.REPLAYED)


def received_event(
    told: Mapping[str, Any], received_at: datetime, *, live: bool
) -> ReceivedEvent | None:
    """Return the event; None where a part is missing or cannot be stored."""
    numbers = {key: unsigned_or_none(told.get(key), MAX_UINT64) for key in _NUMBERS}
    data = told.get("data") or {}
    if None in numbers.values() or not isinstance(data, Mapping):
        return None
    facts: dict[str, Any] = numbers
    raw = RawEvent(**facts, data=data, received_at=received_at, live=live)
    return ReceivedEvent.of(raw)
