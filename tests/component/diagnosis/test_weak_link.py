"""A weak radio link: seen in what the Matter server has, read anew only on request."""

from typing import Any

from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.budget import PINGS_ON_REQUEST
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    PingSeries,
    RadioLink,
    known,
)
from custom_components.aqara_lock.matter.node import LockNode

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, FakeMatterServer, Refusal
from ..flow_steps import Flow, fix
from ..house import House
from ..locks.connectivity.test_check import press
from ..nodes import bridge_with_lock
from .test_evidence import known_of
from .test_issues import causes, keys

DAY = 86_400
NEIGHBORS = "0/53/7"
DETACHED, REQUESTED, ACKNOWLEDGED = "0/53/14", "0/53/25", "0/53/26"
REBOOTS, UPTIME = "0/51/1", "0/51/2"


def counts(**changes: Any) -> dict[str, Any]:
    """Give the counters of a lock that is well, in its fourth day."""
    well = {"uptime": 4 * DAY, "requested": 5000, "acknowledged": 4990, "detached": 2}
    values = well | changes
    paths = {
        "uptime": UPTIME,
        "requested": REQUESTED,
        "acknowledged": ACKNOWLEDGED,
        "detached": DETACHED,
    }
    return {paths[key]: value for key, value in values.items()}


def neighbor(**changes: Any) -> list[dict[str, Any]]:
    """Give a table of neighbors with the parent; changes by tag: `t8` is the error rate."""
    well = {"0": 17, "1": 3, "2": 46080, "5": 3, "6": -54, "8": 0, "13": False}
    return [well | {tag.removeprefix("t"): value for tag, value in changes.items()}]


async def radio_of(house: House) -> RadioLink | None:
    """Give what is known of the link."""
    return known((await known_of(house)).radio)


async def measured(house: House) -> str:
    """Wait for the repair, and give its list of bad measures."""
    await house.pass_time(160, 5)
    (issue,) = causes(house.hass)
    assert issue.translation_key == "weak_link"
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.translation_placeholders is not None
    return issue.translation_placeholders["measured"]


async def begin(
    house: House, lock: FakeLock, changes: dict[str, Any] | None = None
) -> None:
    """Start with a lock that counts, and forget what it was asked by then."""
    lock.attributes |= counts() | (changes or {})
    await house.start(lock)
    await house.pass_time(70, 5)
    lock.requests.clear()


async def resubscribe(house: House, lock: FakeLock, changes: dict[str, Any]) -> None:
    """Let the server subscribe anew, which brings the counters."""
    lock.attributes |= changes
    lock.become(available=lock.data.available)
    await house.pass_time(40, 5)


async def test_lock_that_counts_is_known_without_a_message(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t8=4)
    await begin(house, u400_lock, counts(acknowledged=4500, detached=8))
    radio = await radio_of(house)
    assert radio is not None
    assert (radio.frame_error_rate, radio.acknowledged) == (4, 0.9)
    assert radio.detached_per_day == 2
    assert house.problem.state == "ok"
    assert u400_lock.asked == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (counts(acknowledged=3500), "30 % of what the lock sent got no receipt"),
        (counts(detached=24), "lost the Thread network about 6 times a day"),
    ],
)
async def test_counters_tell_a_weak_link(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    changes: dict[str, Any],
    words: str,
) -> None:
    await begin(house, u400_lock, changes)
    said = await measured(house)
    assert words in said
    assert ";" not in said
    assert said in house.problem.attributes["message"]


async def test_frame_errors_beside_a_poor_link_are_told_in_percent(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t8=30, t5=1)
    await begin(house, u400_lock)
    said = await measured(house)
    assert "link quality is 1 of 3" in said
    assert "30 % of the radio packets" in said
    assert "dBm (RSSI)" not in said
    assert "ping" not in said


@pytest.mark.parametrize(
    "changes",
    [
        counts(requested=99, acknowledged=10),
        counts(requested=10, acknowledged=4000),
        counts(requested=-5, acknowledged=-9),
        counts(requested=None, acknowledged=None, detached=None),
        counts(uptime=DAY - 1, detached=40),
        counts(uptime=0, detached=40, acknowledged=10),
        counts(uptime=None, detached=40),
        counts(detached=0xFFFF),
        counts(requested=0xFFFFFFFF),
    ],
)
async def test_too_little_and_garbage_say_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub, changes: dict[str, Any]
) -> None:
    await begin(house, u400_lock, changes)
    assert house.problem.state == "ok"


@pytest.mark.parametrize("rate", [-1, 101, 0xFFFF])
async def test_impossible_error_rate_says_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub, rate: int
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t8=rate, t5=2)
    await begin(house, u400_lock)
    radio = await radio_of(house)
    assert radio is not None
    assert radio.frame_error_rate is None


async def test_lock_without_thread_diagnostics_says_nothing(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    u200_lock.attributes[UPTIME] = 4 * DAY
    await house.start(u200_lock)
    assert await radio_of(house) is None


async def test_counters_of_a_bridge_are_not_those_of_its_lock(
    house: House, matter: FakeMatterServer
) -> None:
    bridge = matter.add(21, bridge_with_lock(), endpoint_id=5)
    bridge.attributes["0/29/1"] = [29, 31, 40, 49, 51, 53, 62]
    await begin(house, bridge, counts(detached=900))
    assert await radio_of(house) is None


async def test_link_that_became_good_is_not_blamed_for_the_past(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await begin(house, u400_lock, counts(acknowledged=2500))
    assert house.problem.state == "weak_link"
    later = counts(uptime=6 * DAY, requested=7000, acknowledged=4490)
    await resubscribe(house, u400_lock, later)
    assert house.problem.state == "ok"
    await house.reload()
    await house.pass_time(70, 5)
    assert house.problem.state == "ok"


async def test_after_a_restart_of_the_lock_counting_begins_anew(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await begin(house, u400_lock)
    restarted = counts(requested=6000, acknowledged=3000, uptime=7 * DAY)
    await resubscribe(house, u400_lock, restarted | {REBOOTS: 4})
    radio = await radio_of(house)
    assert radio is not None
    assert radio.acknowledged == 0.5


async def test_store_of_before_is_read(
    hass_storage: dict[str, Any], house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor()
    await begin(house, u400_lock)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    stored = hass_storage[f"aqara_lock.lock.{house.subentry_id()}"]["data"]
    assert stored["node"]["radio_counters"]["requested"] == 5000
    for key in ("frame_error_rate", "radio_counters"):
        del stored["node"][key]
    del stored["radio_counted_from"]
    found = LockNode.from_dict(stored["node"])
    assert found is not None
    assert (found.rssi, found.radio_counters) == (-54, None)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert await radio_of(house) is not None


# Looking again, because the user did something.


async def refresh_view(house: House) -> Flow:
    """Say in the repair that something was done."""
    flow = await fix(house, causes(house.hass)[0].issue_id)
    await flow.fill()
    return flow


async def test_signal_that_became_good_clears_at_once(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock)
    assert "-92 dBm" in await measured(house)
    assert u400_lock.asked == []
    u400_lock.attributes[NEIGHBORS] = neighbor()
    flow = await refresh_view(house)
    assert flow.is_done
    assert keys(house.hass) == []
    assert u400_lock.asked == ["ping_node"] * PINGS_ON_REQUEST + ["read_attribute"]


async def test_look_that_reached_nobody_settles_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock)
    await measured(house)
    u400_lock.fail("ping_node", *[Refusal(error_code=5)] * PINGS_ON_REQUEST)
    flow = await refresh_view(house)
    assert not flow.is_done
    assert u400_lock.asked == ["ping_node"] * PINGS_ON_REQUEST


async def test_signal_that_stays_bad_is_still_there(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock)
    await measured(house)
    before = house.home.runtime_data.locks[house.subentry_id()].radio.read_at
    flow = await refresh_view(house)
    assert not flow.is_done
    after = house.home.runtime_data.locks[house.subentry_id()].radio.read_at
    assert after > before


async def test_what_was_counted_before_is_over_once_something_was_done(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await begin(house, u400_lock, counts(detached=24))
    await measured(house)
    assert (await refresh_view(house)).is_done
    soon = counts(uptime=5 * DAY, detached=25)
    await resubscribe(house, u400_lock, soon)
    assert house.problem.state == "ok"
    await resubscribe(house, u400_lock, counts(uptime=7 * DAY, detached=45))
    assert house.problem.state == "weak_link"


@pytest.mark.parametrize(
    "failure", [Refusal(error_code=5), Refusal(status=0x7E), TimeoutError()]
)
async def test_reading_that_fails_is_no_error_for_the_user(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    failure: Exception | Refusal,
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock)
    await measured(house)
    u400_lock.fail("read_attribute", failure)
    flow = await refresh_view(house)
    assert not flow.is_done
    assert ir.async_get(house.hass).async_get_issue(
        "aqara_lock", causes(house.hass)[0].issue_id
    )


async def test_lock_that_answers_no_ping_is_not_read(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock)
    await measured(house)
    u400_lock.answers_ping = False
    await refresh_view(house)
    assert "read_attribute" not in u400_lock.asked


async def test_button_reads_the_link_once_and_forgets_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-92)
    await begin(house, u400_lock, counts(detached=24))
    u400_lock.attributes[NEIGHBORS] = neighbor(t6=-60)
    await press(house)
    assert u400_lock.asked == ["ping_node"] * PINGS_ON_REQUEST + ["read_attribute"]
    said = await measured(house)
    assert "6 times a day" in said
    assert "dBm" not in said


async def test_lost_pings_are_told_alone(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await begin(house, u400_lock)
    watch = house.home.runtime_data.locks[house.subentry_id()].connections
    watch.checked(PingSeries(at=dt_util.utcnow(), sent=5, times=(90.0, 80.0, 70.0)))
    assert await measured(house) == "2 of 5 test messages got no answer (ping)"
