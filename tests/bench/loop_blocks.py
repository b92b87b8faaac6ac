"""How long the event loop is blocked: by one callback, and by one turn of the loop."""

import asyncio
from asyncio.base_events import BaseEventLoop
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import gc
from threading import current_thread, main_thread
from time import perf_counter, thread_time
from typing import Any
from unittest.mock import patch

from homeassistant.core import HassJob


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """One callback; seconds beyond its own CPU were taken by other processes.

    Its CPU is without Python's search for garbage, which comes when it is due for the
    whole process: how long that takes depends on everything that is in memory.
    """

    cpu: float
    seconds: float
    what: str


@dataclass(slots=True)
class Blocks:
    """The worst of a while, and how much CPU all callbacks took together.

    In a turn the loop runs everything that is due; only then it looks for news.
    """

    worst: Block = Block(0, 0, "nothing")
    worst_turn: float = 0
    worst_garbage: float = 0
    cpu: float = 0
    garbage: float = 0
    _since: float = 0

    def collecting(self, phase: str, _info: object) -> None:
        """Count a search for garbage, in whichever thread it is."""
        if phase == "start":
            self._since = thread_time()
            return
        spent = thread_time() - self._since
        self.worst_garbage = max(self.worst_garbage, spent)
        if current_thread() is main_thread():
            self.garbage += spent

    def take(self, found: Block) -> None:
        """Count one callback."""
        self.cpu += found.cpu
        self.worst = max(self.worst, found)


@contextmanager
def watched_loop() -> Iterator[Blocks]:
    """Measure every callback and every turn of the event loop meanwhile."""
    found = Blocks()
    run, turn = asyncio.Handle._run, BaseEventLoop._run_once

    def measured_run(handle: asyncio.Handle) -> None:
        what = _name(handle)
        begin, begin_cpu = perf_counter(), thread_time() - found.garbage
        run(handle)
        cpu = thread_time() - found.garbage - begin_cpu
        seconds = perf_counter() - begin
        found.take(Block(cpu, seconds, what))

    def measured_turn(loop: BaseEventLoop) -> None:
        begin = thread_time() - found.garbage
        turn(loop)
        spent = thread_time() - found.garbage - begin
        found.worst_turn = max(found.worst_turn, spent)

    with (
        patch.object(asyncio.Handle, "_run", measured_run),
        patch.object(BaseEventLoop, "_run_once", measured_turn),
    ):
        gc.callbacks.append(found.collecting)
        try:
            yield found
        finally:
            gc.callbacks.remove(found.collecting)


def _name(handle: asyncio.Handle) -> str:
    """Name what runs: the coroutine of a task, the job of a timer, else the function."""
    called: Any = handle._callback
    owner = getattr(called, "__self__", None)
    if isinstance(owner, asyncio.Task):
        called = owner.get_coro()
    for argument in handle._args or ():
        if isinstance(argument, HassJob):
            called = argument.target
    return str(getattr(called, "__qualname__", called))
