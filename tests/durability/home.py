"""Kills a whole Home Assistant during operations at the door, and looks for what it told.

Its user sees events of the bus, which the logbook shows, and the states of the lock's
entities. After the start the journal has to hold each of them, once and as it was told.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.e2e.door import ACTIVITY, Door, JournalEntry
from tests.rig.ha_client import Event
from tests.rig.paths import REPOSITORY
from tests.rig.rig import Rig
from tests.rig.software import Software
from tests.rig.websocket import RequestFailed

LOGS: Final = REPOSITORY / ".demo" / "logs-durability"
LONGEST: Final = 4.0
"""Seconds of operations at most before a kill at any moment."""
MOST_TOLD: Final = 8
"""How much is told at most before a kill right after it was."""
PAUSES: Final = (0, 0, 0.05, 0.3, 1)
WHILE_AWAY: Final = 3
"""Operations at most while Home Assistant is away."""
LINES: Final = 500
"""The journal as the card gets it, in one page."""
FACTS: Final = ("type", "person", "method")


@dataclass
class HomeCount:
    """What was seen."""

    kills: int = 0
    told: int = 0
    states: int = 0
    """How many states of entities showed an operation or an alarm."""
    lost: list[int] = field(default_factory=list)
    redated: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    """Told of somebody else, or of something else, than the journal shows."""
    doubled: list[int] = field(default_factory=list)
    invented: list[int] = field(default_factory=list)
    """In the journal, and not in the lock's own log."""
    quickest: float = float("inf")
    """Seconds at least from what was told last to the kill."""

    @property
    def is_good(self) -> bool:
        """Whether the journal holds what was told, and nothing else was compared."""
        wrong = self.lost or self.redated or self.changed or self.doubled
        return bool(self.told) and not (wrong or self.invented)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills of a whole Home Assistant, {self.told} operations and "
            f"alarms told on the bus, {self.states} shown by states: "
            f"lost {len(self.lost)}, re-dated {len(self.redated)}, "
            f"changed {len(self.changed)}, doubled {len(self.doubled)}, "
            f"invented {len(self.invented)}; "
            f"told {self.quickest * 1e3:.0f} ms before a kill at least"
        )


class HomeKills:
    """One home, whose Home Assistant is killed again and again."""

    def __init__(self, door: Door, seed: int) -> None:
        """Begin with a home that runs."""
        self._door = door
        self._chance = Random(seed)
        self._told: dict[int, dict[str, Any]] = {}
        self.count = HomeCount()

    async def run(self, kills: int, say: Callable[[str], None]) -> HomeCount:
        """Kill so many times, and compare after each start and once more at the end."""
        for number in range(kills):
            events = await self._operate_and_kill(right_after=number % 2 == 1)
            self._note(events, await self._start_again())
            await self._compare()
            say(str(self.count))
        # What happened meanwhile may come late, and must not come twice.
        done = await self._door.done(self._door.rig.lock.unlock(finger=2), timeout=60)
        assert done.line["person"] == "Ben"
        await self._compare()
        return self.count

    async def _start_again(self) -> str:
        """Start after a kill; gives the event entity."""
        rig = self._door.rig
        for _ in range(self._chance.randrange(WHILE_AWAY + 1)):
            await self._at_the_door()
        await rig.ha.start()
        await self._door.ready()
        return await self._door.entity("activity")

    async def _operate_and_kill(self, *, right_after: bool) -> list[Event]:
        """Kill in whatever moment, or right after something was told; gives what was seen."""
        client, loop = self._door.client, asyncio.get_running_loop()
        lock = await self._door.entity("lock")
        since = len(client.events)
        operating = asyncio.create_task(self._operate(lock))
        if right_after:
            await self._hear(since, self._chance.randint(1, MOST_TOLD))
        else:
            await asyncio.sleep(self._chance.uniform(0.2, LONGEST))
        killed_at = loop.time()
        await self._door.rig.ha.kill()
        operating.cancel()
        with suppress(asyncio.CancelledError, ConnectionError, RequestFailed):
            await operating
        self.count.kills += 1
        events = client.events[since:]
        for event in events:
            if event.type == ACTIVITY:
                waited = max(0.0, killed_at - event.seconds)
                self.count.quickest = min(self.count.quickest, waited)
        return events

    async def _hear(self, since: int, number: int) -> None:
        """Wait until so much was told."""
        client = self._door.client
        for _ in range(number):
            event = await client.wait_event(ACTIVITY, since=since)
            since = client.events.index(event, since) + 1

    async def _operate(self, lock: str) -> None:
        while True:
            if self._chance.random() < 0.2:
                service = self._chance.choice(("lock", "unlock"))
                await self._door.client.call_service("lock", service, lock)
            else:
                await self._at_the_door()
            await asyncio.sleep(self._chance.choice(PAUSES))

    async def _at_the_door(self) -> None:
        lock = self._door.rig.lock
        acts: tuple[Callable[[], Awaitable[None]], ...] = (
            lambda: lock.unlock(finger=2),
            lambda: lock.unlock(pin=1),
            lambda: lock.unlock(hand=True),
            lambda: lock.lock(pin=3),
            lambda: lock.lock(auto=True),
            lambda: lock.lock(hand=True),
            lambda: lock.denied("disabled_user", pin=2),
            lambda: lock.alarm("tampered"),
        )
        await self._chance.choice(acts)()

    def _note(self, events: list[Event], entity: str) -> None:
        """Take what a user was told until the kill."""
        for event in events:
            if event.type == ACTIVITY and "event_number" in event.data:
                self.count.told += 1
                self._take(event.data["type"], event.data)
            shown = event.data.get("new_state") or {}
            attributes = shown.get("attributes", {})
            is_ours = event.type == "state_changed" and shown.get("entity_id") == entity
            if is_ours and "event_number" in attributes:
                self.count.states += 1
                self._take(attributes["event_type"], attributes)

    def _take(self, kind: str, facts: dict[str, Any]) -> None:
        known = self._told.setdefault(facts["event_number"], {})
        told = {key: facts.get(key) for key in ("occurred_at", "person", "method")}
        known |= {**told, "type": kind}

    async def _compare(self) -> None:
        """Look for everything that was ever told in the journal of now."""
        lines = await self._door.lines(LINES)
        own = {event["number"] for event in await self._door.rig.lock.events()}
        numbers = Counter(x["event_number"] for x in lines if "event_number" in x)
        found = {x["event_number"]: x for x in lines if "event_number" in x}
        self.count.doubled += [x for x, times in numbers.items() if times > 1]
        self.count.invented += [x for x in found if x not in own]
        for number, told in list(self._told.items()):
            if number not in found:
                self.count.lost.append(number)
                # It is counted once.
                del self._told[number]
            else:
                self._compare_line(number, told, found[number])

    def _compare_line(
        self, number: int, told: dict[str, Any], line: JournalEntry
    ) -> None:
        if line["occurred_at"] != told["occurred_at"]:
            self.count.redated.append(number)
        if any(told[x] not in (None, line.get(x)) for x in FACTS):
            self.count.changed.append(number)


async def async_kill_homes(
    kills: int, seed: int, software: Software, say: Callable[[str], None]
) -> HomeCount:
    """Kill the Home Assistant of a home of real parts so many times."""
    async with Rig(software=software, logs=LOGS) as rig:
        door = Door(rig)
        await door.ready()
        return await HomeKills(door, seed).run(kills, say)
