"""Kills a process with the product's store again and again, and counts what is lost."""

import asyncio
from collections.abc import Callable
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

from custom_components.aqara_lock.locks.state.store import TOLD_LIMIT

from .run_clock import life_clock, run_clock
from .worker import async_work

START_LIMIT: Final = 600.0
"""Seconds that a process may take to start: a machine may be busy with other things."""
LOST_AFTER: Final = 30.0
"""Seconds within which everything that was not told has to be written."""
WRITE_TAKES: Final = 5.0
"""Seconds that a write may take which has begun: nothing that was told waits for a timer."""
LIVES: Final = 40
"""Lives of one home."""
MOST_TOLD: Final = 5000
"""What one home tells at most before the next life is that of another one: a journal has an end."""
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
    early: int = 0
    """Told though the disk had not taken it and the time to wait for it was not over."""
    late: int = 0
    """Told though the disk had not taken it in time."""
    late_starved: int = 0
    """Of these, while the process could not run for so long."""
    late_lost: int = 0
    """Of these, killed before the write could be done."""
    late_full: int = 0
    """The same, while the disk was full."""
    late_full_lost: int = 0
    lost: list[int] = field(default_factory=list)
    redated: list[int] = field(default_factory=list)
    doubled: int = 0
    others: int = 0
    """Anything else that was changed longer before the kill than it may wait."""
    others_lost: int = 0
    longest_wait: float = 0.0
    """Seconds that something unwritten was old at most at a kill, with room on the disk."""
    starved: float = 0.0
    """Seconds for which the processes were ready, and did not run."""
    left_over: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing but what there was no room or no time to write."""
        is_lost = self.lost or self.others_lost or self.early
        return not (is_lost or self.redated or self.doubled)

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.kills} kills, {self.told} operations and alarms told: "
            f"lost {len(self.lost)}, re-dated {len(self.redated)}, doubled {self.doubled}; "
            f"told without waiting for the disk {self.early}; "
            f"told before the disk had taken it {self.late} ({self.late_starved} of them "
            f"without a processor; lost by a kill within {WRITE_TAKES:.0f} s "
            f"{self.late_lost}), "
            f"told while the disk was full {self.late_full} "
            f"(of these lost {self.late_full_lost}); "
            f"anything else, outside of 30 s {self.others} (of these lost "
            f"{self.others_lost}), unwritten for {self.longest_wait:.1f} s at most; "
            f"waited for a processor {self.starved:.0f} s; "
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


@dataclass(frozen=True)
class Late:
    """News that was told before the disk had taken it."""

    at: float
    was_full: bool


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
        self._late: dict[int, Late] = {}
        self._changed: dict[float, float] = {}
        """When something else was changed, by the clock and by that of the process."""
        self._newest = 0.0
        self._killed_at = self._room_since = 0.0
        """When the last life ended, and since when the disk had room in it; by the clock of
        the process, which stands while it waits for a processor.
        """
        self._homes = 0
        self.count = Count()

    def run(self, kills: int, say: Callable[[str], None] = lambda _: None) -> Count:
        """Start and kill so many times; the last life is only looked at."""
        for number in range(kills):
            self._live(self._next(number))
            self.count.kills += 1
            if number % LIVES == LIVES - 1 or len(self._told) > MOST_TOLD:
                self._begin_anew()
                say(str(self.count))
        self._live(Run(lines=0))
        return self.count

    def _begin_anew(self) -> None:
        """Look at what this home has, and go on with another one: a journal has an end."""
        self._live(Run(lines=0))
        self._told, self._late, self._changed = {}, {}, {}
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
        said, emptied = self._listen(ours, pid, run)
        # Taken before the kill: this process may have to wait for its turn after it.
        killed_at, killed = run_clock(pid), time.monotonic()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        said += _rest(ours)
        os.close(ours)
        if run.full and self._disk is not None:
            self._disk.empty()
        self.count.starved += killed - killed_at
        self._take(said, full_until=emptied if run.full else 0.0)
        self._killed_at = killed_at
        self._room_since = emptied if run.full else 0.0

    def _listen(self, out: int, pid: int, run: Run) -> tuple[bytes, float]:
        """Take what the process says until it is to be killed; and when it had room again.

        Its life ends by its own clock: where it cannot run it lives longer.
        """
        said, ends_at, emptied = b"", math.inf, math.inf
        limit = time.monotonic() + START_LIMIT
        empties_at = math.inf
        if run.emptied_after is not None:
            empties_at = life_clock(pid) + run.emptied_after
        while (now := life_clock(pid)) < ends_at and time.monotonic() < limit:
            if now >= empties_at and self._disk is not None:
                self._disk.empty()
                emptied, empties_at = run_clock(pid), math.inf
            wait = min(ends_at - now, empties_at - now, limit - time.monotonic())
            if not select.select([out], [], [], max(wait, 0.0))[0]:
                continue
            if not (chunk := os.read(out, 1 << 20)):
                break
            said += chunk
            if ends_at == math.inf and said.count(b"\n") > run.lines:
                ends_at = life_clock(pid) + run.seconds
        return said, emptied

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
        late = self._late.get(number)
        if late is None:
            self.count.lost.append(number)
        elif late.was_full and not self._is_due(self._room_since):
            self.count.late_full_lost += 1
        elif not late.was_full and not self._is_due(late.at, WRITE_TAKES):
            self.count.late_lost += 1
        else:
            self.count.lost.append(number)

    def _is_due(self, since: float, takes: float = LOST_AFTER) -> bool:
        """Return whether there was time to write before the last kill, and room."""
        return self._unwritten_for(since) > takes

    def _unwritten_for(self, since: float) -> float:
        """Return the seconds before the last kill in which the process could write."""
        return self._killed_at - max(since, self._room_since)

    def _look_at_others(self, flips: list[str]) -> None:
        """Look for what was changed more than 30 s before the kill, and is not there."""
        newest = max((float(x) for x in flips), default=0.0)
        self.count.others += sum(self._is_due(ran) for ran in self._changed.values())
        missing = [ran for at, ran in self._changed.items() if at > newest]
        self.count.others_lost += sum(self._is_due(ran) for ran in missing)
        waits = (self._unwritten_for(ran) for ran in missing)
        self.count.longest_wait = max(self.count.longest_wait, *waits, 0.0)
        # What was on the disk once has to stay there.
        self.count.others_lost += newest < self._newest
        self._newest, self._changed = newest, {}

    def _note(self, line: dict[str, Any], full_until: float) -> None:
        if "changed" in line:
            self._changed[float(line["changed"])] = line["ran"]
        told = {int(number): at for number, at in line.get("told", {}).items()}
        self._told |= told
        self.count.told += len(told)
        if not told or line["kept"]:
            return
        late = Late(line["ran"], was_full=line["asked"] < full_until)
        self._late |= dict.fromkeys(told, late)
        if late.was_full:
            self.count.late_full += len(told)
            return
        # Of what a full disk refuses it is known at once that it will not take it.
        self.count.early += len(told) * (line["waited"] < TOLD_LIMIT)
        self.count.late += len(told)
        if line["ran"] - line["asked"] < TOLD_LIMIT:
            self.count.late_starved += len(told)


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


def _limit_files() -> None:
    """Have every write of more than a few bytes fail, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))


def _rest(out: int) -> bytes:
    said = b""
    while chunk := os.read(out, 1 << 20):
        said += chunk
    return said
