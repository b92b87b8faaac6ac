"""The `_meshcop._udp` service of a Thread border router (Thread 1.4, border agent discovery)."""

from dataclasses import asdict, dataclass
import ipaddress
from typing import Any

from .thread_network import STATE_THREAD_OFF, BorderRouter, ThreadNetwork

SERVICE = "_meshcop._udp.local."
PORT = 49154


@dataclass(frozen=True)
class Advert:
    """A border router on a Thread network."""

    router: BorderRouter
    network: ThreadNetwork

    @property
    def instance(self) -> str:
        """Return the full name of the service instance."""
        return f"{self.router.instance}.{SERVICE}"

    @property
    def host(self) -> str:
        """Return the host name that the service points at."""
        return f"{self.router.host}.local."

    def text(self, *, thread: bool) -> bytes:
        """Return the TXT record; without Thread the keys of a running network are missing."""
        state = self.router.state_bitmap if thread else STATE_THREAD_OFF
        entries = {**self._identity(), "sb": state.to_bytes(4)}
        if thread:
            entries |= self._running()
        return b"".join(_entry(key, value) for key, value in entries.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the advert for a file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Advert:
        """Read what `as_dict` made."""
        return cls(BorderRouter(**data["router"]), ThreadNetwork(**data["network"]))

    def _identity(self) -> dict[str, bytes]:
        return {
            "id": bytes.fromhex(self.router.border_agent_id),
            "rv": b"1",
            "nn": self.network.name.encode(),
            "xp": bytes.fromhex(self.network.extended_pan_id),
            "xa": bytes.fromhex(self.router.extended_address),
            "tv": self.router.version.encode(),
            "vn": self.router.vendor.encode(),
            "mn": self.router.model.encode(),
            "dn": b"DefaultDomain",
        }

    def _running(self) -> dict[str, bytes]:
        prefix = ipaddress.IPv6Network(self.network.omr_network)
        packed = prefix.network_address.packed[: prefix.prefixlen // 8]
        return {
            "at": bytes.fromhex(self.network.active_timestamp),
            "pt": bytes.fromhex(self.network.partition_id),
            "omr": bytes([prefix.prefixlen]) + packed,
            "sq": bytes([3]),
            "bb": (61631).to_bytes(2),
        }


def _entry(key: str, value: bytes) -> bytes:
    """Return one length-prefixed entry (RFC 6763 §6.3)."""
    entry = key.encode() + b"=" + value
    return bytes([len(entry)]) + entry
