"""Kills a process with the product's store again and again, and counts what is lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json
import os
from pathlib import Path
import random
import resource
import select
import signal
import time
import traceback
from typing import Any, Final
from unittest.mock import patch

from homeassistant.util import dt as dt_util

from .worker import async_work

START_LIMIT: Final = 60.0
LOST_AFTER: Final = 30.0
"""Seconds within which everything that was not told has to be written."""
LIVES: Final = 40
"""Lives of one home."""
MOST_LINES: Final = 20
LONGEST: Final = 0.03
"""Seconds that a process lives on at most, after it has said so many lines."""
JUMPS_AFTER: Final = 0.05
"""Seconds after which the clock of a running process jumps."""
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

    lines: int
    """What it says before it is killed, after it has read its files."""
    seconds: float = 0.0
    """How long it lives on then."""
    clock: float = 0.0
    jump: float = 0.0
    full: bool = False


class Kills:
    """Many lives of one home, each ended by a kill."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        clocks: bool = False,
        disks: bool = False,
        longest: float = LONGEST,
    ) -> None:
        """Keep the files in a folder."""
        self._folder = folder
        self._chance = random.Random(seed)
        self._clocks = clocks
        self._disks = disks
        self._longest = longest
        self._told: dict[int, str] = {}
        self._unkept: set[int] = set()
        self._changed: list[float] = []
        self._killed_at = 0.0
        self._homes = 0
        self.count = Count()

    def run(self, kills: int, say: Callable[[str], None] = lambda _: None) -> Count:
        """Start and kill so many times; the last life is only looked at."""
        for number in range(kills):
            self._live(self._next(number))
            self.count.kills += 1
            if number % LIVES == LIVES - 1:
                self._begin_anew()
                say(str(self.count))
        self._live(Run(lines=0))
        return self.count

    def _begin_anew(self) -> None:
        """Look at what this home has, and go on with another one: a journal has an end."""
        self._live(Run(lines=0))
        self._told, self._unkept, self._changed = {}, set(), []
        self._homes += 1

    def _next(self, number: int) -> Run:
        run = Run(
            lines=self._chance.randrange(MOST_LINES),
            seconds=self._chance.uniform(0.0, self._longest),
        )
        if self._clocks and number % 3 == 1:
            run.clock = self._chance.choice((-3600, -86400 * 300, 3600, 86400 * 400))
        if self._clocks and number % 3 == 2:
            run.jump = self._chance.choice((-7200, 7200, -86400 * 300, 86400 * 400))
        run.full = self._disks and number % 4 == 3
        return run

    def _live(self, run: Run) -> None:
        folder = self._folder / str(self._homes)
        storage = folder / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
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
            _be_child(folder, theirs, seed, run)
        os.close(theirs)
        said = _listen(ours, run)
        os.kill(pid, signal.SIGKILL)
        killed_at = time.monotonic()
        os.waitpid(pid, 0)
        said += _rest(ours)
        os.close(ours)
        self._take(said)
        self._killed_at = killed_at

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
        self.count.doubled += begun["doubled"]
        self._look_at_others(begun["flips"])
        # What was lost once is not counted again.
        self._told = {x: found[x] for x in self._told if x in found}
        self._unkept &= set(self._told)
        for line in rest:
            self._note(line)

    def _look_at_others(self, flips: list[str]) -> None:
        """Look for what was changed more than 30 s before the kill, and is not there."""
        newest = max((float(x) for x in flips), default=0.0)
        old = [x for x in self._changed if x < self._killed_at - LOST_AFTER]
        self.count.others_lost += sum(x > newest for x in old)
        self._changed = [x for x in self._changed if x in old and x > newest]

    def _note(self, line: dict[str, Any]) -> None:
        if "changed" in line:
            self._changed.append(float(line["changed"]))
        told = {int(number): at for number, at in line.get("told", {}).items()}
        self._told |= told
        self.count.told += len(told)
        if told and not line["kept"]:
            self._unkept |= set(told)
            self.count.told_unkept += len(told)


def _be_child(folder: Path, out: int, seed: int, run: Run) -> None:
    """Live until killed; never returns."""
    if run.full:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
    begun, utcnow = time.monotonic(), dt_util.utcnow

    def shown() -> datetime:
        jumped = run.jump if time.monotonic() - begun > JUMPS_AFTER else 0.0
        return utcnow() + timedelta(seconds=run.clock + jumped)

    try:
        with patch.object(dt_util, "utcnow", shown):
            asyncio.run(async_work(folder, out, seed))
    finally:
        traceback.print_exc()
        os._exit(1)


def _listen(out: int, run: Run) -> bytes:
    """Take what the process says until it is to be killed."""
    said, ends_at, is_ending = b"", time.monotonic() + START_LIMIT, False
    while (left := ends_at - time.monotonic()) > 0:
        if not select.select([out], [], [], left)[0]:
            break
        if not (chunk := os.read(out, 1 << 20)):
            break
        said += chunk
        if not is_ending and said.count(b"\n") > run.lines:
            ends_at, is_ending = time.monotonic() + run.seconds, True
    return said


def _rest(out: int) -> bytes:
    said = b""
    while chunk := os.read(out, 1 << 20):
        said += chunk
    return said
