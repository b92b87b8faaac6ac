"""The router of the home in the store: without it, a silent one could not be missed after a start."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from homeassistant.core import callback

from ..network.probes import GatewayMonitor, ProbeMethod, RouterIdentity
from ..store import HomeStore


class RouterStore:
    """Keeps which router the home has and which probe it answered."""

    def __init__(self, store: HomeStore, gateway: GatewayMonitor) -> None:
        """Keep it in the home's store."""
        self._store = store
        self._gateway = gateway

    @callback
    def recall(self) -> None:
        """Tell the watch what was known before; what is damaged is not known."""
        stored = self._store.memory.router
        try:
            identity, method = _identity(stored), stored.get("method")
            answered = ProbeMethod(method) if method else None
        except KeyError, ValueError:
            return
        self._gateway.remember(identity, answered)

    @callback
    def keep(self) -> None:
        """Have a router that is new or answers in a new way written down."""
        identity = self._gateway.identity
        if identity is None:
            return
        content = {
            "address": str(identity.address),
            "subnet": str(identity.subnet) if identity.subnet else None,
            "mac": identity.mac,
            "method": self._gateway.method,
        }
        if content != self._store.memory.router:
            self._store.memory.router = content
            self._store.async_schedule_save()


def _identity(stored: dict[str, Any]) -> RouterIdentity:
    subnet = stored["subnet"]
    return RouterIdentity(
        address=IPv4Address(stored["address"]),
        subnet=IPv4Network(subnet) if subnet else None,
        mac=stored["mac"],
    )
