"""The household of a test: Home Assistant, Matter, network and clock, told as a story."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import os
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.const import ATTR_ENTITY_ID, EVENT_STATE_CHANGED
from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed_exact,
)

from custom_components.aqara_lock.const import DOMAIN

from .fake_lan import FakeHub, FakeLan
from .fake_matter import COMPRESSED_FABRIC, FakeLock, FakeMatterServer

PATIENCE: Final = 20_000
LONGEST_WAIT: Final = 30.0
"""Seconds of the real clock that a thread may need on a busy machine; no timing is asserted."""
TURNS: Final = 5
OFF_BY_DEFAULT: Final = (
    ("event", "connection"),
    ("sensor", "last_unlocked_at"),
    ("sensor", "reports_who"),
)
"""What repeats what others say."""


@dataclass
class House:
    """Everything a test touches."""

    hass: HomeAssistant
    clock: FrozenDateTimeFactory
    matter: FakeMatterServer
    lan: FakeLan
    matter_entry: MockConfigEntry
    entry: MockConfigEntry | None = None
    expects_errors: bool = False
    all_entities: bool = True
    """Whether the entities are on that are off by default."""
    changes: list[Event[EventStateChangedData]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write down every change of a state."""

        @callback
        def note(event: Event[EventStateChangedData]) -> None:
            self.changes.append(event)

        self.hass.bus.async_listen(EVENT_STATE_CHANGED, note)

    @property
    def home(self) -> MockConfigEntry:
        """The config entry of the product."""
        assert self.entry is not None
        return self.entry

    async def start_matter(self) -> None:
        """Set core's Matter integration up."""
        await self.hass.config_entries.async_setup(self.matter_entry.entry_id)
        await self.settle()

    async def start(
        self, *locks: FakeLock, replace: bool = True, matter: bool = True
    ) -> MockConfigEntry:
        """Set both integrations up with these locks in the home."""
        if matter:
            await self.start_matter()
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=DOMAIN,
            title="Home",
            subentries_data=[subentry(lock, replace=replace) for lock in locks],
        )
        self.entry.add_to_hass(self.hass)
        if self.all_entities:
            self._switch_on(self.entry)
        await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.settle()
        await self.tick(0)
        return self.entry

    def _switch_on(self, entry: MockConfigEntry) -> None:
        """Switch the entities on that are off by default, as a user may."""
        for subentry_id in entry.subentries:
            for platform, key in OFF_BY_DEFAULT:
                er.async_get(self.hass).async_get_or_create(
                    platform,
                    DOMAIN,
                    f"{subentry_id}_{key}",
                    config_entry=entry,
                    config_subentry_id=subentry_id,
                )

    async def reload(self) -> None:
        """Reload the product, as a restart of Home Assistant would."""
        await self.hass.config_entries.async_reload(self.home.entry_id)
        await self.settle()

    async def stop(self) -> None:
        """Stop the product, as a set-up that fails leaves it."""
        await self.hass.config_entries.async_unload(self.home.entry_id)
        assert self.home.state is ConfigEntryState.NOT_LOADED
        await self.settle()

    async def settle(self) -> None:
        """Let everything finish that does not wait for the clock or for an answer."""
        await self._turn()
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def _turn(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def wait_for(self, condition: Callable[[], object]) -> None:
        """Let the event loop turn until a condition holds."""
        begun, turns = os.times().elapsed, 0
        while turns < PATIENCE or os.times().elapsed - begun < LONGEST_WAIT:
            if condition():
                return
            turns += 1
            await asyncio.sleep(0)
        raise AssertionError("It never became true")

    async def tick(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due; what was said comes before.

        To its end: what waits for a thread would else be done before or after.
        """
        await self.settle()
        self.clock.tick(timedelta(seconds=seconds))
        async_fire_time_changed_exact(self.hass)
        await self.settle()

    async def turn(self, seconds: float) -> None:
        """Let time pass, though an answer is still waited for."""
        await self._turn()
        self.clock.tick(timedelta(seconds=seconds))
        async_fire_time_changed_exact(self.hass)
        await self._turn()

    async def wait_for_time(
        self, condition: Callable[[], object], seconds: float
    ) -> None:
        """Let time pass second by second, an answer still waited for, until it holds."""
        for _ in range(round(seconds)):
            if condition():
                return
            await self.turn(1)
            await self._turn()
        raise AssertionError("It never became true in time")

    async def pass_time(self, seconds: float, step: float) -> None:
        """Let time pass in steps, so that what repeats can repeat."""
        while seconds > 0:
            await self.tick(min(step, seconds))
            seconds -= step

    async def seconds_until(
        self, condition: Callable[[], object], seconds: float, step: float = 1
    ) -> float:
        """Let time pass until a condition holds; gives the seconds that it took."""
        passed = 0.0
        while not condition():
            assert passed < seconds, "It did not become true in time"
            await self.tick(step)
            passed += step
        return passed

    def subentry_id(self, number: int = 0) -> str:
        """Id of a lock's subentry."""
        return list(self.home.subentries)[number]

    def entity_id(self, platform: str, key: str, number: int = 0) -> str:
        """Find one of a lock's entities by its unique id."""
        return self.entity(platform, f"{self.subentry_id(number)}_{key}")

    def hub_entity_id(self, platform: str, key: str, hub: FakeHub) -> str:
        """Find one of a hub's entities by its unique id."""
        return self.entity(platform, f"{hub.border_agent_id}_{key}")

    def entity(self, platform: str, unique_id: str) -> str:
        """Find an entity of the product."""
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert found is not None, f"There is no {platform} {unique_id}"
        return found

    def state(self, entity_id: str) -> State:
        """Give a state that must be there."""
        found = self.hass.states.get(entity_id)
        assert found is not None, f"{entity_id} has no state"
        return found

    @property
    def lock_id(self) -> str:
        """Our lock entity of the first lock."""
        return self.entity_id("lock", "lock")

    @property
    def lock(self) -> State:
        """State of our first lock."""
        return self.state(self.lock_id)

    @property
    def changed_by(self) -> str | None:
        """Who brought our first lock into its state."""
        who: str | None = self.lock.attributes.get("changed_by")
        return who

    @property
    def problem(self) -> State:
        """State of the first lock's diagnosis."""
        return self.state(self.entity_id("sensor", "diagnosis"))

    @property
    def responsive(self) -> str:
        """Whether the first lock answers."""
        return self.state(self.entity_id("binary_sensor", "responsive")).state

    def hub_online(self, hub: FakeHub) -> str:
        """Whether a hub is there."""
        return self.state(
            self.hub_entity_id("binary_sensor", "border_router", hub)
        ).state

    def fired(self, key: str, number: int = 0) -> list[Mapping[str, Any]]:
        """Give the attributes of every event that an event entity fired."""
        return _fired(self.changes, self.entity_id("event", key, number))

    def types(self, key: str = "activity", number: int = 0) -> list[str]:
        """Give the types of every event that an event entity fired."""
        return [item["event_type"] for item in self.fired(key, number)]

    def written(self, entity_id: str) -> list[State]:
        """Give every state that an entity had since the test began."""
        ours = (c.data for c in self.changes if c.data["entity_id"] == entity_id)
        return [data["new_state"] for data in ours if data["new_state"] is not None]

    async def call(
        self,
        service: str,
        *,
        context: Context | None = None,
        entity_id: str | None = None,
        **data: Any,
    ) -> None:
        """Operate the first lock."""
        await self.hass.services.async_call(
            "lock",
            service,
            {ATTR_ENTITY_ID: entity_id or self.lock_id, **data},
            blocking=True,
            context=context,
        )

    def device_of(self, lock: FakeLock) -> dr.DeviceEntry:
        """Give core's device of a lock."""
        found = dr.async_get(self.hass).async_get_device_by_identifier(
            ("matter", identifier(lock)), self.matter_entry.entry_id
        )
        assert found is not None, "Core has no device for this lock"
        return found

    def hub_device(self, hub: FakeHub) -> dr.DeviceEntry:
        """Give our device of a hub."""
        found = dr.async_get(self.hass).async_get_device_by_identifier(
            (DOMAIN, hub.border_agent_id), self.home.entry_id
        )
        assert found is not None, "This hub has no device"
        return found

    def core_lock(self, lock: FakeLock) -> er.RegistryEntry:
        """Give core's own lock entity."""
        entries = er.async_entries_for_device(
            er.async_get(self.hass),
            self.device_of(lock).id,
            include_disabled_entities=True,
        )
        return next(e for e in entries if e.platform == "matter" and e.domain == "lock")


def _fired(
    changes: Iterable[Event[EventStateChangedData]], entity_id: str
) -> list[Mapping[str, Any]]:
    """An event entity fired when its state, the time, became another one."""
    found: list[Mapping[str, Any]] = []
    for change in changes:
        new, old = change.data["new_state"], change.data["old_state"]
        if change.data["entity_id"] != entity_id or new is None:
            continue
        known = old is not None and old.state == new.state
        known = (
            known
            or "restored" in new.attributes
            or new.attributes.get("event_type") is None
        )
        if not known and old is not None and old.state != "unavailable":
            found.append(new.attributes)
    return found


def identifier(lock: FakeLock) -> str:
    """Core's identifier of a lock's device; a bridged one is known by its endpoint."""
    tail = str(lock.endpoint_id) if is_bridged(lock) else "MatterNodeDevice"
    return f"deviceid_{COMPRESSED_FABRIC:016X}-{lock.node_id:016X}-{tail}"


def is_bridged(lock: FakeLock) -> bool:
    """Whether a lock stands behind a bridge."""
    return f"{lock.endpoint_id}/57/15" in lock.attributes


def subentry(lock: FakeLock, *, replace: bool = True) -> ConfigSubentryData:
    """Describe a lock as the flow stores it."""
    place = f"{lock.endpoint_id}/57" if is_bridged(lock) else "0/40"
    serial = lock.attributes[f"{place}/15"]
    return ConfigSubentryData(
        data={
            "device_identifier": identifier(lock),
            "endpoint_id": lock.endpoint_id,
            "serial": serial,
            "replace_core_lock": replace,
            "under_hub": True,
        },
        subentry_type="lock",
        title=lock.attributes[f"{place}/3"],
        unique_id=f"{serial}-{lock.endpoint_id}",
    )
