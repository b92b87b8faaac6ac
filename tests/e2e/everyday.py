"""What happens in a healthy home, and must alarm nobody."""

import asyncio

from zeroconf import DNSOutgoing, DNSPointer, DNSText

from tests.rig.mdns_query import shout
from tests.rig.mdns_records import IN, PTR
from tests.rig.meshcop import SERVICE
from tests.rig.namespace import Namespace

from .door import Door

RESPONSE = 0x8400
TXT = 16
REPORTED = 60
"""Seconds until a lock is heard: a Matter server may hold to an old subscription for 37."""
OFF_SECONDS = 5
"""How long the lock restarts: longer than it takes until somebody notices."""


async def operate(door: Door) -> None:
    """Unlock and lock from Home Assistant."""
    lock = await door.entity("lock")
    for action, state in (("unlock", "unlocked"), ("lock", "locked")):
        await door.done(door.client.call_service("lock", action, lock), REPORTED)
        await door.client.wait_state(lock, state, REPORTED)


async def move_lock(door: Door, token: int = 0xBEEF) -> None:
    """Let the lock restart, and come back with another address."""
    lock, core = door.rig.lock, await door.core()
    before = await lock.address()
    restart = asyncio.create_task(
        lock.act("reboot", goodbye=True, off_seconds=OFF_SECONDS)
    )
    await door.client.wait_state(core, "unavailable")
    await lock.namespace.ip("token", "set", f"::{token:x}", "dev", "wpan0")
    await lock.namespace.ip("addr", "flush", "dev", "wpan0", "scope", "global")
    await lock.radio_on()
    await door.rig.wait_for_path()
    assert await lock.address() not in {None, before}
    await restart
    await door.client.wait_state(core, "locked", 60)


def make_noise(somebody: Namespace, number: int) -> None:
    """Announce a border router that makes no sense, or take it back."""
    name = f"Noise {number}.{SERVICE}"
    packet = DNSOutgoing(RESPONSE)
    ttl = 0 if number % 2 else 120
    packet.add_answer_at_time(DNSPointer(SERVICE, PTR, IN, ttl, name), 0)
    packet.add_answer_at_time(DNSText(name, TXT, IN, ttl, b"\x05xp=ab\x03nn="), 0)
    shout(somebody, packet)
