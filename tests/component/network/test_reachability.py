"""What counts as an answer of a hub: a packet that was lost, or a firewall's word, is none."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from unittest.mock import MagicMock, patch

from homeassistant.core import HomeAssistant
import pytest
from zeroconf import DNSPointer

from custom_components.aqara_lock.domain.diagnosis.evidence import Fact, Gap
from custom_components.aqara_lock.domain.thread.routing import Neighbour, NeighbourState
from custom_components.aqara_lock.network.mdns.border_routers import (
    SERVICE_TYPE,
    BorderRouterBrowser,
)
from custom_components.aqara_lock.network.probes import reachability
from custom_components.aqara_lock.network.probes.reachability import ProbeMethod

MODULE = "custom_components.aqara_lock.network.probes.reachability"
WATCH = "custom_components.aqara_lock.network.mdns.border_routers"
HUB = "10.10.10.20"

type Table = Fact[tuple[Neighbour, ...]]


class Wire:
    """What becomes of each packet."""

    def __init__(self) -> None:
        """Begin with a hub that refuses connections and answers no echo."""
        self.neighbours: Table = ()
        self.connects = False
        self.echoes: list[bool] = []

    async def connect(self, _address: str, _port: int) -> tuple[MagicMock, MagicMock]:
        """Answer a SYN."""
        if self.connects:
            return MagicMock(), MagicMock()
        raise ConnectionRefusedError

    async def ping(self, _address: str, *, timeout: float, **_: object) -> MagicMock:
        """Answer an echo, or let the time pass in which no answer comes."""
        alive = self.echoes.pop(0) if self.echoes else False
        if not alive:
            await asyncio.sleep(timeout)
        return MagicMock(is_alive=alive)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Put a wire under the probes."""
    made = Wire()
    with (
        patch(f"{MODULE}.asyncio.open_connection", made.connect),
        patch(f"{MODULE}.async_ping", made.ping),
        patch(f"{MODULE}.open_netlink", lambda: nullcontext(MagicMock())),
        patch(f"{MODULE}.read_neighbours", lambda *_: made.neighbours),
        patch(f"{MODULE}.PROBE_TIMEOUT", 0.04),
    ):
        yield made


def seen(state: NeighbourState, address: str = HUB) -> tuple[Neighbour, ...]:
    return (Neighbour(address=address, mac="54:ef:44:00:00:01", state=state),)


@pytest.mark.parametrize(
    "neighbours",
    [
        seen(NeighbourState.REACHABLE),
        seen(NeighbourState.STALE),
        Gap.NOT_CHECKABLE,
        Gap.UNKNOWN,
    ],
)
async def test_a_refusal_of_a_host_on_the_wire_is_its_answer(
    wire: Wire, neighbours: Table
) -> None:
    wire.neighbours = neighbours
    assert await reachability.find_method(HUB) is ProbeMethod.TCP


@pytest.mark.parametrize(
    "neighbours",
    [
        (),
        seen(NeighbourState.FAILED),
        seen(NeighbourState.INCOMPLETE),
        seen(NeighbourState.REACHABLE, "10.10.10.2"),
    ],
)
async def test_a_refusal_that_may_be_a_firewalls_is_none(
    wire: Wire, neighbours: Table
) -> None:
    wire.neighbours = neighbours
    assert await reachability.find_method(HUB) is None


async def test_an_echo_is_believed_where_a_refusal_is_not(wire: Wire) -> None:
    wire.echoes = [True]
    assert await reachability.find_method(HUB) is ProbeMethod.ICMP


async def test_a_connection_is_believed_from_anywhere(wire: Wire) -> None:
    wire.connects = True
    assert await reachability.find_method(HUB) is ProbeMethod.TCP


async def test_one_lost_echo_is_no_miss(wire: Wire) -> None:
    wire.echoes = [False, True]
    assert await reachability.probe(HUB, ProbeMethod.ICMP) is True


async def test_two_lost_echoes_are(wire: Wire) -> None:
    wire.echoes = [False, False, True]
    assert await reachability.probe(HUB, ProbeMethod.ICMP) is False


@pytest.mark.parametrize(("heard_at", "expected"), [(1, True), (2, True), (3, False)])
async def test_one_lost_question_is_no_silence(
    hass: HomeAssistant, heard_at: int, expected: bool
) -> None:
    watch = BorderRouterBrowser(hass)
    asked: list[str] = []

    def ask() -> None:
        asked.append("Hub")
        if len(asked) == heard_at:
            watch.packet_arrived([DNSPointer(SERVICE_TYPE, 12, 1, 120, "Hub")])

    with (
        patch.object(watch, "ask", ask),
        patch(f"{WATCH}.QUERY_TIMEOUT", 0.02),
    ):
        assert await watch.async_query("Hub") is expected
    assert len(asked) == min(heard_at, 2)
