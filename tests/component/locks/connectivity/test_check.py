"""The connection check: pings that somebody asked for, and what they say of the way."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import State
from homeassistant.exceptions import Unauthorized
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.budget import PING_PATIENCE, PINGS_ON_REQUEST

from ...callers import READS_EVERYTHING, READS_NOTHING, act, somebody
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, FakeMatterServer, Refusal
from ...house import House
from ...nodes import bridge_with_lock

BUTTON = "check_connection"
SLOW = 3.0
QUICK = 0.4
SEARCH = 3.0


async def press(house: House) -> None:
    """Press the button of the first lock."""
    button = house.entity_id("button", BUTTON)
    await house.hass.services.async_call(
        "button", "press", {ATTR_ENTITY_ID: button}, blocking=True
    )
    await house.settle()


async def check(house: House, lock: FakeLock, *pings: float | None) -> None:
    """Check while the answers take these seconds; None is a ping that is lost."""
    house.matter.hold("ping_node")
    pressed = asyncio.ensure_future(press(house))
    for seconds in pings:
        await house.wait_for(lambda: house.matter.held)
        lock.answers_ping = seconds is not None
        house.clock.tick(timedelta(seconds=seconds or 0))
        house.matter.release()
        house.matter.hold("ping_node")
    await pressed
    house.matter.release()


def last_check(house: House) -> State:
    """Give what the sensor beside the button says."""
    return house.state(house.entity_id("sensor", "last_connection_check"))


async def test_nothing_is_told_before_the_first_check(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    assert last_check(house).state == "unknown"
    assert "sent" not in last_check(house).attributes
    assert "advice" not in last_check(house).attributes


async def test_check_sends_its_pings_and_no_more(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    before = len(u400_lock.asked)
    await press(house)
    assert u400_lock.asked[before:] == ["ping_node"] * PINGS_ON_REQUEST
    await house.pass_time(3600, 60)
    assert u400_lock.asked[before:] == ["ping_node"] * PINGS_ON_REQUEST


async def test_check_that_nobody_answers_is_a_silence(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(1)
    u400_lock.answers_ping = False
    await press(house)
    await house.tick(1)
    assert house.responsive == "off"
    assert house.problem.state == "lock_unreachable"
    await house.tick(1)
    u400_lock.answers_ping = True
    await press(house)
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.problem.state == "ok"


@pytest.mark.parametrize("seen", ["before its end", "after it"])
async def test_check_into_a_cause_says_nothing_of_the_link(
    house: House, u400_lock: FakeLock, hub: FakeHub, seen: str
) -> None:
    """The first ping got lost because the hub was away, which is noticed with time."""
    await house.start(u400_lock)
    await house.pass_time(60, 10)
    house.lan.unplug(hub)
    if seen == "before its end":
        await house.pass_time(20, 1)
        assert house.hub_online(hub) == "off"
    await check(house, u400_lock, None, QUICK, QUICK, QUICK, QUICK)
    await house.pass_time(20, 1)
    assert house.hub_online(hub) == "off"
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    assert house.hub_online(hub) == "on"
    assert house.problem.state == "ok"


async def test_check_with_a_lost_ping_is_a_weak_link_until_the_next_one(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await check(house, u400_lock, QUICK, None, QUICK, QUICK, QUICK)
    await house.pass_time(35, 5)
    assert house.problem.state == "weak_link"
    assert house.responsive == "on"
    await check(house, u400_lock, QUICK, QUICK, QUICK, QUICK, QUICK)
    await house.pass_time(35, 5)
    assert house.problem.state == "ok"


async def test_nobody_pings_without_being_asked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(3600, 60)
    assert "ping_node" not in u400_lock.asked


@pytest.mark.parametrize(
    ("pings", "verdict", "words", "numbers"),
    [
        ([QUICK] * 4 + [2.0], "good", "The hub stands well", (5, 720, 2000)),
        ([QUICK] * 4 + [SLOW], "slow", "but slowly", (5, 920, 3000)),
        ([QUICK, None, QUICK, SLOW, QUICK], "weak", "Hub M3", (4, 1050, 3000)),
        ([None] * 5, "no_answer", "none of 5", (0, None, None)),
    ],
)
async def test_check_tells_numbers_and_what_to_do(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    pings: list[float | None],
    verdict: str,
    words: str,
    numbers: tuple[int, int | None, int | None],
) -> None:
    await house.start(u400_lock)
    await check(house, u400_lock, *pings)
    told = last_check(house)
    assert told.state == verdict
    assert words in told.attributes["advice"]
    assert "Aqara Smart Lock U400" in told.attributes["advice"]
    assert "{" not in told.attributes["advice"]
    assert told.attributes["sent"] == PINGS_ON_REQUEST
    found = [told.attributes[key] for key in ("answered", "average_ms", "worst_ms")]
    assert tuple(found) == numbers
    assert told.attributes["checked_at"] == dt_util.utcnow()


@pytest.mark.parametrize(
    ("pings", "verdict", "words"),
    [
        ([QUICK] * 5, "good", "answered 5 of 5 pings in good time"),
        ([QUICK] * 4 + [SLOW], "slow", "Check the Wi-Fi or the cable of the hub"),
        ([QUICK, None, *[QUICK] * 3], "weak", "answered 4 of 5 pings, some of them"),
    ],
)
async def test_answer_of_a_bridge_is_not_taken_for_that_of_its_lock(
    house: House,
    matter: FakeMatterServer,
    hub: FakeHub,
    pings: list[float | None],
    verdict: str,
    words: str,
) -> None:
    bridge = matter.add(21, bridge_with_lock(), endpoint_id=5)
    await house.start(bridge)
    await check(house, bridge, *pings)
    told = last_check(house)
    assert told.state == verdict
    assert told.attributes["advice"].startswith("The hub that brings U100")
    assert words in told.attributes["advice"]
    assert "stands well" not in told.attributes["advice"]
    assert "3 m" not in told.attributes["advice"]


async def test_time_that_the_server_searches_is_not_the_time_of_the_answer(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The matter.js server looks for addresses for three seconds before each ping."""
    await house.start(u400_lock)
    house.matter.hold("ping_node", "get_node_ip_addresses")
    pressed = asyncio.ensure_future(press(house))
    for _ in range(PINGS_ON_REQUEST):
        for seconds in (SEARCH + QUICK, SEARCH):
            await house.wait_for(lambda: house.matter.held)
            house.clock.tick(timedelta(seconds=seconds))
            house.matter.release()
            house.matter.hold("ping_node", "get_node_ip_addresses")
    await pressed
    assert last_check(house).state == "good"
    assert last_check(house).attributes["worst_ms"] == QUICK * 1000


async def test_answers_that_the_server_brings_late_are_no_silence(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The server waits for an address that is gone, beside one that answers at once."""
    await house.start(u400_lock)
    house.matter.hold("ping_node")
    pressed = asyncio.ensure_future(press(house))
    for sent in range(PINGS_ON_REQUEST):
        await house.wait_for(lambda sent=sent: len(house.matter.held) == sent + 1)
        await house.turn(PING_PATIENCE - 1)
        if sent == PINGS_ON_REQUEST - 1:
            last = house.matter.held.pop()
            house.matter.release()
            await house.turn(0)
        await house.turn(1)
    house.matter.held.append(last)
    house.matter.release()
    await pressed
    assert last_check(house).state == "untimed"
    assert "Aqara Smart Lock U400 answers" in last_check(house).attributes["advice"]
    assert house.types("connection") == []
    assert house.problem.state == "ok"


async def test_time_is_unknown_where_another_address_was_waited_for(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await press(house)
    assert house.responsive == "off"
    await house.tick(1)
    u400_lock.answers_ping = True
    u400_lock.addresses.append("fd00::dead")
    u400_lock.dead_addresses.add("fd00::dead")
    await press(house)
    assert last_check(house).state == "untimed"
    assert last_check(house).attributes["answered"] == PINGS_ON_REQUEST
    assert last_check(house).attributes["average_ms"] is None
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.problem.state == "ok"


async def test_new_check_replaces_the_last_one(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await press(house)
    assert last_check(house).state == "no_answer"
    u400_lock.answers_ping = True
    await house.tick(60)
    await press(house)
    assert last_check(house).state == "good"
    assert last_check(house).attributes["checked_at"] == dt_util.utcnow()


async def test_answer_is_a_sign_of_life(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    u400_lock.answers_ping = False
    await house.pass_time(30, 5)
    assert house.responsive == "off"
    await house.tick(5)
    await press(house)
    assert house.responsive == "off"
    u400_lock.answers_ping = True
    await press(house)
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_ping_that_the_server_refuses_is_no_answer(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("ping_node", *[Refusal(error_code=4)] * PINGS_ON_REQUEST)
    await press(house)
    assert last_check(house).state == "no_answer"
    assert u400_lock.asked.count("ping_node") == PINGS_ON_REQUEST


async def test_pings_that_could_not_be_sent_say_nothing_of_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("ping_node", *[Refusal(error_code=5)] * PINGS_ON_REQUEST)
    await press(house)
    assert u400_lock.asked.count("ping_node") == PINGS_ON_REQUEST
    assert house.responsive == "on"
    assert house.types("connection") == []
    assert house.problem.state == "ok"
    told = last_check(house)
    assert told.state == "not_sent"
    assert (told.attributes["sent"], told.attributes["answered"]) == (0, 0)
    assert "could not be sent" in told.attributes["advice"]
    assert "none of" not in told.attributes["advice"]


async def test_some_pings_could_not_be_sent(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("ping_node", Refusal(error_code=5), Refusal(error_code=5))
    await press(house)
    told = last_check(house)
    assert told.state == "good"
    sent = PINGS_ON_REQUEST - 2
    assert (told.attributes["sent"], told.attributes["answered"]) == (sent, sent)
    assert f"answered {sent} of {sent} pings" in told.attributes["advice"]
    assert "2 more could not be sent" in told.attributes["advice"]


async def test_nothing_can_be_checked_without_matter(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    assert house.state(house.entity_id("button", BUTTON)).state == "unknown"
    house.matter.stop()
    await house.settle()
    assert house.state(house.entity_id("button", BUTTON)).state == "unavailable"


async def test_action_answers_with_the_numbers(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    answer = await house.hass.services.async_call(
        "aqara_lock",
        "check_connection",
        {ATTR_ENTITY_ID: house.entity_id("event", "activity")},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    (told,) = answer["checks"]  # type: ignore[misc]
    assert told["result"] == "no_answer"
    assert (told["sent"], told["answered"], told["times_ms"]) == (
        PINGS_ON_REQUEST,
        0,
        [],
    )
    assert told["lock"] in told["advice"]
    assert last_check(house).state == "no_answer"


@pytest.mark.parametrize("policy", [READS_NOTHING, READS_EVERYTHING])
async def test_action_asks_no_lock_for_somebody_who_may_not_press_its_button(
    house: House, u400_lock: FakeLock, hub: FakeHub, policy: dict[str, Any]
) -> None:
    """Reading costs a battery nothing; 20 checks by a reader were 100 pings."""
    await house.start(u400_lock)
    stranger = somebody(house, policy)
    with pytest.raises(Unauthorized) as refused:
        await act(house, "check_connection", context=stranger)
    assert refused.value.permission == "control"
    assert refused.value.entity_id == house.entity_id("button", BUTTON)
    every = {ATTR_ENTITY_ID: "all"}
    await act(house, "check_connection", context=stranger, target=every)
    assert "ping_node" not in u400_lock.asked


async def test_who_may_press_the_button_may_call_the_action(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    button = house.entity_id("button", BUTTON)
    presser = somebody(house, {"entities": {"entity_ids": {button: {"control": True}}}})
    await act(house, "check_connection", context=presser)
    every = {ATTR_ENTITY_ID: "all"}
    await act(house, "check_connection", context=presser, target=every)
    assert u400_lock.asked.count("ping_node") == 2 * PINGS_ON_REQUEST


async def test_no_lock_is_asked_where_one_of_the_target_may_not_be(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    button = house.entity_id("button", BUTTON)
    presser = somebody(house, {"entities": {"entity_ids": {button: {"control": True}}}})
    both = {ATTR_ENTITY_ID: [house.entity_id("event", "activity", n) for n in (0, 1)]}
    with pytest.raises(Unauthorized):
        await act(house, "check_connection", context=presser, target=both)
    assert "ping_node" not in u400_lock.asked + u200_lock.asked
