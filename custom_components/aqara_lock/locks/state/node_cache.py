"""What is kept of a lock from one view of its node to the next."""

from dataclasses import replace

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...matter import LockLink, LockNode
from .radio import LockRadio
from .store import LockStore
from .telemetry import LockTelemetry


class NodeCache:
    """Draws from every view what a later one will not show."""

    def __init__(
        self,
        store: LockStore,
        link: LockLink,
        radio: LockRadio,
        history: LockTelemetry,
    ) -> None:
        """Keep it for one lock."""
        self._store = store
        self._link = link
        self._radio = radio
        self._history = history

    def stored(self) -> LockNode | None:
        """Give the view of an earlier run, as of a lock that is not heard now."""
        stored = self._store.memory.node
        return LockNode.from_dict(stored) if stored else None

    @callback
    def take(self, before: LockNode | None, node: LockNode) -> None:
        """Take a new view."""
        self._radio.follow(before, node)
        self._history.battery_reported(node.battery_percent)
        if node.available:
            self._take_answering(node)
        stored = node.as_dict()
        if stored != self._store.memory.node:
            self._store.memory.node = stored
            self._store.async_schedule_save()

    def _take_answering(self, node: LockNode) -> None:
        """Take what is no older than now: of a silent lock the server shows the past."""
        memory = self._store.memory
        memory.server_kind = self._link.server_kind
        memory.sharing = memory.sharing.seen(
            node=node.node_id,
            is_open=node.sharing_window,
            apps=node.commissioned_fabrics,
            at=dt_util.utcnow(),
        )


def is_more_than_the_bolt(before: LockNode | None, now: LockNode) -> bool:
    """Tell whether more than the position of bolt and door has changed."""
    if before is None:
        return True
    moved = replace(before, lock_state=now.lock_state, door_state=now.door_state)
    return moved != now
