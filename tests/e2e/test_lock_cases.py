"""The virtual lock keeps to its table of cases, as a real controller sees it.

Two locks of different kinds, each case on the kinds that it names. The second fabric is another
controller. What the table says of other kinds is tested in memory (rig/lock/test/access.test.mjs).
"""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
import re
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.rig import cases
from tests.rig.cases import Case, Step
from tests.rig.matter_client import MatterClient
from tests.rig.rig import COMMISSIONED, Rig
from tests.rig.software import Software
from tests.rig.virtual_lock import VirtualLock
from tests.rig.waiting import wait_until
from tests.rig.websocket import RequestFailed

from .conftest import LOGS, SERVER_URL

SOFTWARE = (Software.PYTHON, Software.MATTERJS)
LOCKS = ("u400", "u200-085")
ALL = cases.cases(LOCKS)
UTC_TIME = "0/56/0"
AHEAD = 3600
"""Seconds."""
STATUS = re.compile(r"\((0x[0-9a-f]+)(?:, clusterStatus: (\d+))?\)")
"""How python-matter-server words the status of an interaction and that of the cluster."""
OUTCOMES = {1: "invalid_credential", 2: "disabled_user", 3: "restricted"}
"""OperationError of LockOperationError, and what the table calls it."""
SUCCESS, FAILURE = 0, 1
CONSTRAINT_ERROR = 0x87
"""What matter.js answers by itself where a request must not be sent."""
pytestmark = pytest.mark.skipif(
    SERVER_URL is not None, reason="The cases need two controllers of the rig's own."
)


@dataclass(frozen=True)
class Bench:
    """A lock and its two controllers: client and node by the index of their fabric."""

    lock: VirtualLock
    fabrics: dict[int, tuple[MatterClient, int]]
    software: Software
    """What the first controller runs on."""

    def status(self, step: Step) -> int:
        """Return the status that a command has to get."""
        checks = self.software is Software.MATTERJS and step["by"] == 1
        if step.get("unsendable") and checks:
            return CONSTRAINT_ERROR
        return cases.status(step)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def benches(software: Software) -> AsyncIterator[dict[str, Bench]]:
    """Return two locks of one home on two fabrics, by profile."""
    first, second = LOCKS
    logs = LOGS / f"cases-{software}"
    async with Rig(
        first, COMMISSIONED, software=software, second=second, logs=logs
    ) as rig:
        other = await rig.second_fabric()
        assert rig.node is not None
        assert rig.node2 is not None
        assert other.node is not None
        node2 = await other.take(rig.controller, rig.node2)
        ours, theirs = rig.controller, other.server.client
        nodes = {1: (ours, rig.node), 2: (theirs, other.node)}
        nodes2 = {1: (ours, rig.node2), 2: (theirs, node2)}
        yield {
            first: Bench(rig.lock, nodes, software),
            second: Bench(rig.lock2, nodes2, software),
        }


@pytest.mark.parametrize("case", ALL, ids=str)
async def test_the_lock_keeps_to_the_case(
    case: Case, benches: dict[str, Bench]
) -> None:
    bench = benches[case.lock]
    await bench.lock.reset_people(**case.personality)
    for step in case.steps:
        await _take(bench, step)


async def test_two_locks_of_a_home_are_told_apart(benches: dict[str, Bench]) -> None:
    serials = set()
    for bench in benches.values():
        client, node = bench.fabrics[1]
        path = "0/40/15"
        found = await client.send("read_attribute", node_id=node, attribute_path=path)
        assert found[path] == bench.lock.serial
        serials.add(bench.lock.serial)
    assert len(serials) == len(LOCKS)


async def test_a_lock_tells_the_time_that_its_clock_shows(
    benches: dict[str, Bench],
) -> None:
    bench = benches["u200-085"]
    client, node = bench.fabrics[1]
    await bench.lock.reset_people()
    await bench.lock.clock(ahead=AHEAD)
    found = await client.send("read_attribute", node_id=node, attribute_path=UTC_TIME)
    shown = found[UTC_TIME] / 1_000_000 + cases.MATTER_EPOCH
    assert abs(shown - time.time() - AHEAD) < AHEAD / 2
    await bench.lock.clock(unset=True)
    found = await client.send("read_attribute", node_id=node, attribute_path=UTC_TIME)
    assert found[UTC_TIME] is None


async def _take(bench: Bench, step: Step) -> None:
    """Do what a step says and check what came of it."""
    lock = bench.lock
    match step:
        case {"command": _}:
            await _command(bench, step)
        case {"code": code}:
            before = await _last(lock)
            found = await lock.typed(code, step.get("at"))
            assert found["result"] == step["result"], step
            if "user" in step:
                assert found["user"] == step["user"], step
            await _changed(lock, before, step)
        case {"unlock": code}:
            await _unlock(bench, step, code)
        case {"app": user}:
            await lock.act("set_user", **user)
        case {"fill": left}:
            await lock.fill(left)
        case {"personality": how}:
            await lock.personality(**how)
        case {"clock": how}:
            await lock.clock(**how)
        case {"touch": _}:
            await lock.touch_keypad()
        case {"restart": _}:
            await lock.stop()
            await lock.start()
            for client, node in bench.fabrics.values():
                await wait_until("the lock", partial(_answers, client, node), 120)
        case _:
            raise AssertionError(f"a step that nobody knows: {step}")


async def _answers(client: MatterClient, node: int) -> bool:
    """Tell whether a lock that was away answers again; a session of before may have to fail first."""
    try:
        await client.door_lock(node, "GetUser", userIndex=1)
    except RequestFailed:
        return False
    return True


async def _command(bench: Bench, step: Step) -> None:
    """Send a command; its status is that of its response where that has one."""
    before = await _last(bench.lock)
    name = step["command"]
    response, found = await _send(bench, step["by"], name, _wire(step))
    if name == "SetCredential" and found == SUCCESS:
        found = response["status"]
    assert found == bench.status(step), f"{step}: {response}"
    for key, value in cases.expected(name, step.get("response", {})).items():
        assert response[key] == value, f"{key} of {step}"
    await _changed(bench.lock, before, step, by=step["by"])


async def _unlock(bench: Bench, step: Step, code: str) -> None:
    """Unlock with a code over the air; the lock's own log says what it made of it."""
    before = await _last(bench.lock)
    pin = {"PINCode": base64.b64encode(code.encode()).decode()}
    _, status = await _send(bench, step["by"], "UnlockDoor", pin)
    opened = step["result"] == "opens"
    assert status == (SUCCESS if opened else FAILURE), step
    kind = "LockOperation" if opened else "LockOperationError"
    told = [e for e in await bench.lock.events(before) if e["name"] == kind]
    payload = told[-1]["payload"]
    assert payload["fabricIndex"] == step["by"]
    if not opened:
        assert OUTCOMES[payload["operationError"]] == step["result"]
    if "user" in step:
        assert payload["userIndex"] == step["user"], step


async def _changed(
    lock: VirtualLock, before: int, step: Step, by: int | None = None
) -> None:
    """Compare what the lock told of its table with what the step says."""
    wanted = cases.changes(step)
    if wanted is None:
        return
    told = [e["payload"] for e in await lock.events(before) if _is_change(e)]
    keys = ("lockDataType", "dataOperationType", "userIndex", "dataIndex")
    assert [tuple(each[key] for key in keys) for each in told] == wanted, step
    assert {each["fabricIndex"] for each in told} <= {by}


def _is_change(event: dict[str, Any]) -> bool:
    return bool(event["name"] == "LockUserChange")


async def _last(lock: VirtualLock) -> int:
    events = await lock.events()
    return int(events[-1]["seq"]) if events else 0


def _wire(step: Step) -> dict[str, Any]:
    """Return the fields of a step as a Matter server takes them in JSON."""
    fields = cases.payload(step["command"], step["fields"])
    return {
        key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for key, value in fields.items()
    }


async def _send(
    bench: Bench, fabric: int, command: str, payload: dict[str, Any]
) -> tuple[dict[str, Any], int]:
    """Send a command by one of the controllers; returns its response and status."""
    client, node = bench.fabrics[fabric]
    try:
        return await client.door_lock(node, command, **payload) or {}, SUCCESS
    except RequestFailed as err:
        return {}, _status(err)


def _status(err: RequestFailed) -> int:
    """Return the status that the lock gave: the cluster's, else the interaction's."""
    found = err.answer.get("cluster_status") or err.answer.get("status")
    if found is not None:
        return int(found)
    worded = STATUS.search(str(err.answer.get("details")))
    if worded is None:
        raise err
    status, cluster = worded.groups()
    return int(cluster) if cluster else int(status, 16)
