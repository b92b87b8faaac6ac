"""Salted tags in the place of names and addresses: equal ones can still be seen as equal."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
)
import re
import secrets
from typing import Any, Final

TAG_BYTES: Final = 4
UNREADABLE: Final = "unreadable"
LARGEST_COUNT: Final = 0xFFFF
"""A larger whole number may be an id of a node, fabric or partition."""
PLAIN_FIELDS: Final = frozenset(
    {
        "addons",
        "core_issues",
        "feature_map",
        "features",
        "installed",
        "model_name",
        "newest",
        "product_name",
        "protocol",
        "seconds",
        "server_version",
        "software_version",
        "thread_version",
        "vendor_name",
    }
)
"""Fields that name a kind of thing, never a thing; any other text becomes a tag."""
ADAPTER_FIELDS: Final = frozenset({"interface", "name"})
ADAPTER: Final = re.compile(
    r"(eth|wlan|wpan|end)\d(\.\d+)?|(en|wl)[ops]\d\w{0,6}|hassio|docker0"
)
"""Names that every host has; others may hold a MAC address or a word of the user."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Tags of one report; the salt is thrown away with it, so that nobody can guess back."""

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def tag(self, value: object) -> str | None:
        """Give a short tag of a value; None for None."""
        if value is None:
            return None
        digest = blake2b(str(value).encode(), key=self.salt, digest_size=TAG_BYTES)
        return f"#{digest.hexdigest()}"

    def address(self, text: str) -> str:
        """Give the kind of an IP address and a tag of it."""
        plain = text.split("%", maxsplit=1)[0]
        return f"{_address_class(plain)} {self.tag(plain.lower())}"

    def plain(self, value: Any, name: str = "") -> Any:
        """Give any facts as plain data: numbers, times and kinds stay, the rest is tagged.

        `name` is the field that holds the value. A fact of an unknown type is tagged, too.
        """
        if is_dataclass(value) and not isinstance(value, type):
            held = {item.name: getattr(value, item.name) for item in fields(value)}
            return {key: self.plain(item, key) for key, item in held.items()}
        if isinstance(value, Mapping):
            return {
                str(self.plain(key, name)): self.plain(item, name)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.plain(item, name) for item in value]
        if isinstance(value, AbstractSet):
            return sorted((self.plain(item, name) for item in value), key=str)
        return self._plain_fact(value, name)

    def _plain_fact(self, value: object, name: str) -> object:
        if isinstance(value, Enum):
            return value.value if isinstance(value, str) else value.name
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, IPv4Interface | IPv6Interface):
            return self._sized(str(value.ip), value.network.prefixlen)
        if isinstance(value, IPv4Address | IPv6Address):
            return self.address(str(value))
        if isinstance(value, IPv4Network | IPv6Network):
            text = str(value.network_address)
            return self._sized(text, value.prefixlen) if value.prefixlen else "default"
        return self._plain_text(value, name)

    def _sized(self, address: str, length: int) -> str:
        kind, _, tag = self.address(address).rpartition(" ")
        return f"{kind} /{length} {tag}"

    def _plain_text(self, value: object, name: str) -> object:
        known = value is None or isinstance(value, bool | float)
        small = isinstance(value, int) and abs(value) <= LARGEST_COUNT
        if known or small or name in PLAIN_FIELDS:
            return value
        if not isinstance(value, str):
            return self.tag(value)
        if name in ADAPTER_FIELDS and ADAPTER.fullmatch(value):
            return value
        shown = self.address(value)
        return self.tag(value) if shown.startswith(UNREADABLE) else shown


def _address_class(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNREADABLE
    if not isinstance(address, IPv6Address):
        return "ipv4 private" if address.is_private else "ipv4 public"
    if address.is_link_local:
        return "ipv6 link-local"
    return "ipv6 unique-local" if address.is_private else "ipv6 global"
