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
    CONF_CORE_LOCK_OFF,
    CONF_KEEP_LAST_STATE,
    CONF_OBSERVATIONS,
    CONF_REPLACE_CORE_LOCK,
    CONF_UNDER_HUB,
    SAVED,
)
from ..domain.attribution import DEFAULT_WINDOW
from ..domain.foreign_names import foreign_name
from ..domain.thread import BorderRouter
from ..texts import message
from .lock_links import SETTINGS_PAGE, links
from .lock_rebind import LockRebindSteps
from .running import require_disk
from .steps import CONF_NEXT, offers

CONF_ENTITY: Final = "entity_id"
CONF_PERSON: Final = "person"
CONF_ATTRIBUTE: Final = "attribute"
CONF_WINDOW: Final = "window"
CONF_KEEP: Final = "keep"
SAYS_NAME: Final = "says_name"
LONGEST_WINDOW: Final = 600
_SHOWN: Final = {
    CONF_REPLACE_CORE_LOCK: True,
    CONF_CORE_LOCK_OFF: False,
    CONF_UNDER_HUB: False,
    CONF_KEEP_LAST_STATE: False,
}


class LockSettingsFlow(LockRebindSteps):
    """Settings of a lock that is in the home."""

    @offers
    async def async_step_reconfigure(self) -> SubentryFlowResult:
        """Choose what to set."""
        self.after_add = "verify"
        self.after_who = "save"
        choices = ["check_binding", "users", "rebind", "add_observer", "entity"]
        if self._observations:
            choices.insert(4, "remove_observers")
        if (new_hub := self.new_hub) is not None:
            choices.insert(0, "replaced_hub")
        lock = self.lock
        return self.show_choice(
            "reconfigure",
            *choices,
            "glossary",
            new_hub=self._took_its_place(new_hub),
            links=links(self.hass, lock, here=SETTINGS_PAGE) if lock else "–",
        )

    def _took_its_place(self, new_hub: BorderRouter | None) -> str:
        """Say which hub stands in the place of the meant one; nothing where none does."""
        if new_hub is None:
            return ""
        hub = foreign_name(new_hub.title)
        return f" {message(self.hass, 'hub_took_its_place', hub=hub)}"

    async def async_step_add_observer(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Name an entity whose change means that a person acted at this door."""
        if user_input is not None:
            if user_input[CONF_NEXT] != "save":
                return await self.go_to(user_input[CONF_NEXT])
            kept = [
                item
                for item in self._observations
                if item[CONF_ENTITY] != user_input[CONF_ENTITY]
            ]
            return await self._update(
                {CONF_OBSERVATIONS: [*kept, _observation(user_input)]}
            )
        return self.show_fields("add_observer", self._observer_fields(), "save")

    async def async_step_remove_observers(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep only the ticked entities."""
        if user_input is not None:
            if user_input[CONF_NEXT] != "save":
                return await self.go_to(user_input[CONF_NEXT])
            wanted = user_input[CONF_KEEP]
            kept = [i for i in self._observations if i[CONF_ENTITY] in wanted]
            return await self._update({CONF_OBSERVATIONS: kept})
        entities = [item[CONF_ENTITY] for item in self._observations]
        return self.show_fields(
            "remove_observers",
            {pb.Optional(CONF_KEEP, default=entities): _several(entities)},
            "save",
        )

    async def async_step_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose whether ours takes the place of core's lock entity, and where it is shown."""
        if user_input is not None:
            if user_input[CONF_NEXT] != "save":
                return await self.go_to(user_input[CONF_NEXT])
            return await self._update({x: user_input[x] for x in _SHOWN})
        data = self.kept("lock_gone").data
        fields = {
            pb.Required(x, default=data.get(x, is_on)): BooleanSelector()
            for x, is_on in _SHOWN.items()
        }
        return self.show_fields("entity", fields, "save")

    @property
    def _observations(self) -> list[dict[str, Any]]:
        data = self.kept("lock_gone").data
        return list(data.get(CONF_OBSERVATIONS, ()))

    async def _update(self, changes: dict[str, Any]) -> SubentryFlowResult:
        await require_disk(self._get_entry())
        subentry = self.kept("lock_gone")
        data = {**subentry.data, **changes}
        return self.async_update_and_abort(
            self._get_entry(), subentry, data=data, reason=SAVED
        )

    def _observer_fields(self) -> dict[Any, Any]:
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
        return {
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
