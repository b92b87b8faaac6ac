"""The look at the home network before a lock is bound: without a home, and with one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from zeroconf import ServiceStateChange

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.diagnosis.readiness import (
    Check,
    CheckId,
    Saying,
    Survey,
    Verdict,
    preflight,
)
from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.network.mdns.border_routers import BorderRouterBrowser
from custom_components.aqara_lock.preflight.readiness import async_survey
from custom_components.aqara_lock.texts.preflight import hub_options, lines, why_no_hub

from ..fake_host import FakeHost
from ..fake_lan import Echo, FakeHub, FakeLan, Port, apple_tv
from ..fake_matter import FakeLock
from ..house import House

HOST_READ = "custom_components.aqara_lock.preflight.readiness.async_read_host"
NETWORK = "AqaraHome-f8c4"


def checked(survey: Survey, hub: FakeHub | None) -> dict[CheckId, Check]:
    """Run the preflight for a hub."""
    hub_id = hub.border_agent_id if hub else None
    return {x.id: x for x in preflight(survey.evidence, hub_id, survey.at)}


def failed(survey: Survey, hub: FakeHub | None) -> dict[str, Verdict]:
    """Give what is not in order."""
    checks = checked(survey, hub).values()
    return {x.id.value: x.verdict for x in checks if x.verdict is not Verdict.OK}


async def test_everything_is_checked_before_there_is_a_home(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    await house.start_matter()
    survey = await async_survey(hass)
    assert failed(survey, hub) == {}
    assert [router.id for router in survey.routers] == [hub.border_agent_id]
    told = lines(hass, checked(survey, hub).values()).splitlines()
    assert len(told) == len(CheckId)
    assert all("** (well): " in line for line in told)
    assert "Hub M100-A1B2 answers." in told[3]


async def test_nothing_is_left_running(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    await async_survey(hass)
    await house.settle()
    assert (lan.browsers, lan.listeners) == ([], [])
    asked, probed = lan.queries, len(lan.probes)
    await house.pass_time(600, 60)
    assert (lan.queries, len(lan.probes)) == (asked, probed)


async def test_hub_is_asked_once_on_its_own_address(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    await async_survey(hass)
    assert lan.queries == 2
    assert set(lan.probes) == {"10.10.10.20"}
    assert len(lan.probes) == 2


@contextmanager
def remembered(lan: FakeLan, hub: FakeHub) -> Iterator[None]:
    """Let mDNS report a hub from its cache only, as the thread integration fills it."""

    def from_cache(_watch: BorderRouterBrowser) -> None:
        for browser in lan.browsers:
            browser.tell(hub, ServiceStateChange.Added)

    with patch.object(BorderRouterBrowser, "ask", from_cache):
        yield


async def test_hub_that_only_the_cache_remembers_is_not_taken_for_heard(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    lan.unplug(hub)
    with remembered(lan, hub):
        survey = await async_survey(hass)
    told = checked(survey, hub)[CheckId.HUB_ON_LAN]
    assert told.verdict is Verdict.FAILED
    assert told.finding is not None
    assert told.finding.id == "hub_offline"
    assert "but does not answer now" in hub_options(hass, survey)[0]["label"]


async def test_hub_that_answers_but_is_not_heard_is_kept_from_multicast(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    hub.on_mdns = False
    with remembered(lan, hub):
        survey = await async_survey(hass)
    assert failed(survey, hub)["mdns"] is Verdict.WARNING
    assert "cannot be heard. **What to do:**" in lines(
        hass, checked(survey, hub).values()
    )


async def test_quiet_hub_is_judged_by_mdns_alone(
    hass: HomeAssistant, house: House, hub: FakeHub, host: FakeHost
) -> None:
    hub.port, hub.echo = Port.SILENT, Echo.SILENT
    survey = await async_survey(hass)
    assert checked(survey, hub)[CheckId.HUB_ON_LAN].saying is Saying.HUB_HEARD
    assert survey.evidence.hubs[0].answers is Gap.UNKNOWN


async def test_goodbye_during_the_look_counts(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    asked = BorderRouterBrowser.ask

    def leave(watch: BorderRouterBrowser) -> None:
        asked(watch)
        lan.unplug(hub, goodbye=True)

    with patch.object(BorderRouterBrowser, "ask", leave):
        survey = await async_survey(hass)
    assert failed(survey, hub)["hub_on_lan"] is Verdict.FAILED


async def test_matter_that_is_missing_is_told(
    hass: HomeAssistant, house: House, hub: FakeHub, host: FakeHost
) -> None:
    await hass.config_entries.async_remove(house.matter_entry.entry_id)
    survey = await async_survey(hass)
    told = checked(survey, hub)
    assert told[CheckId.MATTER_INTEGRATION].saying is Saying.MATTER_MISSING
    line = lines(hass, [told[CheckId.MATTER_INTEGRATION]])
    assert line.startswith("- **Matter integration** (not well): not set up.")
    assert "Add integration › Matter" in line


@pytest.mark.parametrize(
    ("addresses", "way", "words"),
    [
        (
            ("10.10.10.10/24",),
            RouteState.NO_ROUTE,
            "IPv6 is off on the Home Assistant host",
        ),
        (
            ("10.10.10.10/24", "fe80::10/64"),
            RouteState.NO_SOURCE,
            "no address for the way back",
        ),
        (None, RouteState.NO_ROUTE, "has no route to the lock's network"),
    ],
)
async def test_way_into_the_mesh_is_asked_of_the_kernel(
    hass: HomeAssistant,
    house: House,
    hub: FakeHub,
    host: FakeHost,
    addresses: tuple[str, ...] | None,
    way: RouteState,
    words: str,
) -> None:
    await house.start_matter()
    host.addresses, host.way = addresses or host.addresses, way
    survey = await async_survey(hass)
    told = lines(hass, checked(survey, hub).values())
    assert words in told
    assert "**What to do:**" in told
    assert "{" not in told
    assert "preflight" not in told


async def test_host_that_takes_too_long_is_not_checkable(
    hass: HomeAssistant, house: House, hub: FakeHub
) -> None:
    with patch(HOST_READ, side_effect=TimeoutError):
        survey = await async_survey(hass)
    told = checked(survey, hub)
    assert told[CheckId.HOST_IPV6].saying is Saying.NOT_READABLE
    assert "(cannot be seen)" in lines(hass, [told[CheckId.HOST_IPV6]])


@pytest.mark.parametrize("with_home", [True, False])
async def test_host_that_cannot_be_read_does_not_stop_the_look(
    house: House, hub: FakeHub, with_home: bool
) -> None:
    """A page that waits for a look that broke off would wait for ever."""
    house.expects_errors = True
    if with_home:
        await house.start()
    with patch(
        "custom_components.aqara_lock.network.host.reading.read_host",
        side_effect=RuntimeError("a part that fails"),
    ):
        survey = await async_survey(house.hass)
    assert [router.id for router in survey.routers] == [hub.border_agent_id]


async def test_running_home_is_asked_first(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    lan: FakeLan,
    host: FakeHost,
) -> None:
    await house.start(u400_lock)
    await house.tick(0)
    browsers, asked, radio = len(lan.browsers), lan.queries, len(u400_lock.requests)
    survey = await async_survey(hass)
    assert len(lan.browsers) == browsers
    assert lan.queries == asked
    assert len(u400_lock.requests) == radio
    assert failed(survey, hub) == {}
    assert [lock.name for lock in survey.evidence.locks] == ["Aqara Smart Lock U400"]


async def test_home_looks_at_hubs_that_it_does_not_watch(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    lan: FakeLan,
    host: FakeHost,
) -> None:
    await house.start(u400_lock)
    tv = lan.add(apple_tv())
    await house.settle()
    survey = await async_survey(hass)
    assert checked(survey, tv)[CheckId.HUB_ON_LAN].verdict is Verdict.OK
    lan.unplug(tv)
    survey = await async_survey(hass)
    assert checked(survey, tv)[CheckId.HUB_ON_LAN].verdict is Verdict.FAILED
    assert failed(survey, hub) == {}


async def test_home_on_a_host_that_does_not_tell_its_ways(
    hass: HomeAssistant, house: House, hub: FakeHub, host: FakeHost
) -> None:
    await house.start()
    host.changes = {"choices": Gap.NOT_CHECKABLE, "routes": Gap.NOT_CHECKABLE}
    survey = await async_survey(hass)
    assert failed(survey, hub) == {"route_to_mesh": Verdict.NOT_CHECKABLE}


async def test_hub_of_an_earlier_look_is_named_and_said_to_be_offline(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    first = await async_survey(hass)
    lan.unplug(hub)
    assert (await async_survey(hass)).routers == ()
    survey = await async_survey(hass, first.routers)
    told = checked(survey, hub)[CheckId.HUB_ON_LAN]
    assert told.verdict is Verdict.FAILED
    assert told.finding is not None
    assert told.finding.id == "hub_offline"
    (option,) = hub_options(hass, survey)
    assert option["value"] == hub.border_agent_id
    assert "but does not answer now" in option["label"]


async def test_hub_of_an_earlier_look_is_asked_at_its_last_address(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    first = await async_survey(hass)
    hub.on_mdns = False
    survey = await async_survey(hass, first.routers)
    told = checked(survey, hub)
    assert told[CheckId.HUB_ON_LAN].saying is Saying.HUB_ANSWERS
    finding = told[CheckId.MDNS].finding
    assert finding is not None
    assert finding.id == "mdns_blocked"


async def test_what_is_announced_now_wins_over_an_earlier_look(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    first = await async_survey(hass)
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    survey = await async_survey(hass, first.routers)
    assert [x.addresses for x in survey.routers] == [("10.10.10.77",)]
    hub.border_agent_id = "99" * 16
    lan.announce(hub)
    survey = await async_survey(hass, survey.routers)
    assert [x.id for x in survey.routers] == ["99" * 16]


async def test_another_hub_at_the_old_address_does_not_answer_for_the_old_one(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    first = await async_survey(hass)
    lan.unplug(hub)
    tv = apple_tv()
    tv.addresses = hub.addresses
    lan.add(tv)
    survey = await async_survey(hass, first.routers)
    assert checked(survey, tv)[CheckId.HUB_ON_LAN].verdict is Verdict.OK
    told = checked(survey, hub)[CheckId.HUB_ON_LAN]
    assert told.finding is not None
    assert told.finding.id == "hub_offline"


async def test_hub_that_is_heard_without_its_details_is_there(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    first = await async_survey(hass)
    hub.port = Port.SILENT
    hub.without = frozenset({b"xp"})
    lan.announce(hub)
    survey = await async_survey(hass, first.routers)
    assert checked(survey, hub)[CheckId.HUB_ON_LAN].saying is Saying.HUB_HEARD


async def test_home_is_told_of_hubs_that_it_does_not_know(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    tv = lan.add(apple_tv())
    first = await async_survey(hass)
    lan.unplug(tv)
    await house.start()
    assert len((await async_survey(hass)).routers) == 1
    survey = await async_survey(hass, first.routers)
    assert len(survey.routers) == 2
    told = checked(survey, tv)[CheckId.HUB_ON_LAN]
    assert told.finding is not None
    assert told.finding.id == "hub_offline"
    assert failed(survey, hub) == {}


async def test_home_that_does_not_run_has_written_down_its_hubs(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    await house.start()
    await house.stop()
    lan.unplug(hub)
    survey = await async_survey(hass)
    told = checked(survey, hub)[CheckId.HUB_ON_LAN]
    assert told.finding is not None
    assert told.finding.id == "hub_offline"


async def test_store_that_cannot_be_read_does_not_stop_the_look(
    hass: HomeAssistant,
    house: House,
    hub: FakeHub,
    host: FakeHost,
    hass_storage: dict[str, Any],
) -> None:
    await house.start()
    await house.stop()
    hass_storage[f"aqara_lock.{house.home.entry_id}"]["version"] = 99
    survey = await async_survey(hass)
    assert [router.id for router in survey.routers] == [hub.border_agent_id]


async def test_hubs_to_choose_from_name_network_and_health(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    off = lan.add(
        FakeHub(
            name="Camera Hub G410",
            host="G410.local.",
            border_agent_id="ff" * 16,
            extended_address="1122334455667788",
            addresses=("10.10.10.21",),
            state=bytes.fromhex("00000029"),
        )
    )
    tv = lan.add(apple_tv())
    survey = await async_survey(hass)
    options = hub_options(hass, survey)
    assert [option["value"] for option in options] == [
        hub.border_agent_id,
        off.border_agent_id,
        tv.border_agent_id,
    ]
    first, second, third = (option["label"] for option in options)
    assert first == f"Hub M100-A1B2 ({NETWORK}) – ready"
    assert second == f"Camera Hub G410 ({NETWORK}) – Thread radio off"
    assert "(MyHome" in third


async def test_networks_of_one_name_show_their_ids(
    hass: HomeAssistant, house: House, hub: FakeHub, lan: FakeLan, host: FakeHost
) -> None:
    other = apple_tv()
    other.network_name = NETWORK
    lan.add(other)
    nameless = FakeHub(
        name="Bare",
        host="Bare.local.",
        border_agent_id="bb" * 16,
        extended_address="bb" * 8,
        extended_pan_id="cc" * 8,
        without=frozenset({b"nn"}),
    )
    lan.add(nameless)
    labels = [x["label"] for x in hub_options(hass, await async_survey(hass))]
    assert sum(f"{NETWORK} ({other.extended_pan_id})" in label for label in labels) == 1
    assert sum(f"{NETWORK} ({hub.extended_pan_id})" in label for label in labels) == 1
    assert sum("(cccccccccccccccc)" in label for label in labels) == 1


async def test_nothing_heard_says_where_to_look(
    hass: HomeAssistant, house: House, lan: FakeLan, host: FakeHost
) -> None:
    told = why_no_hub(hass, await async_survey(hass))
    assert told.startswith("No hub (Thread border router) was heard")
    assert "not to a guest network" in told


async def test_container_is_named_as_the_reason(
    hass: HomeAssistant, house: House, lan: FakeLan, host: FakeHost
) -> None:
    host.changes = {"adapters": Gap.NOT_CHECKABLE, "bridged_container": True}
    told = why_no_hub(hass, await async_survey(hass))
    assert "Home Assistant's container has its own network." in told
    assert "network_mode: host" in told
    assert "guest network" not in told
