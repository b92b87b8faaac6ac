"""What the Home Assistant host sees of its network, read there and compared with `ip`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network
import json
import os
from typing import Any

import pytest_asyncio

from tests.rig.network import HA_ADDRESS, ROUTER, ULA
from tests.rig.paths import PYTHON, REPOSITORY
from tests.rig.rig import Rig
from tests.rig.thread_network import HOME, HUB, HUB2
from tests.rig.waiting import wait_until

PASSING = IPv6Network("fd77:1:2:3::/64")
LONGEST_LINE = 1 << 20
SENT = "Icmp6OutRouterAdvertisements"

type Json = dict[str, Any]


@dataclass
class HostReader:
    """The product's look at the Home Assistant host, by a program that runs there."""

    rig: Rig
    process: asyncio.subprocess.Process

    async def read(self, do: str = "read", more: tuple[str, ...] = ()) -> Json:
        """Look once; the lock's address is among those that are asked for."""
        lock = await self.rig.lock.address()
        order = {"do": do, "addresses": [lock, *more]}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        return dict(json.loads(await self.process.stdout.readline()))

    async def way(self) -> Json:
        """Return how the host would send to the lock."""
        return dict((await self.read())["choices"][await self.rig.lock.address()])

    async def adapter(self) -> Json:
        """Return the host's only adapter."""
        (only,) = (await self.read())["adapters"]
        return dict(only)

    async def hops(self) -> set[str]:
        """Return the next hops of the routes to the mesh."""
        routes = (await self.read())["routes"]
        return {r["next_hop"] for r in routes if r["destination"] == HOME.omr_network}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def program(shared_path: Rig) -> AsyncIterator[HostReader]:
    """Start the program on the Home Assistant host."""
    process = await asyncio.create_subprocess_exec(
        *(*shared_path.network.ha.enter, str(PYTHON), "-m", "tests.e2e.host_reader"),
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    yield HostReader(shared_path, process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def host(path: Rig, program: HostReader) -> HostReader:
    """Return the product's look at a host in a home whose faults are undone afterwards."""
    return program


async def test_a_healthy_host(host: HostReader) -> None:
    found, adapter = await host.read(), await host.adapter()
    addresses = {address["interface"] for address in adapter["addresses"]}
    assert f"{HA_ADDRESS}/24" in addresses
    listed = await host.rig.network.ha.ip("-6", "-o", "addr", "show", "eth0")
    for line in listed.splitlines():
        assert line.split()[3] in addresses
    assert [address["flags"] for address in adapter["addresses"]] == [[], [], []]
    assert found["ipv6_class"] == "local"
    assert (adapter["kind"], adapter["enabled"]) == ("lan", True)
    assert adapter["sysctls"] == {
        "accept_ra": 1,
        "rt_info_max_plen": 64,
        "disable_ipv6": 0,
        "forwarding": 0,
    }
    assert found["matter_server_elsewhere"] is False
    assert found["bridged_container"] is False


async def test_the_way_to_the_lock_is_the_one_that_ip_tells(host: HostReader) -> None:
    lock = await host.rig.lock.address()
    assert lock is not None
    found = await host.way()
    assert found["way"] == "routed"
    assert found["next_hop"] == _link_local(HUB.mac)
    assert IPv6Address(found["source"]) in IPv6Network(f"{ULA}::/64")
    told = await host.rig.network.ha.ip("-6", "route", "get", lock)
    assert f"via {found['next_hop']} dev {found['interface']} " in told
    assert f" src {found['source']} " in told


async def test_routes_are_those_that_ip_lists(host: HostReader) -> None:
    routes = (await host.read())["routes"]
    listed = await host.rig.network.ha.ip("-6", "route", "show")
    assert sorted(route["destination"] for route in routes) == sorted(
        line.split()[0] for line in listed.splitlines()
    )
    (learned,) = (r for r in routes if r["destination"] == HOME.omr_network)
    assert (learned["from_route_info"], learned["protocol"]) == (True, "ra")
    assert learned["next_hop"] == _link_local(HUB.mac)
    assert 0 < learned["expires"] <= 1800


async def test_without_netlink_the_answers_are_the_same(host: HostReader) -> None:
    full, poor = await host.read(), await host.read("read_without_netlink")
    assert poor["choices"] == full["choices"]
    assert poor["gateway"] == full["gateway"] == [ROUTER, "eth0"]
    keys = ("destination", "next_hop", "metric", "interface", "from_route_info")
    seen = [
        sorted(str([route[key] for key in keys]) for route in reading["routes"])
        for reading in (poor, full)
    ]
    assert seen[0] == seen[1] != []
    assert poor["neighbours"] == "NOT_CHECKABLE"


async def test_the_hub_is_a_neighbour(host: HostReader) -> None:
    assert await host.rig.reaches_lock()
    neighbours = (await host.read())["neighbours"]
    macs = {neighbour["address"]: neighbour["mac"] for neighbour in neighbours}
    assert macs[f"{_link_local(HUB.mac)}%eth0"] == HUB.mac
    assert not any(address.startswith("ff") for address in macs)


async def test_a_hub_without_power_becomes_a_dead_neighbour(host: HostReader) -> None:
    await host.rig.hub.unplug()
    own = f"{_link_local(HUB.mac)}%eth0"

    async def dead() -> bool:
        await host.rig.reaches_lock(0.2)
        neighbours = (await host.read())["neighbours"]
        states = {n["address"]: n["state"] for n in neighbours}
        return states.get(own) in {"failed", "incomplete"}

    await wait_until("a dead neighbour entry", dead, 60)
    assert (await host.way())["way"] == "routed"


async def test_a_refused_route_is_no_way(host: HostReader) -> None:
    await host.rig.lan.route(on=False)
    assert await host.hops() == set()
    assert (await host.way())["way"] == "no_route"
    assert (await host.adapter())["sysctls"]["rt_info_max_plen"] == 0
    assert (await host.read())["ipv6_class"] == "local"


async def test_a_route_without_a_source_address(host: HostReader) -> None:
    await host.rig.lan.unique_local_addresses(on=False)
    await host.rig.lan.wait_for_route()
    found = await host.way()
    assert found["way"] == "no_source"
    assert found["next_hop"] == _link_local(HUB.mac)
    assert IPv6Address(found["source"]).is_link_local
    assert (await host.read())["ipv6_class"] == "link_local"


async def test_a_host_without_ipv6(host: HostReader) -> None:
    await host.rig.lan.ipv6(on=False)
    found, adapter = await host.read(), await host.adapter()
    assert found["ipv6_class"] == "none"
    assert found["all_interfaces"]["disable_ipv6"] == 1
    assert adapter["sysctls"]["disable_ipv6"] == 1
    assert [x["interface"] for x in adapter["addresses"]] == [f"{HA_ADDRESS}/24"]
    assert found["routes"] == []
    assert (await host.way())["way"] == "no_route"


async def test_blocked_announcements_stand_still(host: HostReader) -> None:
    await host.rig.lan.advertisements(on=False)
    before, sent = await _received(host), await _sent(host.rig)
    await host.rig.network.ha.solicit_routers()

    async def sent_again() -> bool:
        return await _sent(host.rig) > sent

    await wait_until("an announcement of the hub", sent_again, 30)
    assert await _received(host) == before
    await host.rig.lan.advertisements(on=True)

    async def arrived() -> bool:
        return await _received(host) > before

    await wait_until("an announcement at the host", arrived, 30)


async def test_a_route_that_has_expired_is_not_used(host: HostReader) -> None:
    hop, target = _link_local(HUB.mac), str(PASSING[1])
    await host.rig.network.ha.ip(
        *("-6", "route", "add", str(PASSING), "via", hop),
        *("dev", "eth0", "expires", "2"),
    )

    async def way() -> str:
        return str((await host.read(more=(target,)))["choices"][target]["way"])

    async def gone() -> bool:
        return await way() == "no_route"

    async def usable() -> set[str]:
        return {r["destination"] for r in (await host.read())["usable_routes"]}

    async def unlisted() -> bool:
        return str(PASSING) not in await usable()

    assert await way() == "routed"
    assert str(PASSING) in await usable()
    await wait_until("the end of a route", gone, 20)
    # For 10 ms around its end the kernel rounds what is left to 0, which is "for ever".
    await wait_until("a list without it", unlisted, 2)
    assert await host.hops() == {hop}


async def test_looking_does_not_keep_a_second_hub_from_taking_over(
    host: HostReader,
) -> None:
    hub, hub2 = _link_local(HUB.mac), _link_local(HUB2.mac)
    await host.rig.hub2.start()

    async def both() -> bool:
        return await host.hops() == {hub, hub2}

    await wait_until("routes over both hubs", both)
    await host.rig.hub.unplug()

    async def served() -> bool:
        await host.read()
        return await host.rig.reaches_lock()

    await wait_until("the lock over the second hub", served, 90)
    assert (await host.way())["next_hop"] == hub2


async def test_the_router_of_the_home(host: HostReader) -> None:
    assert (await host.read("ask_router"))["gateway"]["answers"] is True
    await host.rig.lan.home_router(on=False)

    async def silent() -> bool:
        return (await host.read("ask_router"))["gateway"]["answers"] is False

    await wait_until("a silent router", silent, 30)
    assert (await host.read("ask_router"))["changed_at"] is None
    await host.rig.lan.home_router(on=True)

    async def back() -> bool:
        return (await host.read("ask_router"))["gateway"]["answers"] is True

    await wait_until("the router again", back, 30)


def _link_local(mac: str) -> str:
    """Return the address that an interface makes of its MAC (RFC 4291 appendix A)."""
    raw = bytes.fromhex(mac.replace(":", ""))
    identifier = bytes([raw[0] ^ 2, *raw[1:3], 0xFF, 0xFE, *raw[3:]])
    return str(IPv6Address(IPv6Address("fe80::").packed[:8] + identifier))


async def _received(host: HostReader) -> int:
    """Return how many announcements the host has received."""
    return int((await host.adapter())["announcements"]["count"])


async def _sent(rig: Rig) -> int:
    """Return how many announcements the hub has sent to the LAN."""
    text = await rig.hub.namespace.run("cat", "/proc/net/dev_snmp6/eth0")
    counters = dict(line.split() for line in text.splitlines())
    return int(counters[SENT])
