"""The question "who opened which door when", as an assistant may ask it."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    APIInstance,
    LLMContext,
    ToolInput,
    ToolResult,
    async_get_api,
)
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.journal.activity import GapReason

from .callers import (
    READS_EVERYTHING,
    READS_NOTHING,
    add_person,
    hide_names,
    options,
    somebody,
)
from .fake_matter import FakeLock
from .house import House

TOOL = "aqara_lock__door_activity"
ASSISTANT = "conversation"


@pytest.fixture
async def opened(house: House, u400_lock: FakeLock) -> House:
    """Let Anna open the door, and Ben a minute later; the tool is on and may be used."""
    await house.start(u400_lock)
    assert await async_setup_component(house.hass, "llm", {})
    options(house, llm_tool=True)
    expose(house, "event", "activity", shown=True)
    for user in (1, 2):
        await house.tick(60)
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
    return house


def expose(house: House, platform: str, key: str, *, shown: bool) -> None:
    """Show one of the lock's entities to the assistant, or hide it."""
    async_expose_entity(house.hass, ASSISTANT, house.entity_id(platform, key), shown)


async def tools(house: House, context: Context | None = None) -> APIInstance:
    """Ask Home Assistant what the assistant may use."""
    asking = LLMContext(
        platform="test",
        context=context or Context(),
        language="en",
        assistant=ASSISTANT,
        device_id=None,
    )
    return await async_get_api(house.hass, LLM_API_ASSIST, asking)


async def is_offered(house: House) -> bool:
    """Tell whether the assistant is offered the tool."""
    return TOOL in {tool.name for tool in (await tools(house)).tools}


async def ask(
    house: House, context: Context | None = None, **arguments: Any
) -> ToolResult:
    """Use the tool."""
    api = await tools(house, context)
    return await api.async_call_tool(ToolInput(TOOL, arguments))


async def lines(house: House, **arguments: Any) -> list[Any]:
    """Use the tool and give its lines."""
    found = (await ask(house, **arguments)).data["lines"]
    assert isinstance(found, list)
    return found


async def test_assistant_learns_who_opened_which_door_when(opened: House) -> None:
    ben, anna = await lines(opened)
    assert ben["person"] == "Ben"
    assert ben["lock"] == "Aqara Smart Lock U400"
    assert ben["type"] == "unlocked"
    assert ben["method"] == "fingerprint"
    assert ben["confidence"] == "reported"
    assert anna["person"] == "Anna"
    assert anna["at"] < ben["at"]


async def test_assistant_learns_no_numbers_of_users_and_slots(opened: House) -> None:
    ben, _ = await lines(opened)
    assert set(ben) == {"lock", "at", "type", "person", "method", "confidence"}


async def test_tool_only_reads(opened: House) -> None:
    (tool,) = [tool for tool in (await tools(opened)).tools if tool.name == TOOL]
    assert tool.annotations.read_only
    assert not tool.annotations.destructive
    assert tool.integration == "aqara_lock"


async def test_tool_is_off_unless_it_was_switched_on(opened: House) -> None:
    assert await is_offered(opened)
    options(opened, llm_tool=False)
    assert not await is_offered(opened)
    opened.hass.config_entries.async_update_entry(opened.home, options={})
    assert not await is_offered(opened)


async def test_tool_knows_only_exposed_locks(opened: House) -> None:
    expose(opened, "event", "activity", shown=False)
    expose(opened, "lock", "lock", shown=False)
    assert not await is_offered(opened)
    expose(opened, "lock", "lock", shown=True)
    assert len(await lines(opened)) == 2


async def test_other_exposed_entities_open_nothing(opened: House) -> None:
    expose(opened, "event", "activity", shown=False)
    expose(opened, "lock", "lock", shown=False)
    expose(opened, "binary_sensor", "responsive", shown=True)
    assert not await is_offered(opened)


async def test_second_lock_that_is_not_exposed_stays_unknown(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    assert await async_setup_component(house.hass, "llm", {})
    options(house, llm_tool=True)
    for platform, key in (("event", "activity"), ("lock", "lock")):
        hidden = house.entity_id(platform, key, 1)
        async_expose_entity(house.hass, ASSISTANT, hidden, False)
    expose(house, "event", "activity", shown=True)
    u400_lock.unlock_by_finger(user=1)
    u200_lock.lock_by_hand()
    await house.settle()
    assert {line["lock"] for line in await lines(house)} == {"Aqara Smart Lock U400"}
    with pytest.raises(probatio.Invalid):
        await ask(house, lock="Aqara Smart Lock U200")


async def test_question_can_be_narrowed(opened: House) -> None:
    add_person(opened, "Anna", "person.anna")
    assert [x["person"] for x in await lines(opened, person="anna")] == ["Anna"]
    assert [x["person"] for x in await lines(opened, person="person.anna")] == ["Anna"]
    assert len(await lines(opened, lock="Aqara Smart Lock U400")) == 2
    await opened.tick(2 * 3600)
    assert await lines(opened, hours=1) == []
    assert len(await lines(opened, hours=3)) == 2


async def test_gap_is_told(opened: House) -> None:
    lock = opened.home.runtime_data.locks[opened.subentry_id()]
    now = lock.journal.lines()[-1].occurred_at
    lock.journal.gap(now, now, GapReason.HOME_ASSISTANT_AWAY)
    gap = (await lines(opened))[0]
    assert gap["type"] == "gap"
    assert gap["until"] == gap["at"]


async def test_names_for_admins_only_are_told_to_an_admin_alone(
    opened: House, hass_admin_user: MockUser
) -> None:
    hide_names(opened)
    voice = await ask(opened)
    assert "Ben" not in str(voice.data)
    assert (await ask(opened, person="Ben")).error
    guest = somebody(opened, READS_EVERYTHING)
    assert "Ben" not in str((await ask(opened, guest)).data)
    admin = await ask(opened, Context(user_id=hass_admin_user.id))
    assert "Ben" in str(admin.data)


async def test_who_may_not_read_the_activity_learns_nothing_by_asking(
    opened: House,
) -> None:
    stranger = somebody(opened, READS_NOTHING)
    assert (await ask(opened, stranger)).data == {"lines": []}
