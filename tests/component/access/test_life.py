"""Months of a family in minutes: changes, faults and hands of others, in random orders.

What a keypad admits is looked at after every message that a lock got. Each seed is a life of
its own; `-k` with a seed tells it again.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import random
from typing import Any, Final

import pytest

from custom_components.aqara_lock.access import AccessChange
from custom_components.aqara_lock.domain.access import (
    ALWAYS,
    DailyHours,
    FromTo,
    Grant,
    GrantKey,
    Weekday,
    WeeklyHours,
    Window,
    Wish,
    admits,
)
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from tests.component.fake_matter import FakeLock, Refusal
from tests.component.house import House

from .doors import access, add_person, table_of

SEEDS: Final = range(60)
STEPS: Final = 14
FOREIGN: Final = 3
"""Fabric of another app."""
PEOPLE: Final = {
    "ann": ("246813", "135792"),
    "ben": ("975310", "864297"),
    "cleo": ("531642", "420531"),
}
type Moment = tuple[str, datetime]
"""A code and when it is typed."""


@dataclass
class Life:
    """One home, what is wanted of it, and what its keypads may admit."""

    house: House
    locks: dict[str, FakeLock]
    rng: random.Random
    codes: dict[str, str] = field(default_factory=dict)
    """The code that each person was given last."""
    before: dict[str, set[Moment]] = field(default_factory=dict)
    """What the keypads admitted before the last change."""
    wishes: dict[GrantKey, Grant] = field(default_factory=dict)
    foreign: dict[str, dict[int, Any]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Look at a keypad after every message to its lock."""
        for door, lock in self.locks.items():
            lock.after_answer = self._look_at(door)
            self.before[door] = self.admitted(door)

    def _look_at(self, door: str) -> Callable[[str], None]:
        def look(name: str) -> None:
            for code, at in self.admitted(door) - self.before[door]:
                if not self.is_wanted(door, code, at):
                    self.broken.append(f"{door} admits {code} at {at} after {name}")
            table = table_of(self.locks[door])
            for index, user in self.foreign.get(door, {}).items():
                if table.users.get(index) != user:
                    self.broken.append(f"{door} changed user {index} of others: {name}")

        return look

    def admitted(self, door: str) -> set[Moment]:
        """Give which codes open when, over the days around now."""
        table = table_of(self.locks[door])
        every = {code for pair in PEOPLE.values() for code in pair}
        return {
            (code, at)
            for code in every
            for at in self.moments()
            if table.admits(code, at)
        }

    def moments(self) -> list[datetime]:
        """Give times at which somebody may stand at the door; always the same ones."""
        start = datetime(2026, 12, 1, 7, 17)
        return [start + timedelta(hours=11 * step) for step in range(24)]

    def is_wanted(self, door: str, code: str, at: datetime) -> bool:
        """Tell whether a code of somebody shall open a door at a time."""
        for key, grant in self.wishes.items():
            is_theirs = code in PEOPLE.get(key.person_id, ())
            if key.door_id != door or not is_theirs or grant.wish is not Wish.ON:
                continue
            if admits(grant.window, at):
                return True
        return False

    async def want(self, *grants: Grant, code: str | None = None) -> None:
        """Want these from now on."""
        for door in {grant.key.door_id for grant in grants}:
            self.before[door] = self.admitted(door)
        self.wishes |= {grant.key: grant for grant in grants}
        if code is not None:
            self.codes |= {grant.key.person_id: code for grant in grants}
        codes = {grant.key: code for grant in grants} if code else {}
        change = AccessChange(grants={x.key: x for x in grants}, codes=codes)
        await access(self.house).async_apply(change)
        await self.house.settle()

    def window(self) -> Window:
        """Draw times."""
        start = datetime(2026, 12, 1) + timedelta(hours=self.rng.randrange(0, 100))
        kind = self.rng.randrange(4)
        if kind == 0:
            return FromTo(start, start + timedelta(hours=self.rng.randrange(1, 90)))
        if kind == 1:
            days = frozenset(self.rng.sample(list(Weekday), self.rng.randrange(1, 5)))
            begins = datetime(2026, 1, 1, self.rng.randrange(24)).time()
            ends = datetime(2026, 1, 1, self.rng.randrange(24), 30).time()
            return WeeklyHours(frozenset({DailyHours(days, begins, ends)}))
        return ALWAYS

    # What happens ---------------------------------------------------------------

    async def give(self) -> None:
        """Give or change an access, with a code."""
        person = self.rng.choice(list(PEOPLE))
        window, code = self.window(), self.rng.choice(PEOPLE[person])
        doors = self.rng.sample(list(self.locks), self.rng.randrange(1, 3))
        self.told.append(f"give {person} {window} at {len(doors)}")
        grants = [Grant(key=GrantKey(person, d), window=window) for d in doors]
        await self.want(*grants, code=code)

    async def change(self) -> None:
        """Switch somebody off or on, change the times, or take it all away."""
        if not self.wishes:
            return
        key = self.rng.choice(sorted(self.wishes))
        wish = self.rng.choice([Wish.OFF, Wish.ON, Wish.REMOVED])
        window = self.rng.choice([self.wishes[key].window, self.window()])
        if key not in access(self.house).grants:
            return
        self.told.append(f"{wish} {key.person_id} {window}")
        await self.want(replace(self.wishes[key], wish=wish, window=window))

    async def leave(self) -> None:
        """Let a lock be away for a while."""
        lock = self.rng.choice(list(self.locks.values()))
        self.told.append("a lock is away, or back")
        lock.become(available=not lock.data.available)
        await self.house.settle()

    async def sleep(self) -> None:
        """Let a keypad fall asleep, or wake."""
        table = table_of(self.rng.choice(list(self.locks.values())))
        table.asleep = not table.asleep
        self.told.append(f"asleep {table.asleep}")

    async def lose(self) -> None:
        """Let the next message of a kind get lost, or be refused."""
        lock = self.rng.choice(list(self.locks.values()))
        name = self.rng.choice(["SetUser", "SetCredential", "GetUser", "ClearUser"])
        self.told.append(f"lose {name}")
        refusal = self.rng.choice([Refusal(error_code=4), Refusal(status=0x7E)])
        lock.fail(name, refusal)

    async def restart(self) -> None:
        """Restart the home, in the middle of a job or not."""
        self.told.append("restart")
        await self.house.reload()

    async def others(self) -> None:
        """Let another app make a user of its own."""
        door = self.rng.choice(list(self.locks))
        lock, table = self.locks[door], table_of(self.locks[door])
        free = [i for i in range(1, table.users_supported + 1) if i not in table.users]
        if not free or table.asleep or not lock.data.available:
            return
        index = self.rng.choice(free)
        self.told.append(f"another app makes user {index}")
        table.set_user(FOREIGN, 0, index, f"other{index}", None, 1, 0)
        self.foreign.setdefault(door, {})[index] = deepcopy(table.users[index])
        lock.report_user_change(DataOperationType.ADD, index)
        await self.house.settle()

    async def wait(self) -> None:
        """Let some time pass."""
        await self.house.pass_time(self.rng.choice([30, 120, 900]), 15)

    async def live(self) -> None:
        """Live on for a while."""
        happenings = [
            *[self.give] * 3,
            *[self.change] * 4,
            *[self.wait] * 3,
            self.leave,
            self.sleep,
            self.lose,
            self.restart,
            self.others,
        ]
        for _ in range(STEPS):
            await self.rng.choice(happenings)()
            assert self.broken == [], self.told

    async def recover(self) -> None:
        """End every fault, and give again what is asked for."""
        for lock in self.locks.values():
            lock.failures.clear()
            table_of(lock).asleep = False
            lock.become(available=True)
        await self.house.settle()
        await self.house.pass_time(4000, 100)
        home = access(self.house)
        open_keys = [
            key for key, x in home.grants.items() if x.wish is not Wish.REMOVED
        ]
        for key in open_keys:
            code = (
                self.codes.get(key.person_id)
                if home.grants[key].wish is Wish.ON
                else None
            )
            await self.want(home.grants[key], code=code)
        await self.house.pass_time(600, 30)


@pytest.mark.parametrize("seed", SEEDS)
async def test_nobody_opens_outside_of_what_was_wanted(
    house: House, front: FakeLock, garage: FakeLock, seed: int
) -> None:
    """At any instant of any plan; after the faults the doors are as wanted."""
    house.expects_errors = True
    await house.start(front, garage)
    for person_id in PEOPLE:
        await add_person(house, person_id, person_id.title())
    rng = random.Random(seed)
    locks = {house.subentry_id(0): front, house.subentry_id(1): garage}
    for lock in locks.values():
        table_of(lock).flips_type = rng.random() < 0.3
        table_of(lock).several_days = rng.random() < 0.7
        table_of(lock).keeps_unique_id = rng.random() < 0.7
        table_of(lock).users_supported = 10
    life = Life(house, locks, rng)
    life.watch()
    await life.live()
    await life.recover()
    assert life.broken == [], life.told
    for door, lock in locks.items():
        for key, grant in life.wishes.items():
            if key.door_id != door:
                continue
            status = access(house).status(key)
            if grant.wish is Wish.REMOVED:
                assert status is None, (key.person_id, status, life.told)
            codes = PEOPLE[key.person_id]
            opens = [
                at
                for at in life.moments()
                if any(table_of(lock).admits(code, at) for code in codes)
            ]
            if grant.wish is not Wish.ON:
                assert opens == [], (key.person_id, life.told)
            elif status is not None and status.state.value == "in_place":
                wanted = [at for at in life.moments() if admits(grant.window, at)]
                assert opens == wanted, (key.person_id, grant.window, life.told)
            else:
                assert status is not None
                assert status.state.value in {"differs", "cannot", "needs_code"}, (
                    key.person_id,
                    status,
                    life.told,
                )
