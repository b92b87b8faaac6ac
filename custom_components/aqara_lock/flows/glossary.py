"""The words of Thread and Matter in plain language, reachable from every menu of a flow."""

from collections.abc import Callable, Coroutine, Mapping
from enum import StrEnum
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowContext, FlowResult

from ..texts import message
from .steps import Step, StepFlow, StepKind


class Term(StrEnum):
    """The questions of a person in front of the lock, as they come up."""

    BORDER_ROUTER = "border_router"
    LOCAL_IPV6 = "local_ipv6"
    PHONE = "phone"
    COMMISSIONING = "commissioning"
    ECOSYSTEM = "ecosystem"
    PASSWORDS = "passwords"
    HUB_MENUS = "hub_menus"
    HOMEKIT = "homekit"
    ZIGBEE = "zigbee"
    PLACEMENT = "placement"


type Explain = Callable[..., Coroutine[Any, Any, Any]]


def _term(term: Term) -> Explain:
    """Make the step that explains one word."""

    async def step(
        flow: GlossarySteps[Any, Any, Any], user_input: object = None
    ) -> Any:
        flow.term = term
        return await flow.async_step_term()

    return step


class GlossarySteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    StepFlow[ContextT, ResultT, HandlerT]
):
    """A menu of words, and a way back to where the user came from."""

    hass: HomeAssistant
    came_from: str = "user"
    """The step that the glossary leads back to."""
    term: Term = Term.BORDER_ROUTER

    async def async_step_glossary(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Show the words."""
        return self.async_show_menu(
            step_id="glossary",
            menu_options=["term_back", *(f"term_{term}" for term in Term)],
        )

    async def async_step_term_back(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Go on where the user was."""
        return await self.go_to(self.came_from)

    async def async_step_term(
        self, user_input: dict[str, Any] | None = None
    ) -> ResultT:
        """Explain the chosen word; the texts of both kinds of flow are one."""
        return self.async_show_menu(
            step_id="term",
            menu_options=["glossary", "term_back"],
            description_placeholders={
                "title": message(self.hass, f"glossary_title_{self.term}"),
                "text": message(self.hass, f"glossary_text_{self.term}"),
            },
        )

    async_step_term_border_router = _term(Term.BORDER_ROUTER)
    async_step_term_local_ipv6 = _term(Term.LOCAL_IPV6)
    async_step_term_phone = _term(Term.PHONE)
    async_step_term_commissioning = _term(Term.COMMISSIONING)
    async_step_term_ecosystem = _term(Term.ECOSYSTEM)
    async_step_term_passwords = _term(Term.PASSWORDS)
    async_step_term_hub_menus = _term(Term.HUB_MENUS)
    async_step_term_homekit = _term(Term.HOMEKIT)
    async_step_term_zigbee = _term(Term.ZIGBEE)
    async_step_term_placement = _term(Term.PLACEMENT)


GLOSSARY_STEPS: Final[Mapping[str, Step]] = {
    "glossary": Step(
        GlossarySteps.async_step_glossary,
        StepKind.MENU,
        ("term_back", *(f"term_{term}" for term in Term)),
    ),
    # It leads to where the user came from.
    "term_back": Step(GlossarySteps.async_step_term_back, StepKind.PASSED),
    "term": Step(
        GlossarySteps.async_step_term, StepKind.MENU, ("glossary", "term_back")
    ),
    "term_border_router": Step(
        GlossarySteps.async_step_term_border_router, StepKind.PASSED, ("term",)
    ),
    "term_local_ipv6": Step(
        GlossarySteps.async_step_term_local_ipv6, StepKind.PASSED, ("term",)
    ),
    "term_phone": Step(GlossarySteps.async_step_term_phone, StepKind.PASSED, ("term",)),
    "term_commissioning": Step(
        GlossarySteps.async_step_term_commissioning, StepKind.PASSED, ("term",)
    ),
    "term_ecosystem": Step(
        GlossarySteps.async_step_term_ecosystem, StepKind.PASSED, ("term",)
    ),
    "term_passwords": Step(
        GlossarySteps.async_step_term_passwords, StepKind.PASSED, ("term",)
    ),
    "term_hub_menus": Step(
        GlossarySteps.async_step_term_hub_menus, StepKind.PASSED, ("term",)
    ),
    "term_homekit": Step(
        GlossarySteps.async_step_term_homekit, StepKind.PASSED, ("term",)
    ),
    "term_zigbee": Step(
        GlossarySteps.async_step_term_zigbee, StepKind.PASSED, ("term",)
    ),
    "term_placement": Step(
        GlossarySteps.async_step_term_placement, StepKind.PASSED, ("term",)
    ),
}
"""The glossary's share in the table of a flow's steps."""
