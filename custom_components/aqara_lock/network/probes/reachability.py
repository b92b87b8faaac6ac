"""Whether a host on the home network answers, without any privilege."""

import asyncio
from enum import StrEnum
import logging
import time
from typing import Final

from icmplib import SocketPermissionError, async_ping
from icmplib.exceptions import ICMPLibError

from ...domain.diagnosis import Gap
from ...domain.thread import DEAD_NEIGHBOUR
from ..host import open_netlink, read_neighbours

_LOGGER = logging.getLogger(__name__)

PROBE_TIMEOUT: Final = 1.2
"""Seconds: long enough for one retransmitted TCP SYN (after 1 s)."""
PROBE_PORT: Final = 80
STANDSTILL: Final = 0.3
"""Seconds by which a timeout may be late; after that this machine heard nothing itself."""


class HostBusy(Exception):
    """The event loop stood still while an answer was waited for: nothing is known."""


class ProbeMethod(StrEnum):
    """How a host was seen to answer."""

    TCP = "tcp"
    ICMP = "icmp"


async def find_method(address: str) -> ProbeMethod | None:
    """Try every method at once; None when the host answers none of them.

    A firewall on the way refuses connections, too. Raises HostBusy.
    """
    started = time.monotonic()
    connected, echoed = await asyncio.gather(_connects(address), _answers_icmp(address))
    if connected or (connected is False and await _is_on_wire(address)):
        return ProbeMethod.TCP
    if echoed:
        return ProbeMethod.ICMP
    _check_pace(started)
    return None


async def probe(address: str, method: ProbeMethod) -> bool:
    """Ask once with one method; True when the host answered in any way.

    Raises HostBusy.
    """
    started = time.monotonic()
    answered = await _probe(address, method)
    if not answered:
        _check_pace(started)
    return answered


def _check_pace(started: float) -> None:
    """Raise when an unanswered probe took longer than it can: no answer could be heard."""
    if time.monotonic() - started > PROBE_TIMEOUT + STANDSTILL:
        raise HostBusy


async def _probe(address: str, method: ProbeMethod) -> bool:
    if method is ProbeMethod.TCP:
        return await _connects(address) is not None
    return await _answers_icmp(address)


async def answers_echo(address: str, timeout: float) -> bool | None:
    """Send one ICMP echo; None where this host may not send any."""
    for privileged in (False, True):
        try:
            host = await async_ping(
                address, count=1, timeout=timeout, privileged=privileged
            )
        except SocketPermissionError:
            continue
        except ICMPLibError, OSError:
            return False
        return bool(host.is_alive)
    return None


async def _connects(address: str) -> bool | None:
    """Connect to a port; False for a refusal, which is an answer, too, None for silence."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT):
            _, writer = await asyncio.open_connection(address, PROBE_PORT)
    except ConnectionRefusedError, ConnectionResetError:
        return False
    except TimeoutError, OSError:
        return None
    writer.close()
    return True


async def _answers_icmp(address: str) -> bool:
    """Ask again when half the time is over: unlike a SYN, an echo is sent only once."""
    first = asyncio.ensure_future(answers_echo(address, PROBE_TIMEOUT))
    try:
        done, _ = await asyncio.wait({first}, timeout=PROBE_TIMEOUT / 2)
        if done:
            return first.result() is True
        again = await answers_echo(address, PROBE_TIMEOUT / 2)
        return again is True or await first is True
    finally:
        first.cancel()


async def _is_on_wire(address: str) -> bool:
    """Tell whether a host that was just asked is in the kernel's table of its neighbours.

    Where that cannot be looked at, it is believed to be.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, _is_neighbour, address)


def _is_neighbour(address: str) -> bool:
    with open_netlink() as netlink:
        table = read_neighbours(netlink, {})
    if isinstance(table, Gap):
        return True
    alive = (x.address for x in table if x.state not in DEAD_NEIGHBOUR)
    return address in alive
