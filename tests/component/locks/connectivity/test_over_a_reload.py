"""What is open or under way while the home is loaded anew acts on what runs then."""

import asyncio
from http import HTTPStatus
import json
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.aqara_lock.store.file import NotKeptError

from ...callers import act
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, User
from ...flow_steps import add_person, bind, fix, reconfigure
from ...flows.test_lock_flow_start import take_first
from ...house import House
from ...issues.test_new_ecosystem import GOOGLE, connect
from ...nodes import APPLE_FABRIC
from ...test_repairs import issues
from ..activity.test_gap_entries import lines, unlock

pytestmark = pytest.mark.usefixtures("files")
WRITER: Final = "homeassistant.util.file.AtomicWriter"

TENANT: Final = 5


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Give a home with a user that nobody knows."""
    u400_lock.users[TENANT] = User(None)
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, TENANT)
    return house


def stored(house: House, files: Path) -> dict[str, Any]:
    """Give what the file of the first lock holds."""
    path = files / f"aqara_lock.lock.{house.subentry_id()}"
    content: dict[str, Any] = json.loads(path.read_text())["data"]
    return content


def numbers(house: House, files: Path) -> list[int]:
    """Give the event numbers in the file of the first lock."""
    epochs = stored(house, files)["journal"]["epochs"]
    return [event["number"] for epoch in epochs for event in epoch["events"]]


def mara(house: House) -> str:
    """Id of the person."""
    (person,) = (
        x.data["person_id"]
        for x in house.home.subentries.values()
        if x.subentry_type == "person"
    )
    found: str = person
    return found


async def test_repair_binds_and_writes_over_nothing(
    hass: HomeAssistant,
    home: House,
    u400_lock: FakeLock,
    files: Path,
    hass_client: ClientSessionGenerator,
) -> None:
    """It showed success, lost the binding and wrote the old journal over the new one."""
    # What the web server logs of requests knows no frozen time.
    home.expects_errors = True
    assert await async_setup_component(hass, "repairs", {})
    http = await hass_client()
    issue = f"unknown_user_{home.subentry_id()}"
    begun = await http.post(
        "/api/repairs/issues/fix", json={"handler": "aqara_lock", "issue_id": issue}
    )
    flow_id = (await begun.json())["flow_id"]
    await home.reload()
    await unlock(home, u400_lock, 1)
    await home.tick(7)
    before = numbers(home, files)
    assert len(before) == 4
    answered = await http.post(
        f"/api/repairs/issues/fix/{flow_id}",
        json={"user": str(TENANT), "who": mara(home)},
    )
    assert answered.status == HTTPStatus.OK
    await home.pass_time(40, 5)
    assert numbers(home, files) == before
    await home.reload()
    assert numbers(home, files) == before
    await unlock(home, u400_lock, TENANT)
    assert home.changed_by == "Mara"


async def test_repair_of_a_lock_that_is_gone_says_so(
    hass: HomeAssistant, home: House
) -> None:
    flow = await fix(home, f"unknown_user_{home.subentry_id()}")
    hass.config_entries.async_remove_subentry(home.home, home.subentry_id())
    await home.settle()
    await flow.fill(user=str(TENANT), who="guest")
    assert flow.aborted == "lock_gone"


async def test_new_app_that_was_confirmed_is_not_asked_for_again(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    (issue,) = (x for x in issues(hass) if x.translation_key == "new_app")
    flow = await fix(house, issue.issue_id)
    await house.reload()
    await flow.fill()
    assert flow.is_done
    await house.reload()
    assert issues(hass) == []


async def test_cause_is_looked_for_in_the_home_that_runs(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(200, 5)
    (issue,) = issues(house.hass)
    flow = await fix(house, issue.issue_id)
    await house.reload()
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    await flow.fill()
    assert flow.is_done


async def test_touch_of_the_reader_is_seen_by_the_lock_that_runs(
    home: House, u400_lock: FakeLock
) -> None:
    flow = await add_person(home, name="Ben")
    await flow.choose("teach")
    assert await flow.still_waits()
    await home.hass.config_entries.async_reload(home.home.entry_id)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    assert flow.step == "confirm"
    await flow.choose("take", "finish")
    assert flow.is_done
    await unlock(home, u400_lock, 1)
    assert home.changed_by == "Ben"


async def test_check_that_outlasts_a_reload_is_kept_by_the_lock_that_runs(
    home: House, u400_lock: FakeLock, files: Path
) -> None:
    flow = await reconfigure(home, "lock", home.subentry_id())
    home.matter.hold("ping_node")
    flow.in_haste = True
    await flow.choose("check_binding")
    assert flow.waits
    await home.wait_for(lambda: home.matter.held)
    await home.hass.config_entries.async_reload(home.home.entry_id)
    home.matter.release()
    await flow.wait()
    assert flow.step == "report"
    await home.reload()
    assert stored(home, files)["binding"] is not None


async def test_action_erases_in_the_home_that_runs(home: House, files: Path) -> None:
    """Its lock was found before, and replaced meanwhile."""
    old = home.home.runtime_data.locks[home.subentry_id()]
    erase = old.async_erase
    reloaded: list[bool] = []

    async def reload_and_erase() -> None:
        reloaded.append(await home.hass.config_entries.async_reload(home.home.entry_id))
        await erase()

    with (
        patch.object(old, "async_erase", reload_and_erase),
        pytest.raises(HomeAssistantError),
    ):
        await act(home, "erase_activity")
    assert reloaded == [True]
    await act(home, "erase_activity")
    await home.reload()
    assert [x for x in await lines(home) if x["kind"] == "event"] == []
    assert numbers(home, files) == []


async def test_feed_goes_on_with_the_home_that_runs(
    hass: HomeAssistant,
    home: House,
    u400_lock: FakeLock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "aqara_lock/activity/subscribe"})
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["initial"]
    await home.reload()
    u400_lock.lock_by_hand()
    await home.settle()
    told: list[str] = []
    while "locked" not in told:
        event = (await client.receive_json())["event"]
        told += [line["type"] for line in event["lines"]]


async def test_flow_of_a_lock_goes_on_with_the_home_that_runs(
    home: House, hub: FakeHub, u200_lock: FakeLock
) -> None:
    flow = await take_first(home)
    await home.reload()
    await flow.fill()
    await home.settle()
    assert (
        len([x for x in home.home.subentries.values() if x.subentry_type == "lock"])
        == 2
    )


async def test_stopped_store_refuses_to_write(
    home: House, u400_lock: FakeLock, files: Path
) -> None:
    """Whatever still holds it: timers, tasks, subscriptions and dialogs of the old run."""
    old = home.home.runtime_data
    lock = old.locks[home.subentry_id()]
    await home.reload()
    await unlock(home, u400_lock, 1)
    await home.tick(7)
    before = {path.name: path.read_bytes() for path in files.glob("aqara_lock.*")}
    lock.journal.erase()
    lock.schedule_save()
    old.undo.restore(lock.id)
    for write in (lock.async_save, lock.async_erase, old.async_check_disk):
        with pytest.raises(NotKeptError) as raised:
            await write()
        assert isinstance(raised.value, HomeAssistantError)
        assert raised.value.translation_key == "reloaded_meanwhile"
    await home.pass_time(40, 5)
    after = {path.name: path.read_bytes() for path in files.glob("aqara_lock.*")}
    assert after.keys() == before.keys()
    assert numbers(home, files)[-1] == u400_lock.event_number


async def test_reloads_in_the_middle_of_operations_lose_none(
    home: House, u400_lock: FakeLock, files: Path
) -> None:
    for _ in range(5):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(user=2)
        reload = asyncio.ensure_future(
            home.hass.config_entries.async_reload(home.home.entry_id)
        )
        u400_lock.lock_by_hand()
        await home.wait_for(reload.done)
        u400_lock.unlock_by_finger(user=2)
        await home.settle()
    await home.stop()
    found = numbers(home, files)
    assert found == sorted(set(found))
    assert len(found) == 2 + 5 * 4


async def raise_new_app(home: House, lock: FakeLock) -> Any:
    """Have a new app connected to the lock, and open the dialog of its repair."""
    await connect(home, lock, APPLE_FABRIC, GOOGLE)
    (issue,) = (x for x in issues(home.hass) if x.translation_key == "new_app")
    return await fix(home, issue.issue_id)


async def test_new_app_of_a_lock_that_went_while_it_was_asked(
    hass: HomeAssistant, home: House, u400_lock: FakeLock
) -> None:
    flow = await raise_new_app(home, u400_lock)
    hass.config_entries.async_remove_subentry(home.home, home.subentry_id())
    await home.settle()
    await flow.fill()
    assert flow.aborted == "lock_gone"


async def test_new_app_that_cannot_be_kept_is_not_called_known(
    home: House, u400_lock: FakeLock
) -> None:
    flow = await raise_new_app(home, u400_lock)
    home.expects_errors = True
    with patch(WRITER, side_effect=OSError(28, "No space left on device")):
        await flow.fill()
    assert flow.aborted == "not_written"


async def test_repair_of_a_lock_that_went_asks_nothing(
    hass: HomeAssistant, home: House
) -> None:
    """It is raised from before, and about to be taken back."""
    ir.async_create_issue(
        hass,
        "aqara_lock",
        "unknown_user_gone",
        data={"lock_id": "gone"},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="unknown_user",
        translation_placeholders={"lock": "Back door"},
    )
    flow = await fix(home, "unknown_user_gone")
    assert flow.aborted == "lock_gone"


async def test_cause_stays_while_the_home_does_not_run(
    home: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Nothing was looked at, so nothing is cured."""
    await home.pass_time(65, 5)
    home.lan.unplug(hub)
    await home.pass_time(200, 5)
    cause = next(x for x in issues(home.hass) if "cause_" in x.issue_id)
    flow = await fix(home, cause.issue_id)
    await home.stop()
    await flow.fill()
    assert not flow.is_done
    assert flow.errors == {"base": "still_there"}
