"""What changes the table of a lock: users, codes and schedules, each in one message."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from chip.clusters import Objects as clusters
from chip.clusters.ClusterObjects import ClusterCommand
from chip.clusters.Types import NullValue

from ..domain.access import (
    EXPIRING_USER_TIMEOUT,
    ClearSchedule,
    ClearUser,
    Operation,
    ReadSchedule,
    Schedule,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    WeekDaySchedule,
    Write,
    YearDaySchedule,
)
from ..domain.doorlock import unsigned_or_none
from .commands import LockCommands
from .errors import STATUS_UNSUPPORTED_ACCESS, Failure, LinkError

_LOGGER = logging.getLogger(__name__)

_DOOR: Final = clusters.DoorLock.Commands
_ENUMS: Final = clusters.DoorLock.Enums
SUCCESS: Final = 0
NOT_FOUND: Final = 0x8B
"""DlStatus of a schedule that is not there (Matter 1.6 §5.2.10.4)."""


class TableCommands:
    """Writes one step at a time to one lock; a code goes out and is kept nowhere."""

    def __init__(self, commands: LockCommands) -> None:
        """Take turns with everything else that is asked of the lock."""
        self._commands = commands

    async def async_write(self, step: Write, code: str | None) -> None:
        """Send a step; raises LinkError, with the status where the lock refused it.

        A lock refuses access sporadically (core#144809): then it is sent once more.
        """
        try:
            await self._async_send(step, code)
        except LinkError as err:
            if err.status != STATUS_UNSUPPORTED_ACCESS:
                raise
            _LOGGER.debug("The lock refused access once; one more try")
            await self._async_send(step, code)

    async def _async_send(self, step: Write, code: str | None) -> None:
        if isinstance(step, SetTimeAfterUse):
            await self._commands.async_write_attribute(
                EXPIRING_USER_TIMEOUT, step.minutes
            )
            return
        is_schedule = isinstance(step, SetSchedule | ClearSchedule)
        answer = await self._commands.async_ask(
            _command_of(step, code), timed=not is_schedule
        )
        status = _status(answer)
        if status not in {None, SUCCESS}:
            raise LinkError(Failure.REFUSED, status)

    async def async_read_schedule(self, step: ReadSchedule) -> Schedule | None:
        """Read a schedule; None where that place is empty; raises LinkError."""
        answer = await self._commands.async_ask(_read_of(step))
        status = _status(answer)
        if status == NOT_FOUND:
            return None
        if status != SUCCESS or not isinstance(answer, Mapping):
            raise LinkError(Failure.REFUSED, status)
        found = _schedule(answer, step.kind)
        if found is None:
            raise LinkError(Failure.SERVER_FAULT)
        return found


def _command_of(step: Write, code: str | None) -> ClusterCommand:
    match step:
        case SetUser():
            return _DOOR.SetUser(
                operationType=_operation(step.operation),
                userIndex=step.user_index,
                userName=NullValue if step.name is None else step.name,
                userUniqueID=NullValue if step.unique_id is None else step.unique_id,
                userStatus=_or_null(_ENUMS.UserStatusEnum, step.status),
                userType=_or_null(_ENUMS.UserTypeEnum, step.type),
                credentialRule=_rule(step.operation),
            )
        case ClearUser():
            return _DOOR.ClearUser(userIndex=step.user_index)
        case SetCode():
            return _set_code(step, code)
        case SetSchedule(schedule=WeekDaySchedule() as hours):
            return _DOOR.SetWeekDaySchedule(
                weekDayIndex=step.index,
                userIndex=step.user_index,
                daysMask=hours.days_mask,
                startHour=hours.start_hour,
                startMinute=hours.start_minute,
                endHour=hours.end_hour,
                endMinute=hours.end_minute,
            )
        case SetSchedule(schedule=YearDaySchedule() as span):
            return _DOOR.SetYearDaySchedule(
                yearDayIndex=step.index,
                userIndex=step.user_index,
                localStartTime=span.local_start,
                localEndTime=span.local_end,
            )
        case ClearSchedule(kind=ScheduleKind.WEEK_DAY):
            return _DOOR.ClearWeekDaySchedule(step.index, step.user_index)
        case ClearSchedule():
            return _DOOR.ClearYearDaySchedule(step.index, step.user_index)
        case _:
            raise TypeError(f"{type(step).__name__} is no command")


def _set_code(step: SetCode, code: str | None) -> ClusterCommand:
    """Make the command; the code is missing where its job was interrupted."""
    if code is None:
        raise ValueError("a code is set without a code")
    return _DOOR.SetCredential(
        operationType=_operation(step.operation),
        credential=clusters.DoorLock.Structs.CredentialStruct(
            credentialType=_ENUMS.CredentialTypeEnum.kPin,
            credentialIndex=step.credential_index,
        ),
        credentialData=code.encode(),
        userIndex=step.user_index,
        userStatus=NullValue,
        userType=NullValue,
    )


def _read_of(step: ReadSchedule) -> ClusterCommand:
    if step.kind is ScheduleKind.WEEK_DAY:
        return _DOOR.GetWeekDaySchedule(step.index, step.user_index)
    return _DOOR.GetYearDaySchedule(step.index, step.user_index)


def _operation(operation: Operation) -> Any:
    kinds = _ENUMS.DataOperationTypeEnum
    return kinds.kAdd if operation is Operation.ADD else kinds.kModify


def _rule(operation: Operation) -> Any:
    """Return the rule of a new user: one credential opens."""
    if operation is Operation.MODIFY:
        return NullValue
    return _ENUMS.CredentialRuleEnum.kSingle


def _or_null(kind: Any, value: int | None) -> Any:
    return NullValue if value is None else kind(int(value))


def _status(answer: object) -> int | None:
    """Return the status of an answer; None for a command that has none."""
    if not isinstance(answer, Mapping):
        return None
    return unsigned_or_none(answer.get("status"), 0xFF)


def _schedule(answer: Mapping[str, Any], kind: ScheduleKind) -> Schedule | None:
    names = _WEEK if kind is ScheduleKind.WEEK_DAY else _YEAR
    values = [unsigned_or_none(answer.get(name), 0xFFFFFFFF) for name in names]
    if None in values:
        return None
    numbers = [value for value in values if value is not None]
    if kind is ScheduleKind.WEEK_DAY:
        return WeekDaySchedule(*numbers)
    return YearDaySchedule(*numbers)


_WEEK: Final = ("daysMask", "startHour", "startMinute", "endHour", "endMinute")
_YEAR: Final = ("localStartTime", "localEndTime")
