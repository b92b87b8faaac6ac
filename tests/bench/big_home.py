"""A home of 20 locks, or more, and three hubs in one Thread network, over the emulated server."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from matter_server.common.models import EventMessage, EventType

from tests.component.fake_host import FakeHost, publish
from tests.component.fake_lan import FakeHub
from tests.component.fake_matter import FakeLock, User
from tests.component.house import House
from tests.component.nodes import u200, u400

LOCKS: Final = 20
HUBS: Final = 3
ADDRESS: Final = "fd20:be89:495a:1::{:x}"


@dataclass(frozen=True)
class BigHome:
    """What can happen to all locks or hubs at once."""

    house: House
    host: FakeHost
    number: int = LOCKS
    hubs: list[FakeHub] = field(default_factory=list)
    locks: list[FakeLock] = field(default_factory=list)

    def furnish(self) -> None:
        """Plug in the hubs and commission the locks; every other one is a U200."""
        for number in range(HUBS):
            self.hubs.append(self.house.lan.add(_hub(number)))
        for number in range(self.number):
            lock = self.house.matter.add(100 + number, _attributes(number, self.hubs))
            lock.users = {1: User("Anna"), 2: User("Ben")}
            publish(self.house.lan, lock, ADDRESS.format(0x100 + number))
            self.locks.append(lock)

    def tell(self, *, available: bool, at_once: bool) -> None:
        """Have the server lose every lock, or find it; what it says is made before.

        The client takes what comes in one packet in one turn of the event loop.
        """
        (client,) = self.house.matter.clients
        messages = []
        for lock in self.locks:
            lock.data.available = available
            data = self.house.matter.dump(lock)
            messages.append(EventMessage(event=EventType.NODE_UPDATED, data=data))

        def deliver_packet() -> None:
            for message in messages:
                client.deliver(message)

        if at_once:
            self.house.hass.loop.call_soon(deliver_packet)
            return
        for message in messages:
            self.house.hass.loop.call_soon(client.deliver, message)

    def answer_pings(self, *, answers: bool) -> None:
        """Have every lock answer pings, or none."""
        for lock in self.locks:
            lock.answers_ping = answers

    def unplug(self) -> None:
        """Take the power of every hub."""
        for hub in self.hubs:
            self.house.lan.unplug(hub)

    def plug(self) -> None:
        """Give it back."""
        for hub in self.hubs:
            self.house.lan.plug(hub)


def _hub(number: int) -> FakeHub:
    return FakeHub(
        name=f"Hub M100-{number}",
        host=f"Hub-M100-{number}.local.",
        border_agent_id=f"{0xA0 + number:032x}",
        extended_address=f"{0xB0 + number:016x}",
        addresses=(f"10.10.10.{20 + number}", f"fe80::{number + 1:x}"),
    )


def _attributes(number: int, hubs: list[FakeHub]) -> dict[str, object]:
    parent = hubs[number % len(hubs)].extended_address
    attributes = u200() if number % 2 else u400(parent)
    serial = f"54EF44100000{number:04X}"
    named = {"0/40/5": f"Door {number}", "0/40/15": serial, "0/40/18": serial}
    return {**attributes, **named}


def long_ago() -> float:
    """Give a moment of the event loop's clock before the quiet minute of a start."""
    return -timedelta(days=1).total_seconds()
