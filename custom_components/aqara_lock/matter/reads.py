"""What may be read of a lock on occasion: recent events and the fabrics it belongs to."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from itertools import pairwise
import logging
from typing import Any, Final

from homeassistant.util import dt as dt_util

from ..domain.doorlock import CLUSTER_ID, ReceivedEvent, received_event
from .errors import Failure, LinkError, readable_answers
from .link import START_UP, LinkState, LockLink
from .requests import async_read
from .thread_diagnostics import NEIGHBORS_PATH

_LOGGER = logging.getLogger(__name__)

BACKFILL_SCHEMA: Final = 14
"""First server schema, and client 1.5, that can read events by number.

Early servers of this schema do not know the command yet.
"""


@dataclass(frozen=True, slots=True)
class RecentEvents:
    """Events of a lock by number; `whole`: between them, and since the last, none is missing.

    `after_jumps` are the numbers of the node's events that do not follow the one before,
    over every cluster and where they are known: a lock that was away may have dropped some
    that the server never had. A restart goes on with any number.
    """

    events: tuple[ReceivedEvent, ...]
    whole: bool
    after_jumps: tuple[int, ...] = ()

    def joins(self, number: int) -> bool:
        """Return whether nothing is missing since the event of a number."""
        return self.whole and any(x.raw.event_number == number for x in self.events)

    def first_after_a_jump(self, number: int) -> ReceivedEvent | None:
        """Return the first event before which numbers are missing since that number."""
        jump = next((x for x in self.after_jumps if x > number), None)
        if jump is None:
            return None
        return next((x for x in self.events if x.raw.event_number >= jump), None)


class LockReads:
    """Reads for one lock; every method raises LinkError."""

    def __init__(self, link: LockLink) -> None:
        """Read over a link."""
        self._link = link

    @property
    def link_state(self) -> LinkState:
        """Whether the lock can be talked to."""
        return self._link.state

    async def async_recent_events(self, after: int | None) -> RecentEvents:
        """Return what was missed since an event; costs the lock nothing below schema 14.

        From schema 14 on one read fetches it, unless the server has it all itself.
        """
        whole = self._link.follows_all_along()
        node = await self._remembered()
        found = self._ours(node)
        is_whole = whole and None not in found
        remembered = RecentEvents(_sound(found), is_whole, self._after_jumps(node))
        if after is None or remembered.joins(after):
            return remembered
        try:
            return await self._kept_by_lock(after) or remembered
        except LinkError as err:
            _LOGGER.info("The lock's own record could not be read: %r", err)
            return remembered

    async def async_remembered_events(self) -> tuple[ReceivedEvent, ...]:
        """Return what the server remembers; costs the lock nothing."""
        return _sound(self._ours(await self._remembered()))

    async def _remembered(self) -> list[Mapping[str, Any]]:
        client = self._link.require_client()
        diagnostics = await async_read(
            self._link, client.get_diagnostics(), Failure.MATTER_UNAVAILABLE
        )
        with readable_answers():
            return [_as_mapping(event) for event in diagnostics.events]

    async def _kept_by_lock(self, after: int) -> RecentEvents | None:
        """Read what the lock kept since an event, that one included: it proves the join."""
        client = self._link.require_client()
        read = getattr(client, "read", None)
        if self._link.schema_version < BACKFILL_SCHEMA or read is None:
            return None
        identity = self._link.identity
        path = {"path": f"{identity.endpoint_id}/{CLUSTER_ID}/*"}
        report = await async_read(
            self._link,
            read(identity.address.node_id, event_paths=[path], event_min=max(after, 0)),
        )
        with readable_answers():
            found = self._ours(asdict(event) for event in report.events)
        return RecentEvents(_sound(found), whole=None not in found)

    async def async_fabrics(self) -> list[Mapping[str, Any]]:
        """Read the fabrics of the lock: one message to it."""
        client = self._link.require_client()
        node_id = self._link.identity.address.node_id
        found = await async_read(self._link, client.get_matter_fabrics(node_id))
        with readable_answers():
            return [asdict(fabric) for fabric in found]

    async def async_refresh_neighbors(self) -> None:
        """Refresh the radio link over the server: one message to the lock."""
        client = self._link.require_client()
        node_id = self._link.identity.address.node_id
        await async_read(self._link, client.refresh_attribute(node_id, NEIGHBORS_PATH))
        self._link.refresh_view()

    def _ours(self, events: Iterable[Mapping[str, Any]]) -> list[ReceivedEvent | None]:
        """Return the events of this lock; None for one that is damaged."""
        identity, now = self._link.identity, dt_util.utcnow()
        wanted = [identity.address.node_id, identity.endpoint_id, CLUSTER_ID]
        keys = ("node_id", "endpoint_id", "cluster_id")
        ours = [event for event in events if [event.get(key) for key in keys] == wanted]
        found = [received_event(event, now, live=False) for event in ours]
        if None in found:
            _LOGGER.warning("A recent event is damaged and is left out")
        return found

    def _after_jumps(self, events: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
        """Return which numbers of our node's events do not follow the one before."""
        node_id = self._link.identity.address.node_id
        ours = [event for event in events if event.get("node_id") == node_id]
        numbers = {x.get("event_number"): _is_start(x) for x in ours}
        known = sorted(number for number in numbers if isinstance(number, int))
        return tuple(b for a, b in pairwise(known) if b > a + 1 and not numbers[b])


def _sound(found: Iterable[ReceivedEvent | None]) -> tuple[ReceivedEvent, ...]:
    """Return the events that are not damaged, each once and by number."""
    sound = {event.raw.event_number: event for event in found if event is not None}
    return tuple(sound[number] for number in sorted(sound))


def _is_start(event: Mapping[str, Any]) -> bool:
    """Return whether an event tells that its node was started."""
    keys = ("endpoint_id", "cluster_id", "event_id")
    return tuple(event.get(key) for key in keys) == START_UP


def _as_mapping(event: object) -> Mapping[str, Any]:
    if isinstance(event, Mapping):
        return event
    if is_dataclass(event) and not isinstance(event, type):
        return asdict(event)
    return {}
