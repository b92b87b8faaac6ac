"""Hubs: found by mDNS, watched by the probe that they answer, remembered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from zeroconf import BadTypeInNameException, DNSAddress, DNSPointer

from custom_components.aqara_lock.const import RELOAD_TAKES

from ..fake_lan import SERVICE, Echo, FakeHub, FakeLan, Port
from ..fake_matter import FakeLock
from ..house import House
from ..nodes import octets


async def test_aqara_hub_becomes_a_device(house: House, hub: FakeHub) -> None:
    await house.start()
    device = house.hub_device(hub)
    assert device.name == hub.name
    assert device.manufacturer == "Aqara"
    assert house.hub_online(hub) == "on"


async def test_hub_that_comes_later_gets_its_entities(
    house: House, lan: FakeLan
) -> None:
    await house.start()
    hub = lan.add(FakeHub())
    await house.settle()
    await house.tick(1)
    assert house.hub_online(hub) == "on"


async def test_foreign_router_counts_only_on_the_network_of_a_lock(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    near = lan.add(apple("11" * 16))
    far = lan.add(apple("22" * 16, extended_pan_id="0102030405060708"))
    await house.start(u400_lock)
    devices = dr.async_entries_for_config_entry(
        dr.async_get(house.hass), house.home.entry_id
    )
    known = {text for device in devices for _, text in device.identifiers}
    assert near.border_agent_id in known
    assert far.border_agent_id not in known


@pytest.mark.parametrize(
    "without", [frozenset({b"xp"}), frozenset({b"xa"})], ids=["network", "address"]
)
async def test_router_that_does_not_say_who_it_is_is_left_out(
    house: House, lan: FakeLan, without: frozenset[bytes]
) -> None:
    lan.add(FakeHub(without=without))
    await house.start()
    assert hub_devices(house) == []


async def test_hub_without_border_agent_id_is_known_by_its_address(
    house: House, lan: FakeLan
) -> None:
    hub = lan.add(FakeHub(without=frozenset({b"id"})))
    await house.start()
    hub.border_agent_id = hub.extended_address
    assert house.hub_online(hub) == "on"


@pytest.mark.parametrize(
    ("port", "echo"),
    [
        (Port.OPEN, Echo.SILENT),
        (Port.REFUSED, Echo.SILENT),
        (Port.SILENT, Echo.ANSWERED),
    ],
)
async def test_any_answer_teaches_a_probe(
    house: House, lan: FakeLan, port: Port, echo: Echo
) -> None:
    hub = lan.add(FakeHub(port=port, echo=echo))
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "off"


@pytest.mark.parametrize("echo", [Echo.FORBIDDEN, Echo.FAILS])
async def test_probe_that_this_host_may_not_send_is_no_verdict(
    house: House, lan: FakeLan, echo: Echo
) -> None:
    hub = lan.add(FakeHub(port=Port.SILENT, echo=echo))
    await house.start()
    await house.pass_time(300, 30)
    assert house.hub_online(hub) == "on"


async def test_first_minute_is_quiet(house: House, hub: FakeHub, lan: FakeLan) -> None:
    await house.start()
    lan.unplug(hub)
    await house.pass_time(50, 5)
    assert house.hub_online(hub) == "on"
    await house.pass_time(20, 5)
    assert house.hub_online(hub) == "off"


@pytest.mark.parametrize("hours", [30, -30])
async def test_clock_that_is_set_makes_the_first_minute_neither_shorter_nor_longer(
    house: House, hub: FakeHub, lan: FakeLan, hours: int
) -> None:
    """A host without a clock of its own sets it once it has a network."""
    await house.start()
    loop_time, jump = house.hass.loop.time, timedelta(hours=hours)
    lan.unplug(hub)
    with patch.object(
        house.hass.loop, "time", lambda: loop_time() - jump.total_seconds()
    ):
        house.clock.tick(jump)
        await house.pass_time(50, 5)
        assert house.hub_online(hub) == "on"
        await house.pass_time(20, 5)
        assert house.hub_online(hub) == "off"


async def test_clock_that_is_set_makes_nobody_miss_a_hub_sooner(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    loop_time, jump = house.hass.loop.time, timedelta(hours=30)
    u400_lock.become(available=False)
    with patch.object(
        house.hass.loop, "time", lambda: loop_time() - jump.total_seconds()
    ):
        house.clock.tick(jump)
        await house.pass_time(50, 5)
        assert house.problem.state != "no_border_router"
        await house.pass_time(100, 5)
        assert house.problem.state == "no_border_router"


async def test_reload_is_not_quiet(house: House, hub: FakeHub, lan: FakeLan) -> None:
    await house.start()
    await house.pass_time(65, 5)
    await house.reload()
    lan.unplug(hub)
    await house.pass_time(10, 5)
    assert house.hub_online(hub) == "off"


async def test_hub_that_is_away_stays_so_over_a_reload(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(10, 5)
    since = house.home.runtime_data.hubs[hub.border_agent_id].since
    await house.reload()
    await house.pass_time(10, 5)
    watched = house.home.runtime_data.hubs[hub.border_agent_id]
    assert (watched.since, watched.outages_per_day) == (since, 1)
    entity_id = house.hub_entity_id("binary_sensor", "border_router", hub)
    states = [state.state for state in house.written(entity_id)]
    assert states[states.index("off") :] == ["off", "unavailable", "off"]
    lan.plug(hub)
    await house.pass_time(10, 5)
    assert house.hub_online(hub) == "on"


async def test_hub_that_was_away_long_ago_is_looked_for_anew(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(10, 5)
    await house.stop()
    loop_time = house.hass.loop.time
    with patch.object(house.hass.loop, "time", lambda: loop_time() + RELOAD_TAKES + 1):
        await house.reload()
        assert house.hub_online(hub) == "unknown"


async def test_hub_that_is_not_heard_after_a_reload_is_asked_for_at_once(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    hub.on_mdns = False
    await house.reload()
    await house.pass_time(35, 5)
    assert house.hub_online(hub) == "on"
    problem = house.entity("sensor", f"{house.home.entry_id}_diagnosis")
    assert house.state(problem).state == "mdns_blocked"


async def test_hub_that_answers_mdns_is_not_offline(house: House, hub: FakeHub) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.port = Port.SILENT
    await house.pass_time(60, 5)
    assert house.hub_online(hub) == "on"


async def test_hub_that_answers_its_probe_is_not_offline(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.on_mdns = False
    await house.pass_time(60, 5)
    assert house.hub_online(hub) == "on"


async def test_goodbye_alone_is_no_proof(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub, goodbye=True)
    hub.plugged = True
    await house.tick(1)
    assert house.hub_online(hub) == "on"


async def test_goodbye_is_looked_after_at_once(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub, goodbye=True)
    await house.tick(0)
    assert house.hub_online(hub) == "off"


async def test_hub_that_answers_for_a_moment_after_its_goodbye_is_missed_soon(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub, goodbye=True)
    hub.plugged, hub.on_mdns = True, False
    await house.tick(0)
    assert house.hub_online(hub) == "on"
    hub.plugged = False
    await house.pass_time(2, 1)
    assert house.hub_online(hub) == "off"


async def test_suspicion_of_a_hub_does_not_last(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.on_mdns = False
    await house.pass_time(120, 1)
    before = len(lan.probes)
    await house.pass_time(60, 1)
    assert len(lan.probes) - before <= 13


async def test_hub_comes_back(house: House, hub: FakeHub, lan: FakeLan) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.hub_online(hub) == "off"
    lan.plug(hub)
    await house.tick(5)
    assert house.hub_online(hub) == "on"


async def test_lan_traffic_in_peace(house: House, hub: FakeHub, lan: FakeLan) -> None:
    await house.start()
    await house.pass_time(60, 5)
    lan.probes.clear()
    queries = lan.queries
    await house.pass_time(60, 1)
    assert 0 < len(lan.probes) <= 12
    assert lan.queries - queries <= 1


async def test_hub_that_works_but_is_not_heard_is_asked_for(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    problem = house.entity("sensor", f"{house.home.entry_id}_diagnosis")
    hub.on_mdns = False
    await house.pass_time(180, 5)
    assert house.hub_online(hub) == "on"
    assert house.state(problem).state == "mdns_blocked"
    hub.on_mdns = True
    await house.pass_time(40, 5)
    assert house.state(problem).state == "ok"


async def test_hub_that_returns_has_time_to_be_heard(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(70, 5)
    problem = house.entity("sensor", f"{house.home.entry_id}_diagnosis")
    lan.unplug(hub)
    await house.pass_time(180, 5)
    assert house.state(problem).state == "hub_offline"
    written = len(house.written(problem))
    hub.plugged, hub.on_mdns = True, False
    await house.pass_time(25, 1)
    assert house.hub_online(hub) == "on"
    assert {x.state for x in house.written(problem)[written:]} == {"ok"}
    await house.pass_time(30, 1)
    assert house.state(problem).state == "mdns_blocked"


async def test_hub_whose_lock_speaks_first_has_time_to_answer(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(70, 5)
    problem = house.entity("sensor", f"{house.home.entry_id}_diagnosis")
    lan.unplug(hub)
    await house.pass_time(180, 5)
    written = len(house.written(problem))
    u400_lock.unlock_by_finger(user=1)
    await house.pass_time(25, 1)
    assert house.hub_online(hub) == "off"
    assert {x.state for x in house.written(problem)[written:]} == {"ok"}
    await house.pass_time(15, 1)
    assert house.state(problem).state == "mdns_blocked"


async def test_hub_whose_record_expired_has_not_said_goodbye(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """Multicast that gets lost for longer than a record lives is no word of the hub."""
    await house.start(u400_lock)
    problem = house.entity("sensor", f"{house.home.entry_id}_diagnosis")
    hub.on_mdns = False
    await house.pass_time(180, 5)
    lan.expire(hub)
    u400_lock.answers_ping = False
    u400_lock.become(available=False)
    await house.pass_time(120, 5)
    assert house.hub_online(hub) == "on"
    assert house.problem.state == "lock_unreachable"
    found = house.state(problem).attributes["findings"]
    assert "mdns_blocked" in {finding["id"] for finding in found}


async def test_record_that_expires_has_the_hub_looked_after_at_once(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    lan.unplug(hub)
    lan.expire(hub)
    await house.tick(0)
    assert house.hub_online(hub) == "off"


async def test_hub_that_says_again_what_it_said_before_is_believed(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    hub.state, active = bytes.fromhex("00000029"), hub.state
    lan.announce(hub)
    await house.settle()
    assert house.problem.state == "thread_interface_off"
    hub.state = active
    lan.hear(hub.records())
    await house.settle()
    assert house.problem.state == "ok"


async def test_hub_that_joins_another_network_leaves_its_lock_behind(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(10, 5)
    hub.extended_pan_id = "0102030405060708"
    lan.announce(hub)
    await house.settle()
    assert house.problem.state == "wrong_thread_network"


async def test_lock_that_moved_to_the_network_of_another_hub_is_on_no_wrong_one(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """Nobody said which hub is meant; the one that it hung under until now is not."""
    await house.start(u400_lock)
    await house.pass_time(10, 5)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    lan.add(
        replace(
            hub,
            name="Hub M3",
            host="HubM3.local.",
            border_agent_id="ee" * 16,
            extended_pan_id="0102030405060708",
            addresses=("10.10.10.30",),
        )
    )
    u400_lock.set_attribute("0/49/1", [{"0": octets("0102030405060708"), "1": True}])
    await house.pass_time(240, 5)
    states = [state.state for state in house.written(house.problem.entity_id)]
    assert "wrong_thread_network" not in states


@pytest.mark.parametrize(
    "addresses", [("fe80::1",), ("fd20:be89:495a:1::5",), ("8.8.8.8",), ("0.0.0.0",)]
)
async def test_addresses_that_may_not_be_probed(
    house: House, lan: FakeLan, addresses: tuple[str, ...]
) -> None:
    lan.add(FakeHub(addresses=addresses))
    await house.start()
    await house.pass_time(130, 10)
    assert lan.probes == []


async def test_new_address_is_no_new_record(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    """Address records live for two minutes: they come and go while nothing changes."""
    await house.start()
    watched = house.home.runtime_data.hubs[hub.border_agent_id]
    began = watched.record_since
    await house.tick(60)
    hub.addresses = (*hub.addresses, "fd00:10::20")
    lan.announce(hub)
    await house.settle()
    assert "fd00:10::20" in watched.router.addresses
    assert watched.record_since == began
    hub.network_name = "AqaraHome-new"
    lan.announce(hub)
    await house.settle()
    assert watched.record_since > began


async def test_new_address_is_probed_at_once(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    await house.settle()
    await house.tick(0)
    assert lan.probes[-1] == "10.10.10.77"


async def test_known_hub_is_there_after_a_restart_even_when_it_is_off(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(10, 5)
    lan.unplug(hub)
    lan.hubs.clear()
    await house.reload()
    assert house.hub_online(hub) == "unknown"
    await house.pass_time(80, 5)
    assert house.hub_online(hub) == "off"


async def test_at_most_sixteen_hubs(house: House, lan: FakeLan) -> None:
    for number in range(18):
        lan.add(numbered(number))
    await house.start()
    entries = er.async_entries_for_config_entry(
        er.async_get(house.hass), house.home.entry_id
    )
    online = [e for e in entries if e.unique_id.endswith("_border_router")]
    assert len(online) == 16


async def test_hub_that_is_gone_may_be_deleted(
    hass: HomeAssistant,
    hass_ws_client: Any,
    house: House,
    hub: FakeHub,
    lan: FakeLan,
) -> None:
    house.expects_errors = True
    assert await async_setup_component(hass, "config", {})
    await house.start()
    client = await hass_ws_client(hass)
    assert await delete_device(client, house, hub) == "home_assistant_error"
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert await delete_device(client, house, hub) == "deleted"
    await house.settle()
    lan.hubs.clear()
    await house.reload()
    assert hub_devices(house) == []


async def test_hub_cannot_be_deleted_while_the_home_does_not_run(
    hass: HomeAssistant, hass_ws_client: Any, house: House, hub: FakeHub
) -> None:
    house.expects_errors = True
    assert await async_setup_component(hass, "config", {})
    await house.start()
    await house.stop()
    client = await hass_ws_client(hass)
    assert await delete_device(client, house, hub) == "home_assistant_error"


async def test_packets_that_are_nobodys(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    lan.hear([DNSPointer("_http._tcp.local.", 12, 1, 120, f"x.{SERVICE}")])
    lan.hear([DNSAddress("other.local.", 1, 1, 120, b"\x0a\0\0\1")])
    lan.hear([DNSPointer(SERVICE, 12, 1, 120, f"stranger.{SERVICE}")])
    await house.settle()
    assert house.hub_online(hub) == "on"


async def test_details_that_do_not_come_are_no_hub(
    house: House, lan: FakeLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> bool:
        return False

    monkeypatch.setattr(
        "custom_components.aqara_lock.network.mdns.border_routers"
        ".AsyncServiceInfo.async_request",
        nothing,
    )
    monkeypatch.setattr(
        "custom_components.aqara_lock.network.mdns.border_routers"
        ".AsyncServiceInfo.load_from_cache",
        lambda *_: False,
    )
    lan.add(FakeHub())
    await house.start()
    assert hub_devices(house) == []


async def test_malformed_name_is_ignored(
    house: House, lan: FakeLan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BadTypeInNameException

    monkeypatch.setattr(
        "custom_components.aqara_lock.network.mdns.browser.AsyncServiceInfo", refuse
    )
    lan.add(FakeHub())
    await house.start()
    assert hub_devices(house) == []


def hub_devices(house: House) -> list[str | None]:
    """Name our devices, without the home's own."""
    devices = dr.async_entries_for_config_entry(
        dr.async_get(house.hass), house.home.entry_id
    )
    services = dr.DeviceEntryType.SERVICE
    return [device.name for device in devices if device.entry_type is not services]


async def delete_device(client: Any, house: House, hub: FakeHub) -> str:
    """Ask for the removal of a hub's device as the user interface does."""
    await client.send_json_auto_id(
        {
            "type": "config/device_registry/remove_config_entry",
            "config_entry_id": house.home.entry_id,
            "device_id": house.hub_device(hub).id,
        }
    )
    answer = await client.receive_json()
    return "deleted" if answer["success"] else str(answer["error"]["code"])


def apple(border_agent_id: str, **more: Any) -> FakeHub:
    """Give a border router of another maker."""
    return FakeHub(
        name=f"Speaker {border_agent_id[:2]}",
        host=f"speaker-{border_agent_id[:2]}.local.",
        border_agent_id=border_agent_id,
        vendor="Apple Inc.",
        network_name="MyHome1",
        **more,
    )


def numbered(number: int) -> FakeHub:
    """Give one of many hubs."""
    return FakeHub(
        name=f"Hub {number}",
        host=f"hub-{number}.local.",
        border_agent_id=f"{number:032x}",
        extended_address=f"{number:016x}",
        addresses=(f"10.10.10.{number + 10}",),
    )


async def test_hub_that_no_longer_answers_its_probe_is_not_called_off_by_one_lost_query(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.port = Port.SILENT
    await house.pass_time(60, 5)
    hub.on_mdns = False
    await house.pass_time(70, 5)
    assert house.hub_online(hub) == "on"


async def test_hub_that_answers_another_probe_now_is_still_probed(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.port, hub.echo = Port.SILENT, Echo.ANSWERED
    await house.pass_time(60, 5)
    lan.unplug(hub)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "off"


async def test_hub_that_answers_its_probe_again_is_trusted_again(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    hub.port = Port.SILENT
    await house.pass_time(60, 5)
    hub.port = Port.REFUSED
    await house.pass_time(70, 5)
    lan.unplug(hub)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "off"


async def test_hub_without_an_address_to_probe_is_judged_by_mdns_and_its_lock(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    hub.addresses = ("fe80::1",)
    lan.announce(hub)
    await house.settle()
    lan.unplug(hub)
    u400_lock.become(available=False)
    await house.pass_time(300, 20)
    assert house.hub_online(hub) == "off"


@pytest.mark.parametrize(
    ("port", "words"),
    [
        (Port.OPEN, "(mDNS), and does not answer at its address"),
        (Port.SILENT, "no lock behind it answers; no address of it is known to answer"),
    ],
)
async def test_hub_that_is_gone_is_told_with_how_that_is_known(
    house: House, lan: FakeLan, u400_lock: FakeLock, port: Port, words: str
) -> None:
    hub = lan.add(FakeHub(port=port))
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    u400_lock.become(available=False)
    await house.pass_time(300, 20)
    assert house.problem.state == "hub_offline"
    assert words in house.problem.attributes["message"]


async def test_watch_goes_on_after_a_listener_failed(
    house: House, hub: FakeHub, lan: FakeLan, caplog: pytest.LogCaptureFixture
) -> None:
    house.expects_errors = True
    await house.start()
    await house.pass_time(65, 5)
    watched = house.home.runtime_data.hubs[hub.border_agent_id]

    def fails() -> None:
        end()
        raise RuntimeError("a listener that fails")

    end = watched.changed.connect(fails)
    lan.unplug(hub)
    await house.pass_time(15, 5)
    lan.plug(hub)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "on"
    lan.unplug(hub)
    await house.pass_time(15, 5)
    assert house.hub_online(hub) == "off"
    assert "a listener that fails" in caplog.text


async def test_hub_that_is_not_watched_may_carry_the_lock(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """Beyond the budget nobody probes a hub, so nobody knows that it is gone."""
    with patch("custom_components.aqara_lock.hubs.registry.MAX_PROBED_HUBS", 1):
        await house.start(u400_lock)
        lan.add(apple("11" * 16, addresses=("10.10.10.30",)))
        await house.settle()
        await house.pass_time(65, 5)
        lan.unplug(hub)
        await house.pass_time(20, 5)
    assert house.hub_online(hub) == "off"
    assert house.responsive == "on"
    assert house.types("connection") == []


async def test_machine_that_was_too_busy_to_hear_calls_no_hub_offline(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """An answer that waited while the event loop stood still is no missing answer."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.while_probed = lambda: house.clock.tick(timedelta(seconds=3))
    hub.port, hub.echo, hub.on_mdns = Port.SILENT, Echo.SILENT, False
    await house.pass_time(30, 5)
    assert house.hub_online(hub) == "on"
    assert house.types("connection") == []
    house.lan.while_probed = list
    await house.pass_time(30, 5)
    assert house.hub_online(hub) == "off"
    assert house.types("connection") == ["unresponsive"]
