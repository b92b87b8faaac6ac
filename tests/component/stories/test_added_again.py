"""A lock that is removed and added again has its people and its history back."""

from datetime import timedelta
from pathlib import Path

from homeassistant.config_entries import SOURCE_USER, ConfigSubentry
import pytest

from custom_components.aqara_lock.locks.state import retained

from ..disk import full_disk
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, FakeMatterServer, User
from ..flow_steps import Flow, bind, reconfigure, subentry_id_of
from ..house import House, subentry
from ..nodes import U400_NODE, u400


def lock_id_of(house: House) -> str:
    every = house.home.subentries.values()
    return next(x.subentry_id for x in every if x.subentry_type == "lock")


def people(house: House) -> list[str | None]:
    """Return whom the entries of the lock's journal name, the oldest first."""
    lock = house.home.runtime_data.locks[lock_id_of(house)]
    told = [line.attribution for line in lock.journal.lines()]
    return [who.person for who in told if who is not None]


async def taught(house: House, lock: FakeLock) -> None:
    """Start with a lock whose second user is Mia, who unlocked."""
    await house.start(lock)
    await bind(house, "Mia", 2)
    await unlock(house, lock)
    assert people(house) == ["Mia"]


async def unlock(house: House, lock: FakeLock) -> None:
    lock.unlock_by_finger(2)
    await house.settle()


async def remove(house: House) -> None:
    entries = house.hass.config_entries
    entries.async_remove_subentry(house.home, lock_id_of(house))
    await house.settle()


async def add(house: House, lock: FakeLock) -> None:
    new = ConfigSubentry(**subentry(lock))
    house.hass.config_entries.async_add_subentry(house.home, new)
    await house.settle()


def kept(files: Path) -> list[str]:
    """Return the files that are kept of locks."""
    return sorted(path.name for path in files.glob("aqara_lock.lock.*"))


async def test_people_and_history_are_back(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await taught(house, u400_lock)
    before = lock_id_of(house)
    await remove(house)
    assert kept(files) != []
    await house.tick(3600)
    await add(house, u400_lock)
    assert lock_id_of(house) != before
    assert people(house) == ["Mia"]
    assert [name for name in kept(files) if before in name] == []
    asked = len(u400_lock.asked)
    await unlock(house, u400_lock)
    assert people(house) == ["Mia", "Mia"]
    assert set(u400_lock.asked[asked:]) == {"GetUser"}
    await house.reload()
    assert people(house) == ["Mia", "Mia"]


async def test_slot_that_changed_hands_meanwhile_names_nobody_of_before(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    u400_lock.users[2] = User("Xaver")
    await add(house, u400_lock)
    await unlock(house, u400_lock)
    assert people(house) == ["Mia", "Xaver"]


async def test_time_without_the_lock_is_a_gap_that_says_why(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    for _ in range(30):
        # More than a Matter server keeps.
        await house.tick(10)
        await unlock(house, u400_lock)
    await house.tick(3600)
    await add(house, u400_lock)
    lock = house.home.runtime_data.locks[lock_id_of(house)]
    reasons = [line.gap_reason for line in lock.journal.lines() if line.gap_reason]
    assert reasons == ["not_in_home"]


async def test_another_lock_has_nothing_of_it(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    await add(house, u200_lock)
    assert people(house) == []
    assert len(house.home.runtime_data.retained.all) == 1


async def test_lock_under_another_node_is_known_by_its_serial_number(
    house: House, matter: FakeMatterServer, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    matter.remove(u400_lock)
    again = matter.add(U400_NODE + 7, u400())
    again.users = u400_lock.users
    await house.settle()
    await add(house, again)
    assert people(house) == ["Mia"]


@pytest.mark.parametrize("over", [False, True])
async def test_what_is_kept_goes_after_thirty_days(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    over: bool,
) -> None:
    assert timedelta(days=30) == retained.RETAINED_FOR
    await taught(house, u400_lock)
    await remove(house)
    span = timedelta(seconds=59 if over else 61)
    monkeypatch.setattr(retained, "RETAINED_FOR", span)
    await house.tick(60)
    await house.reload()
    assert (kept(files) == []) is over
    await add(house, u400_lock)
    # What the lock still tells itself has the name that it gives the user.
    assert people(house) == (["Ben"] if over else ["Mia"])


async def test_removing_the_home_deletes_what_is_kept(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    await house.hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert kept(files) == []


@pytest.mark.parametrize("is_running", [True, False])
async def test_person_who_is_removed_meanwhile_is_in_no_file(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path, is_running: bool
) -> None:
    await taught(house, u400_lock)
    await remove(house)
    names = [name for name in kept(files) if "told" not in name]
    assert any("Mia" in (files / name).read_text() for name in names)
    entries = house.hass.config_entries
    if not is_running:
        await house.stop()
    entries.async_remove_subentry(house.home, subentry_id_of(house, "Mia"))
    await house.settle()
    if not is_running:
        await entries.async_setup(house.home.entry_id)
        await house.settle()
    assert [x for x in kept(files) if "Mia" in (files / x).read_text()] == []
    await add(house, u400_lock)
    assert people(house) == [None]


async def test_user_may_delete_what_is_kept(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await taught(house, u400_lock)
    flow = await options(house, "retained")
    assert flow.aborted == "nothing_retained"
    name = house.home.subentries[lock_id_of(house)].title
    await remove(house)
    flow = await options(house, "retained")
    (choice,) = flow.labels("retained").values()
    assert choice.startswith(f"{name}, removed on 20")
    await flow.fill(retained=[])
    assert kept(files) != []
    flow = await options(house, "retained")
    await flow.fill(retained=list(flow.labels("retained")))
    assert kept(files) == []
    await add(house, u400_lock)
    assert "Mia" not in people(house)


@pytest.mark.parametrize("before", [False, True])
async def test_dialog_says_that_all_is_back(
    house: House, u400_lock: FakeLock, hub: FakeHub, before: bool
) -> None:
    await taught(house, u400_lock)
    if before:
        await remove(house)
        await add(house, u400_lock)
    flow = await reconfigure(house, "lock", lock_id_of(house))
    await flow.choose("users")
    assert flow.step == "who"
    assert flow.said["listed"].startswith("This lock was here before") is before
    assert "These are the users" in flow.said["listed"]


async def test_full_disk_loses_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    house.expects_errors = True
    await taught(house, u400_lock)
    await remove(house)
    with full_disk():
        await add(house, u400_lock)
        assert people(house) == ["Mia"]
    await house.tick(60)
    await house.reload()
    assert people(house) == ["Mia"]


async def test_damaged_note_of_a_removed_lock_is_forgotten(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    house.expects_errors = True
    await taught(house, u400_lock)
    await remove(house)
    stored = house.home.runtime_data.retained
    (found,) = stored.all
    home = next(files.glob(f"aqara_lock.{house.home.entry_id}"))
    await house.stop()
    home.write_text(home.read_text().replace('"removed_at"', '"removed_on"'))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.home.runtime_data.retained.all == ()
    assert [name for name in kept(files) if found.lock_id in name] == []


async def options(house: House, page: str) -> Flow:
    """Open a page of the home's options."""
    manager = house.hass.config_entries.options
    shown = await manager.async_init(
        house.home.entry_id, context={"source": SOURCE_USER}
    )
    return await Flow(house, manager, shown).choose(page)
