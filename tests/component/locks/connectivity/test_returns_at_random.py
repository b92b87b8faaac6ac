"""Faults, cures, reports and commands in any order: bounds and budgets hold all the same."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.aqara_lock.domain.budget import (
    CHECKS_ON_REQUEST,
    PINGS_ON_REQUEST,
    RETURN_LIMITS,
    SUSPICION_LIMITS,
)
from custom_components.aqara_lock.domain.connectivity.check import ConnectionCheck
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.thread.routing import RouteState

from ...fake_host import FakeHost, publish
from ...fake_lan import THREAD_ACTIVE_LEADER, FakeHub
from ...fake_matter import FakeLock, Refusal
from ...house import House
from .test_connection import THREAD_OFF

SEEDS: Final = range(8)
STEPS: Final = 25
BOUND: Final = 15
PING_TAKES: Final = 3
"""Seconds, shorter than a ping of before a cure may keep another one waiting.

A ping may be out for a second when it is noticed here.
"""
AN_HOUR: Final = 3600.0
MOST_IN_AN_HOUR: Final = (
    RETURN_LIMITS[0].most
    + SUSPICION_LIMITS[1].most
    + CHECKS_ON_REQUEST * PINGS_ON_REQUEST
)


@dataclass
class World:
    """One home whose way to the lock breaks in any order; time passes by the second."""

    house: House
    host: FakeHost
    lock: FakeLock
    hub: FakeHub
    broken: set[str] = field(default_factory=set)
    whole_for: int = 0
    now: int = 0
    sent: deque[int] = field(default_factory=deque)
    out_since: int | None = None
    checks: list[asyncio.Future[ConnectionCheck]] = field(default_factory=list)

    def turn(self, part: str) -> None:
        """Break a part, or mend it."""
        self.broken ^= {part}
        self.whole_for = 0
        off = part in self.broken
        if part == "hub":
            (self.house.lan.unplug if off else self.house.lan.plug)(self.hub)
        elif part == "thread":
            self.hub.state = THREAD_OFF if off else THREAD_ACTIVE_LEADER
            if "hub" not in self.broken:
                self.house.lan.announce(self.hub)
        else:
            self.host.way = RouteState.NO_ROUTE if off else RouteState.ROUTED
            self.house.home.runtime_data.diagnosis.kernel_changed()
        self.lock.answers_ping = not self.broken

    def check(self) -> None:
        """Have a user check the connection, if none does so already."""
        if len(self.checks) < CHECKS_ON_REQUEST and all(x.done() for x in self.checks):
            (lock,) = self.house.home.runtime_data.locks.values()
            self.checks.append(asyncio.ensure_future(lock.async_check_connection()))

    def command(self) -> None:
        """Have a command fail while the way to the lock is broken."""
        if self.broken:
            (lock,) = self.house.home.runtime_data.locks.values()
            lock.connections.suspect()

    async def second(self) -> None:
        """Let a second pass: the server answers a ping in time, and promises are kept."""
        before = self.lock.asked.count("ping_node")
        await self.house.turn(1)
        await self._looked()
        self.now += 1
        self.whole_for = 0 if self.broken else self.whole_for + 1
        if self.lock.asked.count("ping_node") > before:
            assert self.out_since is None, "a ping while another one is out"
            self.sent.append(self.now)
            self.out_since = self.now
        if self.out_since is not None and self.now - self.out_since >= PING_TAKES:
            self.out_since = None
            self.house.matter.release()
            self.house.matter.hold("ping_node")
        self._check()

    async def _looked(self) -> None:
        """Let the host be read to the end: a thread of the executor knows no virtual time."""
        diagnosis = self.house.home.runtime_data.diagnosis
        for _ in range(2):
            await self.house.wait_for(lambda: not diagnosis._looking.locked())
            await self.house.turn(0)

    def _check(self) -> None:
        hour = [x for x in self.sent if self.now - x < AN_HOUR]
        assert len(hour) <= MOST_IN_AN_HOUR
        if self.whole_for > BOUND and len(hour) < RETURN_LIMITS[0].most:
            assert self.house.responsive == "on", f"{self.whole_for} s after the cure"


async def live(world: World, random: Random) -> None:
    """Let something happen, then some time pass."""
    acts: list[Callable[[], object]] = [
        lambda: world.turn(random.choice(["hub", "thread", "route"])),
        lambda: world.turn(random.choice(["hub", "thread", "route"])),
        lambda: [world.turn(part) for part in sorted(world.broken)],
        lambda: world.broken or world.lock.report_state(LockState.LOCKED),
        world.check,
        world.command,
    ]
    random.choice(acts)()
    for _ in range(random.choice([1, 3, 8, 20, 45])):
        await world.second()


@pytest.mark.parametrize("seed", SEEDS)
async def test_bounds_and_budgets_hold(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub, seed: int
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.pass_time(70, 10)
    house.matter.hold("ping_node")
    world, random = World(house, host, u400_lock, hub), Random(seed)
    for _ in range(STEPS):
        await live(world, random)
    for part in sorted(world.broken):
        world.turn(part)
    for _ in range(BOUND + 5):
        await world.second()
    if len(world.sent) < RETURN_LIMITS[0].most:
        assert house.responsive == "on"
    house.matter.release()
    house.matter.holding.clear()
    await house.settle()
    await asyncio.gather(*world.checks)


async def test_a_hub_that_flaps_all_day_costs_twelve_pings_an_hour(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(70, 10)
    sent = deque[int]()
    for minute in range(150):
        before = u400_lock.asked.count("ping_node")
        (house.lan.plug if minute % 2 else house.lan.unplug)(hub)
        await house.pass_time(60, 4)
        sent.extend([minute] * (u400_lock.asked.count("ping_node") - before))
    spent = [sum(0 <= x - first < 59 for x in sent) for first in sent]
    assert max(spent) == RETURN_LIMITS[0].most


async def test_commands_that_fail_all_day_cost_no_more_than_suspicions(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    sent = deque[float]()
    for minute in range(150):
        u400_lock.fail("LockDoor", Refusal(error_code=4))
        before = u400_lock.asked.count("ping_node")
        with pytest.raises(HomeAssistantError):
            await house.call("lock")
        await house.pass_time(60, 20)
        sent.extend([minute] * (u400_lock.asked.count("ping_node") - before))
    for limit in SUSPICION_LIMITS:
        span = limit.seconds / 60 - 1
        assert max(sum(0 <= x - first < span for x in sent) for first in sent) <= (
            limit.most
        )
