"""Whether a host on the home network answers, without any privilege."""

import asyncio
from enum import StrEnum
import logging
import time
from typing import Final

from icmplib import SocketPermissionError, async_ping
from icmplib.exceptions import ICMPLibError

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

    Raises HostBusy.
    """
    started = time.monotonic()
    results = await asyncio.gather(*(_probe(address, m) for m in ProbeMethod))
    answered = (m for m, ok in zip(ProbeMethod, results, strict=True) if ok)
    found = next(answered, None)
    if found is None:
        _check_pace(started)
    return found


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
        return await _answers_tcp(address)
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


async def _answers_tcp(address: str) -> bool:
    """Connect to a port: a refusal is as good an answer as a connection."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT):
            _, writer = await asyncio.open_connection(address, PROBE_PORT)
    except ConnectionRefusedError, ConnectionResetError:
        return True
    except TimeoutError, OSError:
        return False
    writer.close()
    return True


async def _answers_icmp(address: str) -> bool:
    return await answers_echo(address, PROBE_TIMEOUT) is True
