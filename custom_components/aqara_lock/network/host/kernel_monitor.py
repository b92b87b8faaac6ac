"""Told by the kernel: an address, a route or a link of this host has changed."""

import asyncio
from collections.abc import Callable
import logging
import socket
from typing import Final

_LOGGER = logging.getLogger(__name__)

LINKS: Final = 0x1
IPV4_ADDRESSES: Final = 0x10
IPV6_ADDRESSES: Final = 0x100
IPV6_ROUTES: Final = 0x400
CHANGES: Final = LINKS | IPV4_ADDRESSES | IPV6_ADDRESSES | IPV6_ROUTES
"""Multicast groups of rtnetlink(7); what changed is read anew, not from the message."""
MESSAGE_SIZE: Final = 65536


class KernelMonitor:
    """Listens where there is netlink; elsewhere the slow tick of the host has to do."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        """Call `on_change` in the event loop after each burst of messages."""
        self._on_change = on_change
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Begin to listen; never raises."""
        try:
            self._socket = open_socket()
        except (OSError, AttributeError) as err:
            _LOGGER.debug("The kernel does not tell of changes: %s", err)
            return
        asyncio.get_running_loop().add_reader(self._socket, self._readable)

    def stop(self) -> None:
        """Listen no longer."""
        if self._socket is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._socket = None

    def _readable(self) -> None:
        """Take everything that is there; an overrun is a change as well."""
        while self._socket is not None:
            try:
                self._socket.recv(MESSAGE_SIZE)
            except BlockingIOError:
                break
            except OSError as err:
                _LOGGER.debug("Changes of the kernel were lost: %s", err)
                break
        self._on_change()


def open_socket() -> socket.socket:
    """Open a socket for the messages; raises OSError or AttributeError without netlink."""
    opened = socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE
    )
    try:
        opened.bind((0, CHANGES))
    except OSError:
        opened.close()
        raise
    return opened
