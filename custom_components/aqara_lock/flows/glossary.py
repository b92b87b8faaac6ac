"""The words of Thread and Matter in plain language, reachable from every page of a flow."""

from collections.abc import Callable, Coroutine, Mapping
from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import SubentryFlowResult

from ..texts import message
from .steps import Step, StepFlow, StepKind, offers


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


type Explain = Callable[..., Coroutine[Any, Any, SubentryFlowResult]]


def _term(term: Term) -> Explain:
    """Make the step that explains one word."""

    async def step(
        flow: GlossarySteps, user_input: object = None
    ) -> SubentryFlowResult:
        flow.term = term
        return await flow.go_to("term")

    return step


class GlossarySteps(StepFlow):
    """A list of words, and a way back to where the user came from."""

    term: Term = Term.BORDER_ROUTER

    @offers
    async def async_step_glossary(self) -> SubentryFlowResult:
        """Show the words."""
        return self.show_choice("glossary", *(f"term_{term}" for term in Term))

    @offers
    async def async_step_term(self) -> SubentryFlowResult:
        """Explain the chosen word."""
        return self.show_choice(
            "term",
            "glossary",
            title=message(self.hass, f"glossary_title_{self.term}"),
            text=message(self.hass, f"glossary_text_{self.term}"),
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
        StepKind.CHOICE,
        tuple(f"term_{term}" for term in Term),
    ),
    "term": Step(GlossarySteps.async_step_term, StepKind.CHOICE, ("glossary",)),
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
