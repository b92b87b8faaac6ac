"""Config flow of the home: from a discovered hub, or started by the user."""

from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .const import DOMAIN, SUBENTRY_LOCK, SUBENTRY_PERSON
from .flows.lock import LockSubentryFlow
from .flows.options import AqaraLockOptionsFlow
from .flows.person import PersonSubentryFlow


class AqaraLockConfigFlow(ConfigFlow, domain=DOMAIN):
    """Creates the one home; its locks are added as subentries."""

    VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Name what a home can hold."""
        return {SUBENTRY_LOCK: LockSubentryFlow, SUBENTRY_PERSON: PersonSubentryFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> AqaraLockOptionsFlow:
        """Give the flow of the home's settings."""
        return AqaraLockOptionsFlow()

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the home shall be set up; takes over from a discovered hub."""
        await self.async_set_unique_id(DOMAIN, raise_on_progress=False)
        if user_input is None:
            return self.async_show_form(step_id="user")
        return self._create_home()

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Offer the home when an Aqara hub is seen."""
        await self.async_set_unique_id(DOMAIN)
        hub = discovery_info.name.split("._meshcop.")[0]
        self.context["title_placeholders"] = {"name": hub}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the home of the discovered hub shall be set up."""
        if user_input is None:
            return self.async_show_form(
                step_id="discovery_confirm",
                description_placeholders=self.context["title_placeholders"],
            )
        return self._create_home()

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Lead straight on to the first lock."""
        entry = result["result"]
        lock_flow = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_LOCK),
            context=SubentryFlowContext(source=SOURCE_USER),
        )
        if "flow_id" in lock_flow and lock_flow["type"] == "form":
            result["next_flow"] = (
                FlowType.CONFIG_SUBENTRIES_FLOW,
                lock_flow["flow_id"],
            )
        return result

    def _create_home(self) -> ConfigFlowResult:
        title = self.hass.config.location_name or "Aqara Lock"
        return self.async_create_entry(title=title, data={})
