"""Set-up, loss and return of what the product stands on."""

from collections import deque
from unittest.mock import patch

from homeassistant.config_entries import (
    ConfigEntryDisabler,
    ConfigEntryState,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.const import EVENT_CONNECTION
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)

from .fake_lan import FakeHub
from .fake_matter import FakeLock, Refusal
from .house import House, subentry
from .nodes import U400_NODE, u400

PRODUCT = "custom_components.aqara_lock"


async def test_set_up_without_matter_is_a_finding(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.stop()
    entry = await house.start(u400_lock)
    assert entry.state is ConfigEntryState.LOADED
    assert house.matter_entry.state is ConfigEntryState.SETUP_RETRY
    await house.tick(31)
    assert house.problem.state == "matter_unavailable"
    assert "{" not in house.problem.attributes["message"]


async def test_set_up_while_a_known_matter_server_is_away(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    house.matter.stop()
    await house.settle()
    await house.reload()
    assert house.home.state is ConfigEntryState.LOADED
    assert house.lock.state == "unavailable"
    await house.tick(31)
    assert house.problem.state == "matter_unavailable"
    house.matter.start()
    await house.pass_time(120, 10)
    assert house.lock.state == "locked"
    assert house.problem.state == "ok"


async def test_server_that_is_too_old(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    house.matter.schema_version = 1
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.problem.state == "matter_server_too_old"
    assert house.fired("connection")[0]["cause"] == "matter_server_too_old"
    assert "{" not in house.problem.attributes["message"]
    house.matter.schema_version = 12
    await house.pass_time(120, 10)
    assert house.problem.state == "ok"
    issues = ir.async_get(house.hass).issues
    assert not [key for key in issues if key[0] == "matter"]


async def test_new_client_is_tied_in_after_a_reload_of_matter(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert len(house.matter.clients) == 1
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Anna"


async def test_broken_connection_is_tied_in_again(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    house.matter.clients[0].link.drop()
    await house.pass_time(5, 1)
    assert len(house.matter.clients) == 1
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types() == ["unlocked"]


async def test_matter_entry_of_the_lock_is_removed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_remove(house.matter_entry.entry_id)
    await house.settle()
    assert house.problem.state == "matter_unavailable"
    assert house.lock.state == "unavailable"


async def test_matter_entry_that_the_user_disabled_is_no_alarm(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entry_id = house.matter_entry.entry_id
    entries = house.hass.config_entries
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await house.pass_time(60, 10)
    assert house.types("connection") == []
    await entries.async_set_disabled_by(entry_id, None)
    await house.pass_time(60, 10)
    assert house.problem.state == "ok"
    assert house.lock.state == "locked"


async def test_removed_node_is_told(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    house.matter.remove(u400_lock)
    await house.settle()
    assert house.state(house.entity_id("sensor", "diagnosis")).state == "lock_removed"
    assert house.types("connection") == ["unresponsive"]
    assert house.lock.state == "unavailable"


@pytest.mark.parametrize("serial", [None, "54EF441000000777"])
async def test_remedy_for_a_removed_lock_follows_what_matter_has(
    house: House, u400_lock: FakeLock, serial: str | None
) -> None:
    """Nobody shares a lock again that is there under a new node already."""
    if serial is None:
        u400_lock.attributes["0/40/15"] = ""
    await house.start(u400_lock)
    house.matter.remove(u400_lock)
    await house.settle()
    told = house.problem.attributes["message"]
    assert "share it again" in told
    assert "Add lock" not in told
    attributes = {**u400_lock.attributes, "0/40/15": serial or ""}
    again = house.matter.add(77, {**attributes, "0/40/5": "New front door"})
    await house.settle()
    await house.pass_time(60, 10)
    assert house.problem.state == "lock_removed"
    told = house.problem.attributes["message"]
    name = house.device_of(again).name
    assert name is not None
    assert f"not set up here: {name}" in told
    assert "Add lock" in told
    assert "{" not in told
    house.matter.remove(again)
    await house.settle()
    await house.pass_time(60, 10)
    assert "Add lock" not in house.problem.attributes["message"]


async def test_lock_that_was_commissioned_again_keeps_everything(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    before = {
        entry.unique_id: entry.entity_id
        for entry in er.async_entries_for_config_entry(
            er.async_get(hass), house.home.entry_id
        )
    }
    house.matter.remove(u400_lock)
    await house.settle()
    fresh = house.matter.add(U400_NODE + 20, u400())
    fresh.users = u400_lock.users
    await house.settle()
    after = er.async_entries_for_config_entry(er.async_get(hass), house.home.entry_id)
    assert {entry.unique_id: entry.entity_id for entry in after} == before
    device = house.device_of(fresh)
    ours = [entry for entry in after if entry.config_subentry_id]
    assert {entry.device_id for entry in ours} == {device.id}
    assert house.problem.state == "ok"
    assert house.lock.state == "locked"
    fresh.unlock_by_finger(user=2)
    await house.settle()
    assert house.types() == ["unlocked", "unlocked"]
    assert house.changed_by == "Ben"


async def test_recommissioned_lock_is_found_after_a_restart(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    house.matter.remove(u400_lock)
    await house.settle()
    house.matter.add(U400_NODE + 20, u400())
    await house.settle()
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.problem.state == "ok"
    assert house.lock.state == "locked"


async def test_disabled_device_is_paused_not_ill(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    device = house.device_of(u400_lock)
    registry = dr.async_get(hass)
    registry.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    await house.pass_time(40, 10)
    assert house.fired("connection") == []
    registry.async_update_device(device.id, disabled_by=None)
    await house.settle()
    await house.pass_time(60, 10)
    assert house.problem.state == "ok"
    assert house.lock.state == "locked"
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types() == ["unlocked"]


async def test_paused_lock_is_not_told_of_while_its_hub_is_away(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    told = async_capture_events(hass, EVENT_CONNECTION)
    device = house.device_of(u400_lock)
    registry = dr.async_get(hass)
    registry.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    await house.settle()
    house.lan.unplug(hub)
    await house.pass_time(60, 5)
    assert told == []
    registry.async_update_device(device.id, disabled_by=None)
    await house.settle()
    await house.tick(1)
    assert [event.data["cause"] for event in told] == ["hub_offline"]


async def test_node_without_a_door_lock(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    without = {k: v for k, v in u400_lock.attributes.items() if "1/257" not in k}
    u400_lock.attributes = without
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.problem.state == "not_a_lock"
    assert "{" not in house.problem.attributes["message"]
    assert house.lock.state == "unavailable"
    u400_lock.attributes = u400()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.problem.state == "ok"


async def test_two_locks_are_kept_apart(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u200_lock, u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert house.types(number=0) == []
    assert house.types(number=1) == ["unlocked"]
    assert house.state(house.entity_id("lock", "lock", 0)).state == "locked"


async def test_lock_is_added_without_a_reload(
    hass: HomeAssistant, house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u200_lock)
    house.changes.clear()
    data = subentry(u400_lock)
    hass.config_entries.async_add_subentry(house.home, ConfigSubentry(**data))
    await house.settle()
    assert house.state(house.entity_id("lock", "lock", 1)).state == "locked"
    first = house.entity_id("lock", "lock", 0)
    assert [s.state for s in house.written(first) if s.state == "unavailable"] == []


async def test_unload_leaves_nothing_behind(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    listeners = dict(hass.bus.async_listeners())
    await house.start(u400_lock, matter=False)
    client = house.matter.clients[0]
    assert client.callbacks_of(PRODUCT)
    u400_lock.report_state(LockState.UNLOCKED)
    await hass.config_entries.async_unload(house.home.entry_id)
    await house.settle()
    assert client.callbacks_of(PRODUCT) == []
    assert house.lan.browsers == []
    assert house.lan.listeners == []
    after = dict(hass.bus.async_listeners())
    ours = {"device_registry_updated", "aqara_lock_activity"}
    assert {k: after.get(k) for k in ours} == {k: listeners.get(k) for k in ours}
    before = list(u400_lock.requests)
    u400_lock.unlock_by_finger(user=1)
    await house.pass_time(60, 10)
    assert u400_lock.requests == before
    assert house.types() == []


@pytest.mark.parametrize(
    "part",
    ["mdns.border_routers.BorderRouterBrowser", "host.kernel_monitor.KernelMonitor"],
)
async def test_set_up_that_fails_leaves_nothing_running(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub, part: str
) -> None:
    house.expects_errors = True
    entry = await house.start(u400_lock)
    await house.tick(10)
    await hass.config_entries.async_unload(entry.entry_id)
    start = "async_start" if part.startswith("mdns") else "start"
    name = f"{PRODUCT}.network.{part}.{start}"
    with patch(name, side_effect=RuntimeError("a part that fails")):
        await hass.config_entries.async_setup(entry.entry_id)
        await house.settle()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    probes, requests = len(house.lan.probes), len(u400_lock.requests)
    await house.pass_time(60, 5)
    assert house.matter.clients[0].callbacks_of(PRODUCT) == []
    assert (len(house.lan.probes), len(u400_lock.requests)) == (probes, requests)
    assert house.lan.browsers == []
    assert house.lan.listeners == []
    assert await hass.config_entries.async_reload(entry.entry_id)


async def test_unload_in_the_middle_of_everything(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(20, 5)
    house.lan.plug(hub)
    await house.tick(0)
    u400_lock.reacts = ()
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 1)
    u400_lock.report_state(LockState.LOCKED)
    u400_lock.report_state(LockState.UNLATCHED)
    await house.call("lock")
    await hass.config_entries.async_unload(house.home.entry_id)
    await house.settle()
    assert house.home.state is ConfigEntryState.NOT_LOADED


async def test_missed_events_are_read_by_number_from_a_new_server(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.schema_version = 14
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.KEYPAD, 2, silently=True
    )
    u400_lock.requests.clear()
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert len(u400_lock.requests) <= 1
    assert house.types() == ["locked"]


@pytest.mark.parametrize("failure", [Refusal(error_code=7), TimeoutError()])
async def test_back_fill_that_fails_is_no_failure_of_the_set_up(
    house: House, u400_lock: FakeLock, failure: Refusal | Exception
) -> None:
    house.matter.failures["diagnostics"] = deque([failure])
    entry = await house.start(u400_lock)
    assert entry.state is ConfigEntryState.LOADED
    assert house.problem.state == "ok"
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types() == ["unlocked"]


async def test_damaged_recent_event_is_left_out(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, silently=True
    )
    del house.matter.recent_events[-1]["timestamp"]
    entry = await house.start(u400_lock)
    assert entry.state is ConfigEntryState.LOADED
