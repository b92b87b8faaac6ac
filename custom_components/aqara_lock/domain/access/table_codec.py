"""What the table of a door has beyond its directory, as plain data and back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .. import codec
from .directory_codec import user_as_dict, user_from_dict
from .grants import Holding
from .schedules import Schedule, UserSchedules, WeekDaySchedule, YearDaySchedule
from .table import DoorTable

_WEEK_DAY: Final = (
    "days_mask",
    "start_hour",
    "start_minute",
    "end_hour",
    "end_minute",
)


def table_as_dict(table: DoorTable) -> dict[str, Any]:
    """Return schedules and dates of a table; the directory is stored by itself."""
    return codec.present(
        schedules=[
            {"user": index, **schedules_as_dict(item)}
            for index, item in table.schedules.items()
        ],
        read_at=[
            {"user": index, "at": at.isoformat()} for index, at in table.read_at.items()
        ],
        complete_since=table.complete_since and table.complete_since.isoformat(),
        stale=[{"user": index} for index in sorted(table.stale)],
    )


def table_from_dict(value: object, table: DoorTable) -> DoorTable:
    """Read what `table_as_dict` gave into the table of a directory; raises ValueError."""
    data = codec.mapping(value, "table")
    return replace(
        table,
        schedules={
            codec.integer(item, "user"): schedules_from_dict(item)
            for item in _mappings(data, "schedules")
        },
        read_at={
            codec.integer(item, "user"): codec.moment(item, "at")
            for item in _mappings(data, "read_at")
        },
        complete_since=codec.optional_moment(data, "complete_since"),
        stale=frozenset(
            codec.integer(item, "user") for item in _mappings(data, "stale")
        ),
    )


def sound_table(value: object, table: DoorTable) -> DoorTable:
    """Return what is sound of a stored table: it counts as one to be read again."""

    def read(data: Mapping[str, Any]) -> DoorTable:
        return table_from_dict(data, table)

    if not isinstance(value, Mapping):
        return table
    found = {key: codec.sound_items(value, key, read, {}) for key in _LISTS}
    return read(found)


_LISTS: Final = ("schedules", "read_at")


def holding_as_dict(held: Holding) -> dict[str, Any]:
    """Return a user with its schedules as plain data."""
    schedules = held.schedules and schedules_as_dict(held.schedules)
    return codec.present(user=user_as_dict(held.user), schedules=schedules)


def holding_from_dict(value: object) -> Holding:
    """Read a user with its schedules; raises ValueError."""
    data = codec.mapping(value, "holding")
    found = data.get("schedules")
    return Holding(
        user=user_from_dict(data.get("user")),
        schedules=None if found is None else schedules_from_dict(found),
    )


def schedules_as_dict(schedules: UserSchedules) -> dict[str, Any]:
    """Return the schedules of a user as plain data."""
    return {
        "week": _indexed(schedules.week),
        "year": _indexed(schedules.year),
    }


def schedules_from_dict(value: object) -> UserSchedules:
    """Read the schedules of a user; raises ValueError."""
    data = codec.mapping(value, "schedules")
    return UserSchedules(
        week={
            codec.integer(item, "index"): _week_from_dict(item)
            for item in _mappings(data, "week")
        },
        year={
            codec.integer(item, "index"): _year_from_dict(item)
            for item in _mappings(data, "year")
        },
    )


def schedule_as_dict(schedule: Schedule) -> dict[str, int]:
    """Return one schedule as plain data."""
    if isinstance(schedule, WeekDaySchedule):
        return {name: getattr(schedule, name) for name in _WEEK_DAY}
    return {"start": schedule.local_start, "end": schedule.local_end}


def schedule_from_dict(value: object) -> Schedule:
    """Read one schedule; raises ValueError."""
    data = codec.mapping(value, "schedule")
    return _week_from_dict(data) if "days_mask" in data else _year_from_dict(data)


def _mappings(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Read a list of mappings; raises ValueError."""
    return [codec.mapping(item, key) for item in codec.items(data, key)]


def _indexed(schedules: Mapping[int, Schedule]) -> list[dict[str, int]]:
    return [
        {"index": index, **schedule_as_dict(item)} for index, item in schedules.items()
    ]


def _week_from_dict(value: object) -> WeekDaySchedule:
    data = codec.mapping(value, "week-day schedule")
    return WeekDaySchedule(*(codec.integer(data, name) for name in _WEEK_DAY))


def _year_from_dict(value: object) -> YearDaySchedule:
    data = codec.mapping(value, "year-day schedule")
    return YearDaySchedule(codec.integer(data, "start"), codec.integer(data, "end"))
