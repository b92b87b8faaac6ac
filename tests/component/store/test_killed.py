"""What was told outlives a Home Assistant that is killed, in whatever moment: real files."""

import asyncio
import errno
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import storage
import pytest

from custom_components.aqara_lock.const import EVENT_ACTIVITY
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    DataOperationType,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)
from custom_components.aqara_lock.locks.state import store
from custom_components.aqara_lock.store import StoreFile

from ..callers import activity
from ..disk import Disk
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, Refusal, User
from ..flow_steps import bind
from ..house import House
from ..locks.activity.test_gap_entries import gaps, lines
from ..locks.activity.test_observers import SCANNER, observe
from ..locks.commands.test_commands import fails, hold

WRITES = 6.0
"""Seconds after which everything is written."""

pytestmark = pytest.mark.usefixtures("files")


def told_file(house: House, files: Path) -> Path:
    """File of what was told last."""
    return files / f"aqara_lock.lock.{house.subentry_id()}.told"


async def begin(house: House, lock: FakeLock) -> None:
    """Start, and let the first state be written."""
    await house.start(lock)
    await bind(house, "Mara", 2)
    await house.pass_time(30, WRITES)


async def operations(house: House) -> list[dict[str, Any]]:
    """Give what is in the journal, oldest first, without gaps."""
    return [line for line in await lines(house) if line["kind"] != "gap"]


async def test_named_operation_is_kept(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    disk = Disk(files)
    await disk.start_again(house)
    (line,) = await operations(house)
    assert (line["person"], line["confidence"]) == ("Mara", "reported")
    assert await gaps(house) == []
    assert house.types() == ["unlocked"]


async def test_gap_begins_after_what_was_told(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """The server forgot, so that something may be missing: but nothing that was told."""
    await begin(house, u400_lock)
    await house.tick(600)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    disk = Disk(files)
    await house.tick(60)
    house.matter.recent_events.clear()
    house.matter.schema_version = 12
    await disk.start_again(house)
    told = await lines(house)
    assert [line["kind"] for line in told][:1] == ["event"]
    assert told[0]["person"] == "Mara"
    for gap in await gaps(house):
        assert gap["occurred_at"] >= told[0]["occurred_at"]


async def test_gap_tells_that_the_lock_was_away_before_the_kill(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """What was told last was written a moment after the lock was heard last."""
    await begin(house, u400_lock)
    await house.tick(600)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(60, WRITES)
    disk = Disk(files)
    house.matter.recent_events.clear()
    house.matter.schema_version = 12
    u400_lock.become(available=True)
    await disk.start_again(house)
    told = await lines(house)
    assert [line["kind"] for line in told] == ["event", "gap"]
    assert told[1]["gap_reason"] == "lock_unreachable"


async def test_command_of_a_user_is_kept_with_its_name(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path
) -> None:
    """No second run can find out: the command is gone with Home Assistant."""
    await begin(house, u400_lock)
    hass.states.async_set(SCANNER, "nobody")
    await observe(house, SCANNER)
    await house.pass_time(30, WRITES)
    hass.states.async_set(SCANNER, "Mara")
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.UNSPECIFIED)
    await house.settle()
    disk = Disk(files)
    await disk.start_again(house)
    (line,) = await operations(house)
    assert (line["person"], line["confidence"]) == ("Mara", "inferred")


async def test_alarm_and_mere_state_are_kept(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.FRONT_ESCUTCHEON_REMOVED)
    await house.settle()
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(5.5)
    assert house.types() == ["tampered", "unlocked"]
    house.matter.recent_events.clear()
    disk = Disk(files)
    await disk.start_again(house)
    assert [line["type"] for line in await operations(house)] == house.types()


async def test_operation_that_was_recorded_and_not_attributed_is_named_later(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """Killed between the two: the file has the event, and nobody who did it."""
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.pass_time(30, WRITES)
    whole = told_file(house, files).with_suffix("")
    content = json.loads(whole.read_text())
    (epoch,) = content["data"]["journal"]["epochs"]
    assert epoch["events"][0].pop("who")["person"] == "Mara"
    whole.write_text(json.dumps(content))
    told_file(house, files).unlink()
    disk = Disk(files)
    await disk.start_again(house)
    (line,) = await operations(house)
    assert (line["person"], line["confidence"]) == ("Mara", "reported")
    assert house.types() == ["unlocked"]


@pytest.mark.parametrize("content", ["", "{", '{"version": 1}', "[]"])
async def test_file_that_was_cut_off_costs_only_itself(
    house: House,
    u400_lock: FakeLock,
    files: Path,
    content: str,
) -> None:
    house.expects_errors = True
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    told_file(house, files).write_text(content)
    disk = Disk(files)
    await disk.start_again(house)
    (line,) = await operations(house)
    assert line["user_index"] == 2
    u400_lock.lock_by_hand()
    await house.settle()
    assert house.types()[-1] == "locked"


async def test_burst_is_written_together(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    written: list[str] = []
    write = storage.write_utf8_file_atomic

    def count(path: str, *content: Any, **how: Any) -> None:
        written.append(path)
        write(path, *content, **how)

    with patch.object(storage, "write_utf8_file_atomic", count):
        for _ in range(10):
            u400_lock.lock_by_hand()
            u400_lock.unlock_by_finger(user=2)
        await house.settle()
    assert 1 <= len([path for path in written if path.endswith(".told")]) <= 2
    disk = Disk(files)
    await disk.start_again(house)
    named = [x for x in await operations(house) if x.get("person") == "Mara"]
    assert len(named) == 10


async def test_more_than_is_kept_apart_is_no_loss(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    for _ in range(20):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(user=2)
        await house.settle()
    disk = Disk(files)
    house.matter.recent_events.clear()
    u400_lock.record.clear()
    await disk.start_again(house)
    assert len(await operations(house)) == 40


async def test_full_disk_keeps_nobody_from_being_told(
    caplog: pytest.LogCaptureFixture, house: House, u400_lock: FakeLock, files: Path
) -> None:
    house.expects_errors = True
    await begin(house, u400_lock)
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch("homeassistant.util.file.AtomicWriter.open", side_effect=full):
        u400_lock.unlock_by_finger(user=2)
        await house.tick(WRITES)
        assert house.changed_by == "Mara"
        assert "No space left on device" in caplog.text
    u400_lock.lock_by_hand()
    await house.settle()
    disk = Disk(files)
    await disk.start_again(house)
    told = await operations(house)
    assert [line["type"] for line in told] == ["unlocked", "locked"]
    assert told[0]["person"] == "Mara"


def told_numbers(house: House, files: Path) -> list[int]:
    """List the events in the file of what was told last."""
    file = told_file(house, files)
    content = json.loads(file.read_text())["data"] if file.exists() else {}
    epochs = content.get("journal", {}).get("epochs", [])
    return [event["number"] for epoch in epochs for event in epoch["events"]]


async def test_operation_and_alarm_are_on_the_disk_when_they_are_told(
    house: House, u400_lock: FakeLock, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hears of it: by a state, an event or a trigger."""
    # A machine that is busy with other tests is no slow disk.
    monkeypatch.setattr(store, "TOLD_LIMIT", 30)
    await begin(house, u400_lock)
    seen: dict[str, int] = {}

    def look(who: str) -> None:
        seen.setdefault(who, len(told_numbers(house, files)))

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.attributes.get("changed_by", "Mara") == "Mara":
            look(state.entity_id.partition(".")[0])

    house.hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    house.hass.bus.async_listen(EVENT_ACTIVITY, callback(lambda _event: look("bus")))
    before = len(told_numbers(house, files))
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert {"bus", "event", "lock", "sensor"} <= set(seen)
    assert seen == dict.fromkeys(seen, before + 1)
    seen.clear()
    u400_lock.report_alarm(AlarmCode.FRONT_ESCUTCHEON_REMOVED)
    await house.settle()
    assert {"bus", "event"} <= set(seen)
    assert seen == dict.fromkeys(seen, before + 2)


async def test_disk_that_hangs_keeps_nobody_from_being_told(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """An alarm must not wait for ever; it is written as soon as the disk takes it."""
    await begin(house, u400_lock)
    free, began, told = asyncio.Event(), asyncio.Event(), asyncio.Event()
    write = StoreFile.async_write

    async def hang(file: StoreFile) -> None:
        began.set()
        await free.wait()
        await write(file)

    house.hass.bus.async_listen(EVENT_ACTIVITY, callback(lambda _event: told.set()))
    before = told_numbers(house, files)
    with patch.object(StoreFile, "async_write", hang):
        u400_lock.unlock_by_finger(user=2)
        await house.wait_for(began.is_set)
        was_told = told.is_set()
        try:
            # Whoever waits may begin to a turn after the write has begun.
            await house.wait_for_time(told.is_set, 10 * store.TOLD_LIMIT)
            meanwhile = told_numbers(house, files)
        finally:
            free.set()
        await house.settle()
    assert (was_told, meanwhile) == (False, before)
    assert len(told_numbers(house, files)) == len(before) + 1


async def test_who_was_forgotten_is_in_no_file(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert "Mara" in told_file(house, files).read_text()
    mara = next(
        x.subentry_id
        for x in house.home.subentries.values()
        if x.subentry_type == "person"
    )
    hass.config_entries.async_remove_subentry(house.home, mara)
    await house.tick(WRITES)
    assert "Mara" not in told_file(house, files).read_text()


async def test_nothing_is_left_apart_after_a_regular_stop(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, files: Path
) -> None:
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.stop()
    told = json.loads(told_file(house, files).read_text())
    assert told["data"] == {}
    await hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert list(files.glob("aqara_lock.lock.*")) == []


async def test_command_that_fails_after_a_reload_writes_over_nothing(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    """More happened since than is kept apart from the whole."""
    await begin(house, u400_lock)
    first = await hold(house, u400_lock, "unlock")
    entry_id = house.home.entry_id
    reload = asyncio.ensure_future(hass.config_entries.async_reload(entry_id))
    await house.wait_for(reload.done)
    for _ in range(20):
        u400_lock.unlock_by_finger(user=2)
        u400_lock.lock_by_hand()
    u400_lock.fail("UnboltDoor", Refusal(status=0x85))
    house.matter.release()
    await fails(first)
    await house.pass_time(2 * WRITES, WRITES)
    await Disk(files).start_again(house)
    told = await operations(house)
    done = [line["type"] for line in told if line["kind"] == "event"]
    assert done == ["unlocked", "locked"] * 20
    assert [line["kind"] for line in told].count("attempt") == 1


@pytest.mark.parametrize("waits", [False, True])
async def test_command_that_failed_is_kept_once(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path, waits: bool
) -> None:
    """It was told on the bus: so it stands in the journal, by whichever file."""
    await begin(house, u400_lock)
    u400_lock.fail("UnboltDoor", Refusal(status=0x85))
    await fails(house.hass.async_create_task(house.call("unlock")))
    await house.settle()
    if waits:
        await house.pass_time(2 * WRITES, WRITES)
    await Disk(files).start_again(house)
    (line,) = await operations(house)
    assert line["kind"] == "attempt"
    await Disk(files).start_again(house)
    assert await operations(house) == [line]


async def test_command_that_fails_after_the_home_was_removed_leaves_no_file(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await begin(house, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    first = await hold(house, u400_lock, "unlock")
    entry_id = house.home.entry_id
    removal = asyncio.ensure_future(hass.config_entries.async_remove(entry_id))
    await house.wait_for(removal.done)
    u400_lock.fail("UnboltDoor", Refusal(status=0x85))
    house.matter.release()
    await fails(first)
    await house.pass_time(2 * WRITES, WRITES)
    assert list(files.glob("aqara_lock.lock.*")) == []


async def test_endless_changes_are_written_all_the_same(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """Each change waits for the next one, but not for ever."""
    await begin(house, u400_lock)
    whole = told_file(house, files).with_suffix("")
    before = whole.read_text()
    for level in range(8):
        u400_lock.set_attribute("2/47/12", 80 - level)
        await house.tick(4)
    assert whole.read_text() != before
    assert await activity(house) == []


async def test_every_wrong_code_of_a_series_is_kept(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """Closer than the quiet that a write waited for: the power was cut, and no evidence left."""
    await begin(house, u400_lock)
    for number in range(1, 13):
        u400_lock.report_denied(
            OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD
        )
        await house.settle()
        disk = Disk(files)
        assert len(house.types()) == number
        kept = written_numbers(house, files)
        assert kept >= set(
            range(u400_lock.event_number - number + 1, u400_lock.event_number + 1)
        )
        await house.tick(4)
    await disk.start_again(house)
    assert [x["type"] for x in await operations(house)] == ["denied"] * 12


def written_numbers(house: House, files: Path) -> set[int]:
    """Return the numbers of all events in the files of the first lock."""
    told = json.loads(told_file(house, files).read_text())["data"]
    whole = files / f"aqara_lock.lock.{house.subentry_id()}"
    parts = [told, json.loads(whole.read_text())["data"]]
    epochs = [x for part in parts for x in part.get("journal", {}).get("epochs", ())]
    return {event["number"] for epoch in epochs for event in epoch["events"]}


async def test_users_that_changed_just_before_are_read_again(
    house: House, u400_lock: FakeLock, files: Path
) -> None:
    """The list of users was written before the change: it must not name the one of before."""
    await begin(house, u400_lock)
    u400_lock.users[2] = User("Zoe")
    u400_lock.report_user_change(DataOperationType.CLEAR, 2)
    u400_lock.report_user_change(DataOperationType.ADD, 2)
    await house.settle()
    disk = Disk(files)
    await disk.start_again(house)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.tick(1)
    assert house.changed_by == "Zoe"
