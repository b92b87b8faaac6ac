"""Kills a process with the product's store again and again, and counts what is lost."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json
import math
import os
from pathlib import Path
import random
import resource
import select
import shutil
import signal
import time
import traceback
from typing import Any, Final, Protocol
from unittest.mock import patch

from homeassistant.util import dt as dt_util

from .worker import async_work

START_LIMIT: Final = 600.0
"""Seconds that a process may take to start: a machine may be busy with other things."""
LOST_AFTER: Final = 30.0
"""Seconds within which everything that was not told has to be written."""
LIVES: Final = 40
"""Lives of one home."""
MOST_LINES: Final = 20
LONGEST: Final = 0.03
"""Seconds that a process lives on at most, after it has said so many lines."""
LONG_LIFE: Final = (LOST_AFTER + 2, LOST_AFTER + 20)
"""Seconds of a life in which what was not told has to be written, too."""
LONGEST_FULL: Final = 1.0
"""Seconds until a disk that fills has room again, where it has."""
LONG_AT: Final = 10
"""Which of so many lives is a long one."""
JUMPS_AFTER: Final = 0.05
"""Seconds after which the clock of a running process jumps."""
FULL: Final = 2048
"""Bytes that a file may have on a full disk."""


@dataclass
class Count:
    """What was seen."""

    kills: int = 0
    told: int = 0
    late: int = 0
    """Told though the disk had not taken it in time."""
    late_lost: int = 0
    late_full: int = 0
    """The same, while the disk was full."""
    late_full_lost: int = 0
    lost: list[int] = field(default_factory=list)
    redated: list[int] = field(default_factory=list)
    doubled: int = 0
    others: int = 0
    """Anything else that was changed longer before the kill than it may wait."""
    others_lost: int = 0
    others_starved: int = 0
    """Lost, too, but the process had waited so long for the processor."""
    longest_wait: float = 0.0
    """Seconds that something unwritten was old at most at a kill, with room on the disk."""
    left_over: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing but what a full disk could not take."""
        lost = self.lost or self.late_lost or self.others_lost
        return not (lost or self.redated or self.doubled)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills, {self.told} operations and alarms told: "
            f"lost {len(self.lost)}, re-dated {len(self.redated)}, doubled {self.doubled}; "
            f"told before the disk had taken it {self.late} (of these lost {self.late_lost}), "
            f"told while the disk was full {self.late_full} "
            f"(of these lost {self.late_full_lost}); "
            f"anything else, outside of 30 s {self.others} (of these lost {self.others_lost}, "
            f"and {self.others_starved} that had to wait for the processor), "
            f"unwritten for {self.longest_wait:.1f} s at most; "
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
    emptied_after: float | None = None
    """Seconds after the start until a full disk has room again."""
    calm: bool = False
    """Whether it has time for its work."""


class Disk(Protocol):
    """A disk that can be filled up."""

    def fill(self) -> None:
        """Take all the room there is."""

    def empty(self) -> None:
        """Give the room back."""


class Kills:
    """Many lives of one home, each ended by a kill."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        clocks: bool = False,
        disks: bool = False,
        disk: Disk | None = None,
        longest: float = LONGEST,
        long_every: int = 0,
    ) -> None:
        """Keep the files in a folder; `disk` is the one that it is on.

        Without it a file can only have a few bytes where the disk shall be full. Every
        so many lives one is long.
        """
        self._folder = folder
        self._chance = random.Random(seed)
        self._clocks = clocks
        self._disks = disks or disk is not None
        self._disk = disk
        self._longest = longest
        self._long_every = long_every
        self._told: dict[int, str] = {}
        self._late: dict[int, bool] = {}
        """What was told before the disk had taken it, and whether it was full then."""
        self._changed: list[float] = []
        self._newest = 0.0
        self._killed_at = self._room_since = self._starved = 0.0
        """When the last life ended, since when the disk had room in it, and for how many
        seconds its threads had waited for the processor.
        """
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
        self._told, self._late, self._changed = {}, {}, []
        self._newest = 0.0
        shutil.rmtree(self._folder / str(self._homes))
        self._homes += 1

    def _next(self, number: int) -> Run:
        run = Run(
            lines=self._chance.randrange(MOST_LINES),
            seconds=self._chance.uniform(0.0, self._longest),
        )
        if self._long_every and number % self._long_every == LONG_AT % self._long_every:
            run = Run(lines=1, seconds=self._chance.uniform(*LONG_LIFE), calm=True)
        if self._clocks and number % 3 == 1:
            run.clock = self._chance.choice((-3600, -86400 * 300, 3600, 86400 * 400))
        if self._clocks and number % 3 == 2:
            run.jump = self._chance.choice((-7200, 7200, -86400 * 300, 86400 * 400))
        run.full = self._disks and (number % 4 == 3 or run.calm)
        if run.full and self._disk is not None and (run.calm or number % 8 == 7):
            run.emptied_after = self._chance.uniform(0.0, LONGEST_FULL)
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
        if run.full and self._disk is not None:
            self._disk.fill()
        ours, theirs = os.pipe()
        seed = self._chance.randrange(2**32)
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            if run.full and self._disk is None:
                _limit_files()
            _be_child(folder, theirs, seed, run)
        os.close(theirs)
        said, emptied_at = self._listen(ours, run)
        # Taken before the kill: this process may have to wait for its turn after it.
        starved, killed_at = _waited_for_processor(pid), time.monotonic()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said += _rest(ours)
        os.close(ours)
        if run.full and self._disk is not None:
            self._disk.empty()
        self._take(said, full_until=emptied_at if run.full else 0.0)
        self._killed_at, self._starved = killed_at, starved
        self._room_since = emptied_at if run.full else 0.0

    def _listen(self, out: int, run: Run) -> tuple[bytes, float]:
        """Take what the process says until it is to be killed; and when it had room again."""
        begun, said, is_ending, emptied_at = time.monotonic(), b"", False, math.inf
        ends_at = begun + START_LIMIT
        empties_at = math.inf
        if run.emptied_after is not None:
            empties_at = begun + run.emptied_after
        while (now := time.monotonic()) < ends_at:
            if now >= empties_at and self._disk is not None:
                self._disk.empty()
                emptied_at, empties_at = time.monotonic(), math.inf
            if not select.select([out], [], [], min(ends_at, empties_at) - now)[0]:
                continue
            if not (chunk := os.read(out, 1 << 20)):
                break
            said += chunk
            if not is_ending and said.count(b"\n") > run.lines:
                ends_at, is_ending = time.monotonic() + run.seconds, True
        return said, emptied_at

    def _take(self, said: bytes, full_until: float) -> None:
        """Compare what the files held with what was told before."""
        lines = [json.loads(line) for line in said.split(b"\n")[:-1]]
        assert lines, "The process did not start"
        begun, *rest = lines
        found = {int(number): at for number, at in begun["found"].items()}
        for number, at in self._told.items():
            if number not in found:
                self._count_lost(number)
            elif found[number] != at:
                self.count.redated.append(number)
        self.count.doubled += begun["doubled"]
        self._look_at_others(begun["flips"])
        # What was lost once is not counted again; what was found once is on the disk.
        self._told = {x: found[x] for x in self._told if x in found}
        self._late = {}
        for line in rest:
            self._note(line, full_until)

    def _count_lost(self, number: int) -> None:
        was_full = self._late.get(number)
        if was_full is None or (was_full and self._is_due(self._room_since)):
            self.count.lost.append(number)
        elif was_full:
            self.count.late_full_lost += 1
        else:
            self.count.late_lost += 1

    def _is_due(self, since: float) -> bool:
        """Return whether there was time to write before the last kill, and room."""
        return self._killed_at - max(since, self._room_since) > LOST_AFTER

    def _look_at_others(self, flips: list[str]) -> None:
        """Look for what was changed more than 30 s before the kill, and is not there."""
        newest = max((float(x) for x in flips), default=0.0)
        due = [x for x in self._changed if self._is_due(x)]
        self.count.others += len(due)
        missing = [
            self._killed_at - max(x, self._room_since) for x in due if x > newest
        ]
        starved = sum(x - self._starved <= LOST_AFTER for x in missing)
        self.count.others_lost += len(missing) - starved
        self.count.others_starved += starved
        for at in self._changed:
            if at > newest:
                waited = self._killed_at - max(at, self._room_since)
                self.count.longest_wait = max(self.count.longest_wait, waited)
        # What was on the disk once has to stay there.
        self.count.others_lost += newest < self._newest
        self._newest, self._changed = newest, []

    def _note(self, line: dict[str, Any], full_until: float) -> None:
        if "changed" in line:
            self._changed.append(float(line["changed"]))
        told = {int(number): at for number, at in line.get("told", {}).items()}
        self._told |= told
        self.count.told += len(told)
        if not told or line["kept"]:
            return
        was_full = line["at"] < full_until
        self._late |= dict.fromkeys(told, was_full)
        if was_full:
            self.count.late_full += len(told)
        else:
            self.count.late += len(told)


def _be_child(folder: Path, out: int, seed: int, run: Run) -> None:
    """Live until killed; never returns."""
    begun, utcnow = time.monotonic(), dt_util.utcnow

    def shown() -> datetime:
        jumped = run.jump if time.monotonic() - begun > JUMPS_AFTER else 0.0
        return utcnow() + timedelta(seconds=run.clock + jumped)

    try:
        with patch.object(dt_util, "utcnow", shown):
            asyncio.run(async_work(folder, out, seed, calm=run.calm))
    finally:
        traceback.print_exc()
        os._exit(1)


def _waited_for_processor(pid: int) -> float:
    """Return for how many seconds the threads of a process were ready, and did not run."""
    waited = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(FileNotFoundError):
            waited += int(path.read_text().split()[1])
    return waited / 1e9


def _limit_files() -> None:
    """Have every write of more than a few bytes fail, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))


def _rest(out: int) -> bytes:
    said = b""
    while chunk := os.read(out, 1 << 20):
        said += chunk
    return said
