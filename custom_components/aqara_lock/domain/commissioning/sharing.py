"""The window in which a lock listens for another app: whether a code was made in vain."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from .. import codec

LONGEST_WINDOW: Final = timedelta(minutes=15)
"""The longest that a lock may listen (Matter 1.6 §11.19.8.1); some apps give up sooner."""
JOINED_SLACK: Final = timedelta(minutes=1)
"""The count of apps may be told before the window in which one of them joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingHistory:
    """What a lock told of its window and of how many apps it has; None: not yet.

    `opened_at` is None for a window that was not seen opening: who joins by it, or has
    already, is not known. A lock that was taken in anew is another `node`.
    """

    node: int | None = None
    is_open: bool | None = None
    apps: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    joined_at: datetime | None = None

    @property
    def has_joiner(self) -> bool:
        """Whether an app joined by the last window."""
        if self.opened_at is None or self.joined_at is None:
            return False
        return self.joined_at >= self.opened_at - JOINED_SLACK

    @property
    def missed_at(self) -> datetime | None:
        """When the last window closed without a joiner; None unless that is known."""
        return None if self.apps is None or self.has_joiner else self.closed_at

    def seen(
        self, *, node: int, is_open: bool | None, apps: int | None, at: datetime
    ) -> Self:
        """Take what a lock says that answers; None for what it does not say."""
        if node != self.node:
            return type(self)(node=node, is_open=is_open, apps=apps)
        counted = self
        if apps is not None and apps != self.apps:
            counted = replace(self, apps=apps, joined_at=self._joined_at(apps, at))
        if is_open is None or is_open is self.is_open:
            return counted
        if not is_open:
            return replace(counted, is_open=False, closed_at=self._closed_by(at))
        opened_at = None if self.is_open is None else at
        return replace(counted, is_open=True, opened_at=opened_at, closed_at=None)

    def _joined_at(self, apps: int, at: datetime) -> datetime | None:
        """A lock takes out again who did not get to the end: the window stays open."""
        if self.apps is None:
            return None
        if apps > self.apps:
            return at
        return None if self.is_open else self.joined_at

    def _closed_by(self, at: datetime) -> datetime | None:
        """Date the end of a window that was seen opening; it may have gone unseen."""
        return min(at, self.opened_at + LONGEST_WINDOW) if self.opened_at else None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return codec.present(
            **{
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in values.items()
            }
        )

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "sharing")
        return cls(
            node=codec.optional_integer(data, "node"),
            is_open=codec.truth(data, "is_open") if "is_open" in data else None,
            apps=codec.optional_integer(data, "apps"),
            opened_at=codec.optional_moment(data, "opened_at"),
            closed_at=codec.optional_moment(data, "closed_at"),
            joined_at=codec.optional_moment(data, "joined_at"),
        )
