"""Taking over a door lock that core's Matter integration has."""

from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio as pb

from ..const import (
    CONF_CORE_LOCK_OFF,
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
from .steps import CONF_NEXT

CONF_LOCK: Final = "lock"
CONF_DOOR: Final = "door"
CONF_AREA: Final = "area"


class NothingFound(StrEnum):
    """Why Matter has no lock that could be taken over."""

    MATTER_NOT_LOADED = "matter_not_loaded"
    ALL_ADDED = "all_added"
    NO_LOCKS = "no_locks"
    NO_BRIDGED = "no_bridged"


class FoundLockSteps(LockFlow):
    """Picks a lock, asks for its door, and whether ours takes core's lock entity's place."""

    chosen: LockCandidate
    replace_core_lock: bool = True
    core_lock_off: bool = False
    door_name: str
    area_id: str | None = None

    async def async_step_found(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Pick a lock that is not in the home yet; a single one is not asked for."""
        if user_input is not None and user_input[CONF_NEXT] != "door":
            return await self.go_to(user_input[CONF_NEXT])
        candidates = self.new_locks()
        if not candidates:
            return await self.go_to("already")
        chosen = user_input[CONF_LOCK] if user_input is not None else None
        if chosen is None and len(candidates) == 1:
            chosen = next(iter(candidates))
        if chosen in candidates:
            self.chosen = candidates[chosen]
            return await self.go_to("door")
        return self.show_fields(
            "found", _lock_field(candidates), "door", words=self.words
        )

    async def async_step_door(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the door's name and area, and whether core's lock entity is replaced."""
        if user_input is not None:
            self.door_name = user_input.get(CONF_DOOR, "").strip() or self.chosen.name
            self.area_id = user_input.get(CONF_AREA)
            self.replace_core_lock = user_input.get(CONF_REPLACE_CORE_LOCK, True)
            self.core_lock_off = user_input.get(CONF_CORE_LOCK_OFF, False)
            return await self.go_to(user_input[CONF_NEXT])
        core = self._core_entity_id()
        device = self.chosen.device
        fields: dict[Any, Any] = {
            pb.Required(CONF_DOOR, default=self.chosen.name): TextSelector(),
            pb.Optional(
                CONF_AREA, description={"suggested_value": device.area_id}
            ): AreaSelector(),
        }
        if core is not None:
            fields[pb.Required(CONF_REPLACE_CORE_LOCK, default=True)] = (
                BooleanSelector()
            )
            fields[pb.Required(CONF_CORE_LOCK_OFF, default=False)] = BooleanSelector()
        return self.show_fields(
            "door",
            fields,
            "add",
            words={"lock": self.chosen.name, "entity_id": core or "–"},
        )

    def name_door(self) -> None:
        """Give the device of the lock the name and the area that were chosen."""
        device = self.chosen.device
        registry = dr.async_get(self.hass)
        if self.door_name != self.chosen.name:
            registry.async_update_device(device.id, name_by_user=self.door_name)
        if self.area_id != device.area_id:
            registry.async_update_device(device.id, area_id=self.area_id)

    def lock_data(self) -> dict[str, Any]:
        """Give what is kept of the chosen lock."""
        identity = self.chosen.identity
        data = {
            CONF_DEVICE_IDENTIFIER: identity.address.identifier,
            CONF_ENDPOINT_ID: identity.endpoint_id,
            CONF_SERIAL: identity.serial,
            CONF_REPLACE_CORE_LOCK: self.replace_core_lock,
            CONF_CORE_LOCK_OFF: self.core_lock_off,
            # Under another device the frontend hides Matter's own menu.
            CONF_UNDER_HUB: False,
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
        if not self.model.is_matter:
            return NothingFound.NO_BRIDGED
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


def _lock_field(candidates: dict[str, LockCandidate]) -> dict[Any, Any]:
    options = [
        SelectOptionDict(value=key, label=lock.name) for key, lock in candidates.items()
    ]
    selector = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
    )
    return {pb.Required(CONF_LOCK, default=options[0]["value"]): selector}
