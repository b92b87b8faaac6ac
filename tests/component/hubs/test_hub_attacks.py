"""Somebody on the home network announces what he likes: what that may do, and what not.

Records on mDNS are claims. A real hub keeps its place, its settings and its verdict.
"""

from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
import pytest
from zeroconf import DNSPointer, ServiceStateChange

from custom_components.aqara_lock.domain.budget import (
    HUB_PROBE_INTERVAL,
    MAX_PROBED_HUBS,
    MAX_SEEN_ROUTERS,
    NEW_ADDRESSES,
    NEW_ADDRESSES_OF_ALL,
)
from custom_components.aqara_lock.domain.connectivity import HubState
from custom_components.aqara_lock.domain.thread.hub_names import STABLE
from custom_components.aqara_lock.hubs.paced_signal import AT_ONCE
from custom_components.aqara_lock.network.mdns.border_routers import MOST_KNOWN
from custom_components.aqara_lock.network.mdns.lock_records import MOST_ADDRESSES
from custom_components.aqara_lock.preflight.readiness import async_survey

from ..fake_lan import SERVICE, FakeHub, FakeLan, FakeService, Port
from ..fake_matter import COMPRESSED_FABRIC, FakeLock, FakeMatterServer
from ..house import House
from ..nodes import EXTENDED_PAN_ID, U400_NODE, u400
from ..preflight.test_binding_report import mean
from .test_hubs import delete_device

TWIN: Final = "10.66.0.2"
FORGED_ID: Final = "7" * 32


def forged(number: int, **changes: Any) -> FakeHub:
    """Give one of any number of forged hubs, each with an identity of its own."""
    plain = FakeHub(
        name=f"E{number}",
        host=f"e{number}.local.",
        border_agent_id=f"{number + 1:032x}",
        extended_address=f"{number + 1:016x}",
        extended_pan_id=f"{number + 1:016x}",
        network_name=f"Net {number}",
        addresses=(f"10.66.{number // 250}.{number % 250 + 1}",),
    )
    return replace(plain, **changes)


def watched(house: House) -> set[str]:
    """Give the ids of the hubs that are watched."""
    return set(house.home.runtime_data.hubs)


def repairs(house: House) -> set[str]:
    """Give the translation keys of our repairs."""
    issues = ir.async_get(house.hass).issues.values()
    return {x.translation_key or "" for x in issues if x.domain == "aqara_lock"}


async def flood(
    house: House, lan: FakeLan, count: int, *, answers: bool, **changes: Any
) -> list[FakeHub]:
    """Announce forged hubs, which answer probes and questions or do not."""
    every = [forged(number, **changes) for number in range(count)]
    for one in every:
        if answers:
            lan.add(one)
        else:
            lan.announce(one)
    await house.settle()
    return every


# First come, first served.


@pytest.mark.parametrize("answers", [True, False], ids=["answering", "silent"])
@pytest.mark.parametrize(
    "network", [None, EXTENDED_PAN_ID], ids=["other", "the lock's"]
)
async def test_real_hub_is_watched_though_forged_ones_were_first(
    house: House,
    lan: FakeLan,
    u400_lock: FakeLock,
    answers: bool,
    network: str | None,
) -> None:
    await house.start(u400_lock)
    changes = {"extended_pan_id": network} if network else {}
    fakes = await flood(house, lan, MAX_PROBED_HUBS, answers=answers, **changes)
    hub = lan.add(FakeHub())
    if answers and network:
        # Nothing tells them from real ones but what the lock says of its parent.
        await mean(house, hub)
    await house.settle()
    await house.pass_time(125, 5)
    assert hub.border_agent_id in watched(house)
    assert house.hub_online(hub) == "on"
    await house.reload()
    await house.pass_time(65, 5)
    assert hub.border_agent_id in watched(house)
    for fake in fakes:
        lan.unplug(fake, goodbye=answers)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.hub_online(hub) == "off"


async def test_real_hub_keeps_its_place_when_forged_ones_come_later(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    every = await flood(
        house, lan, 2 * MAX_PROBED_HUBS, answers=True, extended_pan_id=EXTENDED_PAN_ID
    )
    await house.pass_time(125, 5)
    assert hub.border_agent_id in watched(house)
    assert len(watched(house)) == MAX_PROBED_HUBS
    assert len(every) > MAX_PROBED_HUBS
    lan.unplug(hub)
    assert await house.seconds_until(lambda: house.hub_online(hub) == "off", 7) <= 7


async def test_forged_routers_of_another_maker_take_no_place_from_a_hub(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    network = {"extended_pan_id": EXTENDED_PAN_ID, "vendor": "Apple Inc."}
    await flood(house, lan, 2 * MAX_PROBED_HUBS, answers=False, **network)
    hub = lan.add(FakeHub())
    await house.pass_time(125, 5)
    assert house.hub_online(hub) == "on"
    assert hub.border_agent_id in watched(house)


async def test_what_proved_nothing_is_not_stored(
    house: House,
    lan: FakeLan,
    u400_lock: FakeLock,
    hub: FakeHub,
    hass_storage: dict[str, Any],
) -> None:
    await house.start(u400_lock)
    await flood(house, lan, 8, answers=False)
    await house.pass_time(65, 5)
    await house.stop()
    content = hass_storage[f"aqara_lock.{house.home.entry_id}"]["data"]
    assert set(content["hubs"]) == {hub.border_agent_id}


async def test_forged_hub_that_is_online_can_be_deleted_and_stays_away(
    hass: HomeAssistant,
    hass_ws_client: Any,
    house: House,
    lan: FakeLan,
    u400_lock: FakeLock,
    hub: FakeHub,
) -> None:
    house.expects_errors = True
    assert await async_setup_component(hass, "config", {})
    await house.start(u400_lock)
    await mean(house, hub)
    fake = lan.add(forged(0))
    await house.pass_time(65, 5)
    client = await hass_ws_client(hass)
    assert await delete_device(client, house, hub) == "home_assistant_error"
    assert await delete_device(client, house, fake) == "deleted"
    for _ in range(2):
        lan.announce(fake)
        await house.pass_time(65, 5)
        assert watched(house) == {hub.border_agent_id}
        await house.reload()
    registry = dr.async_get(hass)
    devices = dr.async_entries_for_config_entry(registry, house.home.entry_id)
    known = {text for device in devices for _, text in device.identifiers}
    assert fake.border_agent_id not in known


async def test_deleted_hub_that_somebody_chooses_is_watched_again(
    hass: HomeAssistant,
    hass_ws_client: Any,
    house: House,
    lan: FakeLan,
    u400_lock: FakeLock,
    hub: FakeHub,
) -> None:
    assert await async_setup_component(hass, "config", {})
    await house.start(u400_lock)
    other = lan.add(forged(0))
    await house.pass_time(65, 5)
    assert await delete_device(await hass_ws_client(hass), house, other) == "deleted"
    lan.announce(other)
    await house.settle()
    assert other.border_agent_id not in watched(house)
    await mean(house, other)
    assert other.border_agent_id in watched(house)


async def test_home_with_more_border_routers_than_places_keeps_the_chosen_one(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    real = await flood(
        house, lan, MAX_PROBED_HUBS + 6, answers=True, extended_pan_id=EXTENDED_PAN_ID
    )
    await house.pass_time(65, 5)
    left_out = [x for x in real if x.border_agent_id not in watched(house)]
    assert len(left_out) == 6
    before = watched(house)
    await house.pass_time(300, 10)
    assert watched(house) == before
    await mean(house, left_out[0])
    assert left_out[0].border_agent_id in watched(house)
    assert len(watched(house)) == MAX_PROBED_HUBS
    await house.pass_time(70, 5)
    assert house.hub_online(left_out[0]) == "on"
    lan.unplug(left_out[0])
    await house.pass_time(15, 5)
    assert house.hub_online(left_out[0]) == "off"


async def test_evicted_hub_leaves_no_entity_behind(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    fakes = await flood(house, lan, MAX_PROBED_HUBS, answers=False)
    hub = lan.add(FakeHub())
    await house.settle()
    entries = er.async_entries_for_config_entry(
        er.async_get(house.hass), house.home.entry_id
    )
    hubs = {x.unique_id.rpartition("_border_router")[0] for x in entries} - {""}
    assert hubs == watched(house)
    assert hub.border_agent_id in hubs
    assert len({x.border_agent_id for x in fakes} - hubs) == 1


# Identity is claimed, not proved.


async def test_twin_keeps_no_dead_hub_online_and_is_told(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    twin = FakeHub(
        name="Twin",
        host="t.local.",
        border_agent_id=hub.border_agent_id,
        addresses=(TWIN,),
    )
    lan.add(twin)
    lan.unplug(hub)
    for _ in range(5):
        lan.announce(twin)
        await house.tick(3)
    assert house.hub_online(hub) == "off"
    assert house.home.runtime_data.routers[hub.border_agent_id].title == hub.name
    for _ in range(40):
        lan.announce(twin)
        await house.tick(3)
    assert house.hub_online(hub) == "off"
    assert TWIN not in lan.probes
    assert "hub_conflict" in repairs(house)
    lan.plug(hub)
    lan.unplug(twin, goodbye=True)
    await house.pass_time(65, 5)
    assert house.hub_online(hub) == "on"
    assert "hub_conflict" not in repairs(house)


async def test_twin_that_falls_silent_is_forgotten(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    lan.add(replace(hub, name="Twin", host="t.local.", addresses=(TWIN,)))
    await house.pass_time(125, 5)
    assert "hub_conflict" in repairs(house)
    lan.hubs.pop()
    await house.pass_time(STABLE + 95, 10)
    assert "hub_conflict" not in repairs(house)
    assert house.hub_online(hub) == "on"


async def test_repair_names_no_id_and_goes_with_the_home(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    lan.add(replace(hub, name="Twin", host="t.local.", addresses=(TWIN,)))
    await house.pass_time(125, 5)
    [issue] = [
        x
        for x in ir.async_get(house.hass).issues.values()
        if x.translation_key == "hub_conflict"
    ]
    assert hub.border_agent_id not in issue.issue_id
    assert issue.translation_placeholders == {"hub": hub.name}
    await house.stop()
    assert "hub_conflict" not in repairs(house)


async def test_hub_that_takes_another_name_at_its_address_is_the_same(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """As after a conflict of names, which ends in "Hub (2)"."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.hubs.remove(hub)
    renamed = lan.add(replace(hub, name=f"{hub.name} (2)"))
    await house.pass_time(185, 5)
    assert house.hub_online(hub) == "on"
    assert house.home.runtime_data.routers[hub.border_agent_id].title == renamed.name
    await house.pass_time(65, 5)
    assert "hub_conflict" not in repairs(house)
    lan.unplug(renamed)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "off"


async def test_deleting_the_old_hub_lets_the_new_one_in(
    hass: HomeAssistant,
    hass_ws_client: Any,
    house: House,
    lan: FakeLan,
    u400_lock: FakeLock,
    hub: FakeHub,
) -> None:
    """The border router of a computer that has another name and address now."""
    assert await async_setup_component(hass, "config", {})
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    moved = lan.add(replace(hub, name="New", host="n.local.", addresses=(TWIN,)))
    moved.plugged = True
    await house.pass_time(65, 5)
    assert house.hub_online(hub) == "off"
    assert await delete_device(await hass_ws_client(hass), house, hub) == "deleted"
    await house.pass_time(65, 5)
    assert house.hub_online(moved) == "on"
    assert house.home.runtime_data.routers[hub.border_agent_id].title == "New"


def heir(hub: FakeHub) -> FakeHub:
    """Give who claims name, host and address of a hub with an id of his own."""
    return replace(hub, border_agent_id=FORGED_ID, plugged=True)


async def test_id_that_never_answered_at_the_old_address_takes_no_place(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await mean(house, hub)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    for _ in range(15 * 20):
        lan.announce(heir(hub))
        await house.tick(3)
    assert house.home.subentries[house.subentry_id()].data["hub"] == hub.border_agent_id
    assert house.hub_online(hub) == "off"


async def test_living_hub_is_not_replaced_by_who_claims_its_name(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Its address answers all the time, and so does the hub itself when it is asked."""
    await house.start(u400_lock)
    await mean(house, hub)
    await house.pass_time(65, 5)
    for _ in range(90):
        lan.announce(heir(hub))
        await house.tick(10)
    assert house.home.subentries[house.subentry_id()].data["hub"] == hub.border_agent_id
    assert house.hub_online(hub) == "on"
    assert "hub_conflict" in repairs(house)


async def replace_it(
    house: House, lan: FakeLan, lock: FakeLock, hub: FakeHub
) -> FakeHub:
    """Let another id take the place of the hub that is meant for a lock, and answer there."""
    await house.start(lock)
    await mean(house, hub)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    lan.hubs.remove(hub)
    fake = lan.add(heir(hub))
    await house.pass_time(STABLE + 65, 10)
    assert house.home.subentries[house.subentry_id()].data["hub"] == FORGED_ID
    return fake


@pytest.mark.parametrize("reload", [True, False])
async def test_replacement_is_undone_when_the_old_hub_comes_back(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub, reload: bool
) -> None:
    fake = await replace_it(house, lan, u400_lock, hub)
    subentry = house.subentry_id()
    if reload:
        await house.reload()
    lan.unplug(fake)
    lan.hubs.remove(fake)
    hub.plugged = True
    lan.add(hub)
    await house.pass_time(125, 5)
    assert house.home.subentries[subentry].data["hub"] == hub.border_agent_id
    assert house.hub_online(hub) == "on"
    lan.hubs.insert(0, fake)
    for _ in range(70):
        lan.announce(fake)
        await house.tick(10)
    assert house.home.subentries[subentry].data["hub"] == hub.border_agent_id


async def test_setting_that_was_made_meanwhile_is_not_undone(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.hubs.remove(hub)
    fresh = lan.add(heir(hub))
    await house.pass_time(STABLE + 65, 10)
    await mean(house, fresh)
    lan.hubs.remove(fresh)
    lan.add(hub)
    await house.pass_time(125, 5)
    assert house.home.subentries[house.subentry_id()].data["hub"] == FORGED_ID


async def test_equal_radio_address_moves_no_device(
    house: House, lan: FakeLan, matter: FakeMatterServer, hub: FakeHub
) -> None:
    lock = matter.add(U400_NODE, u400(hub.extended_address))
    await house.start(lock)
    await house.pass_time(65, 5)
    before = house.device_of(lock).via_device_id
    assert before == house.hub_device(hub).id
    lan.add(
        replace(
            hub,
            name="A",
            host="a.local.",
            border_agent_id="0" * 32,
            addresses=(TWIN, "fe80::1"),
        )
    )
    await house.pass_time(700, 10)
    assert house.device_of(lock).via_device_id == before
    served_by = house.state(house.entity_id("sensor", "served_by"))
    assert served_by.state == hub.name
    assert "hub_conflict" in repairs(house)


async def test_equal_host_name_is_another_hub(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    twin = replace(hub, name="Twin", border_agent_id=FORGED_ID, addresses=(TWIN,))
    lan.unplug(hub)
    lan.add(replace(twin, plugged=True))
    await house.pass_time(20, 5)
    assert house.hub_online(hub) == "off"


# Somebody else's tempo.


async def test_announcements_steer_no_scan(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.probes.clear()
    for number in range(600):
        address = f"192.168.{number // 250}.{number % 250 + 1}"
        lan.announce(replace(hub, addresses=(address,)))
        await house.tick(0.1)
    assert len(set(lan.probes)) <= NEW_ADDRESSES[0].most + 1
    assert len(lan.probes) <= 5 * (20 + 60 / HUB_PROBE_INTERVAL + 1)


async def test_ever_new_hubs_steer_no_scan(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.probes.clear()
    for number in range(200):
        lan.announce(forged(number, extended_pan_id=EXTENDED_PAN_ID))
        await house.tick(1)
    assert len(set(lan.probes)) <= NEW_ADDRESSES_OF_ALL[0].most + 1


async def test_goodbyes_make_no_flood_of_probes(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.probes.clear()
    queries = lan.queries
    for _ in range(300):
        lan.hear([DNSPointer(SERVICE, 12, 1, 0, hub.instance)])
        for browser in list(lan.browsers):
            browser.tell(hub, ServiceStateChange.Removed)
        await house.tick(0.2)
    assert len(lan.probes) <= 20 + 60 / HUB_PROBE_INTERVAL + 1
    assert lan.queries - queries <= len(lan.probes)
    assert house.hub_online(hub) == "on"
    lan.unplug(hub)
    assert await house.seconds_until(lambda: house.hub_online(hub) == "off", 7) <= 7


@pytest.mark.parametrize(
    "address",
    [
        "10.10.10.255",
        "10.10.10.0",
        "192.168.7.255",
        "192.0.2.7",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.251",
        "255.255.255.255",
        "240.0.0.1",
        "169.254.7.7",
        "127.0.0.1",
        "ff02::fb",
        "2001:db8::7",
        "::1",
    ],
)
async def test_address_that_is_no_host_of_the_home_is_never_probed(
    house: House, lan: FakeLan, u400_lock: FakeLock, address: str
) -> None:
    await house.start(u400_lock)
    lan.add(FakeHub(addresses=(address,)))
    await house.pass_time(130, 10)
    assert lan.probes == []


async def test_battery_lock_is_not_probed_for_who_claims_its_address(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The claim is in the mesh of another border router."""
    await house.start(u400_lock)
    await house.pass_time(35, 5)
    mesh = "fd20:be89:495a:1::190"
    lan.add(forged(0, addresses=(mesh,), without=frozenset({b"omr"})))
    await house.pass_time(130, 5)
    assert mesh not in lan.probes


async def test_battery_lock_is_not_probed_at_the_start_either(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    mesh = "fd20:be89:495a:1::190"
    name = f"{COMPRESSED_FABRIC:016X}-{U400_NODE:016X}"
    lan.show(FakeService(name, addresses=(mesh,)))
    lan.add(forged(0, addresses=(mesh,), without=frozenset({b"omr"})))
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    assert lan.probes == []


# Growth without bound.


async def test_hub_with_any_number_of_addresses_keeps_a_few(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    addresses = tuple(f"10.66.{x // 250}.{x % 250 + 1}" for x in range(1000))
    fake = lan.add(forged(0, addresses=addresses))
    await house.pass_time(65, 5)
    router = house.home.runtime_data.routers[fake.border_agent_id]
    assert len(router.addresses) <= MOST_ADDRESSES


async def test_lock_with_any_number_of_addresses_keeps_a_few(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    name = f"{COMPRESSED_FABRIC:016X}-{U400_NODE:016X}"
    addresses = tuple(f"fd20:be89:495a:1::{x + 1:x}" for x in range(1000))
    lan.show(FakeService(name, addresses=addresses))
    await house.pass_time(35, 5)
    lock = house.home.runtime_data.locks[house.subentry_id()]
    assert 0 < len(lock.addresses.look()) <= MOST_ADDRESSES


async def test_any_number_of_hubs_is_bounded_work(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    home = house.home.runtime_data
    followed = 0
    path_of = home.paths.path_of

    def count(lock: Any) -> Any:
        nonlocal followed
        followed += 1
        return path_of(lock)

    home.paths.path_of = count
    for number in range(400):
        lan.announce(forged(number, extended_pan_id=EXTENDED_PAN_ID))
    await house.settle()
    assert followed <= 60
    assert len(home.routers) <= MAX_SEEN_ROUTERS
    assert len(watched(house)) <= MAX_PROBED_HUBS
    assert hub.border_agent_id in watched(house)
    await house.tick(1)
    assert followed <= 120
    await house.tick(30)
    problem = house.state(house.entity("sensor", f"{house.home.entry_id}_diagnosis"))
    assert len(str(problem.attributes)) < 8_000
    queries = lan.queries
    survey = await async_survey(house.hass)
    assert lan.queries - queries <= 4
    assert len(survey.routers) <= MAX_SEEN_ROUTERS
    assert hub.border_agent_id in {router.id for router in survey.routers}


async def test_record_that_changes_all_the_time_is_bounded_work(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Each change was a diagnosis of the home, which asks everybody once more."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    diagnosis, asked = house.home.runtime_data.diagnosis, 0
    request = diagnosis.request

    def count() -> None:
        nonlocal asked
        asked += 1
        request()

    with patch.object(diagnosis, "request", count):
        for number in range(300):
            lan.announce(replace(hub, network_name=f"AqaraHome-{number % 2}"))
            await house.tick(0.01)
        assert asked <= AT_ONCE[0].most + 5
        hub.network_name = "AqaraHome-new"
        lan.announce(hub)
        await house.tick(2)
    network = house.hub_entity_id("sensor", "thread_network", hub)
    assert house.state(network).state == "AqaraHome-new"


async def test_two_devices_of_one_name_do_not_keep_the_home_busy(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Every question was answered twice, and each answer led to the next question."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.add(replace(hub, network_name="AqaraHome-0"))
    asked = lan.queries
    await house.pass_time(20, 1)
    assert lan.queries - asked <= 60
    assert hub.border_agent_id in watched(house)


async def test_real_hub_comes_back_to_who_forgot_it_in_a_flood(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """A border router of another network is no more than one of many."""
    await house.start(u400_lock)
    tv = lan.add(
        FakeHub(
            name="Apple TV",
            host="tv.local.",
            border_agent_id="aa" * 16,
            extended_address="aabbccddeeff0011",
            extended_pan_id="0102030405060708",
            vendor="Apple Inc.",
            network_name="MyHome",
            addresses=("10.10.10.30",),
        )
    )
    await house.settle()
    assert tv.border_agent_id in house.home.runtime_data.routers
    fakes = await flood(house, lan, MOST_KNOWN + 20, answers=False)
    assert tv.border_agent_id not in house.home.runtime_data.routers
    for fake in fakes:
        lan.unplug(fake, goodbye=True)
    await house.pass_time(65, 5)
    home = house.home.runtime_data
    home.watch.ask()
    await house.settle()
    assert tv.border_agent_id in home.routers


async def test_hub_that_answers_nobody_and_is_gone_gives_its_place_up(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    fakes = [
        lan.add(forged(number, port=Port.SILENT)) for number in range(MAX_PROBED_HUBS)
    ]
    await house.pass_time(65, 5)
    for fake in fakes:
        lan.unplug(fake)
    await house.pass_time(2 * 3600, 120)
    other = lan.add(forged(99))
    await house.pass_time(65, 5)
    assert other.border_agent_id in watched(house)
    assert house.hub_online(other) == "on"


async def test_old_id_that_is_announced_elsewhere_undoes_no_replacement(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The old id is free again; whoever claims it does not answer at the old place."""
    await replace_it(house, lan, u400_lock, hub)
    subentry = house.subentry_id()
    claim = replace(hub, name="X", host="x.local.", plugged=True, addresses=(TWIN,))
    lan.add(claim)
    for _ in range(15):
        lan.announce(claim)
        await house.tick(10)
    assert house.home.subentries[subentry].data["hub"] == FORGED_ID
    assert house.home.runtime_data.hubs[FORGED_ID].state is HubState.ONLINE


async def test_hub_that_serves_a_lock_takes_the_place_of_one_that_does_not(
    house: House, lan: FakeLan, matter: FakeMatterServer
) -> None:
    """A forged one on the lock's network was first, and no room was left."""
    real = FakeHub()
    lock = matter.add(U400_NODE, u400(real.extended_address))
    with patch("custom_components.aqara_lock.hubs.registry.MAX_PROBED_HUBS", 1):
        other = lan.add(forged(1, extended_pan_id=EXTENDED_PAN_ID))
        await house.start(lock)
        assert watched(house) == {other.border_agent_id}
        lan.add(real)
        await house.settle()
        await house.tick(5)
        assert watched(house) == {real.border_agent_id}
