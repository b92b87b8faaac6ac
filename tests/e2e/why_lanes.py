"""Rows that run one after the other in their own home, beside those of another home."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping
from contextlib import asynccontextmanager
from typing import Self

import pytest

from tests.rig.rig import Rig
from tests.rig.software import Software

from .door import Door
from .why_watch import SOON, repairs_after

type Row = Callable[[Door], Awaitable[None]]


def row_id(name: str) -> str:
    """Return a row's name as one word: a list of failed tests may be cut at spaces."""
    return name.replace(" ", "_")


class Lanes:
    """Starts rows; each is a task that begins when the one before is done."""

    def __init__(self, wanted: Container[str]) -> None:
        """Begin with none; what is not wanted is left out."""
        self._wanted = wanted
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def asked_for(cls, request: pytest.FixtureRequest, software: Software) -> Self:
        """Begin with none; the rows are the tests of this module that are to run."""
        here = (x for x in request.session.items if x.path == request.path)
        asked = (x.callspec.params for x in here if isinstance(x, pytest.Function))
        return cls({x["name"] for x in asked if x["software"] == software})

    @asynccontextmanager
    async def beside(self, rig: Rig, rows: Mapping[str, Row]) -> AsyncIterator[None]:
        """Run the wanted ones of these rows in a home of their own, if there are any."""
        if not any(name in self._wanted for name in rows):
            yield
            return
        async with rig:
            self.start(rig, rows)
            yield

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
