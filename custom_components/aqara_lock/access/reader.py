"""Reads the table of one lock: its users in a walk, and schedules one by one."""

from ..domain.access import (
    ALL_SCHEDULES,
    NO_SCHEDULES,
    GrantKey,
    ReadSchedule,
    ScheduleKind,
    UserSchedules,
    WeekDaySchedule,
)
from ..locks import Lock
from ..matter import Failure, LinkError, TableCommands
from .view import DoorView


class TableReader:
    """Keeps what was read with what is remembered of the lock; raises LinkError."""

    def __init__(self, lock: Lock, view: DoorView, commands: TableCommands) -> None:
        """Read for one door."""
        self._lock = lock
        self._view = view
        self._commands = commands
        self.has_looked = False
        """Whether users were read since this door is followed."""

    async def async_table(self) -> None:
        """Walk through all users, so that it is known which places are empty."""
        places = self._view.limits.users or None
        await self._lock.log.directory.async_read_all_users(places)
        if not self._view.table.is_known:
            # The lock answered, but not so that every place is known.
            raise LinkError(Failure.SERVER_FAULT)
        self.has_looked = True

    async def async_user(self, index: int) -> None:
        """Read one user."""
        await self._lock.log.directory.async_read_user(index)
        self.has_looked = True

    async def async_schedules(self, index: int) -> None:
        """Read all schedules of a user."""
        found = NO_SCHEDULES
        limits = self._view.limits
        for kind, places in (
            (ScheduleKind.WEEK_DAY, limits.week_day_schedules),
            (ScheduleKind.YEAR_DAY, limits.year_day_schedules),
        ):
            for place in range(1, places + 1):
                found = await self._with_schedule(found, kind, index, place)
        self._set_schedules(index, found)

    async def _with_schedule(
        self, known: UserSchedules, kind: ScheduleKind, user: int, place: int
    ) -> UserSchedules:
        key = GrantKey("", self._view.id)
        step = ReadSchedule(grant=key, user_index=user, kind=kind, index=place)
        found = await self._commands.async_read_schedule(step)
        if isinstance(found, WeekDaySchedule) or kind is ScheduleKind.WEEK_DAY:
            week = found if isinstance(found, WeekDaySchedule) else None
            return known.with_week(place, week)
        return known.with_year(place, found)

    async def async_schedule(self, step: ReadSchedule) -> None:
        """Read one schedule of a user."""
        table = self._lock.store.memory.table
        known = table.schedules.get(step.user_index, NO_SCHEDULES)
        if step.index == ALL_SCHEDULES:
            return
        found = await self._with_schedule(known, step.kind, step.user_index, step.index)
        self._set_schedules(step.user_index, found)

    def _set_schedules(self, index: int, schedules: UserSchedules) -> None:
        memory = self._lock.store.memory
        memory.table = memory.table.with_schedules(index, schedules)
