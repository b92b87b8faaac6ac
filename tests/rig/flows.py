"""Stepping through Home Assistant's flows as a person does who mostly presses Submit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .ha_client import HomeAssistantClient
from .waiting import wait_until
from .websocket import Message

FLOWS = "/api/config/config_entries/flow"
OPTIONS = "/api/config/config_entries/options/flow"
SUBENTRIES = "/api/config/config_entries/subentries/flow"
MOST_STEPS = 20
DONE = ("lock_ready", "reconfigure_successful")
"""How a flow ends that has kept what it is for before."""

Answer = Mapping[str, Any] | Callable[[Message], Mapping[str, Any]]
Answers = Mapping[str, Answer]


class FlowFailed(RuntimeError):
    """A flow ended in another way than by creating something, or did not end."""


@dataclass(frozen=True)
class Flow:
    """One kind of flow of one Home Assistant."""

    client: HomeAssistantClient
    path: str

    async def start(self, handler: Any, **more: Any) -> Message:
        """Begin a flow and return its first step."""
        return dict(
            await self.client.rest("POST", self.path, {"handler": handler, **more})
        )

    async def submit(self, step: Message, data: Mapping[str, Any]) -> Message:
        """Answer a step and return the next one."""
        where = f"{self.path}/{step['flow_id']}"
        return dict(await self.client.rest("POST", where, dict(data)))

    async def look(self, step: Message) -> Message:
        """Return the present step of a flow."""
        return dict(await self.client.rest("GET", f"{self.path}/{step['flow_id']}"))

    async def finish(self, step: Message, answers: Answers) -> Message:
        """Answer every step until something is created; raises FlowFailed.

        `answers` has what differs from the defaults, by step id. A menu's answer is
        `{"next_step_id": …}`; without one its first option is taken.
        """
        for _ in range(MOST_STEPS):
            match step["type"]:
                case "create_entry":
                    return step
                case "abort" if step.get("reason") in DONE:
                    return step
                case "form" if step.get("errors"):
                    raise FlowFailed(f"step {step['step_id']}: {step['errors']}")
                case "form" | "menu":
                    step = await self.submit(step, answer(step, answers))
                case "progress" | "progress_done":
                    step = await self._after(step)
                case other:
                    raise FlowFailed(f"ended by {other}: {step.get('reason')}")
        raise FlowFailed(f"does not end, now at {step['step_id']}")

    async def _after(self, step: Message) -> Message:
        """Wait until a step that shows progress is over."""

        async def over() -> Message | None:
            now = await self.look(step)
            same = (now["type"], now.get("step_id")) == (
                step["type"],
                step.get("step_id"),
            )
            return None if same else now

        return await wait_until(f"end of step {step.get('step_id')}", over, 120)


def config_flow(client: HomeAssistantClient) -> Flow:
    """Return the flow that makes config entries."""
    return Flow(client, FLOWS)


def options_flow(client: HomeAssistantClient) -> Flow:
    """Return the flow that changes options."""
    return Flow(client, OPTIONS)


def subentry_flow(client: HomeAssistantClient) -> Flow:
    """Return the flow that makes subentries."""
    return Flow(client, SUBENTRIES)


def answer(step: Message, answers: Answers) -> Mapping[str, Any]:
    """Return the wanted answer of a step over its defaults."""
    wanted = answers.get(step["step_id"], {})
    given = wanted(step) if callable(wanted) else wanted
    if step["type"] == "menu":
        return given or {"next_step_id": next(iter(step["menu_options"]))}
    fields = step.get("data_schema") or []
    known = {field["name"] for field in fields}
    return {
        **_defaults(fields),
        **{key: value for key, value in given.items() if key in known},
    }


def options_of(step: Message, name: str) -> list[str]:
    """Return the values that a field of a form offers."""
    for field in step.get("data_schema") or []:
        if field["name"] == name:
            return _choices(field)
    return []


def option_labelled(step: Message, name: str, label: str) -> str:
    """Return the value of the option that a user sees under a label; raises LookupError."""
    for field in step.get("data_schema") or []:
        options = (field.get("selector") or {}).get("select", {}).get("options", [])
        for option in options if field["name"] == name else []:
            if option["label"] == label:
                return str(option["value"])
    raise LookupError(f"step {step['step_id']} offers no {label}")


def _defaults(fields: list[Message]) -> dict[str, Any]:
    return {
        field["name"]: value
        for field in fields
        if (value := _default(field)) is not None
    }


def _default(field: Message) -> Any:
    """Return a field's default, its suggestion, or the first choice of a required one."""
    if "default" in field:
        return field["default"]
    suggested = (field.get("description") or {}).get("suggested_value")
    if suggested is not None:
        return suggested
    choices = _choices(field)
    if not field.get("required") or not choices:
        return None
    return [choices[0]] if _takes_several(field) else choices[0]


def _choices(field: Message) -> list[str]:
    select = (field.get("selector") or {}).get("select") or {}
    options = select.get("options") or field.get("options") or []
    return [_value(option) for option in options]


def _value(option: Any) -> str:
    if isinstance(option, dict):
        return str(option["value"])
    return str(option[0] if isinstance(option, list) else option)


def _takes_several(field: Message) -> bool:
    select = (field.get("selector") or {}).get("select") or {}
    return bool(select.get("multiple"))
