"""Row `idle`: messages to the lock while nothing happens."""

import asyncio
from typing import Any

from tests.e2e.door import Door
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

from .row import Row

KINDS = ("exchanges", "read", "write", "subscribe", "timed")


async def measure(minutes: float) -> list[Row]:
    """Count in one window with the integration and in one with it disabled."""
    async with Rig() as rig:
        door = Door(rig)
        await door.ready()
        ours = await _window(rig, minutes)
        await _disable(door)
        core = await _window(rig, minutes)
    scale = 60 / minutes
    return [
        Row(
            f"idle, {kind} in {minutes:g} min",
            f"{ours[kind]} with the integration (scaled: {ours[kind] * scale:.0f} an hour)",
            f"{core[kind]} without (scaled: {core[kind] * scale:.0f} an hour)",
            ours[kind] / core[kind] if core[kind] else None,
        )
        for kind in (*KINDS, "commands")
    ]


async def _window(rig: Rig, minutes: float) -> dict[str, int]:
    """Let the time pass, really, and count."""
    await rig.lock.act("counts", reset=True)
    await asyncio.sleep(minutes * 60)
    counts: dict[str, Any] = await rig.lock.message_counts()
    found = {kind: int(counts[kind]) for kind in KINDS}
    return found | {"commands": sum(counts["invoke"].values())}


async def _disable(door: Door) -> None:
    entry = await door.entry_id()
    kind = "config_entries/disable"
    await door.client.command(kind, entry_id=entry, disabled_by="user")

    async def off() -> bool:
        (found,) = await door.client.config_entries("aqara_lock")
        return bool(found["state"] == "not_loaded")

    await wait_until("the integration's end", off)
