"""What a lock has to answer and whom it has to admit: a table of cases with their sections.

The cases are data, in the JSON files beside this module, so that whatever claims to be a lock can be
asked them: the modules of the virtual lock (lock/test/access.test.mjs), the lock over the wire, and
an emulation. README.md says how a case is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = ("users", "credentials", "schedules", "keypad", "real_locks")
DEFAULT_LOCKS = ("u400",)
MATTER_EPOCH = 946_684_800
"""Seconds from 1970 to 2000, the beginning of epoch times in Matter."""

type Step = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: what is done to a lock that has nobody in it, step by step."""

    file: str
    section: str
    """Of the Matter application cluster specification 1.6."""
    name: str
    lock: str
    """Profile of the lock."""
    personality: dict[str, Any]
    """Where the lock departs from the specification."""
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Return a name for test reports."""
        return f"{self.file}, §{self.section}, {self.name}, {self.lock}"


def cases(locks: Iterable[str]) -> list[Case]:
    """Return the cases for these profiles."""
    wanted = set(locks)
    return [
        Case(
            file,
            row["section"],
            row["name"],
            lock,
            row.get("personality", {}),
            tuple(row["steps"]),
        )
        for file in FILES
        for row in _read(file)["cases"]
        for lock in row.get("locks", DEFAULT_LOCKS)
        if lock in wanted
    ]


def payload(command: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a command as Matter names and numbers them; codes are bytes."""
    found: dict[str, Any] = {}
    for key, value in {**WORDS["defaults"].get(command, {}), **fields}.items():
        found |= _field(command, key, value)
    return found


def expected(command: str, response: dict[str, Any]) -> dict[str, Any]:
    """Return what a case expects of a response, as Matter names and numbers it."""
    found: dict[str, Any] = {}
    for key, value in response.items():
        found |= _moment(key, value) if key in ("from", "to") else {key: value}
    return found


def status(step: Step) -> int:
    """Return the status that a step expects."""
    return int(WORDS["status"][step.get("status", "SUCCESS")])


def changes(step: Step) -> list[tuple[int, int, int | None, int | None]] | None:
    """Return what LockUserChange has to tell: data type, operation, user and index; None for anything."""
    if "changes" not in step:
        return None
    return [
        (WORDS["dataType"][kind], WORDS["operationType"][operation], user, index)
        for kind, operation, user, index in step["changes"]
    ]


def _field(command: str, key: str, value: Any) -> dict[str, Any]:
    if key == "code":
        return {"credentialData": value.encode()}
    if key == "credential":
        return {"credential": value and _credential(*value)}
    if key == "daysMask":
        return {"daysMask": sum(WORDS["day"][day] for day in value)}
    if key in ("from", "to"):
        weekly = command == "SetWeekDaySchedule"
        return _time_of_day(key, value) if weekly else _moment(key, value)
    words = WORDS.get(key, {})
    return {key: words.get(value, value) if isinstance(value, str) else value}


def _credential(kind: str, index: int) -> dict[str, int]:
    return {"credentialType": WORDS["credentialType"][kind], "credentialIndex": index}


def _time_of_day(key: str, value: str) -> dict[str, int]:
    hour, _, minute = value.partition(":")
    end = "start" if key == "from" else "end"
    return {f"{end}Hour": int(hour), f"{end}Minute": int(minute)}


def _moment(key: str, value: str) -> dict[str, int]:
    """Return a wall clock as Matter has it: its reading as if it were UTC, since 2000."""
    seconds = int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp())
    end = "localStartTime" if key == "from" else "localEndTime"
    return {end: seconds - MATTER_EPOCH}


def _read(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text()))


WORDS = _read("words")
