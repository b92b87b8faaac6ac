"""Kills a process with the product's store again and again, and counts what is lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import faulthandler
import json
import os
from pathlib import Path
import random
import resource
import select
import signal
import time
from typing import Any, Final
from unittest.mock import patch

from homeassistant.util import dt as dt_util

from .worker import async_work

START_LIMIT: Final = 60.0
LOST_AFTER: Final = 30.0
"""Seconds within which everything that was not told has to be written."""
FULL: Final = 2048
"""Bytes that a file may have on a full disk."""


@dataclass
class Count:
    """What was seen."""

    kills: int = 0
    told: int = 0
    told_unkept: int = 0
    """Told though the disk had not taken it in time: slow or full."""
    lost: list[int] = field(default_factory=list)
    redated: list[int] = field(default_factory=list)
    doubled: int = 0
    others_lost: int = 0
    left_over: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing."""
        return not (self.lost or self.redated or self.doubled or self.others_lost)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills, {self.told} operations and alarms told: "
            f"lost {len(self.lost)}, re-dated {len(self.redated)}, doubled {self.doubled}, "
            f"anything else lost outside of 30 s {self.others_lost}; "
            f"told before the disk had taken it {self.told_unkept}; "
            f"temporary files left by kills at most {self.left_over}"
        )


@dataclass
class Run:
    """One process: when it is killed, what its clock shows, whether the disk is full."""

    seconds: float
    clock: float = 0.0
    jump: float = 0.0
    full: bool = False


class Kills:
    """Many lives of one home, each ended by a kill."""

    def __init__(self, folder: Path, seed: int, *, clocks: bool, disks: bool) -> None:
        """Keep the files in a folder."""
        self._folder = folder
        self._chance = random.Random(seed)
        self._clocks = clocks
        self._disks = disks
        self._told: dict[int, str] = {}
        self._unkept: set[int] = set()
        self.count = Count()

    def run(self, kills: int, say: Callable[[str], None] = lambda _: None) -> Count:
        """Start and kill so many times; the last life is only looked at."""
        for number in range(kills):
            self._live(self._next(number))
            self.count.kills += 1
            if number % 100 == 99:
                say(str(self.count))
        self._live(Run(seconds=0))
        return self.count

    def _next(self, number: int) -> Run:
        run = Run(seconds=self._chance.uniform(0.0, 0.25))
        if self._clocks and number % 3 == 1:
            run.clock = self._chance.choice((-3600, -86400 * 300, 3600, 86400 * 400))
        if self._clocks and number % 3 == 2:
            run.jump = self._chance.choice((-7200, 7200, -86400 * 300, 86400 * 400))
        run.full = self._disks and number % 4 == 3
        return run

    def _live(self, run: Run) -> None:
        storage = self._folder / ".storage"
        storage.mkdir(exist_ok=True)
        self.count.left_over = max(
            self.count.left_over, len(list(storage.glob("tmp*")))
        )
        for path in storage.glob("tmp*"):
            path.unlink()
        ours, theirs = os.pipe()
        seed = self._chance.randrange(2**32)
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            _be_child(self._folder, theirs, seed, run)
        os.close(theirs)
        said = _listen(ours, run.seconds)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said += _rest(ours)
        os.close(ours)
        self._take(said)

    def _take(self, said: bytes) -> None:
        """Compare what the files held with what was told before."""
        lines = [json.loads(line) for line in said.split(b"\n")[:-1]]
        assert lines, "The process did not start"
        begun, *rest = lines
        found = {int(number): at for number, at in begun["found"].items()}
        for number, at in self._told.items():
            if number not in found:
                if number not in self._unkept:
                    self.count.lost.append(number)
            elif found[number] != at:
                self.count.redated.append(number)
        numbers = list(found)
        self.count.doubled += len(numbers) - len(set(numbers))
        # What was lost once is not counted again.
        self._told = {x: found[x] for x in self._told if x in found}
        self._unkept &= set(self._told)
        for line in rest:
            self._note(line)

    def _note(self, line: dict[str, Any]) -> None:
        told = {int(number): at for number, at in line.get("told", {}).items()}
        self._told |= told
        self.count.told += len(told)
        if told and not line["kept"]:
            self._unkept |= set(told)
            self.count.told_unkept += len(told)


def _be_child(folder: Path, out: int, seed: int, run: Run) -> None:
    """Live until killed; never returns."""
    faulthandler.enable()
    if run.full:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
    begun, utcnow = time.monotonic(), dt_util.utcnow

    def shown() -> Any:
        jumped = run.jump if time.monotonic() - begun > run.seconds / 2 else 0.0
        return utcnow() + dt_util.dt.timedelta(seconds=run.clock + jumped)

    try:
        with patch.object(dt_util, "utcnow", shown):
            asyncio.run(async_work(folder, out, seed))
    finally:
        os._exit(1)


def _listen(out: int, seconds: float) -> bytes:
    """Take what the process says, from its start on for so long."""
    said, ends_at = b"", time.monotonic() + START_LIMIT
    while (left := ends_at - time.monotonic()) > 0:
        if not select.select([out], [], [], left)[0]:
            break
        chunk = os.read(out, 1 << 20)
        if not chunk:
            break
        if b"\n" not in said and b"\n" in chunk:
            ends_at = time.monotonic() + seconds
        said += chunk
    return said


def _rest(out: int) -> bytes:
    said = b""
    while chunk := os.read(out, 1 << 20):
        said += chunk
    return said
