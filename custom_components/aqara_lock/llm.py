"""The question "who opened which door when" for voice and chat assistants; read only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.auth.models import User
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import probatio

from .const import CONF_LLM_TOOL, DOMAIN
from .domain.journal import EntryFilter, JournalEntry
from .feed import Viewer, activity_entity_id, find_entry, lock_entity_id
from .locks import Lock
from .slices import async_slices

ARG_LOCK: Final = "lock"
ARG_PERSON: Final = "person"
ARG_HOURS: Final = "hours"
MAX_HOURS: Final = 24 * 31
MAX_LINES: Final = 50

DESCRIPTION: Final = (
    "Tells what happened at the door locks: who unlocked or locked which door, how and "
    "when, and attempts that were denied. Use it for questions like 'Who opened the front "
    "door today?' or 'When did Anna come home?'. Newest first. A line without a person "
    "means that the lock did not say who it was: never guess a name. The confidence "
    "'inferred' is no statement of the lock: say 'probably'. 'assigned' is what somebody "
    "said afterwards: say by whom. A line of the kind 'gap' "
    "means that nothing was recorded in that time. One of the kind 'attempt' means that "
    "Home Assistant was told to operate the lock and could not: the door did not move."
)


@callback
def async_get_tools(
    hass: HomeAssistant, llm_context: LLMContext, api_id: str
) -> LLMTools | None:
    """Give the tool if the user switched it on and a lock is exposed."""
    if api_id != LLM_API_ASSIST or not (locks := _exposed(hass, llm_context)):
        return None
    return LLMTools(tools=[DoorActivityTool(sorted({lock.name for lock in locks}))])


class DoorActivityTool(Tool):
    """Reads the journals of exposed locks."""

    name = f"{DOMAIN}__door_activity"
    title = "Who opened which door when"
    description = DESCRIPTION
    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=False
    )
    integration = DOMAIN

    def __init__(self, locks: list[str]) -> None:
        """Offer these locks by name."""
        self.parameters = probatio.Schema(
            {
                probatio.Optional(
                    ARG_LOCK, description="Name of the lock; all locks if left out"
                ): probatio.In(locks),
                probatio.Optional(
                    ARG_PERSON, description="Only what this person did"
                ): str,
                probatio.Optional(
                    ARG_HOURS, description="How many hours to look back", default=24
                ): probatio.All(
                    probatio.Coerce(int), probatio.Range(min=1, max=MAX_HOURS)
                ),
            }
        )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Give the newest lines; what is exposed and who asks is looked at again."""
        asked = self.parameters(tool_input.tool_args)
        viewer = await _async_viewer(hass, llm_context)
        if viewer is None:
            return _refusal("The activity of the locks is not available")
        if asked.get(ARG_PERSON) and not viewer.sees_names:
            return _refusal("Names are only shown to administrators")
        locks = [lock for lock in _exposed(hass, llm_context) if viewer.may_read(lock)]
        chosen = [lock for lock in locks if lock.name == asked.get(ARG_LOCK, lock.name)]
        lines = await _async_told(viewer, chosen, _filter(viewer, asked))
        return ToolResult(data={"lines": lines})


def _refusal(reason: str) -> ToolResult:
    return ToolResult(data={"error": reason}, error=True)


def _exposed(hass: HomeAssistant, llm_context: LLMContext) -> list[Lock]:
    """Give the locks that this assistant may know of; none while it is switched off."""
    entry = find_entry(hass)
    if entry is None or entry.options.get(CONF_LLM_TOOL) is not True:
        return []
    return [
        lock
        for lock in entry.runtime_data.locks.values()
        if any(
            async_should_expose(hass, llm_context.assistant, entity_id)
            for entity_id in _entity_ids(hass, lock)
        )
    ]


def _entity_ids(hass: HomeAssistant, lock: Lock) -> list[str]:
    """Give the entities whose exposure counts: activity, and the lock that is in use."""
    found = (activity_entity_id(hass, lock), lock_entity_id(hass, lock))
    return [entity_id for entity_id in found if entity_id is not None]


async def _async_viewer(hass: HomeAssistant, llm_context: LLMContext) -> Viewer | None:
    """Tell who asks; a voice in the room is nobody in particular."""
    entry = find_entry(hass)
    if entry is None:
        return None
    context = llm_context.context
    user: User | None = None
    if context is not None and context.user_id is not None:
        user = await hass.auth.async_get_user(context.user_id)
    return Viewer(hass, entry, user, anonymous=True)


def _filter(viewer: Viewer, asked: dict[str, Any]) -> EntryFilter:
    text = asked.get(ARG_PERSON)
    return EntryFilter(
        people=viewer.names_of(text) if text else frozenset(),
        since=dt_util.utcnow() - timedelta(hours=asked[ARG_HOURS]),
    )


async def _async_told(
    viewer: Viewer, locks: Iterable[Lock], wanted: EntryFilter
) -> list[JsonValueType]:
    found: list[tuple[Lock, JournalEntry]] = []
    async for (lock,) in async_slices(locks, 1):
        lines = wanted.choose(lock.journal.newest_first())
        lines.sort(key=lambda line: line.occurred_at, reverse=True)
        found += [(lock, line) for line in lines[:MAX_LINES]]
    found.sort(key=lambda item: item[1].occurred_at, reverse=True)
    return [_fact(viewer, lock, line) for lock, line in found[:MAX_LINES]]


FACTS: Final = (
    "type",
    "person",
    "method",
    "ecosystem",
    "controller",
    "confidence",
    "assigned_by",
    "assigned_at",
    "reason",
    "operation",
    "outcome",
)


def _fact(viewer: Viewer, lock: Lock, line: JournalEntry) -> JsonObjectType:
    """Give what can be said aloud: no numbers of users, slots or events."""
    shown = viewer.line(lock, line)
    fact: JsonObjectType = {"lock": lock.name, "at": _local(line.occurred_at)}
    if line.type is None:
        fact["type"] = line.kind.value
    if line.until is not None:
        fact["until"] = _local(line.until)
    return fact | {key: shown[key] for key in FACTS if key in shown}


def _local(moment: datetime) -> str:
    return dt_util.as_local(moment).isoformat(timespec="seconds")
