"""A small process that keeps a journal with the product's store, until it is killed.

It says what was told, line by line, to whoever started it.
"""

import asyncio
from dataclasses import replace
import json
import os
from pathlib import Path
import random
import time
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.aqara_lock.domain.attribution.ladder import attribute
from custom_components.aqara_lock.domain.doorlock.cluster import EventId, LockState
from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.doorlock.events import RawEvent, decode
from custom_components.aqara_lock.domain.journal.journal import Added
from custom_components.aqara_lock.domain.journal.records import EventKey
from custom_components.aqara_lock.host_clock import begin_host_clock
from custom_components.aqara_lock.locks.state.store import LockStore

from .run_clock import run_clock

LOCK: Final = "lock-1"
FABRIC: Final = "00000000000000FA"
NODE: Final = 9
LINES: Final = 50_000
PAUSES: Final = (0, 0.001, 0.01, 0.05)
CALM_PAUSES: Final = (0.1, 0.5, 1, 3)
"""Seconds; always shorter than the quiet after which a journal is written."""


class Worker:
    """Lives for a moment with one lock."""

    def __init__(self, hass: HomeAssistant, out: int, seed: int, *, calm: bool) -> None:
        """Write down in one process what the next one has to find."""
        self._pauses = CALM_PAUSES if calm else PAUSES
        self._out = out
        self._chance = random.Random(seed)
        self._clock = begin_host_clock(hass)
        self._store = LockStore(hass, LOCK)
        self._number = 0
        self._keys: dict[int, str] = {}

    async def async_start(self) -> None:
        """Read the files and say what they hold."""
        await self._store.async_load()
        journal = self._store.memory.journal
        journal.limit = LINES
        found = {}
        entries = [item for x in journal.as_dict()["epochs"] for item in x["events"]]
        for item in entries:
            self._number = max(self._number, item["number"])
            found[item["number"]] = item["received"]
        self._say(
            found=found,
            doubled=len(entries) - len(found),
            flips=[flip[0] for flip in self._store.memory.flips],
        )

    async def async_live(self) -> None:
        """Operate the lock, alone and in bursts, until the end."""
        while True:
            for _ in range(self._chance.choice((1, 1, 1, 2, 7, 30))):
                self._take()
            if self._keys:
                asked, begun = run_clock(os.getpid()), time.monotonic()
                kept = await self._store.async_told_written()
                waited, ran = time.monotonic() - begun, run_clock(os.getpid())
                self._say(
                    told=self._keys, kept=kept, waited=waited, asked=asked, ran=ran
                )
            self._keys = {}
            self._change_something_else()
            await asyncio.sleep(self._chance.choice(self._pauses))

    def _take(self) -> None:
        """Take an operation or an alarm; now and then one that is known already."""
        is_replay = self._number > 3 and self._chance.random() < 0.2
        number = (
            self._number - self._chance.randrange(3) if is_replay else self._number + 1
        )
        shown = _raw(number, live=not is_replay)
        raw = replace(shown, received_at=self._clock.date(shown.received_at))
        journal = self._store.memory.journal
        added = journal.add(ReceivedEvent.of(raw), fabric=FABRIC)
        if not isinstance(added, Added):
            return
        self._number = max(self._number, number)
        memory = self._store.memory
        who = attribute(
            decode(raw.event_id, raw.data),
            at=raw.received_at,
            directory=memory.directory,
            fabrics=memory.fabrics,
        )
        if who is not None:
            journal.amend(added.key, who)
        self._tell(added.key, raw)

    def _tell(self, key: EventKey, raw: RawEvent) -> None:
        self._keys = {**self._keys, key.number: raw.received_at.isoformat()}
        self._store.keep_told(key)
        self._store.async_schedule_save()

    def _change_something_else(self) -> None:
        """Change what is written some seconds later; says when that was."""
        if self._chance.random() < 0.3:
            memory = self._store.memory
            at, ran = f"{time.monotonic():.3f}", run_clock(os.getpid())
            memory.flips = [*memory.flips[-50:], [at, True]]
            self._store.async_schedule_save()
            self._say(changed=at, ran=ran)
        if self._chance.random() < 0.05:
            self._store.memory.journal.unexplained(dt_util.utcnow(), LockState.LOCKED)

    def _say(self, **what: Any) -> None:
        os.write(self._out, json.dumps(what).encode() + b"\n")


def _raw(number: int, *, live: bool) -> RawEvent:
    alarm = number % 10 == 0
    return RawEvent(
        node_id=NODE,
        endpoint_id=1,
        event_id=EventId.DOOR_LOCK_ALARM if alarm else EventId.LOCK_OPERATION,
        event_number=number,
        timestamp=number,
        timestamp_type=0,
        data={"alarmCode": 1} if alarm else _operation(number),
        received_at=dt_util.utcnow(),
        live=live,
    )


def _operation(number: int) -> dict[str, Any]:
    return {"lockOperationType": number % 2, "operationSource": 7, "userIndex": 2}


async def async_work(folder: Path, out: int, seed: int, *, calm: bool) -> None:
    """Work until the process is killed."""
    hass = HomeAssistant(str(folder))
    worker = Worker(hass, out, seed, calm=calm)
    await worker.async_start()
    await worker.async_live()
