"""Asks a LAN for its Matter devices, so that everybody who listens there hears the answers.

A Matter server of the CHIP SDK asks on those network interfaces only that were there when
it started. It hears what arrives on others, too, once anybody on the machine listens there.
"""

import asyncio
from contextlib import suppress

from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion

from .mdns_link import Link, Sender
from .mdns_records import IN, PTR, TYPES

PAUSE = 1.0
"""Seconds between two questions; a server waits for about 30 for a device."""


class MdnsAsker:
    """One interface of this machine."""

    def __init__(self, interface: str) -> None:
        """Name the interface; nothing is asked yet."""
        self._interface = interface
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to ask."""
        link = Link(self._interface, ipv4=True)
        link.listen(_ignore)
        self._task = asyncio.create_task(self._ask(link))

    async def stop(self) -> None:
        """Ask no more."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _ask(self, link: Link) -> None:
        try:
            while True:
                link.send(_question())
                await asyncio.sleep(PAUSE)
        finally:
            link.close()


def _question() -> DNSOutgoing:
    question = DNSOutgoing(0)
    for kind in TYPES:
        question.add_question(DNSQuestion(kind, PTR, IN))
    return question


def _ignore(message: DNSIncoming, sender: Sender) -> None:
    """Answers are for the others on this machine."""
