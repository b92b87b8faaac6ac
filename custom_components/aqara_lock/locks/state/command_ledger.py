"""Commands that Home Assistant sent to one lock, kept until the lock reports them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
import logging
from typing import Any, Final

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.lock import (
    DOMAIN as LOCK_DOMAIN,
    LockState as HaLockState,
)
from homeassistant.components.script import DOMAIN as SCRIPT_DOMAIN
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    ENTITY_MATCH_ALL,
    EVENT_CALL_SERVICE,
    SERVICE_LOCK,
    SERVICE_OPEN,
    SERVICE_UNLOCK,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ...domain.attribution import (
    Command,
    CommandLedger,
    Matched,
    OperationTime,
    Origin,
    Pending,
    Sender,
)
from ...domain.doorlock import LockOperationType
from ...household import Household
from ...matter import LockLink, find_core_lock_entities
from ...signals import Signal

_LOGGER = logging.getLogger(__name__)

COMMAND_TIMEOUT: Final = 5.0
"""Seconds that an operation waits for the result of the command behind it."""
TRANSITIONS: Final[Mapping[str, LockOperationType]] = {
    HaLockState.LOCKING: LockOperationType.LOCK,
    HaLockState.UNLOCKING: LockOperationType.UNLOCK,
    HaLockState.OPENING: LockOperationType.UNLATCH,
}
"""States of core's entity that only a command through it brings about."""
CALLS: Final[Mapping[str, LockOperationType]] = {
    SERVICE_LOCK: LockOperationType.LOCK,
    SERVICE_UNLOCK: LockOperationType.UNLOCK,
    SERVICE_OPEN: LockOperationType.UNLATCH,
}
"""Actions of core's entity. It shows no transition to what it is already."""
_KINDS: Final = {
    AUTOMATION_DOMAIN: Origin.AUTOMATION,
    SCRIPT_DOMAIN: Origin.SCRIPT,
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a context says; absent facts are None."""

    origin: Origin
    name: str | None = None
    user_id: str | None = None
    user_name: str | None = None


async def async_source_of(hass: HomeAssistant, context: Context | None) -> Source:
    """Return the source of a context; unknown where it leads nowhere."""
    if context is None:
        return Source(Origin.UNKNOWN)
    user_name = await _user_name(hass, context.user_id)
    for domain, origin in _KINDS.items():
        if (name := _running(hass, domain, context)) is not None:
            return Source(origin, name, context.user_id, user_name)
    if user_name is not None:
        return Source(Origin.USER, None, context.user_id, user_name)
    return Source(Origin.UNKNOWN)


async def _user_name(hass: HomeAssistant, user_id: str | None) -> str | None:
    """Return a person's user name; system users are nobody."""
    user = await hass.auth.async_get_user(user_id) if user_id else None
    return user.name if user is not None and not user.system_generated else None


def _running(hass: HomeAssistant, domain: str, context: Context) -> str | None:
    """Find the automation or script whose last run has this context."""
    wanted = {context.id, context.parent_id} - {None}
    for state in hass.states.async_all(domain):
        if state.context.id in wanted:
            return state.name
    return None


class LockCommandLedger:
    """Finds the command behind an operation of our own fabric."""

    def __init__(self, hass: HomeAssistant, household: Household) -> None:
        """Initialize without a command."""
        self._hass = hass
        self._household = household
        self._ledger = CommandLedger()
        self._contexts: dict[str, Context] = {}
        self._finished = asyncio.Event()

    async def async_prepare(
        self,
        operation: LockOperationType,
        context: Context | None,
        sender: Sender = Sender.OWN,
    ) -> Command:
        """Return a command with whoever is behind its context.

        It explains nothing before `sent`.
        """
        seen_at = dt_util.utcnow()
        source = await async_source_of(self._hass, context)
        person = self._household.of_user(source.user_id)
        return Command(
            id=ulid_now(),
            operation=operation,
            sent_at=seen_at,
            sender=sender,
            user_id=source.user_id,
            user_name=source.user_name,
            person_id=person.id if person else None,
            origin=source.origin,
            origin_name=source.name,
            context_id=context.id if context else None,
        )

    @callback
    def sent(self, prepared: Command, context: Context | None) -> Command:
        """Record a command that goes out now; returns it with its time."""
        command = replace(prepared, sent_at=dt_util.utcnow())
        self._note(command, context)
        return command

    async def async_seen_at_core(
        self, operation: LockOperationType, context: Context, sender: Sender
    ) -> None:
        """Record a command of core's own lock entity, or a call that may be one."""
        command = await self.async_prepare(operation, context, sender)
        self._note(command, context)

    @callback
    def finished(self, command_id: str, *, ok: bool) -> None:
        """Record what became of a command."""
        self._ledger = self._ledger.finish(command_id, ok=ok)
        self._finished.set()

    async def async_behind(
        self, operation: LockOperationType, when: OperationTime
    ) -> Command | None:
        """Return the one command behind an operation; waits for one that is pending."""
        match = self._ledger.match(operation, when)
        if isinstance(match, Pending):
            await self._await_result()
            match = self._ledger.match(operation, when)
        if not isinstance(match, Matched):
            return None
        self._ledger = self._ledger.use(match.command.id, operation, when.at)
        return match.command

    def context_of(self, command_id: str | None) -> Context | None:
        """Return Home Assistant's context of a command."""
        return self._contexts.get(command_id) if command_id else None

    def _note(self, command: Command, context: Context | None) -> None:
        self._ledger = self._ledger.with_command(command)
        kept = {item.command.id for item in self._ledger.sent}
        self._contexts = {k: v for k, v in self._contexts.items() if k in kept}
        if context is not None:
            self._contexts[command.id] = context

    async def _await_result(self) -> None:
        self._finished.clear()
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                await self._finished.wait()
        except TimeoutError:
            _LOGGER.debug("The result of a command is still open")


class CoreTransitions:
    """Follows core's lock entities of one lock: one for each time it was commissioned.

    Each command sent through them goes into the ledger. `entity_found` says that core has
    an entity that was not followed before.
    """

    def __init__(
        self, hass: HomeAssistant, link: LockLink, ledger: LockCommandLedger
    ) -> None:
        """Initialize; `async_start` begins."""
        self._hass = hass
        self._link = link
        self._ledger = ledger
        self.entity_found: Signal[()] = Signal()
        self._watches: list[CALLBACK_TYPE] = []
        self._entity_ids: list[str] = []
        self._untrack: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Follow core's entities, also one that core makes later or that is renamed."""
        listen = self._hass.bus.async_listen
        self._watches = [
            listen(
                er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated, _is_of_a_lock
            ),
            listen(EVENT_CALL_SERVICE, self._called, _is_call_of_a_lock),
        ]
        self.follow()

    @callback
    def follow(self) -> None:
        """Follow the entities that core has now."""
        entity_ids = self._find()
        if entity_ids == self._entity_ids:
            return
        self._unfollow()
        self._entity_ids = entity_ids
        if entity_ids:
            self._untrack = async_track_state_change_event(
                self._hass, entity_ids, self._state_changed
            )

    @callback
    def async_stop(self) -> None:
        """Follow nothing."""
        for unwatch in self._watches:
            unwatch()
        self._watches = []
        self._unfollow()

    @callback
    def _registry_updated(
        self, _event: Event[er.EventEntityRegistryUpdatedData]
    ) -> None:
        before = self._entity_ids
        self.follow()
        if not set(self._entity_ids) <= set(before):
            self.entity_found.send()

    def _find(self) -> list[str]:
        """Return core's lock entities of the device that the lock has now."""
        device, endpoint_id = self._link.device, self._link.identity.endpoint_id
        if device is None:
            return []
        found = find_core_lock_entities(self._hass, device, endpoint_id)
        return [entry.entity_id for entry in found]

    def _unfollow(self) -> None:
        self._entity_ids = []
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None or old.state == new.state:
            return
        if (operation := TRANSITIONS.get(new.state)) is not None:
            self._note(operation, new.context, Sender.CORE)

    @callback
    def _called(self, event: Event) -> None:
        """Handle an action of locks: whom it is for may be an area or a label."""
        data = dict(event.data[ATTR_SERVICE_DATA])
        if ATTR_ENTITY_ID in data:
            # The event has it as it was written, which may be one text with commas.
            data[ATTR_ENTITY_ID] = cv.comp_entity_ids(data[ATTR_ENTITY_ID])
        selection = TargetSelection(data)
        selected = async_extract_referenced_entity_ids(self._hass, selection)
        named = selected.referenced | selected.indirectly_referenced
        for_all = ENTITY_MATCH_ALL in selection.entity_ids
        if not for_all and named.isdisjoint(self._entity_ids):
            return
        self._note(CALLS[event.data[ATTR_SERVICE]], event.context, Sender.CALL)

    @callback
    def _note(
        self, operation: LockOperationType, context: Context, sender: Sender
    ) -> None:
        self._hass.async_create_background_task(
            self._ledger.async_seen_at_core(operation, context, sender),
            "aqara_lock command of core",
            eager_start=True,
        )


@callback
def _is_of_a_lock(data: er.EventEntityRegistryUpdatedData) -> bool:
    return data["entity_id"].startswith(f"{LOCK_DOMAIN}.")


@callback
def _is_call_of_a_lock(data: Mapping[str, Any]) -> bool:
    return data[ATTR_DOMAIN] == LOCK_DOMAIN and data[ATTR_SERVICE] in CALLS
