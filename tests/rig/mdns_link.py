"""One side of the advertising proxy: mDNS sockets bound to one interface."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import json
import socket
import struct
import subprocess

from zeroconf import DNSIncoming, DNSOutgoing

PORT = 5353
GROUP4, GROUP6 = "224.0.0.251", "ff02::fb"


@dataclass(frozen=True)
class Sender:
    """Where a message came from, and the socket that can answer it."""

    socket: socket.socket
    address: tuple[str | int, ...]

    @property
    def legacy(self) -> bool:
        """Tell whether it is a simple resolver that wants a unicast answer (RFC 6762 §6.7)."""
        return self.address[1] != PORT


Receiver = Callable[[DNSIncoming, Sender], None]


class Link:
    """mDNS on one interface, by IPv6 and, where wanted, by IPv4."""

    def __init__(self, interface: str, *, ipv4: bool) -> None:
        """Open the sockets."""
        self.interface = interface
        index = socket.if_nametoindex(interface)
        self._groups: list[tuple[socket.socket, tuple[str | int, ...]]] = [
            (_socket6(interface, index), (GROUP6, PORT, 0, index))
        ]
        if ipv4:
            self._groups.append((_socket4(interface, index), (GROUP4, PORT)))

    def listen(self, receiver: Receiver) -> None:
        """Give every valid message to the receiver."""
        loop = asyncio.get_running_loop()
        for sock, _ in self._groups:
            loop.add_reader(sock, _receive, sock, receiver)

    def close(self) -> None:
        """Close the sockets."""
        loop = asyncio.get_running_loop()
        for sock, _ in self._groups:
            loop.remove_reader(sock)
            sock.close()

    def send(self, message: DNSOutgoing, to: Sender | None = None) -> None:
        """Send to everybody on the link, or to one asker."""
        targets = self._groups if to is None else [(to.socket, to.address)]
        for packet in message.packets():
            for sock, address in targets:
                self._send(sock, packet, address)

    def addresses(self) -> list[str]:
        """Return the interface's own addresses."""
        command = ["ip", "-j", "addr", "show", self.interface]
        found = json.loads(
            subprocess.run(command, capture_output=True, check=True).stdout
        )
        return [entry["local"] for link in found for entry in link["addr_info"]]

    def _send(
        self, sock: socket.socket, packet: bytes, address: tuple[str | int, ...]
    ) -> None:
        try:
            sock.sendto(packet, address)
        except OSError as err:
            print(f"{self.interface}: cannot send to {address[0]}: {err}", flush=True)


def _receive(sock: socket.socket, receiver: Receiver) -> None:
    try:
        data, address = sock.recvfrom(9000)
    except OSError as err:
        print(f"cannot receive: {err}", flush=True)
        return
    message = DNSIncoming(data)
    if message.valid:
        receiver(message, Sender(sock, address))


def _socket(family: int, interface: str) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.setsockopt(
        socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode() + b"\0"
    )
    return sock


def _socket4(interface: str, index: int) -> socket.socket:
    sock = _socket(socket.AF_INET, interface)
    sock.bind(("", PORT))
    group = struct.pack("=4s4si", socket.inet_aton(GROUP4), bytes(4), index)
    out = struct.pack("=4s4si", bytes(4), bytes(4), index)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, out)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    return sock


def _socket6(interface: str, index: int) -> socket.socket:
    sock = _socket(socket.AF_INET6, interface)
    level = socket.IPPROTO_IPV6
    sock.setsockopt(level, socket.IPV6_V6ONLY, 1)
    sock.bind(("::", PORT))
    group = socket.inet_pton(socket.AF_INET6, GROUP6) + struct.pack("@I", index)
    sock.setsockopt(level, socket.IPV6_JOIN_GROUP, group)
    sock.setsockopt(level, socket.IPV6_MULTICAST_IF, index)
    sock.setsockopt(level, socket.IPV6_MULTICAST_HOPS, 255)
    sock.setsockopt(level, socket.IPV6_MULTICAST_LOOP, 0)
    return sock
