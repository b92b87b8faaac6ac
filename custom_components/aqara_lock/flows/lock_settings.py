"""Reconfiguration of a lock: which entities of other integrations see who is at the door."""

from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio as pb

from ..const import (
    CONF_KEEP_LAST_STATE,
    CONF_OBSERVATIONS,
    CONF_REPLACE_CORE_LOCK,
    CONF_UNDER_HUB,
    SAVED,
)
from ..domain.attribution import DEFAULT_WINDOW
from ..domain.foreign_names import foreign_name
from ..texts import message
from .lock_rebind import LockRebindSteps
from .running import require_disk

CONF_ENTITY: Final = "entity_id"
CONF_PERSON: Final = "person"
CONF_ATTRIBUTE: Final = "attribute"
CONF_WINDOW: Final = "window"
CONF_KEEP: Final = "keep"
SAYS_NAME: Final = "says_name"
LONGEST_WINDOW: Final = 600


class LockSettingsFlow(LockRebindSteps):
    """Settings of a lock that is in the home."""

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose what to set."""
        self.came_from = "reconfigure"
        self.after_replace = "add"
        choices = ["check_binding", "rebind", "add_observer", "entity", "glossary"]
        if self._observations:
            choices.insert(3, "remove_observers")
        if (new_hub := self.new_hub) is not None:
            choices.insert(0, "replaced_hub")
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=choices,
            description_placeholders=self.words
            | {"new_hub": foreign_name(new_hub.title) if new_hub else "–"},
        )

    async def async_step_add_observer(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Name an entity whose change means that a person acted at this door."""
        if user_input is not None:
            kept = [
                item
                for item in self._observations
                if item[CONF_ENTITY] != user_input[CONF_ENTITY]
            ]
            return await self._update(
                {CONF_OBSERVATIONS: [*kept, _observation(user_input)]}
            )
        return self.async_show_form(
            step_id="add_observer", data_schema=self._observer_schema()
        )

    async def async_step_remove_observers(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep only the ticked entities."""
        if user_input is not None:
            wanted = user_input[CONF_KEEP]
            kept = [i for i in self._observations if i[CONF_ENTITY] in wanted]
            return await self._update({CONF_OBSERVATIONS: kept})
        entities = [item[CONF_ENTITY] for item in self._observations]
        return self.async_show_form(
            step_id="remove_observers",
            data_schema=pb.Schema(
                {pb.Optional(CONF_KEEP, default=entities): _several(entities)}
            ),
        )

    async def async_step_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose whether ours takes the place of core's lock entity, and where it is shown."""
        if user_input is not None:
            return await self._update(user_input)
        data = self._get_reconfigure_subentry().data
        fields = {
            CONF_REPLACE_CORE_LOCK: data[CONF_REPLACE_CORE_LOCK],
            CONF_UNDER_HUB: data.get(CONF_UNDER_HUB, False),
            CONF_KEEP_LAST_STATE: data.get(CONF_KEEP_LAST_STATE, False),
        }
        schema = pb.Schema(
            {
                pb.Required(x, default=set_to): BooleanSelector()
                for x, set_to in fields.items()
            }
        )
        return self.async_show_form(step_id="entity", data_schema=schema)

    @property
    def _observations(self) -> list[dict[str, Any]]:
        data = self._get_reconfigure_subentry().data
        return list(data.get(CONF_OBSERVATIONS, ()))

    async def _update(self, changes: dict[str, Any]) -> SubentryFlowResult:
        await require_disk(self._get_entry())
        subentry = self._get_reconfigure_subentry()
        data = {**subentry.data, **changes}
        return self.async_update_and_abort(
            self._get_entry(), subentry, data=data, reason=SAVED
        )

    def _observer_schema(self) -> pb.Schema:
        people = [
            SelectOptionDict(value=person.id, label=person.name)
            for person in self.home.household.people.values()
        ]
        says = SelectOptionDict(
            value=SAYS_NAME, label=message(self.hass, "who_entity_says")
        )
        who = SelectSelector(
            SelectSelectorConfig(
                options=[*people, says], mode=SelectSelectorMode.DROPDOWN
            )
        )
        seconds = int(DEFAULT_WINDOW.total_seconds())
        return pb.Schema(
            {
                pb.Required(CONF_ENTITY): EntitySelector(),
                pb.Required(CONF_PERSON, default=SAYS_NAME): who,
                pb.Optional(CONF_ATTRIBUTE): TextSelector(),
                pb.Required(CONF_WINDOW, default=seconds): NumberSelector(
                    NumberSelectorConfig(
                        min=1,
                        max=LONGEST_WINDOW,
                        step=1,
                        unit_of_measurement="s",
                        mode=NumberSelectorMode.BOX,
                    )
                ),
            }
        )


def _observation(user_input: dict[str, Any]) -> dict[str, Any]:
    person = user_input[CONF_PERSON]
    return {
        CONF_ENTITY: user_input[CONF_ENTITY],
        "person_id": None if person == SAYS_NAME else person,
        CONF_ATTRIBUTE: (user_input.get(CONF_ATTRIBUTE) or "").strip() or None,
        CONF_WINDOW: int(user_input[CONF_WINDOW]),
    }


def _several(values: list[str]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=values, multiple=True, mode=SelectSelectorMode.LIST
        )
    )
