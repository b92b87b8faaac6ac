"""Stories: what a home is like and what happens in it, as plain steps that can be read.

A story comes from a seed. It is the whole input of a run: the same story ends the same.
"""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
import json
import random
from typing import Any, Final, Self

from .clock import START
from .lock import PERSONALITIES
from .server import MANNERS

DAY: Final = 86400.0
PEOPLE: Final = ("Anna", "Ben", "Clara", "Dora", "Emil", "Frida")
"""Each is a user of Home Assistant, too."""
STRANGERS: Final = ("Gast", "Handwerker", "Nachbarin")
"""Slots that other apps made, and that nobody assigned to a person."""
ROOMS: Final = ("Front door", "Back door", "Garage", "Cellar")
CUTS: Final = {
    "told": "and the file of what was told is cut off",
    "whole": "and the file of a lock is cut off",
    "empty": "and the file of a lock is empty",
    "temporary": "and a temporary file is left half written",
}
"""How a kill leaves the files."""
FAULTS: Final = (
    "hub",
    "thread",
    "route",
    "ipv6",
    "radio",
    "server",
    "router",
    "multicast",
    "global",
)
SENTENCES: Final = {
    "finger": "{person} unlocks {lock} with a finger",
    "code": "{person} unlocks {lock} with a code",
    "tag": "{person} locks {lock} with a tag",
    "hand": "somebody turns {lock} by hand",
    "button": "somebody locks {lock} by its button",
    "latch": "{person} pulls the latch of {lock} with a finger",
    "wrong": "somebody types a wrong code at {lock}",
    "other": "another app operates {lock}: {operation}",
    "user": "{person} calls {operation} of {lock} in Home Assistant",
    "core": "{person} calls {operation} of Matter's own entity of {lock}",
    "automation": "an automation calls {operation} of {lock}",
    "twice": "{person} calls {operation} of {lock} twice",
    "slot": "slot {index} of {lock} passes to {person} by another app",
    "clear": "slot {index} of {lock} is cleared by another app",
    "on": "{fault} {target} works again",
    "off": "{fault} {target} fails",
    "restart": "Home Assistant restarts",
    "stop": "Home Assistant stops",
    "start": "Home Assistant starts",
    "kill": "Home Assistant is killed",
    "cut": "Home Assistant is killed, {how}",
    "reload": "the product is reloaded",
    "clock": "the clock of the host jumps by {seconds} s",
    "disk": "the disk is full: {full}",
    "check": "somebody checks the connection of {lock}",
    "recommission": "{lock} is commissioned anew under another node",
    "reset": "{lock} is reset, and commissioned anew: its events count from the beginning",
    "expire": "the mDNS record of hub {target} runs out",
    "quiet": "nothing happens for a while",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, at a second since the beginning."""

    at: float
    kind: str
    args: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it as a sentence with its time."""
        when = START + timedelta(seconds=self.at)
        place = {"target": "", **self.args}
        said = SENTENCES[self.kind].format(**place).replace("  ", " ")
        return f"day {when - START!s:>20}  {said}"


@dataclass(frozen=True, slots=True)
class Story:
    """A home and its life."""

    seed: int
    manners: str
    locks: dict[str, str]
    """Personality by name of the lock."""
    hubs: int
    days: float
    steps: tuple[Step, ...]

    def with_steps(self, steps: list[Step]) -> Self:
        """Tell the same home's story with other steps."""
        return type(self)(
            self.seed, self.manners, self.locks, self.hubs, self.days, tuple(steps)
        )

    def dump(self) -> str:
        """Write the story as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def load(cls, text: str) -> Self:
        """Read a story that was written."""
        data = json.loads(text)
        steps = tuple(Step(**step) for step in data.pop("steps"))
        return cls(**data, steps=steps)

    def __str__(self) -> str:
        """Tell the story."""
        locks = ", ".join(f"{name} ({kind})" for name, kind in self.locks.items())
        head = (
            f"seed {self.seed}, Matter server {self.manners}, "
            f"hubs {self.hubs}, locks: {locks}"
        )
        return "\n".join([head, *(f"  {step}" for step in self.steps)])


def slots_of(lock: str, seed: int) -> dict[int, str]:
    """Give who holds which slot of a lock at first."""
    own = random.Random(f"slots {seed} {lock}")
    holders = own.sample(PEOPLE, 4) + own.sample(STRANGERS, 1)
    return dict(enumerate(holders, start=1))


class Author:
    """Writes a story from a seed."""

    def __init__(self, seed: int, days: float) -> None:
        """Invent a home."""
        self.random = random.Random(f"story {seed}")
        self.seed, self.days = seed, days
        number = self.random.choice((1, 2, 2, 3, 4))
        kinds = self.random.sample(sorted(PERSONALITIES), number)
        self.locks = dict(zip(ROOMS, kinds, strict=False))
        self.hubs = self.random.choice((1, 1, 1, 2))
        self.manners = self.random.choice(sorted(MANNERS))
        self.steps: list[Step] = []
        self.slots = {lock: slots_of(lock, seed) for lock in self.locks}

    def write(self) -> Story:
        """Write every day."""
        for day in range(max(1, round(self.days))):
            begin = day * DAY
            for _ in range(self.random.randint(2, 4)):
                self._busy_hour(begin + self.random.uniform(600, DAY - 7200))
            for _ in range(self.random.choice((0, 1, 1, 2))):
                self._fault(begin + self.random.uniform(300, DAY - 7200))
            for _ in range(self.random.choice((0, 0, 1, 1))):
                self._upset(begin + self.random.uniform(300, DAY - 3600))
        steps = sorted(self.steps, key=lambda step: (step.at, step.kind))
        return Story(
            self.seed, self.manners, self.locks, self.hubs, self.days, tuple(steps)
        )

    def _add(self, at: float, kind: str, **args: Any) -> None:
        self.steps.append(Step(round(at, 3), kind, args))

    def _busy_hour(self, at: float) -> None:
        """Let people come and go."""
        for _ in range(self.random.randint(15, 45) * min(2, len(self.locks))):
            at += self.random.choice(
                (0.4, 3.0, 12.0, 30.0, 60.0)
            ) * self.random.uniform(0.5, 1.5)
            self._deed(at, self.random.choice(list(self.locks)))

    def _deed(self, at: float, lock: str) -> None:
        roll, person = self.random.random(), self.random.choice(PEOPLE)
        operation = self.random.choice(("lock", "unlock", "unlock", "open"))
        if roll < 0.55:
            index = self.random.choice(list(self.slots[lock]))
            holder = self.slots[lock][index]
            kind = self.random.choice(("finger", "finger", "code", "tag", "latch"))
            self._add(at, kind, lock=lock, index=index, person=holder)
        elif roll < 0.72:
            self._add(at, self.random.choice(("hand", "hand", "button")), lock=lock)
        elif roll < 0.76:
            self._add(at, "wrong", lock=lock)
        elif roll < 0.82:
            self._add(at, "other", lock=lock, operation=operation)
        elif roll < 0.88:
            self._add(at, "user", lock=lock, person=person, operation=operation)
        elif roll < 0.90:
            self._add(at, "core", lock=lock, person=person, operation=operation)
        elif roll < 0.94:
            self._add(at, "automation", lock=lock, operation=operation)
        elif roll < 0.95:
            self._add(at, "twice", lock=lock, person=person, operation=operation)
        elif roll < 0.965:
            self._add(at, "check", lock=lock)
        elif roll < 0.985:
            self._slot(at, lock)
        else:
            self._add(at, "hand", lock=lock)

    def _slot(self, at: float, lock: str) -> None:
        """Let somebody change the table of users with another app."""
        index = self.random.choice((1, 2, 3, 4, 5, 6))
        slots = self.slots[lock]
        if index in slots and len(slots) > 2 and self.random.random() < 0.4:
            del slots[index]
            self._add(at, "clear", lock=lock, index=index)
        else:
            slots[index] = self.random.choice(PEOPLE + STRANGERS)
            self._add(at, "slot", lock=lock, index=index, person=slots[index])

    def _fault(self, at: float) -> None:
        kind = self.random.choice(FAULTS)
        lasts = self.random.choice((8.0, 20.0, 60.0, 400.0, 1800.0, 5400.0))
        lasts *= self.random.uniform(0.7, 1.3)
        target: Any = ""
        if kind in ("hub", "thread", "route"):
            target = self.random.randint(1, self.hubs)
        elif kind == "radio":
            target = self.random.choice(list(self.locks))
        times = self.random.choice((1, 1, 1, 1, 4)) if lasts < 100 else 1
        for _ in range(times):
            self._add(at, "off", fault=kind, target=target)
            for _ in range(self.random.choice((0, 0, 1, 3))):
                within = at + self.random.uniform(0.5, lasts)
                self._deed(within, self.random.choice(list(self.locks)))
            at += lasts
            self._add(at, "on", fault=kind, target=target)
            at += lasts * self.random.uniform(0.8, 3.0)

    def _cut_of(self, kind: str) -> dict[str, str]:
        return {"how": self.random.choice(sorted(CUTS))} if kind == "cut" else {}

    def _upset(self, at: float) -> None:
        kind = self.random.choice(
            (
                "restart",
                "kill",
                "cut",
                "away",
                "reload",
                "clock",
                "disk",
                "expire",
                "new",
            )
        )
        lock = self.random.choice(list(self.locks))
        if kind == "away":
            self._add(at, "stop")
            for _ in range(self.random.choice((0, 1, 3, 30))):
                self._deed(at + self.random.uniform(2, 1700), lock)
            self._add(at + self.random.choice((30.0, 900.0, 1800.0)), "start")
        elif kind == "clock":
            seconds = self.random.choice((-3600.0, -120.0, 45.0, 600.0))
            self._add(at, "clock", seconds=seconds)
            self._add(at + 1200, "clock", seconds=-seconds)
        elif kind == "disk":
            self._add(at, "disk", full=True)
            self._deed(at + 5, lock)
            self._add(at + self.random.choice((60.0, 900.0)), "disk", full=False)
        elif kind == "expire":
            self._add(at, "expire", target=self.random.randint(1, self.hubs))
        elif kind == "new":
            if self.random.random() < 0.3:
                how = self.random.choice(("recommission", "reset"))
                self._add(at, how, lock=lock)
        else:
            for _ in range(self.random.choice((0, 1, 2))):
                self._deed(at - self.random.uniform(0.05, 3.0), lock)
            self._add(at, kind, **self._cut_of(kind))
            for _ in range(self.random.choice((0, 0, 1))):
                self._deed(at + self.random.uniform(0.5, 20.0), lock)


def write_story(seed: int, days: float) -> Story:
    """Write the story of a seed."""
    return Author(seed, days).write()
