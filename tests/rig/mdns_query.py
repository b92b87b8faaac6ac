"""One question by mDNS, asked from a namespace as a simple resolver asks (RFC 6762 §6.7)."""

import asyncio
from contextlib import suppress
import socket
import struct

from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion, DNSRecord

from .mdns_link import GROUP4, PORT
from .mdns_records import IN
from .namespace import Namespace


async def ask(
    namespace: Namespace, name: str, kind: int, seconds: float = 0.5
) -> list[DNSRecord]:
    """Return what is answered in time, by everybody; an empty list when nobody answers."""
    question = DNSOutgoing(0, multicast=False)
    question.add_question(DNSQuestion(name, kind, IN))
    answers: list[DNSRecord] = []
    with _socket(namespace) as sock, suppress(TimeoutError):
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(sock, question.packets()[0], (GROUP4, PORT))
        async with asyncio.timeout(seconds):
            while True:
                answers += DNSIncoming(await loop.sock_recv(sock, 9000)).answers()
    return answers


def shout(namespace: Namespace, message: DNSOutgoing) -> None:
    """Send a message to everybody on the LAN, whatever it says."""
    with _socket(namespace) as sock:
        for packet in message.packets():
            sock.sendto(packet, (GROUP4, PORT))


def _socket(namespace: Namespace) -> socket.socket:
    """Open a socket that sends to the group by the namespace's network interface."""
    sock = namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    index = namespace.call(lambda: socket.if_nametoindex("eth0"))
    interface = struct.pack("=4s4si", bytes(4), bytes(4), index)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
    return sock
