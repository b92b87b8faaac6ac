"""Taking over a door lock that core's Matter integration has."""

from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

from ..const import (
    CONF_DEVICE_IDENTIFIER,
    CONF_ENDPOINT_ID,
    CONF_HUB,
    CONF_REPLACE_CORE_LOCK,
    CONF_SERIAL,
    CONF_UNDER_HUB,
)
from ..domain.identity import LockIdentity
from ..matter import LockCandidate, find_core_lock_entity, find_locks
from .lock_flow import LockFlow
from .running import require_disk

CONF_LOCK: Final = "lock"


class NothingFound(StrEnum):
    """Why Matter has no lock that could be taken over."""

    MATTER_NOT_LOADED = "matter_not_loaded"
    ALL_ADDED = "all_added"
    NO_LOCKS = "no_locks"


class FoundLockSteps(LockFlow):
    """Picks a lock and asks whether ours takes the place of core's lock entity."""

    chosen: LockCandidate
    replace_core_lock: bool = True
    under_hub: bool = False

    async def async_step_found(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Pick a lock that is not in the home yet."""
        candidates = self.new_locks()
        if not candidates:
            return await self.go_to("already")
        if user_input is not None and user_input[CONF_LOCK] in candidates:
            self.chosen = candidates[user_input[CONF_LOCK]]
            return await self.async_step_replace()
        return self.async_show_form(
            step_id="found", data_schema=_lock_schema(candidates), last_step=False
        )

    async def async_step_replace(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask whether core's lock entity shall be hidden in favour of ours, and for the place."""
        core = self._core_entity_id()
        if core is None or user_input is not None:
            answer = user_input or {CONF_REPLACE_CORE_LOCK: True, CONF_UNDER_HUB: False}
            self.replace_core_lock = answer[CONF_REPLACE_CORE_LOCK]
            self.under_hub = answer[CONF_UNDER_HUB]
            return await self.go_to(self.after_replace)
        schema = pb.Schema(
            {
                pb.Required(CONF_REPLACE_CORE_LOCK, default=True): BooleanSelector(),
                pb.Required(CONF_UNDER_HUB, default=False): BooleanSelector(),
            }
        )
        return self.async_show_form(
            step_id="replace",
            data_schema=schema,
            description_placeholders={"lock": self.chosen.name, "entity_id": core},
        )

    async def async_step_create(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """End with the lock in the home."""
        await require_disk(self._get_entry())
        return self.async_create_entry(
            title=self.chosen.name,
            unique_id=unique_id_of(self.chosen.identity),
            data=self.lock_data(),
        )

    def lock_data(self) -> dict[str, Any]:
        """Give what is kept of the chosen lock."""
        identity = self.chosen.identity
        data = {
            CONF_DEVICE_IDENTIFIER: identity.address.identifier,
            CONF_ENDPOINT_ID: identity.endpoint_id,
            CONF_SERIAL: identity.serial,
            CONF_REPLACE_CORE_LOCK: self.replace_core_lock,
            CONF_UNDER_HUB: self.under_hub,
        }
        hub = self.preferred_hub_id
        return data | ({CONF_HUB: hub} if hub else {})

    def new_locks(self) -> dict[str, LockCandidate]:
        """List the locks of Matter that are not in the home, by unique id."""
        found = (lock for lock in find_locks(self.hass) if self.is_new(lock.identity))
        return {unique_id_of(lock.identity): lock for lock in found}

    def is_new(self, identity: LockIdentity) -> bool:
        """Tell whether a lock is not in the home yet."""
        taken = {sub.unique_id for sub in self._get_entry().subentries.values()}
        return unique_id_of(identity) not in taken

    def why_none(self) -> NothingFound:
        """Say why there is no lock to take over."""
        if not self.hass.config_entries.async_loaded_entries("matter"):
            return NothingFound.MATTER_NOT_LOADED
        return (
            NothingFound.ALL_ADDED if find_locks(self.hass) else NothingFound.NO_LOCKS
        )

    def _core_entity_id(self) -> str | None:
        chosen = self.chosen
        entry = find_core_lock_entity(
            self.hass, chosen.device, chosen.identity.endpoint_id
        )
        return entry.entity_id if entry else None


def unique_id_of(identity: LockIdentity) -> str:
    """Name a lock by its serial number, which survives re-commissioning."""
    base = identity.serial or identity.address.identifier
    return f"{base}-{identity.endpoint_id}"


def _lock_schema(candidates: dict[str, LockCandidate]) -> pb.Schema:
    options = [
        SelectOptionDict(value=key, label=lock.name) for key, lock in candidates.items()
    ]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
    )
    return pb.Schema({pb.Required(CONF_LOCK, default=options[0]["value"]): selector})
