"""Config flow of the home and subentry flow of a lock."""

from ipaddress import ip_address
from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigFlowResult,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest

from custom_components.aqara_lock.const import DOMAIN

from .fake_lan import SERVICE
from .fake_matter import FakeLock
from .house import House, identifier
from .nodes import U200_SERIAL, U400_NODE, bridge_with_lock, u400

DISCOVERED = ZeroconfServiceInfo(
    ip_address=ip_address("192.168.1.20"),
    ip_addresses=[ip_address("192.168.1.20")],
    hostname="Hub-M100-A1B2.local.",
    name=f"Hub M100-A1B2.{SERVICE}",
    port=49191,
    properties={"vn": "Aqara"},
    type=SERVICE,
)


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Let the user start."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )


async def discover(hass: HomeAssistant) -> ConfigFlowResult:
    """Let a hub be seen."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=DISCOVERED
    )


async def confirm(hass: HomeAssistant, flow: ConfigFlowResult) -> ConfigFlowResult:
    """Confirm the step that is shown."""
    return await hass.config_entries.flow.async_configure(flow["flow_id"], {})


async def add_lock(house: House) -> SubentryFlowResult:
    """Begin to add a lock to the home."""
    entry_id = house.hass.config_entries.async_entries(DOMAIN)[0].entry_id
    return await house.hass.config_entries.subentries.async_init(
        (entry_id, "lock"), context=SubentryFlowContext(source=SOURCE_USER)
    )


async def answer(
    house: House, flow: SubentryFlowResult, **given: Any
) -> SubentryFlowResult:
    """Fill in the step that is shown."""
    result = await house.hass.config_entries.subentries.async_configure(
        flow["flow_id"], given
    )
    await house.settle()
    return result


async def test_user_creates_the_home(hass: HomeAssistant, house: House) -> None:
    await house.start_matter()
    flow = await begin(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    done = await confirm(hass, flow)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == hass.config.location_name
    assert done["result"].unique_id == DOMAIN
    assert "next_flow" not in done


async def test_home_without_a_name_has_a_title(
    hass: HomeAssistant, house: House
) -> None:
    hass.config.location_name = ""
    done = await confirm(hass, await begin(hass))
    assert done["title"] == "Aqara Lock"


async def test_creation_leads_on_to_the_first_lock(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    done = await confirm(hass, await begin(hass))
    kind, flow_id = done["next_flow"]
    assert kind == "config_subentries_flow"
    flows = hass.config_entries.subentries.async_progress()
    assert [flow["flow_id"] for flow in flows] == [flow_id]
    assert flows[0]["step_id"] == "user"


async def test_discovered_hub_offers_the_home(
    hass: HomeAssistant, house: House
) -> None:
    flow = await discover(hass)
    assert flow["step_id"] == "discovery_confirm"
    assert flow["description_placeholders"] == {"name": "Hub M100-A1B2"}
    done = await confirm(hass, flow)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_second_hub_is_no_second_offer(hass: HomeAssistant, house: House) -> None:
    await discover(hass)
    second = await discover(hass)
    assert second["type"] is FlowResultType.ABORT
    assert second["reason"] == "already_in_progress"


async def test_user_takes_over_from_a_discovered_hub(
    hass: HomeAssistant, house: House
) -> None:
    await discover(hass)
    done = await confirm(hass, await begin(hass))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await house.settle()
    assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []


@pytest.mark.parametrize("start", [begin, discover])
async def test_there_is_one_home(hass: HomeAssistant, house: House, start: Any) -> None:
    await house.start()
    again = await start(hass)
    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "single_instance_allowed"


@pytest.mark.parametrize("replace", [True, False])
async def test_lock_is_added_and_takes_the_place_of_cores(
    house: House, u400_lock: FakeLock, replace: bool
) -> None:
    await house.start()
    core = house.core_lock(u400_lock)
    flow = await add_lock(house)
    assert flow["step_id"] == "user"
    schema = flow["data_schema"]
    assert schema is not None
    chosen = schema({})["lock"]
    asked = await answer(house, flow, lock=chosen)
    assert asked["step_id"] == "replace"
    assert asked["description_placeholders"]["entity_id"] == core.entity_id
    assert asked["data_schema"] is not None
    assert asked["data_schema"]({}) == {"replace_core_lock": True}
    done = await answer(house, asked, replace_core_lock=replace)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    subentry = next(iter(house.home.subentries.values()))
    assert subentry.title == "Aqara Smart Lock U400"
    assert subentry.data["device_identifier"] == identifier(u400_lock)
    entries = er.async_entries_for_config_entry(
        er.async_get(house.hass), house.home.entry_id
    )
    assert ("lock" in {entry.domain for entry in entries}) is replace
    assert (house.core_lock(u400_lock).hidden_by is not None) is replace
    of_locks = {entry.config_subentry_id for entry in entries} - {None}
    assert of_locks == {subentry.subentry_id}


async def test_lock_without_an_entity_of_core_is_not_asked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start()
    er.async_get(house.hass).async_remove(house.core_lock(u400_lock).entity_id)
    flow = await add_lock(house)
    schema = flow["data_schema"]
    assert schema is not None
    done = await answer(house, flow, **schema({}))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert house.lock.state == "locked"


async def test_only_new_locks_are_offered(
    house: House, u200_lock: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await add_lock(house)
    schema = flow["data_schema"]
    assert schema is not None
    assert schema({})["lock"] == f"{U200_SERIAL}-1"


async def test_all_locks_are_there(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    flow = await add_lock(house)
    assert flow["reason"] == "all_locks_added"


async def test_there_is_no_lock(house: House) -> None:
    await house.start()
    assert (await add_lock(house))["reason"] == "no_locks"


async def test_matter_is_not_running(house: House, u400_lock: FakeLock) -> None:
    house.matter.stop()
    await house.start()
    assert (await add_lock(house))["reason"] == "matter_not_loaded"


async def test_lock_without_a_serial_number_is_known_by_its_node(
    house: House,
) -> None:
    attributes = u400()
    del attributes["0/40/15"]
    lock = house.matter.add(U400_NODE, attributes)
    await house.start()
    flow = await add_lock(house)
    schema = flow["data_schema"]
    assert schema is not None
    assert schema({})["lock"] == f"{identifier(lock)}-1"


async def test_bridged_lock_is_offered_as_its_own_device(house: House) -> None:
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.start()
    flow = await add_lock(house)
    schema = flow["data_schema"]
    assert schema is not None
    asked = await answer(house, flow, **schema({}))
    await answer(house, asked, replace_core_lock=True)
    assert house.lock.state == "locked"
    device_id = er.async_get(house.hass).async_get(house.lock_id).device_id  # type: ignore[union-attr]
    device = dr.async_get(house.hass).async_get(device_id or "")
    assert device is not None
    assert device.name == "U100"


async def test_lock_is_named_as_the_user_named_it(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    dr.async_get(house.hass).async_update_device(
        house.device_of(u400_lock).id, name_by_user="Front door"
    )
    await house.start(matter=False)
    flow = await add_lock(house)
    schema = flow["data_schema"]
    assert schema is not None
    asked = await answer(house, flow, **schema({}))
    assert asked["description_placeholders"]["name"] == "Front door"
    done = await answer(house, asked, replace_core_lock=True)
    assert done["title"] == "Front door"
