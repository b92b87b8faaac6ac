"""Where the dialog that adds a lock was closed, remembered for a day."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from homeassistant.util import dt as dt_util

from ..domain import codec

KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlace:
    """A page, and what was chosen on the way there."""

    step: str
    model: str
    way_to_code: str
    """The step that tells how to get a sharing code."""
    hub_id: str | None
    lock_id: str | None
    """Subentry of the lock, once it is in the home."""
    at: datetime = field(default_factory=dt_util.utcnow)

    @property
    def is_over(self) -> bool:
        """Whether it was so long ago that nobody goes on there."""
        return not timedelta() <= dt_util.utcnow() - self.at < KEPT_FOR

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        return cls(
            step=codec.text(data, "step"),
            model=codec.text(data, "model"),
            way_to_code=codec.text(data, "way_to_code"),
            hub_id=codec.optional_text(data, "hub_id"),
            lock_id=codec.optional_text(data, "lock_id"),
            at=codec.moment(data, "at"),
        )
