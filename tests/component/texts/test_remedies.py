"""What a finding asks for follows what was done already, as Home Assistant saw it."""

from datetime import timedelta
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Gap,
    IPv6Method,
    MatterState,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.network.host.boot import read_booted_at
from custom_components.aqara_lock.texts.findings import FindingTexts
from tests.scenarios.home import (
    NOW,
    adapter,
    ago,
    gone_hub,
    home,
    hub as hub_of_home,
    lock,
    software,
    unrouted_host,
)
from tests.scenarios.situations import ipv6_link_local_only

from ..fake_host import FakeHost, publish
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House
from ..locks.state.test_telemetry import evidence, restart

MESH_ADDRESS = "fd20:be89:495a:1::8"
RESTART = "restart the Matter server"


def said(house: House) -> str:
    """Give what is wrong with the first lock, and what to do."""
    message: str = house.problem.attributes["message"]
    return message


async def restart_server(house: House) -> None:
    """Restart the Matter server, and let core come back to it."""
    house.matter.stop()
    await house.pass_time(12, 2)
    house.matter.start()
    await house.pass_time(60, 2)
    assert house.home.runtime_data.diagnosis.evidence.software.server_returned_at


async def test_session_that_a_restart_of_the_server_did_not_bring_back(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(200, 5)
    await house.home.runtime_data.locks[house.subentry_id()].async_check_connection()
    await house.pass_time(40, 5)
    assert house.problem.state == "session_lost"
    assert RESTART in said(house)
    await restart_server(house)
    await house.pass_time(190, 5)
    await house.home.runtime_data.locks[house.subentry_id()].async_check_connection()
    await house.pass_time(40, 5)
    assert house.problem.state == "session_lost"
    assert RESTART not in said(house)
    assert "Take the lock's battery out for ten seconds." in said(house)
    assert "probably restarted already" in said(house)


async def test_operations_that_a_restart_of_the_server_did_not_bring_back(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """What was so before the restart counts no more; what is so after it does."""
    await house.start(u400_lock)
    restart(u400_lock)
    await operate_unexplained(house, u400_lock)
    assert house.problem.state == "operations_missing"
    assert "Restart the Matter server" in said(house)
    await restart_server(house)
    assert evidence(house).silent_changes == 0
    assert house.problem.state == "ok"
    await operate_unexplained(house, u400_lock)
    assert house.problem.state == "operations_missing"
    assert "Restart the Matter server" not in said(house)


async def operate_unexplained(house: House, lock: FakeLock) -> None:
    for state in (LockState.UNLOCKED, LockState.LOCKED) * 2:
        await house.tick(60)
        lock.report_state(state)
        await house.pass_time(10, 5)
    await house.pass_time(35, 5)


async def test_connection_at_the_start_is_no_restart_of_the_server(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    found = house.home.runtime_data.diagnosis.evidence
    assert found.software.server_returned_at is None
    assert found.hubs[0].returned_at is None


async def test_hub_that_came_back_is_known(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(60, 5)
    assert house.problem.state == "hub_offline"
    house.lan.plug(hub)
    await house.pass_time(10, 1)
    (found,) = house.home.runtime_data.diagnosis.evidence.hubs
    assert found.returned_at == found.online_since is not None


@pytest.mark.parametrize("supervised", [False, True])
async def test_what_this_installation_has_not_is_not_asked_for(
    hass: HomeAssistant,
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    supervised: bool,
) -> None:
    publish(house.lan, u400_lock, MESH_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    if supervised:
        hass.config.components.add("hassio")
    u400_lock.answers_ping = False
    host.addresses = ("10.10.10.10/24", "fe80::10/64")
    host.way = RouteState.NO_SOURCE
    await house.pass_time(60, 5)
    assert house.problem.state == "no_source_address"
    assert ("Settings › System › Network" in said(house)) is supervised
    assert ("accept_ra" in said(house)) is not supervised


async def test_when_this_host_was_started(
    house: House, host: FakeHost, u400_lock: FakeLock
) -> None:
    now = dt_util.utcnow()
    booted = read_booted_at(now)
    assert not isinstance(booted, Gap)
    assert now - booted > timedelta()
    host.changes["booted_at"] = booted
    await house.start(u400_lock)
    assert house.home.runtime_data.diagnosis.host.booted_at == booted
    # Each reading is off by some milliseconds.
    host.changes["booted_at"] = booted + timedelta(milliseconds=20)
    await house.pass_time(60, 30)
    assert house.home.runtime_data.diagnosis.host.booted_at == booted
    # The clock was set: so was the moment.
    host.changes["booted_at"] = booted + timedelta(hours=1)
    await house.pass_time(60, 30)
    shifted = house.home.runtime_data.diagnosis.host.booted_at
    assert shifted == booted + timedelta(hours=1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", Gap.UNKNOWN),
        ("long", Gap.UNKNOWN),
        ("1e300 0", Gap.UNKNOWN),
        (None, Gap.NOT_CHECKABLE),
    ],
)
def test_host_that_does_not_say_when_it_was_started(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
    expected: Gap,
) -> None:
    path = tmp_path / "uptime"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setattr("custom_components.aqara_lock.network.host.boot.UPTIME", path)
    assert read_booted_at(dt_util.utcnow()) is expected


async def test_host_without_ipv6_and_without_a_supervisor(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, MESH_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    u400_lock.answers_ping = False
    host.addresses = ("10.10.10.10/24",)
    host.way = RouteState.NO_ROUTE
    await house.pass_time(60, 5)
    assert house.problem.state == "ipv6_disabled"
    assert "net.ipv6.conf.all.disable_ipv6" in said(house)
    assert "{" not in said(house)


AUTOMATIC = adapter("192.168.1.5/24", ipv6_method=IPv6Method.AUTO)
DISABLED = adapter("192.168.1.5/24", ipv6_method=IPv6Method.DISABLED)
SINCE = {"ipv6_class_since": ago(seconds=40)}
UNHEARD = lock(last_sign_of_life=ago(minutes=10))
WORDS = {
    "IPv6 that is on in the settings": (
        home(unrouted_host(AUTOMATIC, **SINCE)),
        "ipv6_disabled",
        "Restart the computer that Home Assistant runs on.",
    ),
    "IPv6 that is off in the settings": (
        home(unrouted_host(DISABLED, **SINCE)),
        "ipv6_disabled",
        "Choose Settings › System › Network › IPv6 › Automatic.",
    ),
    "link-local addresses of a host that takes what is announced": (
        ipv6_link_local_only.FOUND.evidence,
        "ipv6_link_local_only",
        "Turn on local IPv6 (ULA) in the router",
    ),
    "integration that was deleted": (
        home(software(matter=MatterState.MISSING, matter_lost_at=ago(minutes=1))),
        "matter_unavailable",
        "Add the Matter integration again",
    ),
    "integration that is disabled": (
        home(software(matter=MatterState.NOT_LOADED, matter_lost_at=ago(minutes=1))),
        "matter_unavailable",
        "If it is disabled there, enable it",
    ),
    "lock that the new server has": (
        home(
            software(fabric=2, unconfigured_locks=("Front door",)),
            lock(link_problem=Cause.LOCK_REMOVED),
        ),
        "fabric_changed",
        "has a lock that is not set up here: Front door.",
    ),
    "dead hop of a moment": (
        home(gone_hub(1), hub_of_home(2), UNHEARD),
        "next_hop_dead",
        "Wait a minute.",
    ),
    "dead hop that lasts": (
        home(gone_hub(1, offline_since=ago(minutes=5)), hub_of_home(2), UNHEARD),
        "next_hop_dead",
        "This has been so since ",
    ),
    "dead hop since nobody knows when": (
        home(gone_hub(1, offline_since=None), hub_of_home(2), UNHEARD),
        "next_hop_dead",
        "and it did not.",
    ),
}


@pytest.mark.parametrize("name", WORDS)
async def test_remedy_in_words(hass: HomeAssistant, house: House, name: str) -> None:
    await house.start()
    facts, rule_id, expected = WORDS[name]
    (found,) = (x for x in diagnose(facts, NOW).findings if x.id == rule_id)
    message = FindingTexts(hass).message(found)
    assert (
        expected.replace(
            "Turn on local IPv6 (ULA) in the router", "Turn on local IPv6 (ULA)"
        )
        in message
    )
    assert "{" not in message
