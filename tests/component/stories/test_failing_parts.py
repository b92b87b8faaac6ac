"""A part that fails keeps nobody from being told, and nothing else from working."""

from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.signals import Signal

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

PACKAGE = "custom_components.aqara_lock"


@pytest.mark.parametrize(
    "part",
    [
        "diagnosis.engine.diagnose",
        "diagnosis.engine.take_evidence",
        "diagnosis.host_reader.async_read_datasets",
        "network.host.reading.read_host",
    ],
)
async def test_silence_is_told_though_the_diagnosis_fails(
    house: House, u400_lock: FakeLock, hub: FakeHub, part: str
) -> None:
    house.expects_errors = True
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    with patch(f"{PACKAGE}.{part}", side_effect=RuntimeError("a part that fails")):
        house.lan.unplug(hub)
        await house.pass_time(20, 5)
    (fired,) = house.fired("connection")
    assert fired["event_type"] == "unresponsive"
    assert fired["cause"] == "hub_offline"
    assert fired["message"]
    house.lan.plug(hub)
    await house.pass_time(40, 5)
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.problem.state == "ok"


async def test_listeners_do_not_depend_on_each_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []

    def fails(_what: str) -> None:
        raise RuntimeError("a listener that fails")

    signal: Signal[str] = Signal()
    signal.connect(fails)
    signal.connect(heard.append)
    signal.send("news")
    assert heard == ["news"]
    assert "a listener that fails" in caplog.text


async def test_changes_are_followed_after_one_that_failed(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    house.expects_errors = True
    await house.start(u400_lock, u200_lock)
    home = house.home.runtime_data
    with patch.object(home.paths, "follow", side_effect=RuntimeError("it fails")):
        u400_lock.become(available=False)
        u200_lock.become(available=False)
        await house.settle()
    u400_lock.become(available=True)
    await house.settle()
    with patch.object(home.paths, "follow") as followed:
        u400_lock.become(available=False)
        await house.settle()
    assert followed.called


async def test_lock_that_is_back_before_its_silence_is_told(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)

    async def return_meanwhile() -> None:
        house.clock.tick(1)
        house.lan.plug(hub)
        u400_lock.report_state(LockState.LOCKED)

    watch = house.home.runtime_data.diagnosis
    with patch.object(watch, "async_refresh", side_effect=return_meanwhile):
        house.lan.unplug(hub)
        await house.pass_time(20, 5)
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert all(fired["message"] for fired in house.fired("connection"))
