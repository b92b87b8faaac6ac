"""Diagnostics: enough to find a cause, nothing that names people or addresses."""

import json
import logging
import re
from typing import Any
from unittest.mock import patch

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.aqara_lock.locks.commands.dispatch import CommandDispatcher

from .callers import add_person, options
from .fake_lan import FakeHub, apple_tv
from .fake_matter import COMPRESSED_FABRIC, FakeLock, FakeMatterServer, Refusal
from .house import House
from .nodes import CONTROLLER_NODE, EXTENDED_PAN_ID, U400_SERIAL

TAG = re.compile(r"^#[0-9a-f]{8}$")


@pytest.fixture
async def opened(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Let Anna open the door."""
    assert await async_setup_component(house.hass, "system_log", {})
    assert await async_setup_component(house.hass, DIAGNOSTICS, {})
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    return house


@pytest.fixture
def download(
    opened: House, hass_client: ClientSessionGenerator, caplog: pytest.LogCaptureFixture
) -> ClientSessionGenerator:
    """Give what downloads the file; the access log cannot tell the time of a test."""
    caplog.set_level(logging.CRITICAL, "aiohttp.access")
    return hass_client


async def whole_file(house: House, download: ClientSessionGenerator) -> dict[str, Any]:
    """Download the diagnostics as a user does; Home Assistant adds the repairs."""
    client = await download()
    url = f"/api/diagnostics/config_entry/{house.home.entry_id}"
    answer = await client.get(url)
    assert answer.status == 200
    told: dict[str, Any] = await answer.json()
    return told


async def report(house: House, download: ClientSessionGenerator) -> dict[str, Any]:
    """Give our own part of the file."""
    data: dict[str, Any] = (await whole_file(house, download))["data"]
    return data


async def test_lock_section_tells_how_it_stands(
    opened: House, download: ClientSessionGenerator
) -> None:
    (lock,) = (await report(opened, download))["locks"]
    assert lock["link"]["state"] == "ready"
    assert lock["server"] == {"schema": 12, "min_schema": 5, "sdk": "emulated"}
    assert lock["node"]["product"] == "Aqara Smart Lock U400"
    assert lock["node"]["software"] == "077"
    assert "UNBOLT" in lock["node"]["features"]
    assert 26 in lock["node"]["accepted_commands"]
    assert lock["connection"] == {"responsive": True, "cause": None, "since": None}
    assert lock["path"]["evidence"] == "only_router"
    assert lock["door"]["state"] == "unlocked"
    assert lock["memory"]["users"] == 2
    assert lock["entities"]["event.activity"] == "available"
    assert lock["journal"]["types"] == {"unlocked": 1}
    assert lock["journal"]["methods"] == {"fingerprint": 1}
    assert lock["journal"]["confidences"] == {"reported": 1}
    assert lock["journal"]["reports_who"] == "yes"


async def test_what_the_lock_could_tell_costs_it_nothing(
    opened: House, download: ClientSessionGenerator, u400_lock: FakeLock
) -> None:
    before = list(u400_lock.requests)
    (lock,) = (await report(opened, download))["locks"]
    assert u400_lock.requests == before
    found = lock["capabilities"]
    assert 257 in found["lock_clusters"]
    assert 40 in found["root_clusters"]
    assert 26 in found["accepted_commands"]
    assert found["feature_map"] == u400_lock.attributes["1/257/65532"]
    operations = found["recent_events"]["operation"]
    assert operations["count"] == 1
    assert {"lockOperationType", "userIndex"} <= set(operations["fields"])
    assert set(found["recent_events"]) == {"operation", "error", "user_change"}
    assert found["on_any_node"] == {
        "thread_border_router_management": False,
        "thread_network_directory": False,
    }


async def test_what_a_lock_could_tell_is_unknown_without_matter(
    opened: House, download: ClientSessionGenerator
) -> None:
    opened.matter.stop()
    await opened.settle()
    (lock,) = (await report(opened, download))["locks"]
    assert lock["capabilities"] == {"unknown": "matter_unavailable"}


async def test_silence_is_told_with_its_evidence(
    opened: House, download: ClientSessionGenerator, u400_lock: FakeLock
) -> None:
    u400_lock.become(available=False)
    await opened.tick(61)
    (lock,) = (await report(opened, download))["locks"]
    assert lock["connection"]["cause"] == "lock_unreachable"
    assert lock["connection"]["since"] is not None
    assert lock["connection_evidence"]["unavailable_since"] is not None
    assert [flip["available"] for flip in lock["history"]["flips"]] == [False]
    assert lock["node"]["available"] is False


async def test_failed_command_is_told_with_its_reason(
    opened: House, download: ClientSessionGenerator, u400_lock: FakeLock
) -> None:
    u400_lock.fail("LockDoor", Refusal(status=0x8B))
    with pytest.raises(HomeAssistantError):
        await opened.call("lock")
    (lock,) = (await report(opened, download))["locks"]
    (failed,) = lock["history"]["failed_commands"]
    assert failed["refusal"] == "not_found"


async def test_hub_section_tells_what_it_announces_and_answers(
    opened: House, download: ClientSessionGenerator
) -> None:
    (hub,) = (await report(opened, download))["hubs"]
    assert hub["state"] == "online"
    assert hub["probe_method"] == "tcp"
    assert hub["liveness"]["answers_probes"] is True
    assert hub["record"]["vendor"] == "Aqara"
    assert hub["record"]["interface"] == "active"
    assert hub["record"]["role"] == "leader"
    assert [text.split(" #")[0] for text in hub["addresses"]] == [
        "ipv4 private",
        "ipv6 link-local",
    ]


async def test_hub_section_tells_what_speaks_for_and_against_it(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    await opened.pass_time(65, 5)
    opened.lan.unplug(hub)
    await opened.pass_time(20, 5)
    (seen,) = (await report(opened, download))["hubs"]
    assert seen["evidence"]["hearing"] == "silent"
    assert seen["evidence"]["answers"] is False
    assert seen["evidence"]["outages_per_day"] == 1
    assert seen["evidence"]["elsewhere"] is None


async def test_border_router_that_nobody_watches_is_told_too(
    opened: House, download: ClientSessionGenerator
) -> None:
    opened.lan.add(apple_tv())
    await opened.settle()
    (other,) = (await report(opened, download))["other_border_routers"]
    assert other["record"]["vendor"] == "Apple Inc."
    assert other["addresses"][0].startswith("ipv4 private")


async def test_finding_tells_whom_it_concerns_and_what_it_saw(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    await opened.pass_time(65, 5)
    opened.lan.unplug(hub)
    await opened.pass_time(20, 5)
    told = await report(opened, download)
    (found,) = (x for x in told["findings"]["found"] if x["rule"] == "hub_offline")
    assert found["locks"] == [told["locks"][0]["lock"]]
    assert found["subject"] == told["hubs"][0]["hub"]
    assert found["parameters"]["since"].startswith("20")
    assert TAG.match(found["parameters"]["hub"])
    assert found["parameters"]["missed"] == "probe"


async def test_lock_section_tells_what_the_rules_saw(
    opened: House, download: ClientSessionGenerator
) -> None:
    await opened.tick(35)
    (lock,) = (await report(opened, download))["locks"]
    assert lock["evidence"]["transport"] == "thread"
    assert lock["evidence"]["available"] is True
    assert lock["evidence"]["local_operations"] == {"total": 1, "nameless": 0}


async def test_versions_of_software_are_told(
    opened: House, download: ClientSessionGenerator
) -> None:
    software = (await report(opened, download))["software"]
    assert software["server_version"] == "emulated"


async def test_without_matter_it_says_what_is_missing(
    opened: House, download: ClientSessionGenerator, matter: FakeMatterServer
) -> None:
    matter.stop()
    await opened.settle()
    (lock,) = (await report(opened, download))["locks"]
    assert lock["server"] == {"unknown": "matter_unavailable"}
    assert lock["link"]["state"] == "matter_unavailable"
    assert lock["node"]["product"] == "Aqara Smart Lock U400"


async def test_equal_things_have_equal_tags_and_only_in_one_file(
    opened: House, download: ClientSessionGenerator
) -> None:
    first = await report(opened, download)
    (lock,), (hub,) = first["locks"], first["hubs"]
    assert TAG.match(lock["path"]["serving"])
    assert lock["path"]["serving"] == hub["hub"]
    assert lock["node"]["network"] == hub["record"]["network"]
    assert lock["link"]["serial"] == lock["node"]["serial"]
    assert lock["node"]["network"] != hub["hub"]
    second = await report(opened, download)
    assert second["hubs"][0]["hub"] != hub["hub"]


async def test_nothing_that_names_people_things_or_places(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    add_person(opened, "Carl", "person.carl")
    options(opened, controllers={"77/4937/5": "Grandma's TV"})
    text = json.dumps(await report(opened, download)).lower()
    secrets = [
        "Anna",
        "Ben",
        "Carl",
        "Grandma",
        U400_SERIAL,
        EXTENDED_PAN_ID,
        f"{COMPRESSED_FABRIC:016X}",
        str(COMPRESSED_FABRIC),
        str(CONTROLLER_NODE),
        hub.name,
        hub.host,
        hub.network_name,
        hub.border_agent_id,
        hub.extended_address,
        *hub.addresses,
        "fd20:be89",
        opened.subentry_id(),
    ]
    assert [secret for secret in secrets if secret.lower() in text] == []


async def test_repairs_in_the_file_name_no_hub(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    await opened.pass_time(65, 5)
    opened.lan.unplug(hub)
    await opened.pass_time(200, 5)
    told = await whole_file(opened, download)
    repairs = [issue["issue_id"] for issue in told["issues"]]
    assert any(name.startswith("cause_hub_offline_") for name in repairs)
    text = json.dumps(told["issues"]).lower()
    for secret in (hub.border_agent_id, hub.extended_pan_id, hub.name.lower()):
        assert secret not in text


async def test_firmware_is_told(
    opened: House, download: ClientSessionGenerator
) -> None:
    await opened.tick(35)
    (lock,) = (await report(opened, download))["locks"]
    assert lock["node"]["software"] == "077"


async def test_home_that_does_not_run_tells_what_can_be_seen(
    opened: House, download: ClientSessionGenerator, hub: FakeHub
) -> None:
    opened.expects_errors = True
    broken = "custom_components.aqara_lock.hubs.router_store.RouterStore.recall"
    with patch(broken, side_effect=ValueError("Anna's door")):
        await opened.hass.config_entries.async_reload(opened.home.entry_id)
        await opened.settle()
    told = await whole_file(opened, download)
    found = told["data"]
    assert found["home"]["state"] == "setup_error"
    assert found["home"]["locks"] == 1
    (error,) = found["last_errors"]
    assert error["exception"] == "ValueError"
    assert [frame.partition(":")[0] for frame in error["frames"]] == [
        "__init__.py",
        "home.py",
    ]
    assert found["hubs"][0]["record"]["vendor"] == "Aqara"
    assert found["host"]["adapters"]
    assert found["software"]["server_version"] == "emulated"
    for secret in ("Anna", hub.name, hub.border_agent_id):
        assert secret not in json.dumps(told)


async def test_exception_is_told_by_its_class(
    opened: House, download: ClientSessionGenerator
) -> None:
    opened.expects_errors = True
    ours = logging.getLogger("custom_components.aqara_lock.home")
    ours.error("It broke", exc_info=KeyError("Anna"))
    await opened.settle()
    told = (await report(opened, download))["last_errors"]
    assert [error["exception"] for error in told] == ["KeyError"]
    assert "Anna" not in str(told)


async def test_logger_of_an_automation_does_not_tell_its_name(
    opened: House, download: ClientSessionGenerator
) -> None:
    opened.expects_errors = True
    theirs = logging.getLogger("homeassistant.components.automation.anna_comes_home")
    with patch.object(CommandDispatcher, "async_operate", side_effect=RuntimeError):
        try:
            await opened.call("unlock")
        except RuntimeError:
            theirs.exception("While executing an automation")
    await opened.settle()
    (error,) = (await report(opened, download))["last_errors"]
    assert error["logger"] == "homeassistant.components.automation"
    assert error["frames"]
    assert "anna" not in str(error)


async def test_errors_are_told_by_their_place_never_by_their_text(
    opened: House, download: ClientSessionGenerator
) -> None:
    opened.expects_errors = True
    ours = logging.getLogger("custom_components.aqara_lock.locks.state.store")
    ours.error("Stored journal of %s is damaged", "Anna's door")
    logging.getLogger("homeassistant.components.zha").error("Not ours")
    await opened.settle()
    (error,) = (await report(opened, download))["last_errors"]
    assert error["logger"] == "custom_components.aqara_lock.locks.state.store"
    assert error["level"] == "ERROR"
    assert error["count"] == 1
    assert "Anna" not in str(error)
