"""The kernel's own answers about links, routes and neighbours, by pyroute2."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EACCES, EHOSTUNREACH, EINVAL, ENETUNREACH
import logging
from socket import AF_INET, AF_INET6
from typing import Any, Final

_LOGGER = logging.getLogger(__name__)

MAIN_TABLE: Final = 254
MATCH_ENTRY: Final = 0x2000
"""`RTM_F_FIB_MATCH`: answer with the entry of the routing table that matched."""
NO_WAY: Final = frozenset({ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL})
"""What the kernel says for no route, and for unreachable, prohibit and blackhole ones."""

type Message = Any
"""A message of pyroute2: fields by key, attributes by `get_attr`."""

UNREADABLE: Final = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
"""What a message or a table of the kernel raises that is not what is expected here."""


class NetlinkFailed(Exception):
    """The kernel gave no answer to a question."""


class Netlink:
    """Questions to the kernel; blocks, each raises NetlinkFailed."""

    def __init__(self, route: Any, error: type[Exception]) -> None:
        """Take an open `IPRoute` and pyroute2's error."""
        self._route = route
        self._error = error

    def ipv6_routes(self) -> list[Message]:
        """Give the main table."""
        return self._ask("get_routes", family=AF_INET6, table=MAIN_TABLE)

    def ipv4_routes(self) -> list[Message]:
        """Give the main table."""
        return self._ask("get_routes", family=AF_INET, table=MAIN_TABLE)

    def neighbours(self) -> list[Message]:
        """Give what is known of the hosts on the wire, IPv6 and IPv4."""
        families = (AF_INET6, AF_INET)
        return [m for f in families for m in self._ask("get_neighbours", family=f)]

    def route_to(self, address: str, flags: int = 0) -> Message | None:
        """Ask how a packet would be sent; None when it would not be."""
        try:
            answers = self._ask("route", "get", dst=address, flags=flags)
        except NetlinkFailed as err:
            if isinstance(err.__cause__, self._error) and _code(err) in NO_WAY:
                return None
            raise
        return answers[0] if answers else None

    def _ask(self, method: str, *arguments: str, **filters: Any) -> list[Message]:
        try:
            return list(getattr(self._route, method)(*arguments, **filters))
        except (self._error, OSError, *UNREADABLE) as err:
            raise NetlinkFailed(f"{method}: {err}") from err


@contextmanager
def open_netlink() -> Iterator[Netlink | None]:
    """Open a connection to the kernel; None where there is none. Blocks."""
    try:
        from pyroute2 import IPRoute  # type: ignore[import-untyped] # noqa: PLC0415
        from pyroute2.netlink.exceptions import NetlinkError  # type: ignore[import-untyped] # noqa: PLC0415

        route = IPRoute()
    except (ImportError, OSError, AttributeError) as err:
        _LOGGER.debug("No netlink here: %s: %s", type(err).__name__, err)
        yield None
        return
    try:
        yield Netlink(route, NetlinkError)
    finally:
        route.close()


def attributes(message: Mapping[str, Any]) -> dict[str, Any]:
    """Give the attributes of a message by name."""
    return {name: value for name, value, *_ in message.get("attrs", ())}


def _code(err: Exception) -> int | None:
    return getattr(err.__cause__, "code", None)
