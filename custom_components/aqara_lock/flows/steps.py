"""What a step of a flow is, and how a flow goes to one: by the table of its steps."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, ClassVar, Final

from homeassistant.config_entries import (
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
    UnknownSubEntry,
)
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

CONF_NEXT: Final = "next"
BACK: Final = "back"


class StepKind(StrEnum):
    """What a user sees of a step."""

    CHOICE = "choice"
    """A text with a list of what can be done next."""
    FORM = "form"
    """Something to fill in, and mostly such a list."""
    PROGRESS = "progress"
    PASSED = "passed"
    """Nothing: it decides and goes on."""
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what runs it, and which steps it offers or goes to."""

    run: Callable[..., Coroutine[Any, Any, Any]]
    kind: StepKind
    leads_to: tuple[str, ...] = ()


class StepFlow(ConfigSubentryFlow):
    """A flow whose steps stand in a table; a page is a form whose list says what is next.

    Not a menu: the entries of the frontend's menus cannot be reached by keyboard.
    """

    steps: ClassVar[Mapping[str, Step]]
    """Every step by its id."""
    words_of: ClassVar[str] = "next"
    """What the texts of the lists begin with; two flows have steps of the same name."""

    def __init__(self) -> None:
        """Begin with no page shown."""
        super().__init__()
        self.trail: list[str] = []
        """The pages that lead to the one that is shown; it is the last."""

    def kept(self, gone: str) -> ConfigSubentry:
        """Return what the dialog is about; ends it where that was removed meanwhile."""
        try:
            return self._get_reconfigure_subentry()
        except UnknownSubEntry:
            raise AbortFlow(gone) from None

    async def go_to(self, step_id: str) -> SubentryFlowResult:
        """Show a step as if the user had chosen it."""
        shown: SubentryFlowResult = await self.steps[step_id].run(self)
        return shown

    async def async_step_back(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show the page before; a page that has none does not offer it."""
        self.trail.pop()
        return await self.go_to(self.trail[-1])

    def show_choice(
        self, step_id: str, *options: str, **words: str
    ) -> SubentryFlowResult:
        """Show a text with what can be done next; the first is chosen beforehand."""
        return self.show_fields(step_id, {}, *options, words=words)

    def show_fields(
        self,
        step_id: str,
        fields: Mapping[Any, Any],
        *options: str,
        words: Mapping[str, str] | None = None,
        errors: dict[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        """Show what is to be filled in, and what can be done next.

        `labels` are of options whose text is not constant.
        """
        self._enter(step_id)
        return self.async_show_form(
            step_id=step_id,
            data_schema=pb.Schema(
                {
                    **fields,
                    pb.Required(CONF_NEXT, default=options[0]): self._list(
                        step_id, options, labels or {}
                    ),
                }
            ),
            errors=errors,
            description_placeholders=dict(words or {}),
            last_step=False,
        )

    def _enter(self, step_id: str) -> None:
        """Put a page on the trail; a page that was there before is gone back to."""
        if step_id in self.trail:
            del self.trail[self.trail.index(step_id) :]
        self.trail.append(step_id)

    def _list(
        self, step_id: str, options: tuple[str, ...], labels: Mapping[str, str]
    ) -> SelectSelector:
        every = (*options, BACK) if len(self.trail) > 1 else options
        # The frontend takes the label where the translations have no text.
        choices = [SelectOptionDict(value=x, label=labels.get(x, x)) for x in every]
        return SelectSelector(
            SelectSelectorConfig(
                options=choices,
                mode=SelectSelectorMode.LIST,
                translation_key=f"{self.words_of}_{step_id}",
            )
        )


def offers[FlowT: StepFlow](
    step: Callable[[FlowT], Coroutine[Any, Any, SubentryFlowResult]],
) -> Callable[..., Coroutine[Any, Any, SubentryFlowResult]]:
    """Make a step of what shows a list: what is chosen from it is gone to."""

    @wraps(step)
    async def run(
        flow: FlowT, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        if user_input is not None:
            return await flow.go_to(user_input[CONF_NEXT])
        return await step(flow)

    return run
