"""Shares of the end-to-end tests, which run side by side, each with homes of its own.

`E2E_SHARD=2/5` makes a run take the second of five. A module stays whole for each kind of
Matter server, because its tests share a home.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import os
from typing import Final, Self

from tests.rig.software import Software

type Group = tuple[str, Software | None]
"""A module, and the kind of Matter server that it runs with."""

SECONDS: Final[Mapping[str, int]] = {
    "test_binding_flow": 300,
    "test_why": 280,
    "test_recovery": 260,
    "test_rig": 250,
    "test_card": 170,
    "test_slice": 130,
    "test_commands": 110,
    "test_preflight": 100,
    "test_who": 100,
    "test_bridge": 90,
    "test_guide": 90,
    "test_network": 90,
}
"""How long a module takes with one kind of Matter server, measured on two cores."""
DEFAULT_SECONDS: Final = 50
HOMES_SECONDS: Final = 40
"""What it takes to start the homes of another kind of Matter server."""


@dataclass(frozen=True)
class Shard:
    """One share of so many; `number` begins with 1."""

    number: int = 1
    count: int = 1

    @classmethod
    def from_environment(cls) -> Self:
        """Return the share that is asked for; all tests when none is."""
        text = os.environ.get("E2E_SHARD")
        return cls() if not text else cls(*(int(part) for part in text.split("/")))

    def __str__(self) -> str:
        """Return a name that fits a folder."""
        return f"{self.number}-of-{self.count}"

    def groups(self, known: set[Group]) -> set[Group]:
        """Return the groups of this share: every group is in exactly one of them."""
        return _shared_out(known, self.count)[self.number - 1]


@dataclass
class _Share:
    groups: set[Group] = field(default_factory=set)
    seconds: int = 0

    def cost(self, group: Group) -> int:
        """Return the seconds of this share with another group."""
        name, software = group
        starts = software not in {kind for _, kind in self.groups}
        more = SECONDS.get(name, DEFAULT_SECONDS) + HOMES_SECONDS * starts
        return self.seconds + more

    def take(self, group: Group) -> None:
        self.seconds = self.cost(group)
        self.groups.add(group)


def _shared_out(known: set[Group], count: int) -> list[set[Group]]:
    """Give each group, the longest first, to the share that is then the shortest."""
    shares = [_Share() for _ in range(count)]
    for group in sorted(known, key=_longest_first):
        min(shares, key=lambda share: share.cost(group)).take(group)
    return [share.groups for share in shares]


def _longest_first(group: Group) -> tuple[int, str, str]:
    name, software = group
    return -SECONDS.get(name, DEFAULT_SECONDS), name, software or ""
