"""Row `idle`: messages to the lock while nothing happens."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.e2e.door import Door
from tests.rig.paths import REPOSITORY
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

from .row import Row

LOGS = REPOSITORY / ".demo" / "logs-idle"
KINDS = ("exchanges", "read", "write", "subscribe", "timed")
SETTLED = 20
"""Seconds without a request after which the set-up is over; longer than any debounce."""


@dataclass(frozen=True)
class Messages:
    """What reached the lock, by kind; commands also by name."""

    kinds: dict[str, int]
    commands: Counter[str]

    @property
    def requests(self) -> int:
        """Number of requests that somebody sent on purpose."""
        return self.commands.total() + self.kinds["read"] + self.kinds["write"]

    def named(self) -> str:
        """Name the commands."""
        each = (f"{count} x {name}" for name, count in sorted(self.commands.items()))
        return ", ".join(each) or "none"


async def measure(minutes: float) -> list[Row]:
    """Count in one window with the integration and in one with it disabled."""
    async with Rig(logs=LOGS) as rig:
        door = Door(rig)
        await door.ready()
        early = await _counted(rig)
        set_up = await _settled(rig)
        ours = await _window(rig, minutes)
        await _disable(door)
        await _settled(rig)
        core = await _window(rig, minutes)
    return [_set_up_row(early, set_up), *_rows(minutes, ours, core)]


def _set_up_row(early: Messages, set_up: Messages) -> Row:
    return Row(
        "idle, commands of the set-up before the window",
        f"{set_up.named()} until {SETTLED} s had passed without a request",
        f"{early.named()} when the lock entity first showed its state",
    )


def _rows(minutes: float, ours: Messages, core: Messages) -> list[Row]:
    scale = 60 / minutes
    rows = [
        Row(
            f"idle, {kind} in {minutes:g} min",
            f"{ours.kinds[kind]} with the integration "
            f"(scaled: {ours.kinds[kind] * scale:.0f} an hour)",
            f"{core.kinds[kind]} without "
            f"(scaled: {core.kinds[kind] * scale:.0f} an hour)",
            ours.kinds[kind] / core.kinds[kind] if core.kinds[kind] else None,
        )
        for kind in KINDS
    ]
    what = f"idle, commands in {minutes:g} min"
    told = f"{ours.named()} with the integration", f"{core.named()} without"
    return [*rows, Row(what, *told)]


async def _window(rig: Rig, minutes: float) -> Messages:
    """Let the time pass, really, and count."""
    await rig.lock.act("counts", reset=True)
    await asyncio.sleep(minutes * 60)
    return await _counted(rig)


async def _counted(rig: Rig) -> Messages:
    counts: dict[str, Any] = await rig.lock.message_counts()
    kinds = {kind: int(counts[kind]) for kind in KINDS}
    return Messages(kinds, Counter(counts["invoke"]))


async def _settled(rig: Rig) -> Messages:
    """Wait until everything that a start reads of the lock was read."""
    loop = asyncio.get_running_loop()
    last, since = await _counted(rig), loop.time()

    async def quiet() -> bool:
        nonlocal last, since
        now = await _counted(rig)
        if now.requests != last.requests:
            last, since = now, loop.time()
        return loop.time() - since > SETTLED

    await wait_until("a lock that nobody asks for anything", quiet, 180)
    return last


async def _disable(door: Door) -> None:
    entry = await door.entry_id()
    kind = "config_entries/disable"
    await door.client.command(kind, entry_id=entry, disabled_by="user")

    async def off() -> bool:
        (found,) = await door.client.config_entries("aqara_lock")
        return bool(found["state"] == "not_loaded")

    await wait_until("the integration's end", off)
