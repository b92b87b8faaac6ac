"""What may be read of a lock on occasion: recent events and the fabrics it belongs to."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
import logging
from typing import Any, Final

from homeassistant.util import dt as dt_util

from ..domain.door_lock import CLUSTER_ID
from ..domain.operations import RawEvent
from .errors import translated_errors
from .link import LockLink

_LOGGER = logging.getLogger(__name__)

BACKFILL_SCHEMA: Final = 14
"""First server schema, and client 1.5, that can read events by number."""


class LockReads:
    """Reads for one lock; every method raises LinkError."""

    def __init__(self, link: LockLink) -> None:
        """Read over a link."""
        self._link = link

    async def async_recent_events(self, after: int | None) -> list[RawEvent]:
        """Give events that were missed; costs the lock nothing below schema 14.

        From schema 14 on one read fetches those numbered above `after`.
        """
        client = self._link.require_client()
        node_id = self._link.identity.address.node_id
        with translated_errors():
            read = getattr(client, "read", None)
            recent = self._link.schema_version >= BACKFILL_SCHEMA
            if recent and read is not None and after is not None:
                path = {"path": f"{self._link.identity.endpoint_id}/{CLUSTER_ID}/*"}
                report = await read(node_id, event_paths=[path], event_min=after + 1)
                return self._ours(asdict(event) for event in report.events)
            diagnostics = await client.get_diagnostics()
        return self._ours(_as_mapping(event) for event in diagnostics.events)

    async def async_fabrics(self) -> list[Mapping[str, Any]]:
        """Read the fabrics of the lock: one message to it."""
        client = self._link.require_client()
        with translated_errors():
            found = await client.get_matter_fabrics(self._link.identity.address.node_id)
        return [asdict(fabric) for fabric in found]

    def _ours(self, events: Iterable[Mapping[str, Any]]) -> list[RawEvent]:
        found = (self._raw_event(event) for event in events)
        ours = {event.event_number: event for event in found if event is not None}
        return [ours[number] for number in sorted(ours)]

    def _raw_event(self, event: Mapping[str, Any]) -> RawEvent | None:
        identity = self._link.identity
        wanted = (identity.address.node_id, identity.endpoint_id, CLUSTER_ID)
        place = tuple(
            event.get(key) for key in ("node_id", "endpoint_id", "cluster_id")
        )
        if place != wanted:
            return None
        try:
            return RawEvent(
                node_id=event["node_id"],
                endpoint_id=event["endpoint_id"],
                event_id=event["event_id"],
                event_number=event["event_number"],
                timestamp=event["timestamp"],
                timestamp_type=event["timestamp_type"],
                data=event.get("data") or {},
                received_at=dt_util.utcnow(),
                live=False,
            )
        except KeyError as err:
            _LOGGER.warning("A recent event lacks %s and is left out", err)
            return None


def _as_mapping(event: object) -> Mapping[str, Any]:
    if isinstance(event, Mapping):
        return event
    if is_dataclass(event) and not isinstance(event, type):
        return asdict(event)
    return {}
