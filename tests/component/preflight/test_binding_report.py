"""The binding report: asked for by the user, kept with the lock, and told in plain words."""

from dataclasses import replace
from datetime import UTC, datetime
import json
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.aqara_lock.domain.budget import PINGS_ON_REQUEST
from custom_components.aqara_lock.domain.commissioning.binding_report import (
    BindingReport,
    Hangs,
    HubNeed,
    RouterThere,
)
from custom_components.aqara_lock.domain.connectivity.check import ConnectionCheck
from custom_components.aqara_lock.domain.doorlock.cluster import Feature
from custom_components.aqara_lock.domain.journal.reporting import ReportsWho
from custom_components.aqara_lock.domain.thread.path import PathEvidence
from custom_components.aqara_lock.home import Home
from custom_components.aqara_lock.locks.lock import Lock
from custom_components.aqara_lock.preflight.binding_report import async_verify
from custom_components.aqara_lock.texts.binding_report import report as told
from custom_components.aqara_lock.texts.translations import async_load_messages

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock, FakeMatterServer, Refusal
from ..house import House
from ..nodes import U400_NODE, bridge_with_lock
from ..test_diagnostics import download, opened, report as diagnostics_of

__all__ = ["download", "opened"]

OTHER_NETWORK = "0102030405060708"


def home_of(house: House) -> Home:
    """Give the running home."""
    home: Home = house.home.runtime_data
    return home


def lock_of(house: House) -> Lock:
    """Give the first lock of the running home."""
    return home_of(house).locks[house.subentry_id()]


async def verify(house: House) -> BindingReport:
    """Verify the first lock."""
    report = await async_verify(house.hass, lock_of(house).id)
    await house.settle()
    assert report is not None
    return report


async def mean(house: House, hub: FakeHub | None) -> None:
    """Choose the hub that is meant to serve the first lock, as a flow does."""
    subentry: ConfigSubentry = house.home.subentries[house.subentry_id()]
    chosen = {"hub": hub.border_agent_id} if hub else {}
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, **chosen}
    )
    await house.settle()


async def test_bound_lock_hangs_on_its_hub(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await mean(house, hub)
    report = await verify(house)
    assert (report.hangs, report.need) == (Hangs.YES, HubNeed.ONLY_WAY)
    assert report.served_by_name == "Hub M100-A1B2"
    assert report.ecosystems == ("Home Assistant", "Apple Home")
    assert (report.fabrics_used, report.fabrics_free) == (2, 3)
    assert report.check is not None
    assert report.check.answered == 5
    assert report.battery_percent == 40
    assert report.model == "u400"
    text = told(house.hass, report)
    assert "**Is Aqara Smart Lock U400 connected through the hub?** Yes." in text
    assert "**Do I need the hub at all?** Yes. No other hub" in text
    assert "Aqara Home (no) · Apple Home (yes) · Home Assistant (yes)." in text
    assert "Room for 3 more." in text
    assert "‘Child devices’" in text
    assert "at most 3 m with walls" in text
    assert "Battery: 40 %." in text
    assert "{" not in text


async def test_verify_asks_the_lock_only_when_asked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    before = len(u400_lock.asked)
    await verify(house)
    asked = u400_lock.asked[before:]
    assert asked.count("ping_node") == 5
    assert len(asked) <= 6
    await house.pass_time(3600, 60)
    assert len(u400_lock.asked) == before + len(asked)


async def test_lock_on_another_network_does_not_hang_on_the_hub(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    hub.extended_pan_id, hub.network_name = OTHER_NETWORK, "AqaraHome-0001"
    other = lan.add(
        FakeHub(
            name="Apple TV",
            host="AppleTV.local.",
            border_agent_id="aa" * 16,
            vendor="Apple Inc.",
            network_name="MyHome",
            addresses=("10.10.10.30",),
        )
    )
    lan.announce(hub)
    await house.start(u400_lock)
    await mean(house, hub)
    report = await verify(house)
    assert (report.hangs, report.need) == (Hangs.NO, HubNeed.CARRIES_NOTHING)
    text = told(house.hass, report)
    assert "is on the Thread network MyHome, while Hub M100-A1B2 has" in text
    assert f"Its Thread network has these hubs: {other.name}." in text
    assert house.problem.state == "wrong_thread_network"
    await mean(house, other)
    assert house.problem.state == "ok"
    assert (await verify(house)).hangs is Hangs.YES


async def test_without_a_meant_hub_the_serving_one_is_told(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    report = await verify(house)
    assert report.hangs is Hangs.NO_HUB_MEANT
    assert "No hub was chosen" in told(house.hass, report)


async def test_hub_that_was_forgotten_leaves_it_open(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await mean(house, FakeHub(border_agent_id="ee" * 16))
    assert (await verify(house)).hangs is Hangs.UNKNOWN


async def test_lock_that_is_silent_is_reported_as_such(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    report = await verify(house)
    assert report.check is not None
    assert report.check.answered == 0
    assert "answered none of 5 pings" in told(house.hass, report)


async def test_apps_that_cannot_be_read_are_not_called_missing(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.fail("read_attribute", *[Refusal(error_code=7)] * 9)
    await house.start(u400_lock)
    report = await verify(house)
    assert report.ecosystems == ()
    assert "the lock counts 2; which ones was not read" in told(house.hass, report)


async def test_without_matter_nothing_is_asked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_unload(house.matter_entry.entry_id)
    await house.settle()
    asked = len(u400_lock.asked)
    report = await verify(house)
    assert len(u400_lock.asked) == asked
    assert report.check is None
    assert "it was not asked" in told(house.hass, report)


async def test_answers_of_unknown_time_are_told_and_kept(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.addresses.append("fd00::dead")
    u400_lock.dead_addresses.add("fd00::dead")
    report = await verify(house)
    assert "how fast cannot be told" in told(house.hass, report)
    assert "on average" not in told(house.hass, report)
    await house.reload()
    sensor = house.state(house.entity_id("sensor", "last_connection_check"))
    assert sensor.state == "untimed"


async def test_pings_that_could_not_be_sent_are_told_as_such(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("ping_node", *[Refusal(error_code=5)] * PINGS_ON_REQUEST)
    report = await verify(house)
    assert "could not be sent" in told(house.hass, report)
    assert "none of" not in told(house.hass, report)
    await house.reload()
    sensor = house.state(house.entity_id("sensor", "last_connection_check"))
    assert sensor.state == "not_sent"


async def test_report_survives_a_restart_and_feeds_the_sensor(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await mean(house, hub)
    report = await verify(house)
    await house.reload()
    assert lock_of(house).binding == report
    sensor = house.state(house.entity_id("sensor", "last_connection_check"))
    assert sensor.state == "good"
    assert sensor.attributes["sent"] == 5
    assert sensor.attributes["hangs_on_hub"] == "yes"
    assert sensor.attributes["hub_needed"] == "only_way"
    assert sensor.attributes["hub"] == "Hub M100-A1B2"
    assert sensor.attributes["apps"] == ["Home Assistant", "Apple Home"]
    assert sensor.attributes["binding_checked_at"] == report.at


async def test_damaged_report_is_made_anew(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    house.expects_errors = True
    await house.start(u400_lock)
    await verify(house)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    key = f"aqara_lock.lock.{house.subentry_id()}"
    hass_storage[key]["data"]["binding"]["at"] = "soon"
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert "Stored binding of lock" in caplog.text
    assert lock_of(house).binding is None
    assert (await verify(house)).check is not None


async def test_report_is_in_diagnostics_without_names(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    await mean(opened, hub)
    await verify(opened)
    (lock,) = (await diagnostics_of(opened, download))["locks"]
    section = lock["binding"]
    assert (section["hangs"], section["need"]) == ("yes", "only_way")
    assert section["apps"] == ["Home Assistant", "Apple Home"]
    assert section["network"] == section["meant_network"]
    text = json.dumps(section)
    for secret in (hub.name, hub.border_agent_id, hub.extended_pan_id):
        assert secret not in text


async def test_bridged_lock_comes_through_its_hub(
    house: House, matter: FakeMatterServer, hub: FakeHub
) -> None:
    lock = matter.add(U400_NODE, bridge_with_lock(), endpoint_id=5)
    await house.start(lock)
    report = await verify(house)
    assert (report.hangs, report.need) == (Hangs.THROUGH_BRIDGE, HubNeed.BRIDGE)
    text = told(house.hass, report)
    assert "comes into Home Assistant through its hub" in text
    assert "Thread" not in text


FULL = BindingReport(
    at=datetime(2026, 11, 22, 18, 30, tzinfo=UTC),
    lock_name="Front door",
    meant_hub="a",
    meant_hub_name="Hub M100",
    meant_network="x",
    network="x",
    network_name="AqaraHome-1",
    served_by="a",
    path_evidence=PathEvidence.PARENT,
    routers=(
        RouterThere(id="a", name="Hub M100", is_aqara=True, is_live=True),
        RouterThere(id="b", name="Apple TV", is_aqara=False, is_live=True),
    ),
    ecosystems=("Home Assistant", "Google Home", "Aqara Home"),
    check=ConnectionCheck(5, (100.0, 300.0)),
    features=Feature.PIN | Feature.USER | Feature.ALIRO,
    reports_who=ReportsWho.YES,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Its radio link leads to Hub M100 directly."),
        ({}, "Not for the radio link alone: Apple TV can carry the lock"),
        (
            {},
            "Aqara Home (yes) · Apple Home (no) · Home Assistant (yes) · Google Home (yes).",
        ),
        ({}, "200 ms on average, 300 ms at worst"),
        ({}, "yes: users, codes (PIN), digital keys (Aliro). No: tags (NFC)"),
        ({}, "It names users when somebody unlocks at the door."),
        ({"features": None}, "not known yet; Matter has not read the lock."),
        ({"network": None}, "before the Thread networks of lock and hub are known"),
        ({"fabrics_used": 5, "fabrics_supported": 5}, "Room for 0 more."),
        (
            {"served_by": None, "path_evidence": PathEvidence.SEVERAL_ROUTERS},
            "several hubs (Thread border routers): Hub M100, Apple TV",
        ),
        (
            {"routers": (), "path_evidence": PathEvidence.NO_ROUTER},
            "No hub (Thread border router) of this network has been seen.",
        ),
    ],
)
async def test_facts_are_told_in_plain_words(
    hass: HomeAssistant, changes: dict[str, Any], words: str
) -> None:
    await async_load_messages(hass)
    assert words in told(hass, replace(FULL, **changes))
