"""Repairs of the diagnosis: one per cause, when it lasts, gone by itself; and the causes."""

from dataclasses import replace
import re
from typing import Any

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.budget import (
    CHECKS_ON_REQUEST,
    PINGS_ON_REQUEST,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    IPv6Method,
    PingSeries,
    Sysctls,
)
from custom_components.aqara_lock.domain.diagnosis.rules.hub import MANY_OUTAGES
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.contract.repository import translations

from ..callers import act
from ..fake_host import FakeHost, adapter, publish
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, Refusal
from ..flow_steps import Flow, fix
from ..house import House
from ..nodes import U200_NODE, u200

LOCK_ADDRESS = "fd20:be89:495a:1::9"
THREAD_OFF = bytes.fromhex("00001fa9")
LINK_LOCAL = ("10.10.10.10/24", "fe80::10/64")
NO_IPV6 = ("10.10.10.10/24",)
TURNED_OFF = replace(adapter(*NO_IPV6), ipv6_method=IPv6Method.DISABLED)


@pytest.fixture
async def opened(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> House:
    """Give a home that is well and past its first minute; the lock's address is known."""
    publish(house.lan, u400_lock, LOCK_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(70, 5)
    assert house.problem.state == "ok"
    return house


def causes(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Give the repairs that the diagnosis raised."""
    every = ir.async_get(hass).issues.values()
    ours = (i for i in every if i.domain == DOMAIN and i.active)
    return [i for i in ours if i.issue_id.startswith("cause_")]


def keys(hass: HomeAssistant) -> list[str | None]:
    """Give the causes that have a repair."""
    return [issue.translation_key for issue in causes(hass)]


async def unplug(house: House, hub: FakeHub) -> None:
    """Pull the plug, and wait until it is noticed."""
    house.lan.unplug(hub)
    await house.pass_time(25, 5)
    assert house.hub_online(hub) == "off"


# The cause at the lock.


async def test_hub_that_is_gone_is_the_locks_problem_until_it_is_back(
    opened: House, hub: FakeHub
) -> None:
    await unplug(opened, hub)
    assert opened.problem.state == "hub_offline"
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    assert opened.problem.state == "ok"


async def test_missing_route_is_a_suspicion_that_one_ping_confirms(
    opened: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    host.way = RouteState.NO_ROUTE
    await opened.pass_time(60, 5)
    assert u400_lock.asked.count("ping_node") == 1
    assert opened.responsive == "off"
    assert opened.problem.state == "no_route_to_mesh"
    (told,) = opened.fired("connection")
    assert told["cause"] == "no_route_to_mesh"
    assert told["message"] == opened.problem.attributes["message"]
    await opened.pass_time(600, 30)
    assert u400_lock.asked.count("ping_node") == 1


async def test_missing_route_with_a_lock_that_answers_is_no_silence(
    opened: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    host.way = RouteState.NO_ROUTE
    await opened.pass_time(120, 5)
    assert u400_lock.asked.count("ping_node") == 1
    assert opened.responsive == "on"
    assert opened.problem.state == "ok"
    assert opened.types("connection") == []
    assert causes(opened.hass) == []


@pytest.mark.parametrize(
    ("way", "addresses", "cause"),
    [
        (RouteState.NO_SOURCE, LINK_LOCAL, "no_source_address"),
        (RouteState.NO_ROUTE, LINK_LOCAL, "ipv6_link_local_only"),
        (RouteState.NO_ROUTE, NO_IPV6, "ipv6_disabled"),
    ],
)
async def test_this_hosts_own_network_is_the_cause(
    opened: House,
    host: FakeHost,
    u400_lock: FakeLock,
    way: RouteState,
    addresses: tuple[str, ...],
    cause: str,
) -> None:
    u400_lock.answers_ping = False
    host.way, host.addresses = way, addresses
    await opened.pass_time(70, 5)
    assert opened.problem.state == cause
    assert opened.responsive == "off"
    await opened.pass_time(120, 5)
    assert keys(opened.hass) == [cause]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "what turned it off is not known"),
        ({"all_interfaces": Sysctls(disable_ipv6=1)}, "turned off in the system"),
        (
            {"adapters": (TURNED_OFF,)},
            "turned off in Home Assistant's network settings",
        ),
    ],
)
async def test_where_ipv6_is_turned_off_is_said_in_words(
    opened: House,
    host: FakeHost,
    u400_lock: FakeLock,
    changes: dict[str, Any],
    said: str,
) -> None:
    u400_lock.answers_ping = False
    host.way, host.addresses, host.changes = RouteState.NO_ROUTE, NO_IPV6, changes
    await opened.pass_time(190, 5)
    assert f"has an IPv6 address: {said}" in (
        opened.problem.attributes["message"].replace("it is ", "")
    )
    (issue,) = causes(opened.hass)
    assert issue.translation_placeholders is not None
    assert said in issue.translation_placeholders["turned_off"]


async def test_thread_interface_that_is_off_is_told_by_the_hub_itself(
    opened: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.answers_ping = False
    hub.state = THREAD_OFF
    opened.lan.announce(hub)
    await opened.pass_time(60, 5)
    assert opened.hub_online(hub) == "on"
    assert opened.problem.state == "thread_interface_off"
    assert opened.fired("connection")[0]["cause"] == "thread_interface_off"
    assert hub.name in opened.problem.attributes["message"]


# Repairs.


async def lose(house: House, hub: FakeHub) -> None:
    """Pull the plug, and wait until it is the cause."""
    house.lan.unplug(hub)
    await house.seconds_until(lambda: house.problem.state == "hub_offline", 60)


async def test_repair_of_a_certain_cause_comes_after_half_a_minute_and_goes_by_itself(
    opened: House, hub: FakeHub
) -> None:
    await lose(opened, hub)
    await opened.pass_time(27, 1)
    assert causes(opened.hass) == []
    await opened.pass_time(4, 1)
    (issue,) = causes(opened.hass)
    assert issue.translation_key == "hub_offline"
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.is_fixable
    assert not issue.is_persistent
    said = issue.translation_placeholders or {}
    assert said["hub"] == hub.name
    assert said["locks"] == "Aqara Smart Lock U400"
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    assert causes(opened.hass) == []


async def test_repair_of_any_other_cause_comes_after_two_minutes(
    opened: House, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    u400_lock.become(available=False)
    await opened.seconds_until(lambda: opened.problem.state != "ok", 120)
    await opened.pass_time(115, 5)
    assert causes(opened.hass) == []
    await opened.pass_time(10, 5)
    (issue,) = causes(opened.hass)
    assert issue.translation_key == "lock_unreachable"


async def test_cause_that_is_short_is_no_repair(opened: House, hub: FakeHub) -> None:
    await lose(opened, hub)
    await opened.pass_time(20, 5)
    opened.lan.plug(hub)
    await opened.pass_time(300, 5)
    assert causes(opened.hass) == []


async def test_the_delay_is_counted_anew_after_a_cure(
    opened: House, hub: FakeHub
) -> None:
    await lose(opened, hub)
    await opened.pass_time(20, 5)
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    await lose(opened, hub)
    await opened.pass_time(20, 5)
    assert causes(opened.hass) == []


async def test_one_cause_of_two_locks_is_one_repair(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    u200_lock: FakeLock,
    hub: FakeHub,
) -> None:
    await house.start(u400_lock, u200_lock)
    await house.pass_time(70, 5)
    await unplug(house, hub)
    await house.pass_time(130, 5)
    (issue,) = causes(house.hass)
    said = issue.translation_placeholders or {}
    assert said["locks"] == "Aqara Smart Lock U200, Aqara Smart Lock U400"


async def test_notices_are_no_repairs(opened: House) -> None:
    found = opened.home.runtime_data.diagnosis.diagnosis.findings
    assert [finding.id for finding in found] == ["single_border_router"]
    await opened.pass_time(200, 5)
    assert causes(opened.hass) == []


async def test_no_second_repair_where_core_has_its_own(
    opened: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    ir.async_create_issue(
        opened.hass,
        MATTER_DOMAIN,
        "ipv6_disabled",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="ipv6_disabled",
    )
    u400_lock.answers_ping = False
    host.way, host.addresses = RouteState.NO_ROUTE, NO_IPV6
    await opened.pass_time(240, 5)
    assert opened.problem.state == "ipv6_disabled"
    assert causes(opened.hass) == []


async def raised(opened: House, hub: FakeHub) -> None:
    """Leave the hub off until there is a repair, and ignore it as a user may."""
    await unplug(opened, hub)
    await opened.pass_time(130, 5)
    (issue,) = causes(opened.hass)
    assert issue.translation_key == "hub_offline"
    ir.async_ignore_issue(opened.hass, DOMAIN, issue.issue_id, True)
    assert is_ignored(opened.hass) == [True]


def is_ignored(hass: HomeAssistant) -> list[bool]:
    """Tell of each repair whether somebody wants to see no more of it."""
    return [issue.dismissed_version is not None for issue in causes(hass)]


async def test_repair_outlives_a_reload_with_what_was_said_of_it(
    opened: House, hub: FakeHub
) -> None:
    await raised(opened, hub)
    await opened.reload()
    assert is_ignored(opened.hass) == [True]
    await opened.pass_time(300, 5)
    assert opened.problem.state == "hub_offline"
    assert is_ignored(opened.hass) == [True]
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    assert causes(opened.hass) == []


async def test_repair_whose_cause_is_not_found_after_a_reload_goes(
    opened: House, hub: FakeHub
) -> None:
    await raised(opened, hub)
    opened.lan.plug(hub)
    await opened.reload()
    await opened.pass_time(110, 5)
    assert len(causes(opened.hass)) == 1
    await opened.pass_time(15, 5)
    assert causes(opened.hass) == []


async def test_repair_whose_cause_ends_after_a_reload_goes_at_once(
    opened: House, hub: FakeHub
) -> None:
    await raised(opened, hub)
    await opened.reload()
    await opened.pass_time(40, 5)
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    assert causes(opened.hass) == []


async def test_repairs_go_with_a_home_that_is_disabled(
    opened: House, hub: FakeHub
) -> None:
    await raised(opened, hub)
    entries = opened.hass.config_entries
    await entries.async_set_disabled_by(opened.home.entry_id, ConfigEntryDisabler.USER)
    assert causes(opened.hass) == []
    await opened.tick(300)
    assert causes(opened.hass) == []


async def test_repairs_go_with_the_integration(opened: House, hub: FakeHub) -> None:
    await raised(opened, hub)
    await opened.hass.config_entries.async_remove(opened.home.entry_id)
    assert causes(opened.hass) == []
    await opened.tick(300)
    assert causes(opened.hass) == []


# Looking again.


async def test_looking_again_while_it_is_still_so(opened: House, hub: FakeHub) -> None:
    await unplug(opened, hub)
    await opened.pass_time(130, 5)
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    assert flow.step == "recheck"
    assert flow.said["hub"] == hub.name
    assert flow.errors == {}
    await flow.fill()
    assert flow.step == "recheck"
    assert flow.errors == {"base": "still_there"}
    assert flow.said["hub"] == hub.name
    assert keys(opened.hass) == ["hub_offline"]


async def test_looking_again_finds_the_cure_at_once(
    opened: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    host.way = RouteState.NO_ROUTE
    await opened.pass_time(240, 5)
    assert keys(opened.hass) == ["no_route_to_mesh"]
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    assert flow.said["prefix"] == "fd20:be89:495a:1::/64"
    host.way = RouteState.ROUTED
    await flow.fill()
    assert flow.is_done
    assert causes(opened.hass) == []


async def test_cure_while_the_question_is_open(opened: House, hub: FakeHub) -> None:
    await unplug(opened, hub)
    await opened.pass_time(130, 5)
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    opened.lan.plug(hub)
    await opened.pass_time(30, 5)
    assert causes(opened.hass) == []
    await flow.fill()
    assert flow.is_done


NOT_ENCODED = Refusal(
    text="ValidationDatatypeMismatchError: Expected void, got object."
)


async def send_in_vain(house: House, lock: FakeLock) -> None:
    """Send a command that the Matter server cannot put into the lock's format."""
    lock.fail("UnboltDoor", NOT_ENCODED)
    with pytest.raises(HomeAssistantError) as raised:
        await house.call("unlock")
    assert raised.value.translation_key == "command_server_fault"
    await house.pass_time(155, 5)
    assert keys(house.hass) == ["server_type_mismatch"]


async def test_what_is_only_remembered_is_forgotten_once_it_was_seen_to(
    opened: House, u400_lock: FakeLock
) -> None:
    await send_in_vain(opened, u400_lock)
    assert opened.responsive == "on"
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    await flow.fill()
    assert flow.is_done
    assert keys(opened.hass) == []
    await send_in_vain(opened, u400_lock)


async def test_outages_of_a_hub_are_forgotten_once_it_was_seen_to(
    opened: House, hub: FakeHub
) -> None:
    for _ in range(MANY_OUTAGES):
        await unplug(opened, hub)
        opened.lan.plug(hub)
        await opened.pass_time(10, 5)
    await opened.pass_time(155, 5)
    assert keys(opened.hass) == ["hub_unstable"]
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    await flow.fill()
    assert flow.is_done
    assert keys(opened.hass) == []


async def test_looking_again_at_a_weak_link_asks_the_lock(
    opened: House, u400_lock: FakeLock
) -> None:
    watch = opened.home.runtime_data.locks[opened.subentry_id()].connections
    watch.checked(PingSeries(at=dt_util.utcnow(), sent=5, times=(90.0, 80.0, 70.0)))
    await opened.pass_time(155, 5)
    assert keys(opened.hass) == ["weak_link"]
    pings = u400_lock.asked.count("ping_node")
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    await flow.fill()
    assert u400_lock.asked.count("ping_node") == pings + PINGS_ON_REQUEST
    assert flow.is_done
    assert keys(opened.hass) == []


async def test_looking_again_at_a_weak_link_too_often_leaves_it(
    opened: House, u400_lock: FakeLock
) -> None:
    """The battery pays for every look; what was found before stands."""
    for _ in range(CHECKS_ON_REQUEST):
        await act(opened, "check_connection")
    watch = opened.home.runtime_data.locks[opened.subentry_id()].connections
    watch.checked(PingSeries(at=dt_util.utcnow(), sent=5, times=(90.0, 80.0, 70.0)))
    await opened.pass_time(155, 5)
    pings = u400_lock.asked.count("ping_node")
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    await flow.fill()
    assert u400_lock.asked.count("ping_node") == pings
    assert not flow.is_done
    assert keys(opened.hass) == ["weak_link"]


async def test_looking_again_at_a_silent_lock_asks_it(
    opened: House, u400_lock: FakeLock
) -> None:
    """It answers, though the Matter server does not take it back: another cause."""
    u400_lock.answers_ping = False
    u400_lock.become(available=False)
    await opened.pass_time(190, 5)
    assert keys(opened.hass) == ["lock_unreachable"]
    pings = u400_lock.asked.count("ping_node")
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    u400_lock.answers_ping = True
    await flow.fill()
    await opened.pass_time(40, 5)
    assert u400_lock.asked.count("ping_node") == pings + 1
    assert opened.problem.state == "session_lost"


def links_of(flow: Flow) -> dict[str, str]:
    """Give the pages that a repair links to, by the words of the links."""
    return dict(re.findall(r"\[([^]]+)\]\(([^)]+)\)", flow.said["links"]))


ALWAYS_LINKED = {
    "Settings in Aqara Lock": f"/config/integrations/integration/{DOMAIN}",
}
"""A repair is opened on the page of the repairs, to which it needs no link."""


async def test_repair_links_to_the_locks_that_it_cuts_off(
    opened: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await raised(opened, hub)
    flow = await fix(opened, causes(opened.hass)[0].issue_id)
    device = opened.device_of(u400_lock)
    page = {f"Page of {device.name}": f"/config/devices/device/{device.id}"}
    assert links_of(flow) == page | ALWAYS_LINKED
    step = translations()["issues"]["hub_offline"]["fix_flow"]["step"]["recheck"]
    assert step["description"].endswith("{links}")


async def test_repair_links_to_no_lock_that_answers(
    house: House, u400_lock: FakeLock
) -> None:
    """The repair of one lock does not lead to the page of another."""
    other = house.matter.add(U200_NODE, u200())
    await house.start(u400_lock, other)
    await house.pass_time(70, 5)
    u400_lock.become(available=False)
    await house.pass_time(300, 10)
    (issue,) = causes(house.hass)
    silent = house.device_of(u400_lock)
    flow = await fix(house, issue.issue_id)
    page = {f"Page of {silent.name}": f"/config/devices/device/{silent.id}"}
    assert links_of(flow) == page | ALWAYS_LINKED
