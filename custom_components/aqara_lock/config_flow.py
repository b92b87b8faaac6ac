"""Config flow of the home: from a discovered hub, or started by the user."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as pb

from .const import CONF_HUB, DOMAIN, FLOW_GUEST, SUBENTRY_LOCK, SUBENTRY_PERSON
from .domain.foreign_names import foreign_name
from .domain.thread import BorderRouter
from .flows import (
    AqaraLockOptionsFlow,
    GuestSubentryFlow,
    LockSubentryFlow,
    PersonSubentryFlow,
    tell_fields,
)
from .home import AqaraLockConfigEntry
from .network.mdns import async_find_router


class AqaraLockConfigFlow(ConfigFlow, domain=DOMAIN):
    """Creates the one home; its locks are added as subentries."""

    VERSION = 1
    _hub: BorderRouter | None = None

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Name what a home can hold."""
        return {
            SUBENTRY_LOCK: LockSubentryFlow,
            SUBENTRY_PERSON: PersonSubentryFlow,
            FLOW_GUEST: GuestSubentryFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> AqaraLockOptionsFlow:
        """Give the flow of the home's settings."""
        return AqaraLockOptionsFlow()

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what shall be told; takes over from a discovered hub."""
        await self.async_set_unique_id(DOMAIN, raise_on_progress=False)
        if user_input is not None:
            return self._create_home(user_input)
        return self.async_show_form(
            step_id="user", data_schema=pb.Schema(tell_fields({}))
        )

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Offer the home when an Aqara hub is seen."""
        await self.async_set_unique_id(DOMAIN)
        name = foreign_name(discovery_info.name.split("._meshcop.")[0])
        self._hub = await async_find_router(self.hass, discovery_info.name)
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the home of the discovered hub shall be set up."""
        if user_input is not None:
            return self._create_home(user_input)
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=pb.Schema(tell_fields({})),
            description_placeholders=self.context["title_placeholders"],
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Lead straight on to the first lock."""
        entry = result["result"]
        self._tell_home(entry)
        lock_flow = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_LOCK),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        if "flow_id" in lock_flow and lock_flow["type"] in ("form", "menu"):
            result["next_flow"] = (
                FlowType.CONFIG_SUBENTRIES_FLOW,
                lock_flow["flow_id"],
            )
        return result

    def _tell_home(self, entry: AqaraLockConfigEntry) -> None:
        """Have the home know the discovered hub, even if it is silent just now."""
        hub = self._hub
        if hub is None or entry.state is not ConfigEntryState.LOADED:
            return
        if hub.id not in entry.runtime_data.routers:
            entry.runtime_data.border_router_seen(hub)

    def _create_home(self, options: dict[str, Any]) -> ConfigFlowResult:
        title = self.hass.config.location_name or "Aqara Lock"
        data = {CONF_HUB: self._hub.id} if self._hub else {}
        return self.async_create_entry(title=title, data=data, options=options)
