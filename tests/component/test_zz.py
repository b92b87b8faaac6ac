from typing import Any
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from .fake_lan import FakeHub, FakeLan
from .house import House
from .nodes import bridge_with_lock

async def test_b(hass: HomeAssistant, house: House) -> None:
    house.matter.add(12, bridge_with_lock(), endpoint_id=5)
    await house.start()
    print("ZZ", [(e.entity_id, e.unique_id) for e in er.async_get(hass).entities.values()])
async def test_a(hass: HomeAssistant, hass_ws_client: Any, house: House, hub: FakeHub, lan: FakeLan) -> None:
    await house.start()
    client = await hass_ws_client(hass)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    await client.send_json_auto_id({"type": "config/device_registry/remove_config_entry", "config_entry_id": house.home.entry_id, "device_id": house.hub_device(hub).id})
    print("ZZ", await client.receive_json(), house.hub_online(hub))
