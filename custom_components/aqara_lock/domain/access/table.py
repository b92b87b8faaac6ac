"""The table of a door: what the lock really has, read back and dated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from ..doorlock import (
    ALL_INDICES,
    CredentialType,
    LockDataType,
    LockUserChange,
    UserType,
)
from .changed_data import SCHEDULES
from .directory import Directory
from .fabrics import Ecosystem, FabricTable
from .grants import Holding
from .limits import LockLimits
from .lock_names import is_other_managers
from .people import CredentialSlot, LockUser
from .schedules import NO_SCHEDULES, UserSchedules, WeekDaySchedule, YearDaySchedule

RESTRICTED_TYPES = frozenset(
    {
        UserType.YEAR_DAY_SCHEDULE,
        UserType.WEEK_DAY_SCHEDULE,
        UserType.SCHEDULE_RESTRICTED,
    }
)
"""Types of users whose schedules count."""


class Maker(StrEnum):
    """Who made a user, as far as the lock says."""

    HOME_ASSISTANT = "home_assistant"
    LOCK_CODE_MANAGER = "lock_code_manager"
    ECOSYSTEM = "ecosystem"
    OUTSIDE_MATTER = "outside_matter"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorTable:
    """Immutable: the directory of a lock with schedules and the dates of its reads.

    `complete_since` is when the last walk through all users ended; None where changes
    may have gone unseen since. `stale` are users that changed and were not read since.
    Schedules of a user that is not listed were not read.
    """

    directory: Directory
    own_fabric_index: int | None = None
    schedules: Mapping[int, UserSchedules] = field(default_factory=dict)
    read_at: Mapping[int, datetime] = field(default_factory=dict)
    complete_since: datetime | None = None
    stale: frozenset[int] = frozenset()

    @property
    def door_id(self) -> str:
        """Id of the lock."""
        return self.directory.lock_id

    @property
    def users(self) -> tuple[LockUser, ...]:
        """Users as last read, by index."""
        found = self.directory.users
        return tuple(found[index] for index in sorted(found))

    @property
    def is_known(self) -> bool:
        """Whether all users were read and nothing happened to any of them since."""
        return self.complete_since is not None and not self.stale

    def holding(self, index: int) -> Holding | None:
        """Return a user with its schedules; None for an empty index."""
        user = self.directory.user(index)
        return Holding(user=user, schedules=self.schedules.get(index)) if user else None

    def is_own(self, user: LockUser) -> bool:
        """Return whether our fabric made a user, which others cannot change fully."""
        own = self.own_fabric_index
        return own is not None and user.creator_fabric_index == own

    def free_users(self, limits: LockLimits) -> list[int]:
        """Return the user indices that are empty."""
        taken = self.directory.users
        return [index for index in range(1, limits.users + 1) if index not in taken]

    def free_codes(self, limits: LockLimits) -> list[int]:
        """Return the indices of codes that no user has."""
        taken = {
            slot.index
            for user in self.users
            for slot in user.credentials
            if slot.type is CredentialType.PIN
        }
        return [index for index in range(1, limits.codes + 1) if index not in taken]

    def with_directory(self, directory: Directory) -> DoorTable:
        """Take who is bound to which slot; nothing was read."""
        return replace(self, directory=directory)

    def with_walk(self, users: Iterable[LockUser], at: datetime) -> DoorTable:
        """Take a walk through all users: an index that it does not name is empty."""
        read = list(users)
        table = self
        for index in set(self.directory.users) - {user.index for user in read}:
            table = table.with_user(LockUser(index=index, occupied=False), at)
        for user in read:
            table = table.with_user(user, at)
        return replace(table, complete_since=at, stale=frozenset())

    def with_user(self, user: LockUser, at: datetime) -> DoorTable:
        """Take what was just read of a user index."""
        kept = dict(self.schedules)
        if not user.occupied:
            kept.pop(user.index, None)
        return replace(
            self,
            directory=self.directory.with_user(user),
            schedules=kept,
            read_at={**self.read_at, user.index: at},
            stale=self.stale - {user.index},
        )

    def with_schedules(self, index: int, schedules: UserSchedules) -> DoorTable:
        """Take all schedules of a user."""
        return replace(self, schedules={**self.schedules, index: schedules})

    def with_week_day(
        self, user_index: int, index: int, schedule: WeekDaySchedule | None
    ) -> DoorTable:
        """Take one week-day schedule of a user; None where it is empty."""
        known = self.schedules.get(user_index, NO_SCHEDULES)
        return self.with_schedules(user_index, known.with_week(index, schedule))

    def with_year_day(
        self, user_index: int, index: int, schedule: YearDaySchedule | None
    ) -> DoorTable:
        """Take one year-day schedule of a user; None where it is empty."""
        known = self.schedules.get(user_index, NO_SCHEDULES)
        return self.with_schedules(user_index, known.with_year(index, schedule))

    def after_gap(self) -> DoorTable:
        """Take that changes may have gone unseen."""
        return replace(
            self,
            directory=self.directory.after_gap(),
            schedules={},
            complete_since=None,
            stale=frozenset(),
        )

    def after_change(self, change: LockUserChange) -> DoorTable:
        """Take a change of the table: what it touched is to be read again."""
        if change.data_type in SCHEDULES:
            return self._after_schedule_change(change)
        directory = self.directory.after_change(change)
        index = change.actor.user_index
        if index is None and change.data_type is LockDataType.USER_INDEX:
            index = change.data_index
        if index is None or not 0 < index < ALL_INDICES:
            return replace(self.after_gap(), directory=directory)
        return replace(
            self,
            directory=directory,
            schedules=_without(self.schedules, index),
            stale=self.stale | {index},
        )

    def _after_schedule_change(self, change: LockUserChange) -> DoorTable:
        """Forget schedules that somebody else changed.

        Our own writes are read back one by one, and core writes no schedules.
        """
        own, index = self.own_fabric_index, change.actor.user_index
        if own is not None and change.actor.fabric_index == own:
            return self
        kept = {} if index is None else _without(self.schedules, index)
        return replace(self, schedules=kept)


def maker_of(user: LockUser, table: DoorTable) -> Maker:
    """Return who made a user: an index of 0 is a fabric that is gone (§5.2.6.21)."""
    if user.creator_fabric_index is None:
        return Maker.OUTSIDE_MATTER
    if user.creator_fabric_index == 0:
        return Maker.GONE
    if not table.is_own(user):
        return Maker.ECOSYSTEM
    # It uses the fabric of Home Assistant too, so that only the name tells.
    if is_other_managers(user.name):
        return Maker.LOCK_CODE_MANAGER
    return Maker.HOME_ASSISTANT


def ecosystem_of(user: LockUser, fabrics: FabricTable, at: datetime) -> str | None:
    """Return the name of the ecosystem that made a user; None where it is not known."""
    if user.creator_fabric_index == fabrics.own_index:
        return Ecosystem.HOME_ASSISTANT.value if fabrics.own_index else None
    fabric = fabrics.at(user.creator_fabric_index, at)
    return str(fabric.ecosystem) if fabric else None


def code_slots(user: LockUser) -> tuple[CredentialSlot, ...]:
    """Return the codes of a user by index."""
    found = (slot for slot in user.credentials if slot.type is CredentialType.PIN)
    return tuple(sorted(found))


def _without(
    schedules: Mapping[int, UserSchedules], index: int
) -> dict[int, UserSchedules]:
    return {key: item for key, item in schedules.items() if key != index}
