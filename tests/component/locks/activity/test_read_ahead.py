"""Who uses the door while what was missed is read: the answer may overtake the report."""

from copy import deepcopy
from datetime import timedelta
from typing import Final

from homeassistant.util import dt as dt_util
from matter_server.common.models import EventType
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_matter import FakeLock, FakeMatterServer
from ...house import House

SCHEMAS: Final = pytest.mark.parametrize("schema", [11, 13, 14])
"""python-matter-server, and the OHF server without and with reads of events."""


def unlock_unseen(lock: FakeLock, ago: timedelta) -> None:
    """Let Anna unlock: whoever reads the lock's events finds it, no report comes yet."""
    lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.BIOMETRIC,
        1,
        (CredentialType.FINGERPRINT, 1),
        at=dt_util.utcnow() - ago,
        silently=True,
    )


def report(lock: FakeLock) -> None:
    """Let the report of the last event come."""
    lock.server.tell(EventType.NODE_EVENT, deepcopy(lock.record[-1]))


@pytest.fixture
async def read_ahead(
    house: House, matter: FakeMatterServer, u400_lock: FakeLock, schema: int
) -> None:
    """Start a home that knows what Anna's slot holds, and stop it."""
    matter.schema_version = schema
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, at=dt_util.utcnow()
    )
    await house.settle()
    await house.stop()
    await house.tick(5)


@SCHEMAS
@pytest.mark.usefixtures("read_ahead")
async def test_an_operation_that_was_read_before_its_report_is_news(
    house: House, u400_lock: FakeLock
) -> None:
    before = house.types()
    unlock_unseen(u400_lock, timedelta(seconds=1))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.types() == before
    report(u400_lock)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.settle()
    await house.tick(10)
    assert house.types() == [*before, "unlocked"]
    assert house.fired("activity")[-1]["person"] == "Anna"
    assert [line["type"] for line in await activity(house)] == ["unlocked", "locked"]


@SCHEMAS
@pytest.mark.usefixtures("read_ahead")
async def test_it_is_told_once(house: House, u400_lock: FakeLock) -> None:
    before = house.types()
    unlock_unseen(u400_lock, timedelta(seconds=1))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    for _ in range(3):
        report(u400_lock)
        await house.settle()
    assert house.types() == [*before, "unlocked"]


@SCHEMAS
@pytest.mark.usefixtures("read_ahead")
async def test_what_really_was_missed_is_no_news_when_it_is_reported_again(
    house: House, u400_lock: FakeLock
) -> None:
    before = house.types()
    unlock_unseen(u400_lock, timedelta(hours=1))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    report(u400_lock)
    await house.settle()
    assert house.types() == before


@SCHEMAS
@pytest.mark.usefixtures("read_ahead")
async def test_what_was_told_before_the_restart_is_not_told_again(
    house: House, u400_lock: FakeLock
) -> None:
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    unlock_unseen(u400_lock, timedelta(seconds=1))
    report(u400_lock)
    await house.settle()
    told = house.types()
    await house.reload()
    report(u400_lock)
    await house.settle()
    assert house.types() == told
