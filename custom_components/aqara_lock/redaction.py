"""Salted tags in the place of names and addresses: equal ones can still be seen as equal."""

from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
import secrets
from typing import Final

TAG_BYTES: Final = 4


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


def _address_class(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return "unreadable"
    if not isinstance(address, IPv6Address):
        return "ipv4 private" if address.is_private else "ipv4 public"
    if address.is_link_local:
        return "ipv6 link-local"
    return "ipv6 unique-local" if address.is_private else "ipv6 global"
