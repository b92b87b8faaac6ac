"""One network namespace: a computer on the rig's network."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
import os
import socket
from socket import socket as Socket
from typing import Any

from .command import CommandFailed, run
from .privileges import NETNS
from .waiting import wait_until

ROUTER_SOLICITATION = bytes([133, 0, 0, 0, 0, 0, 0, 0])
"""ICMPv6 type 133 (RFC 4861 §4.1); the kernel adds the checksum."""


@dataclass(frozen=True)
class Namespace:
    """A namespace by its full name, such as `al3f2a-ha`."""

    name: str
    _threads: list[ThreadPoolExecutor] = field(
        default_factory=list, repr=False, compare=False
    )

    @property
    def path(self) -> str:
        """Return the file that holds the namespace."""
        return str(NETNS / self.name)

    @property
    def enter(self) -> tuple[str, ...]:
        """Return the beginning of a command that runs inside."""
        return ("nsenter", f"--net={self.path}", "--")

    async def create(self) -> None:
        """Make the namespace with its loopback up."""
        # In a namespace of its own, because `ip netns add` returns to the one it came from.
        await run("unshare", "--net", "ip", "netns", "add", self.name)
        await self.ip("link", "set", "lo", "up")

    async def delete(self) -> None:
        """Take the namespace away."""
        while self._threads:
            self._threads.pop().shutdown()
        await run("ip", "netns", "delete", self.name)

    async def run(self, *command: str, stdin: str | None = None) -> str:
        """Run a command inside; raises CommandFailed."""
        return await run(*self.enter, *command, stdin=stdin)

    async def ip(self, *arguments: str) -> str:
        """Run `ip` inside."""
        return await self.run("ip", *arguments)

    async def sysctl(self, **settings: str | int) -> None:
        """Set kernel settings; a double underscore stands for the dot of the name."""
        pairs = [f"{key.replace('__', '.')}={value}" for key, value in settings.items()]
        await self.run("sysctl", "-qw", *pairs)

    async def nft(self, rules: str) -> None:
        """Load packet filter rules."""
        await self.run("nft", "-f", "-", stdin=rules)

    async def forget_table(self, family: str, table: str) -> None:
        """Remove a packet filter table, present or not."""
        with suppress(CommandFailed):
            await self.run("nft", "delete", "table", family, table)

    def socket(self, family: int, kind: int, protocol: int = 0) -> Socket:
        """Open a socket that belongs to this namespace, usable from anywhere."""
        return self.call(lambda: Socket(family, kind, protocol))

    def socket_for(self, address: tuple[Any, ...]) -> Socket:
        """Open a socket for an address as getaddrinfo gives it (aiohttp's socket factory)."""
        return self.socket(address[0], address[1], address[2])

    def call[T](self, function: Callable[[], T]) -> T:
        """Call a function in a thread that lives inside."""
        if not self._threads:
            self._threads.append(ThreadPoolExecutor(1, initializer=self._move_thread))
        return self._threads[0].submit(function).result()

    async def solicit_routers(self, interface: str = "eth0") -> None:
        """Ask the routers of the link to announce themselves, as a host does when it comes up."""

        async def ready() -> bool:
            return await self.has_link_local(interface)

        await wait_until(f"link-local address of {self.name}", ready)
        with self.socket(
            socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6
        ) as raw:
            index = self.call(lambda: socket.if_nametoindex(interface))
            raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
            raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            raw.sendto(ROUTER_SOLICITATION, ("ff02::2", 0, 0, index))

    async def has_link_local(self, interface: str = "eth0") -> bool:
        """Tell whether IPv6 is at work on an interface."""
        show = ("-6", "addr", "show", interface, "scope", "link", "-tentative")
        return bool(await self.ip(*show))

    async def reaches(self, address: str, seconds: float = 1) -> bool:
        """Tell whether one ping is answered in time."""
        try:
            await self.run("ping", "-c1", "-n", f"-W{seconds}", address)
        except CommandFailed:
            return False
        return True

    def _move_thread(self) -> None:
        """Move the calling thread, and only it, inside (setns(2))."""
        handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.setns(handle, os.CLONE_NEWNET)
        finally:
            os.close(handle)
