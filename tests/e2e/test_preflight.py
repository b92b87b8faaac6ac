"""The look before a lock is bound, on a real network: every fault is a real one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
import os
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.rig.paths import PYTHON, REPOSITORY
from tests.rig.rig import Rig
from tests.rig.thread_network import HOME, HUB, HUB2, OTHER
from tests.rig.waiting import wait_until

LONGEST_LINE = 1 << 20
NEW_DIALOG = b"begin\n"
NOT_OF_THE_NETWORK = {"matter_integration", "matter_server"}
"""The Home Assistant that looks has no Matter integration, and says so."""


@dataclass
class Surveyor:
    """A small Home Assistant without a home, on the host of the rig."""

    rig: Rig
    process: asyncio.subprocess.Process

    def begin(self) -> None:
        """Open a new dialog: nothing was seen yet."""
        assert self.process.stdin is not None
        self.process.stdin.write(NEW_DIALOG)

    async def look(self, hub_id: str | None = HUB.border_agent_id) -> dict[str, Any]:
        """Look once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{hub_id or ''}\n".encode())
        return dict(json.loads(await self.process.stdout.readline()))

    async def troubles(self, hub_id: str = HUB.border_agent_id) -> dict[str, str]:
        """Give the rule, or else the verdict, of each check of the network that is not ok."""
        seen = await self.look(hub_id)
        return {
            check: seen["rules"].get(check, verdict)
            for check, verdict in seen["verdicts"].items()
            if verdict != "ok" and check not in NOT_OF_THE_NETWORK
        }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def program(
    shared_path: Rig, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Surveyor]:
    """Start the small Home Assistant."""
    folder: Path = tmp_path_factory.mktemp("surveyor")
    process = await asyncio.create_subprocess_exec(
        *(*shared_path.network.ha.enter, str(PYTHON), "-m", "tests.e2e.surveyor"),
        str(folder),
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    yield Surveyor(shared_path, process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def surveyor(path: Rig, program: Surveyor) -> Surveyor:
    """Return the small Home Assistant in a home whose faults are undone afterwards."""
    program.begin()
    return program


async def test_a_healthy_home(surveyor: Surveyor) -> None:
    seen = await surveyor.look()
    assert await surveyor.troubles() == {}
    assert seen["verdicts"]["matter_integration"] == "failed"
    assert f"on, in the Thread network {HOME.name}" in seen["lines"]
    (hub,) = seen["options"]
    assert hub["value"] == HUB.border_agent_id
    assert hub["label"] == "Aqara Hub M100 #0012 – ready"


async def test_a_hub_without_power(surveyor: Surveyor) -> None:
    await surveyor.look()
    await surveyor.rig.hub.unplug()
    seen = await surveyor.look()
    assert seen["rules"]["hub_on_lan"] == "hub_offline"
    assert "does not answer now" in seen["options"][0]["label"]


async def test_a_hub_that_answers_no_probe_is_well(surveyor: Surveyor) -> None:
    await surveyor.rig.hub.answer_probes(False)
    assert await surveyor.troubles() == {}


async def test_a_thread_radio_that_is_off(surveyor: Surveyor) -> None:
    await surveyor.rig.hub.thread_off()
    found = await surveyor.troubles()
    assert found["thread_interface"] == "thread_interface_off"


async def test_a_host_without_ipv6(surveyor: Surveyor) -> None:
    await surveyor.rig.lan.ipv6(on=False)
    found = await surveyor.troubles()
    assert found["host_ipv6"] == "ipv6_disabled"
    assert found["route_to_mesh"] == "failed"


async def test_a_route_that_the_kernel_refuses(surveyor: Surveyor) -> None:
    await surveyor.rig.lan.route(on=False)
    assert await surveyor.troubles() == {"route_to_mesh": "route_info_ignored"}


async def test_no_address_for_the_way_back(surveyor: Surveyor) -> None:
    await surveyor.rig.lan.unique_local_addresses(on=False)
    await surveyor.rig.lan.wait_for_route()
    found = await surveyor.troubles()
    assert found["route_to_mesh"] == "no_source_address"
    assert found["host_ipv6"] == "warning"


async def test_a_hub_in_another_subnet_is_not_heard(surveyor: Surveyor) -> None:
    await surveyor.look()
    await surveyor.rig.hub.move_to_other_subnet()
    seen = await surveyor.look()
    assert seen["verdicts"]["hub_on_lan"] == "failed"
    assert seen["rules"]["hub_on_lan"] == "hub_offline"
    assert "does not answer now" in seen["options"][0]["label"]
    assert "**Hub on the home network** (not well)" in seen["lines"]
    assert "power" in seen["lines"].split("**Hub on the home network** (not well)")[1]


async def test_multicast_that_gets_lost(surveyor: Surveyor) -> None:
    await surveyor.look()
    await surveyor.rig.lan.multicast(on=False)
    found = await surveyor.troubles()
    assert found["mdns"] == "mdns_blocked"
    assert "hub_on_lan" not in found


async def test_two_hubs_of_two_networks(surveyor: Surveyor) -> None:
    await surveyor.rig.hub2.start(OTHER)

    async def both() -> bool:
        return len((await surveyor.look())["options"]) > 1

    await wait_until("both hubs", both, 30)
    seen = await surveyor.look(HUB2.border_agent_id)
    labels = {x["value"]: x["label"] for x in seen["options"]}
    assert labels[HUB.border_agent_id].endswith(f"({HOME.name}) – ready")
    assert labels[HUB2.border_agent_id].endswith(f"({OTHER.name}) – ready")
    assert await surveyor.troubles() == {}

    async def routed() -> bool:
        return await surveyor.troubles(HUB2.border_agent_id) == {}

    await wait_until("a way to the second network", routed, 60)
