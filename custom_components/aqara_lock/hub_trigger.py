"""Trigger: a hub (Thread border router) went offline."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, override

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
)
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    STATE_OFF,
    STATE_UNAVAILABLE,
)
from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    EntityTargetStateTriggerBase,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)

from .const import DOMAIN
from .domain.foreign_names import foreign_name
from .domain.sentences import Sentence
from .spoken import spoken

HUB_ONLINE_SUFFIX: Final = "_border_router"


class HubOfflineTrigger(EntityTargetStateTriggerBase):
    """A hub does not answer any more.

    A hub that is found offline after a start counts: nobody was told before.
    """

    _domain_specs = {
        BINARY_SENSOR_DOMAIN: DomainSpec(
            device_class=BinarySensorDeviceClass.CONNECTIVITY
        )
    }
    _to_states = {STATE_OFF}
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset({STATE_UNAVAILABLE})

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep the entities that say whether one of our hubs is there."""
        found = super().entity_filter(entities)
        return {entity_id for entity_id in found if self._is_hub(entity_id)}

    def _is_hub(self, entity_id: str) -> bool:
        entry = er.async_get(self._hass).async_get(entity_id)
        if entry is None or entry.platform != DOMAIN:
            return False
        return entry.unique_id.endswith(HUB_ONLINE_SUFFIX)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Add the hub and a ready sentence to what the action gets."""

        @callback
        def run(
            extra_trigger_payload: dict[str, Any],
            description: str,
            context: Context | None = None,
        ) -> Any:
            hub = self._hub(extra_trigger_payload[ATTR_ENTITY_ID])
            return run_action({**extra_trigger_payload, **hub}, description, context)

        return await super().async_attach_runner(run, did_not_trigger)

    def _hub(self, entity_id: str) -> Mapping[str, Any]:
        entry = er.async_get(self._hass).async_get(entity_id)
        device_id = entry.device_id if entry else None
        device = dr.async_get(self._hass).async_get(device_id) if device_id else None
        name = (device.name_by_user or device.name) if device else None
        said = name or entity_id
        if device is not None and device.name_by_user is None and device.name:
            said = foreign_name(device.name)
        sentence = Sentence("hub_offline_notice", {"hub": said})
        return {
            ATTR_DEVICE_ID: device_id,
            "hub": name or entity_id,
            "message": spoken(self._hass, sentence),
        }
