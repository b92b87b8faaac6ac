"""The reading of host and home network: what one part cannot say keeps no other from speaking."""

from ipaddress import IPv4Address
from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.diagnosis.rules.hub import MANY_OUTAGES

from ..fake_host import FakeHost
from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..house import House

ROUTER = "10.10.10.1"
READ = "custom_components.aqara_lock.diagnosis.host_reader.HOST_TIMEOUT"


@pytest.fixture
def router(host: FakeHost, lan: FakeLan) -> FakeHub:
    """Give the router of the home, which is no border router."""
    host.gateway = (IPv4Address(ROUTER), "eth0")
    made = FakeHub(addresses=(ROUTER,), on_mdns=False)
    lan.hubs.append(made)
    return made


async def test_a_host_that_is_slow_keeps_nobody_from_asking_the_router(
    house: House, u400_lock: FakeLock, hub: FakeHub, router: FakeHub
) -> None:
    """A busy machine must not make an unplugged hub of a home network that is down."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    with patch(READ, 0):
        router.plugged = hub.plugged = False
        await house.pass_time(30, 5)
    assert house.fired("connection")[0]["cause"] == "home_network_down"
    assert house.problem.state == "home_network_down"


async def test_router_that_is_silent_since_before_a_start_is_missed(
    house: House, u400_lock: FakeLock, hub: FakeHub, router: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    router.plugged = hub.plugged = False
    await house.reload()
    await house.pass_time(30, 5)
    assert house.fired("connection")[0]["cause"] == "home_network_down"


async def test_outages_of_the_home_network_are_not_the_hubs_own(
    house: House, u400_lock: FakeLock, hub: FakeHub, router: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    for _ in range(MANY_OUTAGES):
        router.plugged = hub.plugged = False
        await house.pass_time(30, 5)
        assert house.hub_online(hub) == "off"
        router.plugged = True
        house.lan.plug(hub)
        await house.pass_time(30, 5)
    found = house.home.runtime_data.diagnosis.diagnosis.findings
    assert "hub_unstable" not in {finding.id for finding in found}


async def test_router_that_was_changed_meanwhile_is_noticed_after_a_start(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub, router: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    host.gateway = (IPv4Address("10.10.10.2"), "eth0")
    hub.plugged = False
    await house.reload()
    await house.pass_time(30, 5)
    assert house.fired("connection")[0]["cause"] == "hub_left_wifi"


@pytest.mark.parametrize(
    "stored",
    [{}, {"address": "10.10.10.1"}, {"address": "x", "subnet": None, "mac": None}],
)
async def test_what_is_known_of_the_router_may_be_damaged(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    router: FakeHub,
    stored: dict[str, str],
) -> None:
    await house.start(u400_lock)
    home = house.home.runtime_data
    home._store.memory.router = stored
    await house.reload()
    await house.pass_time(65, 5)
    assert house.problem.state == "ok"
    router.plugged = hub.plugged = False
    await house.pass_time(30, 5)
    assert house.fired("connection")[0]["cause"] == "home_network_down"
