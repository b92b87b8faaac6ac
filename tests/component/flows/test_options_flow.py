"""Options of the home: who sees names, how far the journal reaches, names of controllers."""

from datetime import timedelta
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)

from ..callers import activity
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..flow_steps import Flow, bind, open_options
from ..house import House
from ..nodes import OTHER_FABRIC_INDEX

APPLE_TV = 5
SETTINGS: dict[str, Any] = {
    "names_visible_to": "everyone",
    "may_assign": "admins",
    "journal_lines": 1000,
    "journal_days": 365,
    "llm_tool": False,
    "card_in_dialog": False,
}
WHO = (
    "person",
    "person_id",
    "user_name",
    "user_index",
    "controller",
    "credential_index",
    "assigned_by",
)


async def settings(house: House, **given: Any) -> Flow:
    """Change settings of the home."""
    flow = await open_options(house)
    await flow.choose("settings")
    return await flow.fill(**SETTINGS | given)


async def controllers(house: House) -> Flow:
    """Open the names of controllers."""
    return await (await open_options(house)).choose("controllers")


async def unlock_by_apple(house: House, lock: FakeLock, node: int = APPLE_TV) -> None:
    """Unlock from another app."""
    lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OTHER_FABRIC_INDEX,
        node=node,
    )
    await house.settle()


async def unlock(house: House, lock: FakeLock, user: int = 1) -> None:
    """Unlock at the door."""
    lock.lock_by_hand()
    lock.unlock_by_finger(user)
    await house.settle()


def asked(flow: Flow) -> list[str]:
    """Give the fields of a page, without the choice to save or to go back."""
    return [field for field in flow.fields if field != "next"]


async def test_settings_show_what_holds_and_are_kept(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await open_options(house)
    pages = ["tell", "settings", "hub", "controllers", "hub_switches", "adopt"]
    pages += ["retained"]
    assert flow.choices == pages
    await flow.choose("settings")
    assert {name: flow.preset(name) for name in asked(flow)} == SETTINGS
    changed = SETTINGS | {"journal_lines": 50, "llm_tool": True}
    await flow.fill(**changed)
    assert flow.is_done
    assert dict(house.home.options) == changed
    flow = await open_options(house)
    await flow.choose("settings")
    assert {name: flow.preset(name) for name in asked(flow)} == changed


async def test_no_controller_before_another_app_acted(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock)
    assert (await controllers(house)).aborted == "no_controllers"


async def test_controller_gets_a_name_but_never_a_person(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock_by_apple(house, u400_lock)
    flow = await controllers(house)
    key = asked(flow)[0]
    assert asked(flow) == [key]
    now = dt_util.now().strftime("%-I:%M %p")
    assert flow.said["seen"] == f"- `{key}`: Apple Home, last at {now}"
    await flow.fill(**{key: " Apple TV "})
    assert flow.is_done
    await unlock_by_apple(house, u400_lock)
    told = house.fired("activity")[-1]
    assert told["controller"] == "Apple TV"
    assert told["ecosystem"] == "Apple Home"
    assert told["confidence"] == "ecosystem"
    assert "person" not in told
    assert (
        house.state(house.entity_id("sensor", "last_unlocked_by")).state == "Apple Home"
    )


async def test_every_controller_is_offered_with_its_name(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for node in (APPLE_TV, 6):
        await unlock_by_apple(house, u400_lock, node)
    flow = await controllers(house)
    first, second = asked(flow)
    await flow.fill(**{first: "Apple TV"})
    flow = await controllers(house)
    assert (flow.preset(first), flow.preset(second)) == ("Apple TV", None)
    await unlock_by_apple(house, u400_lock, 6)
    assert "controller" not in house.fired("activity")[-1]


async def test_known_controller_stays_when_the_journal_forgot_it(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock_by_apple(house, u400_lock)
    flow = await controllers(house)
    key = asked(flow)[0]
    await flow.fill(**{key: "Apple TV"})
    await settings(house, journal_lines=1)
    await unlock(house, u400_lock)
    flow = await controllers(house)
    assert asked(flow) == [key]
    assert flow.preset(key) == "Apple TV"
    await flow.fill(**{key: "  "})
    assert (await controllers(house)).aborted == "no_controllers"


async def test_names_of_controllers_and_settings_do_not_disturb_each_other(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await settings(house, journal_lines=50)
    await unlock_by_apple(house, u400_lock)
    flow = await controllers(house)
    await flow.fill(**{asked(flow)[0]: "Apple TV"})
    await settings(house, journal_lines=60)
    assert house.home.options["journal_lines"] == 60
    await unlock_by_apple(house, u400_lock)
    assert house.fired("activity")[-1]["controller"] == "Apple TV"


async def test_journal_keeps_as_many_lines_as_asked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for user in (1, 2, 1, 2):
        u400_lock.unlock_by_finger(user)
        await house.tick(60)
    await settings(house, journal_lines=3)
    assert [line["person"] for line in await activity(house)] == ["Ben", "Anna", "Ben"]
    u400_lock.unlock_by_finger(1)
    await house.settle()
    assert len(await activity(house)) == 3


async def test_journal_reaches_as_many_days_as_asked(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    house.clock.tick(timedelta(days=3))
    u400_lock.lock_by_hand()
    await house.settle()
    assert len(await activity(house)) == 2
    await settings(house, journal_days=2)
    assert [line["type"] for line in await activity(house)] == ["locked"]
    assert house.state(house.entity_id("sensor", "last_unlocked_by")).state == "unknown"


@pytest.fixture
def public(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Write down what is told on the bus."""
    told: list[dict[str, Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        told.append(dict(event.data))

    hass.bus.async_listen("aqara_lock_activity", note)
    return told


async def test_names_are_public_by_default(
    house: House, u400_lock: FakeLock, public: list[dict[str, Any]]
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock)
    assert public[-1]["person"] == "Anna"
    assert house.changed_by == "Anna"


async def test_names_for_admins_only(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, public: list[dict[str, Any]]
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await settings(house, names_visible_to="admins")
    await unlock(house, u400_lock, 2)
    told = house.fired("activity")[-1]
    for where in (told, public[-1]):
        assert where["method"] == "fingerprint"
        assert where["confidence"] == "reported"
        assert not set(WHO) & set(where)
    assert house.changed_by == "fingerprint"
    assert (
        house.state(house.entity_id("sensor", "last_unlocked_by")).state == "not shown"
    )
    assert house.state(house.entity_id("sensor", "last_locked_by")).state == "not shown"
    shown = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert shown.attributes["how"] == "fingerprint"
    assert "entity_picture" not in shown.attributes
    assert names_in_states(hass) == []
    assert not [data for data in public if "Mara" in str(data)]


async def test_names_vanish_at_once_and_come_back(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock)
    assert names_in_states(hass)
    fired = len(house.types())
    await settings(house, names_visible_to="admins")
    assert names_in_states(hass) == []
    assert house.changed_by == "fingerprint"
    await settings(house)
    assert house.changed_by == "Anna"
    event = house.state(house.entity_id("event", "activity"))
    assert event.attributes["person"] == "Anna"
    assert house.state(house.entity_id("sensor", "last_unlocked_by")).state == "Anna"
    assert len(house.types()) == fired


async def test_names_stay_hidden_over_a_restart(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock)
    await settings(house, names_visible_to="admins")
    await house.reload()
    assert names_in_states(hass) == []
    assert house.changed_by == "fingerprint"


async def test_admin_reads_names_all_the_same(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await settings(house, names_visible_to="admins")
    await unlock(house, u400_lock)
    assert (await activity(house))[0]["person"] == "Anna"


def names_in_states(hass: HomeAssistant) -> list[str]:
    """List the entities whose state or attributes name somebody."""
    return [
        state.entity_id
        for state in hass.states.async_all()
        if any(name in str(state.as_dict()) for name in ("Anna", "Ben", "Mara"))
    ]


@pytest.mark.parametrize("step", ["controllers", "hub_switches"])
async def test_what_the_running_home_knows_cannot_be_set_without_it(
    house: House, step: str
) -> None:
    await house.start()
    await house.stop()
    flow = await open_options(house)
    await flow.choose(step)
    assert flow.aborted == "home_not_loaded"


async def test_settings_can_be_changed_while_the_home_does_not_run(
    house: House,
) -> None:
    await house.start()
    await house.stop()
    flow = await settings(house, journal_lines=50)
    assert flow.is_done
    assert house.home.options["journal_lines"] == 50


async def test_what_is_told_is_set_for_a_home_of_before(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    flow = await (await open_options(house)).choose("tell")
    assert asked(flow) == ["tell_when", "tell_here", "tell_entities"]
    given = {"tell_when": ["trouble"], "tell_here": False, "tell_entities": []}
    await flow.fill(**given)
    assert dict(house.home.options) == given


async def test_hub_for_new_locks_is_chosen_and_given_up(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    for chosen, kept in (
        (hub.border_agent_id, {"hub": hub.border_agent_id}),
        ("none", {}),
    ):
        flow = await (await open_options(house)).choose("hub")
        assert list(flow.labels("hub")) == [hub.border_agent_id, "none"]
        await flow.fill(hub=chosen)
        assert flow.is_done
        assert dict(house.home.data) == kept


async def test_without_a_hub_none_is_chosen(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    assert (await (await open_options(house)).choose("hub")).aborted == "no_hubs"


@pytest.mark.parametrize("page", ["tell", "settings", "hub", "hub_switches"])
async def test_back_leads_to_the_list_and_saves_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub, page: str
) -> None:
    await house.start(u400_lock)
    before = dict(house.home.options)
    flow = await (await open_options(house)).choose(page)
    assert flow.offered == ["save", "back"]
    assert flow.preset("next") == "save"
    changed = {"journal_lines": 7} if page == "settings" else {}
    await flow.fill(**changed, next="back")
    assert flow.step == "init"
    assert dict(house.home.options) == before
    await flow.choose(page)
    await flow.fill()
    assert flow.is_done
