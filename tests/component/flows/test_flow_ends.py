"""Pages that are left, or that end, because something is gone or takes its time."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.flows import hub_search
from custom_components.aqara_lock.flows.people import PeopleTable

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..flow_steps import (
    Flow,
    add_guest,
    add_lock,
    add_person,
    added_to_matter,
    bind,
    bind_lock,
    open_options,
    reconfigure,
    subentry_id_of,
)
from ..house import House


async def remove_lock(house: House) -> None:
    """Remove the lock by Home Assistant's own menu."""
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()


OTHER = FakeHub(
    name="Hub M3",
    host="HubM3.local.",
    border_agent_id="ff" * 16,
    extended_address="1122334455667788",
    extended_pan_id="0102030405060708",
    network_name="AqaraHome-new",
    addresses=("10.10.10.21",),
)


async def lose_patience(house: House, going: Coroutine[Any, Any, Flow]) -> Flow:
    """Let time pass until a page is shown instead of waited for."""
    shown = asyncio.ensure_future(going)
    await house.wait_for_time(shown.done, 30)
    return shown.result()


async def test_look_at_the_network_that_takes_long_is_shown(
    house: House, hub: FakeHub, lan: FakeLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, look = asyncio.Event(), hub_search.async_survey

    async def slow(hass: HomeAssistant, hubs: Any) -> Any:
        await seen.wait()
        return await look(hass, hubs)

    monkeypatch.setattr(hub_search, "async_survey", slow)
    lan.add(OTHER)
    await house.start()
    flow = await lose_patience(house, bind_lock(house, "new_lock"))
    assert (flow.waits, flow.step) == (True, "search")
    seen.set()
    await flow.wait()
    assert flow.step == "hub"
    seen.clear()
    await lose_patience(house, flow.fill(hub=hub.border_agent_id))
    assert (flow.waits, flow.step) == (True, "check")
    seen.set()
    await flow.wait()
    assert not flow.waits
    assert flow.said["hub"] == "Hub M100-A1B2"


async def test_hub_page_leads_back(house: House, hub: FakeHub, lan: FakeLan) -> None:
    lan.add(OTHER)
    await house.start()
    flow = await bind_lock(house, "new_lock")
    await flow.wait()
    assert flow.step == "hub"
    await flow.choose("back")
    assert flow.step == "where"


async def test_watch_after_a_restart_listens_anew(house: House, hub: FakeHub) -> None:
    await house.start()
    (await bind_lock(house, "in_aqara_app")).close()
    home = house.home.runtime_data
    home.keep_setup_place({**home.setup_place, "step": "arrived_unknown"})
    await house.reload()
    again = await add_lock(house)
    await again.choose("resume", "watch")
    assert (again.waits, again.step) == (True, "watch")
    again.close()


async def test_place_that_is_gone_by_now_begins_at_the_model(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    (await bind_lock(house, "in_aqara_app")).close()
    again = await add_lock(house)
    house.home.runtime_data.keep_setup_place({})
    await again.choose("resume")
    assert again.step == "where"


async def test_details_of_a_lock_that_was_removed(house: House) -> None:
    await house.start()
    flow = await added_to_matter(house)
    await remove_lock(house)
    await flow.choose("report_details")
    assert flow.aborted == "lock_gone"


@pytest.mark.parametrize(
    ("pages", "choice"),
    [((), "users"), (("users",), "finish"), (("users", "who_is_it"), "back")],
)
async def test_naming_at_a_lock_that_was_removed(
    house: House, pages: tuple[str, ...], choice: str
) -> None:
    await house.start()
    flow = await added_to_matter(house)
    await flow.choose(*pages)
    await remove_lock(house)
    await flow.choose(choice)
    assert flow.aborted == "lock_gone"


async def test_lock_that_is_removed_while_names_are_kept(house: House) -> None:
    await house.start()
    flow = await added_to_matter(house)
    await flow.choose("users")

    async def keep(*_: object) -> None:
        await remove_lock(house)

    with patch.object(PeopleTable, "async_keep", keep):
        await flow.choose("finish")
    assert flow.aborted == "lock_gone"


async def test_guest_needs_a_lock(house: House, hub: FakeHub) -> None:
    await house.start()
    assert (await add_guest(house)).aborted == "no_locks"


async def test_access_needs_a_lock(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 1)
    await remove_lock(house)
    flow = await reconfigure(house, "person", subentry_id_of(house, "Mara"))
    await flow.choose("access")
    assert flow.aborted == "no_locks"


async def test_pages_of_a_person_lead_back(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 1)
    flow = await reconfigure(house, "person", subentry_id_of(house, "Mara"))
    for page in ("access", "rename", "pick"):
        await flow.choose(page, "back")
        assert flow.step == "reconfigure"


async def test_door_of_a_touch_leads_back(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    await bind(house, "Mara", 1)
    flow = await reconfigure(house, "person", subentry_id_of(house, "Mara"))
    await flow.choose("teach", "back")
    assert flow.step == "reconfigure"


async def test_switches_of_hubs_need_a_hub(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await open_options(house)
    await flow.choose("hub_switches")
    assert flow.aborted == "no_hubs"


async def test_touch_is_waited_for_while_another_integration_changes(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_person(house, name="Mara")
    await flow.choose("teach")
    assert flow.waits
    other = MockConfigEntry(domain="other")
    other.add_to_hass(house.hass)
    house.hass.config_entries.async_update_entry(other, title="Changed")
    u400_lock.unlock_by_finger(user=1)
    await flow.wait()
    assert flow.step == "confirm"
