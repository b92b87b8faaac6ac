"""The commands of the cluster as they go over the wire, for a lock of the specification."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from .spec_lock import FAILURE, NOT_FOUND, PIN, SUCCESS, SpecLock

TABLE_COMMANDS = {
    "SetUser",
    "GetUser",
    "ClearUser",
    "SetCredential",
    "SetWeekDaySchedule",
    "GetWeekDaySchedule",
    "ClearWeekDaySchedule",
    "SetYearDaySchedule",
    "GetYearDaySchedule",
    "ClearYearDaySchedule",
}
USER_INDEX, PIN_DATA, WEEK_DAY, YEAR_DAY = 2, 6, 3, 4
"""LockDataTypeEnum (Matter 1.6 §5.2.6.12)."""
ADDED, CLEARED, MODIFIED = 0, 1, 2


class TableRefusal(Exception):
    """A lock answers a command with a status that is no success."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(status)
        self.status = status


type Change = dict[str, Any] | None


def answer_of(
    table: SpecLock, fabric: int, name: str, payload: Mapping[str, Any]
) -> tuple[Any, Change]:
    """Give the answer to a command, a status where it has no other, and what changed."""
    index = payload["userIndex"]
    match name:
        case "GetUser":
            return _user(table, index), None
        case "SetUser":
            status = table.set_user(
                fabric,
                payload["operationType"],
                index,
                payload["userName"],
                payload["userUniqueID"],
                payload["userStatus"],
                payload["userType"],
            )
            return status, _change(USER_INDEX, payload["operationType"], index, index)
        case "ClearUser":
            status = table.clear_user(index)
            return status, _change(USER_INDEX, CLEARED, index, index)
        case "SetCredential":
            return _set_credential(table, fabric, payload)
        case _:
            return _schedule(table, fabric, name, payload)


def _user(table: SpecLock, index: int) -> dict[str, Any]:
    later = [number for number in sorted(table.users) if number > index]
    found = table.get_user(index)
    empty = dict.fromkeys(
        (
            "userName",
            "userUniqueID",
            "userStatus",
            "userType",
            "credentials",
            "creatorFabricIndex",
            "lastModifiedFabricIndex",
        )
    )
    return empty | found | {"nextUserIndex": later[0] if later else None}


def _set_credential(
    table: SpecLock, fabric: int, payload: Mapping[str, Any]
) -> tuple[Any, Change]:
    place = payload["credential"]["credentialIndex"]
    assert payload["credential"]["credentialType"] == PIN
    data = payload["credentialData"]
    code = (data if isinstance(data, bytes) else b64decode(data)).decode()
    index, kind = payload["userIndex"], payload["operationType"]
    status = table.set_credential(fabric, kind, place, code, index)
    answer = {"status": status, "userIndex": index, "nextCredentialIndex": None}
    done = _change(PIN_DATA, kind, index, place)
    return answer, done if status == SUCCESS else None


def _schedule(
    table: SpecLock, fabric: int, name: str, payload: Mapping[str, Any]
) -> tuple[Any, Change]:
    is_week = "WeekDay" in name
    kind, data = ("week", WEEK_DAY) if is_week else ("year", YEAR_DAY)
    index = payload["userIndex"]
    place = payload["weekDayIndex" if is_week else "yearDayIndex"]
    if name.startswith("Get"):
        return _read_schedule(table, kind, index, place), None
    if name.startswith("Clear"):
        status = table.clear_schedule(fabric, index, place, kind)
        return status, _change(data, CLEARED, index, place)
    if is_week:
        start = payload["startHour"] * 60 + payload["startMinute"]
        end = payload["endHour"] * 60 + payload["endMinute"]
        days = payload["daysMask"]
        status = table.set_week_day(fabric, index, place, days, start, end)
    else:
        status = table.set_year_day(
            fabric, index, place, payload["localStartTime"], payload["localEndTime"]
        )
    return status, _change(data, ADDED, index, place)


def _read_schedule(table: SpecLock, kind: str, index: int, place: int) -> Any:
    user = table.users.get(index)
    if user is None:
        return {"status": FAILURE}
    found = getattr(user, kind).get(place)
    if found is None:
        return {"status": NOT_FOUND}
    if kind == "year":
        start, end = found
        return {"status": SUCCESS, "localStartTime": start, "localEndTime": end}
    mask, start, end = found
    return {
        "status": SUCCESS,
        "daysMask": mask,
        "startHour": start // 60,
        "startMinute": start % 60,
        "endHour": end // 60,
        "endMinute": end % 60,
    }


def _change(data_type: int, operation: int, user: int, place: int) -> dict[str, Any]:
    return {
        "lockDataType": data_type,
        "dataOperationType": operation,
        "userIndex": user,
        "dataIndex": place,
    }
