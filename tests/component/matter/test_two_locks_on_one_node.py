"""One device with two door locks: what one of them does says nothing of the other."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from unittest.mock import patch

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from matter_server.common.models import CommandMessage
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
)

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, FakeMatterServer, Refusal, User
from ..house import House
from ..nodes import U400_NODE, u400

FRONT, BACK = 0, 1


@dataclass
class Pair:
    """Two locks on the endpoints 1 and 2 of one node."""

    house: House
    front: FakeLock
    back: FakeLock

    def state(self, number: int) -> str:
        """Give the state of one of the locks."""
        return self.house.state(self.house.entity_id("lock", "lock", number)).state

    def changed_by(self, number: int) -> str | None:
        """Give who brought it there."""
        entity_id = self.house.entity_id("lock", "lock", number)
        who: str | None = self.house.state(entity_id).attributes.get("changed_by")
        return who

    def is_in_doubt(self, number: int) -> bool:
        """Tell whether its state is assumed."""
        entity_id = self.house.entity_id("lock", "lock", number)
        return bool(self.house.state(entity_id).attributes.get("assumed_state"))

    def kinds(self, number: int) -> list[tuple[str, str | None]]:
        """Give what its journal holds."""
        lock = self.house.home.runtime_data.locks[self.house.subentry_id(number)]
        return [(line.kind.value, line.type) for line in lock.journal.lines()]

    async def call(self, service: str, number: int) -> None:
        """Operate one of the locks."""
        entity_id = self.house.entity_id("lock", "lock", number)
        await self.house.call(service, entity_id=entity_id)


def two_locks(matter: FakeMatterServer) -> tuple[FakeLock, FakeLock]:
    """Commission a node with the same lock on two endpoints."""
    attributes = u400()
    second = {
        f"2/{path.removeprefix('1/')}": value
        for path, value in attributes.items()
        if path.startswith("1/")
    }
    attributes |= second
    attributes["0/29/3"] = [1, 2]
    front = matter.add(U400_NODE, attributes)
    back = FakeLock(matter, U400_NODE, front.attributes, endpoint_id=2)
    back.data = front.data
    front.users, back.users = {1: User("Anna")}, {1: User("Ben")}
    return front, back


@pytest.fixture
async def pair(
    house: House, matter: FakeMatterServer, hub: FakeHub
) -> AsyncGenerator[Pair]:
    """Set up a home with both; a command reaches the lock of its endpoint."""
    front, back = two_locks(matter)
    found = FakeMatterServer._lock

    def lock_of(server: FakeMatterServer, message: CommandMessage) -> FakeLock | None:
        lock = found(server, message)
        is_back = (message.args or {}).get("endpoint_id") == back.endpoint_id
        return back if lock is front and is_back else lock

    with patch.object(FakeMatterServer, "_lock", lock_of):
        await house.start(front, back)
        yield Pair(house, front, back)
        await house.stop()


async def test_state_and_name_are_of_the_endpoint(pair: Pair) -> None:
    await pair.house.tick(60)
    pair.back.unlock_by_finger(1)
    await pair.house.tick(1)
    assert (pair.state(FRONT), pair.state(BACK)) == ("locked", "unlocked")
    assert (pair.changed_by(FRONT), pair.changed_by(BACK)) == (None, "Ben")
    pair.front.event_number = pair.back.event_number
    pair.front.unlock_by_finger(1)
    await pair.house.tick(1)
    assert pair.changed_by(FRONT) == "Anna"
    assert pair.kinds(FRONT) == pair.kinds(BACK) == [("event", "unlocked")]


async def test_jam_is_of_the_endpoint(pair: Pair) -> None:
    await pair.house.tick(60)
    pair.back.report_alarm(AlarmCode.LOCK_JAMMED)
    await pair.house.tick(1)
    assert (pair.state(FRONT), pair.state(BACK)) == ("locked", "jammed")
    pair.front.event_number = pair.back.event_number
    pair.front.unlock_by_finger(1)
    await pair.house.tick(1)
    assert (pair.state(FRONT), pair.state(BACK)) == ("unlocked", "jammed")
    await pair.house.reload()
    assert (pair.state(FRONT), pair.state(BACK)) == ("unlocked", "jammed")


async def test_command_and_its_doubt_are_of_the_endpoint(pair: Pair) -> None:
    await pair.house.tick(60)
    pair.back.reacts = ()
    await pair.call("unlock", BACK)
    assert "UnboltDoor" in pair.back.asked
    assert "UnboltDoor" not in pair.front.asked
    await pair.house.pass_time(40, 5)
    assert (pair.is_in_doubt(FRONT), pair.is_in_doubt(BACK)) == (False, True)
    pair.front.report_state(LockState.UNLOCKED)
    await pair.house.tick(6)
    assert pair.is_in_doubt(BACK)
    pair.back.report_state(LockState.UNLOCKED)
    await pair.house.tick(6)
    assert not pair.is_in_doubt(BACK)


async def test_own_command_names_nobody_at_the_other_lock(pair: Pair) -> None:
    """Both report an unlock over our fabric; only one of them was told to."""
    await pair.house.tick(60)
    await pair.call("unlock", BACK)
    pair.front.event_number = pair.back.event_number
    pair.front.report_state(LockState.UNLOCKED)
    pair.front.report_own(LockOperationType.UNLOCK)
    await pair.house.tick(6)
    front = pair.house.fired("activity", FRONT)[-1]
    assert "person" not in front
    assert front["confidence"] != "matched"


async def test_refusal_is_of_the_endpoint(pair: Pair) -> None:
    await pair.house.tick(60)
    pair.back.fail("UnboltDoor", Refusal(status=0x85))
    with pytest.raises(HomeAssistantError):
        await pair.call("unlock", BACK)
    await pair.house.settle()
    assert pair.kinds(FRONT) == []
    assert [kind for kind, _ in pair.kinds(BACK)] == ["attempt"]
    await pair.call("unlock", FRONT)
    await pair.house.settle()
    assert pair.state(FRONT) == "unlocked"


async def test_what_the_node_dropped_is_a_gap_at_both(pair: Pair) -> None:
    """Its events have one row of numbers: what is lost may be of either lock."""
    await pair.house.pass_time(150, 30)
    pair.front.unlock_by_finger(1)
    pair.back.event_number = pair.front.event_number
    pair.back.unlock_by_finger(1)
    await pair.house.tick(60)
    pair.front.become(available=False)
    await pair.house.pass_time(3600, 600)
    pair.front.become(available=True)
    pair.back.event_number += 12
    pair.back.lock_by_hand()
    await pair.house.tick(10)
    pair.front.event_number = pair.back.event_number
    pair.front.lock_by_hand()
    await pair.house.tick(10)
    for number in (FRONT, BACK):
        kinds = [kind for kind, _ in pair.kinds(number)]
        assert kinds == ["event", "gap", "event"]


async def test_each_takes_the_place_of_its_own_core_entity(pair: Pair) -> None:
    registry = er.async_get(pair.house.hass)
    device = pair.house.device_of(pair.front)
    entries = er.async_entries_for_device(
        registry, device.id, include_disabled_entities=True
    )
    cores = [x for x in entries if x.platform == "matter" and x.domain == "lock"]
    assert len(cores) == 2
    assert all(x.hidden_by is not None for x in cores)
    ours = [pair.house.entity_id("lock", "lock", number) for number in (FRONT, BACK)]
    assert len({*ours, *(x.entity_id for x in cores)}) == 4
