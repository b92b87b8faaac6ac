"""A state in doubt outlives a restart of Home Assistant, and ends with what is newer."""

from collections.abc import Callable
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import LockState

from ...disk import Disk
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock
from ...house import House

pytestmark = pytest.mark.usefixtures("files")


async def doubt(
    house: House, lock: FakeLock, *, reacts: tuple[str, ...] = (), lasts: float = 95
) -> None:
    """Have the lock accept a command, and not report the state that it leads to."""
    await house.start(lock)
    await house.tick(60)
    lock.reacts = reacts
    await house.call("unlock")
    await house.pass_time(lasts, 5)
    lock.reacts = ("state", "operation")


def is_in_doubt(house: House) -> bool:
    """Tell whether our lock says that its state is assumed."""
    return bool(house.lock.attributes.get("assumed_state"))


async def restart(house: House, files: Path, meanwhile: Callable[[], object]) -> None:
    """Restart Home Assistant; the Matter server runs on."""
    disk = Disk(files)
    entry_id = house.matter_entry.entry_id
    await house.hass.config_entries.async_unload(entry_id)
    meanwhile()
    await house.hass.config_entries.async_setup(entry_id)
    await disk.start_again(house)
    await house.pass_time(30, 5)


@pytest.mark.parametrize("reacts", [(), ("operation",)])
async def test_value_that_the_server_had_ends_no_doubt(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    files: Path,
    reacts: tuple[str, ...],
) -> None:
    """It is as old as the doubt, whoever connects to the server."""
    await doubt(house, u400_lock, reacts=reacts)
    assert is_in_doubt(house)
    for _ in range(2):
        await restart(house, files, lambda: None)
        assert is_in_doubt(house)
    await house.pass_time(65, 5)
    assert house.problem.state == ("ok" if reacts else "stale_subscription")
    u400_lock.report_state(LockState.UNLOCKED)
    await house.pass_time(35, 5)
    assert not is_in_doubt(house)
    assert house.problem.state == "ok"


@pytest.mark.parametrize("reacts", [(), ("operation",)])
@pytest.mark.parametrize("state", ["unlocked", "locked"], ids=["report", "interview"])
async def test_news_that_came_meanwhile_ends_it(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    files: Path,
    reacts: tuple[str, ...],
    state: str,
) -> None:
    """A server that has read everything shows what is newer than the doubt, too."""

    def meanwhile() -> None:
        if state == "locked":
            u400_lock.interview()
        else:
            u400_lock.report_state(LockState.UNLOCKED)

    await doubt(house, u400_lock, reacts=reacts)
    await restart(house, files, meanwhile)
    assert house.lock.state == state
    assert not is_in_doubt(house)
    assert house.problem.state == "ok"


async def test_server_that_has_the_lock_again_ends_it(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await doubt(house, u400_lock)
    await restart(house, files, lambda: u400_lock.become(available=False))
    assert is_in_doubt(house)
    u400_lock.become(available=True)
    await house.pass_time(35, 5)
    assert not is_in_doubt(house)
    assert house.problem.state == "ok"


async def test_doubt_of_a_moment_ago_outlives_a_kill(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    """The report is still due when Home Assistant is killed."""
    await doubt(house, u400_lock, lasts=10)
    await restart(house, files, lambda: None)
    assert is_in_doubt(house)


async def test_start_without_the_server_forgets_nothing_of_it(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await doubt(house, u400_lock)
    disk = Disk(files)
    house.matter.stop()
    await house.settle()
    await disk.start_again(house)
    await house.pass_time(30, 5)
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await Disk(files).start_again(house)
    await house.pass_time(30, 5)
    assert is_in_doubt(house)


async def test_server_that_was_restarted_in_the_same_run_and_has_read_it(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await doubt(house, u400_lock)
    house.matter.stop()
    await house.settle()
    u400_lock.data.last_interview = dt_util.utcnow() + timedelta(seconds=5)
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.pass_time(30, 5)
    assert not is_in_doubt(house)


@pytest.mark.parametrize(
    "damage",
    [
        {"doubt": {"since": "never"}},
        {"doubt": 3},
        {"doubt": None},
        {},
    ],
)
async def test_damaged_doubt_costs_only_that(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path, damage: dict[str, Any]
) -> None:
    house.expects_errors = True
    await doubt(house, u400_lock)
    await house.stop()
    path = files / f"aqara_lock.lock.{house.subentry_id()}"
    whole = json.loads(path.read_text())
    del whole["data"]["doubt"]
    whole["data"] |= damage
    path.write_text(json.dumps(whole))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.lock.state == "locked"
    assert not is_in_doubt(house)


async def test_doubt_that_an_earlier_version_wrote_stays_until_a_report(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await doubt(house, u400_lock)
    await house.stop()
    path = files / f"aqara_lock.lock.{house.subentry_id()}"
    whole = json.loads(path.read_text())
    whole["data"]["in_doubt_since"] = whole["data"].pop("doubt")["since"]
    path.write_text(json.dumps(whole))
    u400_lock.interview()
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert is_in_doubt(house)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert not is_in_doubt(house)
