"""A lock of the home is checked, gets another hub or is bound anew; nothing of it is lost."""

import pytest

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..flow_steps import CODE, Flow, bind, reconfigure
from ..house import House
from ..nodes import u400

LONG = 2 * 3600
RENEWED_NODE = 21


@pytest.fixture
async def bound(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Have a lock in the home that hangs on its hub, and that Mara has unlocked."""
    await house.start(u400_lock)
    await bind(house, "Mara", 1)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    return house


def m3() -> FakeHub:
    """Give another hub of Aqara with a network of its own."""
    return FakeHub(
        name="Hub M3",
        host="HubM3.local.",
        border_agent_id="ff" * 16,
        extended_address="1122334455667788",
        extended_pan_id="0102030405060708",
        network_name="AqaraHome-new",
        addresses=("10.10.10.21",),
    )


async def settings(house: House, *steps: str) -> Flow:
    """Open the settings of the lock and go on from there."""
    flow = await reconfigure(house, "lock", house.subentry_id())
    return await flow.choose(*steps)


def meant_hub(house: House) -> str | None:
    """Give the hub that is kept with the lock."""
    found: str | None = house.home.subentries[house.subentry_id()].data.get("hub")
    return found


def mean(house: House, hub: FakeHub) -> None:
    """Keep a hub with the lock."""
    subentry = house.home.subentries[house.subentry_id()]
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, "hub": hub.border_agent_id}
    )


def history(house: House) -> tuple[list[str], int]:
    """Give what happened at the lock, and how many of its users have a name."""
    lock = house.home.runtime_data.locks[house.subentry_id()]
    types = [line.type.value for line in lock.journal.lines() if line.type]
    return types, len(lock.log.memory.directory.bindings)


async def replaced(house: House, lan: FakeLan, hub: FakeHub) -> FakeHub:
    """Put a new hub in the place of the old one."""
    mean(house, hub)
    await house.pass_time(120, 10)
    new = lan.add(m3())
    lan.unplug(hub)
    await house.pass_time(LONG, 60)
    return new


async def test_binding_is_checked_on_request(bound: House, u400_lock: FakeLock) -> None:
    asked = u400_lock.asked.count("ping_node")
    flow = await settings(bound)
    assert u400_lock.asked.count("ping_node") == asked
    await flow.choose("check_binding")
    assert (flow.waits, flow.step) == (True, "verify")
    assert flow.said["lock"] == "Aqara Smart Lock U400"
    await flow.wait()
    assert flow.choices == ["save", "report_details", "check_binding", "rebind"]
    assert "hub: yes" in flow.said["report"]
    assert u400_lock.asked.count("ping_node") == asked + 5
    await flow.choose("report_details")
    assert "Is Aqara Smart Lock U400 connected through the hub?" in flow.said["report"]
    await flow.choose("report", "save")
    assert flow.is_done


async def test_another_hub_is_kept_and_the_lock_moved(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    other = lan.add(m3())
    flow = await settings(bound, "rebind")
    assert flow.choices == [
        "other_hub",
        "connect_hub",
        "share",
        "where_am_i",
        "glossary",
    ]
    await flow.choose("other_hub")
    await flow.wait()
    assert list(flow.labels("hub")) == [
        hub.border_agent_id,
        other.border_agent_id,
        "none",
    ]
    await flow.fill(hub=other.border_agent_id)
    assert (flow.step, flow.said["hub"]) == ("connect_hub", "Hub M3")
    assert meant_hub(bound) == other.border_agent_id
    flow.close()
    again = await settings(bound, "rebind", "connect_hub")
    assert again.said["hub"] == "Hub M3"
    again.close()
    assert history(bound) == (["unlocked"], 1)


async def test_hub_can_be_given_up(bound: House, hub: FakeHub) -> None:
    mean(bound, hub)
    flow = await settings(bound, "rebind", "other_hub")
    await flow.wait()
    await flow.fill(hub="none")
    assert meant_hub(bound) is None
    assert flow.step == "connect_hub"
    flow.close()


async def test_search_without_a_hub_keeps_the_way(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await settings(house, "rebind", "other_hub")
    await flow.wait()
    assert flow.step == "no_hub"
    await flow.choose("without_hub")
    assert flow.step == "connect_hub"
    flow.close()


async def test_where_am_i_shows_that_the_hub_is_next(bound: House) -> None:
    flow = await settings(bound, "rebind", "where_am_i")
    assert "3. **Connect it to the hub**" in flow.said["way"]
    await flow.choose("back")
    assert flow.step == "rebind"


async def test_replaced_hub_is_offered_and_taken(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    flow = await settings(bound)
    assert "replaced_hub" not in flow.choices
    assert flow.said["new_hub"] == ""
    new = await replaced(bound, lan, hub)
    flow = await settings(bound)
    assert flow.choices[0] == "replaced_hub"
    assert flow.said["new_hub"] == " Hub M3 seems to have taken its place."
    before = history(bound)
    await flow.choose("replaced_hub")
    assert meant_hub(bound) == new.border_agent_id
    await flow.wait()
    assert flow.step == "report"
    again = await settings(bound)
    assert "replaced_hub" not in again.choices
    assert history(bound) == before
    assert before == (["unlocked"], 1)


async def test_old_hub_that_came_back_meanwhile_stays(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    await replaced(bound, lan, hub)
    flow = await settings(bound)
    lan.plug(hub)
    await bound.pass_time(60, 10)
    await flow.choose("replaced_hub")
    assert meant_hub(bound) == hub.border_agent_id
    assert flow.step == "verify"
    await flow.wait()


async def test_lock_that_was_reset_is_added_again_with_everything_kept(
    bound: House, u400_lock: FakeLock
) -> None:
    bound.matter.remove(u400_lock)
    await bound.settle()
    flow = await settings(bound, "rebind", "share")
    bound.matter.new_devices[RENEWED_NODE] = u400()
    await flow.fill(code=CODE)
    await flow.wait()
    assert (flow.waits, flow.step) == (True, "verify")
    await flow.wait()
    assert flow.choices == ["save", "report_details", "check_binding", "rebind"]
    await flow.choose("save")
    assert flow.is_done
    assert len(bound.home.subentries) == 2
    types, names = history(bound)
    assert ("unlocked" in types, names) == (True, 1)
    renewed = bound.matter.locks[RENEWED_NODE]
    renewed.lock_by_hand()
    await bound.settle()
    assert bound.lock.state == "locked"


async def test_other_lock_that_is_met_on_the_way_is_added(
    bound: House, u200_lock: FakeLock
) -> None:
    flow = await settings(bound, "rebind", "where_am_i", "where", "already")
    await flow.fill(replace_core_lock=True)
    assert (flow.waits, flow.step) == (True, "verify")
    assert flow.said["lock"] == "Aqara Smart Lock U200"
    await flow.wait()
    assert flow.said["lock"] == "Aqara Smart Lock U200"
    titles = {item.title for item in bound.home.subentries.values()}
    assert titles == {"Aqara Smart Lock U400", "Aqara Smart Lock U200", "Mara"}


async def test_report_needs_a_lock_that_was_checked(bound: House) -> None:
    flow = await settings(bound, "check_binding")
    await flow.wait()
    bound.home.runtime_data.locks[bound.subentry_id()].store.memory.binding = None
    await flow.refresh_view()
    assert flow.aborted == "lock_gone"
