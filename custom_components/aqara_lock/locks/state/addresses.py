"""Where a lock is on the network, kept for a start in which it cannot be asked for."""

from ipaddress import IPv6Address

from homeassistant.core import HomeAssistant, callback

from ...domain.diagnosis import Fact, Gap, known
from ...matter import LockLink
from ...network.mdns import lock_addresses, remember_addresses
from .store import LockStore


class AddressStore:
    """The addresses of one lock as its border router published them last."""

    def __init__(self, hass: HomeAssistant, store: LockStore, link: LockLink) -> None:
        """Initialize without an address; the link knows which node the lock is now."""
        self._hass = hass
        self._store = store
        self._link = link
        self.known: Fact[tuple[IPv6Address, ...]] = Gap.UNKNOWN

    @callback
    def load(self) -> None:
        """Load what was published in an earlier run."""
        remember_addresses(
            self._hass, self._link.identity.address, self._store.memory.addresses
        )
        self.look()

    @callback
    def look(self) -> tuple[IPv6Address, ...]:
        """Return what is published now; costs no traffic."""
        self.known = lock_addresses(self._hass, self._link.identity.address)
        found = known(self.known) or ()
        texts = [str(address) for address in found]
        if texts and texts != self._store.memory.addresses:
            self._store.memory.addresses = texts
            self._store.async_schedule_save()
        return found
