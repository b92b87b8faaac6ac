"""One hour of a healthy home with everything that is no fault: nobody is alarmed."""

from collections.abc import Awaitable, Callable
from itertools import cycle

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.aqara_lock.const import DOMAIN

from ..fake_host import FakeHost, publish
from ..fake_lan import Echo, FakeHub, Port
from ..fake_matter import FakeLock
from ..house import House
from ..locks.state.test_telemetry import restart, shut_down

HOUR = 3600
STEP = 5.0
ADDRESS = "fd20:be89:495a:1::{:x}"

type Nuisance = Callable[[House, FakeLock, FakeHub, int], Awaitable[None]]


async def foreign_noise(house: House, lock: FakeLock, hub: FakeHub, turn: int) -> None:
    """Another vendor's border router of another network comes and goes."""
    other = FakeHub(
        name=f"Speaker {turn}",
        host=f"Speaker-{turn}.local.",
        border_agent_id=f"{turn:032x}",
        extended_address=f"{turn:016x}",
        extended_pan_id="0102030405060708",
        vendor="Apple Inc.",
        addresses=("10.10.10.77",),
    )
    house.lan.hear(other.records())
    house.lan.hear(hub.records())


async def lock_restarts(house: House, lock: FakeLock, hub: FakeHub, turn: int) -> None:
    """The lock shuts down, is away for some seconds and says that it started."""
    lock.become(available=False)
    shut_down(lock)
    await house.tick(STEP)
    lock.become(available=True)
    restart(lock)


async def address_changes(
    house: House, lock: FakeLock, hub: FakeHub, turn: int
) -> None:
    """The lock makes itself another address."""
    publish(house.lan, lock, ADDRESS.format(turn + 0x40))


async def radio_changes(house: House, lock: FakeLock, hub: FakeHub, turn: int) -> None:
    """The hub's radio has another MAC, as after each of its starts; it stays the same hub."""
    hub.addresses = (hub.addresses[0], f"fe80::{turn + 1:x}")
    house.lan.announce(hub)


async def home_assistant_restarts(
    house: House, lock: FakeLock, hub: FakeHub, turn: int
) -> None:
    """Everything begins anew from what is stored."""
    await house.reload()


async def packets_are_lost(
    house: House, lock: FakeLock, hub: FakeHub, turn: int
) -> None:
    """Probes stay without an answer, or queries do; never both."""
    port = hub.port
    if turn // len(NUISANCES) % 2:
        hub.port = Port.SILENT
    else:
        hub.on_mdns = False
    await house.tick(STEP)
    hub.port, hub.on_mdns = port, True


NUISANCES: tuple[Nuisance, ...] = (
    foreign_noise,
    lock_restarts,
    address_changes,
    radio_changes,
    home_assistant_restarts,
    packets_are_lost,
)


@pytest.mark.parametrize(
    ("port", "echo"),
    [(Port.OPEN, Echo.SILENT), (Port.SILENT, Echo.SILENT)],
    ids=["hub answers", "hub answers no probe"],
)
async def test_nobody_is_alarmed(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    port: Port,
    echo: Echo,
) -> None:
    hub.port, hub.echo = port, echo
    publish(house.lan, u400_lock, ADDRESS.format(0x40))
    await house.start(u400_lock)
    begun, nuisances = house.clock(), cycle(NUISANCES)
    turn = 0
    while (house.clock() - begun).total_seconds() < HOUR:
        await next(nuisances)(house, u400_lock, hub, turn)
        await house.pass_time(65, STEP)
        turn += 1
    assert turn > 3 * len(NUISANCES)
    assert house.types("connection") == []
    sensors = (
        house.entity_id("sensor", "diagnosis"),
        house.entity("sensor", f"{house.home.entry_id}_diagnosis"),
    )
    for sensor in sensors:
        shown = {state.state for state in house.written(sensor)}
        assert shown - {"unavailable", "unknown"} == {"ok"}
    issues = ir.async_get(house.hass).issues
    assert [x for domain, x in issues if domain == DOMAIN] == []
