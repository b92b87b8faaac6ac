"""What the specification says a door lock does: its user tables, and what its keypad admits.

Written from Matter 1.6 §5.2 alone; it knows nothing of plans. Numbers are those of the
cluster: user status 1 enabled, 3 disabled; types 0 unrestricted … 9 remote only.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SUCCESS, FAILURE, DUPLICATE, OCCUPIED = 0, 1, 2, 3
INVALID, EXHAUSTED, NOT_FOUND = 0x85, 0x89, 0x8B
ADD, MODIFY = 0, 2
ENABLED, DISABLED = 1, 3
SETTABLE_TYPES = {0, 4, 5, 6, 7, 8, 9}
"""Of SetUser: week-day, year-day and programming are not allowed (§5.2.10.16.6)."""
ALL = 0xFE
PIN = 1
EPOCH = datetime(2000, 1, 1)


@dataclass
class SpecUser:
    """One row of the user table."""

    creator: int | None
    name: str | None = None
    unique_id: int | None = None
    status: int = ENABLED
    type: int = 0
    credentials: set[tuple[int, int]] = field(default_factory=set)
    week: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    year: dict[int, tuple[int, int]] = field(default_factory=dict)
    first_used: datetime | None = None


@dataclass
class SpecLock:
    """A lock; the options are what the specification leaves to it, or real locks do."""

    users_supported: int = 10
    pins_supported: int = 10
    week_supported: int = 7
    year_supported: int = 1
    expiring_minutes: int = 30
    flips_type: bool = False
    several_days: bool = True
    keeps_unique_id: bool = True
    asleep: bool = False
    users: dict[int, SpecUser] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    # Commands -------------------------------------------------------------------

    def set_user(
        self,
        fabric: int,
        operation: int,
        index: int,
        name: str | None,
        unique_id: int | None,
        status: int | None,
        kind: int | None,
    ) -> int:
        """§5.2.10.16."""
        if not 1 <= index <= self.users_supported:
            return INVALID
        if kind is not None and kind not in SETTABLE_TYPES:
            return INVALID
        if status not in {None, ENABLED, DISABLED} or len(name or "") > 10:
            return INVALID
        if name is not None and not name.isalnum():
            return INVALID
        user = self.users.get(index)
        if operation == ADD:
            if user is not None:
                return OCCUPIED
            if not self.asleep:
                self.users[index] = SpecUser(
                    fabric,
                    name,
                    unique_id if self.keeps_unique_id else None,
                    status or ENABLED,
                    kind or 0,
                )
            return SUCCESS
        if user is None:
            return INVALID
        if user.creator != fabric and (name is not None or unique_id is not None):
            return INVALID
        if self.asleep:
            return SUCCESS
        if user.status == DISABLED and status == ENABLED:
            user.first_used = None
        user.name = name or user.name
        user.unique_id = unique_id or user.unique_id
        user.status = status or user.status
        user.type = user.type if kind is None else kind
        return SUCCESS

    def clear_user(self, index: int) -> int:
        """§5.2.10.19: credentials and schedules go along."""
        if not self.asleep and (user := self.users.pop(index, None)):
            for kind, place in user.credentials:
                if kind == PIN:
                    del self.codes[place]
        return SUCCESS

    def set_credential(
        self, fabric: int, operation: int, place: int, code: str, index: int
    ) -> int:
        """§5.2.10.20, for codes of a user that is there."""
        if not 1 <= place <= self.pins_supported or not 4 <= len(code) <= 8:
            return INVALID
        user = self.users.get(index)
        if user is None or user.creator != fabric:
            return INVALID
        if any(code == other and at != place for at, other in self.codes.items()):
            return DUPLICATE
        holds = (PIN, place) in user.credentials
        if (operation == ADD and place in self.codes) or (
            operation == MODIFY and not holds
        ):
            return OCCUPIED
        if not self.asleep:
            self.codes[place] = code
            user.credentials.add((PIN, place))
        return SUCCESS

    def set_week_day(
        self, fabric: int, index: int, place: int, mask: int, start: int, end: int
    ) -> int:
        """§5.2.10.3; times in minutes after midnight."""
        user = self.users.get(index)
        if user is None or user.creator != fabric:
            return INVALID
        if not 1 <= place <= self.week_supported or not 0 < mask < 128 or end <= start:
            return INVALID
        if mask.bit_count() > 1 and not self.several_days:
            return INVALID
        if not self.asleep:
            user.week[place] = (mask, start, end)
            self._flip(user)
        return SUCCESS

    def set_year_day(
        self, fabric: int, index: int, place: int, start: int, end: int
    ) -> int:
        """§5.2.10.6."""
        user = self.users.get(index)
        if user is None or user.creator != fabric:
            return INVALID
        if not 1 <= place <= self.year_supported or end <= start:
            return INVALID
        if not self.asleep:
            user.year[place] = (start, end)
            self._flip(user)
        return SUCCESS

    def clear_schedule(self, fabric: int, index: int, place: int, kind: str) -> int:
        """§5.2.10.5 and .8."""
        user = self.users.get(index)
        if user is None or user.creator != fabric:
            return INVALID
        kept: dict[int, Any] = getattr(user, kind)
        if not self.asleep:
            for key in list(kept) if place == ALL else [place]:
                kept.pop(key, None)
            self._flip(user)
        return SUCCESS

    def _flip(self, user: SpecUser) -> None:
        """A lock may follow the schedules with the type of the user."""
        if self.flips_type:
            user.type = 8 if user.week or user.year else 0

    # The keypad -----------------------------------------------------------------

    def admits(self, code: str, wall: datetime) -> str:
        """Return what a code does at a wall time: what opens says how long it does."""
        holders = {(PIN, at) for at, held in self.codes.items() if held == code}
        for user in self.users.values():
            if holders & user.credentials:
                return "" if user.status == DISABLED else self._effect(user, wall)
        return ""

    def _effect(self, user: SpecUser, wall: datetime) -> str:
        if user.type == 4:
            return "scene"
        if user.type == 5:
            return "duress"
        if user.type == 6:
            return "once"
        if user.type == 7:
            first = user.first_used
            ends = first and first + timedelta(minutes=self.expiring_minutes)
            return "" if ends and wall >= ends else f"first+{self.expiring_minutes}"
        if user.type in {1, 2, 8}:
            return "opens" if self._is_scheduled(user, wall) else ""
        return "opens" if user.type == 0 else ""

    def _is_scheduled(self, user: SpecUser, wall: datetime) -> bool:
        """§5.2.6.18.9: both kinds admit together, without any nothing is admitted."""
        minute, day = wall.hour * 60 + wall.minute, wall.isoweekday() % 7
        second = (wall - EPOCH).total_seconds()
        in_week = any(
            mask >> day & 1 and start <= minute and (minute < end or end == 1439)
            for mask, start, end in user.week.values()
        )
        in_year = any(start <= second < end for start, end in user.year.values())
        kinds = [
            found
            for table, found in ((user.week, in_week), (user.year, in_year))
            if table
        ]
        return bool(kinds) and all(kinds)

    def use(self, code: str, wall: datetime) -> str:
        """Type a code: one for once is used up, one that expires begins to."""
        effect = self.admits(code, wall)
        holders = {(PIN, at) for at, held in self.codes.items() if held == code}
        for user in self.users.values():
            if not holders & user.credentials:
                continue
            if not effect:
                if user.type == 7 and user.first_used is not None:
                    user.status = DISABLED
                continue
            if user.type == 6:
                user.status = DISABLED
            if user.type == 7 and user.first_used is None:
                user.first_used = wall
        return effect

    # What a controller reads ----------------------------------------------------

    def get_user(self, index: int) -> dict[str, Any]:
        """GetUserResponse."""
        user = self.users.get(index)
        if user is None:
            return {"userIndex": index}
        return {
            "userIndex": index,
            "userName": user.name,
            "userUniqueID": user.unique_id,
            "userStatus": user.status,
            "userType": user.type,
            "credentials": [
                {"credentialType": kind, "credentialIndex": place}
                for kind, place in sorted(user.credentials)
            ],
            "creatorFabricIndex": user.creator,
            "lastModifiedFabricIndex": user.creator,
        }
