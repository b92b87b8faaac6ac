"""A hub that left its address: found by the tracker of a router's integration, and by a probe."""

from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.thread.routing import Neighbour
from custom_components.aqara_lock.network.probes import HostBusy

from ..fake_host import FakeHost
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

MAC = "54:ef:44:00:00:12"
ELSEWHERE = "192.168.77.20"
FINDS = "custom_components.aqara_lock.hubs.locator.find_method"
TRACKER = "device_tracker.hub"


def track(house: House, ip: str | None, mac: str = MAC.upper()) -> None:
    """Let the integration of a router tell where a device is."""
    seen = {"source_type": "router", "mac": mac, "ip": ip}
    house.hass.states.async_set(TRACKER, "home", seen)


async def move(house: House, host: FakeHost, lock: FakeLock, hub: FakeHub) -> None:
    """Carry the hub to another subnet, after its MAC was seen."""
    host.changes = {"neighbours": (Neighbour(address=hub.addresses[0], mac=MAC),)}
    await house.start(lock)
    await house.pass_time(65, 5)
    hub.addresses, hub.on_mdns = (ELSEWHERE,), False


async def test_moved_hub_is_named_with_its_new_address(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await move(house, host, u400_lock, hub)
    track(house, ELSEWHERE)
    await house.pass_time(20, 5)
    (told,) = house.fired("connection")
    assert told["cause"] == "other_subnet"
    assert ELSEWHERE in told["message"]
    shown = {s.state for s in house.written(house.entity_id("sensor", "diagnosis"))}
    assert shown <= {"ok", "other_subnet"}


async def test_moved_hub_is_known_after_a_restart(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await move(house, host, u400_lock, hub)
    host.changes = {}
    await house.reload()
    track(house, ELSEWHERE)
    await house.pass_time(20, 5)
    assert house.problem.state == "other_subnet"


@pytest.mark.parametrize(
    ("ip", "mac"),
    [
        (None, MAC),
        ("8.8.8.8", MAC),
        ("0.0.0.0", MAC),
        ("10.10.10.20", MAC),
        ("192.168.77.21", MAC),
        (ELSEWHERE, "54:ef:44:00:00:99"),
    ],
    ids=[
        "no address",
        "internet",
        "this host",
        "the old one",
        "nobody there",
        "another device",
    ],
)
async def test_tracker_that_proves_nothing(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    ip: str | None,
    mac: str,
) -> None:
    await move(house, host, u400_lock, hub)
    track(house, ip, mac)
    await house.pass_time(20, 5)
    assert house.problem.state == "hub_offline"
    assert {"8.8.8.8", "0.0.0.0"}.isdisjoint(house.lan.probes)


async def test_new_address_is_forgotten_when_the_hub_is_back(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await move(house, host, u400_lock, hub)
    track(house, ELSEWHERE)
    await house.pass_time(20, 5)
    hub.addresses, hub.on_mdns = ("10.10.10.20", "fe80::1"), True
    house.lan.announce(hub)
    await house.pass_time(30, 5)
    assert house.problem.state == "ok"
    house.lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.problem.state == "hub_offline"


async def test_busy_host_forgets_no_new_address(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """An answer that could not be waited for says nothing."""
    await move(house, host, u400_lock, hub)
    track(house, ELSEWHERE)
    await house.pass_time(20, 5)
    assert house.problem.state == "other_subnet"
    with patch(FINDS, side_effect=HostBusy):
        await house.pass_time(20, 5)
    assert house.problem.state == "other_subnet"


async def test_hub_that_answers_is_looked_for_nowhere_else(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    host.changes = {"neighbours": (Neighbour(address=hub.addresses[0], mac=MAC),)}
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.add(
        FakeHub(
            name="Printer",
            border_agent_id="77" * 16,
            addresses=(ELSEWHERE,),
            extended_pan_id="99" * 8,
            vendor="x",
            network_name="y",
        )
    )
    track(house, ELSEWHERE)
    hub.on_mdns = False
    await house.pass_time(180, 10)
    assert house.hub_online(hub) == "on"
    assert ELSEWHERE not in house.lan.probes
