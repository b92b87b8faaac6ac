"""One row of a measurement, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A fact with what it stands beside; a ratio where both are of one kind."""

    what: str
    ours: str
    beside: str
    ratio: float | None = None

    def __str__(self) -> str:
        """Return the line that is printed."""
        ratio = f"  ratio {self.ratio:.2f}" if self.ratio is not None else ""
        return f"{self.what}: {self.ours}  |  {self.beside}{ratio}"


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Return median, worst and number of some measurements."""
    if not values:
        return "none"
    return f"median {median(values):.2f} {unit}, worst {max(values):.2f} {unit}, n={len(values)}"
