"""A code that Home Assistant sends with a command leaves no trace, however the command ends."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
import logging
from pathlib import Path
import traceback
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_dumps
import pytest

from ...callers import activity
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, Refusal
from ...house import House
from .test_commands import start

CODE: Final = "482915"
FORMS: Final = (CODE, b64encode(CODE.encode()).decode(), CODE.encode().hex())
OURS: Final = ("custom_components.aqara_lock", "asyncio", "homeassistant.util.async_")

pytestmark = pytest.mark.usefixtures("files")

type Call = asyncio.Task[None]
type Story = Callable[[House, FakeLock, Call], Awaitable[object]]


async def refused(house: House, lock: FakeLock, call: Call) -> None:
    """Let the lock refuse the code."""
    lock.fail("UnboltDoor", Refusal(status=0x85, text=f"bad field {FORMS[1]} {CODE}"))
    house.matter.release()


async def broken(house: House, lock: FakeLock, call: Call) -> None:
    """Let the client break off at once, with the request in its error."""


async def cancelled(house: House, lock: FakeLock, call: Call) -> None:
    """Let the caller give up, and the lock refuse after that."""
    call.cancel()
    await asyncio.sleep(0)
    lock.fail("UnboltDoor", Refusal(status=0x85, text=CODE))
    house.matter.release()


async def unloaded(house: House, lock: FakeLock, call: Call) -> None:
    """Unload while the command is out."""
    unload = asyncio.ensure_future(
        house.hass.config_entries.async_unload(house.home.entry_id)
    )
    await house.wait_for(unload.done)
    house.matter.release()


async def server_lost(house: House, lock: FakeLock, call: Call) -> None:
    """Let the connection break while the command is out."""
    house.matter.stop()
    await house.wait_for(call.done)
    house.matter.held.clear()


def traces_of_tasks(hass: HomeAssistant) -> str:
    """Give what a debugger, or core's report of tasks that block a stop, would show."""
    tasks = asyncio.all_tasks(hass.loop)
    scheduled = hass.loop._scheduled  # type: ignore[attr-defined]
    return "\n".join([*map(repr, tasks), *map(repr, scheduled)])


@pytest.mark.parametrize(
    "story",
    [refused, broken, cancelled, unloaded, server_lost],
    ids=lambda story: story.__name__,
)
async def test_code_of_a_command_is_nowhere(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    files: Path,
    caplog: pytest.LogCaptureFixture,
    story: Story,
) -> None:
    caplog.set_level(logging.DEBUG)
    house.expects_errors = True
    await house.start(u400_lock)
    told: list[Any] = []
    hass.bus.async_listen("aqara_lock_activity", told.append)
    if story is broken:
        u400_lock.fail("UnboltDoor", TypeError(f"odd: UnboltDoor(b'{CODE}')"))
    else:
        house.matter.hold("UnboltDoor")
    call = await start(house, "unlock", code=CODE)
    await house.wait_for(lambda: house.matter.held or call.done())
    (sent,) = (x for x in u400_lock.requests if x.name == "UnboltDoor")
    assert sent.payload["PINCode"]
    seen = [traces_of_tasks(hass)]
    await story(house, u400_lock, call)
    try:
        await call
    except HomeAssistantError as err:
        seen += traceback.format_exception(err)
        seen += [repr(err), json_dumps(err.translation_placeholders)]
    except asyncio.CancelledError as err:
        seen += traceback.format_exception(err)
    await house.settle()
    seen.append(traces_of_tasks(hass))
    if house.home.state is ConfigEntryState.LOADED:
        await house.pass_time(30, 6)
        seen.append(json_dumps(await activity(house)))
        seen.append(json_dumps([state.as_dict() for state in hass.states.async_all()]))
        await hass.config_entries.async_unload(house.home.entry_id)
    seen += [json_dumps(event.data) for event in told]
    seen += [path.read_text() for path in files.rglob("aqara_lock*")]
    ours = (x for x in caplog.records if x.name.startswith(OURS))
    seen += [f"{x.getMessage()} {x.exc_text or ''}" for x in ours]
    found = [
        line
        for text in seen
        for line in text.splitlines()
        if any(form in line for form in FORMS)
    ]
    assert found == []
