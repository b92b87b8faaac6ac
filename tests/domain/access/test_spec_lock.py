"""The lock that plans are tried on answers the cases of the specification."""

from datetime import datetime
from typing import Any

import pytest

from tests.rig.cases import Case, cases

from .spec_lock import ADD, MODIFY, SpecLock

KNOWN = {"SetUser", "SetCredential", "SetWeekDaySchedule", "SetYearDaySchedule"}
READS = {"GetUser", "GetCredentialStatus"}
TYPES = {
    "unrestricted": 0,
    "non_access": 4,
    "forced": 5,
    "disposable": 6,
    "expiring": 7,
    "schedule_restricted": 8,
    "remote_only": 9,
}
DAYS = {"sun": 1, "mon": 2, "tue": 4, "wed": 8, "thu": 16, "fri": 32, "sat": 64}
STATUSES = {"enabled": 1, "disabled": 3}
RESULTS = {
    "opens": {"opens", "once", "first+5"},
    "duress": {"duress"},
    "reports": {"scene"},
}
MIDDAY = datetime(2026, 12, 1, 12)


def is_known(case: Case) -> bool:
    """Return whether a case asks nothing but tables and the keypad."""
    return case.file == "keypad" and all(
        step.get("command") in KNOWN | READS
        or (
            set(step) <= {"code", "at", "result", "user", "changes"}
            and step["result"] != "locked_out"
        )
        for step in case.steps
    )


def send(lock: SpecLock, step: dict[str, Any]) -> int:
    by, fields = step["by"], step["fields"]
    index = fields["userIndex"]
    operation = MODIFY if fields.get("operationType") == "modify" else ADD
    match step["command"]:
        case "SetUser":
            return lock.set_user(
                by,
                operation,
                index,
                fields.get("userName"),
                fields.get("userUniqueID"),
                STATUSES.get(fields.get("userStatus", "")),
                TYPES.get(fields.get("userType", "")),
            )
        case "SetCredential":
            _, place = fields["credential"]
            return lock.set_credential(by, operation, place, fields["code"], index)
        case "SetWeekDaySchedule":
            mask = sum(DAYS[day] for day in fields["daysMask"])
            start, end = (_minutes(fields[name]) for name in ("from", "to"))
            return lock.set_week_day(
                by, index, fields["weekDayIndex"], mask, start, end
            )
        case _:
            start, end = (_seconds(fields[name]) for name in ("from", "to"))
            return lock.set_year_day(by, index, fields["yearDayIndex"], start, end)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _seconds(wall: str) -> int:
    return int((datetime.fromisoformat(wall) - datetime(2000, 1, 1)).total_seconds())


ASKED = [case for case in cases(["u400"]) if is_known(case)]


def test_there_are_cases_for_every_kind_of_user() -> None:
    assert len(ASKED) >= 14
    text = str([case.steps for case in ASKED])
    assert all(repr(kind) in text for kind in TYPES if kind != "unrestricted")


@pytest.mark.parametrize("case", ASKED, ids=str)
def test_the_lock_admits_whom_the_specification_admits(case: Case) -> None:
    lock = SpecLock(year_supported=2, expiring_minutes=5)
    for step in case.steps:
        if step.get("command") in READS:
            continue
        if "command" in step:
            assert send(lock, step) == 0
            continue
        wall = step.get("at")
        at = datetime.fromisoformat(wall).replace(tzinfo=None) if wall else MIDDAY
        assert lock.use(step["code"], at) in RESULTS.get(step["result"], {""}), step
