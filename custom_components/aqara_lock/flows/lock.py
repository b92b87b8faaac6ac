"""Subentry flow: take over a door lock that core's Matter integration already has."""

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
    CONF_REPLACE_CORE_LOCK,
    CONF_SERIAL,
)
from ..domain.identity import LockIdentity
from ..matter.devices import LockCandidate, find_core_lock_entity, find_locks
from .lock_settings import LockSettingsFlow

CONF_LOCK: Final = "lock"


class LockSubentryFlow(LockSettingsFlow):
    """Picks a lock and asks whether ours takes the place of core's lock entity."""

    _candidates: dict[str, LockCandidate]
    _chosen: LockCandidate

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Pick a lock that is not in the home yet."""
        self._candidates = self._new_locks()
        if not self._candidates:
            return self.async_abort(reason=self._why_none())
        if user_input is None:
            return self.async_show_form(step_id="user", data_schema=self._lock_schema())
        self._chosen = self._candidates[user_input[CONF_LOCK]]
        return await self.async_step_replace()

    async def async_step_replace(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask whether core's lock entity shall be hidden in favour of ours."""
        if self._core_entity_id() is None:
            return self._create_lock(replace_core_lock=True)
        if user_input is not None:
            replace = user_input[CONF_REPLACE_CORE_LOCK]
            return self._create_lock(replace_core_lock=replace)
        schema = pb.Schema(
            {pb.Required(CONF_REPLACE_CORE_LOCK, default=True): BooleanSelector()}
        )
        return self.async_show_form(
            step_id="replace",
            data_schema=schema,
            description_placeholders={
                "name": self._chosen.name,
                "entity_id": self._core_entity_id() or "",
            },
        )

    def _new_locks(self) -> dict[str, LockCandidate]:
        taken = {sub.unique_id for sub in self._get_entry().subentries.values()}
        locks = {_unique_id(lock.identity): lock for lock in find_locks(self.hass)}
        return {key: lock for key, lock in locks.items() if key not in taken}

    def _why_none(self) -> str:
        if not self.hass.config_entries.async_loaded_entries("matter"):
            return "matter_not_loaded"
        return "all_locks_added" if find_locks(self.hass) else "no_locks"

    def _lock_schema(self) -> pb.Schema:
        options = [
            SelectOptionDict(value=key, label=lock.name)
            for key, lock in self._candidates.items()
        ]
        selector = SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
        )
        first = next(iter(self._candidates))
        return pb.Schema({pb.Required(CONF_LOCK, default=first): selector})

    def _core_entity_id(self) -> str | None:
        chosen = self._chosen
        entry = find_core_lock_entity(
            self.hass, chosen.device, chosen.identity.endpoint_id
        )
        return entry.entity_id if entry else None

    def _create_lock(self, *, replace_core_lock: bool) -> SubentryFlowResult:
        identity = self._chosen.identity
        return self.async_create_entry(
            title=self._chosen.name,
            unique_id=_unique_id(identity),
            data={
                CONF_DEVICE_IDENTIFIER: identity.address.identifier,
                CONF_ENDPOINT_ID: identity.endpoint_id,
                CONF_SERIAL: identity.serial,
                CONF_REPLACE_CORE_LOCK: replace_core_lock,
            },
        )


def _unique_id(identity: LockIdentity) -> str:
    """Name a lock by its serial number, which survives re-commissioning."""
    base = identity.serial or identity.address.identifier
    return f"{base}-{identity.endpoint_id}"
