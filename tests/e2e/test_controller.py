"""The rig's own controller has the manners of the server that owners run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from tests.rig.matter_client import MatterClient
from tests.rig.rig import COMMISSIONED, Rig
from tests.rig.software import Software
from tests.rig.waiting import wait_until
from tests.rig.websocket import Message, RequestFailed

from .conftest import LOGS, SERVER_URL
from .door import DOOR_LOCK

SOFTWARE = (Software.MATTERJS,)
SEARCH = 3
"""Seconds of the search that comes before a ping."""
EVENTS = [{"path": f"1/{DOOR_LOCK}/*"}]
pytestmark = pytest.mark.skipif(
    SERVER_URL is not None, reason="A server elsewhere has manners of its own."
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rig(software: Software) -> AsyncIterator[Rig]:
    """Return a home without Home Assistant: nobody listens but the test."""
    logs = LOGS / "controller"
    async with Rig(parts=COMMISSIONED, software=software, logs=logs) as made:
        yield made


async def test_events_are_kept_only_while_somebody_listens(rig: Rig) -> None:
    await rig.lock.unlock(finger=2)
    assert await _kept(rig) == []
    async with _listening(rig) as told:
        await rig.lock.lock(hand=True)
        number = (await rig.lock.events())[-1]["number"]
        await wait_until("the event", lambda: _is_told(told, number))
        assert await _kept(rig) == [number]
        async with _listening(rig) as others:
            await rig.lock.unlock(finger=1)
            last = (await rig.lock.events())[-1]["number"]
            for each in (told, others):
                await wait_until("the event", lambda each=each: _is_told(each, last))
    assert await _kept(rig) == [number, last, last]


async def test_what_the_lock_kept_is_read_by_number_and_is_no_news(rig: Rig) -> None:
    before = (await rig.lock.events())[-1]["seq"]
    async with _listening(rig) as told:
        await rig.lock.lock(pin=2)
        await rig.lock.unlock(finger=1)
        emitted = await rig.lock.events(before)
        newest = emitted[-1]["number"]
        await wait_until("the events", lambda: _is_told(told, newest))
        told.clear()
        report = await _read(rig, emitted[0]["number"])
        found = [(e["event_number"], e["timestamp"]) for e in report["events"]]
        assert found == [(event["number"], event["time"]) for event in emitted]
        assert {event["timestamp_type"] for event in report["events"]} == {1}
        assert [e["data"]["userIndex"] for e in report["events"]] == [2, 1]
        assert (await _read(rig, newest + 1))["events"] == []
        assert [one for one in told if one["event"] == "node_event"] == []


async def test_a_ping_searches_first(rig: Rig) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    answers = await rig.controller.send("ping_node", node_id=rig.node)
    assert answers == {await rig.lock.address(): True}
    assert loop.time() - begun >= SEARCH


async def test_the_server_tells_nobody_that_the_lock_is_still_there(rig: Rig) -> None:
    """A fresh read changes nothing, so that nothing is told either."""
    assert rig.node is not None
    async with _listening(rig) as told:
        await rig.controller.send(
            "read_attribute", node_id=rig.node, attribute_path=f"1/{DOOR_LOCK}/*"
        )
    assert told == []


async def test_the_lock_s_own_status_comes_with_a_refusal(rig: Rig) -> None:
    with pytest.raises(RequestFailed, match="command|payload|0 "):
        await rig.controller.door_lock(_node(rig), "ClearUser", userIndex=0)
    with pytest.raises(RequestFailed, match=r"^get_network_topology: 9 "):
        await rig.controller.send("get_network_topology")
    with pytest.raises(RequestFailed, match=r"^get_node: 5 "):
        await rig.controller.send("get_node", node_id=4711)


async def test_a_code_is_never_repeated_in_an_answer(rig: Rig) -> None:
    with pytest.raises(RequestFailed) as refused:
        await rig.controller.commission("12345678901")
    assert "12345678901" not in str(refused.value)


def _node(rig: Rig) -> int:
    assert rig.node is not None
    return rig.node


@asynccontextmanager
async def _listening(rig: Rig) -> AsyncIterator[list[Message]]:
    """Listen; gives the list in which everything lands that is told."""
    told: list[Message] = []
    listener: MatterClient = rig.matter.listener(told.append)
    await listener.listen()
    try:
        yield told
    finally:
        await listener.close()


async def _is_told(told: list[Message], number: int) -> bool:
    events = (one["data"] for one in told if one["event"] == "node_event")
    return any(event["event_number"] == number for event in events)


async def _kept(rig: Rig) -> list[int]:
    """Return the numbers of the lock's events that the server has."""
    found = (await rig.controller.send("diagnostics"))["events"]
    return [e["event_number"] for e in found if e["cluster_id"] == DOOR_LOCK]


async def _read(rig: Rig, least: int) -> dict[str, Any]:
    report = await rig.controller.send(
        "read", node_id=rig.node, event_paths=EVENTS, event_min=least
    )
    return dict(report)
