"""Config flow of the home: from a discovered hub, or started by the user."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio as pb

from .const import CONF_HUB, DOMAIN, SAVED, SUBENTRY_LOCK, SUBENTRY_PERSON
from .domain.foreign_names import foreign_name
from .flows import (
    GLOSSARY_STEPS,
    AqaraLockOptionsFlow,
    GlossarySteps,
    HubCheckSteps,
    LockSubentryFlow,
    PersonSubentryFlow,
    Step,
    StepKind,
)
from .home import AqaraLockConfigEntry
from .network.mdns import async_find_router
from .texts import async_load_messages, message

CONF_TICKED: Final = "ticked"


class AtHand(StrEnum):
    """What only the user can see; the same for every lock."""

    PHONE_MODEL = "phone_model"
    BLUETOOTH = "bluetooth"
    SAME_WIFI = "same_wifi"
    ROUTER_IPV6 = "router_ipv6"
    KEY = "key"


class AqaraLockConfigFlow(
    HubCheckSteps[ConfigFlowContext, ConfigFlowResult, str],
    GlossarySteps[ConfigFlowContext, ConfigFlowResult, str],
    ConfigFlow,
    domain=DOMAIN,
):
    """Creates the one home; its locks are added as subentries."""

    VERSION = 1
    _missing: tuple[AtHand, ...] = ()

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
        """Say what will happen; takes over from a discovered hub."""
        await self.async_set_unique_id(DOMAIN, raise_on_progress=False)
        if user_input is None:
            return self.async_show_form(step_id="user", last_step=False)
        return await self._begin("search")

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Offer the home when an Aqara hub is seen."""
        await self.async_set_unique_id(DOMAIN)
        hub = foreign_name(discovery_info.name.split("._meshcop.")[0])
        router = await async_find_router(self.hass, discovery_info.name)
        if router is not None:
            self.hub_id, self.seen_hubs = router.id, (router,)
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
                last_step=False,
            )
        return await self._begin("check" if self.hub_id else "search")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose another hub for the locks that are added from now on."""
        self.hub_id = self._get_reconfigure_entry().data.get(CONF_HUB)
        return await self._begin("search")

    async def _begin(self, look: str) -> ConfigFlowResult:
        await async_load_messages(self.hass)
        return await self.go_to(look)

    async def async_step_go_on(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on with what only the user can see, or keep another hub."""
        if self.source == SOURCE_RECONFIGURE:
            return self._change_hub()
        return await self.async_step_at_hand()

    async def async_step_go_on_anyway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on though a check failed."""
        return await self.async_step_go_on()

    async def async_step_at_hand(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user tick what Home Assistant cannot see."""
        if user_input is not None:
            ticked = user_input.get(CONF_TICKED, [])
            self._missing = tuple(item for item in AtHand if item not in ticked)
            if self._missing:
                return await self.async_step_not_at_hand()
            return self._create_home()
        selector = SelectSelector(
            SelectSelectorConfig(
                options=[item.value for item in AtHand],
                translation_key="at_hand",
                multiple=True,
                mode=SelectSelectorMode.LIST,
            )
        )
        return self.async_show_form(
            step_id="at_hand",
            data_schema=pb.Schema({pb.Optional(CONF_TICKED, default=[]): selector}),
        )

    async def async_step_not_at_hand(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what will not work without the things that were not ticked."""
        reasons = (message(self.hass, f"missing_{item}") for item in self._missing)
        return self.async_show_menu(
            step_id="not_at_hand",
            menu_options=["create", "at_hand"],
            description_placeholders={"missing": "\n".join(f"- {x}" for x in reasons)},
        )

    async def async_step_create(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Create the home though something is missing."""
        return self._create_home()

    steps: ClassVar[Mapping[str, Step]] = {
        "user": Step(async_step_user, StepKind.FORM, ("search",)),
        "discovery_confirm": Step(
            async_step_discovery_confirm, StepKind.FORM, ("check", "search")
        ),
        "reconfigure": Step(async_step_reconfigure, StepKind.PASSED, ("search",)),
        "search": Step(
            HubCheckSteps.async_step_search, StepKind.PROGRESS, ("hub", "no_hub")
        ),
        "hub": Step(HubCheckSteps.async_step_hub, StepKind.FORM, ("checked",)),
        "no_hub": Step(
            HubCheckSteps.async_step_no_hub,
            StepKind.MENU,
            ("search", "without_hub", "glossary"),
        ),
        "without_hub": Step(
            HubCheckSteps.async_step_without_hub, StepKind.PASSED, ("checked",)
        ),
        "check": Step(HubCheckSteps.async_step_check, StepKind.PROGRESS, ("checked",)),
        "checked": Step(
            HubCheckSteps.async_step_checked,
            StepKind.MENU,
            ("go_on", "go_on_anyway", "check", "glossary"),
        ),
        "go_on": Step(async_step_go_on, StepKind.PASSED, ("at_hand",)),
        "go_on_anyway": Step(async_step_go_on_anyway, StepKind.PASSED, ("go_on",)),
        "at_hand": Step(async_step_at_hand, StepKind.FORM, ("not_at_hand",)),
        "not_at_hand": Step(
            async_step_not_at_hand, StepKind.MENU, ("create", "at_hand")
        ),
        "create": Step(async_step_create, StepKind.END),
        **GLOSSARY_STEPS,
    }

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
        """Have the home know the chosen hub, even if it is silent just now."""
        hub = self.hub
        if hub is None or entry.state is not ConfigEntryState.LOADED:
            return
        if hub.id not in entry.runtime_data.routers:
            entry.runtime_data.border_router_seen(hub)

    def _create_home(self) -> ConfigFlowResult:
        title = self.hass.config.location_name or "Aqara Lock"
        return self.async_create_entry(title=title, data=self._data)

    def _change_hub(self) -> ConfigFlowResult:
        return self.async_update_and_abort(
            self._get_reconfigure_entry(), data=self._data, reason=SAVED
        )

    @property
    def _data(self) -> dict[str, Any]:
        return {CONF_HUB: self.hub_id} if self.hub_id else {}
