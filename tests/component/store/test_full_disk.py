"""A disk that takes nothing: who asked for something to be kept is told, and nothing is lost."""

from collections.abc import Awaitable, Callable
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.aqara_lock import async_remove_config_entry_device

from ..callers import act, activity
from ..disk import Disk, full_disk
from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock, User
from ..flow_steps import Flow, add_lock, add_person, bind, fix, reconfigure
from ..house import House
from ..locks.activity.test_gap_entries import lines, unlock
from ..nodes import U200_NODE, u200

pytestmark = pytest.mark.usefixtures("files")

TENANT: Final = 5


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Give a home with something in every file."""
    house.expects_errors = True
    u400_lock.users[TENANT] = User(None)
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    for user in (2, TENANT):
        await unlock(house, u400_lock, user)
    await house.pass_time(60, 10)
    return house


def is_warned(house: House) -> bool:
    """Whether the repair of the disk is shown."""
    issue = ir.async_get(house.hass).async_get_issue("aqara_lock", "not_written")
    return issue is not None


def on_disk(house: House, files: Path) -> str:
    """Give everything that the files hold."""
    return "".join(path.read_text() for path in sorted(files.glob("aqara_lock.*")))


async def erase(house: House) -> None:
    """Erase the activity of the first lock."""
    await act(house, "erase_activity")


async def assign(house: House) -> None:
    """Say by hand who the newest line was."""
    key = (await activity(house))[0]["key"]
    await act(house, "assign_operation", line=key, person="Mara")


@pytest.mark.parametrize("action", [erase, assign])
async def test_action_fails_and_is_made_up_for(
    home: House, files: Path, action: Callable[[House], Awaitable[None]]
) -> None:
    before = on_disk(home, files)
    with full_disk():
        with pytest.raises(HomeAssistantError) as raised:
            await action(home)
        assert raised.value.translation_key == "not_written"
        assert on_disk(home, files) == before
        assert is_warned(home)
        await home.pass_time(60, 5)
        assert on_disk(home, files) == before
    await home.pass_time(15, 5)
    assert not is_warned(home)
    assert on_disk(home, files) != before
    assert ('"who":{' in on_disk(home, files).replace(" ", "")) is (action is assign)


async def test_erasing_over_the_websocket_fails(
    hass: HomeAssistant, home: House, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    command = {"type": "aqara_lock/activity/erase", "lock_id": home.subentry_id()}
    with full_disk():
        await client.send_json_auto_id(command)
        answer = await client.receive_json()
    assert not answer["success"]
    assert answer["error"]["translation_key"] == "not_written"


async def test_erased_stays_erased_after_a_kill(home: House, files: Path) -> None:
    await erase(home)
    disk = Disk(files)
    home.matter.recent_events.clear()
    await disk.start_again(home)
    assert [x for x in await lines(home) if x["kind"] == "event"] == []


async def rename_person(house: House) -> Flow:
    """Change a person."""
    person = next(
        x.subentry_id
        for x in house.home.subentries.values()
        if x.subentry_type == "person"
    )
    flow = await reconfigure(house, "person", person)
    await flow.choose("rename")
    return await flow.fill(name="Maria")


async def new_person(house: House) -> Flow:
    """Add a person."""
    flow = await add_person(house, name="Ben")
    return await flow.choose("finish")


async def observer(house: House) -> Flow:
    """Add an observer to a lock."""
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("add_observer")
    return await flow.fill(entity_id="sensor.door", person="says_name", window=60)


async def entity(house: House) -> Flow:
    """Change whether ours takes the place of core's entity."""
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("entity")
    return await flow.fill(replace_core_lock=False, under_hub=False)


async def one_more_lock(house: House) -> Flow:
    """Add a lock that Matter has."""
    house.matter.add(U200_NODE, u200())
    flow = await add_lock(house)
    await flow.choose("found")
    await flow.fill(replace_core_lock=True)
    if flow.aborted is None:
        await flow.wait()
        await flow.choose("finish")
    return flow


async def settings(house: House) -> Flow:
    """Change the settings of the home."""
    manager = house.hass.config_entries.options
    flow = Flow(house, manager, await manager.async_init(house.home.entry_id))
    await flow.choose("settings")
    return await flow.fill(
        names_visible_to="admins", journal_lines=50, journal_days=5, llm_tool=False
    )


async def who_was_this(house: House) -> Flow:
    """Answer the question who an unknown user is."""
    flow = await fix(house, f"unknown_user_{house.subentry_id()}")
    return await flow.fill(user=str(TENANT), who="guest")


async def never_ask(house: House) -> Flow:
    """Answer that nobody shall ask again."""
    flow = await fix(house, f"unknown_user_{house.subentry_id()}")
    return await flow.fill(user=str(TENANT), who="never_ask")


@pytest.mark.parametrize(
    "dialog",
    [
        rename_person,
        new_person,
        observer,
        entity,
        one_more_lock,
        settings,
    ],
)
async def test_dialog_says_that_nothing_was_kept(
    hass: HomeAssistant, home: House, dialog: Callable[[House], Awaitable[Flow]]
) -> None:
    await async_setup_component(hass, "repairs", {})
    before = dict(home.home.options), dict(home.home.subentries)
    with full_disk():
        flow = await dialog(home)
        assert flow.aborted == "not_written"
    assert (dict(home.home.options), dict(home.home.subentries)) == before
    assert (await dialog(home)).is_done


@pytest.mark.parametrize("dialog", [who_was_this, never_ask])
async def test_repair_says_that_nothing_was_kept_and_is_made_up_for(
    home: House, files: Path, dialog: Callable[[House], Awaitable[Flow]]
) -> None:
    with full_disk():
        before = on_disk(home, files)
        assert (await dialog(home)).aborted == "not_written"
        assert on_disk(home, files) == before
    await home.pass_time(15, 5)
    await home.reload()
    assert (
        ir.async_get(home.hass).async_get_issue(
            "aqara_lock", f"unknown_user_{home.subentry_id()}"
        )
        is None
    )


async def test_hub_is_not_forgotten_in_vain(
    home: House, lan: FakeLan, hub: FakeHub
) -> None:
    await home.pass_time(70, 5)
    device = home.hub_device(hub)
    lan.unplug(hub)
    await home.pass_time(60, 5)
    with full_disk(), pytest.raises(HomeAssistantError):
        await async_remove_config_entry_device(home.hass, home.home, device)
    assert dr.async_get(home.hass).async_get(device.id) is not None


async def test_what_happens_while_the_disk_is_full_is_written_when_there_is_room(
    home: House, u400_lock: FakeLock, files: Path
) -> None:
    """Core's own store forgets what it could not write."""
    with full_disk():
        for _ in range(3):
            await unlock(home, u400_lock, 2)
            await home.tick(20)
        assert is_warned(home)
    await home.pass_time(15, 5)
    assert not is_warned(home)
    home.matter.recent_events.clear()
    u400_lock.record.clear()
    disk = Disk(files)
    await disk.start_again(home)
    told = [x for x in await lines(home) if x["kind"] == "event"]
    assert len(told) == 10
    assert [x.get("person") for x in told if x["type"] == "unlocked"].count("Mara") == 4


async def test_reload_while_the_disk_is_full_loses_nothing(
    home: House, u400_lock: FakeLock, files: Path
) -> None:
    """What the old run could not write is handed on to the new one."""
    with full_disk():
        await unlock(home, u400_lock, 2)
        home.matter.recent_events.clear()
        u400_lock.record.clear()
        await home.reload()
        assert home.home.state is ConfigEntryState.LOADED
        assert len([x for x in await lines(home) if x["kind"] == "event"]) == 6
    await home.pass_time(40, 5)
    disk = Disk(files)
    await disk.start_again(home)
    assert len([x for x in await lines(home) if x["kind"] == "event"]) == 6


async def test_write_that_went_nowhere_is_noticed(
    home: House, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read back: a disk that claims to have written is not believed."""
    before = on_disk(home, files)

    def claim(*_: Any, **__: Any) -> None:
        """Write nothing."""

    monkeypatch.setattr("homeassistant.helpers.storage.write_utf8_file_atomic", claim)
    with pytest.raises(HomeAssistantError):
        await erase(home)
    assert on_disk(home, files) == before
    monkeypatch.undo()
    await home.pass_time(15, 5)
    whole = files / f"aqara_lock.lock.{home.subentry_id()}"
    assert json.loads(whole.read_text())["data"]["journal"]["epochs"][0]["events"] == []
