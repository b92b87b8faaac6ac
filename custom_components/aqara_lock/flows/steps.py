"""What a step of a flow is, and how a flow goes to one: by the table of its steps."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult


class StepKind(StrEnum):
    """What a user sees of a step."""

    MENU = "menu"
    FORM = "form"
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


class StepFlow[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """A flow whose steps stand in a table."""

    steps: ClassVar[Mapping[str, Step]]
    """Every step by its id."""

    async def go_to(self, step_id: str) -> ResultT:
        """Show a step as if the user had chosen it."""
        shown: ResultT = await self.steps[step_id].run(self)
        return shown
