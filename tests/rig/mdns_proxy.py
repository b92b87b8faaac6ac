"""The advertising proxy of a Thread border router, as a program of its own.

Asks the mesh for Matter devices and answers for them on the LAN, and announces the hub itself.
SIGKILL is a power cut, SIGTERM a goodbye; SIGUSR1 and SIGUSR2 switch Thread off and on.
"""

import asyncio
import json
from pathlib import Path
import signal
import sys

from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion, DNSRecord

from .mdns_link import Link, Sender
from .mdns_records import (
    ANY,
    IN,
    PTR,
    TYPES,
    Registrations,
    additional,
    hub_records,
    mesh_records,
    with_ttl,
)
from .meshcop import Advert

RESPONSE = 0x8400
QUICK_QUERIES, QUICK_SECONDS, CALM_SECONDS = 5, 2, 20


class Proxy:
    """What the mesh said, and what the LAN was told."""

    def __init__(self, advert: Advert) -> None:
        """Open both sides and start listening."""
        self._advert = advert
        self._lan = Link("eth0", ipv4=True)
        self._mesh = Link("mesh0", ipv4=False)
        self._known = Registrations()
        self._told: list[DNSRecord] = []
        self._thread = True
        self._lan.listen(self._asked)
        self._mesh.listen(self._heard)

    async def serve(self, stop: asyncio.Event) -> None:
        """Ask and announce until told to stop, then say goodbye."""
        self.update()
        print("announced", self._advert.instance, flush=True)
        queries = 0
        while not stop.is_set():
            self.query()
            queries += 1
            pause = QUICK_SECONDS if queries < QUICK_QUERIES else CALM_SECONDS
            await _wait(stop, pause)
        self._announce(self._told, ttl=0)

    def switch_thread(self, on: bool) -> None:
        """Follow the Thread interface: without it the mesh is not there."""
        self._thread = on
        self.update()
        self.query()

    def query(self) -> None:
        """Ask the mesh for its devices."""
        if not self._thread:
            return
        question = DNSOutgoing(0)
        for kind in TYPES:
            question.add_question(DNSQuestion(kind, PTR, IN))
        self._mesh.send(question)
        self.update()

    def update(self) -> None:
        """Tell the LAN what is new and what is gone."""
        records = hub_records(self._advert, self._lan.addresses(), thread=self._thread)
        if self._thread:
            records += mesh_records(self._known)
        gone = [record for record in self._told if _gone(record, records)]
        new = [record for record in records if record not in self._told]
        self._told = records
        self._announce(gone, ttl=0)
        self._announce(new)
        if new:
            asyncio.get_running_loop().call_later(1, self._repeat, new)

    def _repeat(self, records: list[DNSRecord]) -> None:
        """Announce a second time, a second later (RFC 6762 §8.3)."""
        self._announce([record for record in records if record in self._told])

    def _announce(self, records: list[DNSRecord], ttl: int | None = None) -> None:
        if not records:
            return
        message = DNSOutgoing(RESPONSE)
        for record in records:
            message.add_answer_at_time(
                record if ttl is None else with_ttl(record, ttl), 0
            )
        self._lan.send(message)

    def _heard(self, message: DNSIncoming, sender: Sender) -> None:
        """Learn from the mesh; a goodbye counts a second later."""
        if not message.is_response() or not self._thread:
            return
        if self._known.learn(message):
            self.update()
            asyncio.get_running_loop().call_later(1.1, self.update)

    def _asked(self, message: DNSIncoming, sender: Sender) -> None:
        """Answer the LAN."""
        if message.is_response():
            return
        answers = self._answers(message, sender)
        if not answers:
            return
        reply = DNSOutgoing(
            RESPONSE, not sender.legacy, message.id if sender.legacy else 0
        )
        for question in message.questions if sender.legacy else ():
            reply.add_question(question)
        for record in answers:
            reply.add_answer_at_time(record, 0)
        for record in additional(answers, self._told):
            reply.add_additional_answer(record)
        unicast = sender.legacy or all(
            question.unicast for question in message.questions
        )
        self._lan.send(reply, sender if unicast else None)

    def _answers(self, message: DNSIncoming, sender: Sender) -> list[DNSRecord]:
        """Return what fits the questions and is not known to the asker (RFC 6762 §7.1)."""
        fitting = [
            record
            for record in self._told
            if any(_fits(record, question) for question in message.questions)
        ]
        known = [] if sender.legacy else message.answers()
        return [record for record in fitting if not _is_known(record, known)]


def _fits(record: DNSRecord, question: DNSQuestion) -> bool:
    same = record.name.lower() == question.name.lower()
    return same and question.type in (record.type, ANY)


def _is_known(record: DNSRecord, known: list[DNSRecord]) -> bool:
    return any(record == other and other.ttl > record.ttl / 2 for other in known)


def _gone(record: DNSRecord, now: list[DNSRecord]) -> bool:
    """Tell whether a record needs a goodbye; a replaced unique one does not."""
    if record in now:
        return False
    names = {(other.name, other.type) for other in now}
    return not (record.unique and (record.name, record.type) in names)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


async def main(path: Path) -> None:
    """Run the proxy that the file describes."""
    proxy = Proxy(Advert.from_dict(json.loads(path.read_text())))
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, proxy.switch_thread, False)
    loop.add_signal_handler(signal.SIGUSR2, proxy.switch_thread, True)
    await proxy.serve(stop)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
