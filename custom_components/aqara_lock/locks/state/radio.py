"""Readings of a lock's radio link: how old they are, and from where it is counted."""

from datetime import datetime
import logging

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...domain.connectivity import RadioCounters, count_from
from ...matter import LinkError, LockNode, LockReads
from .store import LockStore

_LOGGER = logging.getLogger(__name__)


class LockRadio:
    """Follows the readings that the server has; reads anew only on request."""

    def __init__(self, store: LockStore, reads: LockReads) -> None:
        """Follow one lock."""
        self._store = store
        self._reads = reads
        self.read_at: datetime | None = None

    @callback
    def follow(self, before: LockNode | None, node: LockNode) -> None:
        """Take a new view of the node."""
        if before is None or not before.available or _radio(before) != _radio(node):
            self.read_at = dt_util.utcnow()
        if node.radio_counters is None:
            return
        memory = self._store.memory
        earlier = before.radio_counters if before is not None else None
        memory.radio_counted_from = count_from(
            memory.radio_counted_from, earlier, node.radio_counters
        )

    def counted(self, node: LockNode) -> RadioCounters | None:
        """Give what was counted lately: since a reading of this boot, else since the boot."""
        if node.radio_counters is None:
            return None
        return node.radio_counters.since(self._store.memory.radio_counted_from)

    async def async_refresh(self, node: LockNode | None) -> None:
        """Read the link because a user asks; what fails leaves the last reading."""
        if node is None or not node.tells_radio:
            return
        try:
            await self._reads.async_refresh_neighbors()
        except LinkError as err:
            _LOGGER.debug("The radio link could not be read: %s", err.failure)
            return
        self.read_at = dt_util.utcnow()

    @callback
    def count_anew(self, node: LockNode | None) -> None:
        """Let what was counted by now be over: a user did something about it."""
        if node is None or node.radio_counters is None:
            return
        self._store.memory.radio_counted_from = node.radio_counters
        self._store.async_schedule_save()


def _radio(node: LockNode) -> tuple[object, ...]:
    return (
        node.parent_extended_address,
        node.link_quality,
        node.rssi,
        node.frame_error_rate,
        node.radio_counters,
    )
