"""Row `campaign`: a random life of a lock; its journal against the lock's own event log."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from tests.e2e.door import ACTIVITY, DOOR_LOCK, Door, JournalEntry
from tests.rig.flows import Answers, options_flow
from tests.rig.paths import REPOSITORY
from tests.rig.rig import Rig
from tests.rig.waiting import TimedOut

from .row import Row

USERS = {1: "Anna", 2: "Ben", 3: "Clara", 4: "Dana"}
KEYS: dict[str, Callable[[int], int]] = {
    "finger": lambda user: 2 * user,
    "pin": lambda user: user,
    "tag": lambda user: 5 - user,
    "aliro": lambda user: user + 4,
}
"""Which credential of its kind a user has, the newcomer in a slot as the one before."""
NEWCOMERS = ("Emil", "Frida", "Gustav", "Hanna", "Ines", "Jonas")
UNKNOWN_USER = 77
"""A user that the lock reports but does not list."""
BURST = 40
GARBAGE = 0.1
PATIENCE = 15
"""Seconds to wait for an event to be told."""
PAGE = 500
SLACK = timedelta(seconds=2)
"""The lock's log and Home Assistant's gaps are dated by two programs."""
LINES = 5000
LOGS = REPOSITORY / ".demo" / "logs-campaign"
OF_JOURNAL = {"LockOperation", "LockOperationError", "DoorLockAlarm", "LockUserChange"}


@dataclass
class Found:
    """What the comparison found."""

    events: int = 0
    lines: int = 0
    duplicates: int = 0
    wrong_names: int = 0
    lost: int = 0
    in_gaps: int = 0
    gaps: int = 0
    hurried: Counter[bool] = field(default_factory=Counter)
    """Lines of burst that somebody did, by whether they name somebody."""
    calm: Counter[bool] = field(default_factory=Counter)
    """The same of those that were done one after the other."""
    untold: int = 0
    trouble: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        """Tell whether the journal was wrong, or nothing was compared."""
        wrong = self.duplicates or self.wrong_names or self.lost
        return bool(wrong) or not self.events


FOUND = Found()


class Campaign:
    """The lock's random life; remembers who each slot belonged to when it was used."""

    def __init__(self, door: Door, seed: int) -> None:
        """Begin with the preset household."""
        self.door, self.rig = door, door.rig
        self.random = Random(seed)
        self.users = dict(USERS)
        self.names: dict[int, str | None] = {}
        """Who really did each event, by its number; None for nobody."""
        self.times: dict[int, datetime] = {}
        """When each event happened, by the lock's own log."""
        self.calm: set[int] = set()
        """Events after which the next one waited until this one was told."""
        self._logged = 0
        self._newest = 0

    async def burst(self, most: int = BURST) -> None:
        """Do something, many times, at the door, faster than any people."""
        for _ in range(self.random.randint(most // 2, most)):
            await self._once()

    async def visits(self, most: int = 15) -> None:
        """Do something, one after the other, as people do."""
        for _ in range(self.random.randint(most // 2, most)):
            since, newest = len(self.door.client.events), self._newest
            await self._once()
            self.calm.update(x for x in self.names if x > newest)
            await self._told(since)

    async def _told(self, since: int) -> None:
        """Wait until the newest event is told, which may not happen after a trouble."""
        number = self._newest
        try:
            await self.door.client.wait_event(
                ACTIVITY,
                lambda event: event.data.get("event_number") == number,
                since=since,
                timeout=PATIENCE,
            )
        except TimedOut:
            FOUND.untold += 1

    async def server_killed(self) -> None:
        """Kill the Matter server; people go on, and a slot may change hands."""
        await self.burst(8)
        await self.rig.matter.kill()
        await self.burst(10)
        if self.random.random() < 0.7:
            await self.slot_changes_hands()
        await self.burst(6)
        await self.rig.matter.start()
        await self.burst(10)
        await self._linked()

    async def restarted(self) -> None:
        """Restart Home Assistant under way."""
        await self.rig.ha.stop()
        await self.burst(10)
        await self.rig.ha.start()
        await self.burst(10)
        await self._linked()

    async def cut(self) -> None:
        """Cut the radio for a moment; what happens meanwhile comes later."""
        await self.rig.lock.radio_off()
        await self.burst(15)
        if self.random.random() < 0.3:
            await self.slot_changes_hands()
        await self.burst(5)
        await self.rig.lock.radio_on()
        await self.rig.wait_for_path()
        await self.burst(10)

    async def both_away(self) -> None:
        """Restart Home Assistant while the Matter server is dead."""
        await self.rig.matter.kill()
        await self.rig.ha.stop()
        await self.burst(30)
        await self.slot_changes_hands()
        await self.rig.matter.start()
        await self.rig.ha.start()
        await self._linked()

    async def replayed(self) -> None:
        """Have events delivered twice: reloads and a new interview while people go on."""
        await self.burst(8)
        ours = await self.door.entry_id()
        (core,) = await self.door.client.config_entries("matter")
        for entry_id in (ours, str(core["entry_id"]), ours):
            async with asyncio.TaskGroup() as together:
                together.create_task(self._reload(entry_id))
                together.create_task(self.burst(8))
            await self._linked()
        await self.rig.controller.send("interview_node", node_id=self.rig.node)
        await self.burst(8)
        await self._reload(ours)
        await self._linked()

    async def _reload(self, entry_id: str) -> None:
        await self.door.client.call_service(
            "homeassistant", "reload_config_entry", entry_id=entry_id
        )

    async def slot_changes_hands(self) -> None:
        """Give a user's slot to somebody else, as the Aqara app does."""
        index = self.random.choice(list(self.users))
        name = self.random.choice(NEWCOMERS)
        await self.rig.lock.clear_user(index)
        await self.rig.lock.set_user(index, name, credentials=[])
        self.users[index] = name
        await self.note(None)

    async def _once(self) -> None:
        name, act = self.random.choice(self._possible())
        await act()
        await self.note(name)

    def _possible(self) -> list[tuple[str | None, Callable[[], Awaitable[None]]]]:
        lock, user = self.rig.lock, self.random.choice(list(self.users))
        how = self.random.choice(tuple(KEYS))
        who = self.users[user]
        touch = {how: user, "credential_index": KEYS[how](user)}
        code = {"pin": user, "credential_index": user}
        stranger: dict[str, Any] = {"pin": UNKNOWN_USER, "credential_index": None}
        return [
            *[(who, lambda: lock.unlock(**touch))] * 6,
            (who, lambda: lock.lock(**code)),
            (who, lambda: lock.denied("disabled_user", **code)),
            (None, lambda: lock.unlock(hand=True)),
            (None, lambda: lock.lock(auto=True)),
            (None, lambda: lock.lock(button=True)),
            (None, lambda: lock.wrong_code(times=2)),
            (None, lambda: lock.alarm("tampered")),
            (None, lambda: lock.unlock(**stranger)),
            (None, lambda: lock.unlock(unspecified=True)),
            *self._garbage(),
        ]

    def _garbage(self) -> list[tuple[None, Callable[[], Awaitable[None]]]]:
        """Now and then a change that says nothing: every slot is in doubt after it."""
        if self.random.random() < GARBAGE:
            change = partial(self.rig.lock.user_change, data_type="unspecified")
            return [(None, change)] * 4
        return []

    async def note(self, name: str | None) -> None:
        """Remember who did what the lock has logged since the last look."""
        for event in await self.rig.lock.events(self._logged):
            self._logged = event["seq"]
            if event["cluster"] == DOOR_LOCK and event["name"] in OF_JOURNAL:
                self.names[event["number"]] = name
                self._newest = event["number"]
                at = datetime.fromtimestamp(event["time"] / 1000, UTC)
                self.times[event["number"]] = at
                FOUND.events += 1

    async def _linked(self) -> None:
        """Wait until the lock is followed again."""
        lock = await self.door.entity("lock")
        await self.door.client.wait_state(
            lock, lambda state: state.state not in ("unavailable", "unknown"), 150
        )
        await self.door.followed(150)


async def measure(seed: int, minutes: float) -> list[Row]:
    """Live for some minutes, then compare."""
    async with Rig(logs=LOGS) as rig:
        door = Door(rig)
        await door.ready()
        await _keep_more(door)
        life = Campaign(door, seed)
        loop = asyncio.get_running_loop()
        end, started = loop.time() + minutes * 60, datetime.now(UTC)
        while loop.time() < end:
            await _stretch(life)
        await _settled(life)
        _compare(life, await _whole_journal(door))
        spent = datetime.now(UTC) - started
    return _rows(seed, spent)


async def _stretch(life: Campaign) -> None:
    trouble = life.random.choice(
        (
            life.cut,
            life.server_killed,
            life.restarted,
            life.both_away,
            life.replayed,
        )
    )
    for _ in range(life.random.randint(2, 4)):
        await life.random.choice((life.burst, life.visits))()
    FOUND.trouble[trouble.__name__] += 1
    await trouble()


async def _keep_more(door: Door) -> None:
    """Let the journal hold the whole campaign."""
    flow = options_flow(door.client)
    answers: Answers = {
        "init": {"next": "settings"},
        "settings": {"journal_lines": LINES},
    }
    await flow.finish(await flow.start(await door.entry_id()), answers)


async def _settled(life: Campaign) -> None:
    """Wait until the last thing that the lock did is in the journal."""
    await life.rig.repair()
    await life.door.done(life.rig.lock.unlock(hand=True), timeout=60)
    await life.note(None)


async def _whole_journal(door: Door) -> list[JournalEntry]:
    """Return all lines, oldest first; the last amendments may still be under way."""
    lock, before, lines = await door.lock_id(), dict[str, str](), list[JournalEntry]()
    while True:
        page = await door.client.command(
            "aqara_lock/activity/list", 60, lock_id=lock, limit=PAGE, **before
        )
        lines += page["lines"]
        if not page["has_more"]:
            return list(reversed(lines))
        before = {"before": page["lines"][-1]["key"]}


def _compare(life: Campaign, lines: list[JournalEntry]) -> None:
    gaps = [line for line in lines if line["kind"] == "gap"]
    by_number = Counter(x["event_number"] for x in lines if "event_number" in x)
    FOUND.lines, FOUND.gaps = sum(by_number.values()), len(gaps)
    FOUND.duplicates = sum(count - 1 for count in by_number.values())
    for line in lines:
        if "event_number" in line:
            _compare_name(life, line)
    for number in sorted(set(life.names) - set(by_number)):
        _judge_missing(number, life.times[number], gaps)


def _compare_name(life: Campaign, line: JournalEntry) -> None:
    number, person = line["event_number"], line.get("person")
    truth = life.names.get(number)
    if person is not None and person != truth:
        FOUND.wrong_names += 1
        FOUND.examples.append(f"event {number}: {person} instead of {truth}: {line}")
    elif truth is not None:
        pace = FOUND.calm if number in life.calm else FOUND.hurried
        pace[person is not None] += 1


def _judge_missing(number: int, at: datetime, gaps: list[JournalEntry]) -> None:
    for gap in gaps:
        begin = datetime.fromisoformat(gap["occurred_at"]) - SLACK
        if begin <= at <= datetime.fromisoformat(gap["until"]) + SLACK:
            FOUND.in_gaps += 1
            return
    FOUND.lost += 1
    FOUND.examples.append(f"event {number} of {at} is in no line and in no gap")


def _rows(seed: int, spent: timedelta) -> list[Row]:
    trouble = ", ".join(f"{count} x {name}" for name, count in FOUND.trouble.items())
    wrong = (
        f"{FOUND.duplicates} duplicates, {FOUND.wrong_names} wrong names, "
        f"{FOUND.lost} lost without a gap line"
    )
    told = (
        f"{FOUND.events} events in {spent.total_seconds():.0f} s (seed {seed}; {trouble}); "
        f"{FOUND.lines} lines, {FOUND.in_gaps} events in {FOUND.gaps} gaps, "
        f"named of what somebody did: {_share(FOUND.calm)} one after the other, "
        f"{_share(FOUND.hurried)} in bursts and troubles; {FOUND.untold} not told live"
    )
    rows = [Row("campaign", wrong, told)]
    return rows + [Row("campaign, example", text, "") for text in FOUND.examples[:10]]


def _share(of: Counter[bool]) -> str:
    return f"{of[True]} of {of.total()}"
