"""Where a lock is on the network, kept for a start in which it cannot be asked for."""

from collections.abc import Callable
from ipaddress import IPv6Address

from homeassistant.core import HomeAssistant, callback

from ...domain.diagnosis import Fact, Gap, known
from ...domain.identity import NodeAddress
from ...network.mdns import lock_addresses, remember_addresses
from .store import LockStore


class AddressStore:
    """The addresses of one lock as its border router published them last."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        node: Callable[[], NodeAddress],
    ) -> None:
        """Begin with nothing known; `node` gives which node the lock is now."""
        self._hass = hass
        self._store = store
        self._node = node
        self.known: Fact[tuple[IPv6Address, ...]] = Gap.UNKNOWN

    @callback
    def load(self) -> None:
        """Take what was published in an earlier run."""
        remember_addresses(self._hass, self._node(), self._store.memory.addresses)
        self.look()

    @callback
    def look(self) -> tuple[IPv6Address, ...]:
        """Look what is published now; costs no traffic."""
        self.known = lock_addresses(self._hass, self._node())
        found = known(self.known) or ()
        texts = [str(address) for address in found]
        if texts and texts != self._store.memory.addresses:
            self._store.memory.addresses = texts
            self._store.async_schedule_save()
        return found
