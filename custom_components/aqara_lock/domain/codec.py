"""Typed reads of stored plain data; damage raises ValueError that names the field."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

EARLIEST_YEAR: Final = 1970
LATEST_YEAR: Final = 9000
"""A year at the end of the calendar would overflow with the first sum."""
UNREADABLE: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
)
"""What reading damaged data raises."""


class DamagedError(ValueError):
    """Stored data is not what it was when it was written."""


class NewerError(DamagedError):
    """Stored data was written by a newer version."""


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """Give a mapping; raises ValueError."""
    # Nearly always it is a plain one, which costs a tenth to tell.
    if type(value) is dict or isinstance(value, Mapping):
        return value
    raise DamagedError(f"{what} is not a mapping")


def items(data: Mapping[str, Any], key: str) -> list[Any]:
    """Give a list, empty when absent; raises ValueError."""
    value = data.get(key, [])
    if not isinstance(value, list):
        raise DamagedError(f"{key} is not a list")
    return value


def integer(data: Mapping[str, Any], key: str) -> int:
    """Give an integer; raises ValueError."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise DamagedError(f"{key} is not an integer")
    return value


def optional_integer(data: Mapping[str, Any], key: str) -> int | None:
    """Give an integer or None; raises ValueError."""
    return None if data.get(key) is None else integer(data, key)


def number(data: Mapping[str, Any], key: str) -> float:
    """Give a number; raises ValueError."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DamagedError(f"{key} is not a number")
    return float(value)


def optional_number(data: Mapping[str, Any], key: str) -> float | None:
    """Give a number or None; raises ValueError."""
    return None if data.get(key) is None else number(data, key)


def text(data: Mapping[str, Any], key: str) -> str:
    """Give a text; raises ValueError."""
    value = data.get(key)
    if not isinstance(value, str):
        raise DamagedError(f"{key} is not a text")
    return value


def optional_text(data: Mapping[str, Any], key: str) -> str | None:
    """Give a text or None; raises ValueError."""
    return None if data.get(key) is None else text(data, key)


def truth(data: Mapping[str, Any], key: str) -> bool:
    """Give a boolean, False when absent; raises ValueError."""
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise DamagedError(f"{key} is not a boolean")
    return value


def moment(data: Mapping[str, Any], key: str) -> datetime:
    """Give an aware time; raises ValueError."""
    try:
        value = datetime.fromisoformat(text(data, key))
    except ValueError as err:
        raise DamagedError(f"{key} is not a time") from err
    if value.tzinfo is None:
        raise DamagedError(f"{key} has no time zone")
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise DamagedError(f"{key} is out of range")
    return value


def optional_moment(data: Mapping[str, Any], key: str) -> datetime | None:
    """Give an aware time or None; raises ValueError."""
    return None if data.get(key) is None else moment(data, key)


def choice[E: Enum](kind: type[E], data: Mapping[str, Any], key: str) -> E:
    """Give a member of an enum; raises ValueError."""
    try:
        return kind(data.get(key))
    except ValueError as err:
        raise DamagedError(f"{key} is not a {kind.__name__}") from err


def optional_choice[E: Enum](
    kind: type[E], data: Mapping[str, Any], key: str
) -> E | None:
    """Give a member of an enum or None; raises ValueError."""
    return None if data.get(key) is None else choice(kind, data, key)


def present(**facts: object) -> dict[str, Any]:
    """Leave out what is None: absent facts are absent."""
    return {key: value for key, value in facts.items() if value is not None}


def sound_items(
    data: Mapping[str, Any],
    key: str,
    read: Callable[[Mapping[str, Any]], object],
    head: Mapping[str, Any],
) -> list[Any]:
    """Return the items of a list that can be read, each by itself with a head."""
    every = sound_list(data, key)
    return [item for item in every if is_readable({**head, key: [item]}, read)]


def is_readable(
    data: Mapping[str, Any], read: Callable[[Mapping[str, Any]], object]
) -> bool:
    """Return whether a part can be read; raises NewerError."""
    try:
        read(data)
    except NewerError:
        raise
    except UNREADABLE:
        return False
    return True


def sound_list(data: object, key: str) -> list[Any]:
    """Return a list, empty where none can be read."""
    found = data.get(key) if isinstance(data, Mapping) else None
    return found if isinstance(found, list) else []


def sound_integer(data: Mapping[str, Any], key: str, fallback: int) -> int:
    """Return an integer, or another one where none can be read."""
    try:
        return integer(data, key)
    except ValueError:
        return fallback


def sound_moment(data: object, key: str) -> datetime | None:
    """Return an aware time, None where none can be read."""
    if not isinstance(data, Mapping):
        return None
    try:
        return moment(data, key)
    except ValueError:
        return None
