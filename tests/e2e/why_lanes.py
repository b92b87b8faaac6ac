"""Rows that run one after the other in their own home, beside those of another home."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping

from tests.rig.rig import Rig

from .door import Door
from .why_watch import SOON, repairs_after

type Row = Callable[[Door], Awaitable[None]]


class Lanes:
    """Starts rows; each is a task that begins when the one before is done."""

    def __init__(self, wanted: Container[str]) -> None:
        """Begin with none; what is not wanted is left out."""
        self._wanted = wanted
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, rig: Rig, rows: Mapping[str, Row]) -> None:
        """Run the wanted ones of these rows in one home."""
        before: asyncio.Task[None] | None = None
        for name, row in rows.items():
            if name not in self._wanted:
                continue
            before = asyncio.create_task(_run(before, Door(rig), row), name=name)
            self._tasks[name] = before

    async def result(self, name: str) -> None:
        """Wait for a row; raises what it raised."""
        await self._tasks[name]

    async def stop(self) -> None:
        """End what nobody waits for."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values())


async def _run(before: asyncio.Task[None] | None, door: Door, row: Row) -> None:
    """Run a row in a home that is put right, whatever became of the row before."""
    if before is not None:
        await asyncio.wait({before})
        await door.rig.repair()
    await door.ready()
    await repairs_after(door, SOON)
    begun = asyncio.get_running_loop().time()
    await row(door)
    took = asyncio.get_running_loop().time() - begun
    current = asyncio.current_task()
    assert current is not None
    print(f"{current.get_name()}: {took:.1f} s")
