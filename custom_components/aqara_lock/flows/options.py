"""Options of the home: who sees names and may assign them, how long the journal reaches, names of controllers."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import probatio as pb

from ..const import (
    ASSIGN_ADMINS,
    ASSIGN_CONTROLLERS,
    CONF_CARD_IN_DIALOG,
    CONF_CONTROLLERS,
    CONF_HUB,
    CONF_HUB_SWITCHES,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_LINES,
    CONF_LLM_TOOL,
    CONF_MAY_ASSIGN,
    CONF_NAMES_VISIBLE_TO,
    NAMES_ADMINS,
    NAMES_EVERYONE,
)
from ..domain.attribution import Attribution
from ..domain.foreign_names import foreign_name
from ..domain.journal import DEFAULT_LIMIT, JournalEntry
from ..household import DEFAULT_DAYS
from ..locks import RetainedLock
from ..texts import message, moment_text
from .adoption import AdoptionTable
from .hub_search import NO_HUB
from .running import keep, require_disk, running_home
from .steps import BACK, CONF_NEXT
from .tell import tell_fields

SETTINGS_PAGES: Final = (
    "tell",
    "settings",
    "hub",
    "controllers",
    "hub_switches",
    "adopt",
    "retained",
)
CONF_RETAINED: Final = "retained"
SAVE: Final = "save"
MOST_LINES: Final = 5000
MOST_DAYS: Final = 3650

type _Page = Callable[
    [AqaraLockOptionsFlow, dict[str, Any] | None],
    Coroutine[Any, Any, ConfigFlowResult],
]
type _Act = tuple[datetime, Attribution]


def _with_way_back(step: _Page) -> _Page:
    """Make a page of what saves its fields: *Back* leads to the list of pages."""

    @wraps(step)
    async def run(
        flow: AqaraLockOptionsFlow, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        if user_input is None:
            return await step(flow, None)
        given = {key: item for key, item in user_input.items() if key != CONF_NEXT}
        if user_input.get(CONF_NEXT) == BACK:
            return await flow.async_step_init()
        return await step(flow, given)

    return run


class AqaraLockOptionsFlow(OptionsFlow):
    """Settings of the home; the entry's update listener applies them at once."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose what to set, from a list that can be reached by keyboard."""
        if user_input is not None:
            return await self._open(user_input[CONF_NEXT])
        selector = SelectSelector(
            SelectSelectorConfig(
                options=[*SETTINGS_PAGES],
                translation_key="settings_page",
                mode=SelectSelectorMode.LIST,
            )
        )
        return self.async_show_form(
            step_id="init",
            data_schema=pb.Schema(
                {pb.Required(CONF_NEXT, default=SETTINGS_PAGES[0]): selector}
            ),
            last_step=False,
        )

    async def _open(self, page: str) -> ConfigFlowResult:
        """Show the page that was chosen."""
        match page:
            case "tell":
                return await self.async_step_tell(None)
            case "hub":
                return await self.async_step_hub(None)
            case "controllers":
                return await self.async_step_controllers(None)
            case "hub_switches":
                return await self.async_step_hub_switches(None)
            case "adopt":
                return await self.async_step_adopt(None)
            case "retained":
                return await self.async_step_retained(None)
        return await self.async_step_settings(None)

    @_with_way_back
    async def async_step_tell(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set what the people of the home are told, and where."""
        options = self.config_entry.options
        if user_input is not None:
            await require_disk(self.config_entry)
            return self.async_create_entry(data={**options, **user_input})
        return self._show("tell", tell_fields(options))

    @_with_way_back
    async def async_step_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the hub that is meant for locks that are added from now on."""
        entry = self.config_entry
        hubs = running_home(entry).hubs
        if not hubs:
            return self.async_abort(reason="no_hubs")
        chosen: str | None = entry.data.get(CONF_HUB)
        if user_input is not None:
            await require_disk(entry)
            wanted = user_input[CONF_HUB]
            data = {} if wanted == NO_HUB else {CONF_HUB: wanted}
            self.hass.config_entries.async_update_entry(entry, data=data)
            return self.async_create_entry(data=dict(entry.options))
        choices = [
            SelectOptionDict(value=key, label=foreign_name(hub.router.title))
            for key, hub in hubs.items()
        ]
        none = SelectOptionDict(value=NO_HUB, label=message(self.hass, "hub_any"))
        selector = SelectSelector(
            SelectSelectorConfig(options=[*choices, none], mode=SelectSelectorMode.LIST)
        )
        default = chosen if chosen in hubs else NO_HUB
        return self._show("hub", {pb.Required(CONF_HUB, default=default): selector})

    @_with_way_back
    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set who sees names, who may assign them, and how long the journal reaches."""
        options = self.config_entry.options
        if user_input is not None:
            await require_disk(self.config_entry)
            return self.async_create_entry(data={**options, **user_input})
        schema = self.add_suggested_values_to_schema(_SETTINGS, options)
        return self._show("settings", schema.schema)

    @_with_way_back
    async def async_step_controllers(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Name the controllers of other apps that have operated a lock."""
        options = self.config_entry.options
        known: dict[str, str] = dict(options.get(CONF_CONTROLLERS, {}))
        seen = self._seen_controllers() | {key: key for key in known}
        if not seen:
            return self.async_abort(reason="no_controllers")
        if user_input is not None:
            await require_disk(self.config_entry)
            given = {key: text.strip() for key, text in user_input.items()}
            labels = {key: text for key, text in given.items() if text}
            return self.async_create_entry(data={**options, CONF_CONTROLLERS: labels})
        fields = {
            pb.Optional(key, description={"suggested_value": known.get(key)}): (
                TextSelector()
            )
            for key in sorted(seen)
        }
        return self._show("controllers", fields, seen=_listing(seen))

    @_with_way_back
    async def async_step_hub_switches(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Name the smart plug that feeds a hub, for each hub by its name."""
        home = running_home(self.config_entry)
        hubs = {x.router.title: key for key, x in home.hubs.items()}
        if not hubs:
            return self.async_abort(reason="no_hubs")
        options = self.config_entry.options
        known: dict[str, str] = dict(options.get(CONF_HUB_SWITCHES, {}))
        if user_input is not None:
            await require_disk(self.config_entry)
            named = {hubs[title]: switch for title, switch in user_input.items()}
            kept = {key: x for key, x in known.items() if key not in hubs.values()}
            return self.async_create_entry(
                data={**options, CONF_HUB_SWITCHES: kept | named}
            )
        fields = {
            pb.Optional(title, description={"suggested_value": known.get(key)}): (
                EntitySelector(EntitySelectorConfig(domain="switch"))
            )
            for title, key in sorted(hubs.items())
        }
        return self._show("hub_switches", fields)

    @_with_way_back
    async def async_step_adopt(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take users over that are on the locks already: nothing is written by it."""
        entry = self.config_entry
        table = AdoptionTable(self.hass, entry, running_home(entry))
        if user_input is not None:
            await require_disk(entry)
            await keep(table.async_keep(user_input))
            return self.async_create_entry(data=dict(entry.options))
        if not (fields := table.fields()):
            return self.async_abort(reason="nobody_to_adopt")
        return self._show("adopt", fields)

    @_with_way_back
    async def async_step_retained(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Delete what is kept of locks that were removed."""
        entry = self.config_entry
        retained = running_home(entry).retained
        if not retained.all:
            return self.async_abort(reason="nothing_retained")
        if user_input is not None:
            await require_disk(entry)
            await keep(retained.async_forget(user_input[CONF_RETAINED]))
            return self.async_create_entry(data=dict(entry.options))
        choices = [
            SelectOptionDict(value=kept.lock_id, label=self._removed(kept))
            for kept in retained.all
        ]
        selector = SelectSelector(
            SelectSelectorConfig(
                options=choices, multiple=True, mode=SelectSelectorMode.LIST
            )
        )
        field = pb.Required(CONF_RETAINED, default=[])
        return self._show("retained", {field: selector})

    def _show(
        self, step_id: str, fields: Mapping[Any, Any], **words: str
    ) -> ConfigFlowResult:
        """Show a page, and below its fields the choice to save or to go back."""
        selector = SelectSelector(
            SelectSelectorConfig(
                options=[SAVE, BACK],
                translation_key="settings_next",
                mode=SelectSelectorMode.LIST,
            )
        )
        choice = {pb.Required(CONF_NEXT, default=SAVE): selector}
        return self.async_show_form(
            step_id=step_id,
            data_schema=pb.Schema({**fields, **choice}),
            description_placeholders=words,
        )

    def _removed(self, kept: RetainedLock) -> str:
        at = dt_util.as_local(kept.removed_at)
        return message(
            self.hass, "removed_at", name=kept.name, at=at.strftime("%Y-%m-%d")
        )

    def _seen_controllers(self) -> dict[str, str]:
        """Give controllers by id with the ecosystem and the last time they acted."""
        seen: dict[str, _Act] = {}
        for lock in running_home(self.config_entry).locks.values():
            for page in lock.journal.pages():
                seen |= page.of(_acts_of_controllers)
        return {key: self._last_seen(*act) for key, act in seen.items()}

    def _last_seen(self, at: datetime, who: Attribution) -> str:
        return message(
            self.hass,
            "controller_seen",
            ecosystem=foreign_name(who.ecosystem or "–"),
            at=moment_text(self.hass, at),
        )


def _acts_of_controllers(lines: tuple[JournalEntry, ...]) -> dict[str, _Act]:
    """Give the last act of every controller on a page."""
    acts = ((line.occurred_at, line.attribution) for line in lines)
    return {
        who.controller_id: (at, who)
        for at, who in acts
        if who is not None and who.controller_id is not None
    }


def _listing(seen: dict[str, str]) -> str:
    return "\n".join(f"- `{key}`: {text}" for key, text in sorted(seen.items()))


def _number(most: int) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=1, max=most, step=1, mode=NumberSelectorMode.BOX)
    )


_SETTINGS: Final = pb.Schema(
    {
        pb.Required(CONF_NAMES_VISIBLE_TO, default=NAMES_EVERYONE): SelectSelector(
            SelectSelectorConfig(
                options=[NAMES_EVERYONE, NAMES_ADMINS],
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_NAMES_VISIBLE_TO,
            )
        ),
        pb.Required(CONF_MAY_ASSIGN, default=ASSIGN_ADMINS): SelectSelector(
            SelectSelectorConfig(
                options=[ASSIGN_ADMINS, ASSIGN_CONTROLLERS],
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_MAY_ASSIGN,
            )
        ),
        pb.Required(CONF_JOURNAL_LINES, default=DEFAULT_LIMIT): _number(MOST_LINES),
        pb.Required(CONF_JOURNAL_DAYS, default=DEFAULT_DAYS): _number(MOST_DAYS),
        pb.Required(CONF_LLM_TOOL, default=False): BooleanSelector(),
        pb.Required(CONF_CARD_IN_DIALOG, default=False): BooleanSelector(),
    }
)
