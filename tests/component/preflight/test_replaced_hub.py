"""A hub that was replaced: the new one is offered, and nothing of the lock is lost."""

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.aqara_lock.home import Home
from custom_components.aqara_lock.preflight.replaced_hub import replacement_of

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..house import House

NEW_NETWORK = "0102030405060708"
LONG = 2 * 3600


@pytest.fixture
async def bound(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Bind a lock to its hub."""
    await house.start(u400_lock)
    await choose(house, hub)
    return house


async def choose(house: House, hub: FakeHub) -> None:
    """Choose the hub of the first lock, as a flow does."""
    subentry: ConfigSubentry = house.home.subentries[house.subentry_id()]
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, "hub": hub.border_agent_id}
    )
    await house.settle()


def new_hub() -> FakeHub:
    """Give the hub that was bought in the place of the old one."""
    return FakeHub(
        name="Hub M3",
        host="HubM3.local.",
        border_agent_id="ff" * 16,
        extended_address="1122334455667788",
        extended_pan_id=NEW_NETWORK,
        network_name="AqaraHome-new",
        addresses=("10.10.10.21",),
    )


def offered(house: House) -> str | None:
    """Give the id of the hub that is offered for the first lock."""
    home: Home = house.home.runtime_data
    router = replacement_of(home, home.locks[house.subentry_id()])
    return router.id if router else None


async def test_new_hub_is_offered_once_the_old_one_is_gone_for_long(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    await bound.pass_time(120, 10)
    new = lan.add(new_hub())
    await bound.pass_time(60, 10)
    assert offered(bound) is None
    lan.unplug(hub)
    await bound.pass_time(300, 10)
    assert offered(bound) is None
    await bound.pass_time(LONG, 60)
    assert offered(bound) == new.border_agent_id


async def test_offer_survives_a_restart(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    await bound.pass_time(120, 10)
    new = lan.add(new_hub())
    lan.unplug(hub)
    await bound.pass_time(120, 10)
    await bound.reload()
    await bound.pass_time(LONG, 60)
    assert offered(bound) == new.border_agent_id


async def test_taking_the_new_hub_loses_nothing(
    bound: House, lan: FakeLan, hub: FakeHub, u400_lock: FakeLock
) -> None:
    u400_lock.unlock_by_finger(user=1)
    await bound.settle()
    new = lan.add(new_hub())
    lan.unplug(hub)
    await bound.pass_time(LONG, 60)
    await choose(bound, new)
    assert offered(bound) is None
    home: Home = bound.home.runtime_data
    lock = home.locks[bound.subentry_id()]
    assert lock.preferred_hub_id == new.border_agent_id
    assert [line.type for line in lock.journal.lines() if line.type] == ["unlocked"]
    assert len(lock.log.memory.directory.users) == 2


async def test_old_hub_that_comes_back_withdraws_the_offer(
    bound: House, lan: FakeLan, hub: FakeHub
) -> None:
    await bound.pass_time(120, 10)
    lan.add(new_hub())
    lan.unplug(hub)
    await bound.pass_time(LONG, 60)
    lan.plug(hub)
    await bound.pass_time(30, 10)
    assert offered(bound) is None


async def test_meant_hub_of_another_network_is_watched_even_if_it_is_no_aqara(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    tv = lan.add(
        FakeHub(
            name="Apple TV",
            host="AppleTV.local.",
            border_agent_id="aa" * 16,
            extended_pan_id=NEW_NETWORK,
            network_name="MyHome",
            vendor="Apple Inc.",
            addresses=("10.10.10.30",),
        )
    )
    await house.start(u400_lock)
    home: Home = house.home.runtime_data
    assert tv.border_agent_id not in home.hubs
    await choose(house, tv)
    assert tv.border_agent_id in home.hubs
