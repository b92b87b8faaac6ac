"""Row `calm`: false alarms in a healthy home in which much goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.e2e.door import Door
from tests.e2e.everyday import make_noise, move_lock, operate
from tests.e2e.why_watch import OK, of_home, repairs
from tests.rig.paths import REPOSITORY
from tests.rig.rig import Rig

from .row import Row

LOGS = REPOSITORY / ".demo" / "logs-calm"
NOISE_EVERY = 5
"""Seconds between two packets that make no sense."""
QUIET = frozenset({OK, "on", "unavailable", "unknown"})
SETTLED = 90
"""Seconds that a restart of Home Assistant may take."""


@dataclass
class Calm:
    """A home that is watched over restarts of Home Assistant."""

    door: Door
    watched: frozenset[str]
    connection: str
    told: str
    """When the lock's connection was told of before."""
    alarms: list[str] = field(default_factory=list)
    _taken: int = 0
    _tokens: Iterator[int] = field(default_factory=lambda: count(0xB001))

    @classmethod
    async def begin(cls, door: Door) -> Calm:
        """Begin once all is well."""
        keys = [await door.entity("diagnosis"), await of_home(door)]
        online = [await door.entity("responsive"), await door.hub_online()]
        for entities, well in ((keys, OK), (online, "on")):
            for entity in entities:
                await door.client.wait_state(entity, well, SETTLED)
        watched = frozenset((*keys, *online))
        told = (await door.state("connection")).state
        return cls(door, watched, await door.entity("connection"), told)

    def look(self) -> None:
        """Take what was written since the last look."""
        events = self.door.client.events[self._taken :]
        self._taken += len(events)
        for event in events:
            new = event.data.get("new_state") if event.type == "state_changed" else None
            if new is not None and self._alarms(new["entity_id"], new["state"]):
                self.alarms.append(f"{new['entity_id']}: {new['state']}")

    def _alarms(self, entity: str, state: str) -> bool:
        if entity == self.connection:
            return state not in {self.told, "unavailable", "unknown"}
        return entity in self.watched and state not in QUIET

    async def lock_moves(self) -> None:
        """The lock restarts and has another address."""
        await move_lock(self.door, next(self._tokens))

    async def hub_restarts(self) -> None:
        """The hub is back before anybody asks, with another radio MAC."""
        await self.door.rig.hub.reboot()
        await self.door.rig.wait_for_path()

    async def home_assistant_restarts(self) -> None:
        """Home Assistant restarts."""
        self.look()
        await self.door.rig.ha.restart()
        self._taken = 0
        await self.door.ready(SETTLED)

    async def somebody_comes(self) -> None:
        """Somebody unlocks at the door, and Home Assistant unlocks and locks."""
        await self.door.done(self.door.rig.lock.unlock(finger=2))
        await operate(self.door)

    async def hub_answers_no_more(self) -> None:
        """From now on the hub drops what asks whether it is there."""
        await self.door.rig.hub.answer_probes(on=False)

    @property
    def life(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What happens, one after the other."""
        return (
            self.somebody_comes,
            self.lock_moves,
            self.hub_restarts,
            self.home_assistant_restarts,
            self.hub_answers_no_more,
            self.somebody_comes,
            self.lock_moves,
            self.hub_restarts,
            self.home_assistant_restarts,
            self.somebody_comes,
        )


async def measure(minutes: float) -> list[Row]:
    """Spread what happens over the time, with noise in between, and count alarms."""
    async with Rig(logs=LOGS) as rig:
        calm = await Calm.begin(Door(rig))
        begun, noise = asyncio.get_running_loop().time(), count()
        for number, happens in enumerate(calm.life, 1):
            await happens()
            until = begun + minutes * 60 * number / len(calm.life)
            await _noise_until(until, calm, noise)
        calm.look()
        left = await repairs(calm.door)
    what = ", ".join(x.__name__ for x in calm.life)
    told = f"{len(calm.alarms)} alarms, {len(left)} repairs"
    rows = [Row(f"calm: {minutes:g} min", told, f"{next(noise)} packets, {what}")]
    return rows + [Row("calm, alarm", x, "") for x in (*calm.alarms, *left)]


async def _noise_until(end: float, calm: Calm, noise: Iterator[int]) -> None:
    while asyncio.get_running_loop().time() < end:
        make_noise(calm.door.rig.network.phone, next(noise))
        calm.look()
        await asyncio.sleep(NOISE_EVERY)
