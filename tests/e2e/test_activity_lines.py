"""How many lines one thing makes in Home Assistant's own activity, and what they say."""

from collections.abc import Awaitable
from datetime import UTC, datetime
import json
from typing import Any

from tests.rig.software import Software
from tests.rig.waiting import wait_until

from .conftest import LOGS
from .door import Door

SOFTWARE = tuple(Software)

type Line = dict[str, Any]

AT_THE_DOOR = 4
"""Lines of ours that an operation at the door may make on the page of the device."""
COMMAND = AT_THE_DOOR + 1
"""The same of a command: that it is under way comes first."""
HUB = 5
"""Lines of ours when the hub goes away, with the state that nobody knows, or returns."""
SOON = 20


async def lines(door: Door, since: datetime) -> list[Line]:
    """Return what the page of the device shows since a moment, oldest first."""
    device = await door.device_id()
    entities = [
        str(entry["entity_id"])
        for entry in await door.client.entities()
        if entry["device_id"] == device
    ]
    found = await door.client.command(
        "logbook/get_events",
        start_time=since.isoformat(),
        entity_ids=entities,
        device_ids=[device],
    )
    return list(found)


async def made(door: Door, act: Awaitable[Any], ends: str) -> list[Line]:
    """Do something, wait for the sentence that says so, and return all lines of ours."""
    core, since = await door.core(), datetime.now(UTC)
    await act
    found: list[Line] = []

    async def is_told() -> bool:
        found[:] = await lines(door, since)
        return any(ends in str(line.get("message")) for line in found)

    await wait_until(f"a line with {ends!r}", is_told, 120)
    before = -1
    while before != len(found):
        # What belongs to it is recorded within a second of the sentence.
        before = len(found)
        await is_told()
    ours = [line for line in found if line.get("entity_id") != core]
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "activity-lines.jsonl").open("a") as log:
        log.write(json.dumps({ends: len(ours), "all": found}) + "\n")
    return ours


def sentences(found: list[Line]) -> list[str]:
    """Return what the lines say that are no states."""
    return [str(line["message"]) for line in found if "message" in line]


async def test_an_operation_at_the_door_makes_few_lines(door: Door) -> None:
    lock = await door.entity("lock")
    lock_of_rig = door.rig.lock
    for act, told in (
        (
            lambda: lock_of_rig.unlock(finger=2),
            "was unlocked by Ben with a fingerprint",
        ),
        (lambda: lock_of_rig.lock(pin=1), "was locked by Anna with a code"),
    ):
        ours = await made(door, act(), told)
        assert sentences(ours) == [told]
        assert len(ours) <= AT_THE_DOOR
        assert ours[-1].get("message") == told
        assert ours[-1]["entity_id"] == lock


async def test_a_command_adds_only_that_it_is_under_way(door: Door) -> None:
    lock = await door.entity("lock")
    for action, told in (("unlock", "was unlocked"), ("lock", "was locked")):
        call = door.client.call_service("lock", action, lock)
        ours = await made(door, call, told)
        assert len(sentences(ours)) == 1
        assert len(ours) <= COMMAND


async def test_a_hub_that_goes_and_returns_makes_few_lines(door: Door) -> None:
    lock = await door.entity("lock")
    since = datetime.now(UTC)
    gone = await made(door, door.rig.hub.unplug(), "stopped answering: ")
    assert len(sentences(gone)) == 1
    await door.client.wait_state(lock, "unknown", timeout=60)

    async def unknown() -> bool:
        found = [x for x in await lines(door, since) if x.get("entity_id") == lock]
        return [x["state"] for x in found if "state" in x] == ["unknown"]

    await wait_until("one line that the state is unknown", unknown, SOON)
    assert len(gone) + 1 <= HUB
    back = await made(door, door.rig.hub.plug(), "answers again after ")
    assert len(sentences(back)) == 1
    assert len(back) <= HUB
    await door.client.wait_state(lock, "locked", timeout=SOON)
