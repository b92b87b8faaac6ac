"""Adding the lock to Matter: success, every failure, a closed dialog, a home that goes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.commissioning.outcome import (
    CommissioningFailure as Failure,
    Failed,
)
from custom_components.aqara_lock.matter.devices import find_locks

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock, Refusal
from ..flow_steps import CODE, Flow, add_lock, bind_lock
from ..house import House
from ..nodes import U200_NODE, U400_NODE, u200, u400

ATTEMPT: Final = "custom_components.aqara_lock.commissioning.attempt"
COMMISSION: Final = "commission_with_code"
NO_REASON: Final = Refusal(1, text="Commission with code failed for node 5.")
RENEWED_NODE: Final = 21


@pytest.fixture(autouse=True)
def at_once(house: House, hub: FakeHub) -> Iterator[None]:
    """There is a hub, and what is heard is heard at once."""
    with patch(f"{ATTEMPT}.HEARING_SECONDS", 0):
        yield


@contextmanager
def ends_with(failed: Failed) -> Iterator[None]:
    """Let every try end in the same way."""

    async def run(_: object) -> Failed:
        return failed

    with patch(f"{ATTEMPT}.CommissioningAttempt.async_run", run):
        yield


async def asked(house: House, *locks: FakeLock) -> Flow:
    """Be asked for the code of a lock that is on the hub."""
    await house.start(*locks)
    ways = ("in_aqara_app", "connect_hub_failed", "calibrate", "get_code")
    return await bind_lock(house, *ways)


async def entered(house: House) -> Flow:
    """Enter a code, and see that the lock is being added."""
    flow = await asked(house)
    await flow.fill(code=CODE)
    assert (flow.waits, flow.step) == (True, "commission")
    return flow


async def held(house: House) -> Flow:
    """Enter a code while the server takes its time."""
    house.matter.hold(COMMISSION)
    flow = await entered(house)
    await house.wait_for(lambda: house.matter.held)
    return flow


async def begin_in_haste(house: House) -> Flow:
    """Open the dialog while a lock is being added."""
    flow = await add_lock(house)
    flow.in_haste = True
    return flow


async def test_lock_is_added_and_is_in_the_home_before_it_is_checked(
    house: House, hub: FakeHub
) -> None:
    house.matter.new_devices[U400_NODE] = u400()
    flow = await entered(house)
    assert flow.said["hub"] == "Hub M100-A1B2"
    assert (flow.said["typical"], flow.said["longest"]) == ("30", "3")
    await flow.wait()
    assert flow.step == "door"
    house.matter.hold("ping_node")
    await flow.fill(replace_core_lock=True)
    assert (flow.waits, flow.step) == (True, "verify")
    assert flow.said["lock"] == "Aqara Smart Lock U400"
    (subentry,) = house.home.subentries.values()
    assert subentry.data["hub"] == hub.border_agent_id
    assert house.lock.state == "locked"
    assert house.home.runtime_data.commissioning.outcome is None
    house.matter.release()
    await flow.wait()
    assert flow.step == "report"


@pytest.mark.parametrize("replace", [True, False])
async def test_control_of_the_new_lock_is_chosen(house: House, replace: bool) -> None:
    house.matter.new_devices[U400_NODE] = u400()
    flow = await entered(house)
    await flow.wait()
    await flow.fill(replace_core_lock=replace)
    await flow.wait()
    core = house.core_lock(house.matter.locks[U400_NODE])
    assert (core.hidden_by is not None) is replace


@pytest.mark.parametrize("failure", list(Failure))
async def test_every_failure_says_what_to_do_and_can_be_tried_again(
    house: House, hub: FakeHub, failure: Failure
) -> None:
    flow = await asked(house)
    failed = Failed(
        failure=failure,
        ecosystems=("Apple Home", "Google Home"),
        fabrics=5,
        network="64ec20cc16093cc8",
        hubs=(hub.border_agent_id, "unknown"),
    )
    with ends_with(failed):
        await flow.fill(code=CODE)
        await flow.wait()
    assert flow.step == "commission_failed"
    expected = ["get_code", "where_am_i"]
    if failure is Failure.WRONG_THREAD_NETWORK:
        expected.insert(1, "connect_hub")
    assert flow.choices == expected
    problem = flow.said["problem"]
    assert len(problem) > 80
    assert "commission_" not in problem
    assert "{" not in problem
    await flow.choose("where_am_i", "back")
    assert (flow.step, flow.said["problem"]) == ("commission_failed", problem)
    house.matter.new_devices[U400_NODE] = u400()
    await flow.choose("get_code")
    assert flow.said["hub"] == "Hub M100-A1B2"
    await flow.fill(code=CODE)
    await flow.wait()
    assert flow.step == "door"


async def test_full_table_names_the_ecosystems(house: House) -> None:
    flow = await asked(house)
    with ends_with(
        Failed(
            failure=Failure.FABRIC_TABLE_FULL,
            ecosystems=("Apple Home", "Google Home"),
            fabrics=5,
        )
    ):
        await flow.fill(code=CODE)
        await flow.wait()
    assert "5 in use" in flow.said["problem"]
    assert "Apple Home, Google Home" in flow.said["problem"]


async def test_wrong_network_names_its_hubs_and_leads_to_the_hub(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    tv = lan.add(
        FakeHub(
            name="Apple TV",
            host="AppleTV.local.",
            border_agent_id="aa" * 16,
            extended_pan_id="64ec20cc16093cc8",
            vendor="Apple Inc.",
            addresses=("10.10.10.30",),
        )
    )
    flow = await asked(house)
    with ends_with(
        Failed(
            failure=Failure.WRONG_THREAD_NETWORK,
            network=tv.extended_pan_id,
            hubs=(tv.border_agent_id,),
        )
    ):
        await flow.fill(code=CODE)
        await flow.wait()
    assert "64ec20cc16093cc8, hubs: Apple TV" in flow.said["problem"]
    await flow.choose("connect_hub")
    assert flow.step == "connect_hub"
    flow.close()


async def test_refusal_of_the_server_keeps_the_place(house: House) -> None:
    house.matter.fail(COMMISSION, NO_REASON)
    flow = await entered(house)
    await flow.wait()
    assert flow.step == "commission_failed"
    await flow.choose("get_code")
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=CODE)
    await flow.wait()
    assert flow.step == "door"


async def test_lock_that_matter_has_already_can_be_taken(
    house: House, u400_lock: FakeLock
) -> None:
    flow = await asked(house)
    (known,) = find_locks(house.hass)
    failed = Failed(failure=Failure.ALREADY_COMMISSIONED, lock=known.identity)
    with ends_with(failed):
        await flow.fill(code=CODE)
        await flow.wait()
    assert flow.choices == ["found", "get_code", "where_am_i"]
    await flow.choose("found")
    assert flow.step == "door"
    await flow.fill(replace_core_lock=True)
    await flow.wait()
    assert flow.step == "who"
    assert house.lock.state == "locked"


async def test_lock_that_is_here_already_is_checked(
    house: House, u400_lock: FakeLock
) -> None:
    flow = await asked(house, u400_lock)
    (known,) = find_locks(house.hass)
    failed = Failed(failure=Failure.ALREADY_COMMISSIONED, lock=known.identity)
    with ends_with(failed):
        await flow.fill(code=CODE)
        await flow.wait()
    assert flow.choices == ["verify", "get_code", "where_am_i"]
    await flow.choose("verify")
    await flow.wait()
    assert flow.step == "report"
    assert house.home.runtime_data.locks[house.subentry_id()].binding is not None


async def test_failure_that_another_dialog_forgot_leads_to_the_code(
    house: House,
) -> None:
    flow = await asked(house)
    with ends_with(Failed(failure=Failure.NOT_FOUND)):
        await flow.fill(code=CODE)
        await flow.wait()
    house.home.runtime_data.commissioning.forget()
    await flow.refresh_view()
    assert flow.step == "share"


async def test_closed_dialog_is_picked_up_by_a_new_one(house: House) -> None:
    flow = await held(house)
    flow.close()
    assert house.home.runtime_data.commissioning.is_running
    house.matter.new_devices[U400_NODE] = u400()
    again = await begin_in_haste(house)
    assert again.choices == ["pick_up", "resume", "where", "glossary"]
    await again.choose("pick_up")
    assert (again.waits, again.step) == (True, "commission")
    again.in_haste = False
    house.matter.release()
    await again.wait()
    assert again.step == "door"
    assert house.matter.codes == [CODE]


async def test_lock_that_was_added_while_no_dialog_was_open_is_picked_up(
    house: House,
) -> None:
    flow = await held(house)
    flow.close()
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.release()
    await house.settle()
    again = await add_lock(house)
    assert again.choices == ["pick_up", "resume", "found", "where", "glossary"]
    await again.choose("pick_up")
    await again.wait()
    await again.fill(replace_core_lock=True)
    await again.wait()
    assert again.step == "report"
    assert (await add_lock(house)).choices == ["resume", "where", "glossary"]


async def test_failure_while_no_dialog_was_open_is_not_picked_up(house: House) -> None:
    flow = await held(house)
    flow.close()
    house.matter.fail(COMMISSION, NO_REASON)
    house.matter.release()
    await house.settle()
    assert (await add_lock(house)).choices == ["resume", "where", "glossary"]


async def test_lock_that_another_dialog_took_is_not_taken_twice(house: House) -> None:
    flow = await held(house)
    other = await begin_in_haste(house)
    await other.choose("pick_up")
    other.in_haste = False
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.release()
    await flow.wait()
    await flow.fill(replace_core_lock=True)
    await flow.wait()
    await other.wait()
    assert other.step == "nothing_found"
    assert len(house.home.subentries) == 1


async def test_dialog_that_comes_too_late_asks_for_a_code(house: House) -> None:
    flow = await held(house)
    late = await begin_in_haste(house)
    house.matter.new_devices[U400_NODE] = u400()
    house.matter.release()
    await flow.wait()
    late.in_haste = False
    await late.choose("pick_up")
    await late.wait()
    assert late.step == "share"


async def test_home_that_is_unloaded_in_the_middle_ends_the_dialog(
    house: House,
) -> None:
    flow = await held(house)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    await flow.wait()
    assert flow.aborted == "home_not_loaded"


async def test_home_that_is_reloaded_in_the_middle_asks_for_the_code_again(
    house: House,
) -> None:
    flow = await held(house)
    await house.reload()
    await flow.wait()
    assert flow.step == "share"
    house.matter.holding.clear()
    house.matter.held.clear()
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=CODE)
    await flow.wait()
    assert flow.step == "door"


async def test_known_lock_that_was_added_anew_keeps_its_place(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    before = house.subentry_id()
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    house.matter.remove(u400_lock)
    await house.settle()
    flow = await bind_lock(house, "other_ecosystem", "share_other")
    house.matter.new_devices[RENEWED_NODE] = u400()
    await flow.fill(code=CODE)
    await flow.wait()
    assert (flow.waits, flow.step) == (True, "verify")
    await flow.wait()
    assert flow.step == "report"
    assert list(house.home.subentries) == [before]
    lock = house.home.runtime_data.locks[before]
    assert [line.type for line in lock.journal.lines() if line.type] == ["unlocked"]
    assert flow.said["lock"] == "Aqara Smart Lock U400"


async def test_several_new_locks_are_chosen_from(
    house: House, u200_lock: FakeLock
) -> None:
    house.matter.new_devices[U400_NODE] = u400()
    flow = await entered(house)
    await flow.wait()
    assert flow.step == "found"
    assert len(flow.labels("lock")) == 2


async def test_new_lock_that_left_at_once_is_explained(house: House) -> None:
    house.matter.new_devices[U200_NODE] = u200()
    flow = await entered(house)
    await house.settle()
    house.matter.remove(house.matter.locks[U200_NODE])
    await house.settle()
    await flow.wait()
    assert flow.step == "nothing_found"
    assert "no door lock yet" in flow.said["why"]
