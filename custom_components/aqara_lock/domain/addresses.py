"""Addresses as texts, which may carry the interface that they count on (scope)."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

UNIQUE_LOCAL: Final = IPv6Network("fc00::/7")
MOST_PARSED: Final = 2048

type Address = IPv4Address | IPv6Address


def unscoped(text: str) -> str:
    """Return an address without its scope, in lower case."""
    return text.partition("%")[0].lower()


@lru_cache(maxsize=MOST_PARSED)
def parse_address(text: str) -> Address | None:
    """Read an address without its scope; None for any other text.

    Cached: every diagnosis meets the same ones.
    """
    try:
        return ip_address(unscoped(text))
    except ValueError:
        return None
