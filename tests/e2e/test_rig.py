"""What the rig promises to the other end-to-end tests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import sys

import pytest
import pytest_asyncio
from zeroconf import DNSPointer, DNSText

from tests.rig import workspace
from tests.rig.aqara_app import AMAZON, APPLE_HOME, AQARA, GOOGLE, SMARTTHINGS, AqaraApp
from tests.rig.command import CommandFailed
from tests.rig.mdns_query import ask
from tests.rig.mdns_records import MATTER, PTR, TXT
from tests.rig.meshcop import SERVICE
from tests.rig.paths import REPOSITORY
from tests.rig.privileges import NETNS
from tests.rig.rig import PATH, Part, Rig
from tests.rig.thread_network import (
    HOME,
    HUB,
    HUB2,
    OTHER,
    STATE_LEADER,
    STATE_THREAD_OFF,
    ThreadNetwork,
)
from tests.rig.waiting import wait_until
from tests.rig.websocket import RequestFailed

from .conftest import LOGS

NEW_LOCK = Part.NETWORK | Part.HUB | Part.MATTER
THREAD_NETWORK = "0/53/4"
"""The extended PAN id in a lock's Thread network diagnostics."""

CRASHING = """
import asyncio
from tests.rig.rig import Part, Rig

async def main():
    async with Rig(parts=Part.NETWORK | Part.HUB) as rig:
        print(rig.network.prefix, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_pulling_the_plug_cuts_the_lock_off_but_leaves_the_route(
    path: Rig,
) -> None:
    assert await path.reaches_lock()
    await path.hub.unplug()
    assert not await path.reaches_lock()
    assert await path.lan.has_route()
    assert await ask(path.network.ha, SERVICE, PTR) == []
    await path.hub.plug()
    await path.wait_for_path()


async def test_a_hub_that_says_goodbye_takes_its_route_along(path: Rig) -> None:
    await path.hub.unplug(goodbye=True)
    await path.lan.wait_for_route(present=False)


async def test_a_refused_route_is_missing_while_the_hub_answers(path: Rig) -> None:
    await path.lan.route(on=False)
    lock = await path.lock.address()
    assert lock is not None
    with pytest.raises(CommandFailed, match="unreachable"):
        await path.network.ha.ip("-6", "route", "get", lock)
    assert await path.network.ha.reaches(path.hub.address)
    await path.lan.route(on=True)
    await path.wait_for_path()


async def test_the_lock_is_cut_off_without_the_thread_interface(path: Rig) -> None:
    await wait_until("the lock on mDNS", lambda: _lock_is_announced(path))
    await path.hub.thread_off()
    assert await path.network.ha.reaches(path.hub.address)
    assert not await path.reaches_lock()
    assert (await _hub_text(path))["sb"] == STATE_THREAD_OFF.to_bytes(4)
    assert not await _lock_is_announced(path)


async def test_a_route_without_a_source_address_does_not_reach_the_lock(
    path: Rig,
) -> None:
    await path.lan.unique_local_addresses(on=False)
    await path.lan.wait_for_route()
    assert not await path.reaches_lock()


async def test_a_host_without_ipv6_reaches_the_hub_only(path: Rig) -> None:
    await path.lan.ipv6(on=False)
    assert await path.network.ha.reaches(path.hub.address)
    assert not await path.reaches_lock()


async def test_a_hub_that_answers_no_probe_still_forwards(path: Rig) -> None:
    await path.hub.answer_probes(on=False)
    assert not await path.network.ha.reaches(path.hub.address)
    assert await path.reaches_lock()


async def test_a_hub_in_the_other_subnet_is_there_but_does_not_serve(path: Rig) -> None:
    before = path.hub.address
    await path.hub.move_to_other_subnet()
    assert not await path.network.ha.reaches(before)
    assert await path.network.ha.reaches(path.hub.address)
    assert not await path.reaches_lock()


async def test_a_hub_on_another_thread_network_does_not_serve(path: Rig) -> None:
    await path.hub.join_network(OTHER)
    assert (await _hub_text(path))["xp"].hex() == OTHER.extended_pan_id
    assert not await path.reaches_lock()


async def test_a_second_hub_takes_over(path: Rig) -> None:
    await path.hub2.start()
    await path.hub.unplug()
    await path.wait_for_path(timeout=90)


async def test_blocked_multicast_silences_mdns_but_not_the_lock(path: Rig) -> None:
    await path.lan.multicast(on=False)
    assert await ask(path.network.ha, SERVICE, PTR) == []
    assert await path.reaches_lock()


async def test_a_home_router_that_is_down_leaves_the_hub_reachable(path: Rig) -> None:
    await path.lan.home_router(on=False)
    assert not await path.network.ha.reaches("10.99.0.1")
    assert await path.network.ha.reaches(path.hub.address)


async def test_a_silent_radio_cuts_the_lock_off_alone(path: Rig) -> None:
    address = await path.lock.address()
    assert address is not None
    await path.lock.radio_off()
    assert not await path.network.ha.reaches(address)
    assert await path.network.ha.reaches(path.hub.address)


async def test_the_hub_announces_itself_with_binary_values(path: Rig) -> None:
    text = await _hub_text(path)
    assert text["vn"] == b"Aqara"
    assert text["id"] == bytes.fromhex(HUB.border_agent_id)
    assert text["sb"] == STATE_LEADER.to_bytes(4)
    assert text["omr"] == bytes.fromhex("40fd11002200330044")
    assert text["nn"] == HOME.name.encode()


async def test_a_reboot_changes_the_radio_mac_and_nothing_else(path: Rig) -> None:
    before, mac = await _hub_text(path), await _radio_mac(path)
    await path.hub.reboot()
    await path.wait_for_path()
    assert await _radio_mac(path) != mac
    assert await _hub_text(path) == before


async def test_a_second_fabric_unlocks_by_itself(path: Rig) -> None:
    other = await path.second_fabric()
    start = (await path.lock.events())[-1:]
    await other.unlock()
    new = await path.lock.events(since=start[0]["seq"] if start else 0)
    operations = [event for event in new if event["name"] == "LockOperation"]
    assert operations[-1]["payload"]["fabricIndex"] == 2
    assert (await path.lock.state())["lock_state"] == "unlocked"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boxed(able: None) -> AsyncIterator[Rig]:
    """Return a home whose lock is still in its box."""
    async with Rig(parts=NEW_LOCK, logs=LOGS / "boxed") as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def app(boxed: Rig) -> AsyncIterator[AqaraApp]:
    """Return the Aqara app with a new lock that only it knows; then all is as in the box."""
    found = await boxed.aqara_app()
    await found.bind(boxed.lock)
    yield found
    await boxed.lock.leave()
    await boxed.repair()


async def test_a_new_lock_is_nowhere_until_the_app_binds_it(boxed: Rig) -> None:
    assert not boxed.lock.running
    assert await boxed.lock.address() is None
    found = await boxed.aqara_app()
    await found.bind(boxed.lock)
    assert await boxed.reaches_lock()
    assert await _vendors(boxed) == [AQARA]
    await boxed.lock.leave()
    assert await boxed.lock.address() is None


async def test_the_app_shares_the_lock_by_the_newest_code_only(
    boxed: Rig, app: AqaraApp
) -> None:
    old = await app.share()
    window = await app.share()
    with pytest.raises(RequestFailed, match="commission_with_code"):
        await boxed.controller.commission(old.code)
    if not await app.is_sharing():
        # The server tried the old code twenty times, and the lock closed the window.
        window = await app.share()
    await boxed.controller.commission(window.qr)
    assert (await _vendors(boxed))[0] == AQARA
    assert len(await _vendors(boxed)) == 2


async def test_no_code_opens_a_closed_window(boxed: Rig, app: AqaraApp) -> None:
    window = await app.share()
    await app.stop_sharing()
    with pytest.raises(RequestFailed, match="commission_with_code"):
        await boxed.controller.commission(window.code)
    assert await _vendors(boxed) == [AQARA]


async def test_a_full_lock_takes_no_further_ecosystem(
    boxed: Rig, app: AqaraApp
) -> None:
    others = [APPLE_HOME, GOOGLE, AMAZON, SMARTTHINGS]
    for vendor in others:
        await boxed.lock.join_ecosystem(vendor)
    window = await app.share()
    with pytest.raises(RequestFailed, match="commission_with_code"):
        await boxed.controller.commission(window.code)
    assert await _vendors(boxed) == [AQARA, *others]


async def test_a_server_without_roots_refuses_the_lock(
    boxed: Rig, app: AqaraApp
) -> None:
    await boxed.matter.trust_nobody()
    window = await app.share()
    with pytest.raises(RequestFailed, match="commission_with_code"):
        await boxed.controller.commission(window.code)
    await boxed.matter.trust_again()
    await boxed.controller.commission((await app.share()).code)


async def test_a_lock_lands_on_another_thread_network_and_comes_home(
    boxed: Rig, app: AqaraApp
) -> None:
    node = await boxed.controller.commission((await app.share()).code)
    await boxed.hub2.start(OTHER)
    await boxed.lock.join(OTHER, HUB2)
    await _tells_network(boxed, node, OTHER)
    assert await boxed.reaches_lock()
    await boxed.repair()
    await _tells_network(boxed, node, HOME)


async def test_the_matter_server_keeps_the_lock_when_it_is_killed(path: Rig) -> None:
    assert path.node is not None
    await path.matter.kill()
    await path.matter.start()
    await path.controller.wait_available(path.node)
    await path.controller.door_lock(path.node, "LockDoor")
    assert (await path.lock.state())["lock_state"] == "locked"


async def test_two_homes_stand_side_by_side(path: Rig) -> None:
    async with Rig(parts=PATH) as other:
        await path.hub.unplug()
        assert not await path.reaches_lock()
        assert await other.reaches_lock()


async def test_nothing_is_left_behind(able: None) -> None:
    async with Rig(parts=PATH) as rig:
        prefix, folder = rig.network.prefix, rig.folder
        assert _namespaces(prefix)
        assert _processes(folder)
    assert _namespaces(prefix) == []
    assert _processes(folder) == []
    assert not folder.exists()


async def test_a_killed_rig_is_cleaned_up_by_the_next_one(able: None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CRASHING, cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    prefix = (await process.stdout.readline()).decode().strip()
    process.kill()
    await process.wait()
    assert prefix in await workspace.reap()
    assert _namespaces(prefix) == []
    assert list(Path("/tmp").glob(f"*{prefix}*")) == []


async def _hub_text(rig: Rig) -> dict[str, bytes]:
    """Return the TXT entries of the hub as the Home Assistant host gets them."""

    async def look() -> bytes | None:
        answers = await ask(rig.network.ha, f"{HUB.instance}.{SERVICE}", TXT)
        return next((a.text for a in answers if isinstance(a, DNSText)), None)

    entries, rest = {}, await wait_until("the hub's TXT record", look)
    while rest:
        entry, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        key, _, value = entry.partition(b"=")
        entries[key.decode()] = value
    return entries


async def _lock_is_announced(rig: Rig) -> bool:
    """Tell whether the lock is on the LAN's mDNS; the controller is there, too."""
    assert rig.node is not None
    answers = await ask(rig.network.ha, MATTER, PTR)
    pointers = [answer.alias for answer in answers if isinstance(answer, DNSPointer)]
    return any(f"-{rig.node:016X}." in alias for alias in pointers)


async def _vendors(rig: Rig) -> list[int]:
    """Return the vendors of the lock's fabrics."""
    return [fabric["vendor"] for fabric in (await rig.lock.state())["fabrics"]]


async def _tells_network(rig: Rig, node: int, network: ThreadNetwork) -> None:
    """Wait until the lock tells the Matter server that it is on a Thread network."""

    async def told() -> bool:
        try:
            found = await rig.controller.send(
                "read_attribute", node_id=node, attribute_path=THREAD_NETWORK
            )
        except RequestFailed:
            return False
        return f"{found[THREAD_NETWORK]:016x}" == network.extended_pan_id

    await wait_until(f"the lock on {network.name}", told, 90)


async def _radio_mac(rig: Rig) -> str:
    line = await rig.hub.namespace.ip("-br", "link", "show", "mesh0")
    return line.split()[2]


def _namespaces(prefix: str) -> list[str]:
    return [path.name for path in NETNS.glob(f"{prefix}-*")]


def _processes(folder: Path) -> list[str]:
    """Return the programs that name the rig's folder on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except FileNotFoundError, ProcessLookupError:
            continue
        if str(folder).encode() in line:
            found.append(line.decode(errors="replace"))
    return found
