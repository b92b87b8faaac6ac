"""Duress is private: who asks for the activity, in whatever way, sees an ordinary unlock."""

from collections.abc import Callable
import json
import logging
import re
from typing import Any

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    ToolInput,
    async_get_api,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.domain.attribution.forced_users import Duress
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    CredentialType,
    LockOperationType,
    LockState,
    OperationSource,
    UserType,
)

from ...callers import act, options
from ...fake_matter import FakeLock
from ...house import House

TRACE = re.compile(r"duress|coerc|hostage|panic|forced(?!_open)", re.IGNORECASE)
OWN_MOMENT = {"occurred_at", "event_number", "key", "at", "newest", "oldest"}
"""What differs between any two operations."""


def unlock(lock: FakeLock, kind: LockOperationType) -> None:
    """Unlock with Anna's PIN."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(kind, OperationSource.KEYPAD, 1, (CredentialType.PIN, 1))


def ordinarily(lock: FakeLock) -> None:
    """Unlock of one's own free will."""
    unlock(lock, LockOperationType.UNLOCK)


def by_operation(lock: FakeLock) -> None:
    """Unlock as the lock tells of a forced user: operation type 3."""
    unlock(lock, LockOperationType.FORCED_USER_EVENT)


def by_alarm(lock: FakeLock) -> None:
    """Unlock, with alarm 8 right after it."""
    unlock(lock, LockOperationType.UNLOCK)
    lock.report_alarm(AlarmCode.FORCED_USER)


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Set up everything that can be asked."""
    for component in (DIAGNOSTICS, "llm", "system_log"):
        assert await async_setup_component(house.hass, component, {})
    await house.start(u400_lock)
    options(house, llm_tool=True)
    return house


class Surfaces:
    """Everybody who can ask."""

    def __init__(
        self,
        house: House,
        socket: MockHAClientWebSocket,
        client: ClientSessionGenerator,
    ) -> None:
        """Ask in one house."""
        self._house = house
        self._socket = socket
        self._client = client

    async def all(self) -> dict[str, Any]:
        """Ask in every way."""
        return {
            "action": await act(self._house, "get_activity", response=True),
            "json": await self._export("json"),
            "csv": (await self._export("csv")),
            "page": await self._command(
                "activity/list", lock_id=self._house.subentry_id()
            ),
            "locks": await self._command("locks"),
            "diagnostics": await self._diagnostics(),
            "assistant": await self._assistant(),
        }

    async def _export(self, kind: str) -> Any:
        answer = await act(self._house, "export_activity", response=True, format=kind)
        content = answer["content"]
        return json.loads(content) if kind == "json" else content

    async def _command(self, command: str, **data: Any) -> Any:
        await self._socket.send_json_auto_id({"type": f"aqara_lock/{command}", **data})
        return (await self._socket.receive_json())["result"]

    async def _diagnostics(self) -> Any:
        client = await self._client()
        url = f"/api/diagnostics/config_entry/{self._house.home.entry_id}"
        return (await (await client.get(url)).json())["data"]

    async def _assistant(self) -> Any:
        asking = LLMContext("test", Context(), "en", "conversation", None)
        api = await async_get_api(self._house.hass, LLM_API_ASSIST, asking)
        found = await api.async_call_tool(ToolInput("aqara_lock__door_activity", {}))
        return found.data


@pytest.fixture
async def surfaces(
    home: House,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> Surfaces:
    """Ask as an admin, who sees the most."""

    caplog.set_level(logging.CRITICAL, "aiohttp.access")
    async_expose_entity(hass, "conversation", home.entity_id("event", "activity"), True)
    return Surfaces(home, await hass_ws_client(hass), hass_client)


def without_moment(facts: Any) -> Any:
    """Leave out what differs between any two operations."""
    if isinstance(facts, dict):
        kept = {key: item for key, item in facts.items() if key not in OWN_MOMENT}
        return {key: without_moment(item) for key, item in kept.items()}
    if isinstance(facts, list):
        return [without_moment(item) for item in facts]
    return facts


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """Take what must be the same for an ordinary unlock and a forced one."""
    (lock,) = found["diagnostics"]["locks"]
    told = {key: found[key] for key in ("action", "json", "page", "assistant")}
    alike: dict[str, Any] = without_moment({**told, "journal": lock["journal"]})
    return alike


async def happened(
    house: House, lock: FakeLock, what: Callable[[FakeLock], None]
) -> None:
    """Begin with an empty journal and a locked door, and let it happen."""
    lock.lock_by_hand()
    await house.settle()
    await act(house, "erase_activity")
    await house.tick(60)
    what(lock)
    await house.tick(6)


@pytest.mark.parametrize("forced", [by_operation, by_alarm])
async def test_forced_unlock_reads_like_any_other(
    home: House,
    surfaces: Surfaces,
    u400_lock: FakeLock,
    forced: Callable[[FakeLock], None],
) -> None:
    noticed: list[Duress] = []
    home.home.runtime_data.locks[home.subentry_id()].duress.connect(noticed.append)
    await happened(home, u400_lock, ordinarily)
    free = await surfaces.all()
    assert noticed == []
    await happened(home, u400_lock, forced)
    under_threat = await surfaces.all()
    assert len(noticed) == 1
    assert comparable(under_threat) == comparable(free)
    assert under_threat["action"]["lines"][0]["person"] == "Anna"
    assert TRACE.findall(json.dumps(under_threat)) == []


async def test_user_kept_for_threats_is_no_word_anywhere(
    home: House, surfaces: Surfaces, u400_lock: FakeLock
) -> None:
    u400_lock.users[1].type = UserType.FORCED
    await home.reload()
    await happened(home, u400_lock, ordinarily)
    found = await surfaces.all()
    assert [line["type"] for line in found["action"]["lines"]] == ["unlocked"]
    assert TRACE.findall(json.dumps(found)) == []


@pytest.mark.parametrize("forced", [by_operation, by_alarm])
async def test_feed_tells_of_one_ordinary_unlock(
    home: House,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    u400_lock: FakeLock,
    forced: Callable[[FakeLock], None],
) -> None:
    socket = await hass_ws_client(hass)
    await socket.send_json_auto_id({"type": "aqara_lock/activity/subscribe"})
    assert (await socket.receive_json())["success"]
    assert (await socket.receive_json())["event"]["initial"]
    forced(u400_lock)
    await home.tick(6)
    await socket.send_json_auto_id({"type": "aqara_lock/locks"})
    events = []
    while (message := await socket.receive_json())["type"] == "event":
        events.append(message["event"])
    keys = {line["key"] for event in events for line in event["lines"]}
    assert len(keys) == 1
    assert events[-1]["lines"][0]["type"] == "unlocked"
    assert TRACE.findall(json.dumps(events)) == []
