"""Messages about people that cannot be, and answers that say nothing."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from custom_components.aqara_lock.domain.access import (
    GrantKey,
    Operation,
    ReadSchedule,
    ScheduleKind,
    SetCode,
)
from custom_components.aqara_lock.matter import Failure, LinkError, TableCommands

KEY = GrantKey("ann", "front")
WEEK = ReadSchedule(grant=KEY, user_index=1, kind=ScheduleKind.WEEK_DAY, index=1)
CODE = SetCode(grant=KEY, operation=Operation.ADD, user_index=1, credential_index=1)


def commands(answer: Any) -> TableCommands:
    """Return commands to a lock that answers so."""
    return TableCommands(AsyncMock(async_ask=AsyncMock(return_value=answer)))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"status": 0x01}, Failure.REFUSED),
        ("nothing", Failure.REFUSED),
        ({"status": 0, "daysMask": 3}, Failure.SERVER_FAULT),
    ],
)
async def test_a_schedule_that_was_not_told(answer: Any, failure: Failure) -> None:
    with pytest.raises(LinkError) as refused:
        await commands(answer).async_read_schedule(WEEK)
    assert refused.value.failure is failure


async def test_a_place_without_a_schedule() -> None:
    assert await commands({"status": 0x8B}).async_read_schedule(WEEK) is None


async def test_a_code_is_not_set_without_a_code() -> None:
    """Its job was interrupted, and Home Assistant keeps none."""
    lock = commands(None)
    with pytest.raises(ValueError, match="without a code"):
        await lock.async_write(CODE, None)
