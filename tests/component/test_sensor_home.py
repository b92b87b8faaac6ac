"""What concerns the whole home: the network problem and the reach of the local IPv6."""

from collections.abc import Iterator

from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.core import State
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.thread.routing import RouteState

from .fake_host import FakeHost, emulated_host, publish
from .fake_lan import FakeHub, apple_tv
from .fake_matter import FakeLock
from .house import House

LOCK_ADDRESS = "fd20:be89:495a:1::9"


@pytest.fixture
def host() -> Iterator[FakeHost]:
    """Give a host on which all is well."""
    with emulated_host() as made:
        yield made


def of_home(house: House, key: str) -> State:
    """Give one of the home's sensors."""
    return house.state(house.entity(SENSOR, f"{house.home.entry_id}_{key}"))


async def test_all_is_well(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    assert of_home(house, "diagnosis").state == "ok"
    assert of_home(house, "local_ipv6").state == "local"
    device = dr.async_get(house.hass).async_get_device_by_identifier(
        (DOMAIN, house.home.entry_id), house.home.entry_id
    )
    assert device is not None
    assert device.entry_type is dr.DeviceEntryType.SERVICE


@pytest.mark.parametrize(
    ("addresses", "reach"),
    [
        (("10.10.10.10/24",), "none"),
        (("10.10.10.10/24", "fe80::10/64"), "link_local"),
        (("fe80::10/64", "fd00:10::10/64"), "local"),
        (("fe80::10/64", "fd00:10::10/64", "2001:db8::10/64"), "internet"),
    ],
)
async def test_reach_of_the_local_ipv6(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    addresses: tuple[str, ...],
    reach: str,
) -> None:
    host.addresses = addresses
    await house.start(u400_lock)
    assert of_home(house, "local_ipv6").state == reach


async def test_reach_is_unknown_where_it_cannot_be_looked_up(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    host.changes = {"adapters": Gap.NOT_CHECKABLE}
    await house.start(u400_lock)
    assert of_home(house, "local_ipv6").state == "unknown"
    assert of_home(house, "diagnosis").state == "ok"


async def test_reach_follows_the_host_without_any_finding(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    host.addresses = (*host.addresses, "2001:db8::10/64")
    await house.pass_time(30, 5)
    assert of_home(house, "local_ipv6").state == "internet"
    host.addresses = ("fe80::10/64", "fd00:10::10/64")
    await house.pass_time(30, 5)
    assert of_home(house, "local_ipv6").state == "local"


async def test_top_cause_with_sentences_for_every_finding(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.answers_ping = False
    publish(house.lan, u400_lock, LOCK_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(60, 5)
    host.way = RouteState.NO_ROUTE
    await house.pass_time(60, 5)
    problem = of_home(house, "diagnosis")
    assert problem.state == "no_route_to_mesh"
    first = problem.attributes["findings"][0]
    assert first["id"] == "no_route_to_mesh"
    assert (first["severity"], first["confidence"]) == ("error", "high")
    assert first["parameters"]["prefix"] == "fd20:be89:495a:1::/64"
    assert "fd20:be89:495a:1::/64" in first["message"]
    assert "Aqara Smart Lock U400" in first["message"]
    assert hub.name in first["message"]
    for finding in problem.attributes["findings"]:
        assert "{" not in finding["message"]
        assert finding["message"] != f"problem_{finding['id']}"
    host.way = RouteState.ROUTED
    await house.pass_time(30, 5)
    assert of_home(house, "diagnosis").state == "ok"


async def test_findings_are_shown_but_not_recorded(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """They are long, and change while the state stays as it is."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(30, 5)
    for shown, told in (
        (of_home(house, "diagnosis"), {"findings"}),
        (house.problem, {"findings", "message", "since"}),
    ):
        assert told <= set(shown.attributes)
        assert shown.state_info is not None
        assert told <= shown.state_info["unrecorded_attributes"]


@pytest.mark.parametrize("is_elsewhere", [True, False])
async def test_what_this_host_sees_is_doubted_where_the_server_is_on_another(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub, is_elsewhere: bool
) -> None:
    host.changes = {"matter_server_elsewhere": is_elsewhere}
    u400_lock.answers_ping = False
    publish(house.lan, u400_lock, LOCK_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(60, 5)
    host.way = RouteState.NO_ROUTE
    u400_lock.become(available=False)
    await house.pass_time(200, 5)
    first = of_home(house, "diagnosis").attributes["findings"][0]
    assert first["id"] == "no_route_to_mesh"
    assert (first["confidence"] == "low") is is_elsewhere
    doubt = "the Matter server runs on another one"
    assert (doubt in first["message"]) is is_elsewhere
    issues = ir.async_get(house.hass).issues.values()
    (told,) = (x for x in issues if x.translation_key == "no_route_to_mesh")
    assert told.translation_placeholders is not None
    assert (doubt in told.translation_placeholders["doubt"]) is is_elsewhere


async def test_border_routers_of_other_networks_are_noticed_while_they_are_there(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """They serve no lock and are not watched; mDNS alone tells of them."""
    other = apple_tv()
    other.addresses = ("192.168.7.9",)
    house.lan.add(other)
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    assert {"several_thread_networks", "apple_other_subnet"} <= findings(house)
    house.lan.unplug(other, goodbye=True)
    await house.pass_time(60, 5)
    assert not {"several_thread_networks", "apple_other_subnet"} & findings(house)
    house.lan.plug(other)
    await house.pass_time(60, 5)
    assert "several_thread_networks" in findings(house)


def findings(house: House) -> set[str]:
    found = of_home(house, "diagnosis").attributes["findings"]
    return {finding["id"] for finding in found}


async def test_hub_that_is_gone_is_the_homes_problem(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(30, 5)
    problem = of_home(house, "diagnosis")
    assert problem.state == "hub_offline"
    ids = [item["id"] for item in problem.attributes["findings"]]
    assert ids[0] == "hub_offline"
    assert ids.count("hub_offline") == 1
