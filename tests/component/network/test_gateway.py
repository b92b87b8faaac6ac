"""The router of the home: probed within its budget, believed only once it has answered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.budget import (
    GATEWAY_PROBE_INTERVAL,
    GATEWAY_SUSPICION_INTERVAL,
)
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    Gap,
    Gateway,
    HostAddress,
    known,
)
from custom_components.aqara_lock.domain.thread.routing import Neighbour
from custom_components.aqara_lock.network.probes.gateway import (
    GatewayMonitor,
    RouterIdentity,
    identify,
)
from custom_components.aqara_lock.network.probes.reachability import (
    HostBusy,
    ProbeMethod,
)

MODULE = "custom_components.aqara_lock.network.probes.reachability"
HOME = IPv4Network("10.99.0.0/24")
ROUTER = RouterIdentity(
    address=IPv4Address("10.99.0.1"), subnet=HOME, mac="02:00:00:00:00:01"
)


class Router:
    """A router that answers, and counts how often it is asked."""

    def __init__(self) -> None:
        """Begin with power."""
        self.plugged = True
        self.lossy = False
        self.asked: list[str] = []

    async def probe(self, address: str, _method: ProbeMethod) -> bool:
        """Answer one probe."""
        self.asked.append(address)
        return self.plugged and not self.lossy

    async def find_method(self, address: str) -> ProbeMethod | None:
        """Answer every probe."""
        self.asked.append(address)
        return ProbeMethod.TCP if self.plugged else None


@pytest.fixture
def router() -> Iterator[Router]:
    """Give a router that answers."""
    made = Router()
    with (
        patch(f"{MODULE}.probe", made.probe),
        patch(f"{MODULE}.find_method", made.find_method),
    ):
        yield made


@pytest.fixture
def watch(router: Router) -> GatewayMonitor:
    """Give a watch that has seen the router."""
    made = GatewayMonitor()
    made.seen(ROUTER)
    return made


def answer(watch: GatewayMonitor) -> Gateway | None:
    return known(watch.evidence.gateway)


async def test_nobody_is_asked_before_a_router_is_seen(router: Router) -> None:
    watch = GatewayMonitor()
    found = await watch.async_refresh(dt_util.utcnow())
    assert (found.gateway, found.changed_at) == (Gap.UNKNOWN, Gap.UNKNOWN)
    assert router.asked == []


async def test_a_router_that_never_answered_says_nothing(
    watch: GatewayMonitor, router: Router
) -> None:
    router.plugged = False
    found = await watch.async_refresh()
    assert router.asked == ["10.99.0.1"]
    assert found.gateway is Gap.UNKNOWN


async def test_a_router_that_stops_answering(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    start = dt_util.utcnow()
    assert (await watch.async_refresh()).gateway == Gateway(answers=True, since=start)
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    router.plugged = False
    gone = dt_util.utcnow()
    await watch.async_refresh()
    assert answer(watch) == Gateway(answers=False, since=gone)
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    await watch.async_refresh()
    assert answer(watch) == Gateway(answers=False, since=gone)
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    router.plugged = True
    await watch.async_refresh()
    assert answer(watch) == Gateway(answers=True, since=dt_util.utcnow())


async def test_one_lost_probe_is_not_believed(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    await watch.async_refresh()
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    router.lossy = True
    router.asked.clear()
    await watch.async_refresh()
    found = answer(watch)
    assert found is not None
    assert found.answers
    assert len(router.asked) == 2


async def test_a_machine_too_busy_to_hear_says_nothing_of_the_router(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    before = (await watch.async_refresh()).gateway
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    with patch(f"{MODULE}.probe", side_effect=HostBusy):
        await watch.async_refresh()
    assert watch.evidence.gateway == before
    router.plugged = False
    freezer.tick(GATEWAY_PROBE_INTERVAL)
    await watch.async_refresh()
    found = answer(watch)
    assert found is not None
    assert not found.answers


async def test_a_router_that_answered_in_the_past_counts_at_once(
    router: Router,
) -> None:
    watch = GatewayMonitor()
    watch.remember(ROUTER, ProbeMethod.ICMP)
    router.plugged = False
    await watch.async_refresh()
    found = answer(watch)
    assert found is not None
    assert not found.answers


async def test_the_budget(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    for _ in range(60):
        await watch.async_refresh()
        freezer.tick(1)
    assert len(router.asked) == timedelta(seconds=60) // GATEWAY_PROBE_INTERVAL
    router.asked.clear()
    since = dt_util.utcnow()
    for _ in range(60):
        await watch.async_refresh(since)
        freezer.tick(1)
    assert len(router.asked) == timedelta(seconds=60) // GATEWAY_SUSPICION_INTERVAL


async def test_suspicion_asks_before_the_peaceful_time_is_over(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    await watch.async_refresh()
    freezer.tick(10)
    await watch.async_refresh()
    assert len(router.asked) == 1
    await watch.async_refresh(dt_util.utcnow())
    assert len(router.asked) == 2


async def test_what_was_answered_before_the_suspicion_says_nothing(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    await watch.async_refresh()
    freezer.tick(1)
    router.plugged = False
    await watch.async_refresh(dt_util.utcnow())
    found = answer(watch)
    assert found is not None
    assert not found.answers


async def test_a_clock_that_was_set_back_does_not_stop_the_probes(
    watch: GatewayMonitor, router: Router, freezer: FrozenDateTimeFactory
) -> None:
    await watch.async_refresh()
    freezer.move_to(dt_util.utcnow() - timedelta(days=1))
    await watch.async_refresh()
    assert len(router.asked) == 2


@pytest.mark.parametrize(
    "new",
    [
        replace(ROUTER, mac="02:00:00:00:00:99"),
        replace(ROUTER, subnet=IPv4Network("10.99.0.0/16")),
        RouterIdentity(address=IPv4Address("192.168.7.1")),
    ],
)
async def test_another_router_or_network(
    watch: GatewayMonitor, new: RouterIdentity, freezer: FrozenDateTimeFactory
) -> None:
    assert watch.evidence.changed_at is None
    freezer.tick(100)
    watch.seen(new)
    changed = dt_util.utcnow()
    freezer.tick(100)
    watch.seen(new)
    assert watch.evidence.changed_at == changed


async def test_what_is_not_known_is_no_change(watch: GatewayMonitor) -> None:
    watch.seen(RouterIdentity(address=ROUTER.address))
    assert watch.evidence.changed_at is None
    watch.seen(replace(ROUTER, mac="02:00:00:00:00:99"))
    assert watch.evidence.changed_at is not None


async def test_a_router_that_is_new_since_the_last_run(
    router: Router, freezer: FrozenDateTimeFactory
) -> None:
    freezer.tick(1)
    watch = GatewayMonitor()
    watch.remember(ROUTER, ProbeMethod.TCP)
    assert watch.evidence.changed_at is None
    watch.seen(replace(ROUTER, mac="02:00:00:00:00:99"))
    assert watch.evidence.changed_at == dt_util.utcnow()


async def test_a_new_address_has_to_answer_first(
    watch: GatewayMonitor, router: Router
) -> None:
    await watch.async_refresh()
    router.plugged = False
    watch.seen(RouterIdentity(address=IPv4Address("192.168.7.1")))
    found = await watch.async_refresh()
    assert router.asked[-1] == "192.168.7.1"
    assert found.gateway is Gap.UNKNOWN


async def test_a_router_on_the_internet_is_not_probed(router: Router) -> None:
    watch = GatewayMonitor()
    watch.seen(RouterIdentity(address=IPv4Address("8.8.8.1")))
    await watch.async_refresh(dt_util.utcnow())
    assert router.asked == []


def test_who_the_router_is() -> None:
    wire = HostAddress(IPv4Interface("10.99.0.10/24"))
    other = HostAddress(IPv4Interface("10.99.0.11/16"))
    adapters = (
        Adapter(name="eth1", addresses=(other,)),
        Adapter(name="eth0", addresses=(wire,)),
    )
    neighbours = (Neighbour(address="10.99.0.1", mac="02:00:00:00:00:01"),)
    assert identify(ROUTER.address, "eth0", adapters, neighbours) == ROUTER
    assert identify(ROUTER.address, "eth0", Gap.UNKNOWN, Gap.UNKNOWN) == (
        RouterIdentity(address=ROUTER.address)
    )
