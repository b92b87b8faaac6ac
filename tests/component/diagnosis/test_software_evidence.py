"""Evidence on the software around the locks: Thread credentials, apps, fabrics."""

from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.components.hassio import HassioNotReadyError
from homeassistant.components.thread import async_add_dataset
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, SoftwareEvidence
from custom_components.aqara_lock.matter.software import MatterSoftware
from custom_components.aqara_lock.network.host.supervisor import async_ask_supervisor

from ..fake_lan import FakeHub
from ..fake_matter import COMPRESSED_FABRIC, FakeLock
from ..house import House, subentry

DATASET = (
    "0E080000000000010000000300000F35060004001FFFE0020811111111222222220708FDAD70BF"
    "E5AA15DD051000112233445566778899AABBCCDDEEFF030E4F70656E54687265616444656D6F01"
    "0212340410445F2B5CA6F2A93A55CE570A70EFEECB0C0402A0F7F8"
)
"""The example of the Thread documentation: network `OpenThreadDemo`."""
NETWORK = "1111111122222222"
HASSIO = "homeassistant.components.hassio"
HOME = "custom_components.aqara_lock.diagnosis.evidence"
SOFTWARE = f"{HOME}.read_software"
OTHERS_LOCK = "deviceid_0000000000000007-0000000000000008-MatterNodeDevice"
"""A lock on the fabric of a Matter server that is not there."""


async def software_of(house: House) -> SoftwareEvidence:
    """Diagnose, and give what was known of the software."""
    await house.pass_time(35, 5)
    found = house.home.runtime_data.diagnosis.evidence.software
    assert isinstance(found, SoftwareEvidence)
    return found


async def test_without_the_thread_integration_no_credentials_are_known(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    found = await software_of(house)
    assert (found.datasets, found.preferred_network) == (Gap.UNKNOWN, Gap.UNKNOWN)


async def test_stored_networks_are_known_by_their_id_alone(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    assert await async_setup_component(house.hass, "thread", {})
    await async_add_dataset(house.hass, "test", DATASET)
    await house.start(u400_lock)
    found = await software_of(house)
    assert found.datasets == {NETWORK}
    assert "00112233445566778899AABBCCDDEEFF" not in str(found).upper()


async def test_the_locks_belong_to_the_fabric_of_the_server(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    found = await software_of(house)
    assert found.fabric == found.stored_fabric == COMPRESSED_FABRIC
    assert found.matter_lost_at is None
    assert house.problem.state == "ok"


@pytest.mark.parametrize(
    ("fabrics", "fabric", "problem"),
    [
        (frozenset({7}), 7, "fabric_changed"),
        (frozenset({7, COMPRESSED_FABRIC}), COMPRESSED_FABRIC, "ok"),
        (frozenset[int](), Gap.UNKNOWN, "ok"),
    ],
    ids=["another", "two servers", "none told"],
)
async def test_server_with_another_identity(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    fabrics: frozenset[int],
    fabric: object,
    problem: str,
) -> None:
    await house.start(u400_lock)
    real = house.home.runtime_data.diagnosis.evidence.software.matter
    told = MatterSoftware(state=real, fabrics=fabrics)
    with patch(SOFTWARE, return_value=told):
        found = await software_of(house)
    assert found.fabric == fabric
    assert house.problem.state == problem


async def test_lock_of_a_second_server_that_is_away_accuses_nobody(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    """Who still knows one of the locks says nothing about the server of the other."""
    await house.start(u400_lock)
    told = subentry(u200_lock)
    place = {"device_identifier": OTHERS_LOCK, "serial": "NOT HERE"}
    other = {**told["data"], **place}
    house.hass.config_entries.async_add_subentry(
        house.home, ConfigSubentry(**{**told, "data": MappingProxyType(other)})
    )
    await house.settle()
    found = await software_of(house)
    assert (found.fabric, found.stored_fabric) == (Gap.UNKNOWN, Gap.UNKNOWN)
    findings = house.home.runtime_data.diagnosis.diagnosis.findings
    assert "fabric_changed" not in [finding.id for finding in findings]


async def test_a_supervisor_that_says_nothing_is_no_list_of_apps(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.hass.config.components.add("hassio")
    found = await software_of(house)
    assert found.addons is Gap.UNKNOWN


async def test_when_the_matter_server_went_away(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.matter.stop()
    await house.settle()
    found = await software_of(house)
    (lock,) = house.home.runtime_data.locks.values()
    known = lock.connections.evidence
    assert known.link_problem is Cause.MATTER_UNAVAILABLE
    assert found.matter_lost_at == known.link_lost_at is not None


async def test_versions_of_apps(hass: HomeAssistant) -> None:
    assert async_ask_supervisor(hass).addons is Gap.NOT_CHECKABLE
    hass.config.components.add("hassio")
    assert async_ask_supervisor(hass).addons is Gap.UNKNOWN
    listed: list[dict[str, Any]] = [
        {"slug": "core_openthread_border_router", "version": "3.2.0"},
        {"slug": "core_ssh", "version": None},
        {"slug": "local_openthread_border_router", "version": "9.9.9"},
        {"slug": "local_anna_comes_home", "version": "1.0.0"},
    ]
    with (
        patch(f"{HASSIO}.get_info", return_value={}),
        patch(f"{HASSIO}.get_network_info", return_value={}),
        patch(f"{HASSIO}.get_addons_list", return_value=listed) as asked,
    ):
        found = async_ask_supervisor(hass)
        assert found.addons == {"openthread_border_router": "3.2.0"}
        asked.side_effect = HassioNotReadyError
        assert async_ask_supervisor(hass).addons is Gap.UNKNOWN
