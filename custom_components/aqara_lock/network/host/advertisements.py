"""Router advertisements that reach this host, counted by the kernel and watched over time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from ...domain.diagnosis import Adapter, Announcements, Fact, Gap
from . import procfs

COUNTER: Final = "Icmp6InRouterAdvertisements"
ENOUGH_GAPS: Final = 5
"""A router sends its first three in quick succession (RFC 4861 6.2.4): no measure yet."""
REMEMBERED_GAPS: Final = 20
"""A long silence that is over must not blunt the judgement for ever."""


def read_announcements(interface: str, root: Path | None = None) -> Fact[Announcements]:
    """Read how many router advertisements an interface has received."""
    text = procfs.read((root or procfs.NET) / "dev_snmp6" / interface)
    if isinstance(text, Gap):
        return text
    try:
        count = parse_counter(text)
    except ValueError as err:
        return procfs.failed(interface, err)
    if count is None:
        return procfs.failed(interface, ValueError(f"no {COUNTER}"))
    return Announcements(count=count)


def parse_counter(text: str) -> int | None:
    """Find the counter in the text of `/proc/net/dev_snmp6/<interface>`.

    Raises ValueError.
    """
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == COUNTER and value.strip().isdecimal():
            return int(value)
    return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of one interface; gaps in seconds."""

    count: int
    since: datetime
    arrived: bool = False
    gaps: tuple[float, ...] = ()

    def after(self, count: int, now: datetime) -> _Seen:
        """Take the next reading; a counter that fell was made anew."""
        if count == self.count:
            return self
        if not self.arrived or count < self.count:
            return replace(self, count=count, since=now, arrived=True)
        gap = (now - self.since).total_seconds()
        return replace(
            self, count=count, since=now, gaps=(*self.gaps, gap)[-REMEMBERED_GAPS:]
        )

    @property
    def longest_gap(self) -> float | None:
        """The longest remembered time between two; None while too few were seen."""
        return max(self.gaps) if len(self.gaps) >= ENOUGH_GAPS else None


class AnnouncementCache:
    """Compares readings: since when a counter stands still, and how long it did before."""

    def __init__(self) -> None:
        """Start without any reading."""
        self._seen: dict[str, _Seen] = {}

    def complete(
        self, adapters: Iterable[Adapter], now: datetime
    ) -> tuple[Adapter, ...]:
        """Add to each adapter's counter what earlier readings tell."""
        return tuple(self._with_memory(adapter, now) for adapter in adapters)

    def _with_memory(self, adapter: Adapter, now: datetime) -> Adapter:
        reading = adapter.announcements
        if isinstance(reading, Gap):
            return adapter
        before = self._seen.get(adapter.name, _Seen(reading.count, now))
        seen = self._seen[adapter.name] = before.after(reading.count, now)
        announcements = Announcements(
            count=seen.count,
            unchanged_since=seen.since,
            longest_gap=seen.longest_gap,
        )
        return replace(adapter, announcements=announcements)
